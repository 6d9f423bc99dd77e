"""At most so many mails an hour: what goes as a digest at the hour's begin is one of them."""

from __future__ import annotations

import pytest

from jobs.once import run_once
from tests.integration.hours_world import Hours, kinds, of, ruled
from tests.integration.updates_world import Plays


@pytest.mark.parametrize(("cap", "alone"), [(1, 0), (2, 1), (3, 2)])
def test_news_beside_the_digest_of_the_hour_before(plays: Plays, cap: int, alone: int) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:10")
        hours.articles(9)
        assert kinds(await hours.send_at("2026-08-17 12:11")) == ["1"] * cap
        hours.articles(5)
        mails = kinds(await hours.send_at("2026-08-17 13:00"))
        # what else there is goes with that digest: none of it is made to wait for the next
        assert sorted(mails) == ["1"] * alone + [f"digest {9 - cap + 5 - alone}"]
        assert await hours.send_at("2026-08-17 14:00") == []

    plays(of(day), ruled("THAAD", "THAAD", max_per_hour=cap))


def test_passes_of_a_single_hour(plays: Plays) -> None:
    """News that is found in the pass that tells what was held back."""

    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:05")
        hours.articles(4)
        sent = []
        for hour in (12, 13, 14):
            hours.at(f"2026-08-17 {hour}:05")
            hours.articles(4)
            sent.append((await run_once(hours.desk)).mails.sent)
            hours.begin_anew()
        assert sent == [2, 2, 2]

    plays(of(day), ruled("THAAD", "THAAD", max_per_hour=2))


def test_a_digest_of_the_night_is_one_of_the_mornings(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 23:00")
        hours.articles(3)
        assert await hours.send_at("2026-08-17 23:01") == []
        hours.at("2026-08-18 06:30")
        hours.articles(3)
        mails = kinds(await hours.send_at("2026-08-18 06:30"))
        assert sorted(mails) == ["1", "digest 3"]
        assert kinds(await hours.send_at("2026-08-18 07:00")) == ["digest 2"]

    plays(of(day), ruled("THAAD", "THAAD", quiet="22:00-06:30", max_per_hour=2))


def test_a_clock_that_was_a_day_ahead_holds_nothing_back_for_a_day(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-18 12:10")
        hours.articles(3)
        assert kinds(await hours.send_at("2026-08-18 12:11")) == ["1"]
        # set right: nobody knows what an hour of that clock means, what waits for its end goes
        assert kinds(await hours.send_at("2026-08-17 12:30")) == ["digest 2"]
        hours.at("2026-08-17 13:10")
        hours.articles(1)
        assert kinds(await hours.send_at("2026-08-17 13:10")) == ["1"]

    plays(of(day), ruled("THAAD", "THAAD", max_per_hour=1))
