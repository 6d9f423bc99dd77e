"""The outbox: claim an alert, keep its bytes, record how each attempt ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from newsroom.errors import LeaseLost
from storage import leases
from storage.alert_reading import read_claim
from storage.claims import ALERT_LEASE_S, AttemptEnd, ClaimedAlert
from storage.database import Database
from storage.notices import end_notice, raise_notice
from storage.outbox_tables import alert_watchlists, alerts, channels, deliveries, messages

FARTHEST_RETRY = timedelta(hours=5)
"""A deferred alert due farther ahead than the longest wait was planned by a clock that jumped."""


def claim_alerts(
    db: Database,
    *,
    owner: str,
    now: datetime,
    limit: int,
    since: datetime | None = None,
    skip: Sequence[int] = (),
) -> list[ClaimedAlert]:
    """Take due alerts, soonest due first; they are `sending` from here on.

    `since` is set at the end of a single pass that began then: what waits for a page goes too,
    and a retry planned after it does not.
    """
    due = or_(
        alerts.c.due_at <= (since or now),
        (alerts.c.state == "deferred") & (alerts.c.due_at > now + FARTHEST_RETRY),
    )
    if since is not None:
        due = or_(due, alerts.c.state == "pending")
    ready = alerts.c.state.in_(("pending", "deferred")) & due
    abandoned = (alerts.c.state == "sending") & (alerts.c.lease_until <= db.lease_now(now))
    query = (
        select(alerts.c.id)
        .where(or_(ready, abandoned))
        .order_by(alerts.c.due_at, alerts.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if skip:
        query = query.where(alerts.c.id.not_in(skip))
    claimed = []
    with db.write() as conn:
        for alert_id in conn.execute(query).scalars().all():
            token = leases.claim(
                db,
                conn,
                alerts,
                alert_id,
                owner=owner,
                now=now,
                seconds=ALERT_LEASE_S,
                where=or_(ready, abandoned),
                extra={"state": "sending"},
            )
            if token is not None:
                until = now + timedelta(seconds=ALERT_LEASE_S)
                claimed.append(replace(read_claim(conn, alert_id), token=token, lease_until=until))
    return claimed


def drop_watchlists(
    db: Database, claim: ClaimedAlert, watchlist_ids: Sequence[int], reason: str, now: datetime
) -> bool:
    """Watchlists that no longer match leave the alert; with none left it is cancelled (False)."""
    with db.write() as conn:
        leases.hold(conn, alerts, claim.id, claim.token)
        conn.execute(
            delete(alert_watchlists).where(
                alert_watchlists.c.alert_id == claim.id,
                alert_watchlists.c.watchlist_id.in_(watchlist_ids),
            )
        )
        left = conn.execute(
            select(func.count())
            .select_from(alert_watchlists)
            .where(alert_watchlists.c.alert_id == claim.id)
        ).scalar_one()
        if left:
            return True
        conn.execute(
            update(alerts)
            .where(alerts.c.id == claim.id)
            .values(**leases.FREE, state="cancelled", reason=reason)
        )
    return False


def keep_message(
    db: Database, claim: ClaimedAlert, data: bytes, message_id: str, channel: str, now: datetime
) -> int:
    """Store the rendered bytes and open the delivery attempt, before anything is sent.

    Returns the attempt's id. Bytes already stored stay as they are. Raises LeaseLost.
    """
    with db.write() as conn:
        leases.hold(conn, alerts, claim.id, claim.token)
        if claim.message is None:
            conn.execute(insert(messages).values(alert_id=claim.id, data=data, rendered_at=now))
            conn.execute(
                update(alerts).where(alerts.c.id == claim.id).values(message_id=message_id)
            )
        attempt = conn.execute(
            insert(deliveries)
            .values(alert_id=claim.id, channel=channel[:200], started_at=now, definite=False)
            .returning(deliveries.c.id)
        ).scalar_one()
    return int(attempt)


def end_attempt(db: Database, claim: ClaimedAlert, attempt: int, end: AttemptEnd) -> bool:
    """Record an attempt's end and the alert's state; False where the lease was lost meanwhile.

    The attempt's row is written even then: that a server took a mail is a fact whoever holds the
    lease.
    """
    with db.write() as conn:
        conn.execute(
            update(deliveries)
            .where(deliveries.c.id == attempt)
            .values(
                finished_at=end.now,
                outcome=end.outcome,
                code=end.code,
                reply=end.reply[:1000],
                definite=end.definite,
            )
        )
        try:
            row = leases.hold(conn, alerts, claim.id, claim.token)
        except LeaseLost:
            return False
        values: dict[str, Any] = {**leases.FREE, "state": end.state, "reason": end.reason}
        if end.state == "sent":
            values |= {"sent_at": end.now, "reason": None}
        if end.due_at is not None:
            values["due_at"] = end.due_at
        if end.outcome in ("deferred", "uncertain"):
            values["deferred_since"] = row.deferred_since or end.now
        if not end.count_attempt:
            values["attempts"] = max(0, row.attempts - 1)
        conn.execute(update(alerts).where(alerts.c.id == claim.id).values(values))
        if end.notice:
            raise_notice(conn, f"alert:{claim.id}", end.notice, end.now)
    return True


def release(db: Database, claim: ClaimedAlert) -> None:
    """Give an untried alert back (we are stopping); the attempt does not count."""
    with db.write() as conn:
        conn.execute(
            update(alerts)
            .where(alerts.c.id == claim.id, alerts.c.lease_token == claim.token)
            .values(**leases.FREE, state="pending", attempts=alerts.c.attempts - 1)
        )


def hold_alert(db: Database, claim: ClaimedAlert, reason: str, now: datetime) -> None:
    """It cannot be rendered or sent; a person must look."""
    with db.write() as conn:
        leases.hold(conn, alerts, claim.id, claim.token)
        conn.execute(
            update(alerts)
            .where(alerts.c.id == claim.id)
            .values(**leases.FREE, state="held", reason=reason[:500])
        )
        raise_notice(conn, f"alert:{claim.id}", f"alert {claim.id} is held: {reason[:300]}", now)


def due_alerts(db: Database, now: datetime, *, since: datetime | None = None) -> int:
    """How many alerts are ready to be sent; `since` as for `claim_alerts`."""
    unsent = alerts.c.state.in_(("pending", "deferred"))
    ready: ColumnElement[bool] = and_(unsent, alerts.c.due_at <= (since or now))
    if since is not None:
        ready = or_(ready, alerts.c.state == "pending")
    with db.read() as conn:
        return int(conn.execute(select(func.count()).select_from(alerts).where(ready)).scalar_one())


def next_alert_due_at(db: Database) -> datetime | None:
    """The soonest due time in the outbox."""
    with db.read() as conn:
        found: datetime | None = conn.execute(
            select(func.min(alerts.c.due_at)).where(alerts.c.state.in_(("pending", "deferred")))
        ).scalar()
    return found


# The channel: down or up, with one probe at a time


def channel_down_until(db: Database, name: str) -> datetime | None:
    """When a channel that is down may be probed; None while it is up."""
    with db.read() as conn:
        row = conn.execute(select(channels).where(channels.c.name == name[:200])).one_or_none()
    if row is None or row.down_since is None:
        return None
    due: datetime = row.next_probe_at
    return due


def channel_failures(db: Database, name: str) -> int:
    """Failures of a channel in a row."""
    with db.read() as conn:
        found = conn.execute(
            select(channels.c.failures).where(channels.c.name == name[:200])
        ).scalar()
    return int(found or 0)


def mark_channel(
    db: Database, name: str, now: datetime, *, next_probe_at: datetime | None, reason: str = ""
) -> None:
    """Down until `next_probe_at`, or up again (None)."""
    key = name[:200]
    with db.write() as conn:
        row = conn.execute(select(channels).where(channels.c.name == key)).one_or_none()
        if next_probe_at is None:
            if row is not None and row.down_since is not None:
                conn.execute(
                    update(channels)
                    .where(channels.c.name == key)
                    .values(down_since=None, next_probe_at=None, failures=0, reason=None)
                )
                end_notice(conn, f"channel:{key}", now)
            return
        if row is None:
            conn.execute(insert(channels).values(name=key, failures=0))
        conn.execute(
            update(channels)
            .where(channels.c.name == key)
            .values(
                down_since=(row.down_since if row is not None else None) or now,
                next_probe_at=next_probe_at,
                failures=channels.c.failures + 1,
                reason=reason[:500],
            )
        )
        raise_notice(conn, f"channel:{key}", f"mail cannot be handed over: {reason[:300]}", now)


def resend(db: Database, alert_id: int, now: datetime) -> int | None:
    """A new alert that repeats an old one, with a Message-ID of its own; None: no such alert."""
    with db.write() as conn:
        row = conn.execute(select(alerts).where(alerts.c.id == alert_id)).one_or_none()
        if row is None:
            return None
        copied = {
            name: getattr(row, name)
            for name in ("kind", "recipient", "story_id", "n", "article_id", "subject", "late")
        }
        new_id = conn.execute(
            insert(alerts)
            .values(state="pending", created_at=now, due_at=now, copy_of=alert_id, **copied)
            .returning(alerts.c.id)
        ).scalar_one()
        _copy_watchlists(conn, alert_id, int(new_id))
    return int(new_id)


def _copy_watchlists(conn: Connection, old: int, new: int) -> None:
    for row in conn.execute(
        select(alert_watchlists).where(alert_watchlists.c.alert_id == old)
    ).all():
        conn.execute(
            insert(alert_watchlists).values(
                alert_id=new, watchlist_id=row.watchlist_id, match_id=row.match_id
            )
        )


def hold_by_hand(db: Database, alert_id: int, now: datetime) -> bool:
    """A person stops an unsent alert; False where it is not unsent."""
    with db.write() as conn:
        done = conn.execute(
            update(alerts)
            .where(alerts.c.id == alert_id, alerts.c.state.in_(("pending", "deferred")))
            .values(state="held", reason=f"held by hand at {now.isoformat()}")
        )
    return bool(done.rowcount)
