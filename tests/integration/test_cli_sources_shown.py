"""`sources list`, `sources show` and `status` over a database in which something was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from config.settings import Settings
from jobs.clock import SystemClock
from newsroom.model import Source
from storage.coverage_tables import gaps, witnesses
from storage.database import Database
from storage.migrate import ensure
from storage.tables import feeds, polls, sources
from tests.cli_case import Cli
from tests.rows import add, rows
from wirewatch.app import put_configuration
from wirewatch.cli.sources_shown import coverage_line, gap_line, percent, recall_line

HOUR = timedelta(hours=1)
CONFIG = """
data_dir = "data"
timezone = "UTC"
[[source]]
id = "news"
name = "Example News"
feeds = ["http://news.example/rss"]
listings = ["http://news.example/latest"]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "wirewatch.toml").write_text(CONFIG)
    (tmp_path / "data").mkdir()
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    ensure(db)
    source = Source(
        id="news",
        name="Example News",
        hosts=("news.example",),
        feeds=("http://news.example/rss",),
        listings=("http://news.example/latest",),
    )
    put_configuration(db, Settings(tmp_path, "", sources=(source,)), SystemClock())
    now = datetime.now(UTC)
    feed = next(row.id for row in rows(db, feeds) if row.kind == "feed")
    for reason in ("ok", "ok", "dns"):
        add(
            db, polls, feed_id=feed, started_at=now - HOUR, finished_at=now, reason=reason,
            new_items=0, changed=reason == "ok", first=False, overlap=reason == "ok" or None,
        )  # fmt: skip
    usual: dict[str, Any] = {
        "feed_id": feed, "source_id": "news", "poll_id": 1, "start_at": now - 3 * HOUR,
        "end_at": now - 2 * HOUR, "noticed_at": now - HOUR, "cause": "no_overlap",
    }  # fmt: skip
    add(db, gaps, **usual, state="lost", lost=5, recovered=4, closed_by="a listing")
    add(db, gaps, **usual, state="suspected", detail="the listing is blocked")
    add(
        db, witnesses, source_id="news", at=now - HOUR, since_at=now, until_at=now, shown=380,
        missed=3, looked_at=[],
    )  # fmt: skip
    with db.write() as connection:
        connection.execute(
            update(feeds)
            .where(feeds.c.id == feed)
            .values(
                verdict="stale", reason="ok", rate=2.25, hint_s=900, evidence="silent", items=20
            )
        )
    yield db
    db.close()


def test_show_tells_all_that_is_known(desk: Database, cli: Cli) -> None:
    ran = cli("sources", "show", "news")
    assert (ran.code, ran.err) == (0, "")
    for line in (
        "verdict          stale",
        "evidence         silent",
        "last 24 h        2/3 polls, 2 gaps (1 open), 5 lost, 4 recovered",
        "recall 7 days    99.2 % (3 of 380 missed)",
        "2.2 new entries an hour, asks for 15 min",
        "overlap          with the poll before",
        "listing http://news.example/latest",
        "last look        never",
        "lost 5, 4 recovered, by a listing",
        "suspected: the listing is blocked",
    ):
        assert line in ran.out
    found = cli("sources", "show", "news", "--json").only
    assert {"coverage", "recall", "gaps", "evidence", "pages", "listings"} <= set(found)
    assert found["feeds"][0]["interval_s"] > 0


def test_list_has_a_line_a_source(desk: Database, cli: Cli) -> None:
    ran = cli("sources", "list", "--source", "news")
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if line.startswith("news")]
    assert "stale" in line
    assert "2/3" in line
    assert "2 (1 open)" in line
    assert "99.2 %" in line


def test_status_counts_trouble_and_open_gaps(desk: Database, cli: Cli) -> None:
    with desk.write() as connection:
        connection.execute(update(sources).values(pages_verdict="layout_changed"))
    ran = cli("status")
    assert ran.code == 1
    assert "1 with trouble, 1 gap(s) not settled yet" in ran.out
    assert "news: stale: http://news.example/rss" in ran.err
    assert "news: layout_changed" in ran.err


@pytest.mark.parametrize(
    ("share", "told"),
    [(None, ""), (1.0, "100 %"), (0.99999, "99.9 %"), (0.5, "50.0 %"), (0, "0.0 %")],
)
def test_recall_is_never_rounded_up(share: float | None, told: str) -> None:
    assert percent(share) == told


def test_lines_where_nothing_is_known() -> None:
    none = {"polls_ok": 0, "polls": 0, "gaps": 0, "open_gaps": 0, "recovered": 0, "lost": 0}
    assert coverage_line(none) == "0/0 polls, 0 gaps"
    assert recall_line({"recall": None, "shown": 0, "missed": 0}) == "no listing was compared yet"


def test_a_gap_in_which_nothing_was_lost() -> None:
    at = "2026-11-23T03:10:00+00:00"
    gap = {
        "start_at": at, "end_at": at, "state": "none_lost", "closed_by": "a listing",
        "detail": None, "feed": "http://news.example/rss",
    }  # fmt: skip
    assert "none lost, by a listing" in gap_line(gap, "UTC")
