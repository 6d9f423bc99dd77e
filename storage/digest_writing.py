"""The rows of a digest: the digest, its items with what they tell, and the alert that tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from storage.database import Database
from storage.outbox_tables import alert_watchlists, alerts, digest_items, digest_matches, digests


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest that is to be, by its key."""

    recipient: str
    schedule: str
    slot: str
    since: datetime | None
    until: datetime | None
    """The period it looks back on."""
    watchlists: Sequence[int] = ()
    """Whose rules asked for it at its slot."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """A story that a digest tells."""

    story_id: int
    n: int
    match_ids: Sequence[int]
    """By which it is told."""
    alert_id: int | None = None
    """Of the alert that is folded into it."""


def insert_digest(
    db: Database, conn: Connection, new: NewDigest, state: str, now: datetime
) -> int | None:
    """The digest's id; None where there is one of this key."""
    statement = db.insert(digests).values(
        recipient=new.recipient,
        schedule=new.schedule,
        slot=new.slot,
        state=state,
        created_at=now,
        since=new.since,
        until=new.until,
        watchlists=list(new.watchlists),
    )
    made = statement.on_conflict_do_nothing().returning(digests.c.id)
    digest_id = conn.execute(made).scalar_one_or_none()
    return None if digest_id is None else int(digest_id)


def insert_items(
    conn: Connection, digest_id: int, new: NewDigest, items: Sequence[NewItem], now: datetime
) -> None:
    """Write its stories, each with the matches by which it is told; one of each story."""
    if not items:
        return
    values = [
        {
            "recipient": new.recipient,
            "schedule": new.schedule,
            "story_id": item.story_id,
            "n": item.n,
            "digest_id": digest_id,
            "created_at": now,
            "alert_id": item.alert_id,
        }
        for item in items
    ]
    made = insert(digest_items).returning(digest_items.c.id, digest_items.c.story_id)
    ids = {row.story_id: row.id for row in conn.execute(made, values).all()}
    told = [
        {"item_id": ids[item.story_id], "match_id": match_id}
        for item in items
        for match_id in item.match_ids
    ]
    conn.execute(insert(digest_matches), told)


def insert_alert(
    conn: Connection,
    digest_id: int,
    recipient: str,
    named: Mapping[int, int],
    now: datetime,
    state: str = "pending",
) -> int:
    """The alert that tells it, due now; `named` is watchlist → match."""
    alert_id = int(
        conn.execute(
            insert(alerts)
            .values(
                kind="digest",
                recipient=recipient,
                n=0,
                digest_id=digest_id,
                state=state,
                created_at=now,
                due_at=now,
            )
            .returning(alerts.c.id)
        ).scalar_one()
    )
    name_watchlists(conn, alert_id, named)
    return alert_id


def name_watchlists(conn: Connection, alert_id: int, named: Mapping[int, int]) -> None:
    """The alert names these watchlists, each by this match."""
    values = [
        {"alert_id": alert_id, "watchlist_id": watchlist_id, "match_id": match_id}
        for watchlist_id, match_id in sorted(named.items())
    ]
    if values:
        conn.execute(insert(alert_watchlists), values)


def first_matches(found: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Watchlist → its first match, of (watchlist, match)."""
    first: dict[int, int] = {}
    for watchlist_id, match_id in found:
        first[watchlist_id] = min(match_id, first.get(watchlist_id, match_id))
    return first
