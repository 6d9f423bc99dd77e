"""Notices: what the operator should know, one open row per subject."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.outbox_tables import notices


def raise_notice(conn: Connection, subject: str, text: str, now: datetime) -> None:
    """Open a notice, or leave the open one of this subject standing."""
    standing = conn.execute(
        select(notices.c.id).where(notices.c.subject == subject, notices.c.over_at.is_(None))
    ).first()
    if standing is None:
        conn.execute(insert(notices).values(subject=subject[:300], text=text[:2000], since=now))


def end_notice(conn: Connection, subject: str, now: datetime) -> None:
    """The matter is over."""
    conn.execute(
        update(notices)
        .where(notices.c.subject == subject, notices.c.over_at.is_(None))
        .values(over_at=now)
    )
