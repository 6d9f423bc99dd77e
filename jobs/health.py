"""The footer's word on the sources, read at most once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts.model import HealthContent, SourceProblem
from jobs.desk import Desk
from storage.database import Database
from storage.listing_base import Filters
from storage.listing_sources import sources

FRESH = timedelta(minutes=1)
_FINE = "ok"


async def health_content(desk: Desk) -> HealthContent:
    """How many sources are watched, and which have a feed that does not answer as it should."""
    now = desk.clock.now()
    known = desk.health
    if known is None or not timedelta(0) <= now - known[0] < FRESH:
        known = (now, await desk.call(read_health, desk.store.db))
        desk.health = known
    return known[1]


def read_health(db: Database) -> HealthContent:
    """The same, read now."""
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
