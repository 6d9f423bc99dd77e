"""Whose turn it is to be judged by a clock, and what is judged anew (DESIGN §5)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, insert, select

from storage.database import Database
from storage.digest_crowds import crowd_facts, mails_since
from storage.digest_waiting import (
    unplaced,
    waiting_due,
)
from storage.due import release_schedule, release_waiting_for_digests
from storage.edits import pause_watchlist, resume_watchlist
from storage.outbox import (
    hold_by_hand,
)
from storage.outbox_tables import alert_watchlists, alerts, messages
from storage.told import release_waiting
from tests.integration.digest_world import (
    DAILY,
    EIGHT,
    HOUR,
    OTHER,
    TO,
    World,
    alert_row,
    wait_for,
    world,
)
from tests.rows import MINUTE, NOW, add, add_alert, rows

__all__ = ["world"]  # a fixture


# who is judged


def test_what_falls_due_is_judged_once_it_does(world: World) -> None:
    first = world.alert(1, "AB")
    world.alert(2, "A", due_at=NOW + MINUTE)
    (found,) = unplaced(world.db, NOW, [TO])
    assert (found.id, found.recipient, found.kind, found.rank) == (first, TO, "immediate", 0)
    assert found.watchlist_ids == (world.watch["A"], world.watch["B"])
    assert len(unplaced(world.db, NOW + MINUTE, [TO])) == 2
    assert unplaced(world.db, NOW, [OTHER]) == []


@pytest.mark.parametrize("state", ["refused", "uncertain", "sent"])
def test_what_was_tried_is_not_judged(world: World, state: str) -> None:
    world.alert(1, "A", state)
    assert unplaced(world.db, NOW, [TO]) == []


@pytest.mark.parametrize(
    "values",
    [
        {"state": "held"},
        {"state": "sending", "lease_owner": "me"},
        {"state": "deferred"},
        {"copy_of": 1},
        {"schedule": DAILY},
        {"kind": "digest"},
        {"kind": "notice"},
    ],
    ids=str,
)
def test_what_is_not_judged(world: World, values: dict[str, Any]) -> None:
    world.alert(1, "A", **values)
    assert unplaced(world.db, NOW, [TO]) == []


def test_a_mail_that_is_made_is_not_judged(world: World) -> None:
    add(world.db, messages, alert_id=world.alert(1, "A"), data=b"mail", rendered_at=NOW)
    assert unplaced(world.db, NOW, [TO]) == []


def test_late_ones_and_those_from_the_51st_on_are_judged_whoever_they_go_to(world: World) -> None:
    late = world.alert(1, "A", late="gap", poll_id=1)
    many = [
        add_alert(
            world.db,
            article_id=world.article[2],
            told=(world.match["A", 2],),
            n=n,
            poll_id=7,
            state="sent" if n % 3 == 0 else "pending",
        )
        for n in range(53)
    ]
    add_alert(world.db, article_id=world.article[3], poll_id=7, recipient=OTHER)
    add_alert(world.db, article_id=world.article[3], poll_id=7, n=60, copy_of=many[0])
    found = unplaced(world.db, NOW, [])
    assert [(one.id, one.rank) for one in found] == [(late, 0), (many[50], 50), (many[52], 52)]
    assert [one.id for one in unplaced(world.db, NOW, [], after=late, limit=1)] == [many[50]]
    assert [one.late for one in found] == ["gap", None, None]


def test_pages_of_them(world: World) -> None:
    ids = [world.alert(1, "A", n=n, kind="update") for n in range(1, 8)]
    found, after = [], 0
    while few := unplaced(world.db, NOW, [TO], after=after, limit=3):
        found += [one.id for one in few]
        after = few[-1].id
    assert found == ids


def test_at_the_end_of_a_single_pass_what_waits_for_a_page_is_judged_too(world: World) -> None:
    waits = world.alert(1, "A", due_at=NOW + MINUTE)
    world.alert(2, "A", due_at=NOW + HOUR, not_before=NOW + HOUR)
    assert [one.id for one in unplaced(world.db, NOW, [TO], since=NOW)] == [waits]


def test_what_a_clock_wrote_that_was_ahead_is_judged(world: World) -> None:
    world.alert(1, "A", created_at=NOW + 9 * HOUR, due_at=NOW + 9 * HOUR)
    assert len(unplaced(world.db, NOW, [TO])) == 1


def test_a_burst_of_alerts_that_nobody_times_costs_a_few_statements(database: Database) -> None:
    """One look-up for each thousand, whatever the recipients are."""
    with database.write() as conn:
        values = [
            {
                "kind": "immediate",
                "recipient": f"r{n % 100}@example.org",
                "n": n,
                "state": "pending",
                "created_at": NOW,
                "due_at": NOW,
                "poll_id": n // 100,
            }
            for n in range(5000)
        ]
        conn.execute(insert(alerts), values)
    count = 0

    def counted(*_: Any) -> None:
        nonlocal count
        count += 1

    event.listen(database._readers, "before_cursor_execute", counted)
    assert unplaced(database, NOW, ["nobody@example.org"]) == []
    assert count <= 2 * 6 + 1


def test_an_index_serves_the_question_where_nothing_is_due(sqlite_database: Database) -> None:
    """SQLite's planner says so; one with statistics decides by what it finds."""
    db = sqlite_database
    late = add_alert(db, late="gap", poll_id=1, state="held")
    plans: list[str] = []

    def explained(_c: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT alerts", "SELECT count")):
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" / ".join(row[3] for row in plan.fetchall()))

    event.listen(db._readers, "before_cursor_execute", explained)
    unplaced(db, NOW, [TO])
    waiting_due(db, NOW)
    crowd_facts(db, late, NOW, longest=HOUR)
    mails_since(db, TO, NOW, NOW, ())
    assert plans
    assert all("SCAN alerts" not in plan for plan in plans), plans


# judged anew


def test_any_change_of_rules_releases_what_waits(world: World) -> None:
    """An update goes back to the end of its interval."""
    alert = world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    after = world.alert(2, "A", schedule=DAILY, due_at=EIGHT, not_before=NOW + HOUR)
    pause_watchlist(world.db, "B", NOW)
    assert [alert_row(world.db, one).schedule for one in (alert, after)] == [None, None]
    assert [alert_row(world.db, one).due_at for one in (alert, after)] == [NOW, NOW + HOUR]
    assert [one.id for one in unplaced(world.db, NOW, [TO])] == [alert]
    assert wait_for(world.db, alert, DAILY, EIGHT)
    resume_watchlist(world.db, "B")
    assert alert_row(world.db, alert).schedule is None


def test_one_schedule_is_released(world: World) -> None:
    released = world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    others = [
        world.alert(2, "A", schedule="hour Asia/Seoul", due_at=EIGHT),
        world.alert(3, "A", schedule=DAILY, due_at=EIGHT, recipient=OTHER),
    ]
    with world.db.write() as conn:
        release_schedule(conn, TO, DAILY)
    assert alert_row(world.db, released).due_at == NOW
    assert [alert_row(world.db, one).due_at for one in others] == [EIGHT, EIGHT]


def test_what_is_over_is_not_released(world: World) -> None:
    held = world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    assert hold_by_hand(world.db, held, NOW)
    row = alert_row(world.db, held)
    assert (row.state, row.schedule) == ("held", None)
    with world.db.write() as conn:
        release_waiting_for_digests(conn)
    assert alert_row(world.db, held) == row


def test_a_page_that_comes_in_hurries_nothing(world: World) -> None:
    alert = world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    with world.db.write() as conn:
        release_waiting(conn, world.article[1], NOW)
    assert alert_row(world.db, alert).due_at == EIGHT


def test_a_watchlist_that_is_paused_leaves_what_waits(world: World) -> None:
    both = world.alert(1, "AB", schedule=DAILY, due_at=EIGHT)
    alone = world.alert(2, "B", schedule=DAILY, due_at=EIGHT)
    pause_watchlist(world.db, "B", NOW, TO)
    row = alert_row(world.db, alone)
    assert (row.state, row.schedule, row.reason) == ("cancelled", None, "recipient paused")
    with world.db.read() as conn:
        named = conn.execute(
            select(alert_watchlists.c.watchlist_id).where(alert_watchlists.c.alert_id == both)
        )
        assert named.scalars().all() == [world.watch["A"]]
    assert alert_row(world.db, both).schedule is None


def test_alerts_that_meet_are_judged_anew(world: World) -> None:
    """One waits for its digest, the other would go at once: what goes tells of both."""
    waits = world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    soon = world.alert(2, "B", due_at=NOW + MINUTE)
    world.unite(2, 1)
    assert [row.state for row in rows(world.db, alerts)] == ["pending", "folded"]
    row = alert_row(world.db, waits)
    assert (row.schedule, row.due_at) == (None, NOW)
    assert alert_row(world.db, soon).reason == f"told in alert {waits}: same story"


def test_one_that_waits_is_told_of_in_a_retro_digest_no_more(world: World) -> None:
    """The archive's watchlist is named in the alert that waits, and it is judged anew."""
    alert = world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    told = world.tell("B", (1,))
    assert (told.joined, told.alert) == (1, None)
    assert alert_row(world.db, alert).schedule is None
