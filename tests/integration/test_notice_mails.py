"""What the operator is mailed, over the whole way: looked for, told once a day, told to be over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs.owner import this_process
from jobs.step_deliver import deliver
from jobs.step_notices import look, notices
from newsroom.errors import ConfigError, Problem
from newsroom.reasons import Reason
from storage.listing_detail import alert as alert_detail
from storage.outbox import resend
from storage.outbox_tables import alerts
from storage.outbox_tables import notices as notices_table
from storage.status import status
from tests.newsdesk import FEED, Newsdesk, item, newsdesk, source, watchlist
from tests.scripted_channel import ScriptedChannel, parsed
from tests.site.mailserver import MailServer
from wirewatch import app

OPS = "ops@example.org"
GIGABYTE = 1_000_000_000

Story = Callable[[Newsdesk, ScriptedChannel], Awaitable[None]]


def play(folder: Path, story: Story, *, url: str | None = None, **parts: Any) -> None:
    async def main() -> None:
        async with newsdesk(folder, url=url, **parts) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            desk.desk.disk = lambda _path: (100 * GIGABYTE, 50 * GIGABYTE)
            operators(desk, OPS)
            desk.feed(item(0, "Welcome"))
            await desk.run()
            await story(desk, channel)

    asyncio.run(main())


@pytest.fixture
def plays(tmp_path: Path, database_url: str) -> Callable[..., None]:
    """Plays a story on each database."""

    def run(story: Story, **parts: Any) -> None:
        play(tmp_path, story, url=database_url, **parts)

    return run


def operators(desk: Newsdesk, *who: str) -> None:
    desk.desk.voice = replace(desk.desk.voice, operator=who)


async def beat(desk: Newsdesk, **later: float) -> None:
    """The service's beat: look, then send what is due."""
    desk.clock.pass_(**(later or {"seconds": 30}))
    await notices(desk.desk)
    await deliver(desk.desk)


def told(channel: ScriptedChannel, who: str = OPS) -> list[str]:
    """Subjects of the operator's mails, without the common prefix."""
    found = channel.subjects(who)
    assert all(subject.startswith("[Wirewatch] ") for subject in found)
    return [subject.removeprefix("[Wirewatch] ") for subject in found]


def texts(channel: ScriptedChannel, who: str = OPS) -> list[str]:
    """What they say, in one line each."""
    found = [parsed(data) for to, data in channel.accepted if to == who]
    bodies = [mail.get_body(("plain",)) for mail in found]
    return [" ".join(body.get_content().split()) for body in bodies if body is not None]


def of_kind(desk: Newsdesk, kind: str = "notice") -> list[Any]:
    with desk.db.read() as conn:
        query = select(alerts).where(alerts.c.kind == kind).order_by(alerts.c.id)
        return list(conn.execute(query))


def standing(desk: Newsdesk) -> list[str]:
    return [n["subject"] for n in status(desk.db, desk.clock.now())["notices"]]


async def fail_long(desk: Newsdesk, *urls: str) -> None:
    for url in urls or (FEED,):
        desk.sites.fail(url, Reason.BLOCKED, 403)
    for _ in range(3):
        await desk.run(minutes=20)


def fill(desk: Newsdesk, free: float) -> None:
    desk.desk.disk = lambda _path: (100 * GIGABYTE, round(free * GIGABYTE))


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
        assert told(channel) == ["Example News: 응답 없음 (12:30부터)"]
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


# who is told


def test_without_an_operator_notices_are_shown_and_told_when_one_is_named(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        operators(desk)
        fill(desk, 1)
        await beat(desk)
        assert standing(desk) == ["disk"]
        assert of_kind(desk) == []
        operators(desk, OPS, "two@example.org")
        await beat(desk)
        assert told(channel)[0].startswith("disk low: 1.0 GB free")
        assert told(channel, "two@example.org") == told(channel)

    plays(story)


def test_who_is_no_operator_any_more_gets_nothing_and_who_is_new_no_ends(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        operators(desk, OPS, "gone@example.org")
        channel.refuse_for_now("gone@example.org")
        fill(desk, 1)
        await beat(desk)
        operators(desk, OPS, "new@example.org")
        channel.take_all()
        await beat(desk, minutes=5)
        states = {a.recipient: (a.state, a.reason) for a in of_kind(desk)}
        assert states["gone@example.org"] == ("cancelled", "no operator's address any more")
        fill(desk, 50)
        await beat(desk, minutes=5)
        assert [(to, parsed(data)["Auto-Submitted"]) for to, data in channel.accepted] == [
            (OPS, "auto-generated"),
            (OPS, "auto-generated"),
        ]

    plays(story)


def test_a_mail_to_the_operator_that_is_refused_makes_no_mail(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        channel.refuse(OPS)
        fill(desk, 1)
        for _ in range(50):
            await beat(desk, hours=1)
        assert [a.state for a in of_kind(desk)] == ["held"]
        fill(desk, 50)
        await beat(desk)
        assert len(of_kind(desk)) == 1  # it was never told: no end of it either

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


# mail itself


def test_mail_that_was_down_is_told_in_one_mail_when_it_works(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        desk.feed(item(0, "Welcome"), item(1, "THAAD arrives"))
        channel.go_down()
        await desk.run()
        for _ in range(12):
            await beat(desk, minutes=10)
        assert standing(desk) == ["channel:scripted"]  # and no stuck outbox beside it
        assert of_kind(desk) == []
        channel.come_up()
        for _ in range(8):
            await beat(desk, minutes=10)
        assert len(channel.subjects("desk@example.org")) == 1
        assert len(told(channel)) == 1
        assert [(a.n, a.state) for a in of_kind(desk)] == [(1, "sent")]
        assert standing(desk) == []

    plays(story)


def test_a_blip_of_the_mail_server_is_no_mail(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        desk.feed(item(0, "Welcome"), item(1, "THAAD arrives"))
        channel.go_down()
        await desk.run()
        await beat(desk, minutes=2)
        channel.come_up()
        for _ in range(12):
            await beat(desk, minutes=3)
        assert len(channel.subjects("desk@example.org")) == 1
        assert told(channel) == []

    plays(story)


def test_alerts_that_do_not_go_are_told(plays: Any) -> None:
    """As where delivery hangs, or fails before it comes to the channel."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        async def pass_only(**later: float) -> None:
            desk.clock.pass_(**later)
            await notices(desk.desk)

        desk.feed(item(0, "Welcome"), item(1, "THAAD arrives"))
        channel.refuse_for_now("desk@example.org")
        await desk.run()  # it is to go again in a minute
        await pass_only(minutes=30)
        assert standing(desk) == []
        await pass_only(minutes=1)
        assert standing(desk) == ["outbox"]
        await pass_only(minutes=9)
        assert of_kind(desk) == []  # it may yet flow
        await pass_only(minutes=1)
        (mail,) = of_kind(desk)
        assert mail.subject == "outbox stuck: 1 alert waits"
        channel.take_all()
        for _ in range(4):
            await beat(desk, minutes=9)
        assert len(channel.subjects("desk@example.org")) == 1
        assert [(a.n, a.state) for a in of_kind(desk)] == [(0, "sent"), (1, "sent")]

    plays(story)


def test_held_alerts_are_one_mail_a_day_that_names_them(plays: Any) -> None:
    to = [f"r{n:02}@example.org" for n in range(25)]

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        desk.feed(item(0, "Welcome"), item(1, "THAAD arrives"))
        for recipient in to:
            channel.refuse(recipient)
        await desk.run()
        await beat(desk)
        assert [s.partition(" since")[0] for s in told(channel)] == ["alerts held: 25"]
        assert texts(channel)[0].count("is held") == 20
        assert "and 5 more" in texts(channel)[0]
        desk.feed(item(0, "Welcome"), item(2, "THAAD leaves, and nobody says where to"))
        await desk.run()
        await beat(desk)
        assert len(told(channel)) == 1
        assert len(standing(desk)) == 50
        await beat(desk, hours=24)
        assert len(told(channel)) == 2

        channel.take_all()  # a person sends the first ones again, one by one
        first = [a.id for a in of_kind(desk, "immediate")][:25]
        for alert_id in first:
            resend(desk.db, alert_id, desk.clock.now())
        await beat(desk, minutes=1)
        await beat(desk, minutes=1)
        assert len(standing(desk)) == 25
        assert [(a.n, a.state) for a in of_kind(desk)] == [(0, "sent"), (0, "sent"), (1, "sent")]

    plays(story, watchlists=[watchlist("THAAD", "THAAD", to=to)])


# two mails that would confuse


@pytest.mark.parametrize("rendered", [False, True])
def test_what_is_over_before_its_mail_could_go_is_one_mail(plays: Any, rendered: bool) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        fill(desk, 1)
        if rendered:
            channel.refuse_for_now(OPS)
            await beat(desk)
        else:
            await notices(desk.desk)
        assert [(a.n, a.state) for a in of_kind(desk)] == [
            (0, "deferred" if rendered else "pending")
        ]
        fill(desk, 50)
        channel.take_all()
        await beat(desk, minutes=1)
        assert len(told(channel)) == 1
        if rendered:
            old, new = of_kind(desk)
            assert (old.n, old.state) == (0, "folded")
            assert old.reason == f"told in alert {new.id}: it is over"
        else:
            (new,) = of_kind(desk)
        assert (new.n, new.state) == (1, "sent")

    plays(story)


def test_what_is_over_when_its_mail_is_claimed_says_so(plays: Any) -> None:
    """The end is known, and nobody looked yet."""

    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        fill(desk, 1)
        await notices(desk.desk)
        with desk.db.write() as conn:
            conn.execute(update(notices_table).values(over_at=desk.clock.now()))
        fill(desk, 50)
        await deliver(desk.desk)
        await beat(desk, minutes=1)
        await beat(desk, minutes=1)
        assert len(told(channel)) == 1
        assert [(a.n, a.state) for a in of_kind(desk)] == [(1, "sent")]

    plays(story)


def test_a_mail_that_may_have_come_gets_its_end(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        fill(desk, 1)
        channel.lose_answer(took=True)
        await beat(desk)
        fill(desk, 50)
        await beat(desk, minutes=2)
        assert sorted((a.n, a.state) for a in of_kind(desk)) == [(0, "sent"), (1, "sent")]
        assert len(channel.by_id()) == 2  # the copy of the first is byte for byte the first
        assert all(len(set(copies)) == 1 for copies in channel.by_id().values())

    plays(story)


# by hand, by two processes, in the settings


def test_notices_are_listed_shown_and_sent_again(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        fill(desk, 1)
        await beat(desk)
        (made,) = of_kind(desk)
        (listed,) = desk.alerts()
        assert (listed["kind"], listed["story"], listed["watchlists"]) == ("notice", None, [])
        shown = alert_detail(desk.db, made.id)
        assert shown is not None
        assert shown["notice"]["subject"] == "disk"
        again = resend(desk.db, made.id, desk.clock.now())
        await beat(desk)
        assert len(told(channel)) == 2
        assert len(channel.by_id()) == 2
        fill(desk, 50)
        await beat(desk)
        assert [(a.id == again, a.n, a.state) for a in of_kind(desk)] == [
            (False, 0, "sent"),
            (True, 0, "sent"),
            (False, 1, "sent"),
        ]
        (over,) = status(desk.db, desk.clock.now())["notices_over"]
        assert (over["subject"], over["told_at"] is not None) == ("disk", True)

    plays(story)


def test_two_that_look_at_once_tell_once(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        fill(desk, 1)
        look(replace_operators(desk), desk.clock.now())  # the row stands, nobody was told
        operators(desk, OPS)
        now, ready, made = desk.clock.now(), threading.Barrier(4), []

        def work() -> None:
            ready.wait()
            made.append(look(desk.desk, now))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        assert sorted(made) == [0, 0, 0, 1]
        assert len(of_kind(desk)) == 1

    plays(story)


def replace_operators(desk: Newsdesk) -> Any:
    operators(desk)
    return desk.desk


def test_a_look_that_finds_nothing_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        fill(desk, 1)
        await beat(desk)

        def never() -> Any:
            raise AssertionError("a look that changes nothing takes no write lock")

        with monkeypatch.context() as patch:
            patch.setattr(desk.db, "write", never)
            await notices(desk.desk)

    play(tmp_path, story)


def test_a_refused_file_is_told_and_over_when_it_is_right(plays: Any) -> None:
    async def story(desk: Newsdesk, channel: ScriptedChannel) -> None:
        answers: list[Any] = [ConfigError([Problem("w.toml", 3, "any", "wrong", "write words")])]

        def read_again() -> Any:
            if not answers:
                return None
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        parts = app.Parts(desk.desk, this_process(), None)
        reload = app._reloading(parts, desk.db, read_again)
        await reload()
        await beat(desk, minutes=1)
        assert standing(desk) == ["configuration"]
        assert told(channel) == []  # an editor may not be done yet
        await beat(desk, minutes=1)
        (subject,) = told(channel)
        assert subject.startswith("watchlist or settings file refused")
        assert "w.toml" in texts(channel)[0]
        mail = replace(desk.settings.mail, operator=(OPS,))
        answers.append(replace(desk.settings, mail=mail))
        await reload()
        await beat(desk)
        assert len(told(channel)) == 2
        assert standing(desk) == []

    plays(story)


def test_a_notice_goes_through_a_real_mail_server(tmp_path: Path) -> None:
    async def main(server: MailServer) -> None:
        async with newsdesk(tmp_path, mail_url=server.url()) as desk:
            operators(desk, OPS)
            fill(desk, 1)
            desk.feed(item(0, "Welcome"))
            await desk.run()
            fill(desk, 50)
            await desk.run()
            first, last = server.messages
            assert [m.recipient for m in server.messages] == [OPS, OPS]
            assert first.parsed["Subject"].startswith("[Wirewatch] disk low: 1.0 GB free")
            assert last.parsed["Subject"].startswith("[Wirewatch]")
            assert first.parsed["Message-ID"] != last.parsed["Message-ID"]
            assert "List-Unsubscribe-Post" not in first.parsed

    with MailServer() as server:
        asyncio.run(main(server))
