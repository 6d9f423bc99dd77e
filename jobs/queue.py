"""The queue between "something is due" and the step that does it.

The step functions go through this one small Protocol, so that a fleet can put procrastinate behind
it; within one process they run inline, as tasks of the service's loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from newsroom.errors import StorageError

log = logging.getLogger("wirewatch.jobs")

Step = Callable[[str], Awaitable[None]]
"""A step takes the key it is to work on (a host, or "" where there is one of its kind)."""


class StepQueue(Protocol):
    """Takes work that is due; the same step and key never run twice at once."""

    def defer(self, step: str, key: str = "") -> None:
        """See to it that `step` runs for `key` after this call."""
        ...

    async def idle(self) -> None:
        """Return when nothing runs and nothing waits."""
        ...

    async def stop(self) -> None:
        """Cancel what runs; what it had claimed is given back by its owner."""
        ...


class InlineQueue:
    """Runs steps as tasks here and now; a step asked for while it runs, runs once more after."""

    def __init__(
        self, steps: dict[str, Step], width: int = 200, unbounded: Collection[str] = ()
    ) -> None:
        """At most `width` steps that have a key run at once, those named `unbounded` aside."""
        self._steps = steps
        self._unbounded = frozenset(unbounded)
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._again: set[tuple[str, str]] = set()
        self._width = asyncio.Semaphore(width)
        self._stopped = False
        self.unavailable: StorageError | None = None
        """The last time the database failed a step, for a pass that must say so."""

    def defer(self, step: str, key: str = "") -> None:
        """Start the step, or mark the running one to be run again."""
        if self._stopped:
            return
        name = (step, key)
        if name in self._running:
            self._again.add(name)
            return
        task = asyncio.create_task(self._run(name), name=f"{step}:{key}")
        self._running[name] = task

    async def _run(self, name: tuple[str, str]) -> None:
        step, key = name
        try:
            if not key or step in self._unbounded:  # it waits for no host
                await self._steps[step](key)
                return
            async with self._width:
                await self._steps[step](key)
        except asyncio.CancelledError:
            raise
        except StorageError as error:  # foreseen: the leases run out, the work is due again
            self.unavailable = error
            log.warning("database failed", extra={"step": step, "why": str(error)})
        except Exception:  # one step's failure must never stop the others
            log.exception("step failed", extra={"step": step, "key": key})
        finally:
            self._running.pop(name, None)
            if name in self._again:
                self._again.discard(name)
                self.defer(step, key)

    async def idle(self) -> None:
        """Wait until every task, and every task they started, has ended."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def stop(self) -> None:
        """Cancel every running step and wait for it to unwind, at most two seconds."""
        self._stopped = True
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2)
