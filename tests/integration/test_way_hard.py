"""Hard cases on an item's way, from the feed to the match: loops, walls, clocks, bugs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobs.queue import InlineQueue
from jobs.step_deliver import deliver
from jobs.step_match import match_all
from jobs.step_poll import poll_feed
from newsroom.errors import StorageError
from newsroom.model import FetchRequest, FetchResult, PageContent
from newsroom.reasons import Reason
from storage.polls import due_feeds
from storage.tables import article_aliases, article_urls, articles, feeds
from tests.newsdesk import (
    FEED,
    FILLER,
    START,
    InlineReader,
    Newsdesk,
    item,
    newsdesk,
    page,
    page_url,
    rss,
    source,
    watchlist,
)
from tests.rows import add_feed, rows
from tests.scripted_channel import ScriptedChannel

SECOND = "https://news.example/rss2"


def play(folder: Path, story: Callable[[Newsdesk], Awaitable[None]], **parts: Any) -> None:
    async def main() -> None:
        async with newsdesk(folder, **parts) as desk:
            await story(desk)

    asyncio.run(main())


def states(desk: Newsdesk) -> list[str]:
    return sorted(alert["state"] for alert in desk.alerts())


def column(desk: Newsdesk, name: str) -> list[Any]:
    return [getattr(row, name) for row in rows(desk.db, articles)]


# loops and starvation


def test_a_page_put_off_for_a_day_is_left_alone_for_a_day(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD"))
        day = timedelta(hours=24)
        desk.sites.fail(page_url(1), Reason.RATE_LIMITED, 429, retry_after=day)
        await desk.run()
        store, now = desk.desk.store, desk.clock.now()
        assert store.due_page_hosts(now) == []
        assert store.due_page_hosts(now + timedelta(hours=23)) == []
        assert store.due_page_hosts(now + day) == ["news.example"]

    play(tmp_path, story)


def test_a_pass_polls_every_due_feed(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        for n in range(1200):
            add_feed(desk.db, "news", url=f"https://h{n}.example/rss", host=f"h{n % 3}.example")
        now = datetime(2027, 1, 1, tzinfo=UTC)
        assert len(due_feeds(desk.db, now)) == 1201
        assert len(desk.desk.store.due_feed_hosts(now)) == 4

    play(tmp_path, story)


def test_hosts_that_hang_do_not_keep_matching_waiting() -> None:
    async def main() -> None:
        hanging, ran = asyncio.Event(), asyncio.Event()

        async def host(_key: str) -> None:
            await hanging.wait()

        async def match(_key: str) -> None:
            ran.set()

        queue = InlineQueue({"host": host, "match": match}, width=2)
        for n in range(5):
            queue.defer("host", f"h{n}")
        queue.defer("match")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert ran.is_set()
        hanging.set()
        await queue.idle()

    asyncio.run(main())


def test_a_damaged_database_ends_the_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desk: Newsdesk) -> None:
        def damaged(*_args: Any, **_more: Any) -> Any:
            raise StorageError("the file is damaged")

        monkeypatch.setattr(desk.desk.store, "commit_poll", damaged)
        desk.feed(item(1, "THAAD"))
        with pytest.raises(StorageError, match="damaged"):
            await desk.run()

    play(tmp_path, story)


def test_an_article_that_cannot_be_matched_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Newsdesk) -> None:
        real, failing = desk.desk.store.commit_match, {1}

        def commit(article: Any, *args: Any, **more: Any) -> Any:
            if article.id in failing:
                raise RuntimeError("a bug")
            return real(article, *args, **more)

        monkeypatch.setattr(desk.desk.store, "commit_match", commit)
        desk.feed(item(2, "THAAD two"), item(1, "THAAD one"))
        assert (await desk.run()).mails.sent == 1
        failing.clear()
        assert (await desk.run()).mails.sent == 1

    play(tmp_path, story)


# walls and addresses


class Walled(InlineReader):
    """Every page is a wall: the same long words at the same address."""

    async def read_page(self, *args: Any, **more: Any) -> PageContent:
        content = await super().read_page(*args, **more)
        return replace(content, partial=True)


def test_articles_behind_one_wall_are_not_one_story(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.desk.reader = Walled()
        desk.feed(item(1, "THAAD one"), item(2, "THAAD two"))
        for n in (1, 2):
            desk.page(n, "Before you go on", "We and our partners value your privacy.")
            wall = desk.sites.answers[page_url(n)]
            assert isinstance(wall, FetchResult)
            moved = replace(wall, url="https://news.example/consent?to=everything")
            desk.sites.answers[page_url(n)] = moved
        await desk.run()
        assert column(desk, "state") == ["partial", "partial"]
        assert len(set(column(desk, "story_id"))) == 2
        assert states(desk) == ["sent", "sent"]

    play(tmp_path, story)


def test_an_address_seen_in_another_feed_is_remembered(tmp_path: Path) -> None:
    """The same title at the same instant is the same article; its other address then is too."""

    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD"))
        await desk.run()
        link = "https://news.example/other/1"
        plain = item(1, "THAAD", link=link).replace("<guid>1</guid>", "")
        desk.sites.put(SECOND, rss(plain), content_type="application/rss+xml")
        await desk.run()
        edited = item(1, "THAAD, edited", link=link).replace("<guid>1</guid>", "")
        desk.sites.put(SECOND, rss(edited), content_type="application/rss+xml")
        await desk.run()
        assert len(desk.articles()) == 1
        assert {row.canonical_url for row in rows(desk.db, article_urls)} == {page_url(1), link}

    play(tmp_path, story, sources=[source(feeds=(FEED, SECOND))])


def test_a_page_dated_otherwise_is_still_known_to_its_feed(tmp_path: Path) -> None:
    """New guids and links for all, and a page whose date is a minute off (DESIGN §4, rule 3)."""

    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD"))
        desk.page(1, "THAAD", "Words.", published="2026-08-15T12:01:30+09:00")
        await desk.run()
        desk.feed(item("new", "THAAD", guid="new"))
        await desk.run()
        assert len(desk.articles()) == 1
        assert states(desk) == ["sent"]

    play(tmp_path, story)


def test_a_page_that_was_gone_is_looked_for_at_its_new_address(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Ministers meet"))
        await desk.run()
        assert column(desk, "state") == ["gone"]
        desk.feed(item(2, "Ministers meet", guid="1"))
        desk.page(2, "Ministers meet", "They spoke of THAAD.")
        await desk.run()
        assert column(desk, "state") == ["fetched"]
        assert states(desk) == ["sent"]

    play(tmp_path, story)


def test_an_undated_article_takes_the_other_ones_decision(tmp_path: Path) -> None:
    """Both undated at a first poll; the second's page is dated, and is the first's too."""

    async def story(desk: Newsdesk) -> None:
        desk.feed(
            item(2, "THAAD two", published=None, guid="b"),
            item(1, "Words one", published=None, guid="a"),
        )
        desk.sites.fail(page_url(1), Reason.HTTP_5XX, 500)
        canonical = f'<link rel="canonical" href="{page_url(1)}">'
        text = page("THAAD two", "The battery stays, an official said.", *FILLER)
        desk.sites.put(page_url(2), text.replace("<title>", f"{canonical}<title>"))
        await desk.run()
        assert len(desk.articles()) == 1
        assert column(desk, "alerting") == ["alert"]
        assert states(desk) == ["sent"]

    play(tmp_path, story)


def test_an_id_is_never_given_twice(tmp_path: Path) -> None:
    """The newest articles turn out to be the first, one after the other: each id stays its own."""

    async def story(desk: Newsdesk) -> None:
        shown = [item(1, "THAAD")]
        desk.feed(*shown)
        desk.page(1, "THAAD", "The first.")
        await desk.run()
        canonical = f'<link rel="canonical" href="{page_url(1)}">'
        for n in (2, 3):
            shown.insert(0, item(n, "THAAD", published=START - timedelta(minutes=n)))
            desk.feed(*shown)
            text = page("THAAD", "The first.", *FILLER)
            desk.sites.put(page_url(n), text.replace("<title>", f"{canonical}<title>"))
            await desk.run()
        found = {row.old_id: row.article_id for row in rows(desk.db, article_aliases)}
        assert found == {2: 1, 3: 1}
        assert column(desk, "reason") == ["ok"]

    play(tmp_path, story)


def test_a_page_under_way_when_the_title_changes_does_not_count(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Talks"))
        old = page("Talks", "They met.")

        async def edit_meanwhile() -> None:
            desk.feed(item(1, "Talks on THAAD"))
            await poll_feed(desk.desk, 1, forced=True)

        real = desk.desk.fetcher.fetch

        async def fetch(request: FetchRequest) -> FetchResult:
            if request.kind == "page" and desk.sites.fetched(request.url) == 0:
                desk.sites.put(page_url(1), old)
                result = await real(request)
                await edit_meanwhile()
                desk.page(1, "Talks on THAAD", "They met.")
                return result
            return await real(request)

        desk.sites.fetch = fetch  # type: ignore[method-assign] # the site changes meanwhile
        await desk.run()
        await desk.run()
        assert desk.sites.fetched(page_url(1)) == 2
        assert column(desk, "title") == ["Talks on THAAD"]
        assert states(desk) == ["sent"]

    play(tmp_path, story)


# clocks (fault 115)


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=25_000)], ids=str)
def test_a_clock_that_was_ahead_silences_nothing(tmp_path: Path, ahead: timedelta) -> None:
    """Started with a clock far ahead, worked, and then the clock was set right."""

    async def story(desk: Newsdesk) -> None:
        channel = ScriptedChannel()
        desk.desk.channel = channel
        channel.refuse_login()
        desk.feed(item(1, "THAAD one", published=START + ahead))
        desk.sites.fail(page_url(1), Reason.HTTP_5XX, 500)
        await desk.run()
        store = desk.desk.store
        claim = store.claim_feed(1, desk.clock.now(), forced=True)
        assert claim is not None  # the lease is never given back
        desk.desk.hosts_down["news.example"] = desk.clock.now() + timedelta(seconds=50)
        desk.clock.time = START
        channel.take_all()
        assert not desk.desk.is_down("news.example")
        assert [f for f, _ in store.due_feeds(desk.clock.now())] == [1]
        desk.feed(item(2, "THAAD two"), item(1, "THAAD one", published=START + ahead))
        desk.page(1, "THAAD one", "The one.")
        desk.page(2, "THAAD two", "The other.")
        await desk.run(every=False, minutes=1)
        await deliver(desk.desk)
        later = 6 if ahead < timedelta(hours=5) else 0  # the login is tried when its time comes
        await desk.run(every=False, hours=later)
        assert states(desk) == ["sent", "sent"]
        assert all(owner is None for owner in (row.lease_owner for row in rows(desk.db, feeds)))

    play(tmp_path, story, start=START + ahead)


def test_a_new_feed_written_down_by_a_clock_ahead_is_polled(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.clock.time = START
        desk.feed(item(1, "THAAD"))
        await desk.run(every=False)
        assert states(desk) == ["sent"]

    play(tmp_path, story, start=START + timedelta(days=9000))


def test_a_slow_interval_is_not_taken_for_a_jump(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD"))
        await desk.run(every=False)
        await desk.run(every=False, days=2)
        assert desk.sites.fetched(FEED) == 1

    slow = source(interval_min=timedelta(days=7), interval_max=timedelta(days=9))
    play(tmp_path, story, sources=[slow])


def test_an_alert_of_a_clock_ahead_goes_in_the_running_service(tmp_path: Path) -> None:
    """Not at the end of a pass, where all that waits goes anyway."""

    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD", published=desk.clock.now()))
        await poll_feed(desk.desk, 1)
        await match_all(desk.desk)
        desk.clock.time = START
        await deliver(desk.desk)
        assert states(desk) == ["sent"]

    play(tmp_path, story, start=START + timedelta(days=9000))


def test_an_alert_under_way_when_the_clock_is_set_back_goes(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD", published=desk.clock.now()))
        await poll_feed(desk.desk, 1)
        await match_all(desk.desk)
        desk.clock.pass_(minutes=5)
        assert desk.desk.store.claim_alerts(desk.clock.now(), limit=1)
        desk.clock.time = START
        await deliver(desk.desk)
        assert states(desk) == ["sent"]

    play(tmp_path, story, start=START + timedelta(days=9000))


def test_an_article_and_a_watchlist_of_a_clock_ahead(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        await desk.configure(watchlist(), watchlist("Rice", "rice"))
        desk.clock.time = START
        desk.feed(item(1, "Rice"))
        await desk.run()
        assert states(desk) == ["sent"]
        with desk.db.read() as conn:
            assert conn.execute(select(articles.c.first_seen_at)).scalar_one() < START + timedelta(
                hours=1
            )

    play(tmp_path, story, start=START + timedelta(hours=30))
