"""One lane per host: its due feeds first, then its pages, one after the other.

Lanes run side by side, so a host that is slow or hangs delays nobody else; a host that does not
answer at all is left alone for a while.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from jobs.desk import LEAVE_ALONE, Desk
from jobs.queue import StepQueue
from jobs.step_match import match_all
from jobs.step_page import fetch_next_page
from jobs.step_poll import poll_feed
from newsroom.reasons import UNREACHABLE, Reason

log = logging.getLogger("wirewatch.jobs")

UNANSWERED = 2
"""So many pages in a row without any answer, and the host counts as down."""


class Lanes:
    """The work of hosts, for the running service or for a single pass (`since` set)."""

    def __init__(self, desk: Desk, queue: Callable[[], StepQueue]) -> None:
        self._desk = desk
        self._queue = queue
        self.since: datetime | None = None
        """When the single pass began; None in the running service."""
        self.forced: dict[str, list[int]] = {}
        """Feeds a single pass is to poll, by host."""
        self.ended: list[Reason] = []
        """How the polls of a single pass ended."""

    async def work(self, host: str) -> None:
        """Everything that is due on a host now."""
        unanswered = 0
        while not self._desk.stopping:
            if await self._poll_one(host):
                await self._after_poll()
                continue
            if self._desk.is_down(host):
                return
            reason = await fetch_next_page(self._desk, host, since=self.since)
            if reason is None:
                return
            if reason in UNREACHABLE:
                unanswered += 1
                if unanswered >= UNANSWERED:
                    self._desk.hosts_down[host] = self._desk.clock.now() + LEAVE_ALONE
                    log.warning("host left alone", extra={"host": host, "reason": reason.value})
            else:
                unanswered = 0
                self._desk.hosts_down.pop(host, None)
                self._queue().defer("match")

    async def _poll_one(self, host: str) -> bool:
        if self.since is not None:
            waiting = self.forced.get(host, [])
            if not waiting:
                return False
            reason = await poll_feed(self._desk, waiting.pop(0), forced=True)
            if reason is not None:
                self.ended.append(reason)
            return True
        due = await self._desk.call(self._desk.store.due_feeds, self._desk.clock.now(), host=host)
        if not due:
            return False
        await poll_feed(self._desk, due[0][0])
        return True

    async def _after_poll(self) -> None:
        """Match the feed text at once: what matches has its page fetched first."""
        if await match_all(self._desk):
            self._queue().defer("deliver")
        hosts = await self._desk.call(
            self._desk.store.due_page_hosts, self._desk.clock.now(), since=self.since
        )
        for host in hosts:
            if not self._desk.is_down(host):
                self._queue().defer("host", host)


def match_step(desk: Desk, queue: Callable[[], StepQueue]) -> Callable[[str], Awaitable[None]]:
    """The queue's `match` step: match what lags, then deliver what is due; nobody waits for the
    index, which comes last."""

    async def run(_key: str) -> None:
        await match_all(desk)
        queue().defer("deliver")
        queue().defer("index")

    return run
