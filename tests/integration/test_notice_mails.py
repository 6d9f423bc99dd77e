"""What the operator is mailed, over the whole way: looked for, told once a day, told to be over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from jobs.step_deliver import deliver
from jobs.step_notices import notices
from storage.outbox import resend
from storage.outbox_tables import notices as notices_table
from tests.integration.notice_world import (
    OPS,
    beat,
    fill,
    of_kind,
    operators,
    plays,
    standing,
    texts,
    told,
)
from tests.newsdesk import Newsdesk, item, watchlist
from tests.scripted_channel import ScriptedChannel, parsed

__all__ = ["plays"]  # a fixture


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
