"""The word of mails on the sources: how they answer, and in digests what came in of them."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.model import HealthContent, SourceCoverage, SourceGap, SourceProblem
from jobs.desk import Desk
from newsroom.errors import StorageError
from storage.alert_claims import ClaimedAlert
from storage.coverage import coverage
from storage.database import Database
from storage.gaps import NONE_LOST, SUSPECTED, Gap, gaps_since
from storage.listing_base import Filters
from storage.listing_sources import sources

log = logging.getLogger("wirewatch.jobs")

FRESH = timedelta(minutes=1)
LOOK_BACK = timedelta(hours=24)
"""What a digest without a period of its own speaks of."""
LONGEST = timedelta(days=40)
_FINE = "ok"
_KEPT = 50


async def health_content(desk: Desk) -> HealthContent:
    """How many sources are watched, and which have a feed that does not answer as it should."""
    now = desk.clock.now()
    known = desk.health
    if known is None or not timedelta(0) <= now - known[0] < FRESH:
        known = (now, await desk.call(read_health, desk.store.db))
        desk.health = known
        desk.coverage.clear()
    return known[1]


async def digest_health(desk: Desk, health: HealthContent, claim: ClaimedAlert) -> HealthContent:
    """The same with what came in of each source in a digest's period; read at most once a minute
    for all digests of one period."""
    since, until = period(claim, desk.clock.now())
    found = desk.coverage.get((since, until))
    if found is None:
        if len(desk.coverage) >= _KEPT:
            desk.coverage.clear()
        try:
            found = await desk.call(read_coverage, desk.store.db, since, until)
        except StorageError:
            raise
        except Exception:  # a digest goes without it rather than not at all
            log.exception("coverage cannot be told")
            return health
        desk.coverage[(since, until)] = found
    return replace(health, coverage=found)


def period(claim: ClaimedAlert, now: datetime) -> tuple[datetime, datetime]:
    """What a digest looks back on, else the last 24 hours."""
    digest = claim.digest
    until = now if digest is None or digest.until is None else min(digest.until, now)
    since = until - LOOK_BACK if digest is None or digest.since is None else digest.since
    return (max(since, until - LONGEST) if since < until else until - LOOK_BACK), until


def read_health(db: Database) -> HealthContent:
    """How the sources are, read now."""
    watched = [row for row in sources(db, Filters()) if row["enabled"]]
    problems = tuple(
        SourceProblem(
            row["name"],
            row["reason"],
            datetime.fromisoformat(row["since"]) if row["since"] else None,
        )
        for row in watched
        # one dead feed is told even while the source's others answer
        if row["reason"] not in (None, _FINE)
    )
    return HealthContent(sources=len(watched), problems=problems)


def read_coverage(db: Database, since: datetime, until: datetime) -> tuple[SourceCoverage, ...]:
    """What came in of each watched source, in the catalogue's order; of those with polls only."""
    counted = coverage(db, since, until)
    by_source: dict[str, list[Gap]] = {}
    for gap in gaps_since(db, since):
        if gap.noticed_at <= until and gap.state != NONE_LOST:
            by_source.setdefault(gap.source_id, []).append(gap)
    told = []
    for row in sources(db, Filters()):
        found, gaps = counted.get(row["id"]), by_source.get(row["id"], [])
        if row["enabled"] and found is not None and (found.polls or gaps or found.shown):
            told.append(
                SourceCoverage(
                    source_name=row["name"],
                    polls_ok=found.polls_ok,
                    polls=found.polls,
                    gaps=tuple(
                        SourceGap(
                            g.start_at, g.end_at, g.lost, g.recovered, open=g.state == SUSPECTED
                        )
                        for g in gaps
                    ),
                    shown=found.shown,
                    missed=found.missed,
                )
            )
    return tuple(told)
