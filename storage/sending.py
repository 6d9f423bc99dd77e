"""Many mails of one claim written down together: bytes, beginnings and ends of attempts.

Nothing is sent before its bytes and its attempt are committed. What was opened and has no end is
uncertain after a crash, and goes again unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, insert, select, update

from storage import leases
from storage.alert_claims import ClaimedAlert, Rendered
from storage.database import Database
from storage.outbox_tables import alerts, deliveries, messages

_LEASES = select(alerts.c.id, alerts.c.lease_token).where(
    alerts.c.id.in_(bindparam("ids", expanding=True))
)
_MADE = (
    update(alerts)
    .where(alerts.c.id == bindparam("alert"))
    .values(message_id=bindparam("ident"), subject=bindparam("line"))
)
_OPEN = insert(deliveries).returning(deliveries.c.id, deliveries.c.alert_id)
_ENDED = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("attempt"))
    .values(
        finished_at=bindparam("at"),
        outcome="sent",
        code=None,
        reply=bindparam("said"),
        definite=True,
    )
)
_SENT = (
    update(alerts)
    .where(alerts.c.id == bindparam("alert"), alerts.c.lease_token == bindparam("token"))
    .values(**leases.FREE, state="sent", reason=None, sent_at=bindparam("at"))
)
_RELEASED = (
    update(alerts)
    .where(alerts.c.id == bindparam("alert"), alerts.c.lease_token == bindparam("token"))
    .values(
        **leases.FREE,
        state=case((alerts.c.deferred_since.is_not(None), "deferred"), else_="pending"),
        attempts=alerts.c.attempts - 1,
    )
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that a server took."""

    claim: ClaimedAlert
    attempt: int
    reply: str
    at: datetime


def keep_messages(
    db: Database, made: Sequence[tuple[ClaimedAlert, Rendered]], now: datetime
) -> set[int]:
    """Store the bytes of mails before their first attempt; the ids of those whose claim is ours
    still. Bytes already stored stay as they are."""
    with db.write() as conn:
        ours = _held(conn, [claim for claim, _ in made])
        new = [(c, m) for c, m in made if c.id in ours and c.message is None]
        if new:
            conn.execute(
                insert(messages),
                [{"alert_id": c.id, "data": m.data, "rendered_at": now} for c, m in new],
            )
            conn.execute(
                _MADE, [{"alert": c.id, "ident": m.message_id, "line": m.subject} for c, m in new]
            )
    return ours


def go_on(
    db: Database,
    taken: Sequence[Taken],
    begin: Sequence[ClaimedAlert],
    channel: str,
    now: datetime,
) -> dict[int, int]:
    """In one commit: these mails are sent, and attempts at those begin.

    Returns alert id → attempt; those whose claim is no longer ours are left out. That a server took
    a mail is written even then, as its attempt's end.
    """
    with db.write() as conn:
        if taken:
            conn.execute(
                _ENDED,
                [{"attempt": t.attempt, "at": t.at, "said": t.reply[:1000]} for t in taken],
            )
            conn.execute(
                _SENT,
                [{"alert": t.claim.id, "token": t.claim.token, "at": t.at} for t in taken],
            )
        ours = _held(conn, begin)
        if not ours:
            return {}
        rows = conn.execute(
            _OPEN,
            [
                {"alert_id": n, "channel": channel[:200], "started_at": now, "definite": False}
                for n in ours
            ],
        )
        return {row.alert_id: row.id for row in rows}


def not_begun(db: Database, attempts: Sequence[int]) -> None:
    """These attempts were opened and never made: nothing is uncertain about them."""
    with db.write() as conn:
        conn.execute(delete(deliveries).where(deliveries.c.id.in_(attempts)))


def release_all(db: Database, claims: Sequence[ClaimedAlert]) -> None:
    """Give untried alerts back; the attempt does not count."""
    if claims:
        with db.write() as conn:
            conn.execute(_RELEASED, [{"alert": c.id, "token": c.token} for c in claims])


def _held(conn: Connection, claims: Sequence[ClaimedAlert]) -> set[int]:
    """Those whose claim is ours, their rows locked for this transaction."""
    if not claims:
        return set()
    tokens = {claim.id: claim.token for claim in claims}
    rows = conn.execute(_LEASES.with_for_update(), {"ids": list(tokens)})
    return {row.id for row in rows if row.lease_token == tokens[row.id]}
