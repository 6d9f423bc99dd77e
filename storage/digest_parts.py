"""A digest whose mail is too long goes as two: half of its stories in a digest of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from newsroom.errors import LeaseLost
from storage import leases
from storage.alert_claims import ClaimedAlert
from storage.database import Database
from storage.digest_writing import (
    NewDigest,
    first_matches,
    insert_alert,
    insert_digest,
    name_watchlists,
)
from storage.digests import portions
from storage.digests_reading import items_of
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    digests,
    matches,
    messages,
)
from storage.told import is_uncertain

_UNTAKEN = ("pending", "deferred", "held")


def split_digest(db: Database, claim: ClaimedAlert, now: datetime) -> bool:
    """Half of a digest's stories, the older ones, go to a digest of their own, `SLOT;2` or on.

    Both wait to be sent, now, and nothing is left of the mail that was made. False, and nothing
    done, where it tells one story only, is a copy asked for by hand, or its last attempt ended
    without a definite reply. Raises LeaseLost where somebody else has it, or it went.
    """
    if claim.digest is None or claim.copy_of is not None:
        return False
    with db.write() as conn:
        db.story_lock(conn)  # its items stay with their stories
        alert = _ours(conn, claim)
        items = items_of(conn, alert.id, alert.digest_id, claim.digest.since)
        if len(items) < 2 or is_uncertain(conn, alert.id):
            return False
        older = [item.id for item in items[(len(items) + 1) // 2 :]]
        part = _next_part(db, conn, alert.digest_id, now)
        for few in portions(older):
            moved = update(digest_items).where(digest_items.c.id.in_(few))
            conn.execute(moved.values(digest_id=part))
        insert_alert(conn, part, alert.recipient, _named(conn, part), now)
        _begin_again(conn, alert, now)
    return True


def _ours(conn: Connection, claim: ClaimedAlert) -> Any:
    """The alert, locked: the claim's still, or given back since and nobody's."""
    alert = conn.execute(select(alerts).where(alerts.c.id == claim.id).with_for_update()).one()
    if alert.lease_token != claim.token and (
        alert.lease_owner is not None or alert.state not in _UNTAKEN
    ):
        raise LeaseLost(f"alert {claim.id}: it was taken over meanwhile; it is not split")
    return alert


def _next_part(db: Database, conn: Connection, digest_id: int, now: datetime) -> int:
    """A digest beside this one, under the first free number of its slot."""
    row = conn.execute(select(digests).where(digests.c.id == digest_id)).one()
    whole, number = row.slot.partition(";")[0], 2
    while True:
        new = NewDigest(
            row.recipient,
            row.schedule,
            f"{whole};{number}",
            row.since,
            row.until,
            row.watchlists or (),
        )
        made = insert_digest(db, conn, new, "filled", now)
        if made is not None:
            return made
        number += 1


def _begin_again(conn: Connection, alert: Any, now: datetime) -> None:
    """What stays is told anew: it was refused, or never tried."""
    conn.execute(delete(messages).where(messages.c.alert_id == alert.id))
    conn.execute(delete(alert_watchlists).where(alert_watchlists.c.alert_id == alert.id))
    name_watchlists(conn, alert.id, _named(conn, alert.digest_id))
    conn.execute(
        update(alerts)
        .where(alerts.c.id == alert.id)
        .values(
            **leases.FREE,
            state="pending",
            reason=None,
            due_at=now,
            not_before=None,
            deferred_since=None,
            message_id=None,
            subject=None,
            attempts=0,
        )
    )


def _named(conn: Connection, digest_id: int) -> dict[int, int]:
    """Watchlist → first match of what a digest tells."""
    query = (
        select(matches.c.watchlist_id, matches.c.id)
        .join(digest_matches, digest_matches.c.match_id == matches.c.id)
        .join(digest_items, digest_items.c.id == digest_matches.c.item_id)
        .where(digest_items.c.digest_id == digest_id)
    )
    return first_matches((row.watchlist_id, row.id) for row in conn.execute(query))
