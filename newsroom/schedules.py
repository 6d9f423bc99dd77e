"""When matches are told, and when not: a notify rule's `when` and `quiet` (DESIGN §7).

Configuration reads and checks what people write (`config.schedules`); here are the values, and
their one spelling, in which a `NotifyRule` carries them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = ("immediately", "hourly", "daily", "weekdays", "weekly")
UNTIMED = ("immediately", "hourly")
"""Of these: those that name no time of day."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A delivery rule; `str()` gives its one spelling in the files."""

    kind: str
    """`immediately`, `hourly`, `daily`, `weekdays` (Monday to Friday) or `weekly`."""
    times: tuple[time, ...] = ()
    """Local times of day, rising; none for `immediately` and `hourly`."""
    day: str | None = None
    """`mon` to `sun`, for `weekly`."""

    def __str__(self) -> str:
        words = [self.kind, self.day, ",".join(f"{t:%H:%M}" for t in self.times)]
        return " ".join(w for w in words if w)


IMMEDIATELY = Schedule("immediately")


@dataclass(frozen=True, slots=True)
class QuietWindow:
    """Local hours in which nothing is sent; a start after the end spans midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def read_schedule(text: str) -> Schedule:
    """The schedule of this spelling; raises ValueError for any other text."""
    words = text.split(" ")
    day = words.pop(1) if words[0] == "weekly" and len(words) > 1 else None
    times = tuple(time.fromisoformat(t) for t in words[1].split(",")) if len(words) > 1 else ()
    found = Schedule(words[0], times, day)
    if not _is_whole(found) or str(found) != text:
        raise ValueError(f"{text[:80]!r} is no schedule")
    return found


def _is_whole(found: Schedule) -> bool:
    """Its kind has what it needs, and nothing else: one without times would never come."""
    if found.kind in UNTIMED:
        return not found.times and found.day is None
    rising = list(found.times) == sorted(set(found.times))
    days = WEEKDAYS if found.kind == "weekly" else (None,)
    return found.kind in KINDS and bool(found.times) and rising and found.day in days


def read_quiet(text: str) -> QuietWindow:
    """The window of this spelling; raises ValueError for any other text."""
    start, _, end = text.partition("-")
    found = QuietWindow(time.fromisoformat(start), time.fromisoformat(end))
    if str(found) != text or found.start == found.end:
        raise ValueError(f"{text[:80]!r} is no span of hours")
    return found
