"""What verdicts rest on, read on both databases and by index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from jobs.judged import Judged
from jobs.step_verdicts import look
from newsroom.page_verdicts import ALL_WELL, PageVerdict
from newsroom.reasons import Reason
from storage.tables import feeds, sources
from storage.verdicts import page_facts, pages_changed, quiet_feeds, sources_in_use
from tests.integration.notice_world import play, plays
from tests.newsdesk import FEED, Newsdesk, item
from tests.scripted_channel import ScriptedChannel

__all__ = ["plays"]  # a fixture


def row(desk: Newsdesk) -> Any:
    with desk.db.read() as conn:
        return conn.execute(select(feeds)).one()


def test_a_silence_is_judged_and_ended(plays: Callable[..., None]) -> None:
    async def story(desk: Newsdesk, _channel: ScriptedChannel) -> None:
        days = [datetime(2026, 8, day, tzinfo=UTC) for day in range(9, 15)]
        old = [item(n, f"Old story {n}", published=at) for n, at in enumerate(days, 1)]
        desk.feed(item(0, "Welcome"), *old)
        await desk.run()
        assert row(desk).verdict == "ok"
        await desk.run(days=3)
        assert row(desk).verdict == "ok"
        await desk.run(days=12)
        assert row(desk).verdict == "stale"
        assert row(desk).verdict_since == desk.clock.now()
        assert "shows nothing new since 2026-08-15" in row(desk).evidence
        await desk.run()
        assert row(desk).verdict == "stale"
        desk.feed(item(9, "At last"), item(0, "Welcome"))
        await desk.run()
        assert (row(desk).verdict, row(desk).evidence) == ("ok", None)

    plays(story)


def test_what_failed_or_brought_something_meanwhile_is_not_called_stale(
    plays: Callable[..., None],
) -> None:
    async def story(desk: Newsdesk, _channel: ScriptedChannel) -> None:
        await desk.run(days=2)
        desk.sites.fail(FEED, Reason.CONNECT)
        await desk.run(days=40)
        look(desk.db, Judged(), desk.clock.now())
        assert row(desk).verdict == "connect"

    plays(story)


def test_pages_are_judged_where_they_changed(plays: Callable[..., None]) -> None:
    async def story(desk: Newsdesk, _channel: ScriptedChannel) -> None:
        desk.page(1, "A story")
        desk.feed(item(1, "A story"), item(2, "One without a page"))
        await desk.run()
        facts = page_facts(desk.db, "news", ALL_WELL)
        assert {fact.reason for fact in facts} == {"ok", "gone"}
        assert max(fact.length for fact in facts) > 500
        assert pages_changed(desk.db, 0) == {"news"}
        assert pages_changed(desk.db, 10_000) == set()
        since = desk.clock.now() - timedelta(days=1)
        with desk.db.write() as conn:
            conn.execute(update(sources).values(pages_verdict="blocked", pages_since=since))
        assert sources_in_use(desk.db, {"news"}) == {"news": PageVerdict("blocked", since, None)}
        assert sources_in_use(desk.db, set()) == {}
        look(desk.db, Judged(), desk.clock.now())
        assert sources_in_use(desk.db, None)["news"].verdict == "ok"

    plays(story)


def test_fault_117_no_look_reads_a_whole_table_that_grows(tmp_path: Any) -> None:
    async def story(desk: Newsdesk, _channel: ScriptedChannel) -> None:
        desk.page(1, "A story")
        desk.feed(item(1, "A story"))
        await desk.run()
        await desk.run(hours=3)
        assert quiet_feeds(desk.db, desk.clock.now())
        said: list[tuple[str, Any]] = []

        def note(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
            said.append((statement, given))

        event.listen(Engine, "before_cursor_execute", note)
        judged = Judged(revision=0)
        look(desk.db, judged, desk.clock.now())
        event.remove(Engine, "before_cursor_execute", note)
        plans = []
        with desk.db.read() as conn:
            for statement, given in said:
                if statement.startswith("SELECT"):
                    found = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
                    plans += [str(line.detail) for line in found]
        assert any("ix_articles_source" in plan for plan in plans), plans
        grows = ("articles", "entries", "polls", "revisions", "sightings")
        bare = [p for p in plans if p.startswith("SCAN") and " USING " not in p]
        assert [p for p in bare if p.split()[1] in grows] == []

    play(tmp_path, story)


@pytest.mark.parametrize("stored", ["new", "ok", "stale", "moved"])
def test_a_failed_poll_speaks_at_once(plays: Callable[..., None], stored: str) -> None:
    async def story(desk: Newsdesk, _channel: ScriptedChannel) -> None:
        with desk.db.write() as conn:
            conn.execute(update(feeds).values(verdict=stored))
        desk.sites.fail(FEED, Reason.TLS)
        await desk.run()
        assert row(desk).verdict == "tls"
        assert row(desk).verdict_since == desk.clock.now()
        assert row(desk).evidence.startswith("tls; 1 poll, so since")

    plays(story)
