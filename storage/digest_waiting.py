"""What waits for a digest by its recipient's clock, and what is to be judged by it (DESIGN §5).

An alert that falls due is judged: it goes by itself, or waits for the next digest of a schedule
(`alerts.schedule`). It stays `pending`; `storage.digest_making` attaches it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select, update

from newsroom.timetable import HOUR, LONGEST, UNSCHEDULED
from storage import leases
from storage.alert_claims import ClaimedAlert
from storage.database import Database
from storage.digests import portions
from storage.due import fallen_due, made
from storage.matching import rules_version
from storage.outbox_tables import alert_watchlists, alerts
from storage.tables import articles

MANY = 50
"""Alerts of one poll for one recipient that go by themselves (DESIGN §4, "Late and many")."""

_CHUNK = 1000
_TOLD = ("immediate", "update")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An alert that fell due and has yet to be judged by its recipient's clock."""

    id: int
    recipient: str
    kind: str
    watchlist_ids: tuple[int, ...]
    """Which it names, rising."""
    late: str | None
    poll_id: int | None
    created_at: datetime
    rank: int
    """Older alerts of the same poll and recipient, of whatever state."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What became of judging an alert: it waits for a digest."""

    alert_id: int
    schedule: str
    at: datetime
    """When the digest's slot is reached."""
    watchlist_ids: tuple[int, ...] | None = None
    """Which it named when it was judged; where it names others by now, it is judged again."""


def unplaced(
    db: Database,
    now: datetime,
    recipients: Collection[str],
    *,
    since: datetime | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[Unplaced]:
    """Due alerts, by id from above `after`, that may have to wait for a digest.

    Those of `recipients`, and those of anybody that are late, or among many of one poll. Copies and
    what has been tried are none. `since` as for `storage.outbox.claim_alerts`.
    """
    wanted, found = frozenset(recipients), list[Any]()
    with db.read() as conn:
        while len(found) < limit:
            few = _due(conn, now, since, after)
            ranks = _ranks(conn, few)
            found += [
                (row, rank)
                for row in few
                for rank in (ranks.get(row.id, 0),)
                if row.recipient in wanted or row.late is not None or rank >= MANY
            ]
            if len(few) < _CHUNK:
                break
            after = few[-1].id
        del found[limit:]
        named = _named(conn, [row.id for row, _ in found])
    return [
        Unplaced(
            row.id,
            row.recipient,
            row.kind,
            tuple(named.get(row.id, ())),
            row.late,
            row.poll_id,
            row.created_at,
            rank,
        )
        for row, rank in found
    ]


def _due(conn: Connection, now: datetime, since: datetime | None, after: int) -> Sequence[Any]:
    columns = [alerts.c[name] for name in ("id", "recipient", "kind", "late", "poll_id")]
    query = (
        select(*columns, alerts.c.created_at)
        .where(
            alerts.c.state == "pending",
            fallen_due(now, since),
            alerts.c.kind.in_(_TOLD),
            alerts.c.copy_of.is_(None),
            alerts.c.id > after,
            ~made(),
        )
        .order_by(alerts.c.id)
        .limit(_CHUNK)
    )
    return conn.execute(query).all()


def _ranks(conn: Connection, due: Sequence[Any]) -> dict[int, int]:
    """Alert → older alerts of its poll and recipient."""
    polls = {row.poll_id for row in due if row.poll_id is not None}
    if not polls:
        return {}
    older = func.row_number().over(
        partition_by=(alerts.c.poll_id, alerts.c.recipient), order_by=alerts.c.id
    )
    numbered = (
        select(alerts.c.id, (older - 1).label("rank"))
        .where(alerts.c.poll_id.in_(polls), alerts.c.kind.in_(_TOLD), alerts.c.copy_of.is_(None))
        .subquery()
    )
    query = select(numbered).where(numbered.c.id.between(due[0].id, due[-1].id))
    return {row.id: int(row.rank) for row in conn.execute(query)}


def _named(conn: Connection, alert_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for few in portions(alert_ids):
        query = (
            select(alert_watchlists.c.alert_id, alert_watchlists.c.watchlist_id)
            .where(alert_watchlists.c.alert_id.in_(few))
            .order_by(alert_watchlists.c.watchlist_id)
        )
        for row in conn.execute(query):
            found.setdefault(row.alert_id, []).append(row.watchlist_id)
    return found


def wait_all(db: Database, waits: Sequence[Wait], *, rules: int | None = None) -> int:
    """Let alerts wait for digests, in one transaction; how many do.

    Those that are under way, made or over by now are left, and those that name other watchlists
    than they were judged by; all of them where the rules are not those of version `rules` any more.
    """
    if not waits:
        return 0
    with db.write() as conn:
        db.story_lock(conn)  # no watchlist is named in one, and no rule changes, meanwhile
        if rules is not None and rules_version(conn) != rules:
            return 0
        named = _named(conn, [w.alert_id for w in waits if w.watchlist_ids is not None])
        count = 0
        for wait in waits:
            if wait.watchlist_ids is not None and (
                sorted(wait.watchlist_ids) != named.get(wait.alert_id, [])
            ):
                continue
            values = {"schedule": wait.schedule, "due_at": wait.at}
            count += _set_loose(conn, wait.alert_id, values)
    return count


def _set_loose(conn: Connection, alert_id: int, values: dict[str, Any]) -> bool:
    done = conn.execute(
        update(alerts)
        .where(
            alerts.c.id == alert_id,
            alerts.c.state == "pending",
            alerts.c.lease_owner.is_(None),
            alerts.c.schedule.is_(None),
            alerts.c.copy_of.is_(None),
            ~made(),
        )
        .values(values)
    )
    return bool(done.rowcount)


def claim_waits(db: Database, claim: ClaimedAlert, schedule: str, at: datetime) -> None:
    """A claimed alert of which no mail is made waits for a digest; the attempt does not count.

    Raises LeaseLost.
    """
    _give_back(db, claim, {"state": "pending", "schedule": schedule, "due_at": at})


def put_off_made(db: Database, claim: ClaimedAlert, until: datetime) -> None:
    """A claimed alert whose mail is made rests till quiet hours end; the attempt does not count.

    Raises LeaseLost.
    """
    before = case((alerts.c.deferred_since.is_not(None), "deferred"), else_="pending")
    _give_back(db, claim, {"state": before, "due_at": until, "not_before": until})


def _give_back(db: Database, claim: ClaimedAlert, values: dict[str, Any]) -> None:
    with db.write() as conn:
        row = leases.hold(conn, alerts, claim.id, claim.token)
        values = {**leases.FREE, "attempts": max(0, row.attempts - 1), **values}
        conn.execute(update(alerts).where(alerts.c.id == claim.id).values(values))


def is_matched(db: Database, poll_id: int) -> bool:
    """Whether all that a poll brought is matched, and no alert of it waits for a first answer of
    its page."""
    lagging = select(articles.c.id).where(
        articles.c.matched_mark < articles.c.text_mark, articles.c.poll_id == poll_id
    )
    paged = (
        select(alerts.c.id)
        .join(articles, articles.c.id == alerts.c.article_id)
        .where(
            alerts.c.poll_id == poll_id,
            alerts.c.state == "pending",
            alerts.c.schedule.is_(None),
            ~articles.c.page_settled,
            articles.c.page_due_at.is_not(None),
            articles.c.page_failed_since.is_(None),
            ~made(),
        )
    )
    with db.read() as conn:
        return all(conn.execute(query.limit(1)).first() is None for query in (lagging, paged))


def waiting_due(db: Database, now: datetime) -> list[tuple[str, str, datetime]]:
    """(recipient, schedule, created_at of the first alert) of what waits for a digest whose slot
    is reached; one that lies farther ahead than any was planned by a clock that jumped."""
    name = alerts.c.schedule
    unscheduled = or_(name.in_(UNSCHEDULED), *(name.like(f"{kind} %") for kind in UNSCHEDULED))
    jumped = (alerts.c.due_at > now + LONGEST) | (unscheduled & (alerts.c.due_at > now + HOUR))
    with db.read() as conn:
        found: dict[tuple[str, str], datetime] = {}
        for due in (alerts.c.due_at <= now, jumped):
            query = (
                select(
                    alerts.c.recipient,
                    alerts.c.schedule,
                    func.min(alerts.c.created_at).label("created_at"),
                )
                .where(alerts.c.state == "pending", alerts.c.schedule.is_not(None), due)
                .group_by(alerts.c.recipient, alerts.c.schedule)
            )
            for row in conn.execute(query):
                key = (row.recipient, row.schedule)
                found[key] = min(row.created_at, found.get(key, row.created_at))
    return sorted((*key, at) for key, at in found.items())
