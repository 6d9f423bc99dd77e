"""The ledger of gaps: what a feed may have shown unseen, and what came of it.

A gap is `suspected` until a listing or a witness has shown what lay in it; then it is `lost` with
a number, or `none_lost`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from newsroom.coverage import Suspicion
from storage.coverage_tables import gaps
from storage.database import Database
from storage.tables import feeds

SUSPECTED, LOST, NONE_LOST = "suspected", "lost", "none_lost"


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of the ledger."""

    id: int
    feed_id: int
    feed_url: str
    source_id: str
    poll_id: int
    """The poll that noticed it."""
    start_at: datetime
    """What was published up to then is known."""
    end_at: datetime
    """And what was from then on."""
    noticed_at: datetime
    cause: str
    """`no_overlap` or `jump`."""
    state: str
    """`suspected`, `lost` or `none_lost`."""
    lost: int | None
    """How many articles lay in it; None while that is not known."""
    recovered: int
    """How many of these came in late."""
    closed_at: datetime | None
    closed_by: str | None
    """What showed what lay between."""
    tries: int
    next_try_at: datetime | None
    """None: nothing is tried any more before the next witness."""
    detail: str | None
    """Why it is still open."""


def note_gap(
    conn: Connection,
    *,
    feed_id: int,
    source_id: str,
    poll_id: int,
    found: Suspicion,
    now: datetime,
) -> int:
    """Write a suspicion down, in the transaction of the poll that noticed it; its id."""
    made = conn.execute(
        insert(gaps)
        .values(
            feed_id=feed_id,
            source_id=source_id,
            poll_id=poll_id,
            start_at=found.start,
            end_at=found.end,
            noticed_at=now,
            cause=found.cause.value,
            state=SUSPECTED,
            next_try_at=now,
        )
        .returning(gaps.c.id)
    )
    return int(made.scalar_one())


def open_gaps(db: Database, source_id: str, now: datetime | None = None) -> list[Gap]:
    """Suspected gaps of a source, the earliest first; with `now` those due to be looked into."""
    query = (
        _all()
        .where(gaps.c.source_id == source_id, gaps.c.state == SUSPECTED)
        .order_by(gaps.c.start_at, gaps.c.id)
    )
    if now is not None:
        query = query.where(gaps.c.next_try_at <= now)
    return _read(db, query)


def close_gap(
    conn: Connection, gap_id: int, *, lost: int, recovered: int, by: str, now: datetime
) -> bool:
    """It is known what lay in the gap: `lost` articles, `recovered` of which came in late.

    With `lost` 0 it was none. `by` names what showed it. False where the gap was closed already.
    """
    closed = conn.execute(
        update(gaps)
        .where(gaps.c.id == gap_id, gaps.c.state == SUSPECTED)
        .values(
            state=LOST if lost else NONE_LOST,
            lost=lost,
            recovered=recovered,
            closed_at=now,
            closed_by=by[:500],
            tries=gaps.c.tries + 1,
            next_try_at=None,
            detail=None,
        )
    )
    return closed.rowcount == 1


def postpone_gap(
    conn: Connection, gap_id: int, *, next_try_at: datetime | None, detail: str
) -> bool:
    """A look did not settle it; `next_try_at` None: it waits for the next witness.

    `detail` says why, for people. False where the gap was closed meanwhile.
    """
    put_off = conn.execute(
        update(gaps)
        .where(gaps.c.id == gap_id, gaps.c.state == SUSPECTED)
        .values(next_try_at=next_try_at, detail=detail[:500], tries=gaps.c.tries + 1)
    )
    return put_off.rowcount == 1


def gaps_since(db: Database, since: datetime, source_id: str | None = None) -> list[Gap]:
    """Gaps noticed from `since` on (of one source), whatever their state, first noticed first."""
    query = _all().where(gaps.c.noticed_at >= since).order_by(gaps.c.noticed_at, gaps.c.id)
    if source_id is not None:
        query = query.where(gaps.c.source_id == source_id)
    return _read(db, query)


def _all() -> Any:
    return select(gaps, feeds.c.url.label("feed_url")).join(feeds, feeds.c.id == gaps.c.feed_id)


def _read(db: Database, query: Any) -> list[Gap]:
    with db.read() as conn:
        return [Gap(**row) for row in conn.execute(query).mappings()]
