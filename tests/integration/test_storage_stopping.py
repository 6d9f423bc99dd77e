"""Stopping by a token, on each database: what it stops, whose, and how it is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from newsroom.tokens import stop_token
from storage.database import Database
from storage.edits import pause_watchlist, paused_recipients, resume_watchlist
from storage.outbox_tables import alert_watchlists, alerts, digests, recipient_pauses
from storage.stopping import BY_MAIL, pauses_of, read_by_token, stop_by_token, take_back
from storage.sync import rules_in_force, take_out
from tests.rows import (
    MINUTE,
    NOW,
    add,
    add_alert,
    add_article,
    add_delivery,
    add_match,
    add_source,
    add_watchlist,
    rows,
)

SECRET = b"k" * 32
DESK, OPS = "desk@example.org", "ops@example.org"


def watched(db: Database, name: str, *to: str) -> int:
    definition = {"name": name, "any": ["THAAD"], "notify": [{"to": list(to)}]}
    return add_watchlist(db, name, definition=definition)


@pytest.fixture
def desk(database: Database) -> dict[str, Any]:
    """Two watchlists in one sent alert, a third that tells the same desk, unsent alerts of all."""
    db = database
    add_source(db)
    lists = {name: watched(db, name, DESK, OPS) for name in ("THAAD", "사드", "Ports")}
    first, second = add_article(db), add_article(db)
    ids = {name: add_match(db, lists[name], first) for name in lists}
    later = {name: add_match(db, lists[name], second) for name in lists}
    sent = add_alert(db, article_id=first, told=(ids["THAAD"], ids["사드"]), state="sent")
    both = add_alert(db, article_id=second, told=(later["THAAD"], later["Ports"]))
    alone = add_alert(db, article_id=first, told=(ids["사드"],), n=1, kind="update")
    other = add_alert(db, article_id=second, told=(later["THAAD"],), recipient=OPS)
    return {"lists": lists, "sent": sent, "both": both, "alone": alone, "other": other}


def token_of(desk: dict[str, Any]) -> str:
    return stop_token(SECRET, desk["sent"], DESK)


def states(db: Database) -> dict[int, str]:
    return {row.id: row.state for row in rows(db, alerts)}


def named(db: Database, alert: int) -> set[int]:
    return {row.watchlist_id for row in rows(db, alert_watchlists) if row.alert_id == alert}


def test_it_stops_what_the_alert_names_for_its_recipient_alone(
    database: Database, desk: dict[str, Any]
) -> None:
    before = rules_in_force(database)
    found = stop_by_token(database, SECRET, token_of(desk), NOW)
    assert found is not None
    assert (found.recipient, found.changed, found.others) == (DESK, 2, 1)
    assert [(w.name, w.told, w.stopped_at, w.why) for w in found.watchlists] == [
        ("THAAD", True, NOW, "unsubscribed by link"),
        ("사드", True, NOW, "unsubscribed by link"),
    ]
    assert paused_recipients(database) == {("THAAD", DESK), ("사드", DESK)}
    assert states(database)[desk["alone"]] == "cancelled"
    assert states(database)[desk["both"]] == states(database)[desk["other"]] == "pending"
    assert named(database, desk["both"]) == {desk["lists"]["Ports"]}
    assert rules_in_force(database) > before


def test_again_changes_nothing(database: Database, desk: dict[str, Any]) -> None:
    stop_by_token(database, SECRET, token_of(desk), NOW)
    before = rules_in_force(database)
    again = stop_by_token(database, SECRET, token_of(desk), NOW + MINUTE)
    assert again is not None
    assert again.changed == 0
    assert {w.stopped_at for w in again.watchlists} == {NOW}
    assert rules_in_force(database) == before


def test_reading_changes_nothing(database: Database, desk: dict[str, Any]) -> None:
    before = rules_in_force(database)
    found = read_by_token(database, SECRET, token_of(desk))
    assert found is not None
    assert [(w.name, w.stopped_at) for w in found.watchlists] == [("THAAD", None), ("사드", None)]
    assert (rows(database, recipient_pauses), rules_in_force(database)) == ([], before)
    assert "cancelled" not in states(database).values()


def test_wrong_tokens_do_nothing(database: Database, desk: dict[str, Any]) -> None:
    wrong = [
        stop_token(b"x" * 32, desk["sent"], DESK),
        stop_token(SECRET, desk["sent"], OPS),
        stop_token(SECRET, 999_999, DESK),
        f"{desk['both']}.{token_of(desk).partition('.')[2]}",
        "nothing",
        "",
    ]
    for token in wrong:
        assert read_by_token(database, SECRET, token) is None
        assert stop_by_token(database, SECRET, token, NOW, everything=True) is None
        assert take_back(database, SECRET, token) is None
    assert rows(database, recipient_pauses) == []


def test_everything_stops_what_names_the_recipient_now(
    database: Database, desk: dict[str, Any]
) -> None:
    watched(database, "Elsewhere", OPS)
    found = stop_by_token(database, SECRET, token_of(desk), NOW, everything=True)
    assert found is not None
    assert (found.changed, found.others) == (3, 0)
    assert {name for name, who in paused_recipients(database)} == {"THAAD", "사드", "Ports"}
    assert states(database)[desk["both"]] == "cancelled"


def test_what_was_stopped_in_one_go_comes_back_in_one_go(
    database: Database, desk: dict[str, Any]
) -> None:
    earlier = stop_token(SECRET, desk["both"], DESK)
    stop_by_token(database, SECRET, earlier, NOW - timedelta(days=9))  # THAAD and Ports
    found = stop_by_token(database, SECRET, token_of(desk), NOW, everything=True)
    assert found is not None
    assert found.changed == 1
    back = take_back(database, SECRET, token_of(desk), at=NOW)
    assert back is not None
    assert back.changed == 2  # what the mail names, whenever it was stopped; Ports stays
    assert paused_recipients(database) == {("Ports", DESK)}


def test_taking_back_leaves_the_operators_pause(database: Database, desk: dict[str, Any]) -> None:
    pause_watchlist(database, "THAAD", NOW - MINUTE, DESK)
    stop_by_token(database, SECRET, token_of(desk), NOW)
    before = rules_in_force(database)
    back = take_back(database, SECRET, token_of(desk))
    assert back is not None
    assert [(w.name, w.why, w.by_recipient) for w in back.watchlists] == [
        ("THAAD", "by hand", False),
        ("사드", None, False),
    ]
    assert rules_in_force(database) > before
    assert states(database)[desk["alone"]] == "cancelled"  # nothing of the pause is sent
    before = rules_in_force(database)
    take_back(database, SECRET, token_of(desk))
    assert rules_in_force(database) == before


def test_the_operator_may_take_it_back_too(database: Database, desk: dict[str, Any]) -> None:
    stop_by_token(database, SECRET, token_of(desk), NOW)
    resume_watchlist(database, "사드", DESK)
    assert paused_recipients(database) == {("THAAD", DESK)}


def test_one_that_names_the_recipient_no_more_is_stopped_for_when_it_comes_back(
    database: Database, desk: dict[str, Any]
) -> None:
    with database.write() as connection:
        take_out(connection, desk["lists"]["THAAD"], NOW)
    found = stop_by_token(database, SECRET, token_of(desk), NOW)
    assert found is not None
    assert [(w.name, w.told) for w in found.watchlists] == [("THAAD", False), ("사드", True)]
    assert ("THAAD", DESK) in paused_recipients(database)


def test_an_alert_that_may_have_been_taken_goes_out_unchanged(
    database: Database, desk: dict[str, Any]
) -> None:
    add_delivery(database, desk["alone"], finished_at=NOW, outcome="uncertain")
    stop_by_token(database, SECRET, token_of(desk), NOW)
    assert states(database)[desk["alone"]] == "pending"


def test_an_empty_digest_stops_the_watchlists_that_asked_for_it(
    database: Database, desk: dict[str, Any]
) -> None:
    both = [desk["lists"]["Ports"], desk["lists"]["사드"]]
    usual = {"recipient": DESK, "schedule": "daily 08:00 Asia/Seoul", "created_at": NOW}
    digest = add(
        database, digests, slot="2026-11-23 08:00", state="empty", watchlists=both, **usual
    )
    alert = add_alert(database, kind="digest", state="sent", digest_id=digest)
    found = stop_by_token(database, SECRET, stop_token(SECRET, alert, DESK), NOW)
    assert found is not None
    assert [w.name for w in found.watchlists] == ["사드", "Ports"]
    assert paused_recipients(database) == {("사드", DESK), ("Ports", DESK)}


def test_a_notice_names_none(database: Database, desk: dict[str, Any]) -> None:
    notice = add_alert(database, kind="notice", state="sent", notice_id=1)
    token = stop_token(SECRET, notice, DESK)
    found = stop_by_token(database, SECRET, token, NOW)
    assert found is not None
    assert (found.watchlists, found.changed, found.others) == ((), 0, 3)


def test_who_paused_what_since_when_and_why_is_kept(
    database: Database, desk: dict[str, Any]
) -> None:
    stop_by_token(database, SECRET, token_of(desk), NOW, BY_MAIL)
    pause_watchlist(database, "THAAD", NOW + MINUTE, OPS)
    assert [(p.recipient, p.since, p.why) for p in pauses_of(database, "THAAD")] == [
        (DESK, NOW, "unsubscribed by mail"),
        (OPS, NOW + MINUTE, "by hand"),
    ]
    assert pauses_of(database, "Ports") == ()
