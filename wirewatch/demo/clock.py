"""The demo's own clock: eight hours in a few seconds, standing still where the day has to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class DayClock:
    """Runs to the next step of the day and stands there; for people: the service has real time."""

    def __init__(
        self, start: datetime, hour_s: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._start = start
        self._hour_s = hour_s
        self._monotonic = monotonic
        self._from = self._to = timedelta(0)
        self._since = monotonic()

    def aim(self, at: timedelta) -> None:
        """Run on from the present time until `at` after the begin."""
        self._from, self._to, self._since = self._passed(), at, self._monotonic()

    def now(self) -> datetime:
        """The time of the day that is played."""
        return self._start + self._passed()

    @property
    def arrived(self) -> bool:
        """Whether time stands, at what it was to run to."""
        return self._passed() >= self._to

    def _passed(self) -> timedelta:
        hours = (self._monotonic() - self._since) / self._hour_s
        return min(self._from + timedelta(hours=hours), self._to)
