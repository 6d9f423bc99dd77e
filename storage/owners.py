"""Who works on the database, and what becomes of a dead one's leases (DESIGN §4, Claims)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, delete, exists, select, update
from sqlalchemy.sql.schema import Table

from newsroom.model import Owner
from storage.channels import free_probes
from storage.coverage_tables import backfills
from storage.database import Database
from storage.leases import FREE
from storage.outbox_tables import alerts, deliveries
from storage.tables import articles, feeds, owners, sources

SILENT_FOR = timedelta(minutes=5)
"""An owner elsewhere (another host or pid namespace) without a heartbeat for so long is dead."""

_LEASED = (feeds, articles, alerts, backfills, sources)
Alive = Callable[[Owner], bool]
"""Tells whether a process of this host, pid namespace and boot still runs."""


def register(db: Database, owner: Owner, now: datetime) -> None:
    """Write the owner down with a first heartbeat; again after it was taken for dead."""
    beat = {"heartbeat_at": db.lease_now(now)}
    row = {
        "id": owner.id,
        "host": owner.host,
        "namespace": owner.namespace,
        "boot_id": owner.boot_id,
        "pid": owner.pid,
        "started": owner.started,
    }
    statement = db.insert(owners).values(**row, **beat)
    with db.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=beat))


def heartbeat(db: Database, owner_id: str, now: datetime) -> bool:
    """Say that the owner lives; False where others took it for dead: register again."""
    with db.write() as connection:
        told = connection.execute(
            update(owners).where(owners.c.id == owner_id).values(heartbeat_at=db.lease_now(now))
        )
    return told.rowcount == 1


def release_dead(db: Database, own: Owner, alive: Alive, now: datetime) -> int:
    """Free every lease of dead owners and forget them; returns how many leases came free.

    The service died, not the item: the attempt is given back. An alert that was being sent waits
    again; one that may already have been handed over is due at once, to go out unchanged. A channel
    that was being probed is probed by the next.
    """
    return db.retry(lambda: _release_dead(db, own, alive, now))


def _release_dead(db: Database, own: Owner, alive: Alive, now: datetime) -> int:
    freed = 0
    with db.read() as connection:
        if connection.execute(select(owners.c.id).where(owners.c.id != own.id)).first() is None:
            return 0  # the usual case takes no write lock
    with db.write() as connection:
        silent = owners.c.heartbeat_at < db.lease_end(now, -SILENT_FOR.total_seconds())
        rows = connection.execute(
            select(owners, silent.label("silent")).where(owners.c.id != own.id).order_by("id")
        ).all()
        for row in rows:
            if not _is_dead(row, own, alive):
                continue
            for table in _LEASED:
                freed += _free(connection, table, row.id, now)
            free_probes(connection, row.id, now)
            connection.execute(delete(owners).where(owners.c.id == row.id))
    return freed


def _is_dead(row: Row[Any], own: Owner, alive: Alive) -> bool:
    if (row.host, row.namespace) != (own.host, own.namespace):
        return bool(row.silent)
    if row.boot_id != own.boot_id:
        return True  # the machine was started anew since
    return not alive(Owner(row.host, row.namespace, row.boot_id, row.pid, row.started))


def _free(connection: Connection, table: Table, owner_id: str, now: datetime) -> int:
    given_back = case((table.c.attempts > 0, table.c.attempts - 1), else_=0)
    values: dict[str, Any] = {**FREE, "attempts": given_back}
    if table is alerts:
        attempted = exists().where(deliveries.c.alert_id == alerts.c.id)
        sending = alerts.c.state == "sending"
        values["due_at"] = case((sending & attempted, now), else_=alerts.c.due_at)
        values["state"] = case(
            (sending & attempted, "deferred"), (sending, "pending"), else_=alerts.c.state
        )
    done = connection.execute(update(table).where(table.c.lease_owner == owner_id).values(values))
    return done.rowcount


def retire(db: Database, own: Owner, now: datetime) -> int:
    """The orderly end of a process: what it still holds comes free; returns how many leases."""
    freed = 0
    with db.write() as connection:
        for table in _LEASED:
            freed += _free(connection, table, own.id, now)
        free_probes(connection, own.id, now)
        connection.execute(delete(owners).where(owners.c.id == own.id))
    return freed
