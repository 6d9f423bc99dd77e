"""What came in of the sources, as mails, listings and status show it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from jobs.health import read_coverage, read_health
from newsroom.model import NotifyRule, Watchlist
from storage.coverage_tables import gaps, hubs, witnesses
from storage.database import Database
from storage.listing_base import Filters
from storage.listing_coverage import with_coverage
from storage.listing_sources import sources
from storage.tables import polls
from tests.newsdesk import item, newsdesk
from tests.rows import MINUTE, NOW, add, add_feed, add_source

HOUR = 60 * MINUTE


def poll(db: Database, feed_id: int, at: Any, reason: str = "ok", **values: Any) -> int:
    usual = {"finished_at": at, "new_items": 0, "changed": reason == "ok", "first": False}
    return add(db, polls, feed_id=feed_id, started_at=at, reason=reason, **{**usual, **values})


def gap(db: Database, feed_id: int, at: Any, **values: Any) -> int:
    usual = {
        "source_id": "herald",
        "poll_id": 1,
        "start_at": at - HOUR,
        "end_at": at,
        "noticed_at": at,
        "cause": "no_overlap",
        "state": "suspected",
    }
    return add(db, gaps, feed_id=feed_id, **{**usual, **values})


@pytest.fixture
def db(database: Database) -> Database:
    """One source that missed something, one that is out of use."""
    db = database
    add_source(db, "herald", name="The Herald")
    add_source(db, "off", enabled=False)
    feed = add_feed(db, "herald", verdict="ok", reason="ok", rate=4.5, hint_s=600)
    add_feed(
        db, "herald", url="http://herald.example/list", kind="listing", active=False, items=40,
        verdict="ok", last_poll_at=NOW - HOUR,
    )  # fmt: skip
    add_feed(db, "off", active=False)
    for n in (3, 2, 1, 0):
        poll(db, feed, NOW - n * HOUR, overlap=n != 1)
    poll(db, feed, NOW - 5 * HOUR, "timeout")
    poll(db, feed, NOW - timedelta(days=3))
    poll(db, feed, NOW, purpose="witness")
    gap(db, feed, NOW - 2 * HOUR, state="lost", lost=4, recovered=3, closed_by="a listing")
    gap(db, feed, NOW - HOUR)
    gap(db, feed, NOW - 3 * HOUR, state="none_lost", lost=0)
    gap(db, feed, NOW - timedelta(days=40))
    with db.write() as connection:
        for days, missed in ((1, 3), (20, 17)):
            connection.execute(
                insert(witnesses).values(
                    source_id="herald", at=NOW - timedelta(days=days), since_at=NOW, until_at=NOW,
                    shown=380, missed=missed, looked_at=[],
                )
            )  # fmt: skip
        connection.execute(
            insert(hubs).values(
                feed_id=feed, hub="https://hub.example/", topic="t", token="t", secret="s",
                state="active", failures=0,
            )
        )  # fmt: skip
    return db


def test_a_digest_is_told_of_the_sources_that_were_polled(db: Database) -> None:
    (herald,) = read_coverage(db, NOW - timedelta(days=1), NOW)
    assert (herald.source_name, herald.polls_ok, herald.polls) == ("The Herald", 4, 5)
    assert [(g.lost, g.recovered, g.open) for g in herald.gaps] == [(4, 3, False), (None, 0, True)]
    (herald,) = read_coverage(db, NOW - timedelta(days=2), NOW)
    assert (herald.shown, herald.missed) == (380, 3)


def test_a_source_is_listed_with_what_came_in(db: Database) -> None:
    herald, off = with_coverage(db, sources(db, Filters()), NOW)
    json.dumps([herald, off])
    counted = {key: herald["coverage"][key] for key in ("polls", "polls_ok", "gaps", "open_gaps")}
    assert counted == {"polls": 5, "polls_ok": 4, "gaps": 3, "open_gaps": 1}
    assert herald["recall"]["7d"] == {"recall": 0.9921, "shown": 380, "missed": 3}
    assert herald["recall"]["30d"] == {"recall": 0.9737, "shown": 760, "missed": 20}
    # the open one of long ago is still open
    assert [g["state"] for g in herald["gaps"]] == ["suspected", "lost", "none_lost", "suspected"]
    (feed,) = herald["feeds"]
    assert (feed["rate_per_hour"], feed["hint_s"], feed["overlap"]) == (4.5, 600, True)
    assert feed["hub"] == {"url": "https://hub.example/", "state": "active"}
    assert feed["last_gap_at"] == "2026-11-23T02:10:00+00:00"
    (listing,) = herald["listings"]
    assert (listing["items"], listing["last_look_at"]) == (40, "2026-11-23T02:10:00+00:00")
    assert off["coverage"]["polls"] == 0
    assert off["recall"]["7d"]["recall"] is None


def test_a_verdict_over_many_polls_is_the_sources(sqlite_database: Database) -> None:
    add_source(sqlite_database, "herald", name="The Herald")
    add_feed(
        sqlite_database, verdict="stale", verdict_since=NOW - HOUR, reason="ok",
        evidence="silent for 9 h; 30 min would be usual",
    )  # fmt: skip
    (line,) = sources(sqlite_database, Filters())
    assert (line["verdict"], line["reason"]) == ("stale", "stale")
    assert line["since"] == "2026-11-23T02:10:00+00:00"
    assert line["evidence"].startswith("silent for 9 h")
    (problem,) = read_health(sqlite_database).problems
    assert (problem.reason, problem.since) == ("stale", NOW - HOUR)


def test_pages_that_cannot_be_read_any_more_are_the_sources_trouble(
    sqlite_database: Database,
) -> None:
    add_source(
        sqlite_database, pages_verdict="layout_changed", pages_since=NOW, pages_evidence="short"
    )
    add_feed(sqlite_database, verdict="ok", reason="ok")
    (line,) = sources(sqlite_database, Filters(state="layout_changed"))
    assert (line["reason"], line["evidence"]) == ("layout_changed", "short")
    assert line["feeds"][0]["verdict"] == "ok"


def test_a_digest_says_it_and_a_single_alert_does_not(tmp_path: Path) -> None:
    """All the way: polls, a digest at its time, its footer."""
    rules = (
        NotifyRule(to=("digest@example.org",), when="daily 13:00", timezone="Asia/Seoul"),
        NotifyRule(to=("desk@example.org",)),
    )

    async def day() -> list[str]:
        lists = [Watchlist("THAAD", any=("THAAD",), notify=rules, origin="test")]
        async with newsdesk(tmp_path, watchlists=lists) as desk:
            desk.page(1, "THAAD stays")
            desk.feed(item(1, "THAAD stays"))
            for _ in range(7):
                await desk.run(minutes=10)
            parts = {str(mail["To"]): mail.get_body(("plain",)) for mail in desk.mails()}
            told = {to: str(part.get_content()) for to, part in parts.items() if part is not None}
            return [told["digest@example.org"], told["desk@example.org"]]

    digest, single = asyncio.run(day())
    assert "Example News: 6/6 polls, 0 gaps" in digest
    assert "polls" not in single
