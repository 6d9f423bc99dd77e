"""Subscriptions as rows, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage.coverage_tables import hubs
from storage.database import Database
from storage.hubs import Ask, called, claim_ask, deny, note_answer, note_hub, poll_now, verify
from storage.tables import feeds
from tests.rows import MINUTE, NOW, add_feed, add_source, rows

BASE = "https://desk.example.org/watch"
NAMED = ("https://hub.example/", "https://herald.example/rss")
OTHER = ("https://other.example/", NAMED[1])


@pytest.fixture
def feed(database: Database) -> int:
    add_source(database)
    return add_feed(database, next_poll_at=NOW + 30 * MINUTE)


def row(db: Database) -> Any:
    (found,) = rows(db, hubs)
    return found


def asked(db: Database, minutes: int = 0) -> Ask:
    ask = claim_ask(db, BASE, NOW + minutes * MINUTE)
    assert ask is not None
    return ask


def stand(db: Database, lease: str = "864000") -> None:
    assert verify(db, row(db).token, mode="subscribe", topic=NAMED[1], lease_seconds=lease, now=NOW)


def test_a_subscription_from_its_first_word_to_its_last(database: Database, feed: int) -> None:
    db = database
    assert note_hub(db, feed, None)
    assert rows(db, hubs) == []
    assert note_hub(db, feed, NAMED)
    assert claim_ask(db, "", NOW) is None  # nobody could call us
    ask = asked(db)
    assert (ask.mode, ask.hub, ask.callback) == (
        "subscribe",
        NAMED[0],
        f"{BASE}/hub/{row(db).token}",
    )
    assert claim_ask(db, BASE, NOW) is None  # somebody asks already
    stand(db)
    note_answer(db, ask, NOW + MINUTE, answer="accepted", detail="")
    assert row(db).next_try_at == NOW + timedelta(days=9)  # the hub's own word stands
    assert poll_now(db, feed, NOW + MINUTE) == NOW + MINUTE
    assert rows(db, feeds)[0].next_poll_at == NOW + MINUTE
    assert note_hub(db, feed, None)
    left = asked(db, 2)
    assert (left.mode, left.callback) == ("unsubscribe", ask.callback)
    assert verify(
        db, row(db).token, mode="unsubscribe", topic=NAMED[1], lease_seconds=None, now=NOW
    )
    assert claim_ask(db, BASE, NOW + 3 * MINUTE) is None
    assert rows(db, hubs) == []


def test_another_hub_is_asked_once_the_first_is_left(database: Database, feed: int) -> None:
    db = database
    note_hub(db, feed, NAMED)
    asked(db)
    stand(db)
    assert not note_hub(db, feed, OTHER)
    assert asked(db, 1).mode == "unsubscribe"
    verify(db, row(db).token, mode="unsubscribe", topic=NAMED[1], lease_seconds=None, now=NOW)
    claim_ask(db, BASE, NOW + 2 * MINUTE)
    assert note_hub(db, feed, OTHER)
    assert asked(db, 3).hub == OTHER[0]


def test_a_moved_page_is_left_and_asked_anew(database: Database, feed: int) -> None:
    db = database
    note_hub(db, feed, NAMED)
    first = asked(db)
    stand(db)
    left = claim_ask(db, "https://new.example", NOW + MINUTE)
    assert left is not None
    assert (left.mode, left.callback) == ("unsubscribe", first.callback)


def test_refusals_wait_a_week_and_failures_grow(database: Database, feed: int) -> None:
    db = database
    note_hub(db, feed, NAMED)
    ask = asked(db)
    note_answer(db, ask, NOW, answer="failed", detail="x" * 900, retry_after=timedelta(hours=3))
    assert (row(db).next_try_at, len(row(db).detail)) == (NOW + timedelta(hours=3), 300)
    ask = asked(db, 200)
    note_answer(db, ask, NOW, answer="refused", detail="403")
    assert (row(db).state, row(db).next_try_at) == ("denied", NOW + timedelta(days=7))
    assert not deny(db, "nobody", topic=NAMED[1], reason="", now=NOW)
    assert called(db, "nobody") is None


def test_a_far_plan_of_a_clock_that_jumped_is_no_plan(database: Database, feed: int) -> None:
    note_hub(database, feed, NAMED)
    with database.write() as connection:
        connection.execute(update(hubs).values(next_try_at=NOW + timedelta(days=3_650)))
    assert asked(database).mode == "subscribe"


@pytest.mark.parametrize(
    ("changes", "planned"),
    [
        ({}, NOW),
        ({"last_poll_at": NOW - MINUTE / 2}, NOW + MINUTE / 2),
        ({"last_poll_at": NOW + 60 * MINUTE}, NOW),  # a clock that jumped
        ({"next_poll_at": NOW - MINUTE}, NOW - MINUTE),
        ({"failures": 1}, None),
        ({"active": False}, None),
    ],
)
def test_when_a_told_feed_is_polled(
    database: Database, feed: int, changes: dict[str, Any], planned: Any
) -> None:
    if changes:
        with database.write() as connection:
            connection.execute(update(feeds).values(**changes))
    assert poll_now(database, feed, NOW) == planned
    assert poll_now(database, 999, NOW) is None
