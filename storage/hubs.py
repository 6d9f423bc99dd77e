"""Subscriptions to WebSub hubs: who tells us that a feed has news, and when to ask again.

A row begins `wanted`, is `asked` until the hub has verified that it was us, then `active` (also
while its renewal is asked for) or `denied`; `leaving` it says farewell, then it is gone. What the
hub sends is no news to us but a reason to poll.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from newsroom.hubs import ANSWER_BY, DENIED_FOR, LEAVING_TRIES, lease, renewal, retry
from storage.coverage_tables import hubs
from storage.database import Database
from storage.tables import feeds

TOLD_APART = timedelta(minutes=1)
"""A feed is polled no sooner after its last poll, however often a hub calls."""
MAX_DETAIL = 300
_UNDER_WAY = timedelta(minutes=10)
"""How long nobody else asks while somebody does."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One subscription to be asked for, or to be ended."""

    feed_id: int
    source_id: str
    mode: str
    """`subscribe` or `unsubscribe`."""
    hub: str
    topic: str
    callback: str
    secret: str
    until: datetime
    """Nobody else asks before; unchanged while the hub has said nothing of its own."""


@dataclass(frozen=True, slots=True)
class Called:
    """A subscription whose address was called."""

    feed_id: int
    secret: str
    state: str


def note_hub(db: Database, feed_id: int, named: tuple[str, str] | None) -> bool:
    """Write down the (hub, topic) a feed names; None: none any more.

    False where another one is left first: then it is to be noted again.
    """
    with db.read() as connection:
        known = connection.execute(select(hubs).where(hubs.c.feed_id == feed_id)).first()
    if (known is None and named is None) or (
        known is not None and named == (known.hub, known.topic) and known.state != "leaving"
    ):
        return True
    with db.write() as connection:
        if known is None and named is not None:
            values = {"hub": named[0], "topic": named[1], "state": "wanted", "failures": 0}
            fresh = {"token": token_urlsafe(24), "secret": token_urlsafe(32)}
            connection.execute(insert(hubs).values(feed_id=feed_id, **values, **fresh))
            return True
        leaving = update(hubs).where(hubs.c.feed_id == feed_id, hubs.c.state != "leaving")
        connection.execute(leaving.values(state="leaving", next_try_at=None, failures=0))
    return named is None


def claim_ask(db: Database, base_url: str, now: datetime) -> Ask | None:
    """The next subscription to ask for or to end, as if it were asked; None: nothing is due.

    `base_url` is where hubs can call us; empty: nowhere, and what was subscribed to is left.
    """
    state = hubs.c.state == "leaving" if not base_url else hubs.c.state.is_not(None)
    due = or_(
        hubs.c.next_try_at.is_(None),
        hubs.c.next_try_at <= now,
        hubs.c.next_try_at > now + DENIED_FOR * 5,  # planned by a clock that jumped
    )
    with db.write() as connection:
        _leave(connection, base_url)
        row = connection.execute(
            select(hubs, feeds.c.source_id)
            .join(feeds, feeds.c.id == hubs.c.feed_id)
            .where(due, state)
            .order_by(hubs.c.next_try_at, hubs.c.feed_id)
            .limit(1)
        ).first()
        if row is None:
            return None
        own = f"{base_url}/hub/{row.token}"
        leaving = row.state == "leaving"
        until = now + _UNDER_WAY
        values: dict[str, Any] = {"next_try_at": until}
        if not leaving:
            values["callback"] = own
            # a renewal leaves the standing lease as it is
            values["state"] = "active" if _stands(row, now) else "asked"
        connection.execute(update(hubs).where(hubs.c.feed_id == row.feed_id).values(values))
    mode = "unsubscribe" if leaving else "subscribe"
    callback = row.callback if leaving else own
    return Ask(row.feed_id, row.source_id, mode, row.hub, row.topic, callback, row.secret, until)


def _stands(row: Row[Any], now: datetime) -> bool:
    return row.state == "active" and row.lease_ends_at is not None and row.lease_ends_at > now


def _leave(connection: Connection, base_url: str) -> None:
    """What is not to be kept says farewell, where the hub knows of it; else it is gone."""
    unpolled = hubs.c.feed_id.in_(select(feeds.c.id).where(~feeds.c.active))
    known = hubs.c.callback.is_not(None)
    # where the page can be reached has changed: it is left there and asked for anew
    moved = known & (hubs.c.callback != base_url + "/hub/" + hubs.c.token)
    connection.execute(
        update(hubs)
        .where(hubs.c.state != "leaving", known, unpolled | moved)
        .values(state="leaving", next_try_at=None, failures=0)
    )
    connection.execute(delete(hubs).where(~known, unpolled | (hubs.c.state == "leaving")))


def note_answer(
    db: Database,
    ask: Ask,
    now: datetime,
    *,
    answer: str,
    detail: str,
    retry_after: timedelta | None = None,
) -> None:
    """What the hub answered to our question: `accepted`, `refused`, or `failed` for now."""
    row_is = hubs.c.feed_id == ask.feed_id
    with db.write() as connection:
        row = connection.execute(select(hubs).where(row_is)).first()
        if row is None or row.next_try_at != ask.until:
            return  # the hub has verified or denied it meanwhile
        failures = row.failures + 1
        if ask.mode == "unsubscribe" and (answer == "refused" or failures > LEAVING_TRIES):
            connection.execute(delete(hubs).where(row_is))
            return
        # a hub that takes the question and never verifies is asked ever more seldom, too
        wait = max(retry(failures), retry_after or timedelta(0))
        values: dict[str, Any] = {"failures": failures, "detail": detail[:MAX_DETAIL] or None}
        if answer == "accepted":
            wait = max(wait, ANSWER_BY)
        elif answer == "refused":
            wait, values["state"] = DENIED_FOR, "denied"
        connection.execute(update(hubs).where(row_is).values(next_try_at=now + wait, **values))


def verify(
    db: Database, token: str, *, mode: str, topic: str, lease_seconds: str | None, now: datetime
) -> bool:
    """Whether the hub may be told that we asked this; then the subscription stands, or ends."""
    with db.write() as connection:
        row = connection.execute(select(hubs).where(hubs.c.token == token)).first()
        if row is None or row.topic != topic:
            return False
        mine = update(hubs).where(hubs.c.feed_id == row.feed_id)
        if mode == "unsubscribe":
            if row.state == "leaving":
                connection.execute(mine.values(callback=None, next_try_at=None))
            return bool(row.state == "leaving")
        if mode != "subscribe" or row.state not in ("asked", "active"):
            return False
        given = lease(lease_seconds)
        connection.execute(
            mine.values(
                state="active",
                lease_ends_at=now + given,
                next_try_at=now + renewal(given),
                failures=0,
                detail=None,
            )
        )
    return True


def deny(db: Database, token: str, *, topic: str, reason: str, now: datetime) -> bool:
    """The hub says no; it is asked again after a week. False for an unknown subscription."""
    denied = (
        update(hubs)
        .where(hubs.c.token == token, hubs.c.topic == topic, hubs.c.state != "leaving")
        .values(
            state="denied",
            lease_ends_at=None,
            next_try_at=now + DENIED_FOR,
            detail=reason[:MAX_DETAIL] or None,
        )
    )
    with db.write() as connection:
        return bool(connection.execute(denied).rowcount)


def subscribed(db: Database) -> frozenset[int]:
    """Feeds that have a row here, whatever its state."""
    with db.read() as connection:
        return frozenset(connection.execute(select(hubs.c.feed_id)).scalars())


def called(db: Database, token: str) -> Called | None:
    """The subscription whose address this is; None where there is none."""
    with db.read() as connection:
        row = connection.execute(select(hubs).where(hubs.c.token == token)).first()
    return None if row is None else Called(row.feed_id, row.secret, row.state)


def poll_now(db: Database, feed_id: int, now: datetime) -> datetime | None:
    """Make a feed due at once, because its hub said that it has news; when it will be polled.

    Not within a minute of its last poll (then at that minute's end), and not where it fails: that
    has a delay of its own. A time already planned is never put off.
    """
    with db.write() as connection:
        feed = connection.execute(select(feeds).where(feeds.c.id == feed_id)).first()
        if feed is None or not feed.active or feed.failures:
            return None
        connection.execute(update(hubs).where(hubs.c.feed_id == feed_id).values(last_told_at=now))
        at: datetime = now
        last = feed.last_poll_at
        if last is not None and last <= now:
            at = max(now, last + TOLD_APART)
        if feed.next_poll_at is None or feed.next_poll_at > at:
            connection.execute(update(feeds).where(feeds.c.id == feed_id).values(next_poll_at=at))
            return at
        planned: datetime = feed.next_poll_at
    return planned
