"""Notices: what the operator should know, one open row per subject."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.outbox_tables import notices


def raise_notice(conn: Connection, subject: str, text: str, now: datetime) -> None:
    """Open a notice, or leave the open one of this subject standing."""
    if not is_noticed(conn, subject):
        conn.execute(insert(notices).values(subject=subject[:300], text=text[:2000], since=now))


def is_noticed(conn: Connection, subject: str) -> bool:
    """Whether a notice of this subject is open."""
    standing = select(notices.c.id).where(notices.c.subject == subject, notices.c.over_at.is_(None))
    return conn.execute(standing).first() is not None


def end_notice(conn: Connection, subject: str, now: datetime) -> None:
    """The matter is over."""
    conn.execute(
        update(notices)
        .where(notices.c.subject == subject, notices.c.over_at.is_(None))
        .values(over_at=now)
    )
