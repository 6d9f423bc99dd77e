"""What waits for a digest, and what there is of a poll, an hour and a slot (DESIGN §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from newsroom.errors import LeaseLost
from newsroom.timetable import LONGEST
from storage.alert_claims import AttemptEnd, Rendered
from storage.digest_crowds import crowd_facts, look_again_all, mails_since
from storage.digest_waiting import (
    Wait,
    claim_waits,
    is_matched,
    put_off_made,
    unplaced,
    wait_all,
    waiting_due,
)
from storage.matching import rules_version
from storage.outbox import (
    claim_alerts,
    due_alerts,
    end_attempt,
    next_alert_due_at,
)
from storage.outbox_tables import alerts, messages
from storage.status import status
from storage.tables import articles
from tests.attempts import begin_attempt
from tests.integration.digest_world import (
    DAILY,
    EIGHT,
    HOUR,
    OTHER,
    TO,
    World,
    alert_row,
    claimed,
    wait_for,
    world,
)
from tests.rows import MINUTE, NOW, add, add_alert, add_article, add_delivery, rows

__all__ = ["world"]  # a fixture


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
    assert next_alert_due_at(world.db) == EIGHT


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
        assert alert_row(world.db, alert) == before
    others = rows(world.db, alerts)
    look_again_all(world.db, [tried, gone, held, going, waits, made], EIGHT)
    assert rows(world.db, alerts) == others


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
    look_again_all(world.db, [alert], NOW + MINUTE)
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
    attempt = begin_attempt(world.db, first, Rendered(b"mail", "<id>", "s"), "smtp", NOW)
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
    later = NOW + 2 * MINUTE
    assert mails_since(world.db, TO, NOW, later, ()) == 3
    assert mails_since(world.db, TO, NOW, NOW, ()) == 2  # a mail of a clock that was ahead
    going = add_alert(world.db, state="sending", n=90)
    assert mails_since(world.db, TO, NOW, later, ()) == 3  # nothing of it is under way yet
    add_delivery(world.db, going, finished_at=None, outcome=None)
    assert mails_since(world.db, TO, NOW, later, ()) == 4


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
    late = world.alert(1, "A", late="gap", poll_id=7)
    world.alert(1, "A", late="gap", poll_id=7, n=1, kind="update", schedule="late 7")
    world.alert(1, "A", late="gap", poll_id=7, n=2, kind="update", schedule=DAILY)
    world.alert(1, "A", late="gap", poll_id=8, n=3, kind="update")
    world.alert(1, "A", poll_id=7, n=4, kind="update")
    world.alert(1, "A", "sent", late="gap", poll_id=7, n=5, kind="update")
    world.alert(1, "A", late="gap", poll_id=7, recipient=OTHER)
    facts = crowd_facts(world.db, late, NOW, longest=HOUR)
    assert facts is not None
    assert facts.waiting == 2


# slots


def test_what_is_due_with_a_digest(world: World) -> None:
    world.alert(1, "A", schedule=DAILY, due_at=EIGHT, created_at=NOW + MINUTE)
    world.alert(2, "A", schedule=DAILY, due_at=EIGHT)
    world.alert(3, "A", schedule="hour Asia/Seoul", due_at=NOW + HOUR)
    world.alert(3, "A", schedule=DAILY, due_at=EIGHT + HOUR, recipient=OTHER)
    assert waiting_due(world.db, NOW) == []
    assert next_alert_due_at(world.db) == NOW + HOUR
    assert waiting_due(world.db, NOW + HOUR) == [(TO, "hour Asia/Seoul", NOW)]
    assert waiting_due(world.db, EIGHT) == [(TO, DAILY, NOW), (TO, "hour Asia/Seoul", NOW)]
    hour = (TO, "hour Asia/Seoul", NOW)
    assert waiting_due(world.db, NOW - MINUTE) == [hour]  # no hour is longer
    behind = EIGHT - LONGEST - HOUR
    assert waiting_due(world.db, behind) == [(OTHER, DAILY, NOW), (TO, DAILY, NOW), hour]


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
