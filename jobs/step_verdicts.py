"""The verdict step: feeds and pages judged by their own past."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.desk import Desk
from jobs.judged import Judged, Patience
from newsroom.page_verdicts import judge_pages
from newsroom.rhythm import LEARNT_FROM, History, learn
from newsroom.rhythm_rare import rare_at
from newsroom.verdicts import instant
from storage.database import Database
from storage.verdicts import (
    QuietFeed,
    call_stale,
    history_of,
    newest_revision,
    newly_read,
    page_facts,
    pages_changed,
    quiet_feeds,
    sources_in_use,
    write_pages,
)

log = logging.getLogger("wirewatch.jobs")

LEARNT_ANEW = timedelta(hours=24)
"""A rhythm is learnt again after so long; a new silence is reckoned with at once."""
LEARNT_AT_ONCE = 200
"""Feeds learnt in one look: with thousands of them a start takes some minutes of looks."""
PAGES_EVERY = timedelta(minutes=5)


async def verdicts(desk: Desk) -> None:
    """Judge the feeds that are silent and the sources whose pages are others than they were."""
    await desk.call(look, desk.store.db, desk.judged, desk.clock.now())


def look(db: Database, judged: Judged, now: datetime) -> None:
    """The same, blocking."""
    _feeds(db, judged, now)
    _pages(db, judged, now)


def _feeds(db: Database, judged: Judged, now: datetime) -> None:
    quiet = {feed.id: feed for feed in (*newly_read(db), *quiet_feeds(db, now))}
    for gone in judged.feeds.keys() - quiet.keys():
        del judged.feeds[gone]
    left = LEARNT_AT_ONCE
    for feed in quiet.values():
        known = judged.feeds.get(feed.id)
        if known is None or not _holds(known, feed, now):
            if not left:
                continue
            left -= 1
            known = judged.feeds[feed.id] = patience(db, feed, now)
        if feed.last_ok_at >= known.too_long_at and call_stale(db, feed, known.told, now):
            log.warning("feed stale", extra={"feed": feed.id, "source": feed.source_id})


def _holds(known: Patience, feed: QuietFeed, now: datetime) -> bool:
    age = now - known.learnt_at
    return known.last_new_at == feed.last_new_at and timedelta(0) <= age < LEARNT_ANEW


def patience(db: Database, feed: QuietFeed, now: datetime) -> Patience:
    """When the feed's present silence is too long, by its own rhythm."""
    history = history_of(db, feed, now)
    since = history.silent_since
    rhythm = learn(history, zone_of(feed.timezone), now)
    if rhythm is None:
        at = rare_at(history)
        told = _nothing_since(history, since)
        told += f"; longer than any silence before it by far ({_span(at - since)} is too long)"
    else:
        at = rhythm.too_long_at(since)
        days = LEARNT_FROM.days
        told = _nothing_since(history, since)
        told += (
            f"; by its rhythm of the last {days} days {rhythm.limit:.0f} arrivals were to be "
            f"expected until {instant(at)}, and no silence before was longer than "
            f"{rhythm.longest:.0f}"
        )
    return Patience(feed.last_new_at, now, at, told)


def _nothing_since(history: History, since: datetime) -> str:
    if not history.arrivals and history.dates and history.dated:
        return f"its newest entry is dated {instant(since)}, and nothing new came since we watch"
    return f"answers, but shows nothing new since {instant(since)}"


def _span(span: timedelta) -> str:
    hours = round(span / timedelta(hours=1))
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"


def zone_of(name: str) -> tzinfo:
    """The zone of that name; UTC for one that is not known here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _pages(db: Database, judged: Judged, now: datetime) -> None:
    newest = newest_revision(db)
    ids = None if judged.revision is None else pages_changed(db, judged.revision)
    waiting = set()
    changed = []
    for source_id, standing in sources_in_use(db, ids).items():
        last = judged.pages_at.get(source_id)
        if last is not None and timedelta(0) <= now - last < PAGES_EVERY:
            waiting.add(source_id)
            continue
        found = judge_pages(page_facts(db, source_id, standing), standing, now)
        judged.pages_at[source_id] = now
        if found != standing:
            changed.append((source_id, found))
        if found.verdict != standing.verdict:
            extra = {"source": source_id, "verdict": found.verdict, "evidence": found.evidence}
            log.warning("pages judged", extra=extra)
    if changed:
        write_pages(db, changed)
    if not waiting:  # else what those brought is looked at next time
        judged.revision = newest
