"""When listings are looked at, and what came of it: tries of gaps, the witness, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

WITNESS_EVERY = timedelta(hours=24)
WITNESS_AGAIN = timedelta(hours=1)
"""After a witness that could read no listing at all."""
WITNESS_BACK = timedelta(days=7)
"""No witness looks back farther."""
GRACE_LEAST = timedelta(minutes=30)
"""What was published so lately may still come by itself."""
GRACE_INTERVALS = 2

GIVE_UP = timedelta(days=7)
"""A gap is looked into for so long."""
TRIES_AFTER = tuple(timedelta(minutes=n) for n in (2, 5, 15, 60, 240))
"""Waits after the first tries of a gap; then it waits for the daily witness."""
TRIES_FOR_DATES = 3
"""So often a gap stays open because what was found shows no date yet."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a look at one listing can tell of a stretch of time."""

    url: str
    reached: bool = False
    """It went back to before the stretch."""
    reaches_to: datetime | None = None
    """How far back it goes."""
    failure: str = ""
    """Why it could not be read; empty: it was."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a gap is settled."""

    by: str = ""
    """The listings that showed what lay between; empty: it stays open."""
    detail: str = ""
    """Why it stays open."""


def lists_all(url: str) -> bool:
    """Whether a listing is a sitemap: it names articles of every section."""
    path = urlsplit(url).path.lower()
    return "sitemap" in path or path.endswith((".xml", ".xml.gz"))


def verdict(told: Sequence[Told], *, undated: int, tries: int) -> Verdict:
    """Settle a gap by what its source's listings told.

    One sitemap that goes back far enough settles it: it names every section's articles. Section
    pages do only together: every one of them was read and goes back. `undated`: articles found
    that may lie in the gap, whose pages have not told yet; after some tries they count as not.
    """
    if not told:
        return Verdict(detail="the source has no listing that could tell")
    good = [one for one in told if one.reached]
    sitemaps = [one for one in good if lists_all(one.url)]
    sections = [one for one in told if not lists_all(one.url)]
    settled = sitemaps or (good if sections and all(one.reached for one in sections) else [])
    if not settled:
        return Verdict(detail="; ".join(_why_open(one) for one in told if not one.reached))
    if undated and tries < TRIES_FOR_DATES:
        return Verdict(detail=f"{undated} found, of which the pages must tell when they came")
    return Verdict(by=", ".join(one.url for one in settled))


def _why_open(told: Told) -> str:
    if told.failure:
        return f"{told.url}: {told.failure}"
    if told.reaches_to is None:
        return f"{told.url}: nothing in it tells how far back it goes"
    return f"{told.url} goes back to {told.reaches_to:%Y-%m-%d %H:%M} UTC only"


def next_gap_try(tries: int, noticed_at: datetime, now: datetime) -> datetime | None:
    """When a gap that stays open is looked into again, after so many tries; None: never."""
    wait = TRIES_AFTER[tries - 1] if 0 < tries <= len(TRIES_AFTER) else WITNESS_EVERY
    return now + wait if now + wait <= noticed_at + GIVE_UP else None


def next_witness(now: datetime, *, read: bool) -> datetime:
    """The next daily look; `read`: at least one listing could be read now."""
    return now + (WITNESS_EVERY if read else WITNESS_AGAIN)


def witness_stretch(
    watching_since: datetime, last_until: datetime | None, interval: timedelta, now: datetime
) -> tuple[datetime, datetime]:
    """From when to when a witness at `now` compares; an empty one where the end is not later."""
    until = now - max(GRACE_INTERVALS * interval, GRACE_LEAST)
    since = max(watching_since, last_until or watching_since, now - WITNESS_BACK)
    return since, until
