"""What it means for an article that a feed or a listing showed it first, decided (DESIGN §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsroom.polling import alerting_at_sight


class Purpose(StrEnum):
    """Why a feed or listing was looked at."""

    POLL = "poll"
    REFILL = "refill"
    """To find what a gap may have lost."""
    WITNESS = "witness"
    """To see whether anything was missed."""
    BACKFILL = "backfill"
    """To bring in what is older than our watching."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a feed or listing, and from when to when it should find nothing new."""

    purpose: Purpose = Purpose.POLL
    covered_from: datetime | None = None
    """We were watching from then on: what was published since alerts at whatever sight."""
    covered_until: datetime | None = None
    """What was published up to then should have come by itself: it is late."""
    alerts: bool = True
    """False: what it brings alerts nobody."""
    backfill_id: int | None = None


POLLING = Look()


@dataclass(frozen=True, slots=True)
class Sight:
    """What becomes of an article at its first sight."""

    alerting: str
    """`alert`, `silent`, or `undated` (the page's date decides)."""
    late: str | None
    """Why its matches are late; None: they are not."""
    priority: int = 1
    """Of its page: 1 as usual, 2 behind all others."""


LATE_WORDS = {
    Purpose.REFILL: "gap",
    Purpose.WITNESS: "witness",
    Purpose.BACKFILL: "backfill",
}


def first_sight(
    look: Look,
    *,
    first_poll: bool,
    late_poll: str | None,
    published_at: datetime | None,
    first_seen_at: datetime,
    backfill: timedelta | None,
) -> Sight:
    """Decide it.

    `first_poll`: the feed or listing was never read before; `late_poll`: why all that this poll
    brings is late; `backfill`: the source's `backfill_alerts` (None: any age).

    A look that is no poll brings in what is older than our watching as a first poll would.
    """
    if look.purpose is Purpose.BACKFILL:
        alerting = "alert" if look.alerts else "silent"
        return Sight(alerting, LATE_WORDS[Purpose.BACKFILL], priority=2)
    alerting = alerting_at_sight(
        first_poll=first_poll or look.purpose is not Purpose.POLL,
        published_at=published_at,
        first_seen_at=first_seen_at,
        backfill=backfill,
    )
    if look.purpose is Purpose.POLL:
        return Sight(alerting, late_poll)
    if published_at is None:
        return Sight(alerting, LATE_WORDS[look.purpose])
    if look.covered_from is not None and published_at >= look.covered_from:
        alerting = "alert"
    late = look.covered_until is None or published_at <= look.covered_until
    return Sight(alerting, LATE_WORDS[look.purpose] if late else None)
