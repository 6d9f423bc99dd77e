"""Digests of slots: everything that waits goes with one, each told once (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from newsroom.stories_news import News
from newsroom.timetable import Slot
from storage.alert_news import add_news, is_told
from storage.digest_making import KnownSchedule, known_schedules, make_digest, sync_schedules
from storage.digests_reading import read_items
from storage.edits import pause_watchlist, remove_watchlist
from storage.listing import alerts as listed
from storage.listing_base import Filters
from storage.listing_detail import alert as detail
from storage.outbox import claim_alerts, resend
from storage.outbox_tables import alert_watchlists, alerts, digest_items, digests
from tests.integration.digest_world import (
    DAILY,
    DAY,
    EIGHT,
    HOUR,
    OTHER,
    SLOT,
    TO,
    World,
    claim,
    make,
    states,
    waits,
    world,
)
from tests.rows import MINUTE, NOW, rows

__all__ = ["world"]  # a fixture

SPAN = News("number", "title", 0, 2, "12")


def test_everything_that_waits_goes_with_it(world: World) -> None:
    """Also what lies ahead; nothing of another schedule or recipient, and nothing that is over."""
    sync_schedules(world.db, {TO: {DAILY}}, NOW - HOUR)
    one, two = waits(world, 1, "AB"), world.alert(2, "A", schedule=DAILY, due_at=EIGHT + DAY)
    world.alert(3, "A", schedule="hour Asia/Seoul", due_at=EIGHT)
    waits(world, 3, recipient=OTHER)
    waits(world, 3, "A", state="held", n=4)
    alert = make(world, Slot(DAILY, SLOT.slot, EIGHT, watchlists=(world.watch["A"],)))
    assert (alert.kind, alert.state, alert.due_at, alert.n) == ("digest", "pending", EIGHT, 0)
    assert (alert.subject, alert.story_id, alert.schedule) == (None, None, None)
    (digest,) = rows(world.db, digests)
    assert (digest.id, digest.recipient, digest.schedule, digest.slot, digest.state) == (
        alert.digest_id,
        TO,
        DAILY,
        SLOT.slot,
        "filled",
    )
    assert (digest.since, digest.until) == (NOW - HOUR, EIGHT)
    assert digest.watchlists == [world.watch["A"]]
    assert world.items() == [(1, 0, "AB"), (2, 0, "A")]
    assert [row.alert_id for row in rows(world.db, digest_items)] == [one, two]
    for row in rows(world.db, alerts)[:2]:
        assert (row.state, row.schedule) == ("folded", None)
        assert row.reason == f"told in alert {alert.id}: digest"
    named = [
        (row.watchlist_id, row.match_id)
        for row in rows(world.db, alert_watchlists)
        if row.alert_id == alert.id
    ]
    assert sorted(named) == [
        (world.watch["A"], world.match["A", 1]),
        (world.watch["B"], world.match["B", 1]),
    ]
    found = claim(world)
    assert found.digest is not None
    assert (found.digest.empty, found.digest.watchlists) == (False, (world.watch["A"],))
    assert [(item.story_id, item.n) for item in read_items(world.db, found)] == [
        (world.story[2], 0),
        (world.story[1], 0),
    ]


def test_a_slot_is_made_once(world: World) -> None:
    """What comes after it waits for the next."""
    sync_schedules(world.db, {TO: {DAILY}}, NOW)
    waits(world, 1)
    first = make(world)
    waits(world, 2)
    assert make_digest(world.db, TO, SLOT, EIGHT + MINUTE) is None
    assert world.items() == [(1, 0, "A")]
    second = make(world, Slot(DAILY, "2026-11-25 08:00", EIGHT + DAY))
    assert world.items() == [(1, 0, "A"), (2, 0, "A")]
    assert [row.since for row in rows(world.db, digests)] == [NOW, EIGHT]
    assert first.id != second.id


def test_two_processes_make_one(world: World) -> None:
    for number in (1, 2, 3):
        waits(world, number)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: make_digest(world.db, TO, SLOT, EIGHT), range(4)))
    assert len([alert for alert in done if alert is not None]) == 1
    assert [state for kind, state in states(world) if kind == "digest"] == ["pending"]
    assert len(world.items()) == 3


@pytest.mark.parametrize("send_empty", [False, True])
def test_a_slot_with_nothing_to_tell(world: World, send_empty: bool) -> None:
    sync_schedules(world.db, {TO: {DAILY}}, NOW)
    alert = make(world, Slot(DAILY, SLOT.slot, EIGHT, send_empty, (world.watch["A"],)))
    assert alert.state == ("pending" if send_empty else "empty")
    assert [row.state for row in rows(world.db, digests)] == ["empty"]
    assert [one.done_until for one in known_schedules(world.db)] == [EIGHT]
    claims = claim_alerts(world.db, owner="me", now=EIGHT, limit=9)
    assert len(claims) == send_empty
    for found in claims:
        assert found.digest is not None
        assert (found.digest.empty, found.digest.watchlists) == (True, (world.watch["A"],))
        assert read_items(world.db, found) == ()
    assert [line["state"] for line in listed(world.db, Filters(state="empty"))] == (
        [] if send_empty else ["empty"]
    )


def test_one_that_would_say_so_is_not_asked_for_any_more(world: World) -> None:
    both = (world.watch["A"], world.watch["B"])
    alert = make(world, Slot(DAILY, SLOT.slot, EIGHT, True, both))
    pause_watchlist(world.db, "A", NOW, OTHER)
    pause_watchlist(world.db, "A", NOW, TO)
    assert states(world) == [("digest", "pending")]
    remove_watchlist(world.db, "B", NOW)
    row = next(row for row in rows(world.db, alerts) if row.id == alert.id)
    assert (row.state, row.reason) == ("cancelled", "watchlist removed")
    assert [row.state for row in rows(world.db, digests)] == ["cancelled"]


# numbers, and several alerts on a story


def test_updates_keep_their_numbers(world: World) -> None:
    world.alert(1, "A", "sent")
    waits(world, 1, "B", kind="update", n=2)
    make(world)
    assert world.items() == [(1, 2, "B")]


def test_a_first_alert_and_an_update_that_both_wait_are_one_item(world: World) -> None:
    """Told once, with what is new in either."""
    update = waits(world, 1, "B", kind="update", n=1)
    first = waits(world, 1, "A")
    with world.db.write() as conn:
        add_news(conn, update, world.article[1], 1, [SPAN])
    make(world)
    assert world.items() == [(1, 0, "AB")]
    assert [row.alert_id for row in rows(world.db, digest_items)] == [first]
    (item,) = read_items(world.db, claim(world))
    (news,) = item.news
    assert (news.article_id, news.text_mark, news.spans) == (world.article[1], 1, (SPAN,))
    assert [m.watchlist for m in news.matches] == ["A", "B"]


def test_alerts_of_stories_that_became_one_under_an_alias(world: World) -> None:
    """An alert may stand under the id of an emptied story."""
    world.unite(2, 1)
    waits(world, 1, "A")
    waits(world, 2, "B", story_id=world.story[2], kind="update", n=1)
    make(world)
    assert world.items() == [(1, 0, "AB")]


def test_a_number_that_an_item_has_is_not_given_twice(world: World) -> None:
    waits(world, 1, "A")
    first = make(world)
    world.has_gone(first.id)
    waits(world, 1, "B")
    make(world, Slot(DAILY, "2026-11-25 08:00", EIGHT + DAY))
    assert world.items() == [(1, 0, "A"), (1, 1, "B")]


def test_articles_of_news_are_told_too(world: World) -> None:
    """The story's own match is by one article, what is new is in another."""
    world.unite(2, 1)
    alert = waits(world, 1, "A", kind="update", n=1)
    with world.db.write() as conn:
        add_news(conn, alert, world.article[2], 1, [SPAN])
    make(world)
    (item,) = read_items(world.db, claim(world))
    assert item.n == 1
    assert [match.article_id for match in item.matches] == [world.article[1], world.article[2]]
    assert [(news.article_id, news.spans) for news in item.news] == [(world.article[2], (SPAN,))]
    with world.db.read() as conn:
        assert is_told(conn, TO, world.article[2], 1)
        assert not is_told(conn, TO, world.article[2], 2)


# by hand, and in listings


def test_a_digest_is_sent_again(world: World) -> None:
    waits(world, 1, "AB")
    world.has_gone(make(world).id)
    copy = resend(world.db, 2, EIGHT)
    found = claim(world)
    assert (found.id, found.copy_of, found.kind) == (copy, 2, "digest")
    assert [item.story_id for item in read_items(world.db, found)] == [world.story[1]]


def test_listings_say_what_it_waits_for(world: World) -> None:
    waits(world, 1)
    assert [line["schedule"] for line in listed(world.db, Filters())] == [DAILY]
    make(world)
    lines = list(listed(world.db, Filters()))
    assert [(line["kind"], line["state"], line["schedule"]) for line in lines] == [
        ("digest", "pending", DAILY),
        ("immediate", "folded", None),
    ]
    shown = detail(world.db, lines[0]["id"])
    assert shown is not None
    assert (shown["stories"], shown["schedule"]) == ([world.story[1]], DAILY)


# schedules


def test_schedules_follow_the_rules(world: World) -> None:
    hourly = "hourly Asia/Seoul"
    sync_schedules(world.db, {TO: [DAILY, hourly], OTHER: {DAILY}}, NOW)
    assert known_schedules(world.db) == [
        KnownSchedule(OTHER, DAILY, NOW, NOW),
        KnownSchedule(TO, DAILY, NOW, NOW),
        KnownSchedule(TO, hourly, NOW, NOW),
    ]
    mine, theirs = waits(world, 1), waits(world, 1, recipient=OTHER)
    over_cap = world.alert(2, "A", schedule="hour Asia/Seoul", due_at=EIGHT)
    make(world, Slot(hourly, "2026-11-23 13:00", NOW + HOUR))
    sync_schedules(world.db, {TO: [hourly], OTHER: {DAILY}}, NOW + 2 * HOUR)
    sync_schedules(world.db, {TO: [hourly], OTHER: {DAILY}}, NOW + 3 * HOUR)
    assert known_schedules(world.db) == [
        KnownSchedule(OTHER, DAILY, NOW, NOW),
        KnownSchedule(TO, hourly, NOW, NOW + HOUR),
    ]
    waiting = {row.id: row.schedule for row in rows(world.db, alerts) if row.kind == "immediate"}
    assert waiting == {mine: None, theirs: DAILY, over_cap: "hour Asia/Seoul"}


def test_what_a_clock_said_was_done_that_was_ahead_is_not(world: World) -> None:
    sync_schedules(world.db, {TO: [DAILY]}, NOW + 400 * DAY)
    sync_schedules(world.db, {TO: [DAILY]}, NOW)
    assert known_schedules(world.db) == [KnownSchedule(TO, DAILY, NOW, NOW)]
    make(world)
    sync_schedules(world.db, {TO: [DAILY]}, EIGHT - MINUTE / 2)
    assert known_schedules(world.db) == [KnownSchedule(TO, DAILY, NOW, EIGHT)]


@pytest.mark.parametrize("count", [0, 3])
def test_a_digest_that_no_rule_schedules(world: World, count: int) -> None:
    """It looks back to its first alert."""
    for number in range(1, count + 1):
        at = NOW + number * MINUTE
        world.alert(number, "A", schedule="late 7", due_at=EIGHT, created_at=at, late="gap")
    make(world, Slot("late 7", "7", EIGHT))
    (digest,) = rows(world.db, digests)
    assert digest.since == (NOW + MINUTE if count else None)
    assert known_schedules(world.db) == []


def test_nothing_is_dropped_and_nothing_told_twice(world: World) -> None:
    """Whatever became of the alerts, each story and number is told once."""
    world.alert(1, "A", "sent")
    waits(world, 1, "B", kind="update", n=1)
    waits(world, 2, "AB")
    waits(world, 3, "A")
    make(world)
    with world.db.read() as conn:
        items = conn.execute(select(digest_items.c.story_id, digest_items.c.n)).all()
    keys: Sequence[tuple[int, int]] = [
        (row.story_id, row.n)
        for row in rows(world.db, alerts)
        if row.kind != "digest" and row.state != "folded"
    ]
    everything = [*keys, *[(row.story_id, row.n) for row in items]]
    assert sorted(everything) == [
        (world.story[1], 0),
        (world.story[1], 1),
        (world.story[2], 0),
        (world.story[3], 0),
    ]
