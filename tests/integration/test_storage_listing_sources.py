"""Sources as they are shown, and how things stand."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from newsroom.reasons import Reason
from storage.database import Database
from storage.listing_base import Filters
from storage.listing_sources import WORST_FIRST, sources, summary
from storage.owners import register
from storage.status import health, status
from storage.tables import owners
from tests.rows import (
    NOW,
    OWN,
    add_alert,
    add_article,
    add_channel,
    add_feed,
    add_notice,
    add_source,
)

HOUR = timedelta(hours=1)


def listed(db: Database, **filters: Any) -> list[dict[str, Any]]:
    found = list(sources(db, Filters(**filters)))
    json.dumps(found)
    return found


def test_a_source_has_the_contracts_keys(database: Database) -> None:
    add_source(database, "herald", name="The Herald")
    add_feed(
        database, verdict="ok", reason="ok", http_status=200, items=30, since=NOW - HOUR,
        last_ok_at=NOW, last_poll_at=NOW, next_poll_at=NOW + HOUR,
    )  # fmt: skip
    (line,) = listed(database)
    wanted = {
        "id": "herald",
        "name": "The Herald",
        "language": "en",
        "enabled": True,
        "verdict": "ok",
        "reason": "ok",
        "since": "2026-11-23T02:10:00+00:00",
        "last_ok_at": "2026-11-23T03:10:00+00:00",
        "next_poll_at": "2026-11-23T04:10:00+00:00",
    }
    assert {key: line[key] for key in wanted} == wanted
    (feed,) = line["feeds"]
    contract = ("url", "verdict", "reason", "http_status", "items", "interval_s")
    assert [feed[key] for key in contract] == [
        "http://herald.example/rss", "ok", "ok", 200, 30, 120,
    ]  # fmt: skip


def test_a_feed_never_polled_is_shown_as_new(database: Database) -> None:
    add_source(database)
    add_feed(database)
    add_feed(database, url="http://herald.example/list", kind="listing", active=False)
    add_feed(database, url="http://herald.example/old", configured=False, active=False)
    (line,) = listed(database)
    assert (line["verdict"], line["reason"], line["since"]) == ("new", None, None)
    assert [feed["verdict"] for feed in line["feeds"]] == ["new"]


def test_sources_in_the_catalogues_order_those_out_of_use_last(database: Database) -> None:
    add_source(database, "b", position=1)
    add_source(database, "a", position=2, language="ko")
    add_source(database, "gone", position=0, enabled=False)
    add_feed(database, "a", reason="dns", verdict="dns")
    assert [line["id"] for line in listed(database)] == ["b", "a", "gone"]
    assert [line["id"] for line in listed(database, source="a")] == ["a"]
    assert [line["id"] for line in listed(database, lang="ko")] == ["a"]
    assert [line["id"] for line in listed(database, state="dns")] == ["a"]
    assert [line["id"] for line in listed(database, state="new", limit=1)] == ["b"]


def test_a_feed_that_is_not_polled_has_no_next_time(database: Database) -> None:
    add_source(database, paused_at=NOW)
    add_feed(database, active=False, next_poll_at=NOW)
    (line,) = listed(database)
    assert line["next_poll_at"] is None
    assert line["paused_at"] == "2026-11-23T03:10:00+00:00"


EARLY, LATE = NOW - HOUR, NOW


@pytest.mark.parametrize(
    ("feeds", "expected"),
    [
        ([], ("new", None, None)),
        ([(None, None)], ("new", None, None)),
        ([("ok", EARLY)], ("ok", "ok", EARLY)),
        ([("ok", EARLY), (None, None)], ("ok", "ok", EARLY)),
        ([("ok", EARLY), ("dns", LATE)], ("ok", "dns", LATE)),  # its news comes in, and yet
        ([("dns", LATE), ("dns", EARLY)], ("dns", "dns", EARLY)),
        ([("timeout", EARLY), ("not_a_feed", LATE)], ("not_a_feed", "not_a_feed", LATE)),
        ([("http_5xx", EARLY), ("http_4xx", LATE), ("empty", EARLY)], ("http_4xx",) * 2 + (LATE,)),
        ([("tls", None)], ("tls", "tls", None)),
    ],
)
def test_a_source_from_its_feeds(
    feeds: list[tuple[str | None, datetime | None]], expected: tuple[object, ...]
) -> None:
    assert summary(feeds) == expected


def test_every_reason_has_its_place() -> None:
    assert sorted(WORST_FIRST) == sorted(Reason)
    assert WORST_FIRST[-1] is Reason.OK


def test_an_empty_database_has_a_status(database: Database) -> None:
    found = status(database, NOW)
    json.dumps(found)
    assert found["alive"] is False
    assert found["articles"] == found["alerts"] == {}
    assert found["feeds"]["configured"] == 0
    assert found["outbox"] == {
        "waiting": 0,
        "resting": 0,
        "for_digests": 0,
        "oldest_created_at": None,
        "oldest_age_s": None,
        "next_due_at": None,
    }


def test_an_update_that_rests_waits_for_nobody(database: Database) -> None:
    add_source(database)
    article = add_article(database)
    add_alert(
        database,
        article_id=article,
        kind="update",
        n=1,
        created_at=NOW - 3 * HOUR,
        due_at=NOW + HOUR,
        not_before=NOW + HOUR,
    )
    resting = status(database, NOW)["outbox"]
    assert (resting["waiting"], resting["resting"], resting["oldest_age_s"]) == (0, 1, None)
    over = status(database, NOW + 2 * HOUR)["outbox"]
    assert (over["waiting"], over["resting"], over["oldest_age_s"]) == (1, 0, 3600)


def test_how_things_stand(database: Database) -> None:
    add_source(database)
    add_feed(database, verdict="ok", last_ok_at=NOW - HOUR, last_poll_at=NOW)
    add_feed(database, url="2", verdict="dns", next_poll_at=NOW + HOUR)
    add_feed(database, url="3", verdict="parse_error", quarantined_at=NOW)
    add_feed(database, url="4", active=False, configured=False)
    add_feed(database, url="5", active=False, kind="listing")
    article = add_article(database)
    add_article(database, state="gone")
    add_alert(database, article_id=article, created_at=NOW - HOUR, due_at=NOW + HOUR)
    add_alert(database, article_id=article, n=1, kind="update", state="sent")
    add_channel(database, "smtp", down_since=NOW, failures=3, reason="refused")
    add_notice(database, "feed:3:quarantined")
    add_notice(database, "feed:2:gone", over_at=NOW)
    register(database, OWN, NOW)
    with database.write() as connection:
        connection.execute(update(owners).values(heartbeat_at=NOW - timedelta(seconds=30)))
    found = status(database, NOW)
    json.dumps(found)
    assert found["alive"] is True
    assert [(o["host"], o["pid"]) for o in found["owners"]] == [(OWN.host, OWN.pid)]
    assert found["articles"] == {"fetched": 1, "gone": 1}
    assert found["alerts"] == {"pending": 1, "sent": 1}
    assert found["outbox"]["waiting"] == 1
    assert found["outbox"]["oldest_age_s"] == 3600
    assert found["outbox"]["next_due_at"] == "2026-11-23T04:10:00+00:00"
    feeds = found["feeds"]
    assert [feeds[key] for key in ("configured", "active", "due", "quarantined")] == [3, 3, 1, 1]
    assert feeds["by_verdict"] == {"dns": 1, "ok": 1, "parse_error": 1}
    assert feeds["last_poll_at"] == "2026-11-23T03:10:00+00:00"
    assert feeds["last_ok_at"] == "2026-11-23T02:10:00+00:00"
    assert [c["name"] for c in found["channels"]] == ["smtp"]
    assert [n["subject"] for n in found["notices"]] == ["feed:3:quarantined"]
    assert "articles" not in health(database, NOW)
    assert status(database, NOW + HOUR)["alive"] is False


def test_feeds_out_of_use_are_counted_apart(database: Database) -> None:
    add_source(database)
    add_feed(database, verdict="ok")
    add_source(database, "off", enabled=False)
    for number in range(3):
        add_feed(database, "off", url=f"off {number}", active=False, quarantined_at=NOW)
    add_source(database, "rests", paused_at=NOW)
    add_feed(database, "rests", url="rests", active=False, verdict="dns")
    for found in (status(database, NOW)["feeds"], health(database, NOW)["feeds"]):
        counts = ("configured", "active", "paused", "disabled", "quarantined")
        assert [found[key] for key in counts] == [5, 1, 1, 3, 0]
        assert found["by_verdict"] == {"ok": 1}
