"""Notices by hand, by two processes, of the settings, and through a real mail server."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.owner import this_process
from jobs.step_notices import look, notices
from newsroom.errors import ConfigError, Problem
from storage.listing_detail import alert as alert_detail
from storage.outbox import resend
from storage.status import status
from tests.integration.notice_world import (
    OPS,
    beat,
    fill,
    of_kind,
    operators,
    play,
    plays,
    standing,
    texts,
    told,
)
from tests.newsdesk import Newsdesk, item, newsdesk
from tests.scripted_channel import ScriptedChannel
from tests.site.mailserver import MailServer
from wirewatch import app

__all__ = ["plays"]  # a fixture


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

        parts = app.Parts(desk.desk, this_process(), None, desk.settings, desk.settings)
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
