"""What is judged over many polls and pages, played: stale feeds, lost layouts, refused pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from newsroom.page_verdicts import FAILING, FAILING_FOR, LEAST_PAST, NEWEST, POOR_OF_RECENT
from newsroom.reasons import Reason
from newsroom.verdicts import OVER_AFTER, TOLD_AFTER
from storage.tables import articles, entries, feeds, polls, stories
from tests.integration.verdict_world import BEAT, Watched, play, story_page
from tests.newsdesk import page
from tests.site.behaviour import status
from tests.site.server import Exchange

HISTORY = timedelta(days=9)
EVERY = timedelta(minutes=20)


def remember(one: Watched) -> None:
    """Nine days in which the feed brought something every twenty minutes from 6 to 23 in Seoul.

    Written as its polls and entries would have been.
    """
    feed, end = one.row(), one.now
    times = [end - EVERY * n for n in range(1, HISTORY // EVERY)]
    busy = {at for at in times if at.hour >= 21 or at.hour < 14}
    with one.desk.db.write() as conn:
        story = conn.execute(insert(stories).values(first_seen_at=end).returning(stories.c.id))
        story_id = story.scalar_one()
        sample = conn.execute(select(articles)).first()
        assert sample is not None
        shape = dict(sample._mapping) | {"story_id": story_id, "canonical_url": None, "url": None}
        shown = dict(conn.execute(select(entries)).first()._mapping)  # type: ignore[union-attr]
        for at in reversed(times):
            poll_id = conn.execute(
                insert(polls)
                .values(
                    feed_id=feed.id,
                    started_at=at,
                    finished_at=at,
                    reason="ok",
                    changed=True,
                    first=False,
                )
                .returning(polls.c.id)
            ).scalar_one()
            if at not in busy:
                continue
            article_id = conn.execute(
                insert(articles)
                .values({k: v for k, v in shape.items() if k != "id"} | {"first_seen_at": at})
                .returning(articles.c.id)
            ).scalar_one()
            row = {k: v for k, v in shown.items() if k != "id"}
            row |= {"article_id": article_id, "first_poll_id": poll_id, "last_poll_id": poll_id}
            conn.execute(insert(entries).values(row | {"guid": f"old-{poll_id}", "url": None}))
        began = end - HISTORY
        conn.execute(update(feeds).values(first_ok_at=began, last_new_at=max(busy)))


def test_a_feed_that_falls_silent_on_a_weekday_is_stale_within_hours(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        one.desk.clock.time = datetime(2026, 8, 25, 1, 0, tzinfo=UTC)  # Tuesday, ten in Seoul
        remember(one)
        await one.beat()
        assert one.row().verdict == "ok"
        silent = one.row().last_new_at
        await one.until(lambda: bool(one.told()), TOLD_AFTER[Reason.STALE])
        row = one.row()
        assert (row.verdict, row.reason) == ("stale", "ok")
        assert timedelta(hours=1) < one.now - silent <= TOLD_AFTER[Reason.STALE]
        assert "shows nothing new since 2026-08-25" in row.evidence
        assert one.told()[0].endswith(" · nothing new for too long")
        one.site.page(  # the date of the document moves, and nothing else: that is no news
            "/rss",
            "<?xml version='1.0'?><rss version='2.0'><channel><title>N</title><lastBuildDate>"
            f"{one.now:%a, %d %b %Y %H:%M:%S} +0000</lastBuildDate>{one.items[0]}</channel></rss>",
            content_type="application/rss+xml",
        )
        await one.pass_(timedelta(hours=30), BEAT * 6)
        assert one.row().verdict == "stale"
        assert len(one.told()) == 1
        one.publish()
        over = await one.until(lambda: one.row().verdict == "ok", timedelta(hours=2))
        await one.until(lambda: len(one.told()) == 2, OVER_AFTER + 2 * BEAT)
        assert one.now - over <= OVER_AFTER + BEAT
        await one.pass_(timedelta(hours=1))
        assert len(one.told()) == 2

    play(tmp_path, story, timezone="Asia/Seoul")


def test_a_feed_that_was_dead_before_we_came_is_stale_at_once(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        assert one.row().verdict == "stale"
        assert "its newest entry is dated 2024-06-05" in one.row().evidence
        assert one.told()[0].endswith(" · nothing new for too long")
        one.publish()
        await one.until(lambda: one.row().verdict == "ok", timedelta(hours=2))

    days = [datetime(2024, 6, day, tzinfo=UTC) for day in (1, 2, 3, 4, 5)]
    play(tmp_path, story, dates=days)


def bare_page(exchange: Exchange) -> None:
    """A redesign: the text is elsewhere now."""
    body = page(f"Story {exchange.seen.path}", "Read on in our application.").encode()
    exchange.answer(200, body, {"Content-Type": "text/html; charset=utf-8"})


def test_fault_97_a_layout_that_changed_is_told_by_its_own_past(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        for count in (28, LEAST_PAST - 20):
            for _ in range(count):
                one.publish()
            await one.pass_(timedelta(hours=1))
        assert one.source().pages_verdict == "ok"
        one.site.otherwise(bare_page)
        one.publish()
        one.publish()
        await one.pass_(timedelta(hours=1))
        assert one.source().pages_verdict == "ok"  # two short ones are nothing
        for _ in range(POOR_OF_RECENT - 2):
            one.publish()
        await one.until(lambda: bool(one.told()), timedelta(hours=1) + 2 * BEAT)
        assert one.source().pages_verdict == "layout_changed"
        assert f"{POOR_OF_RECENT} of the newest 20 article pages are poor" in one.texts()[0]
        (subject,) = one.told()
        assert subject.startswith("Example News: article pages since ")
        assert subject.endswith(" · page layout changed")
        await one.pass_(timedelta(hours=6))
        assert len(one.told()) == 1
        one.site.otherwise(story_page)
        for _ in range(NEWEST):
            one.publish()
        await one.until(lambda: len(one.told()) == 2, timedelta(hours=2))
        assert one.source().pages_verdict == "ok"
        assert one.told()[1].startswith("over: Example News: article pages")

    play(tmp_path, story)


def test_pages_that_are_refused_while_the_feed_is_fine(tmp_path: Path) -> None:
    async def story(one: Watched) -> None:
        for _ in range(8):
            one.publish()
        await one.pass_(timedelta(minutes=30))
        one.site.otherwise(status(403))
        for _ in range(FAILING):
            one.publish()
        began = await one.until(lambda: len(one.desk.articles()) == 15, timedelta(hours=1))
        await one.until(lambda: bool(one.told()), FAILING_FOR + 2 * BEAT)
        assert one.now - began >= FAILING_FOR
        assert one.source().pages_verdict == "blocked"
        assert one.row().verdict == "ok"
        assert one.told()[0].endswith(" · blocks us")
        await one.pass_(timedelta(hours=3))
        assert len(one.told()) == 1
        one.site.otherwise(story_page)
        await one.until(lambda: len(one.told()) == 2, timedelta(hours=8))
        assert one.source().pages_verdict == "ok"
        await one.pass_(timedelta(hours=1))
        assert len(one.told()) == 2

    play(tmp_path, story)
