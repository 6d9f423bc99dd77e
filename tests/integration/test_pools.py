"""Worker processes under parsers that hang, eat memory, crash, or are left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from jobs.pools import WorkerPool
from newsroom.errors import FeedError, PageError
from newsroom.reasons import Reason

READERS = "tests.integration.pool_readers"
ROOT = Path(__file__).resolve().parents[2]
RSS = b"<rss><channel><item><title>Radar</title><link>https://e.com/1</link></item></channel></rss>"


@asynccontextmanager
async def pool_of(
    workers: int = 1, feed_limit: float = 60, page_limit: float = 60, idle_after: float = 600
) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(
        workers=workers,
        feed_limit=feed_limit,
        page_limit=page_limit,
        memory=512 * 2**20,
        idle_after=idle_after,
        feed_reader=f"{READERS}:read_feed",
        page_reader=f"{READERS}:read_page",
    )
    try:
        yield pool
    finally:
        await pool.close()


async def ask(pool: WorkerPool, what: str) -> str:
    feed = await pool.read_feed(what.encode(), url="u", content_type="c", timezone="z")
    return feed.entries[0].title


async def refused(pool: WorkerPool, what: str) -> FeedError:
    with pytest.raises(FeedError) as caught:
        await ask(pool, what)
    return caught.value


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def body() -> None:
        await test()

    asyncio.run(body())


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something outside to become true; the test's own timeout is the limit."""
    while not holds():  # noqa: ASYNC110  # processes set no events
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_feed_and_a_page_are_read_by_the_real_readers() -> None:
    async def test() -> None:
        pool = WorkerPool(workers=1)
        try:
            feed = await pool.read_feed(RSS, url="https://e.com/feed")
            assert feed.entries[0].title == "Radar"
            with pytest.raises(FeedError) as caught:
                await pool.read_feed(b"<html>", url="https://e.com/feed")
            assert caught.value.reason is Reason.NOT_A_FEED
            assert not caught.value.crashed
            html = b"<html><head><title>Radar ready</title></head><body><p>One.</p></body></html>"
            page = await pool.read_page(html, url="https://e.com/1", page="generic")
            assert page.title == "Radar ready"
        finally:
            await pool.close()

    run(test)


def test_options_and_results_pass_both_ways() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            assert pool.pids() == []
            assert await ask(pool, "hello") == "hello u c z"
            assert len(pool.pids()) == 1
            page = await pool.read_page(b"", url="u", content_type="c", page="p", timezone="z")
            assert page.title == "p c z"
            with pytest.raises(PageError) as caught:
                await pool.read_page(b"refuse", url="u")
            assert (caught.value.reason, caught.value.crashed) == (Reason.EMPTY, False)
            error = await refused(pool, "refuse")
            assert (error.reason, error.message) == (Reason.EMPTY, "a feed without items")

    run(test)


def test_a_reader_that_raises_is_a_parse_error_and_no_crash() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            error = await refused(pool, "raise")
            assert (error.reason, error.crashed) == (Reason.PARSE_ERROR, False)
            assert "ValueError: not what was expected" in error.message

    run(test)


def test_our_own_mistakes_are_internal() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            error = await refused(pool, "unpicklable")
            assert (error.reason, error.crashed) == (Reason.INTERNAL, False)
            assert await ask(pool, "hello") == "hello u c z"
        pool = WorkerPool(workers=1, feed_reader="crawler.feeds:no_such_function")
        try:
            with pytest.raises(FeedError, match="AttributeError") as caught:
                await pool.read_feed(RSS, url="u")
            assert caught.value.reason is Reason.INTERNAL
        finally:
            await pool.close()

    run(test)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<rss><channel><item><" + b"a" * 16_000_000, id="fault_69_one_token"),
        pytest.param(
            b"<rss><channel><item " + b"".join(b'a%d="x" ' % i for i in range(200_000)) + b"/>",
            id="quadratic_attributes",
        ),
    ],
)
def test_real_bodies_that_cost_too_much_are_crashes(body: bytes) -> None:
    async def test() -> None:
        pool = WorkerPool(workers=1, feed_limit=1.5, memory=512 * 2**20)
        try:
            await pool.read_feed(RSS, url="https://e.com/feed")
            with pytest.raises(FeedError) as caught:
                await pool.read_feed(body, url="https://e.com/feed")
            assert (caught.value.reason, caught.value.crashed) == (Reason.PARSE_ERROR, True)
            assert (await pool.read_feed(RSS, url="https://e.com/feed")).entries
        finally:
            await pool.close()

    run(test)


@pytest.mark.parametrize("how", ["sleep /dev/null", "stuck /dev/null", "stubborn"])
def test_fault_72_a_reader_that_hangs_is_killed_and_replaced(how: str) -> None:
    async def test() -> None:
        async with pool_of(feed_limit=0.3) as pool:
            first = await ask(pool, "pid")
            error = await refused(pool, how)
            assert (error.reason, error.crashed) == (Reason.PARSE_ERROR, True)
            assert "took longer than 0.3 s" in error.message
            assert await ask(pool, "pid") != first
            assert gone(int(first))

    run(test)


def test_a_page_has_its_own_limit() -> None:
    async def test() -> None:
        async with pool_of(page_limit=0.3) as pool:
            with pytest.raises(PageError) as caught:
                await pool.read_page(b"sleep", url="u")
            assert caught.value.crashed

    run(test)


def test_fault_69_memory_is_limited() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            error = await refused(pool, f"eat {2**30}")
            assert (error.reason, error.crashed) == (Reason.PARSE_ERROR, True)
            assert "memory" in error.message
            assert await ask(pool, f"eat {2**20}") == str(2**20)

    run(test)


@pytest.mark.parametrize("how", ["segfault", "exit 3", "signal 9", "signal 6"])
def test_a_worker_that_dies_is_a_crash_and_replaced(how: str) -> None:
    async def test() -> None:
        async with pool_of(workers=2) as pool:
            busy = [asyncio.ensure_future(ask(pool, "pid")) for _ in range(3)]
            error = await refused(pool, how)
            assert (error.reason, error.crashed) == (Reason.PARSE_ERROR, True)
            assert all(pid.isdecimal() for pid in await asyncio.gather(*busy))
            assert await ask(pool, "hello") == "hello u c z"

    run(test)


def test_a_worker_ended_from_outside_is_no_crash_of_what_it_read() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            await ask(pool, "pid")
            os.kill(pool.pids()[0], signal.SIGTERM)
            assert await ask(pool, "hello") == "hello u c z"
            error = await refused(pool, f"signal {int(signal.SIGTERM)}")
            assert (error.reason, error.crashed) == (Reason.INTERNAL, False)

    run(test)


def test_one_hanging_reading_delays_no_other_worker(tmp_path: Path) -> None:
    async def test() -> None:
        async with pool_of(workers=2) as pool:
            hung = asyncio.ensure_future(ask(pool, f"sleep {tmp_path / 'pid'}"))
            for _ in range(20):
                assert (await ask(pool, "hello")).startswith("hello")
            assert not hung.done()
            hung.cancel()

    run(test)


def test_a_cancelled_reading_frees_its_worker(tmp_path: Path) -> None:
    async def test() -> None:
        async with pool_of() as pool:
            marker = tmp_path / "pid"
            hung = asyncio.ensure_future(ask(pool, f"stuck {marker}"))
            await until(lambda: marker.exists() and marker.read_text() != "")
            hung.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hung
            assert await ask(pool, "hello") == "hello u c z"
            assert gone(int(marker.read_text()))

    run(test)


@pytest.mark.parametrize("how", ["sleep", "stuck"])
def test_close_does_not_wait_for_a_stuck_worker(tmp_path: Path, how: str) -> None:
    async def test() -> None:
        marker = tmp_path / "pid"
        async with pool_of(workers=2) as pool:
            hung = [asyncio.ensure_future(ask(pool, f"{how} {marker}")) for _ in range(4)]
            await until(lambda: marker.exists() and marker.read_text() != "")
            pids = pool.pids()
            await asyncio.wait_for(pool.close(), 5)
            results = await asyncio.gather(*hung, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results)
            await until(lambda: all(map(gone, pids)))
            with pytest.raises(asyncio.CancelledError):
                await ask(pool, "hello")

    run(test)


def test_idle_workers_are_retired_and_start_again() -> None:
    async def test() -> None:
        async with pool_of(idle_after=0.05) as pool:
            first = int(await ask(pool, "pid"))
            await until(lambda: pool.pids() == [])
            await until(lambda: gone(first))
            assert int(await ask(pool, "pid")) != first
        async with pool_of() as pool:
            assert not pool.retire()
            await ask(pool, "pid")
            assert pool.retire()
            assert pool.pids() == []

    run(test)


def test_a_busy_pool_is_not_retired(tmp_path: Path) -> None:
    async def test() -> None:
        async with pool_of(workers=2, idle_after=0.01) as pool:
            marker = tmp_path / "pid"
            busy = asyncio.ensure_future(ask(pool, f"sleep {marker}"))
            await until(lambda: marker.exists() and marker.read_text() != "")
            await ask(pool, "hello")
            await asyncio.sleep(0.1)
            assert not pool.retire()
            assert int(marker.read_text()) in pool.pids()
            busy.cancel()

    run(test)


def test_workers_import_no_more_than_they_need() -> None:
    async def test() -> None:
        async with pool_of() as pool:
            modules = set((await ask(pool, "modules")).split())
            assert modules.isdisjoint({"scrapy", "twisted", "sqlalchemy", "uvicorn", "pytest"})
            assert "feedparser" not in modules
        pool = WorkerPool(workers=1)
        try:
            await pool.read_feed(RSS, url="https://e.com/feed")
            (pid,) = pool.pids()
            mapped = " ".join(m.path for m in psutil.Process(pid).memory_maps())
            assert "lxml" in mapped
            assert "sqlalchemy" not in mapped
            assert "pydantic" not in mapped
        finally:
            await pool.close()

    run(test)


def service(tmp_path: Path, how: str, *, as_code: bool = False) -> subprocess.Popen[str]:
    path = Path(__file__).with_name("pool_service.py")
    program = ["-c", path.read_text(encoding="utf-8")] if as_code else [str(path)]
    return subprocess.Popen(
        [sys.executable, *program, str(tmp_path / "pid"), how],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def family(process: subprocess.Popen[str], marker: Path) -> list[psutil.Process]:
    """Everything the service started, once its worker is busy; asserts the workers are light."""
    assert process.stdout is not None
    modules = process.stdout.readline().split()
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert "scrapy" not in modules
    assert len(workers) == 2
    while not (marker.exists() and marker.read_text()):
        time.sleep(0.02)
    children = psutil.Process(process.pid).children(recursive=True)
    assert {*workers} <= {child.pid for child in children}
    return children


@pytest.mark.parametrize(
    ("how", "sent", "as_code"),
    [
        ("sleep", signal.SIGKILL, False),
        ("stuck", signal.SIGKILL, False),
        ("stuck", signal.SIGKILL, True),
        ("stuck", signal.SIGTERM, False),
    ],
)
def test_nothing_is_left_when_the_service_dies(
    tmp_path: Path, how: str, sent: signal.Signals, as_code: bool
) -> None:
    with service(tmp_path, how, as_code=as_code) as process:
        children = family(process, tmp_path / "pid")
        assert len(children) >= 4  # two workers, the fork server, the resource tracker
        process.send_signal(sent)
        process.wait()
        left = psutil.wait_procs(children, timeout=20)[1]
        assert left == []


def test_signals_to_the_services_group_do_not_reach_the_workers(tmp_path: Path) -> None:
    with service(tmp_path, "sleep") as process:
        children = family(process, tmp_path / "pid")
        worker = psutil.Process(int((tmp_path / "pid").read_text()))
        assert os.getpgid(worker.pid) != os.getpgid(process.pid)
        worker.send_signal(signal.SIGINT)
        assert worker.is_running()
        process.kill()
        process.wait()
        assert psutil.wait_procs(children, timeout=20)[1] == []
