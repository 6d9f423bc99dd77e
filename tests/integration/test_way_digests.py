"""The way of an alert by its recipient's clock: held, gathered, told once, whatever ends when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from jobs.once import run_once
from jobs.step_deliver import carry
from newsroom.recipients import MAIL_LANE
from storage.outbox import next_alert_due_at
from storage.outbox_tables import alerts, digest_schedules
from tests.integration.hours_world import QUIET, SEOUL, Hours, kinds, of, ruled
from tests.integration.updates_world import Plays


def test_quiet_hours_hold_and_one_digest_tells(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        assert await hours.send_at("2026-08-17 21:00") == []
        hours.articles(1)
        assert kinds(await hours.send_at("2026-08-17 21:59")) == ["1"]
        hours.articles(2)
        assert await hours.send_at("2026-08-17 22:00") == []
        hours.articles(1)
        assert await hours.send_at("2026-08-18 06:29") == []
        assert kinds(await hours.send_at("2026-08-18 06:30")) == ["digest 3"]
        assert hours.digests("filled") == [(f"quiet {QUIET}", "2026-08-18 06:30", "filled")]
        assert hours.states()["immediate folded"] == 3
        hours.articles(1)
        assert kinds(await hours.send_at("2026-08-18 06:31")) == ["1"]
        assert await hours.send_at("2026-08-19 06:30") == []
        assert hours.digests("empty") == [(f"quiet {QUIET}", "2026-08-19 06:30", "empty")]

    plays(of(day), ruled("THAAD", "THAAD", quiet=QUIET))


def test_what_is_high_breaks_through(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 23:00")
        hours.articles(1, "About THAAD.")
        hours.articles(1, "About a fleet.")
        (mail,) = await hours.send_at("2026-08-17 23:10")
        assert str(mail["X-Wirewatch-Watchlist"]) == "Fleet"
        assert kinds(await hours.send_at("2026-08-18 06:30")) == ["digest 1"]

    plays(
        of(day),
        ruled("THAAD", "THAAD", quiet=QUIET),
        ruled("Fleet", "fleet", quiet=QUIET, high=True),
    )


def test_over_the_cap_one_digest_drops_nothing(plays: Plays) -> None:
    """The smallest cap counts over all watchlists; priority passes no cap."""

    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:10")
        hours.articles(4, "About THAAD.")
        hours.articles(4, "About a fleet.")
        assert kinds(await hours.send_at("2026-08-17 12:11")) == ["1", "1", "1"]
        hours.articles(2)
        assert await hours.send_at("2026-08-17 12:59") == []
        assert kinds(await hours.send_at("2026-08-17 13:00")) == ["digest 7"]
        assert hours.digests() == [("hour", "2026-08-17 13:00+0900", "filled")]
        # the digest is the first mail of the new hour
        hours.articles(3)
        assert kinds(await hours.send_at("2026-08-17 13:01")) == ["1", "1"]
        assert kinds(await hours.send_at("2026-08-17 14:00")) == ["digest 1"]

    plays(
        of(day),
        ruled("THAAD", "THAAD", max_per_hour=5),
        ruled("Fleet", "fleet", max_per_hour=3, high=True),
    )


def test_a_cap_that_ends_by_night_waits_for_the_morning(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 21:10")
        hours.articles(3)
        assert kinds(await hours.send_at("2026-08-17 21:11")) == ["1"]
        hours.at("2026-08-17 22:30")
        hours.articles(1)
        assert await hours.send_at("2026-08-18 05:00") == []
        assert kinds(await hours.send_at("2026-08-18 06:30")) == ["digest 3"]

    plays(of(day), ruled("THAAD", "THAAD", quiet=QUIET, max_per_hour=1))


def test_the_soonest_rule_takes_it_and_names_all(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        hours.articles(1, "About THAAD and a fleet and rice.")
        hours.articles(1, "About THAAD.")
        assert await hours.send_at("2026-08-17 07:10") == []
        (mail,) = await hours.send_at("2026-08-17 08:00")
        assert str(mail["X-Wirewatch-Watchlist"]) == "THAAD, Fleet, Rice"
        assert kinds([mail]) == ["digest 1"]
        (mail,) = await hours.send_at("2026-08-17 17:00")
        assert str(mail["X-Wirewatch-Watchlist"]) == "THAAD"
        assert await hours.send_at("2026-08-24 09:00") == []

    plays(
        of(day),
        ruled("THAAD", "THAAD", when="daily 17:00"),
        ruled("Fleet", "fleet", when="hourly"),
        ruled("Rice", "rice", when="weekly mon 09:00"),
    )


def test_an_immediate_rule_takes_it_at_once(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.articles(1, "About THAAD and a fleet.")
        assert kinds(await hours.send_at("2026-08-17 07:10")) == ["1"]
        assert await hours.send_at("2026-08-17 17:00") == []

    plays(of(day), ruled("THAAD", "THAAD", when="daily 17:00"), ruled("Fleet", "fleet"))


def test_each_recipient_has_a_clock(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        hours.articles(2)
        there = await hours.send_at("2026-08-17 07:30")
        assert [mail["To"] for mail in there] == ["now@example.org", "now@example.org"]
        (mail,) = await hours.send_at("2026-08-17 08:00")
        assert (mail["To"], kinds([mail])) == ("seoul@example.org", ["digest 2"])
        (mail,) = await hours.send_at("2026-08-17 21:00")
        assert (mail["To"], kinds([mail])) == ("york@example.org", ["digest 2"])

    both = replace(ruled("THAAD", "THAAD"), notify=())
    notify = [
        ruled("x", when="daily 08:00", to=("seoul@example.org",)),
        ruled("x", when="daily 08:00", to=("york@example.org",), zone="America/New_York"),
        ruled("x", to=("now@example.org",)),
    ]
    plays(of(day), replace(both, notify=tuple(one.notify[0] for one in notify)))


def test_a_rule_that_changes_frees_what_waits(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:00")
        hours.articles(2)
        assert await hours.send_at("2026-08-17 12:10") == []
        assert hours.waiting() == [f"daily 08:00 {SEOUL}"]
        await hours.world.desk.configure(ruled("THAAD", "THAAD", when="daily 13:00"))
        assert await hours.send_at("2026-08-17 12:20") == []
        assert hours.waiting() == [f"daily 13:00 {SEOUL}"]
        assert kinds(await hours.send_at("2026-08-17 13:00")) == ["digest 2"]
        hours.articles(1)
        assert await hours.send_at("2026-08-17 13:10") == []
        await hours.world.desk.configure(ruled("THAAD", "THAAD"))
        assert kinds(await hours.send_at("2026-08-17 13:20")) == ["1"]
        assert await hours.send_at("2026-08-18 13:20") == []

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_what_is_judged_at_the_claim_waits_too(plays: Plays) -> None:
    """An alert that fell due after the others were placed."""

    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 23:00")
        hours.articles(2)
        await hours.world.match()
        assert (await carry(hours.desk, MAIL_LANE)).sent == 0
        assert hours.waiting() == [f"quiet {QUIET} {SEOUL}"]
        assert {a.attempts for a in hours.alerts()} == {0}
        assert kinds(await hours.send_at("2026-08-18 06:30")) == ["digest 2"]
        # the cap counts what was sent meanwhile
        hours.articles(4)
        await hours.world.match()
        assert (await carry(hours.desk, MAIL_LANE)).sent == 2
        assert kinds(await hours.send_at("2026-08-18 07:00")) == ["digest 2"]

    plays(of(day), ruled("THAAD", "THAAD", quiet=QUIET, max_per_hour=3))


def test_of_missed_slots_the_latest_is_made(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 12:00")
        hours.articles(3)
        assert await hours.send_at("2026-08-17 12:10") == []
        hours.begin_anew()  # after three weeks
        hours.at("2026-09-07 09:00")
        hours.articles(1)
        assert kinds(await hours.send_at("2026-09-07 09:00")) == ["digest 4"]
        assert hours.digests() == [("daily 08:00", "2026-09-07 08:00", "filled")]
        assert await hours.send_at("2026-09-08 07:59") == []
        assert await hours.send_at("2026-09-08 08:00") == []
        assert hours.digests("empty") == [("daily 08:00", "2026-09-08 08:00", "empty")]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_a_missed_slot_is_no_reason_to_wake_anybody(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 12:00")
        hours.articles(1)
        await hours.send_at("2026-08-17 12:10")
        hours.begin_anew()
        assert await hours.send_at("2026-08-18 23:00") == []
        assert hours.digests("filled") == [("daily 20:00", "2026-08-18 20:00", "filled")]
        assert await hours.send_at("2026-08-19 06:29") == []
        assert kinds(await hours.send_at("2026-08-19 06:30")) == ["digest 1"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 20:00", quiet=QUIET))


def test_slots_before_a_rule_came_concern_nobody(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.articles(1)
        assert await hours.send_at("2026-08-17 08:00") == []
        assert await hours.send_at("2026-08-17 08:10") == []
        assert hours.digests() == []
        assert kinds(await hours.send_at("2026-08-18 08:00")) == ["digest 1"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_a_single_pass_makes_what_is_due_at_its_begin(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 07:00")
        await run_once(hours.desk)
        hours.articles(2)
        hours.at("2026-08-17 07:30")
        assert (await run_once(hours.desk)).mails.sent == 0
        hours.articles(1)
        hours.begin_anew()  # every pass is a process of its own
        hours.at("2026-08-17 08:10")
        assert (await run_once(hours.desk)).mails.sent == 1
        assert hours.digests() == [("daily 08:00", "2026-08-17 08:00", "filled")]
        assert len(hours.items()) == 3  # the one found in this pass too
        hours.begin_anew()
        assert (await run_once(hours.desk)).mails.sent == 0

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_a_slot_is_reached_though_the_channel_is_down(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        hours.articles(2)
        hours.world.channel.go_down()
        assert await hours.send_at("2026-08-17 07:59") == []
        assert await hours.send_at("2026-08-17 08:00") == []
        assert hours.digests() == [("daily 08:00", "2026-08-17 08:00", "filled")]
        hours.articles(1)
        assert await hours.send_at("2026-08-18 08:00") == []
        hours.world.channel.come_up()
        assert kinds(await hours.send_at("2026-08-18 12:00")) == ["digest 2", "digest 1"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


@pytest.mark.parametrize("uncertain", [False, True])
def test_a_mail_that_is_made_rests_by_night(plays: Plays, uncertain: bool) -> None:
    async def day(hours: Hours) -> None:
        channel = hours.world.channel
        if uncertain:
            channel.lose_answer(took=False)
        else:
            channel.go_down()
        hours.articles(1, "About THAAD.")
        assert await hours.send_at("2026-08-17 21:59") == []
        channel.take_all()
        tried = len(channel.tried)
        assert await hours.send_at("2026-08-17 23:00") == []
        assert await hours.send_at("2026-08-18 06:29") == []
        assert len(channel.tried) == tried
        assert kinds(await hours.send_at("2026-08-18 06:30")) == ["1"]
        assert await hours.send_at("2026-08-18 07:00") == []

    plays(of(day), ruled("THAAD", "THAAD", quiet=QUIET))


def test_slots_that_a_clock_jumped_over_are_each_made(plays: Plays) -> None:
    """02:30 and 03:00 fall on one instant: the first takes all, even if a process ends there."""

    async def day(hours: Hours) -> None:
        await hours.send_at("2026-03-28 12:00")
        hours.articles(2)
        await hours.send_at("2026-03-28 12:10")
        assert kinds(await hours.send_at("2026-03-29 03:00")) == ["digest 2"]
        assert hours.digests() == [
            ("daily 02:30,03:00", "2026-03-29 02:30", "filled"),
            ("daily 02:30,03:00", "2026-03-29 03:00", "empty"),
        ]
        hours.begin_anew()
        await hours.send_at("2026-03-29 03:10")
        assert len(hours.digests()) == 2

    berlin = "Europe/Berlin"
    rule = ruled("THAAD", "THAAD", when="daily 02:30,03:00", zone=berlin, send_empty=True)
    plays(of(day, berlin), rule)


def test_a_clock_that_was_ahead_blocks_nothing(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        await hours.send_at("2026-09-17 12:00")  # it jumped
        assert hours.digests() == [("daily 08:00", "2026-09-17 08:00", "empty")]
        hours.articles(1)
        await hours.send_at("2026-09-17 12:10")
        assert await hours.send_at("2026-08-17 07:10") == []  # and was set right
        assert kinds(await hours.send_at("2026-08-17 08:00")) == ["digest 1"]
        hours.begin_anew()
        hours.articles(1)
        assert await hours.send_at("2026-08-17 08:10") == []
        assert kinds(await hours.send_at("2026-08-18 08:00")) == ["digest 1"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_an_empty_digest_goes_where_it_is_asked_for(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        (mail,) = await hours.send_at("2026-08-17 08:00")
        assert mail["To"] == "wants@example.org"
        assert hours.states() == {"digest empty": 1, "digest sent": 1}
        # by the time it could go nobody asks for it
        hours.world.channel.go_down()
        await hours.send_at("2026-08-18 08:00")
        await hours.world.desk.configure(ruled("THAAD", "THAAD"))
        hours.world.channel.come_up()
        assert await hours.send_at("2026-08-18 09:00") == []
        assert hours.states() == {"digest cancelled": 1, "digest empty": 2, "digest sent": 1}

    wants = ruled("THAAD", "THAAD", when="daily 08:00", send_empty=True, to=("wants@example.org",))
    does_not = ruled("x", when="daily 08:00")
    plays(of(day), replace(wants, notify=(*wants.notify, *does_not.notify)))


def test_a_paused_recipient_has_no_slots(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        hours.articles(1)
        await hours.send_at("2026-08-17 07:10")
        await hours.world.desk.configure(replace(ruled("THAAD", "THAAD"), notify=()))
        assert await hours.send_at("2026-08-17 08:00") == []
        assert hours.digests() == []
        with hours.world.db.read() as conn:
            assert conn.execute(select(digest_schedules)).all() == []
            states = conn.execute(select(alerts.c.state)).scalars().all()
        assert list(states) == ["cancelled"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_what_missed_its_digest_goes_with_the_next(plays: Plays) -> None:
    """Placed by a process that thought the slot was to come when another had made it."""

    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        assert await hours.send_at("2026-08-17 08:00") == []
        hours.articles(1)
        await hours.send_at("2026-08-17 08:01")
        with hours.world.db.write() as conn:
            conn.execute(update(alerts).values(due_at=hours.desk.clock.now()))
            conn.execute(update(alerts).where(alerts.c.kind == "digest").values(schedule=None))
        assert await hours.send_at("2026-08-17 08:02") == []
        assert await hours.send_at("2026-08-17 08:03") == []
        planned = next_alert_due_at(hours.world.db)
        assert planned is not None
        assert planned > hours.desk.clock.now()
        assert kinds(await hours.send_at("2026-08-18 08:00")) == ["digest 1"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))
