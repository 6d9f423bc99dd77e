"""Claims by conditional UPDATE: who may work on a row, and fencing of what comes back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, or_, select, update
from sqlalchemy.sql import ColumnElement

from newsroom.errors import LeaseLost
from storage.database import Database

FREE: dict[str, Any] = {"lease_owner": None, "lease_token": None, "lease_until": None}
"""Column values of a row nobody works on."""


LONGEST_S = 660
"""Longer than any lease: one that ends later was taken by a clock that jumped."""

CLOCK_SLACK = timedelta(minutes=1)
"""What was written so far ahead of now was written by a clock that has been set back since."""


def expired(db: Database, table: Table, now: datetime) -> ColumnElement[bool]:
    """The row's lease ran out."""
    return or_(
        table.c.lease_until <= db.lease_now(now),
        table.c.lease_until > db.lease_end(now, LONGEST_S),
    )


def free(db: Database, table: Table, now: datetime) -> ColumnElement[bool]:
    """The row is nobody's, or its lease ran out."""
    return or_(table.c.lease_owner.is_(None), expired(db, table, now))


def claim(
    db: Database,
    conn: Connection,
    table: Table,
    row_id: int | str,
    *,
    owner: str,
    now: datetime,
    seconds: float,
    where: ColumnElement[bool],
    extra: dict[str, Any] | None = None,
) -> str | None:
    """Take the row if it is free and `where` holds; the new token, or None."""
    token = secrets.token_hex(8)
    values = {
        "lease_owner": owner,
        "lease_token": token,
        "lease_until": db.lease_end(now, seconds),
        "attempts": table.c.attempts + 1,
        **(extra or {}),
    }
    taken = conn.execute(
        update(table).where(table.c.id == row_id, free(db, table, now), where).values(values)
    )
    return token if taken.rowcount == 1 else None


def claim_all(
    db: Database,
    conn: Connection,
    table: Table,
    row_ids: Sequence[int],
    *,
    owner: str,
    now: datetime,
    seconds: float,
    where: ColumnElement[bool],
    extra: dict[str, Any] | None = None,
) -> tuple[str, set[int]]:
    """Take those of the rows that are free and `where` holds for, all with one token."""
    token = secrets.token_hex(8)
    values = {
        "lease_owner": owner,
        "lease_token": token,
        "lease_until": db.lease_end(now, seconds),
        "attempts": table.c.attempts + 1,
        **(extra or {}),
    }
    taken = conn.execute(
        update(table)
        .where(table.c.id.in_(bindparam("ids", expanding=True)), free(db, table, now), where)
        .values(values)
        .returning(table.c.id),
        {"ids": row_ids},
    )
    return token, set(taken.scalars())


def hold(conn: Connection, table: Table, row_id: int | str, token: str) -> Any:
    """The row of a claim that is still ours, locked for this transaction; raises LeaseLost."""
    row = conn.execute(
        select(table).where(table.c.id == row_id, table.c.lease_token == token).with_for_update()
    ).one_or_none()
    if row is None:
        raise LeaseLost(
            f"{table.name} {row_id}: the lease was taken over meanwhile; this result is dropped"
        )
    return row
