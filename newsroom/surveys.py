"""What a listing tells of what may have been missed, decided: order, reach, gaps, witnesses.

A listing shows articles newest first, more or less: some are pinned, some show no date or only
the day. What is known of an article dates it too, so that a listing without any dates can be read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)

SLACK = timedelta(minutes=1)
"""Listings cut seconds off."""

NEAR = timedelta(hours=48)
"""What is older than the ground looked for by more than this may be pinned, not reached."""
NEAR_ENOUGH = 2
"""So many of what was published just before, at the end of a listing, are known ground."""
FAR_ENOUGH = 5
"""So many older ones are, however old: no outlet pins that many."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One article as a listing showed it, with what we know of it."""

    key: str
    """What tells it from the others: its canonical URL."""
    at: datetime | None = None
    """When it was published, to the minute: as the listing says, or as we know."""
    day: datetime | None = None
    """Where the day alone is shown: its beginning."""
    changed_at: datetime | None = None
    """A sitemap's `lastmod`: it was published before."""


class Span(NamedTuple):
    """From when to when an article may have been published; None: nothing tells."""

    low: datetime | None
    high: datetime | None


def chain(items: Sequence[Listed]) -> list[int]:
    """Positions of the dated articles that stand in order, newest first: the longest such row.

    What is pinned, and boxes in an order of their own, fall out of it.
    """
    tails: list[int] = []
    ends: list[float] = []
    before: dict[int, int | None] = {}
    for position, item in enumerate(items):
        if item.at is None:
            continue
        key = -item.at.timestamp()
        place = bisect_right(ends, key)
        before[position] = tails[place - 1] if place else None
        ends[place : place + 1] = [key]
        tails[place : place + 1] = [position]
    row: list[int] = []
    at: int | None = tails[-1] if tails else None
    while at is not None:
        row.append(at)
        at = before[at]
    return row[::-1]


def in_order(items: Sequence[Listed], *, sitemap: bool = False) -> list[Listed]:
    """The articles newest first; a sitemap's order means nothing, some listings begin with the
    oldest."""
    if sitemap:
        return sorted(items, key=lambda item: _newest_first(item.at or item.changed_at))
    backward = items[::-1]
    return list(backward if len(chain(backward)) > len(chain(items)) else items)


def _newest_first(at: datetime | None) -> float:
    return -at.timestamp() if at is not None else float("inf")


def spans(items: Sequence[Listed], *, sitemap: bool = False) -> list[Span]:
    """When each of these (in order) was published, by its date, else by its neighbours."""
    row = [] if sitemap else chain(items)
    at = {position: items[position].at for position in row}
    above: list[datetime | None] = []
    newest: datetime | None = None
    for position in range(len(items)):
        above.append(newest)
        newest = at.get(position, newest)
    found: list[Span] = []
    oldest: datetime | None = None
    for position in range(len(items) - 1, -1, -1):
        found.append(_span(items[position], oldest, above[position]))
        oldest = at.get(position, oldest)
    return found[::-1]


def _span(item: Listed, low: datetime | None, high: datetime | None) -> Span:
    if item.at is not None:
        return Span(item.at, item.at)
    if item.changed_at is not None:
        high = min(high, item.changed_at) if high else item.changed_at
    if item.day is not None:
        end = item.day + DAY
        if (low is not None and low > end) or (high is not None and high < item.day):
            return Span(item.day, end)  # out of order: its day is all there is to go by
        low = max(low, item.day) if low else item.day
        high = min(high, end) if high else end
    if low is not None and high is not None and low > high:
        return Span(high, low)
    return Span(low, high)


def reached(items: Sequence[Listed], start: datetime) -> bool:
    """Whether a listing (in order) goes back to before `start`.

    It does where it ends with two articles in a row of the two days before, or with five older
    ones, or shows nothing but older ones. A pinned one by itself is no ground.
    """
    row = [items[position].at for position in chain(items)]
    older = [at for at in row if at is not None and at <= start]
    near = [at for at in older if at >= start - NEAR]
    whole = bool(older) and all(item.at is not None and item.at <= start for item in items)
    return len(near) >= NEAR_ENOUGH or len(older) >= FAR_ENOUGH or whole


def reaches_to(items: Sequence[Listed]) -> datetime | None:
    """How far back a listing shows what was published; the last one alone may be pinned."""
    row = [items[position].at for position in chain(items)]
    return row[-2] if len(row) > 1 else (row[-1] if row else None)


def lies_in(span: Span, start: datetime, end: datetime, noticed_at: datetime) -> bool | None:
    """Whether an article that was not known lay in a gap; None: its page's date must tell.

    All that was published before `start` is known, and what was between `end` and `noticed_at`:
    one that may lie in the gap, and may not lie after `noticed_at`, lay in it.
    """
    low, high = span
    if low is None and high is None:
        return False
    if (high is not None and high < start - SLACK) or (low is not None and low > end + SLACK):
        return False
    if low == high:
        return True
    if low is None or high is None:
        return None
    return True if high <= max(noticed_at, end) + SLACK else None


def place(span: Span, now: datetime) -> datetime | None:
    """When an article without a date to the minute was published, at the latest; None: unknown.

    Only what stands above a dated one has a place: below the last nothing says how old it is.
    """
    if span.low is None:
        return None
    return span.high or now


def worth_keeping(span: Span, floor: datetime) -> bool:
    """Whether an article not known may be newer than our watching: a backfill brings the others."""
    return span.high is None or span.high >= floor
