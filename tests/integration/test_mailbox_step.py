"""When the mailbox is read, by whom, and what is said where it cannot be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.mailbox import open_mailbox
from config.settings import MailSettings, Settings
from jobs import step_mailbox
from jobs.mailroom import Mailroom, renewed
from jobs.step_mailbox import read_mailbox
from newsroom.errors import DatabaseUnavailable
from storage.database import Database
from storage.held import held
from storage.mailbox import Turn, end_turn, give_back, keep_position, position, take_turn
from storage.outbox_tables import notices
from tests import rows
from tests.newsdesk import InlineReader, ManualClock, Newsdesk, ScriptedSites, item, newsdesk
from tests.rows import MINUTE, NOW
from tests.scripted_channel import ScriptedChannel, parsed
from tests.site.bounces import postfix
from tests.site.imapserver import ImapFault, ImapServer
from wirewatch.app import _reloading, desk_of, open_database

BOX, TO = "imaps://b@mail.example.org/INBOX", "desk@example.org"
Play = Callable[[Callable[[Newsdesk], Awaitable[None]]], None]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def play(tmp_path: Path, server: ImapServer) -> Play:
    """Plays a story at a desk whose mailbox is on the server."""

    def run(story: Callable[[Newsdesk], Awaitable[None]]) -> None:
        async def main() -> None:
            async with newsdesk(tmp_path) as desk:
                desk.desk.channel = ScriptedChannel()
                desk.desk.mailroom = Mailroom(open_mailbox(server.url(), server.password))
                await story(desk)

        asyncio.run(main())

    return run


async def sent_back(desk: Newsdesk, server: ImapServer) -> None:
    """A mail goes out, and a report on it comes in."""
    desk.feed(item(1, "THAAD moves"))
    await desk.run()
    channel = desk.desk.channel
    assert isinstance(channel, ScriptedChannel)
    server.put(postfix(str(parsed(channel.accepted[0][1])["Message-ID"]), TO))


def told(desk: Newsdesk) -> list[tuple[str, bool]]:
    return [(row.subject, row.over_at is not None) for row in rows.rows(desk.db, notices)]


def test_a_report_in_a_shared_mailbox(play: Play, server: ImapServer) -> None:
    async def story(desk: Newsdesk) -> None:
        server.put(b"Subject: lunch?\r\n\r\n12:30\r\n")
        await sent_back(desk, server)
        desk.clock.pass_(minutes=5)
        await read_mailbox(desk.desk)
        assert [one.recipient for one in held(desk.db)] == [TO]
        assert [mail.seen for mail in server.mails] == [False, False]
        fetched = sum("BODY" in words for words in server.commands)
        desk.clock.pass_(minutes=5)
        await read_mailbox(desk.desk)
        assert sum("BODY" in words for words in server.commands) == fetched == 2

    play(story)


def test_ended_before_it_is_marked_as_read(
    play: Play, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Newsdesk) -> None:
        await sent_back(desk, server)
        desk.clock.pass_(minutes=5)

        def fails(*_: Any) -> None:
            raise DatabaseUnavailable("locked")

        with monkeypatch.context() as patch:
            patch.setattr(step_mailbox, "keep_position", fails)
            with pytest.raises(DatabaseUnavailable):
                await read_mailbox(desk.desk)
        assert len(held(desk.db)) == 1
        desk.clock.pass_(minutes=7)
        await read_mailbox(desk.desk)
        assert position(desk.db, server.url()) == "1:1"
        assert told(desk) == [(f"address:{TO}", False)]

    play(story)


def test_a_full_visit_is_followed_by_another(
    play: Play, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.mailbox_imap.MOST_LETTERS", 2)
    monkeypatch.setattr(step_mailbox, "MOST_LETTERS", 2)

    async def story(desk: Newsdesk) -> None:
        for number in range(5):
            server.put(b"%d" % number)
        for expected in ("1:2", "1:4", "1:5", "1:5"):
            await read_mailbox(desk.desk)
            assert position(desk.db, server.url()) == expected

    play(story)


def test_trouble_is_told_once_in_the_log_and_after_an_hour_to_the_operator(
    play: Play, server: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "wirewatch.jobs")

    def said(word: str) -> int:
        return sum(word in record.message for record in caplog.records)

    async def story(desk: Newsdesk) -> None:
        server.faults = [ImapFault("EXAMINE", drop=True)]
        for _ in range(12):
            await read_mailbox(desk.desk)
            desk.clock.pass_(minutes=5)
        assert told(desk) == []
        await read_mailbox(desk.desk)
        assert told(desk) == [("mailbox", False)]
        assert said("mailbox cannot be read") == 1
        server.faults = []
        desk.clock.pass_(minutes=5)
        await read_mailbox(desk.desk)
        assert told(desk) == [("mailbox", True)]
        assert said("mailbox is read again") == 1

    play(story)


def test_a_refused_login_is_tried_rarely(play: Play, server: ImapServer) -> None:
    async def story(desk: Newsdesk) -> None:
        server.password = "another"
        for _ in range(24 * 12):
            await read_mailbox(desk.desk)
            desk.clock.pass_(minutes=5)
        assert server.logins <= 12
        logins = server.logins
        mailroom = desk.desk.mailroom
        assert mailroom is not None
        desk.desk.mailroom = renewed(mailroom, server.url(), "another", "")
        await read_mailbox(desk.desk)  # the configuration was mended: it is tried at once
        assert server.logins == logins + 1
        assert told(desk) == [("mailbox", True)]

    play(story)


def test_a_server_that_hangs_keeps_nobody_from_stopping(play: Play, server: ImapServer) -> None:
    async def story(desk: Newsdesk) -> None:
        server.faults = [ImapFault("SEARCH", hang=True)]
        visit = asyncio.create_task(read_mailbox(desk.desk))
        await asyncio.to_thread(server.wait_for, "SEARCH")
        mailroom = desk.desk.mailroom
        assert mailroom is not None
        desk.desk.stopping = True
        mailroom.close()
        await asyncio.wait_for(visit, 10)
        assert told(desk) == []
        # the turn was given back: another process need not wait for it
        assert take_turn(desk.db, server.url(), desk.clock.now()) == Turn()

    play(story)


def test_the_same_mailroom_while_nothing_changed() -> None:
    room = renewed(None, BOX, "secret", "")
    assert room is not None
    assert renewed(room, BOX, "secret", "") is room
    other = renewed(room, BOX, "other", "")
    assert other is not None
    assert other is not room
    assert renewed(other, None, None, "") is None


# turns


def test_one_of_two_reads(database: Database) -> None:
    turn = take_turn(database, BOX, NOW)
    assert turn == Turn()
    assert take_turn(database, BOX, NOW) is None
    assert take_turn(database, BOX, NOW, early=True) is None
    assert take_turn(database, "maildir:///other", NOW) == Turn()
    end_turn(database, BOX, turn, NOW, next_at=NOW + 5 * MINUTE)
    assert take_turn(database, BOX, NOW + 4 * MINUTE) is None
    assert take_turn(database, BOX, NOW + 4 * MINUTE, early=True) is not None


def test_a_turn_that_was_not_given_back(database: Database) -> None:
    assert take_turn(database, BOX, NOW) is not None
    assert take_turn(database, BOX, NOW + 5 * MINUTE, early=True) is None
    assert take_turn(database, BOX, NOW + 6 * MINUTE) is not None


def test_a_clock_that_jumped(database: Database) -> None:
    ahead = NOW + timedelta(days=30)
    turn = take_turn(database, BOX, ahead)
    assert turn is not None
    end_turn(database, BOX, turn, ahead, next_at=ahead + 5 * MINUTE, why="gone")
    again = take_turn(database, BOX, NOW)
    assert again is not None
    ended = end_turn(database, BOX, again, NOW, next_at=NOW + 5 * MINUTE, why="gone")
    assert ended == Turn((NOW + 5 * MINUTE).isoformat(), NOW.isoformat(), 2)
    assert rows.rows(database, notices) == []


def test_a_visit_broken_off_changes_nothing(database: Database) -> None:
    turn = take_turn(database, BOX, NOW)
    assert turn is not None
    failed = end_turn(database, BOX, turn, NOW, next_at=NOW + 5 * MINUTE, why="gone")
    later = NOW + 5 * MINUTE
    assert take_turn(database, BOX, later) == failed
    give_back(database, BOX, failed)
    assert take_turn(database, BOX, later) == failed


def test_positions(database: Database) -> None:
    assert position(database, BOX) == ""
    keep_position(database, BOX, "1:2")
    keep_position(database, BOX, "1:3")
    assert position(database, BOX) == "1:3"
    assert position(database, "maildir:///other") == ""


# the application


def test_the_mailbox_of_the_configuration_in_force(tmp_path: Path, server: ImapServer) -> None:
    """Read as it is configured; another password, and another mailbox, are used when they come."""
    mail = MailSettings(mailbox=server.url(), mailbox_password="old")
    settings = Settings(tmp_path, f"sqlite:///{tmp_path}/news.db", mail=mail)
    folder = tmp_path / "in"
    for name in ("new", "cur"):
        (folder / name).mkdir(parents=True)
    (folder / "new" / "1.x").write_bytes(b"Subject: a\n\n")

    async def main() -> None:
        clock = ManualClock()
        db = open_database(settings, clock)
        parts_of = desk_of(
            settings, db, clock=clock, fetcher=ScriptedSites(), reader=InlineReader()
        )
        async with parts_of as parts:
            changed: list[Settings] = []
            reload = _reloading(parts, db, lambda: changed.pop() if changed else None)
            await read_mailbox(parts.desk)
            assert (server.logins, position(db, server.url())) == (1, "")
            server.put(b"Subject: a\r\n\r\n")
            for mailbox, password in ((server.url(), server.password), (f"maildir://{folder}", "")):
                new = replace(mail, mailbox=mailbox, mailbox_password=password)
                changed.append(replace(settings, mail=new))
                await reload()
                await read_mailbox(parts.desk)
            assert (server.logins, position(db, server.url())) == (2, "1:1")
            assert [path.name for path in (folder / "cur").iterdir()] == ["1.x:2,S"]
            changed.append(replace(settings, mail=MailSettings()))
            await reload()
            assert parts.desk.mailroom is None
            await read_mailbox(parts.desk)
        db.close()

    asyncio.run(main())


def test_a_single_pass_reads_it_too(play: Play, server: ImapServer) -> None:
    async def story(desk: Newsdesk) -> None:
        await sent_back(desk, server)  # a pass at whose time the report had not come
        assert server.logins == 1
        desk.feed(item(1, "THAAD moves"), item(2, "THAAD stays"))
        await desk.run(minutes=4)
        assert server.logins == 1
        server.faults = [ImapFault("SEARCH", drop=True)]
        await desk.run(minutes=2)
        assert server.logins == 2
        server.faults = []
        desk.feed(item(3, "THAAD radar"))
        await desk.run(minutes=6)
        assert [one.recipient for one in held(desk.db)] == [TO]
        states = {alert["state"] for alert in desk.alerts()}
        assert states == {"sent", "held"}

    play(story)
