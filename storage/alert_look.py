"""A stored alert as a claim would have it, for a look at what its mail says; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from storage.alert_claims import ClaimedAlert, ClaimedNotice
from storage.alert_reading import read_claim
from storage.database import Database
from storage.digests_reading import read_items
from storage.notice_reading import OVER, over_since
from storage.outbox_tables import alerts, messages, notices


def look_at(db: Database, alert_id: int) -> ClaimedAlert | None:
    """The alert with all that its mail tells; None where there is none.

    Its `message`, where it has one, is what was sent, or will be.
    """
    with db.read() as conn:
        row = conn.execute(select(alerts).where(alerts.c.id == alert_id)).first()
        if row is None:
            return None
        if row.notice_id is not None:
            return _notice(conn, row)
        claim = read_claim(conn, alert_id)
    return claim if claim.digest is None else replace(claim, items=read_items(db, claim))


def _notice(conn: Connection, row: Any) -> ClaimedAlert | None:
    told = conn.execute(select(notices).where(notices.c.id == row.notice_id)).first()
    if told is None:
        return None
    data = conn.execute(select(messages.c.data).where(messages.c.alert_id == row.id)).scalar()
    over_at = (over_since(conn, told.subject) or told.over_at) if row.n == OVER else None
    return ClaimedAlert(
        id=row.id,
        token="",
        kind=row.kind,
        recipient=row.recipient,
        story_id=None,
        n=row.n,
        copy_of=row.copy_of,
        subject=row.subject,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        deferred_since=row.deferred_since,
        lease_until=row.due_at,
        message=data,
        notice=ClaimedNotice(told.id, told.subject, told.text, told.since, over_at),
    )
