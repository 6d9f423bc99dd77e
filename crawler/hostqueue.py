"""Who goes next: one queue a host, one request of a host under way, hosts independent."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Host(Generic[T]):
    waiting: list[tuple[int, int, T]] = field(default_factory=list)
    busy: bool = False


class HostQueues(Generic[T]):
    """Work queued by slot (`host:port`).

    `start(slot, work)` is called for what may begin: the lowest rank first within a slot, in order
    of arrival within a rank, one at a time until `done(slot)`. At most `limit` slots are busy at a
    time (each holds a connection); slots that found no room begin in the order they asked.
    """

    def __init__(self, start: Callable[[str, T], None], limit: int) -> None:
        self._start = start
        self._limit = limit
        self._busy = 0
        self._hosts: dict[str, _Host[T]] = {}
        self._ready: deque[str] = deque()
        """Slots that are not busy and have work waiting, each once."""
        self._order = count()
        self._pumping = False

    def add(self, slot: str, rank: int, work: T) -> None:
        """Queue work; it may begin at once."""
        host = self._hosts.setdefault(slot, _Host())
        if not host.busy and not host.waiting:
            self._ready.append(slot)
        heapq.heappush(host.waiting, (rank, next(self._order), work))
        self._pump()

    def done(self, slot: str) -> None:
        """What was under way in this slot has left it; may be called from within `start`."""
        host = self._hosts.get(slot)
        if host is None or not host.busy:
            return
        host.busy = False
        self._busy -= 1
        if host.waiting:
            self._ready.append(slot)  # to the back: other hosts have waited longer
        else:
            del self._hosts[slot]
        self._pump()

    def clear(self) -> list[T]:
        """Take out all that has not begun."""
        left = [work for host in self._hosts.values() for _, _, work in host.waiting]
        for host in self._hosts.values():
            host.waiting.clear()
        self._ready.clear()
        return left

    def _pump(self) -> None:
        if self._pumping:
            return  # the loop below goes on: no recursion over a long queue
        self._pumping = True
        try:
            while self._ready and self._busy < self._limit:
                slot = self._ready.popleft()
                host = self._hosts[slot]
                host.busy = True
                self._busy += 1
                _, _, work = heapq.heappop(host.waiting)
                self._start(slot, work)
        finally:
            self._pumping = False
