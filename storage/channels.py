"""Channels: up, or down until the next probe, with one probe at a time (DESIGN §10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, or_, select, true, update

from newsroom.delivery import AUTH_PROBE_MAX
from newsroom.recipients import MAIL_LANE
from storage.alert_claims import ALERT_LEASE_S
from storage.database import Database
from storage.notices import end_notice, raise_notice
from storage.outbox_tables import alerts, channels

FARTHEST_PROBE = AUTH_PROBE_MAX + timedelta(minutes=15)
"""A probe due farther ahead than the longest wait was planned by a clock that jumped."""


class Gate(StrEnum):
    """Whether mails may go through a channel now."""

    UP = "up"
    DOWN = "down"
    PROBE = "probe"
    """Down, and it is time to try it with one mail."""


def _probe_due(now: datetime) -> ColumnElement[bool]:
    return channels.c.down_since.is_not(None) & or_(
        channels.c.next_probe_at <= now, channels.c.next_probe_at > now + FARTHEST_PROBE
    )


def in_lane(to: str | None) -> ColumnElement[bool]:
    """Whose alerts: everybody's (None), those of all who are told by mail, or one URL's."""
    if to is None:
        return true()
    if to == MAIL_LANE:
        return ~alerts.c.recipient.contains("://")
    return alerts.c.recipient == to


def gate(db: Database, name: str, now: datetime) -> Gate:
    """Whether a channel is up, down, or due to be probed."""
    query = select(channels.c.down_since, _probe_due(now).label("due"))
    with db.read() as conn:
        row = conn.execute(query.where(channels.c.name == name[:200])).one_or_none()
    if row is None or row.down_since is None:
        return Gate.UP
    return Gate.PROBE if row.due else Gate.DOWN


def begin_probe(
    db: Database, name: str, now: datetime, owner: str, *, forced: bool = False
) -> bool:
    """Take the probe that is due; False where another owner did. It holds as long as a lease, or
    until its owner is dead (`free_probes`).

    `forced` takes it before it is due, for a single pass that somebody asked for.
    """
    due = channels.c.down_since.is_not(None) if forced else _probe_due(now)
    with db.write() as conn:
        taken = conn.execute(
            update(channels)
            .where(channels.c.name == name[:200], due)
            .values(next_probe_at=now + timedelta(seconds=ALERT_LEASE_S), probe_owner=owner)
        )
    return taken.rowcount == 1


def put_off_probe(db: Database, name: str, until: datetime) -> None:
    """The probe that was taken did not come to a mail: it is due then."""
    with db.write() as conn:
        conn.execute(
            update(channels)
            .where(channels.c.name == name[:200], channels.c.down_since.is_not(None))
            .values(next_probe_at=until, probe_owner=None)
        )


def free_probes(conn: Connection, owner: str, now: datetime) -> None:
    """An owner is gone: what it was trying is due now, not when its lease had ended."""
    conn.execute(
        update(channels)
        .where(channels.c.probe_owner == owner)
        .values(next_probe_at=now, probe_owner=None)
    )


def trouble(db: Database, name: str) -> tuple[int, datetime | None]:
    """Failures of a channel in a row, and since when it is down (None: it is up)."""
    query = select(channels.c.failures, channels.c.down_since)
    with db.read() as conn:
        row = conn.execute(query.where(channels.c.name == name[:200])).one_or_none()
    return (0, None) if row is None else (row.failures, row.down_since)


def mark_down(
    db: Database,
    name: str,
    now: datetime,
    *,
    next_probe_at: datetime,
    reason: str,
    asked: bool = False,
) -> None:
    """It did not work: one failure more, and nothing before the probe.

    `asked`: it does work, and asked for a pause; that is no failure, and nobody is told.
    """
    key = name[:200]
    with db.write() as conn:
        conn.execute(db.insert(channels).values(name=key, failures=0).on_conflict_do_nothing())
        row = conn.execute(select(channels).where(channels.c.name == key).with_for_update()).one()
        conn.execute(
            update(channels)
            .where(channels.c.name == key)
            .values(
                down_since=row.down_since or now,
                next_probe_at=next_probe_at,
                probe_owner=None,
                failures=row.failures + (0 if asked else 1),
                reason=reason[:500],
            )
        )
        if not asked:
            raise_notice(conn, f"channel:{key}", f"{_what(key)}: {reason[:300]}", now)


def _what(name: str) -> str:
    """A URL's lane is named in words, with a blank between (newsroom.recipients.lane_of)."""
    return f"what goes to {name} waits" if " " in name else "mail cannot be handed over"


def mark_up(db: Database, name: str, now: datetime, *, to: str | None = None) -> None:
    """It works again. The time it did not is not held against any message's five days.

    `to` is the lane that it carries: `mail`, or a URL; None: all.
    """
    key = name[:200]
    with db.write() as conn:
        row = conn.execute(
            select(channels).where(channels.c.name == key).with_for_update()
        ).one_or_none()
        if row is None or row.down_since is None:
            return
        conn.execute(
            update(channels)
            .where(channels.c.name == key)
            .values(down_since=None, next_probe_at=None, probe_owner=None, failures=0, reason=None)
        )
        end_notice(conn, f"channel:{key}", now)
        _give_time_back(conn, row.down_since, now, to)


def _give_time_back(conn: Connection, down_since: datetime, now: datetime, to: str | None) -> None:
    """Move the beginning of the five days by as long as the channel was down since."""
    waiting = select(alerts.c.id, alerts.c.deferred_since).where(
        alerts.c.state == "deferred", alerts.c.deferred_since <= now, in_lane(to)
    )
    for row in conn.execute(waiting.order_by(alerts.c.id)).all():
        lost = now - max(row.deferred_since, down_since)
        if lost > timedelta(0):
            conn.execute(
                update(alerts)
                .where(alerts.c.id == row.id)
                .values(deferred_since=row.deferred_since + lost)
            )
