"""The outbox: claim an alert, keep its bytes, record how each attempt ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from newsroom.errors import LeaseLost
from storage import alert_news, alert_reading, leases
from storage.alert_batches import read_claims
from storage.alert_claims import ALERT_LEASE_S, AlertMatch, AttemptEnd, ClaimedAlert, Standing
from storage.channels import in_lane
from storage.database import Database
from storage.due import is_ready
from storage.held import is_reachable
from storage.notices import raise_notice
from storage.outbox_tables import alert_watchlists, alerts, deliveries, matches
from storage.told import UNSENT, last_mail, told_watchlists


def claim_alerts(
    db: Database,
    *,
    owner: str,
    now: datetime,
    limit: int,
    since: datetime | None = None,
    to: str | None = None,
) -> list[ClaimedAlert]:
    """Take due alerts, soonest due first; they are `sending` from here on.

    `since` is set at the end of a single pass that began then: what waits for a page goes too,
    and a retry planned after it does not. `to` takes those of one lane alone: `mail`, or the URL
    that it carries to.
    """
    ready = is_ready(db, now, since) & in_lane(to) & is_reachable()
    query = (
        select(alerts.c.id)
        .where(ready)
        .order_by(alerts.c.due_at, alerts.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with db.write() as conn:
        ids = conn.execute(query).scalars().all()
        if not ids:
            return []
        token, taken = leases.claim_all(
            db,
            conn,
            alerts,
            ids,
            owner=owner,
            now=now,
            seconds=ALERT_LEASE_S,
            where=ready,
            extra={"state": "sending"},
        )
        ours = [alert_id for alert_id in ids if alert_id in taken]
        until = now + timedelta(seconds=ALERT_LEASE_S)
        return read_claims(conn, ours, token=token, until=until)


def drop_watchlists(
    db: Database,
    claim: ClaimedAlert,
    watchlist_ids: Sequence[int],
    reason: str,
    *,
    unmatched: Sequence[int] = (),
    instead: Sequence[AlertMatch] = (),
) -> bool:
    """Watchlists nobody is to be told of leave the alert; with none left it is cancelled (False).

    Of those in `unmatched` the rule in force does not match any more: where it matches a later
    revision, that is told. `instead`: matches by which the alert tells of their watchlists now.
    """
    with db.write() as conn:
        leases.hold(conn, alerts, claim.id, claim.token)
        dropped = select(alert_watchlists.c.match_id).where(
            alert_watchlists.c.alert_id == claim.id,
            alert_watchlists.c.watchlist_id.in_(unmatched),
        )
        conn.execute(update(matches).where(matches.c.id.in_(dropped)).values(alerting="dropped"))
        for match in instead:
            _tell_by(conn, claim.id, match)
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


def _tell_by(conn: Connection, alert_id: int, match: AlertMatch) -> None:
    other = select(matches.c.id).where(
        matches.c.watchlist_id == match.watchlist_id, matches.c.article_id == match.article_id
    )
    conn.execute(
        update(alert_watchlists)
        .where(
            alert_watchlists.c.alert_id == alert_id,
            alert_watchlists.c.watchlist_id == match.watchlist_id,
        )
        .values(match_id=other.scalar_subquery())
    )


def stand_ins(
    db: Database, claim: ClaimedAlert, watchlist_ids: Sequence[int]
) -> tuple[AlertMatch, ...]:
    """Other matches of the alert's story for these watchlists."""
    with db.read() as conn:
        return alert_reading.stand_ins(conn, claim.id, watchlist_ids)


def end_attempt(db: Database, claim: ClaimedAlert, attempt: int, end: AttemptEnd) -> bool:
    """Record an attempt's end and the alert's state; False where the lease was lost meanwhile.

    The attempt's row is written even then: that a server took a mail is a fact whoever holds the
    lease.
    """
    with db.write() as conn:
        _note_answer(conn, attempt, end)
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


def note_answer(db: Database, attempt: int, end: AttemptEnd) -> None:
    """Record how an attempt ended, and nothing of its alert yet."""
    with db.write() as conn:
        _note_answer(conn, attempt, end)


def _note_answer(conn: Connection, attempt: int, end: AttemptEnd) -> None:
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


def release(db: Database, claim: ClaimedAlert) -> None:
    """Give an untried alert back (we are stopping); the attempt does not count."""
    with db.write() as conn:
        conn.execute(
            update(alerts)
            .where(alerts.c.id == claim.id, alerts.c.lease_token == claim.token)
            .values(
                **leases.FREE,
                state=case((alerts.c.deferred_since.is_not(None), "deferred"), else_="pending"),
                attempts=alerts.c.attempts - 1,
            )
        )


def put_off(db: Database, claim: ClaimedAlert, until: datetime) -> None:
    """An update that is not to go before `until` waits again; the attempt does not count.

    Raises LeaseLost.
    """
    with db.write() as conn:
        row = leases.hold(conn, alerts, claim.id, claim.token)
        conn.execute(
            update(alerts)
            .where(alerts.c.id == claim.id)
            .values(
                **leases.FREE,
                state="pending",
                attempts=max(0, row.attempts - 1),
                due_at=until,
                not_before=until,
            )
        )


def standing_of(db: Database, claim: ClaimedAlert) -> Standing:
    """How far the telling of an update's story has come without it."""
    with db.read() as conn:
        story_id = claim.story_id or 0
        last = last_mail(conn, claim.recipient, story_id, before=claim.id)
        told = told_watchlists(conn, claim.recipient, story_id, before=claim.id)
    return Standing(frozenset(told), last.at, last.waits_for)


def drop_news(db: Database, claim: ClaimedAlert, article_ids: Sequence[int]) -> None:
    """What is new in these articles concerns none of the alert's watchlists any more."""
    with db.write() as conn:
        leases.hold(conn, alerts, claim.id, claim.token)
        alert_news.drop_news(conn, claim.id, article_ids)


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


def due_alerts(
    db: Database, now: datetime, *, since: datetime | None = None, to: str | None = None
) -> int:
    """How many alerts are ready to be sent; `since` and `to` as for `claim_alerts`."""
    ready = is_ready(db, now, since) & in_lane(to)
    with db.read() as conn:
        return int(conn.execute(select(func.count()).select_from(alerts).where(ready)).scalar_one())


def due_urls(db: Database, now: datetime, *, since: datetime | None = None) -> list[str]:
    """Recipients beside mail that something is ready for; `since` as for `claim_alerts`."""
    query = (
        select(alerts.c.recipient)
        .distinct()
        .where(is_ready(db, now, since), alerts.c.recipient.contains("://"))
        .order_by(alerts.c.recipient)
    )
    with db.read() as conn:
        return list(conn.execute(query).scalars())


def next_alert_due_at(db: Database) -> datetime | None:
    """The soonest due time in the outbox."""
    with db.read() as conn:
        found: datetime | None = conn.execute(
            select(func.min(alerts.c.due_at)).where(alerts.c.state.in_(UNSENT))
        ).scalar()
    return found


def resend(db: Database, alert_id: int, now: datetime) -> int | None:
    """A new alert that repeats an old one, with a Message-ID of its own; None: no such alert."""
    with db.write() as conn:
        row = conn.execute(select(alerts).where(alerts.c.id == alert_id)).one_or_none()
        if row is None:
            return None
        copied = {
            name: getattr(row, name)
            for name in (
                "kind",
                "recipient",
                "story_id",
                "n",
                "article_id",
                "digest_id",
                "notice_id",
                "subject",
                "late",
            )
        }
        new_id = conn.execute(
            insert(alerts)
            .values(state="pending", created_at=now, due_at=now, copy_of=alert_id, **copied)
            .returning(alerts.c.id)
        ).scalar_one()
        _copy_watchlists(conn, alert_id, int(new_id))
        alert_news.copy_news(conn, alert_id, int(new_id))
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
            .where(alerts.c.id == alert_id, alerts.c.state.in_(UNSENT))
            .values(state="held", schedule=None, reason=f"held by hand at {now.isoformat()}")
        )
    return bool(done.rowcount)
