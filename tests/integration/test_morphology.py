"""The worker of Korean morphology: real answers, and what becomes of it when things go wrong."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from jobs.morphology import KiwiWorker
from newsroom.ports import Token
from tests.unit.korean_case import RECORDED, recorded

STAND_INS = "tests.integration.morphology_stand_ins"
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def worker(
    loader: str = "words",
    *,
    limit: float = 30,
    load_limit: float = 60,
    idle_after: float = 600,
    cache: int = 100,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[KiwiWorker]:
    made = KiwiWorker(
        loader=f"{STAND_INS}:{loader}",
        limit=limit,
        load_limit=load_limit,
        memory=512 * 2**20,
        idle_after=idle_after,
        cache=cache,
        monotonic=monotonic,
    )
    try:
        yield made
    finally:
        made.close()


def noun(text: str) -> tuple[Token, ...]:
    return (Token(text, "NNG", 0, len(text)),)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something outside to become true; the test's own timeout is the limit."""
    while not holds():
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_kiwi_answers() -> None:
    kiwi = KiwiWorker()
    try:
        assert kiwi.pids() == []
        answers = kiwi(["사드가", "사드래곤", "괌 포위", "사드가", "", "사\ud800드"])
        assert answers[0] == (Token("사드", "NNG", 0, 2), Token("가", "JKS", 2, 3))
        assert answers[1] is not None
        assert not answers[1][0].known
        assert answers[2] is not None
        assert answers[2][0] == Token("괌", "NNP", 0, 1)
        assert answers[3] == answers[0]
        assert answers[4] == ()
        assert answers[5] is not None
        assert len(kiwi.pids()) == 1
    finally:
        kiwi.close()
    assert kiwi.pids() == []


def test_kiwi_reads_the_cases_of_the_rule_as_recorded() -> None:
    texts = list(json.loads(RECORDED.read_text(encoding="utf-8")))
    kiwi = KiwiWorker()
    try:
        assert dict(zip(texts, kiwi(texts), strict=True)) == dict(
            zip(texts, recorded(texts), strict=True)
        )
    finally:
        kiwi.close()


def test_an_idle_worker_ends_and_a_new_one_answers() -> None:
    with worker(idle_after=0.05) as analyse:
        assert analyse(["a"]) == [noun("a")]
        until(lambda: analyse.pids() == [])
        assert analyse(["a"]) == [noun("a")]  # remembered: no process for it
        assert analyse.pids() == []
        assert analyse(["b"]) == [noun("b")]


def test_a_worker_killed_between_questions_is_replaced() -> None:
    with worker() as analyse:
        analyse(["a"])
        (pid,) = analyse.pids()
        os.kill(pid, signal.SIGKILL)
        assert analyse(["b", "c"]) == [noun("b"), noun("c")]
        assert analyse.pids() != [pid]


@pytest.mark.parametrize("bad", ["die", "raise", "eat", "lose"])
def test_only_the_text_that_does_harm_has_no_answer(bad: str) -> None:
    with worker() as analyse:
        assert analyse(["a", bad, "b"]) == [noun("a"), None, noun("b")]
        pids = analyse.pids()
        assert analyse([bad, "a"]) == [None, noun("a")]  # it is not tried again
        assert analyse.pids() == pids


def test_a_text_that_hangs_has_no_answer() -> None:
    with worker(limit=0.5) as analyse:
        assert analyse(["hang"]) == [None]
        assert analyse(["a"]) == [noun("a")]


def test_many_texts_that_do_harm_are_given_up() -> None:
    with worker() as analyse:
        texts = ["raise", "lose", "die", "a"]
        assert analyse(texts) == [None] * 4
        assert analyse(["a"]) == [noun("a")]


def test_long_texts_are_not_asked() -> None:
    with worker() as analyse:
        assert analyse(["a" * 5_000]) == [None]
        assert analyse.pids() == []


def test_the_memory_of_answers_is_bounded() -> None:
    with worker(cache=2) as analyse:
        assert analyse([str(n) for n in range(600)]) == [noun(str(n)) for n in range(600)]
        os.kill(analyse.pids()[0], signal.SIGSTOP)
        assert analyse(["599", "598"]) == [noun("599"), noun("598")]


@pytest.mark.parametrize(
    ("loader", "told"),
    [
        ("missing", "ModuleNotFoundError: No module named 'no_such_morphology'"),
        ("dead", "it died while loading (exit code 4)"),
        ("no_such_loader", "AttributeError"),
    ],
)
def test_a_worker_that_cannot_start_is_left_alone_for_a_while(
    loader: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    now = 100.0
    with worker(loader, monotonic=lambda: now) as analyse:
        with caplog.at_level(logging.WARNING):
            assert analyse(["a", "b"]) == [None, None]
            assert analyse(["a"]) == [None]
            now = 161.0
            assert analyse(["a"]) == [None]
        assert analyse.pids() == []
    (record,) = caplog.records
    assert told in record.getMessage()


def test_a_worker_that_never_loads_is_ended() -> None:
    with worker("never", load_limit=0.3) as analyse:
        assert analyse(["a"]) == [None]
        assert analyse.pids() == []


def test_the_next_start_after_a_while_may_succeed() -> None:
    now = 0.0
    with worker("missing", monotonic=lambda: now) as analyse:
        assert analyse(["a"]) == [None]
        analyse._loader = f"{STAND_INS}:words"
        assert analyse(["a"]) == [None]
        now = 60.0
        assert analyse(["a"]) == [noun("a")]


def test_several_threads_ask_at_once() -> None:
    with worker() as analyse:
        texts = [[f"{thread}-{n}" for n in range(50)] for thread in range(8)]
        answers: dict[int, object] = {}

        def ask(thread: int) -> None:
            answers[thread] = analyse(texts[thread])

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == {n: [noun(t) for t in texts[n]] for n in range(8)}
        assert len(analyse.pids()) == 1


def test_closing_answers_whoever_waits() -> None:
    with worker() as analyse:
        analyse(["a"])
        (pid,) = analyse.pids()
        answers: list[object] = []
        waiting = threading.Thread(target=lambda: answers.extend(analyse(["hang"])))
        waiting.start()
        until(lambda: analyse._talk.locked())
        analyse.close()
        waiting.join()
        assert answers == [None]
        until(lambda: gone(pid))
        assert analyse(["a", "b"]) == [noun("a"), None]


ASKER = f"""
import signal, sys, threading, time
from jobs.morphology import KiwiWorker
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell left us behind
worker = KiwiWorker(loader="{STAND_INS}:words")
assert threading.active_count() == 1
worker(["a"])
print(worker.pids()[0], flush=True)
if sys.argv[1] == "wait":
    time.sleep(3600)
"""


@pytest.mark.parametrize("by", [None, signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_process_that_asked(by: signal.Signals | None) -> None:
    command = [sys.executable, "-c", ASKER, "wait" if by else "end"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as asker:
        assert asker.stdout is not None
        pid = int(asker.stdout.readline())
        if by:
            asker.send_signal(by)
        asker.wait()
        assert by or asker.returncode == 0
        until(lambda: gone(pid))


def test_signals_are_left_as_they_were() -> None:
    before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
    with worker() as analyse:
        analyse(["a"])
    after = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
    assert after == before
