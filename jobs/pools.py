"""Reads untrusted bytes in worker processes, limited in time and memory, replaced when they die."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError as PoolCancelled
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from pebble import ProcessExpired, ProcessPool

from jobs.pool_context import WorkerContext
from jobs.pool_worker import Outcome, run_reader, start_worker
from newsroom.errors import FeedError, PageError, ReasonedError
from newsroom.front_page import FrontPage
from newsroom.model import PageContent, PageRules, ParsedFeed
from newsroom.reasons import Reason

FEED_READER = "crawler.feeds:read_feed"
PAGE_READER = "crawler.pages.read:read_page"
LISTING_READER = "crawler.pages.listings:read_listing"
FRONT_READER = "crawler.discover:read_front"
Options = Mapping[str, object]

MAX_TASKS = 2_000
"""Readings after which a worker is replaced; parsers leak."""
_START_GRACE = 30.0
"""Seconds a worker may take to start and to take a task, beyond the task's own limit."""
_ATTEMPTS = 3
"""Tries of one reading when the pool itself breaks, which says nothing about the bytes."""
_JOIN = 1.0
_FROM_OUTSIDE = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP})


@dataclass(slots=True)
class _Generation:
    """One pebble pool from its first task to its retirement."""

    pool: ProcessPool
    context: WorkerContext
    futures: set[asyncio.Future[Outcome]] = field(default_factory=set)

    def end(self) -> threading.Thread:
        """Kill the workers and give everything back, in a thread; a stuck one delays nobody."""
        for future in self.futures:
            future.cancel()
        self.pool.stop()  # type: ignore[no-untyped-call]  # pebble types its public names only in part
        for pid in self.context.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        thread = threading.Thread(target=self.pool.join, name="pool-end", daemon=True)
        thread.start()
        return thread


class WorkerPool:
    """Reads feeds and pages in worker processes; implements `newsroom.ports.Reader`.

    Workers start with the first task and are retired after `idle_after` seconds without one.
    `feed_limit` and `page_limit` are seconds a reading may take, `memory` the address space of a
    worker in bytes; `feed_reader` and `page_reader` name the functions as `module:function`. A
    reading that exceeds a limit, or whose worker dies, raises FeedError or PageError with
    `parse_error` and `crashed` set. Used from one event loop only.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        feed_limit: float = 15.0,
        page_limit: float = 20.0,
        memory: int = 1_536 * 2**20,
        idle_after: float = 600.0,
        feed_reader: str = FEED_READER,
        page_reader: str = PAGE_READER,
        listing_reader: str = LISTING_READER,
    ) -> None:
        self._workers = workers
        self._limits = {
            feed_reader: feed_limit,
            page_reader: page_limit,
            listing_reader: feed_limit,
            FRONT_READER: feed_limit,
        }
        self._memory = memory
        self._idle_after = idle_after
        self._feed_reader = feed_reader
        self._page_reader = page_reader
        self._listing_reader = listing_reader
        self._slots = asyncio.Semaphore(workers)
        self._generation: _Generation | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._closed = False

    async def read_feed(
        self, body: bytes, *, url: str, content_type: str = "", timezone: str = "UTC"
    ) -> ParsedFeed:
        """Read a feed document; raises FeedError."""
        options = {"url": url, "content_type": content_type, "timezone": timezone}
        value = await self._read(self._feed_reader, body, options, FeedError)
        return cast(ParsedFeed, value)

    async def read_listing(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str = "",
        page: str | None = None,
        timezone: str = "UTC",
        now: datetime,
        css: PageRules | None = None,
    ) -> ParsedFeed:
        """Read a section page, archive page or sitemap; raises FeedError."""
        options = {
            "url": url,
            "content_type": content_type,
            "page": page,
            "timezone": timezone,
            "now": now,
            "css": css,
        }
        value = await self._read(self._listing_reader, body, options, FeedError)
        return cast(ParsedFeed, value)

    async def read_page(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str = "",
        page: str | None = None,
        timezone: str = "UTC",
        css: PageRules | None = None,
    ) -> PageContent:
        """Read an article page; raises PageError."""
        options = {
            "url": url,
            "content_type": content_type,
            "page": page,
            "timezone": timezone,
            **({"css": css} if css else {}),
        }
        value = await self._read(self._page_reader, body, options, PageError)
        return cast(PageContent, value)

    async def read_front(self, body: bytes, *, url: str, content_type: str = "") -> FrontPage:
        """Read a page, or a feed, for what it tells of its site; raises PageError."""
        options = {"url": url, "content_type": content_type}
        return cast(FrontPage, await self._read(FRONT_READER, body, options, PageError))

    def pids(self) -> list[int]:
        """The worker processes that live now; empty before the first task and when retired."""
        return self._generation.context.pids() if self._generation else []

    def retire(self) -> bool:
        """End the workers if none of them has a task; the next task starts new ones."""
        generation = self._generation
        if generation is None or generation.futures:
            return False
        self._generation = None
        generation.end()
        return True

    async def close(self) -> None:
        """End everything now; readings under way are cancelled. Bounded, also by a stuck worker."""
        self._closed = True
        self._stop_idle_timer()
        generation, self._generation = self._generation, None
        if generation is not None:
            thread = generation.end()
            await asyncio.to_thread(thread.join, _JOIN)

    async def _read(
        self,
        reader: str,
        body: bytes,
        options: Options,
        error: type[ReasonedError],
    ) -> object:
        async with self._slots:  # what waits, waits here, where it can still be cancelled
            self._stop_idle_timer()
            try:
                outcome = await self._attempts(reader, body, options)
            finally:
                self._start_idle_timer()
        if outcome.reason is not Reason.OK:
            raise error(outcome.reason, outcome.message, crashed=outcome.crashed)
        return outcome.value

    async def _attempts(self, reader: str, body: bytes, options: Options) -> Outcome:
        for _ in range(_ATTEMPTS):
            outcome = await self._attempt(reader, body, options)
            if outcome is not None:
                return outcome
        return Outcome(reason=Reason.INTERNAL, message="worker processes cannot be kept running")

    async def _attempt(self, reader: str, body: bytes, options: Options) -> Outcome | None:
        """One try; None when the pool broke, or a worker was ended from outside."""
        limit = self._limits[reader]
        generation = self._running()
        try:
            task = generation.pool.schedule(run_reader, args=(reader, body, options), timeout=limit)
        except RuntimeError:  # pebble gave this pool up
            self._drop(generation)
            return None
        future: asyncio.Future[Outcome] = asyncio.wrap_future(task)
        generation.futures.add(future)
        try:
            done, _ = await asyncio.wait({future}, timeout=limit + _START_GRACE)
            if not done:
                self._drop(generation)
                return _crash(f"took longer than {limit:g} s and its worker could not be ended")
            return self._judged(future, generation, limit)
        finally:
            future.cancel()
            generation.futures.discard(future)

    def _judged(
        self, future: asyncio.Future[Outcome], generation: _Generation, limit: float
    ) -> Outcome | None:
        try:
            return future.result()
        except TimeoutError:
            return _crash(f"took longer than {limit:g} s")
        except ProcessExpired as expired:
            if expired.exitcode in _FROM_OUTSIDE:
                return None
            return _crash(f"died (exit code {expired.exitcode})")
        except BrokenProcessPool:
            self._drop(generation)
            return None
        except PoolCancelled:
            raise asyncio.CancelledError("the worker pool was closed") from None
        except Exception as error:  # noqa: BLE001  # no such reader, a result that cannot be sent
            return Outcome(reason=Reason.INTERNAL, message=f"{type(error).__name__}: {error}")

    def _running(self) -> _Generation:
        if self._closed:
            raise asyncio.CancelledError("the worker pool is closed")
        if self._generation is None:
            context = WorkerContext()
            pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=MAX_TASKS,
                initializer=start_worker,
                initargs=(self._memory,),
                context=context,
            )
            self._generation = _Generation(pool, context)
        return self._generation

    def _drop(self, generation: _Generation) -> None:
        if self._generation is generation:
            self._generation = None
        generation.end()

    def _start_idle_timer(self) -> None:
        if self._generation and not self._generation.futures and not self._closed:
            self._stop_idle_timer()
            self._idle = asyncio.get_running_loop().call_later(self._idle_after, self.retire)

    def _stop_idle_timer(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None


def _crash(what: str) -> Outcome:
    return Outcome(reason=Reason.PARSE_ERROR, message=f"the parser {what}", crashed=True)
