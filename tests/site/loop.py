"""Runs async tests on the one Twisted reactor a process can have.

A Twisted reactor cannot be started twice, so each test process (each worker of `pytest -n`) has one
thread that runs it from the first use to the end of the process, as the service's main thread
would. Tests stay ordinary functions:

    def test_something():
        async def scenario() -> None:
            fetcher = await ScrapyFetcher.start(policy)
            try: ...
            finally: await fetcher.stop()
        run_async(scenario)

A failed assertion inside comes out of `run_async`. What needs the main thread (signal handlers)
belongs into a subprocess.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from crawler import reactor

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def run_async(coro_fn: Callable[[], Coroutine[Any, Any, T]], timeout: float = 60.0) -> T:
    """Run `coro_fn()` on the reactor's loop; its result or exception, or TimeoutError."""
    future = asyncio.run_coroutine_threadsafe(coro_fn(), loop())
    try:
        return future.result(timeout)
    except concurrent.futures.TimeoutError:
        if future.done():
            raise  # the scenario's own
        future.cancel()
        raise TimeoutError(f"{coro_fn} did not end within {timeout} s") from None


def loop() -> asyncio.AbstractEventLoop:
    """The reactor's loop, running."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = _start()
    return _loop


def _start() -> asyncio.AbstractEventLoop:
    started: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
    ended = threading.Event()

    async def stand() -> int:
        running = asyncio.get_running_loop()
        stop = asyncio.Event()
        atexit.register(_end, running, stop, ended)
        started.set_result(running)
        await stop.wait()
        return 0

    def work() -> None:
        try:
            reactor.run(stand)
        finally:
            ended.set()

    threading.Thread(target=work, daemon=True, name="reactor").start()
    return started.result(20)


def _end(running: asyncio.AbstractEventLoop, stop: asyncio.Event, ended: threading.Event) -> None:
    running.call_soon_threadsafe(stop.set)
    ended.wait(5)
