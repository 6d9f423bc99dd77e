"""Addresses that mail came back from: held until a person lets them go (DESIGN §10).

What is unsent is held with the address, and what falls due later at its claim. A report is
counted once: the alert it speaks of keeps a note of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from newsroom.bounces import Report, Verdict, judge
from newsroom.tokens import alert_of_token, is_stop_token
from storage.database import Database
from storage.digests import portions
from storage.due import is_ready
from storage.leases import FREE
from storage.notices import end_notice, raise_notice
from storage.outbox_tables import alerts, digests, held_addresses, notices
from storage.told import UNSENT, is_rendered

RELEASED = "released"
"""The schedule of what was held with its address: it goes as one digest."""
HELD = "address held: "
"""What the reason of an alert begins with that waits for its address alone."""
CAME_BACK = "came back: "
"""What the reason of an alert begins with whose mail came back."""


@dataclass(frozen=True, slots=True)
class HeldAddress:
    """An address to which nothing is sent."""

    recipient: str
    since: datetime
    reason: str
    alert_id: int | None
    """Whose mail came back."""
    waiting: int
    """Alerts that are held for this alone."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a report did."""

    alert_id: int
    recipient: str
    verdict: Verdict
    reason: str
    held: int = 0
    """Alerts that are held with the address."""


def count_report(db: Database, secret: bytes, report: Report, now: datetime) -> tuple[Counted, ...]:
    """Take a report at its word as far as it speaks of mails that went out; each one once.

    Empty where it names none, or not the address that its mail went to.
    """
    counted = []
    with db.write() as conn:
        for alert in _alerts_of(conn, secret, report):
            for failure in report.failures:
                verdict = judge(failure, alert.recipient)
                if verdict is Verdict.NOTHING or not _note(conn, alert, failure.reason):
                    continue
                held = 0
                if verdict is Verdict.HOLD:
                    held = _hold(db, conn, alert, failure.reason, now)
                else:
                    _tell(conn, alert, failure.reason, now)
                done = Counted(alert.id, alert.recipient, verdict, failure.reason, held)
                counted.append(done)
    return tuple(counted)


def hold_address(
    db: Database, recipient: str, reason: str, alert_id: int | None, now: datetime
) -> int:
    """Send nothing to the address from here on; returns how many unsent alerts are held."""
    with db.write() as conn:
        return _hold_address(db, conn, recipient, reason, alert_id, now)


def hold_due(db: Database, now: datetime, *, since: datetime | None = None) -> int:
    """Hold what fell due, or waits for a digest, to an address that is held; how many alerts.

    Asked before alerts are placed and claimed. `since` as for `storage.outbox.claim_alerts`.
    """
    with db.read() as conn:
        reasons = {row.recipient: row.reason for row in conn.execute(select(held_addresses))}
    if not reasons:
        return 0
    waits = (alerts.c.state == "pending") & alerts.c.schedule.is_not(None)
    which = is_ready(db, now, since) | waits
    with db.write() as conn:
        return sum(
            _hold_alerts(conn, which & alerts.c.recipient.in_(names), reasons)
            for names in portions(sorted(reasons))
        )


def is_reachable() -> ColumnElement[bool]:
    """The alert's address is not held."""
    return alerts.c.recipient.not_in(select(held_addresses.c.recipient))


def release_address(db: Database, recipient: str, now: datetime) -> int | None:
    """Use the address again; how many of its alerts go now. None: it is not held.

    Alerts that were held for this alone wait for one digest, due now. What may have been received,
    what was rendered, what a person asked for, digests and notices go each as they are; digests
    with nothing in them are not sent any more.
    """
    with db.write() as conn:
        gone = conn.execute(delete(held_addresses).where(held_addresses.c.recipient == recipient))
        if gone.rowcount == 0:
            return None
        end_notice(conn, subject_of(recipient), now)
        end_notice(conn, returned_subject(recipient), now)
        query = (
            select(alerts, digests.c.state.label("digest_state"))
            .outerjoin(digests, digests.c.id == alerts.c.digest_id)
            .where(_is_held(recipient))
            .order_by(alerts.c.id)
            .with_for_update(of=alerts)
        )
        return sum(_let_go(conn, alert, now) for alert in conn.execute(query).all())


def held(db: Database) -> tuple[HeldAddress, ...]:
    """The addresses held, by name."""
    with db.read() as conn:
        rows = conn.execute(select(held_addresses).order_by(held_addresses.c.recipient)).all()
        return tuple(
            HeldAddress(
                row.recipient,
                row.since,
                row.reason,
                row.alert_id,
                conn.execute(
                    select(func.count()).select_from(alerts).where(_is_held(row.recipient))
                ).scalar_one(),
            )
            for row in rows
        )


def end_returned(db: Database, before: datetime, now: datetime) -> None:
    """That a mail came back is no news any more where it was said before `before`; nobody is
    written to about that."""
    with db.write() as conn:
        conn.execute(
            update(notices)
            .where(
                notices.c.subject.startswith(returned_subject(""), autoescape=True),
                notices.c.over_at.is_(None),
                notices.c.since <= before,
            )
            .values(over_at=now, over_told_at=now)
        )


def subject_of(recipient: str) -> str:
    """The subject of the notice that an address is held."""
    return f"address:{recipient}"[:300]


def returned_subject(recipient: str) -> str:
    """The subject of the notice that a mail came back from an address that may be good."""
    return f"returned:{recipient}"[:300]


def _alerts_of(conn: Connection, secret: bytes, report: Report) -> list[Any]:
    """The alerts that a report names, by what only those know who saw the mail."""
    named = conn.execute(
        select(alerts)
        .where(alerts.c.message_id.in_(report.message_ids))
        .order_by(alerts.c.id)
        .with_for_update()
    ).all()
    if named:
        return list(named)
    found = []
    for word in report.words:
        row = conn.execute(
            select(alerts).where(alerts.c.id == alert_of_token(word)).with_for_update()
        ).one_or_none()
        if row is not None and is_stop_token(secret, word, row.id, row.recipient):
            found.append(row)
    return found


def _note(conn: Connection, alert: Any, reason: str) -> bool:
    """Write down that the alert's mail came back; False where that is known."""
    noted = conn.execute(
        update(alerts)
        .where(
            alerts.c.id == alert.id,
            alerts.c.message_id.is_not(None),
            (alerts.c.reason.is_(None)) | ~alerts.c.reason.startswith(CAME_BACK, autoescape=True),
        )
        .values(reason=f"{CAME_BACK}{reason}"[:500])
    )
    return noted.rowcount == 1


def _hold(db: Database, conn: Connection, alert: Any, reason: str, now: datetime) -> int:
    """Hold the address, and the alert itself where it was not known to have gone."""
    unsent = conn.execute(
        update(alerts)
        .where(alerts.c.id == alert.id, alerts.c.state.in_(UNSENT))
        .values(state="held", schedule=None)
    )
    return unsent.rowcount + _hold_address(db, conn, alert.recipient, reason, alert.id, now)


def _tell(conn: Connection, alert: Any, reason: str, now: datetime) -> None:
    text = (
        f"the mail of alert {alert.id} to {alert.recipient} came back: {reason}; the address is "
        f"used on: `wirewatch alerts resend {alert.id}` sends it again"
    )
    raise_notice(conn, returned_subject(alert.recipient), text, now)


def _hold_address(
    db: Database,
    conn: Connection,
    recipient: str,
    reason: str,
    alert_id: int | None,
    now: datetime,
) -> int:
    conn.execute(
        db.insert(held_addresses)
        .values(recipient=recipient, since=now, reason=reason[:300], alert_id=alert_id)
        .on_conflict_do_nothing()
    )
    mine = alerts.c.state.in_(UNSENT) & (alerts.c.recipient == recipient)
    done = _hold_alerts(conn, mine, {recipient: reason})
    text = (
        f"mail to {recipient} came back: {reason[:300]}; nothing is sent there until you say so: "
        f"`wirewatch alerts release {recipient}`"
    )
    raise_notice(conn, subject_of(recipient), text, now)
    return done


def _hold_alerts(conn: Connection, which: ColumnElement[bool], reasons: dict[str, str]) -> int:
    """Each row is locked first: of two that do this none waits for the other with rows of its
    own."""
    query = (
        select(alerts.c.id, alerts.c.recipient)
        .where(which)
        .order_by(alerts.c.id)
        .with_for_update(skip_locked=True)
    )
    found: dict[str, list[int]] = {}
    for row in conn.execute(query).all():
        found.setdefault(row.recipient, []).append(row.id)
    for recipient, ids in found.items():
        reason = f"{HELD}{reasons[recipient]}"[:500]
        for few in portions(ids):
            conn.execute(
                update(alerts)
                .where(alerts.c.id.in_(few))
                .values(**FREE, state="held", schedule=None, reason=reason)
            )
    return sum(map(len, found.values()))


def _is_held(recipient: str) -> ColumnElement[bool]:
    """Alerts that wait for this address alone; those that came back and may have been received
    too, which no server took for good."""
    why = alerts.c.reason.startswith(HELD, autoescape=True)
    why |= alerts.c.reason.startswith(CAME_BACK, autoescape=True)
    return (alerts.c.recipient == recipient) & (alerts.c.state == "held") & why


def _let_go(conn: Connection, alert: Any, now: datetime) -> int:
    """One alert goes again; 0 where nobody is to be told of it any more."""
    values: dict[str, Any] = {"due_at": now, "not_before": None, "schedule": None}
    if alert.kind == "digest" and alert.digest_state == "empty" and alert.copy_of is None:
        values |= {"state": "empty", "reason": "its address was held"}
    elif alert.deferred_since is not None or is_rendered(conn, alert.id):
        values |= {"state": "deferred", "deferred_since": now}
        if not alert.reason.startswith(CAME_BACK):
            values["reason"] = None
    else:
        alone = alert.copy_of is None and alert.kind in ("immediate", "update")
        values |= {
            "state": "pending",
            "reason": None,
            "schedule": RELEASED if alone else None,
        }
    conn.execute(update(alerts).where(alerts.c.id == alert.id).values(values))
    return int(values["state"] != "empty")
