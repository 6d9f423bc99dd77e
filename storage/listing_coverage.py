"""What came in of each source and what is known to have been missed, for listings of sources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from storage.coverage import coverage
from storage.coverage_tables import gaps as gaps_table
from storage.coverage_tables import witnesses
from storage.database import Database
from storage.gaps import SUSPECTED, Gap, gaps_since, open_gaps
from storage.listing_base import Json, iso
from storage.tables import polls

DAY = timedelta(days=1)
RECALLS = {"7d": 7 * DAY, "30d": 30 * DAY}
MAX_GAPS = 20
"""Of a source, the newest; open ones always."""


def with_coverage(db: Database, lines: Iterable[Json], now: datetime) -> list[Json]:
    """Lines of `listing_sources.sources` with `coverage` (of the last 24 hours), `recall` and
    `gaps` (open, and of the last 30 days), and each feed with `overlap` and `last_gap_at`."""
    counted = coverage(db, now - DAY, now)
    recalls = {name: _recalls(db, now - span) for name, span in RECALLS.items()}
    shown = []
    for line in lines:
        found = counted.get(line["id"])
        recent = gaps_since(db, now - 30 * DAY, line["id"])
        known = {gap.id for gap in recent}
        gaps = [gap for gap in open_gaps(db, line["id"]) if gap.id not in known] + recent
        line["coverage"] = {
            "since": iso(now - DAY),
            "until": iso(now),
            "polls": found.polls if found else 0,
            "polls_ok": found.polls_ok if found else 0,
            "gaps": found.gaps if found else 0,
            "open_gaps": found.open_gaps if found else 0,
            "lost": found.lost if found else 0,
            "recovered": found.recovered if found else 0,
        }
        line["recall"] = {
            name: _recall_json(*by_source.get(line["id"], (0, 0)))
            for name, by_source in recalls.items()
        }
        line["gaps"] = [gap_json(gap) for gap in _shown(gaps)]
        for feed in line["feeds"]:
            feed["overlap"] = _overlap(db, feed["id"])
            last = max((g.noticed_at for g in gaps if g.feed_id == feed["id"]), default=None)
            feed["last_gap_at"] = iso(last)
        shown.append(line)
    return shown


def _shown(gaps: list[Gap]) -> list[Gap]:
    newest = sorted(gaps, key=lambda gap: gap.noticed_at, reverse=True)
    return [g for n, g in enumerate(newest) if n < MAX_GAPS or g.state == SUSPECTED]


def _recalls(db: Database, since: datetime) -> dict[str, tuple[int, int]]:
    query = (
        select(witnesses.c.source_id, func.sum(witnesses.c.shown), func.sum(witnesses.c.missed))
        .where(witnesses.c.at >= since)
        .group_by(witnesses.c.source_id)
    )
    with db.read() as connection:
        return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}


def _recall_json(shown: int, missed: int) -> Json:
    return {
        "recall": round(1 - missed / shown, 4) if shown else None,
        "shown": shown,
        "missed": missed,
    }


def _overlap(db: Database, feed_id: int) -> bool | None:
    """Whether its last changed document shared an entry with the one before."""
    last = (
        select(polls.c.overlap)
        .where(polls.c.feed_id == feed_id, polls.c.overlap.is_not(None))
        .order_by(polls.c.id.desc())
        .limit(1)
    )
    with db.read() as connection:
        return connection.execute(last).scalar()


def all_open_gaps(db: Database) -> list[int]:
    """Ids of gaps that are not settled yet."""
    with db.read() as connection:
        query = select(gaps_table.c.id).where(gaps_table.c.state == SUSPECTED)
        return list(connection.execute(query).scalars())


def gap_json(gap: Gap) -> Json:
    """A gap as listings show it."""
    return {
        "feed": gap.feed_url,
        "start_at": iso(gap.start_at),
        "end_at": iso(gap.end_at),
        "noticed_at": iso(gap.noticed_at),
        "cause": gap.cause,
        "state": gap.state,
        "lost": gap.lost,
        "recovered": gap.recovered,
        "closed_at": iso(gap.closed_at),
        "closed_by": gap.closed_by,
        "detail": gap.detail,
    }
