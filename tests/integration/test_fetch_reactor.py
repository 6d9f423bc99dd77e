"""The loop of the service, in processes of its own: a reactor runs once."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from crawler.fetcher import ScrapyFetcher
from newsroom.model import FetchResult
from newsroom.reasons import Reason
from tests.integration.fetching import page, quick, with_fetcher
from tests.site.loop import run_async
from tests.site.server import Site

CHECKOUT = Path(__file__).parents[2]


def python(program: str) -> subprocess.CompletedProcess[str]:
    head = """
        from crawler import reactor
        reactor.install()
        import asyncio, os, signal, sys, threading, time
    """
    text = textwrap.dedent(head) + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_int_of_main_comes_back_and_nothing_is_left_over() -> None:
    ended = python("""
        async def main():
            asyncio.create_task(asyncio.sleep(3600))
            await asyncio.to_thread(time.sleep, 0.01)
            return 7
        sys.exit(reactor.run(main))
    """)
    assert (ended.returncode, ended.stderr) == (7, "")


def test_exceptions_of_main_come_out() -> None:
    ended = python("""
        async def main():
            raise ValueError("from main")
        try:
            reactor.run(main)
        except ValueError as error:
            print(error)
    """)
    assert (ended.stdout, ended.stderr) == ("from main\n", "")


def test_main_sets_its_own_signal_handlers() -> None:
    ended = python("""
        async def main():
            stop = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
            os.kill(os.getpid(), signal.SIGTERM)
            await stop.wait()
            return 0
        print(reactor.run(main))
    """)
    assert (ended.stdout, ended.stderr) == ("0\n", "")


def test_an_interrupt_without_a_handler_cancels_main() -> None:
    ended = python("""
        # it is ignored where a shell left the tests in its background
        signal.signal(signal.SIGINT, signal.default_int_handler)
        async def main():
            asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGINT)
            try:
                await asyncio.sleep(3600)
            finally:
                print("cancelled")
        try:
            reactor.run(main)
        except KeyboardInterrupt:
            print("interrupted")
    """)
    assert ended.stdout == "cancelled\ninterrupted\n", ended.stderr


def test_a_stuck_thread_does_not_hold_the_loop_up() -> None:
    ended = python("""
        reactor._PATIENCE = 0.2
        async def main():
            asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)
            await asyncio.sleep(0.05)
            return 3
        code = reactor.run(main)
        print("back", flush=True)
        os._exit(code)
    """)
    assert (ended.returncode, ended.stdout) == (3, "back\n")


def test_another_reactor_is_refused() -> None:
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from twisted.internet import selectreactor as r; r.install()\n"
            "from crawler.reactor import install\n"
            "try: install()\nexcept RuntimeError as e: print('refused')",
        ],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout == "refused\n", ended.stderr


def test_a_fetcher_needs_the_reactor() -> None:
    ended = python("""
        from crawler.fetcher import FetchPolicy, ScrapyFetcher
        try:
            asyncio.run(ScrapyFetcher.start(FetchPolicy("x")))
        except RuntimeError as error:
            print(error)
        os._exit(0)
    """)
    assert "crawler.reactor.run" in ended.stdout, ended.stderr


def test_run_async_hands_results_and_failures_over() -> None:
    async def fine() -> int:
        return 5

    async def wrong() -> None:
        raise AssertionError("as a test would")

    async def late() -> None:
        raise TimeoutError("the scenario's own")

    assert run_async(fine) == 5
    with pytest.raises(AssertionError, match="as a test would"):
        run_async(wrong)
    with pytest.raises(TimeoutError, match="the scenario's own"):
        run_async(late)


def test_a_bug_of_ours_is_an_internal_result_and_the_host_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    with Site() as site:
        site.page("/a", "<html>fine</html>")

        async def scenario(fetcher: ScrapyFetcher) -> list[FetchResult]:
            with monkeypatch.context() as patch:
                patch.setattr("crawler.callbacks.judge", broken)
                first = await fetcher.fetch(page(site.url("/a")))
            return [first, await fetcher.fetch(page(site.url("/a")))]

        results = with_fetcher(scenario, quick())
    assert [result.reason for result in results] == [Reason.INTERNAL, Reason.OK]
    assert "ZeroDivisionError" in caplog.text
