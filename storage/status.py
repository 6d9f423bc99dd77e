"""How things stand, in one look: for `wirewatch status` and `/healthz`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, case, func, or_, select

from newsroom.notices import GROUP
from storage.database import Database
from storage.listing_base import Json, iso
from storage.outbox_tables import alerts, channels, notices
from storage.tables import articles, feeds, owners, sources

BEATING_WITHIN = timedelta(minutes=2)
"""An owner whose heartbeat is younger counts as alive here."""
OVER_WITHIN = timedelta(hours=24)
MAX_OVER = 20


def status(db: Database, now: datetime) -> Json:
    """Counts by state, the oldest waiting alert, who works, what is down, what was noticed.

    `alive` says whether any process works on the database. Counting articles reads an index or
    the whole table: use `health` where that is too dear.
    """
    with db.read() as connection:
        return _health(connection, db, now) | {"articles": _by_state(connection, articles)}


def health(db: Database, now: datetime) -> Json:
    """As `status`, without what takes longer the more is stored."""
    with db.read() as connection:
        return _health(connection, db, now)


def _health(connection: Connection, db: Database, now: datetime) -> Json:
    working = _owners(connection, now)
    return {
        "now": iso(now),
        "database": db.url_masked,
        "alive": any(owner["alive"] for owner in working),
        "owners": working,
        "feeds": _feeds(connection, now),
        "alerts": _by_state(connection, alerts),
        "outbox": _outbox(connection, now),
        "channels": _channels(connection),
        "notices": _notices(connection),
        "notices_over": _notices_over(connection, now),
    }


def _by_state(connection: Connection, table: Table) -> dict[str, int]:
    query = select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state)
    return {state: int(count) for state, count in connection.execute(query)}


def _feeds(connection: Connection, now: datetime) -> Json:
    """Feeds of the configuration; `by_verdict`, `due` and `quarantined` count those in use."""
    configured = feeds.c.configured & (feeds.c.kind == "feed")
    used = configured & feeds.c.active
    by_verdict = connection.execute(
        select(feeds.c.verdict, func.count().label("feeds")).where(used).group_by(feeds.c.verdict)
    ).all()
    due = used & feeds.c.quarantined_at.is_(None) & (feeds.c.next_poll_at <= now)
    row = connection.execute(
        select(
            func.count().label("configured"),
            _count(used).label("active"),
            _count(~used & sources.c.enabled & sources.c.paused_at.is_not(None)).label("paused"),
            _count(~used & ~sources.c.enabled).label("disabled"),
            _count(due).label("due"),
            _count(used & feeds.c.quarantined_at.is_not(None)).label("quarantined"),
            func.max(feeds.c.last_poll_at).label("last_poll_at"),
            func.max(feeds.c.last_ok_at).label("last_ok_at"),
        )
        .join(sources, sources.c.id == feeds.c.source_id)
        .where(configured)
    ).one()
    counts = ("configured", "active", "paused", "disabled", "due", "quarantined")
    return {name: int(getattr(row, name)) for name in counts} | {
        "by_verdict": dict(sorted((row.verdict, row.feeds) for row in by_verdict)),
        "last_poll_at": iso(row.last_poll_at),
        "last_ok_at": iso(row.last_ok_at),
    }


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _outbox(connection: Connection, now: datetime) -> Json:
    """What is unsent: neither updates that rest to the end of their interval, and mails to the end
    of quiet hours, nor what goes with a digest whose slot is not reached, are late for anybody."""
    for_digest = alerts.c.schedule.is_not(None) & (alerts.c.due_at > now)
    rests = and_(alerts.c.not_before.is_not(None), alerts.c.not_before > now)
    resting = rests & ~for_digest
    waits = or_(alerts.c.not_before.is_(None), alerts.c.not_before <= now) & ~for_digest
    rested = alerts.c.not_before > alerts.c.created_at
    since = case(
        (alerts.c.schedule.is_not(None), alerts.c.due_at),
        (rested, alerts.c.not_before),
        else_=alerts.c.created_at,
    )
    row = connection.execute(
        select(
            _count(waits).label("waiting"),
            _count(resting).label("resting"),
            _count(for_digest).label("for_digests"),
            func.min(case((waits, since))).label("oldest"),
            func.min(alerts.c.due_at).label("next_due"),
        ).where(alerts.c.state.in_(("pending", "deferred", "sending")))
    ).one()
    oldest: datetime | None = row.oldest
    return {
        "waiting": int(row.waiting),
        "resting": int(row.resting),
        "for_digests": int(row.for_digests),
        "oldest_created_at": iso(oldest),
        "oldest_age_s": None if oldest is None else int((now - oldest).total_seconds()),
        "next_due_at": iso(row.next_due),
    }


def _owners(connection: Connection, now: datetime) -> list[Json]:
    rows = connection.execute(select(owners).order_by(owners.c.heartbeat_at.desc(), owners.c.id))
    return [
        {
            "id": row.id,
            "host": row.host,
            "pid": row.pid,
            "heartbeat_at": iso(row.heartbeat_at),
            "alive": now - row.heartbeat_at < BEATING_WITHIN,
        }
        for row in rows
    ]


def _channels(connection: Connection) -> list[Json]:
    rows = connection.execute(select(channels).order_by(channels.c.name))
    return [
        {
            "name": row.name,
            "down_since": iso(row.down_since),
            "next_probe_at": iso(row.next_probe_at),
            "failures": row.failures,
            "reason": row.reason,
        }
        for row in rows
    ]


def _notices(connection: Connection) -> list[Json]:
    """What stands noticed; mails that told of many at once are no matter of their own."""
    rows = connection.execute(
        select(notices)
        .where(notices.c.over_at.is_(None), notices.c.subject.not_like(f"{GROUP}:%"))
        .order_by(notices.c.since, notices.c.id)
    )
    return [_notice(row) for row in rows]


def _notices_over(connection: Connection, now: datetime) -> list[Json]:
    """What was over within a day, the last first."""
    rows = connection.execute(
        select(notices)
        .where(notices.c.over_at > now - OVER_WITHIN, notices.c.subject.not_like(f"{GROUP}:%"))
        .order_by(notices.c.over_at.desc(), notices.c.id.desc())
        .limit(MAX_OVER)
    )
    return [_notice(row) for row in rows]


def _notice(row: Any) -> Json:
    return {
        "id": row.id,
        "subject": row.subject,
        "text": row.text,
        "since": iso(row.since),
        "over_at": iso(row.over_at),
        "told_at": iso(row.told_at),
    }
