"""Whether a service works on a database, told exactly for processes of this machine."""

from __future__ import annotations

from datetime import datetime

from jobs.owner import is_alive, this_process
from newsroom.model import Owner
from storage.database import Database
from storage.status import health


def service_lives(db: Database, now: datetime) -> bool:
    """Whether any process works on the database.

    A process of this machine is looked up, so that a killed one does not count until its heartbeat
    is old; of another machine the heartbeat decides.
    """
    return any(owner_lives(row["id"], beating=row["alive"]) for row in health(db, now)["owners"])


def owner_lives(owner_id: str, *, beating: bool) -> bool:
    """Whether the owner with this id (`newsroom.model.Owner.id`) lives."""
    own = this_process()
    host, namespace, boot, pid, started = owner_id.rsplit(":", 4)
    if (host, namespace, boot) != (own.host, own.namespace, own.boot_id):
        return beating
    return is_alive(Owner(host, namespace, boot, int(pid), float(started)))
