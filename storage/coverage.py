"""What came in of each source in a stretch of time: polls, gaps, and what witnesses compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from newsroom.sights import Purpose
from storage.coverage_tables import gaps, witnesses
from storage.database import Database
from storage.gaps import SUSPECTED
from storage.tables import feeds, polls, sources


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came in of a source in a stretch of time, and what is known to have been missed."""

    source_id: str
    polls_ok: int = 0
    polls: int = 0
    """Polls made of what is polled by itself; looks at listings do not count."""
    gaps: int = 0
    """Noticed in that time, whatever became of them."""
    lost: int = 0
    """Articles that lay in those that are settled."""
    recovered: int = 0
    """Of them: those that came in late."""
    open_gaps: int = 0
    """Of the gaps: those still suspected."""
    shown: int = 0
    """Articles that witnesses compared."""
    missed: int = 0
    """Of them: those that no feed had shown."""

    @property
    def recall(self) -> float | None:
        """The share of what witnesses saw that had come in by itself; None: nothing was seen."""
        return 1 - self.missed / self.shown if self.shown else None


def coverage(db: Database, since: datetime, until: datetime) -> dict[str, Coverage]:
    """By source id, what came in and what was missed from `since` to `until`."""
    asked = (
        _count_polls(since, until),
        _count_gaps(since, until),
        select(
            witnesses.c.source_id,
            func.sum(witnesses.c.shown).label("shown"),
            func.sum(witnesses.c.missed).label("missed"),
        )
        .where(witnesses.c.at.between(since, until))
        .group_by(witnesses.c.source_id),
    )
    counts: dict[str, dict[str, int]] = {}
    with db.read() as conn:
        for (source_id,) in conn.execute(select(sources.c.id)):
            counts[source_id] = {}
        for query in asked:
            for row in conn.execute(query).mappings():
                named = {key: int(value or 0) for key, value in row.items() if key != "source_id"}
                counts.setdefault(row["source_id"], {}).update(named)
    return {source_id: Coverage(source_id, **found) for source_id, found in counts.items()}


def _count_polls(since: datetime, until: datetime) -> Any:
    ok = case((polls.c.reason == "ok", 1), else_=0)
    return (
        select(
            feeds.c.source_id,
            func.count().label("polls"),
            func.sum(ok).label("polls_ok"),
        )
        .join(polls, polls.c.feed_id == feeds.c.id)
        .where(polls.c.purpose == Purpose.POLL.value, polls.c.started_at.between(since, until))
        .group_by(feeds.c.source_id)
    )


def _count_gaps(since: datetime, until: datetime) -> Any:
    return (
        select(
            gaps.c.source_id,
            func.count().label("gaps"),
            func.sum(func.coalesce(gaps.c.lost, 0)).label("lost"),
            func.sum(gaps.c.recovered).label("recovered"),
            func.sum(case((gaps.c.state == SUSPECTED, 1), else_=0)).label("open_gaps"),
        )
        .where(gaps.c.noticed_at.between(since, until))
        .group_by(gaps.c.source_id)
    )
