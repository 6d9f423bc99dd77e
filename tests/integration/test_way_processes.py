"""Slots and placing where processes end, or two of them look at the same tables."""

from __future__ import annotations

import asyncio

from jobs.step_digest import digests
from tests.integration.hours_world import Hours, kinds, of, ruled
from tests.integration.updates_world import Plays


def test_what_a_process_left_half_done_is_done_by_the_next(plays: Plays) -> None:
    """Ended after placing, and between a slot's rows and its mail."""

    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        hours.articles(2)
        await hours.world.match()
        hours.at("2026-08-17 07:30")
        await digests(hours.desk)
        hours.begin_anew()
        hours.at("2026-08-17 08:00")
        await digests(hours.desk)
        assert hours.digests() == [("daily 08:00", "2026-08-17 08:00", "filled")]
        hours.begin_anew()
        assert kinds(await hours.send_at("2026-08-17 08:01")) == ["digest 2"]
        hours.begin_anew()
        assert await hours.send_at("2026-08-17 08:02") == []
        assert len(hours.digests()) == 1

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def test_two_processes_make_a_slot_once(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        await hours.send_at("2026-08-17 07:00")
        other = hours.another_process()
        await digests(other)
        hours.articles(2)
        hours.of_poll(hours.articles(6, "About a fleet."), 7, late="gap")
        await hours.world.match()
        hours.at("2026-08-17 08:00")
        await asyncio.gather(digests(hours.desk), digests(other))
        await asyncio.gather(digests(other), digests(hours.desk))
        assert sorted(name for name, _, _ in hours.digests()) == ["daily 08:00", "late 7"]
        assert len(hours.items()) == 8
        assert sorted(kinds(await hours.send_at("2026-08-17 08:01"))) == ["digest 2", "digest 6"]

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"), ruled("Fleet", "fleet"))
