"""Backfills: asked for, walked piece by piece, and counted.

A piece commits what a document showed and where the walk stands in one transaction. The documents
are stored against one `feeds` row per source, of kind `archive`, which is never polled: a backfill
leaves no trace in the rows of the feeds and listings that are watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from newsroom.backfilling import Walk, walk_from_json, walk_json
from newsroom.sights import Look, Purpose
from storage import leases
from storage.claims import ClaimedFeed, PollCommit, PollOutcome, SourceRules
from storage.coverage_tables import backfills
from storage.database import Database
from storage.polls import claim_feed, commit_poll
from storage.tables import articles, feeds

LEASE_S = 600
"""A piece is one polite request (it may wait for its turn at the host) and what it showed."""
ACTIVE = ("walking", "fetching")
OPEN_END = "open"
"""Key of the stored walk: no end was named, so it ends when it was asked for."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """One backfill as the table has it."""

    id: int
    source_id: str
    since: datetime
    until: datetime
    alerts: bool
    state: str
    """`walking` (archives are read), `fetching` (pages are left), `done`, `stopped`."""
    walk: Walk
    listed: int
    new: int
    created_at: datetime
    done_at: datetime | None
    detail: str

    @property
    def active(self) -> bool:
        """Something is left to do."""
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class Pages:
    """What became of a backfill's articles so far."""

    waiting: int
    """Never tried yet."""
    fetched: int
    failed: int


def _read(row: Any) -> Backfill:
    return Backfill(
        id=row.id,
        source_id=row.source_id,
        since=row.since_at,
        until=row.until_at,
        alerts=row.alerts,
        state=row.state,
        walk=walk_from_json(row.walk["walk"]),
        listed=row.listed,
        new=row.new,
        created_at=row.created_at,
        done_at=row.done_at,
        detail=row.detail or "",
    )


def ask(
    db: Database,
    source_id: str,
    since: datetime,
    until: datetime | None,
    walk: Walk,
    *,
    alerts: bool,
    now: datetime,
) -> tuple[Backfill, bool]:
    """The unfinished backfill of just this stretch, else a new one; True: it is new.

    `until` None is `now`; a later call without an end goes on with the same one.
    """
    with db.write() as conn:
        db.story_lock(conn)
        query = select(backfills).where(
            backfills.c.source_id == source_id,
            backfills.c.since_at == since,
            backfills.c.state.in_(ACTIVE),
        )
        for row in conn.execute(query.order_by(backfills.c.id)):
            if row.until_at == until or (until is None and row.walk.get(OPEN_END)):
                return _read(row), False
        made = conn.execute(
            insert(backfills)
            .values(
                source_id=source_id,
                since_at=since,
                until_at=until or now,
                alerts=alerts,
                state="walking",
                walk={"walk": walk_json(walk), OPEN_END: until is None},
                created_at=now,
            )
            .returning(backfills)
        ).one()
        return _read(made), True


def get(db: Database, backfill_id: int) -> Backfill:
    """The backfill as it stands."""
    with db.read() as conn:
        return _read(conn.execute(select(backfills).where(backfills.c.id == backfill_id)).one())


def active(db: Database) -> list[Backfill]:
    """Those with something left to do, oldest first."""
    with db.read() as conn:
        rows = conn.execute(
            select(backfills).where(backfills.c.state.in_(ACTIVE)).order_by(backfills.c.id)
        ).all()
    return [_read(row) for row in rows]


def _waiting(backfill_id: int) -> ColumnElement[bool]:
    return and_(
        articles.c.backfill_id == backfill_id,
        articles.c.page_due_at.is_not(None),
        articles.c.quarantined_at.is_(None),
        articles.c.state == "listed",
    )


def waiting(db: Database, backfill_id: int) -> int:
    """How many of its pages were not tried yet; cheap, however many it brought."""
    with db.read() as conn:
        return int(
            conn.execute(
                select(func.count()).select_from(articles).where(_waiting(backfill_id))
            ).scalar_one()
        )


def waiting_hosts(db: Database, backfill_id: int) -> list[str]:
    """The hosts of pages that were not tried yet."""
    query = select(articles.c.page_host).where(_waiting(backfill_id)).distinct()
    with db.read() as conn:
        return sorted(host for (host,) in conn.execute(query) if host)


def pages(db: Database, backfill: Backfill) -> Pages:
    """Counts over all it brought; reads them all."""
    query = (
        select(articles.c.state, func.count())
        .where(articles.c.backfill_id == backfill.id)
        .group_by(articles.c.state)
    )
    with db.read() as conn:
        states = {state: int(count) for state, count in conn.execute(query)}
    return Pages(
        waiting=waiting(db, backfill.id),
        fetched=states.get("fetched", 0) + states.get("partial", 0),
        failed=states.get("failed", 0) + states.get("gone", 0),
    )


def claim(
    db: Database, backfill_id: int, *, owner: str, now: datetime
) -> tuple[Backfill, str] | None:
    """Take the walk to go on with it, and its token; None: somebody has it, or it is over."""
    with db.write() as conn:
        token = leases.claim(
            db,
            conn,
            backfills,
            backfill_id,
            owner=owner,
            now=now,
            seconds=LEASE_S,
            where=backfills.c.state == "walking",
        )
        if token is None:
            return None
        row = conn.execute(select(backfills).where(backfills.c.id == backfill_id)).one()
    return _read(row), token


def claim_archive(
    db: Database, source_id: str, host: str, *, owner: str, now: datetime
) -> ClaimedFeed | None:
    """Take the row that a source's archives are stored against, made where there is none."""
    url = f"archive:{source_id}"
    values = {
        "source_id": source_id,
        "url": url,
        "kind": "archive",
        "host": host,
        "configured": False,
        "active": False,
        "interval_s": 3_600,
        "interval_max_s": 3_600,
    }
    query = select(feeds.c.id).where(feeds.c.source_id == source_id, feeds.c.url == url)
    with db.read() as conn:
        feed_id = conn.execute(query).scalar()
    if feed_id is None:
        with db.write() as conn:
            conn.execute(db.insert(feeds).values(**values).on_conflict_do_nothing())
            feed_id = conn.execute(query).scalar_one()
    return claim_feed(db, feed_id, owner=owner, now=now, listing=True)


def commit_piece(
    db: Database,
    backfill: Backfill,
    token: str,
    feed: ClaimedFeed,
    outcome: PollOutcome,
    rules: SourceRules,
    walk: Walk,
    *,
    listed: int,
    last: bool,
) -> PollCommit:
    """What a document showed, and where the walk stands then: one transaction.

    `listed`: how many of the entries were not counted before; `last`: the lease is given back.
    Raises LeaseLost where the walk or the row was taken over; then nothing is written.
    """
    look = Look(Purpose.BACKFILL, alerts=backfill.alerts, backfill_id=backfill.id)

    def cursor(conn: Connection, commit: PollCommit) -> None:
        _write(conn, backfill.id, token, walk, listed, len(commit.new_articles), last=last)

    return db.retry(lambda: commit_poll(db, feed, outcome, rules, look, cursor))


def commit_walk(
    db: Database, backfill: Backfill, token: str, walk: Walk, *, listed: int = 0
) -> None:
    """Where the walk stands after a document that brought nothing new; the lease is given back."""

    def write() -> None:
        with db.write() as conn:
            _write(conn, backfill.id, token, walk, listed, 0, last=True)

    db.retry(write)


def _write(
    conn: Connection, backfill_id: int, token: str, walk: Walk, listed: int, new: int, *, last: bool
) -> None:
    row = leases.hold(conn, backfills, backfill_id, token)
    values: dict[str, Any] = {
        "walk": {**row.walk, "walk": walk_json(walk)},
        "listed": row.listed + listed,
        "new": row.new + new,
        "detail": "; ".join(walk.problems)[:2_000] or None,
    }
    if last:
        values |= {**leases.FREE, "attempts": 0}
        if walk.over:
            values["state"] = "fetching"
    conn.execute(update(backfills).where(backfills.c.id == backfill_id).values(values))


def finish(db: Database, backfill_id: int, now: datetime) -> bool:
    """Done, where nothing is left to walk and every page was tried; True where it is now."""
    if waiting(db, backfill_id):
        return False
    with db.write() as conn:
        left = select(articles.c.id).where(_waiting(backfill_id)).exists()
        ended = conn.execute(
            update(backfills)
            .where(backfills.c.id == backfill_id, backfills.c.state == "fetching", ~left)
            .values(state="done", done_at=now)
        )
    return ended.rowcount == 1


def stop(db: Database, backfill_id: int, why: str, now: datetime) -> None:
    """End a walk before its time: what it listed stays, and is fetched."""
    with db.write() as conn:
        conn.execute(
            update(backfills)
            .where(backfills.c.id == backfill_id, backfills.c.state == "walking")
            .values(state="stopped", done_at=now, detail=why)
        )


def newest(db: Database, limit: int) -> list[Backfill]:
    """The backfills ever asked for, newest first."""
    query = select(backfills).order_by(backfills.c.id.desc()).limit(limit)
    with db.read() as conn:
        rows = conn.execute(query).all()
    return [_read(row) for row in rows]
