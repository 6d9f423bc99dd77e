"""What there is of an alert's poll, for its recipient (DESIGN §4, "Late and many")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from storage.database import Database
from storage.digest_waiting import MANY, is_matched
from storage.digests import portions
from storage.due import made
from storage.leases import CLOCK_SLACK
from storage.outbox_tables import alerts, deliveries
from storage.told import UNSENT

_TOLD = ("immediate", "update")


@dataclass(frozen=True, slots=True)
class CrowdFacts:
    """One alert among those of its poll and recipient."""

    late: bool
    poll_id: int
    rank: int
    """Older alerts of the poll for this recipient, of whatever state."""
    matched: bool
    """All that the poll brought is matched, and its pages were asked for."""
    waiting: int
    """Late alerts, or those from the 51st on, that are yet to be told by themselves or with the
    poll's own digest."""
    to_come: int
    """Of these: those that will fall due within `longest` of their creation."""


def crowd_facts(
    db: Database, alert_id: int, now: datetime, *, longest: timedelta
) -> CrowdFacts | None:
    """None: no poll brought it, or it is neither late nor one of many."""
    with db.read() as conn:
        row = conn.execute(
            select(alerts.c.poll_id, alerts.c.recipient, alerts.c.late).where(
                alerts.c.id == alert_id
            )
        ).one_or_none()
        if row is None or row.poll_id is None:
            return None
        ours = _ours(row.poll_id, row.recipient)
        rank = _count(conn, *ours, alerts.c.id < alert_id)
        if row.late is None and rank < MANY:
            return None
        kind = "many" if row.late is None else "late"
        crowd = [
            *ours,
            alerts.c.state.in_((*UNSENT, "sending")),
            alerts.c.schedule.is_(None) | (alerts.c.schedule == f"{kind} {row.poll_id}"),
            ~made(),
        ]
        if row.late is None:
            crowd.append(alerts.c.id >= _fifty_first(ours))
        else:
            crowd.append(alerts.c.late.is_not(None))
        waiting = _count(conn, *crowd)
        pending = conn.execute(
            select(alerts.c.created_at, alerts.c.due_at).where(*crowd, alerts.c.due_at > now)
        ).all()
    to_come = sum(one.due_at <= one.created_at + longest for one in pending)
    matched = is_matched(db, row.poll_id)
    return CrowdFacts(row.late is not None, row.poll_id, rank, matched, waiting, to_come)


def mails_since(
    db: Database, recipient: str, start: datetime, now: datetime, let_go: Collection[int]
) -> int:
    """Mails that went to the recipient from `start` on, and those on their way: of which an attempt
    is open, or that are in `let_go`, which a process judged and may not have tried yet. Digests
    that are due by `now` are on their way, made or not: no cap holds them.

    Notices, and copies asked for by hand, do not count.
    """
    under_way = frozenset[int]()
    with db.read() as conn:
        for few in portions(sorted(let_go)):
            query = select(alerts.c.id).where(alerts.c.id.in_(few), alerts.c.state == "sending")
            under_way |= frozenset(conn.execute(query).scalars())
        count = len(under_way)
        ours = (
            alerts.c.recipient == recipient,
            alerts.c.kind != "notice",
            alerts.c.copy_of.is_(None),
        )
        count += _count(conn, *ours, alerts.c.sent_at.between(start, now + CLOCK_SLACK))
        open_ = exists().where(
            deliveries.c.alert_id == alerts.c.id, deliveries.c.finished_at.is_(None)
        )
        attempted = select(alerts.c.id).where(*ours, alerts.c.state == "sending", open_)
        count += len(frozenset(conn.execute(attempted).scalars()) - under_way)
        due = (*ours, alerts.c.due_at <= now)
        made_ones = (alerts.c.kind == "digest", alerts.c.state.in_(UNSENT))
        count += _count(conn, *due, *made_ones)
        waits = select(func.count(alerts.c.schedule.distinct())).where(
            *due, alerts.c.state == "pending", alerts.c.schedule.is_not(None)
        )
        count += int(conn.execute(waits).scalar_one())
    return count


def look_again_all(db: Database, alert_ids: Sequence[int], at: datetime) -> None:
    """Those of these alerts that are nobody's, not made and wait for nothing are judged then."""
    with db.write() as conn:
        for few in portions(alert_ids):
            conn.execute(
                update(alerts)
                .where(
                    alerts.c.id.in_(few),
                    alerts.c.state == "pending",
                    alerts.c.lease_owner.is_(None),
                    alerts.c.schedule.is_(None),
                    ~made(),
                )
                .values(due_at=at)
            )


def _ours(poll_id: int, recipient: str) -> list[Any]:
    return [
        alerts.c.poll_id == poll_id,
        alerts.c.recipient == recipient,
        alerts.c.kind.in_(_TOLD),
        alerts.c.copy_of.is_(None),
    ]


def _fifty_first(ours: list[Any]) -> Any:
    return (
        select(alerts.c.id).where(*ours).order_by(alerts.c.id).offset(MANY).limit(1)
    ).scalar_subquery()


def _count(conn: Connection, *where: Any) -> int:
    return int(conn.execute(select(func.count()).select_from(alerts).where(*where)).scalar_one())
