"""What verdicts of many polls and pages rest on, read by index and no further than needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, func, select, update

from newsroom.page_verdicts import PAST, RECENT, PageFact, PageVerdict
from newsroom.reasons import Reason
from newsroom.rhythm import LEARNT_FROM, LEAST_SILENCE, History
from newsroom.stories_text import is_flash
from storage.database import Database
from storage.tables import articles, entries, feeds, polls, revisions, sources

MOST_POLLS = 20_000
"""Every two minutes for 28 days."""
MOST_ENTRIES = 30_000
DATED = 200
"""Newest entries whose published instants tell how often something comes."""
OUTAGE = timedelta(hours=3)
"""Without a good answer for so long, nothing is known of when things came."""

_OK = Reason.OK.value


@dataclass(frozen=True, slots=True)
class QuietFeed:
    """A feed that answers, and showed nothing new for an hour at least."""

    id: int
    source_id: str
    timezone: str
    interval_max: timedelta
    first_ok_at: datetime
    last_ok_at: datetime
    last_new_at: datetime | None


def quiet_feeds(db: Database, now: datetime) -> list[QuietFeed]:
    """Those that are not said to be stale already; one read of the feeds in use."""
    query = (
        select(feeds, sources.c.timezone)
        .join(sources, sources.c.id == feeds.c.source_id)
        .where(
            feeds.c.active,
            feeds.c.kind == "feed",
            feeds.c.quarantined_at.is_(None),
            feeds.c.reason == _OK,
            feeds.c.verdict != Reason.STALE.value,
            func.coalesce(feeds.c.last_new_at, feeds.c.first_ok_at) <= now - LEAST_SILENCE,
            feeds.c.last_ok_at > func.coalesce(feeds.c.last_new_at, feeds.c.first_ok_at),
        )
        .order_by(feeds.c.id)
    )
    with db.read() as conn:
        return [_quiet(row) for row in conn.execute(query)]


def newly_read(db: Database) -> list[QuietFeed]:
    """Feeds that were read for the first time and showed nothing since: they may be long dead."""
    query = (
        select(feeds, sources.c.timezone)
        .join(sources, sources.c.id == feeds.c.source_id)
        .where(
            feeds.c.active,
            feeds.c.kind == "feed",
            feeds.c.reason == _OK,
            feeds.c.verdict != Reason.STALE.value,
            func.coalesce(feeds.c.last_new_at, feeds.c.first_ok_at) <= feeds.c.first_ok_at,
        )
        .order_by(feeds.c.id)
    )
    with db.read() as conn:
        return [_quiet(row) for row in conn.execute(query)]


def _quiet(row: Any) -> QuietFeed:
    return QuietFeed(
        id=row.id,
        source_id=row.source_id,
        timezone=row.timezone,
        interval_max=timedelta(seconds=row.interval_max_s),
        first_ok_at=row.first_ok_at,
        last_ok_at=row.last_ok_at,
        last_new_at=row.last_new_at,
    )


def history_of(db: Database, feed: QuietFeed, now: datetime) -> History:
    """When a feed showed something new, by its polls of the last weeks and its newest entries."""
    answered = (
        select(polls.c.id, polls.c.finished_at, polls.c.first)
        .where(polls.c.feed_id == feed.id, polls.c.reason == _OK)
        .order_by(polls.c.id.desc())
        .limit(MOST_POLLS)
    )
    shown = (
        select(entries.c.first_poll_id, entries.c.published_at)
        .where(entries.c.feed_id == feed.id)
        .order_by(entries.c.article_id.desc())  # by index; new entries are of new articles
        .limit(MOST_ENTRIES)
    )
    good: list[tuple[int, datetime, bool]] = []
    with db.read() as conn:
        for row in conn.execute(answered):
            if row.finished_at < now - LEARNT_FROM:
                break
            good.append((row.id, row.finished_at, row.first))
        brought = conn.execute(shown).all()
    first_shown = {row.first_poll_id for row in brought}
    arrivals = {at for ident, at, first in good if ident in first_shown and not first}
    if feed.last_new_at is not None and feed.last_new_at > feed.first_ok_at:
        arrivals.add(feed.last_new_at)
    patience = max(OUTAGE, 2 * feed.interval_max)
    times = [at for _, at, _ in reversed(good)]
    known = [row.published_at for row in brought[:DATED]]
    dates = sorted(at for at in known if at is not None and at <= now)
    oldest = times[0] if times else feed.first_ok_at
    return History(
        begun=max(feed.first_ok_at, oldest),
        arrivals=tuple(sorted(arrivals)),
        outages=tuple((a, b) for a, b in pairwise(times) if b - a > patience),
        dates=tuple(dates),
        dated=bool(known) and None not in known,
    )


def call_stale(db: Database, feed: QuietFeed, evidence: str, now: datetime) -> bool:
    """Say that a feed is stale, unless it showed something new or failed meanwhile."""
    same = (
        feeds.c.last_new_at.is_(None)
        if feed.last_new_at is None
        else feeds.c.last_new_at == feed.last_new_at
    )
    stale = {"verdict": Reason.STALE.value, "verdict_since": now, "evidence": evidence}
    with db.write() as conn:
        done = conn.execute(
            update(feeds)
            .where(feeds.c.id == feed.id, feeds.c.reason == _OK, feeds.c.active, same)
            .values(stale)
        )
        return done.rowcount == 1


def newest_revision(db: Database) -> int:
    """The last revision written."""
    with db.read() as conn:
        return int(conn.execute(select(func.coalesce(func.max(revisions.c.id), 0))).scalar_one())


def pages_changed(db: Database, after: int) -> set[str]:
    """Sources whose pages may be others than they were: read since that revision, or failing."""
    read = (
        select(articles.c.source_id)
        .join(revisions, revisions.c.article_id == articles.c.id)
        .where(revisions.c.id > after, revisions.c.origin != "feed")
        .distinct()
    )
    failing = (
        select(articles.c.source_id)
        .where(articles.c.page_due_at.is_not(None), articles.c.page_failed_since.is_not(None))
        .distinct()
    )
    judged = select(sources.c.id).where(sources.c.pages_verdict != _OK)
    with db.read() as conn:
        return {str(i) for query in (read, failing, judged) for i in conn.execute(query).scalars()}


def sources_in_use(db: Database, ids: Collection[str] | None) -> dict[str, PageVerdict]:
    """Source → what stands of its pages, of these sources (None: all) that are watched."""
    query = select(sources).where(sources.c.enabled, sources.c.paused_at.is_(None))
    with db.read() as conn:
        return {
            row.id: PageVerdict(row.pages_verdict, row.pages_since, row.pages_evidence)
            for row in conn.execute(query)
            if ids is None or row.id in ids
        }


def page_facts(db: Database, source_id: str, standing: PageVerdict) -> list[PageFact]:
    """How the newest pages of a source fared, newest article first; those never tried left out."""
    with db.read() as conn:
        rows = _pages(conn, source_id, RECENT + PAST, None)
        since = standing.since if standing.verdict == Reason.LAYOUT_CHANGED.value else None
        if since is not None and rows and rows[-1].first_seen_at >= since:
            rows += _pages(conn, source_id, PAST, since)
    return [_fact(row) for row in rows]


def _pages(conn: Connection, source_id: str, most: int, before: datetime | None) -> list[Any]:
    query = (
        select(
            articles.c.first_seen_at,
            articles.c.reason,
            articles.c.state,
            articles.c.title,
            articles.c.warnings,
            articles.c.published_at,
            articles.c.page_failed_since,
            func.length(articles.c.body).label("length"),
        )
        .where(
            articles.c.source_id == source_id,
            articles.c.backfill_id.is_(None),
            articles.c.reason.is_not(None),
        )
        .order_by(articles.c.id.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(articles.c.first_seen_at < before)
    return list(conn.execute(query))


def _fact(row: Any) -> PageFact:
    lost = frozenset(row.warnings or ())
    have = {
        "title": "no_title" not in lost,
        "date": "no_date" not in lost,
        "text": "no_body" not in lost and "partial" not in lost,
        "class": "layout_changed" not in lost,
    }
    return PageFact(
        seen_at=row.first_seen_at,
        reason=row.reason,
        length=row.length or 0,
        fields=frozenset(name for name, there in have.items() if there),
        flash=is_flash(row.title),
        failing_since=row.page_failed_since,
    )


def write_pages(db: Database, found: Sequence[tuple[str, PageVerdict]]) -> None:
    """Keep what was judged of sources' pages."""
    with db.write() as conn:
        for source_id, judged in found:
            conn.execute(
                update(sources)
                .where(sources.c.id == source_id)
                .values(
                    pages_verdict=judged.verdict,
                    pages_since=judged.since,
                    pages_evidence=judged.evidence,
                )
            )
