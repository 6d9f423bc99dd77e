"""Lines of standard input, worked on side by side and answered in order."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, BinaryIO

from wirewatch.cli.out import emit


async def answer_lines(answer: Callable[[bytes], Awaitable[Any]], *, ahead: int) -> None:
    """Print `answer(line)` as a JSON line for each line that is not blank, in the input's order.

    At most `ahead` lines are worked on at a time. An answer is printed as soon as those before it
    are, so a program may ask, wait for the answer, and ask again.
    """
    loop = asyncio.get_running_loop()
    tasks: asyncio.Queue[asyncio.Task[Any] | None] = asyncio.Queue(ahead)

    async def begin(line: bytes) -> None:
        await tasks.put(loop.create_task(_awaited(answer, line)))

    def read() -> None:
        with suppress(RuntimeError, CancelledError):  # the loop has ended before the input did
            try:
                for line in _stdin():
                    if line.strip():
                        asyncio.run_coroutine_threadsafe(begin(line), loop).result()
            finally:
                asyncio.run_coroutine_threadsafe(tasks.put(None), loop).result()

    # a daemon: whoever reads our answers may go away while the input stays open
    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (task := await tasks.get()) is not None:
        emit(await task)
        sys.stdout.flush()


async def _awaited(answer: Callable[[bytes], Awaitable[Any]], line: bytes) -> Any:
    return await answer(line)


def _stdin() -> BinaryIO:
    """Standard input under a descriptor of its own: at the end of the program the interpreter
    closes its own object, which must not wait for a reader that waits."""
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    except (OSError, ValueError):
        return sys.stdin.buffer
