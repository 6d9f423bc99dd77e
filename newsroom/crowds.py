"""Late and many: when alerts of one poll go together (DESIGN §4).

Asked for alerts that would go by themselves now. Both rules look at one recipient's alerts of one
poll: late ones are gathered from the first, others from the 51st on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

LATE_ALONE = 5
"""So many late alerts of one poll go by themselves."""
FIRST_ALONE = 50
"""So many alerts of one poll go by themselves, if they are not late."""
GATHER_AT_MOST = timedelta(minutes=10)
"""No alert waits longer for the others of its poll, counted from its creation."""
LOOK_EVERY_S = 5
"""Those that wait are looked at together, at instants that are multiples of this."""

_CLOCK_SLACK = timedelta(minutes=1)


class Going(Enum):
    """What becomes of an alert."""

    ALONE = "alone"
    TOGETHER = "together"
    """With the digest of its crowd."""
    LATER = "later"
    """Its crowd is not complete: it is looked at again."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What there is of an alert's poll, for its recipient."""

    late: bool
    rank: int
    """Alerts of the poll that this recipient had before it."""
    matched: bool
    """Every article of the poll is matched: no further alert comes."""
    waiting: int
    """Of its kind (late ones, or those from the 51st on): how many are unsent."""
    to_come: int
    """Of these: how many have not fallen due, because their page is waited for."""


def is_crowd(*, late: bool, rank: int) -> bool:
    """Whether the other alerts of its poll matter to an alert."""
    return late or rank >= FIRST_ALONE


def going(crowd: Crowd, created_at: datetime, now: datetime, *, ending: bool = False) -> Going:
    """Whether an alert goes by itself, with its crowd, or waits for the crowd to be complete.

    `ending`: a single pass is at its end, nothing more comes.
    """
    if not is_crowd(late=crowd.late, rank=crowd.rank):
        return Going.ALONE
    few = crowd.late and crowd.waiting <= LATE_ALONE
    if not ending and _may_wait(created_at, now):
        if not crowd.matched:
            return Going.LATER
        if not few and crowd.to_come:
            return Going.LATER
    return Going.ALONE if few else Going.TOGETHER


def crowd_schedule(*, late: bool, poll_id: int) -> str:
    """The schedule of a crowd's digest."""
    return f"{'late' if late else 'many'} {poll_id}"


def next_look(now: datetime) -> datetime:
    """When alerts that wait for their crowd are looked at again: all at the same instants."""
    steps = math.floor(now.timestamp() / LOOK_EVERY_S) + 1
    return datetime.fromtimestamp(steps * LOOK_EVERY_S, UTC)


def _may_wait(created_at: datetime, now: datetime) -> bool:
    """One that a clock made that was ahead has waited long enough: nobody knows how long."""
    return -_CLOCK_SLACK <= now - created_at < GATHER_AT_MOST
