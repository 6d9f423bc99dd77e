"""The mailbox's turn: who reads it now, how far it is read, and since when it cannot be.

Kept in `meta`, two rows a mailbox; another mailbox begins anew. A turn is taken by changing the row
it was read from, so that of several processes one reads. Two that read at once do no harm: what a
mail does, it does once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from storage.database import Database
from storage.held import end_returned
from storage.notices import end_notice, raise_notice
from storage.tables import meta

VISIT_S = 360
"""A turn that was not given back in this time is free: longer than any visit."""
FAILING_FOR = timedelta(hours=1)
"""How long a mailbox fails before the operator is told: a restart of its server is no matter."""
SUBJECT = "mailbox"
"""Of that notice."""
RETURNED_FOR = timedelta(days=1)
"""How long it is told that a mail came back from an address that may be good."""
_FARTHEST = timedelta(hours=5)
"""A turn due later than that was planned by a clock that jumped."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One mailbox's row."""

    next_at: str = ""
    """When it is to be read next; while it is read, when that turn is over. ISO 8601."""
    failing_since: str = ""
    """Empty: it works."""
    failures: int = 0
    """In a row."""


def take_turn(db: Database, mailbox: str, now: datetime, *, early: bool = False) -> Turn | None:
    """Take the turn to read it now; None where it is not time, or another process reads.

    `early`: before its time, but not while another reads.
    """
    key = _key(mailbox)
    with db.write() as conn:
        conn.execute(db.insert(meta).values(key=key, value="{}").on_conflict_do_nothing())
        before = _value(conn, key)
        turn, taken = _turn(before)
        at = _instant(turn.next_at)
        waits = at is not None and now < at <= now + _FARTHEST
        if waits and (taken or not early):
            return None
        until = now + timedelta(seconds=VISIT_S)
        begun = replace(turn, next_at=until.isoformat())
        mine = update(meta).where(meta.c.key == key, meta.c.value == before)
        done = conn.execute(mine.values(value=_written(begun, taken=True)))
    return turn if done.rowcount == 1 else None


def end_turn(
    db: Database, mailbox: str, turn: Turn, now: datetime, *, next_at: datetime, why: str = ""
) -> Turn:
    """Give the turn back; `why` it could not be read, where it could not.

    After an hour without success there is a notice, until it works again.
    """
    if why:
        since = _instant(turn.failing_since)
        if since is None or since > now:
            since = now
        ended = Turn(next_at.isoformat(), since.isoformat(), turn.failures + 1)
    else:
        since, ended = None, Turn(next_at.isoformat())
    with db.write() as conn:
        conn.execute(
            update(meta)
            .where(meta.c.key == _key(mailbox))
            .values(value=_written(ended, taken=False))
        )
        if since is None:
            end_notice(conn, SUBJECT, now)
        elif now - since >= FAILING_FOR:
            text = f"mails that come back are not read: {why}"
            raise_notice(conn, SUBJECT, text[:1000], since)
    if not why:
        end_returned(db, now - RETURNED_FOR, now)
    return ended


def give_back(db: Database, mailbox: str, turn: Turn) -> None:
    """The visit was broken off from here: the row is as it was."""
    with db.write() as conn:
        conn.execute(
            update(meta)
            .where(meta.c.key == _key(mailbox))
            .values(value=_written(turn, taken=False))
        )


def position(db: Database, mailbox: str) -> str:
    """How far the mailbox is read, in its own words; empty: not at all."""
    with db.read() as conn:
        return _value(conn, _key(mailbox, "at"))


def keep_position(db: Database, mailbox: str, at: str) -> None:
    """Everything up to `at` is read and done."""
    key = _key(mailbox, "at")
    with db.write() as conn:
        statement = db.insert(meta).values(key=key, value=at)
        conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": at}))


def _key(mailbox: str, what: str = "turn") -> str:
    return f"mailbox.{what}.{hashlib.sha256(mailbox.encode()).hexdigest()[:24]}"


def _value(conn: Connection, key: str) -> str:
    return str(conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar() or "")


def _written(turn: Turn, *, taken: bool) -> str:
    return json.dumps({**asdict(turn), "taken": taken})


def _turn(text: str) -> tuple[Turn, bool]:
    row: dict[str, Any] = json.loads(text or "{}")
    turn = Turn(row.get("next_at", ""), row.get("failing_since", ""), row.get("failures", 0))
    return turn, bool(row.get("taken"))


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
