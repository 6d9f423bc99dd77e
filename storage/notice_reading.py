"""What a claimed mail to the operator says, read in the claim's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.alert_claims import ClaimedNotice
from storage.outbox_tables import alerts, notices
from storage.told import is_rendered

BEGAN, OVER = 0, 1
"""An alert's `n` where it is a notice: the mail says that it began, or that it is over."""


def claimed_notice(conn: Connection, alert: Any) -> tuple[Any, ClaimedNotice]:
    """The alert's row as it is to go, and what it tells.

    A mail that says that something began, and that was not made before it was over, says that it
    is over: mail was down meanwhile, perhaps, and two mails at once would only confuse.
    """
    row = conn.execute(select(notices).where(notices.c.id == alert.notice_id)).one()
    over_at = over_since(conn, row.subject)
    if alert.n == BEGAN and over_at is not None and _may_say_both(conn, alert):
        alert = conn.execute(
            update(alerts).where(alerts.c.id == alert.id).values(n=OVER).returning(alerts)
        ).one()
    said = (over_at or row.over_at) if alert.n == OVER else None
    return alert, ClaimedNotice(row.id, row.subject, row.text, row.since, said)


def over_since(conn: Connection, subject: str) -> datetime | None:
    """When the last notice of this subject was over; None while one is open."""
    found = conn.execute(
        select(
            func.count().label("noticed"),
            func.count(notices.c.over_at).label("over"),
            func.max(notices.c.over_at).label("last"),
        ).where(notices.c.subject == subject)
    ).one()
    last: datetime | None = found.last
    return last if found.noticed == found.over else None


def _may_say_both(conn: Connection, alert: Any) -> bool:
    if alert.copy_of is not None or is_rendered(conn, alert.id):
        return False
    other = select(alerts.c.id).where(
        alerts.c.notice_id == alert.notice_id,
        alerts.c.recipient == alert.recipient,
        alerts.c.n == OVER,
        alerts.c.copy_of.is_(None),
    )
    return conn.execute(other).first() is None
