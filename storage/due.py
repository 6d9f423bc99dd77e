"""When unsent alerts come due: coded once, for those who place them and those who send."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, exists, or_, update

from storage import leases
from storage.database import Database
from storage.digests import portions
from storage.outbox_tables import alerts, deliveries, messages
from storage.told import UNSENT

FARTHEST_RETRY = timedelta(hours=5)
"""A deferred alert due farther ahead than the longest wait was planned by a clock that jumped."""

FARTHEST_REST = timedelta(hours=26)
"""A mail that is made rests to the end of quiet hours at most: a day, and a shift of the clock."""

DUE_AGAIN = case(
    (alerts.c.not_before > alerts.c.created_at, alerts.c.not_before), else_=alerts.c.created_at
)
"""When an alert is due that waits neither for a page nor for a digest."""


def made() -> ColumnElement[bool]:
    """Its mail is made, or was tried: it goes as it is."""
    kept = exists().where(messages.c.alert_id == alerts.c.id)
    tried = exists().where(deliveries.c.alert_id == alerts.c.id)
    return or_(kept, tried)


def fallen_due(now: datetime, since: datetime | None) -> ColumnElement[bool]:
    """Unsent, its time come, and it waits for no digest.

    `since`: at the end of a single pass that began then, what waits for a page is due too.
    """
    # the end of quiet hours, for a mail that was made before they began
    rests = (
        (alerts.c.not_before >= alerts.c.due_at)
        & (alerts.c.due_at > now)
        & (alerts.c.due_at <= now + FARTHEST_REST)
        & made()
    )
    due: ColumnElement[bool] = or_(
        alerts.c.due_at <= (since or now),
        (alerts.c.state == "deferred") & (alerts.c.due_at > now + FARTHEST_RETRY) & ~rests,
        (alerts.c.state == "pending") & (alerts.c.due_at > now + FARTHEST_REST) & made(),
        (alerts.c.state == "pending") & (alerts.c.created_at > now + leases.CLOCK_SLACK) & ~rests,
    )
    if since is not None:  # what waits for a page; the end of an update's interval is no such wait
        waited = or_(alerts.c.not_before.is_(None), alerts.c.not_before <= since)
        due = or_(due, (alerts.c.state == "pending") & waited)
    return alerts.c.state.in_(UNSENT) & alerts.c.schedule.is_(None) & due


def is_ready(db: Database, now: datetime, since: datetime | None) -> ColumnElement[bool]:
    """What may be sent now, or at the end of the pass that began at `since`."""
    abandoned = (alerts.c.state == "sending") & leases.expired(db, alerts, now)
    return or_(fallen_due(now, since), abandoned)


def release_waiting_for_digests(conn: Connection) -> None:
    """Everything that waits for a digest is due now, to be judged by the rules in force."""
    _release(conn, alerts.c.schedule.is_not(None))


def release_schedule(conn: Connection, recipient: str, schedule: str) -> None:
    """What waits for this schedule's next digest is due now: the rules have no such any more."""
    _release(conn, (alerts.c.recipient == recipient) & (alerts.c.schedule == schedule))


def judge_anew(conn: Connection, alert_ids: Iterable[int]) -> None:
    """These tell something else than when they were placed: those that wait are due now."""
    for few in portions(sorted(alert_ids)):
        _release(conn, alerts.c.id.in_(few) & alerts.c.schedule.is_not(None))


def _release(conn: Connection, which: ColumnElement[bool]) -> None:
    conn.execute(
        update(alerts)
        .where(which, alerts.c.state == "pending")
        .values(schedule=None, due_at=DUE_AGAIN)
    )
