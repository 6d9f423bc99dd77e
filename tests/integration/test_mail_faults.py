"""What a mail server can do to mails (faults 118-121, 124, 125): none lost, none twice, no noise.

The delivery step, the outbox and SMTP are the product's, over both databases; the server is real.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from newsroom.delivery import MAIL_RETRY_FOR
from storage.outbox_tables import alerts, deliveries
from tests.integration.mail_world import MailWorld, play
from tests.newsdesk import page_url
from tests.site.mailserver import Fault, MailServer, Stage

DESK = "desk@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True, params=[False, True], ids=["in turn", "pipelined"])
def _pipelining(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailServer, "offers_pipelining", request.param)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def recipients(count: int) -> list[str]:
    return [f"r{n:02}@example.org" for n in range(count)]


@pytest.mark.parametrize("_pipelining", [False], indirect=True)  # a server that is down offers none
def test_fault_118_a_server_down_for_48_hours(
    tmp_path: Path, database_url: str, server: MailServer
) -> None:
    async def story(world: MailWorld) -> None:
        server.stop()
        for _ in range(24):
            await world.story()
            await world.wait(15 * MINUTE, hours=2)
        assert Counter(world.states().values()) == {"pending": 24}
        assert world.down() is not None
        assert all(row.attempts == 0 for row in world.rows(alerts))
        # a probe each quarter of an hour at most, and one of each pass somebody asked for
        assert len(world.rows(deliveries)) <= 48 * 4 + 24 + 10
        server.start()
        await world.wait(minutes=20)
        assert Counter(world.states().values()) == {"sent": 24}
        assert world.down() is None
        await world.wait(15 * MINUTE, hours=12)
        assert world.got() == [(DESK, f"THAAD {n}") for n in range(1, 25)]

    play(tmp_path, story, server, url=database_url)


def test_fault_119_a_greylisted_recipient_waits_alone(
    tmp_path: Path, database_url: str, server: MailServer
) -> None:
    to = recipients(3)

    async def story(world: MailWorld) -> None:
        server.faults = [Fault("rcpt", "450 4.7.1 greylisted", recipient=to[1], times=4)]
        await world.story()
        assert sorted(world.states().values()) == ["deferred", "sent", "sent"]
        await world.story()  # the server is asked about another mail to them, and goes on with all
        assert sorted(world.states().values()) == ["deferred"] * 2 + ["sent"] * 4
        await world.wait(MINUTE, minutes=30)
        assert set(world.states().values()) == {"sent"}
        assert world.down() is None
        assert Counter(to for to, _ in world.got()) == dict.fromkeys(to, 2)
        assert server.connections == 1

    play(tmp_path, story, server, to=to, url=database_url)


def test_fault_119_greylisted_for_ever(
    tmp_path: Path, database_url: str, server: MailServer
) -> None:
    to = recipients(2)

    async def story(world: MailWorld) -> None:
        server.faults = [Fault("rcpt", "451 4.7.1 come back later", recipient=to[1])]
        await world.story()
        await world.wait_to_due(hours=12)
        tried = world.attempts(to[1])
        waited = [round((b - a) / MINUTE) for a, b in pairwise(tried)]
        assert waited == [1, 2, 4, 8, 16, 32, 64, 128, 240]
        await world.wait_to_due(hours=24 * 4)
        assert sorted(world.states().values()) == ["deferred", "sent"]
        assert world.notices() == []
        await world.wait_to_due(hours=16)
        assert sorted(world.states().values()) == ["held", "sent"]
        tried = world.attempts(to[1])
        assert MAIL_RETRY_FOR <= tried[-1] - tried[0] < MAIL_RETRY_FOR + timedelta(hours=5)
        (notice,) = world.notices()
        assert to[1] in notice
        assert "given up after 5 days" in notice
        await world.wait(60 * MINUTE, hours=24)
        assert world.attempts(to[1]) == tried
        assert [to for to, _ in world.got()] == to[:1]

    play(tmp_path, story, server, to=to, url=database_url)


def test_fault_120_one_recipient_of_many_is_refused(
    tmp_path: Path, database_url: str, server: MailServer
) -> None:
    to = recipients(12)

    async def story(world: MailWorld) -> None:
        server.faults = [Fault("rcpt", "550 5.1.1 no such user", recipient=to[5])]
        await world.story()
        states = Counter(world.states().values())
        assert states == {"sent": 11, "held": 1}
        await world.wait(60 * MINUTE, hours=48)
        assert Counter(world.states().values()) == states
        assert [r for r, _ in world.got()] == [r for r in to if r != to[5]]
        assert len(world.said(f"RCPT TO:<{to[5]}>")) == 1
        (notice,) = world.notices()
        assert to[5] in notice
        assert "550" in notice
        held = [row for row in world.rows(alerts) if row.state == "held"]
        assert [row.recipient for row in held] == [to[5]]
        assert "no such user" in held[0].reason

    play(tmp_path, story, server, to=to, url=database_url)


@pytest.mark.parametrize("ending", ["dropped", "silent"])
def test_fault_121_taken_but_the_answer_is_lost(
    tmp_path: Path, database_url: str, server: MailServer, ending: str
) -> None:
    """One resend, the same to the byte, whatever became of the story and the rules meanwhile."""

    async def story(world: MailWorld) -> None:
        world.connect(reply_deadline=0.3 if ending == "silent" else 20.0)
        server.faults = [Fault("content", keep=True, drop=ending == "dropped", times=1)]
        await world.story()
        assert list(world.states().values()) == ["deferred"]
        assert len(server.messages) == 1
        world.connect()
        world.desk.page(1, "Another headline by now")
        assert world.desk.sites.fetched(page_url(1)) >= 1
        await world.wait(MINUTE, minutes=3)
        assert list(world.states().values()) == ["sent"]
        await world.wait(60 * MINUTE, hours=24)
        first, second = server.messages
        assert first.content == second.content
        assert first.parsed["Message-ID"] == second.parsed["Message-ID"]
        outcomes = [(row.outcome, row.definite) for row in world.rows(deliveries)]
        assert outcomes == [("uncertain", False), ("sent", True)]

    play(tmp_path, story, server, url=database_url)


def test_fault_121_dropped_before_the_mail_was_taken(
    tmp_path: Path, database_url: str, server: MailServer
) -> None:
    async def story(world: MailWorld) -> None:
        server.faults = [Fault("content", drop=True, times=3)]
        await world.story()
        await world.wait(MINUTE, minutes=20)
        assert list(world.states().values()) == ["sent"]
        assert world.got() == [(DESK, "THAAD 1")]

    play(tmp_path, story, server, url=database_url)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
def test_fault_124_the_server_closes_mid_session(
    tmp_path: Path, server: MailServer, stage: Stage
) -> None:
    """421: the channel rests a minute, no mail is deferred for it, and all go in order."""
    to = recipients(8)

    async def story(world: MailWorld) -> None:
        server.faults = [Fault(stage, "421 4.3.2 closing", nth=4)]
        await world.story()
        states = Counter(world.states().values())
        # before MAIL is agreed to, another connection may do at once
        assert states == ({"sent": 8} if stage == "mail" else {"sent": 3, "pending": 5})
        await world.wait(MINUTE, minutes=2)
        assert Counter(world.states().values()) == {"sent": 8}
        assert [r for r, _ in world.got()] == to
        assert all(row.attempts == 1 for row in world.rows(alerts))

    play(tmp_path, story, server, to=to)


def test_fault_124_no_more_connections(tmp_path: Path, server: MailServer) -> None:
    async def story(world: MailWorld) -> None:
        server.faults = [Fault("connect", "421 4.7.0 too many connections", times=3)]
        await world.story()
        assert list(world.states().values()) == ["pending"]
        assert "421" in (world.down() or "")
        await world.wait(MINUTE, minutes=10)
        assert list(world.states().values()) == ["sent"]
        assert server.connections == 4
        assert world.down() is None

    play(tmp_path, story, server)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
def test_fault_124_452_defers_one_mail(tmp_path: Path, server: MailServer, stage: Stage) -> None:
    to = recipients(4)

    async def story(world: MailWorld) -> None:
        server.faults = [Fault(stage, "452 4.5.3 too many recipients", nth=2)]
        await world.story()
        assert Counter(world.states().values()) == {"sent": 3, "deferred": 1}
        await world.wait(MINUTE, minutes=2)
        assert [r for r, _ in world.got()] == [to[0], *to[2:], to[1]]
        assert server.connections == 1 or stage == "rcpt"

    play(tmp_path, story, server, to=to)


@pytest.mark.parametrize("stage", ["mail", "content"])
def test_fault_124_552_holds_what_cannot_be_shorter(
    tmp_path: Path, server: MailServer, stage: Stage
) -> None:
    to = recipients(3)

    async def story(world: MailWorld) -> None:
        server.faults = [Fault(stage, "552 5.3.4 message too big", nth=2)]
        await world.story()
        assert Counter(world.states().values()) == {"sent": 2, "held": 1}
        (notice,) = world.notices()
        assert "552" in notice
        await world.wait(hours=1)
        assert [r for r, _ in world.got()] == [to[0], to[2]]

    play(tmp_path, story, server, to=to)


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt"])
def test_fault_125_a_dripping_server_is_left(
    tmp_path: Path, server: MailServer, stage: Stage
) -> None:
    """Each byte comes within any timeout of one read; only the mail's own deadline ends it."""
    to = recipients(2)

    async def story(world: MailWorld) -> None:
        world.connect(deadline=0.5)
        endless = "250-" + "x" * 3000 + "\n250 ok"
        server.faults = [Fault(stage, "" if stage == "connect" else endless, drip=0.05, times=2)]
        await world.story()
        assert "sent" not in world.states().values()
        world.connect()
        server.faults = []
        await world.wait(MINUTE, minutes=10)
        assert set(world.states().values()) == {"sent"}
        assert sorted(r for r, _ in world.got()) == to

    play(tmp_path, story, server, to=to)


def test_fault_125_a_verdict_that_drips_is_no_verdict(tmp_path: Path, server: MailServer) -> None:
    async def story(world: MailWorld) -> None:
        world.connect(reply_deadline=0.5)
        endless = "250-" + "x" * 3000 + "\n250 ok"
        server.faults = [Fault("content", endless, keep=True, drip=0.05, times=1)]
        await world.story()
        assert [row.outcome for row in world.rows(deliveries)] == ["uncertain"]
        world.connect()
        await world.wait(MINUTE, minutes=3)
        assert list(world.states().values()) == ["sent"]
        first, second = server.messages
        assert first.content == second.content

    play(tmp_path, story, server)
