"""How often watchlists met an article, day by day: what a digest's charts show."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta, tzinfo

from sqlalchemy import case, func, select

from storage.database import Database
from storage.outbox_tables import matches
from storage.tables import articles

DAYS = 30


def matches_per_day(
    db: Database,
    watchlist_ids: Collection[int],
    *,
    until: datetime,
    zone: tzinfo,
    days: int = DAYS,
) -> dict[int, tuple[int, ...]]:
    """Watchlist → how many articles it met that were first seen on each of the last `days` days of
    `zone`, the oldest day first and the day of `until`, up to it, last.

    A day is a local one, of 23 to 25 hours where clocks are changed. Articles are counted by when
    they were first seen: what a new watchlist found in the archive stands where it belongs.
    """
    counts = {watchlist_id: [0] * days for watchlist_id in watchlist_ids}
    if not counts:
        return {}
    starts = _starts(until, zone, days)
    day = case(
        *((articles.c.first_seen_at < start, at) for at, start in enumerate(starts[1:])),
        else_=days - 1,
    ).label("local_day")
    query = (
        select(matches.c.watchlist_id, day, func.count())
        .join(articles, articles.c.id == matches.c.article_id)
        .where(
            matches.c.watchlist_id.in_(sorted(counts)),
            articles.c.first_seen_at >= starts[0],
            articles.c.first_seen_at <= until,
        )
        .group_by(matches.c.watchlist_id, day)
    )
    with db.read() as connection:
        for watchlist_id, at, count in connection.execute(query):
            counts[watchlist_id][at] = int(count)
    return {watchlist_id: tuple(found) for watchlist_id, found in counts.items()}


def _starts(until: datetime, zone: tzinfo, days: int) -> list[datetime]:
    """When each day began, the oldest first; a midnight that is jumped over counts as the instant
    of the jump."""
    today = until.astimezone(zone).date()
    local = (datetime.combine(today - timedelta(days=n), time(), zone) for n in range(days))
    return [start.astimezone(UTC) for start in local][::-1]
