"""Digests of slots that were reached: all that waits goes with one, told once (DESIGN §5)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from newsroom.timetable import Slot
from storage.database import Database
from storage.digest_folding import fold, gather
from storage.digest_writing import (
    NewDigest,
    first_matches,
    insert_alert,
    insert_digest,
    insert_items,
)
from storage.due import release_schedule
from storage.leases import CLOCK_SLACK
from storage.outbox_tables import alerts, digest_schedules

log = logging.getLogger("wirewatch.storage")


@dataclass(frozen=True, slots=True)
class KnownSchedule:
    """A schedule of a recipient, as the rules in force have it."""

    recipient: str
    schedule: str
    """As `newsroom.timetable` names it."""
    since: datetime
    """Slots before it concern nobody."""
    done_until: datetime
    """Every slot up to here was reached."""


def sync_schedules(db: Database, wanted: Mapping[str, Collection[str]], now: datetime) -> None:
    """Know these schedules of recipients, and no others.

    Slots of a new one count from `now` on. What waits for one that no rule has any more is due now,
    to be judged anew. What a clock that was ahead said was done is not done.
    """
    asked = {(recipient, name) for recipient, names in wanted.items() for name in names}
    with db.write() as conn:
        db.story_lock(conn)
        rows = conn.execute(select(digest_schedules)).all()
        known = {(row.recipient, row.schedule): row for row in rows}
        new = [
            {"recipient": recipient, "schedule": name, "since": now, "done_until": now}
            for recipient, name in sorted(asked - known.keys())
        ]
        if new:
            conn.execute(insert(digest_schedules), new)
        for recipient, name in sorted(known.keys() - asked):
            conn.execute(delete(digest_schedules).where(*_is(recipient, name)))
            release_schedule(conn, recipient, name)
        for recipient, name in sorted(known.keys() & asked):
            row = known[recipient, name]
            if row.done_until > now + CLOCK_SLACK:
                values = {"since": min(row.since, now), "done_until": now}
                here = _is(recipient, name)
                conn.execute(update(digest_schedules).where(*here).values(values))


def known_schedules(db: Database) -> list[KnownSchedule]:
    """The schedules whose slots are reached, by recipient and name."""
    query = select(digest_schedules).order_by(
        digest_schedules.c.recipient, digest_schedules.c.schedule
    )
    with db.read() as conn:
        return [
            KnownSchedule(row.recipient, row.schedule, row.since, row.done_until)
            for row in conn.execute(query)
        ]


def make_digest(db: Database, recipient: str, slot: Slot, now: datetime) -> int | None:
    """Make the digest of a slot, of everything that waits for its schedule; its alert's id.

    What waited is `folded`, told in that alert. With nothing waiting the digest and its alert are
    `empty`, unless the slot's rules say so even then. None where the slot was reached before: what
    waits goes with the next.
    """
    return db.retry(lambda: _make(db, recipient, slot, now))


def _make(db: Database, recipient: str, slot: Slot, now: datetime) -> int | None:
    with db.write() as conn:
        db.story_lock(conn)
        before = _reach(conn, recipient, slot)
        waiting = _waiting(conn, recipient, slot.schedule)
        since = before
        if since is None or since > slot.at:
            since = min((alert.created_at for alert in waiting), default=None)
        new = NewDigest(recipient, slot.schedule, slot.slot, since, slot.at, slot.watchlists)
        folding = gather(conn, recipient, waiting)
        state = "filled" if folding.items else "empty"
        digest_id = insert_digest(db, conn, new, state, now)
        if digest_id is None:
            return None
        insert_items(conn, digest_id, new, folding.items, now)
        told = folding.items or slot.send_empty
        named = first_matches(folding.told)
        alert_id = insert_alert(
            conn, digest_id, recipient, named, now, "pending" if told else "empty"
        )
        fold(conn, recipient, folding, f"told in alert {alert_id}: digest")
        log.debug("digest commits", extra={"alert": alert_id, "stories": len(folding.items)})
    log.debug("digest committed", extra={"alert": alert_id})
    return alert_id


def _reach(conn: Connection, recipient: str, slot: Slot) -> datetime | None:
    """Every slot of the schedule up to this one is done; up to where they were before."""
    here = _is(recipient, slot.schedule)
    before: datetime | None = conn.execute(
        select(digest_schedules.c.done_until).where(*here)
    ).scalar()
    if before is not None and before < slot.at:
        conn.execute(update(digest_schedules).where(*here).values(done_until=slot.at))
    return before


def _waiting(conn: Connection, recipient: str, schedule: str) -> Sequence[Any]:
    query = (
        select(alerts)
        .where(
            alerts.c.recipient == recipient,
            alerts.c.schedule == schedule,
            alerts.c.state == "pending",
        )
        .order_by(alerts.c.id)
        .with_for_update()
    )
    return conn.execute(query).all()


def _is(recipient: str, schedule: str) -> tuple[Any, Any]:
    return digest_schedules.c.recipient == recipient, digest_schedules.c.schedule == schedule
