"""How fast a feed turns over: new entries an hour, and how long it can be left alone for that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

SAFE_SHARE = 1 / 3
"""So much of a feed may turn over between two polls: a burst of thrice the rate is still seen."""

SHORTEST_SPAN = timedelta(minutes=10)
"""New entries are taken as those of so long at least: one of a two-minute poll is no thirty an
hour."""

HALF_LIFE = timedelta(hours=12)
"""What was measured counts half after so long: last night's peak still holds in the morning."""

_HOUR = timedelta(hours=1)
_LONGEST = timedelta(days=365)


def measured_rate(
    rate: float | None,
    *,
    new_items: int,
    elapsed: timedelta | None,
    published: Sequence[datetime] = (),
) -> float | None:
    """New entries an hour: up at once, down slowly.

    `rate` is what was measured before; `new_items` came in `elapsed`, the time since the last
    answer (None: there was none, all are new and say nothing). `published` are the instants of the
    entries shown, if a document came: their densest stretch counts too, so that a feed has a rate
    from its first poll on. None where nothing is known.
    """
    known = [] if rate is None else [_decayed(rate, elapsed or timedelta(0))]
    if elapsed is not None:
        known.append(new_items * _HOUR / max(elapsed, SHORTEST_SPAN))
    by_dates = densest(published)
    if by_dates is not None:
        known.append(by_dates)
    return max(known, default=None)


def densest(published: Sequence[datetime]) -> float | None:
    """Entries an hour in that third of them that was published fastest; None: dates do not say.

    Entries of one instant came in one batch (or have a day for a date): they say nothing.
    """
    instants = sorted(published)
    third = max(2, round(len(instants) * SAFE_SHARE))
    spans = [late - early for early, late in zip(instants, instants[third:], strict=False)]
    spans = [span for span in spans if span > timedelta(0)]
    if not spans:
        return None
    return third * _HOUR / max(min(spans), SHORTEST_SPAN)


def safe_wait(items: int | None, rate: float | None) -> timedelta | None:
    """How long until SAFE_SHARE of `items` entries turned over; None: no limit is known."""
    if not items or not rate or rate <= 0:
        return None
    hours = items * SAFE_SHARE / rate
    return _LONGEST if hours * _HOUR.total_seconds() > 3e7 else hours * _HOUR


def _decayed(rate: float, elapsed: timedelta) -> float:
    halvings = max(elapsed, timedelta(0)) / HALF_LIFE
    return float(rate * 0.5 ** min(halvings, 100.0))
