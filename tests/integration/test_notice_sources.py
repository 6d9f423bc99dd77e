"""What the operator is mailed of sources and the disk: told once a day, told to be over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from newsroom.reasons import Reason
from tests.integration.notice_world import (
    beat,
    fail_long,
    fill,
    of_kind,
    play,
    plays,
    standing,
    texts,
    told,
)
from tests.newsdesk import FEED, Newsdesk, item, source
from tests.scripted_channel import ScriptedChannel

__all__ = ["plays"]  # a fixture


# sources


def test_a_silent_source_is_told_once_and_once_when_it_is_over(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        await fail_long(desk)
        (subject,) = told(channel)
        assert subject.startswith("Example News: silent")
        assert "HTTP 403" in texts(channel)[0]
        assert "blocks us" in texts(channel)[0]
        assert FEED in texts(channel)[0]
        for _ in range(30):
            await beat(desk, hours=2)
        assert len(told(channel)) == 1  # it goes on: nothing new is said
        desk.feed(item(0, "Welcome"))
        await desk.run()
        await beat(desk, minutes=9)
        assert len(told(channel)) == 1  # it may be silent again at once
        for _ in range(5):
            await beat(desk, minutes=9)
        assert len(told(channel)) == 2
        assert told(channel)[1] != subject
        assert [(a.n, a.state) for a in of_kind(desk)] == [(0, "sent"), (1, "sent")]
        assert standing(desk) == []

    plays(story)


def test_a_source_that_comes_and_goes_makes_one_mail_a_day(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        for _ in range(5):
            await fail_long(desk)
            desk.feed(item(0, "Welcome"))
            await desk.run()
            await beat(desk, minutes=20)
        began, over = told(channel)
        assert began.startswith("Example News: silent")
        await beat(desk, hours=24)
        assert told(channel) == [began, over]
        await fail_long(desk)
        assert len(told(channel)) == 3

    plays(story)


def test_a_site_that_asks_to_be_left_alone_for_long_is_told_at_once(plays: Any) -> None:
    """Past an hour people are told (DESIGN §4): until then nothing of it is seen."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        wait = timedelta(hours=5)
        desk.sites.fail(FEED, Reason.RATE_LIMITED, 429, retry_after=wait)
        await desk.run()
        (subject,) = told(channel)
        assert subject.startswith("Example News: silent")
        assert "it asks not to be asked before" in texts(channel)[0]

    plays(story)


def test_notices_speak_the_operators_language(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        voice = replace(desk.desk.voice, language="ko", timezone="Asia/Seoul")
        desk.desk.voice = voice
        await fail_long(desk)
        assert told(channel) == ["Example News: 응답 없음 (12:30부터) · 접근을 차단함"]
        assert "접근을 차단함, HTTP 403; 마지막 정상 응답: 2026년 8월 15일" in texts(channel)[0]

    plays(story)


def test_a_source_that_is_paused_is_watched_no_more(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        from storage.edits import pause_source

        await fail_long(desk)
        pause_source(desk.db, "news", desk.clock.now())
        await beat(desk)
        assert standing(desk) == []

    plays(story)


def test_many_sources_at_once_are_one_mail_and_one_when_all_are_over(plays: Any) -> None:
    urls = [f"https://o{n}.example/rss" for n in range(6)]
    outlets = [
        source(id=f"o{n}", name=f"Outlet {n}", hosts=(f"o{n}.example",), feeds=(url,))
        for n, url in enumerate(urls)
    ]

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        for url in urls:
            desk.sites.answers[url] = desk.sites.answers[FEED]
        await desk.run()
        await fail_long(desk, *urls)
        (subject,) = told(channel)
        assert subject.startswith("6 sources silent")
        assert all(f"Outlet {n}: silent" in texts(channel)[0] for n in range(6))
        for url in urls[:5]:
            desk.sites.answers[url] = desk.sites.answers[FEED]
        await desk.run()
        await beat(desk, minutes=30)
        assert len(told(channel)) == 1  # one is silent still
        desk.sites.answers[urls[5]] = desk.sites.answers[FEED]
        await desk.run()
        await beat(desk, minutes=30)
        assert len(told(channel)) == 2
        await beat(desk, minutes=30)
        assert len(told(channel)) == 2

    plays(story, sources=outlets)


def test_a_feed_that_is_gone_is_told_and_over_when_it_is_configured_no_more(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        desk.sites.fail(FEED, Reason.GONE, 410)
        await desk.run()
        (subject,) = told(channel)
        assert "410 Gone" in subject
        await beat(desk, hours=1)
        assert [s.rpartition(":")[2] for s in standing(desk)] == ["gone"]
        desk.settings = replace(desk.settings, sources=(source(feeds=("https://news.example/2",)),))
        await desk.configure(*desk.settings.watchlists)
        await beat(desk)
        assert standing(desk) == []
        assert len(told(channel)) == 2

    plays(story)


# the disk


def test_a_disk_that_wavers_is_quiet(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        for free in (4.9, 6, 4.9, 6.9, 5.1):
            fill(desk, free)
            await beat(desk)
        assert len(told(channel)) == 1
        fill(desk, 7)
        await beat(desk)
        assert len(told(channel)) == 2
        fill(desk, 1)
        await beat(desk)
        assert len(told(channel)) == 2
        assert standing(desk) == ["disk"]  # shown, and told when a day is over
        await beat(desk, hours=24)
        assert len(told(channel)) == 3

    plays(story)


def test_a_disk_that_cannot_be_asked_says_nothing(tmp_path: Path) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        def broken(_path: Path) -> tuple[int, int]:
            raise OSError("no such device")

        desk.desk.disk = broken
        await beat(desk)
        assert standing(desk) == []

    play(tmp_path, story)
