"""What waits for a digest: who is judged, what waits on, and what is judged anew (DESIGN §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from newsroom.errors import LeaseLost
from newsroom.timetable import LONGEST
from storage.claims import AttemptEnd, Rendered
from storage.database import Database
from storage.digest_waiting import (
    Wait,
    claim_waits,
    is_matched,
    late_waiting,
    look_again,
    next_waiting,
    put_off_made,
    sent_since,
    unplaced,
    wait_all,
    wait_for,
    waiting_due,
)
from storage.due import release_schedule, release_waiting_for_digests
from storage.edits import pause_watchlist, resume_watchlist
from storage.matching import rules_version
from storage.outbox import (
    claim_alerts,
    due_alerts,
    end_attempt,
    hold_by_hand,
    keep_message,
    next_alert_due_at,
)
from storage.outbox_tables import alert_watchlists, alerts, messages
from storage.status import status
from storage.tables import articles
from storage.told import release_waiting
from tests.integration.digest_world import TO, World, world
from tests.rows import MINUTE, NOW, add, add_alert, add_article, add_delivery, rows

__all__ = ["world"]  # a fixture

HOUR = timedelta(hours=1)
DAILY = "daily 08:00 Asia/Seoul"
EIGHT = NOW + 20 * HOUR
OTHER = "b@example.org"


def alert_row(db: Database, alert: int) -> Any:
    return next(row for row in rows(db, alerts) if row.id == alert)


def claimed(db: Database, now: datetime = NOW, since: datetime | None = None) -> list[int]:
    return [c.id for c in claim_alerts(db, owner="me", now=now, limit=9, since=since)]


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
    plans: list[str] = []

    def explained(_c: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT alerts"):
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" / ".join(row[3] for row in plan.fetchall()))

    event.listen(db._readers, "before_cursor_execute", explained)
    unplaced(db, NOW, [TO])
    waiting_due(db, NOW)
    next_waiting(db)
    late_waiting(db, TO, 1)
    assert plans
    assert all("SCAN alerts" not in plan for plan in plans), plans


# waiting


def test_what_waits_is_not_sent(world: World) -> None:
    alert = world.alert(1, "A")
    assert wait_for(world.db, alert, DAILY, EIGHT)
    row = alert_row(world.db, alert)
    assert (row.state, row.schedule, row.due_at) == ("pending", DAILY, EIGHT)
    assert unplaced(world.db, EIGHT, [TO]) == []
    for now, since in ((NOW, None), (NOW, NOW), (EIGHT + HOUR, None), (EIGHT, EIGHT)):
        assert claimed(world.db, now, since) == []
        assert due_alerts(world.db, now, since=since) == 0
    assert next_alert_due_at(world.db) == next_waiting(world.db) == EIGHT


def test_whatever_a_clock_says_of_it(world: World) -> None:
    alert = world.alert(1, "A", created_at=NOW + 9 * HOUR)
    assert wait_for(world.db, alert, DAILY, EIGHT)
    assert claimed(world.db) == []


def test_one_that_is_under_way_made_or_over_does_not_wait(world: World) -> None:
    tried = world.alert(1, "A", "refused")
    gone = world.alert(2, "A", "sent")
    held = world.alert(3, "A", state="held", n=3)
    going = world.alert(3, "A", n=4, state="sending", lease_owner="me")
    copy = world.alert(3, "A", n=5, copy_of=gone)
    waits = world.alert(3, "A", n=6, schedule="hour Asia/Seoul", due_at=NOW + HOUR)
    made = world.alert(3, "A", n=7)
    add(world.db, messages, alert_id=made, data=b"mail", rendered_at=NOW)
    for alert in (tried, gone, held, going, copy, waits, made):
        before = alert_row(world.db, alert)
        assert not wait_for(world.db, alert, DAILY, EIGHT)
        assert not look_again(world.db, alert, EIGHT)
        assert alert_row(world.db, alert) == before


def test_what_was_judged_by_other_watchlists_or_rules_does_not_wait(world: World) -> None:
    alert = world.alert(1, "A")
    wait = Wait(alert, DAILY, EIGHT, (world.watch["A"],))
    with world.db.read() as conn:
        rules = rules_version(conn)
    assert wait_all(world.db, [replace(wait, watchlist_ids=(world.watch["B"],))]) == 0
    assert wait_all(world.db, [wait], rules=rules + 1) == 0
    assert alert_row(world.db, alert).schedule is None
    assert wait_all(world.db, [wait], rules=rules) == 1
    assert wait_all(world.db, []) == 0


def test_it_is_looked_at_again(world: World) -> None:
    alert = world.alert(1, "A")
    assert look_again(world.db, alert, NOW + MINUTE)
    assert unplaced(world.db, NOW, [TO]) == []
    assert claimed(world.db) == []
    assert [one.id for one in unplaced(world.db, NOW + MINUTE, [TO])] == [alert]


def test_a_claimed_one_waits(world: World) -> None:
    alert = world.alert(1, "A")
    (claim,) = claim_alerts(world.db, owner="me", now=NOW, limit=1)
    claim_waits(world.db, claim, DAILY, EIGHT)
    row = alert_row(world.db, alert)
    assert (row.state, row.schedule, row.due_at) == ("pending", DAILY, EIGHT)
    assert (row.lease_owner, row.attempts) == (None, 0)
    with pytest.raises(LeaseLost):
        claim_waits(world.db, claim, DAILY, EIGHT)


@pytest.mark.parametrize("deferred", [False, True])
def test_a_mail_that_is_made_rests_to_the_end_of_quiet_hours(world: World, deferred: bool) -> None:
    """Eleven hours are longer than any retry: no clock jumped."""
    alert = world.alert(1, "A")
    first, end = claim_alerts(world.db, owner="me", now=NOW, limit=1)[0], NOW + 11 * HOUR
    attempt = keep_message(world.db, first, Rendered(b"mail", "<id>", "s"), "smtp", NOW)
    state = "deferred" if deferred else "pending"
    ended = AttemptEnd(state, "deferred" if deferred else "channel_down", NOW, due_at=NOW + MINUTE)
    assert end_attempt(world.db, first, attempt, ended)
    (again,) = claim_alerts(world.db, owner="me", now=NOW + MINUTE, limit=1)
    put_off_made(world.db, again, end)
    row = alert_row(world.db, alert)
    assert (row.state, row.due_at, row.attempts, row.lease_owner) == (state, end, 1, None)
    assert claimed(world.db, NOW + 2 * MINUTE) == []
    assert claimed(world.db, NOW + 2 * MINUTE, since=NOW + 2 * MINUTE) == []
    outbox = status(world.db, NOW + HOUR)["outbox"]
    assert (outbox["waiting"], outbox["resting"], outbox["for_digests"]) == (0, 1, 0)
    (last,) = claim_alerts(world.db, owner="me", now=end, limit=1)
    assert (last.id, last.message, last.attempts) == (alert, b"mail", 2)


@pytest.mark.parametrize("state", ["pending", "deferred"])
def test_one_that_a_clock_put_off_that_was_ahead_goes(world: World, state: str) -> None:
    far = NOW + 500 * HOUR
    alert = world.alert(1, "A", due_at=far, not_before=far)
    add(world.db, messages, alert_id=alert, data=b"mail", rendered_at=NOW)
    with world.db.write() as conn:
        conn.execute(update(alerts).values(state=state))
    assert claimed(world.db) == [alert]


# what there is of a poll and an hour


def test_mails_of_an_hour(world: World) -> None:
    mails: tuple[tuple[datetime, dict[str, Any]], ...] = (
        (NOW, {}),
        (NOW + MINUTE, {}),
        (NOW + 2 * MINUTE, {"kind": "digest"}),
        (NOW - MINUTE, {}),
        (NOW, {"kind": "notice"}),
        (NOW, {"copy_of": 1}),
        (NOW, {"recipient": OTHER}),
    )
    for at, values in mails:
        n = len(rows(world.db, alerts))
        add_alert(world.db, **{"state": "sent", "sent_at": at, "n": n, **values})
    assert sent_since(world.db, TO, NOW) == 3
    going = add_alert(world.db, state="sending", n=90)
    assert sent_since(world.db, TO, NOW) == 3  # nothing of it is under way yet
    add_delivery(world.db, going, finished_at=None, outcome=None)
    assert sent_since(world.db, TO, NOW) == 4


def test_a_poll_is_matched_when_all_it_brought_is(world: World) -> None:
    assert is_matched(world.db, 7)
    lags = add_article(world.db, canonical_url="http://x", poll_id=7, text_mark=2, matched_mark=1)
    add_article(world.db, canonical_url="http://y", poll_id=8, text_mark=2, matched_mark=1)
    assert not is_matched(world.db, 7)
    with world.db.write() as conn:
        conn.execute(update(articles).where(articles.c.id == lags).values(matched_mark=2))
    assert is_matched(world.db, 7)


def test_and_pages_that_are_waited_for_are_in_or_were_tried(world: World) -> None:
    world.alert(1, "A", poll_id=7)

    def page(**values: Any) -> bool:
        with world.db.write() as conn:
            conn.execute(update(articles).values(values))
        return is_matched(world.db, 7)

    assert not page(page_settled=False, page_due_at=NOW, matched_mark=1)
    assert page(page_failed_since=NOW)
    assert not page(page_failed_since=None)
    assert page(page_settled=True)
    assert not page(page_settled=False)
    with world.db.write() as conn:
        conn.execute(update(alerts).values(schedule=DAILY))
    assert is_matched(world.db, 7)


def test_late_ones_of_a_poll(world: World) -> None:
    world.alert(1, "A", late="gap", poll_id=7)
    world.alert(1, "A", late="gap", poll_id=7, n=1, kind="update", schedule="late 7")
    world.alert(1, "A", late="gap", poll_id=7, n=2, kind="update", schedule=DAILY)
    world.alert(1, "A", late="gap", poll_id=8, n=3, kind="update")
    world.alert(1, "A", poll_id=7, n=4, kind="update")
    world.alert(1, "A", "sent", late="gap", poll_id=7, n=5, kind="update")
    world.alert(1, "A", late="gap", poll_id=7, recipient=OTHER)
    assert late_waiting(world.db, TO, 7) == 2


# slots


def test_what_is_due_with_a_digest(world: World) -> None:
    world.alert(1, "A", schedule=DAILY, due_at=EIGHT, created_at=NOW + MINUTE)
    world.alert(2, "A", schedule=DAILY, due_at=EIGHT)
    world.alert(3, "A", schedule="hour Asia/Seoul", due_at=NOW + HOUR)
    world.alert(3, "A", schedule=DAILY, due_at=EIGHT + HOUR, recipient=OTHER)
    assert waiting_due(world.db, NOW) == []
    assert next_waiting(world.db) == NOW + HOUR
    assert waiting_due(world.db, NOW + HOUR) == [(TO, "hour Asia/Seoul", NOW)]
    assert waiting_due(world.db, EIGHT) == [(TO, DAILY, NOW), (TO, "hour Asia/Seoul", NOW)]
    behind = EIGHT - LONGEST - HOUR
    assert waiting_due(world.db, behind) == [(OTHER, DAILY, NOW), (TO, DAILY, NOW)]


def test_it_is_late_for_nobody(world: World) -> None:
    world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    world.alert(2, "A", not_before=NOW + HOUR, due_at=NOW + HOUR)
    outbox = status(world.db, NOW + MINUTE)["outbox"]
    assert (outbox["waiting"], outbox["resting"], outbox["for_digests"]) == (0, 1, 1)
    assert outbox["oldest_age_s"] is None
    world.alert(3, "A")
    assert status(world.db, NOW + MINUTE)["outbox"]["oldest_age_s"] == 60
    late = status(world.db, EIGHT + 5 * MINUTE)["outbox"]
    assert (late["waiting"], late["for_digests"]) == (3, 0)


def test_a_digest_that_is_not_made_is_late_since_its_slot(world: World) -> None:
    world.alert(1, "A", schedule=DAILY, due_at=EIGHT)
    outbox = status(world.db, EIGHT + MINUTE)["outbox"]
    assert (outbox["waiting"], outbox["oldest_age_s"]) == (1, 60)


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
