"""Late and many: alerts of one poll that go together, over storage and steps."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from jobs.step_deliver import carry, deliver
from newsroom.recipients import MAIL_LANE
from storage.tables import articles
from tests.integration.hours_world import Hours, kinds, of, ruled
from tests.integration.updates_world import Plays


@pytest.mark.parametrize("count", [5, 6])
def test_late_ones(plays: Plays, count: int) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:00")
        hours.of_poll(hours.articles(count), 7, late="gap")
        expected = ["1"] * 5 if count == 5 else ["digest 6"]
        assert kinds(await hours.send_at("2026-08-17 12:01")) == expected
        assert [name for name, _, _ in hours.digests()] == ["late 7"] * (count > 5)
        assert await hours.send_at("2026-08-17 13:00") == []

    plays(of(day), ruled("THAAD", "THAAD"))


def test_late_ones_wait_for_their_poll(plays: Plays) -> None:
    """Six go as one though the last was matched later; nobody waits for ever."""

    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:00:00")
        found = hours.articles(6)
        hours.of_poll(found, 7, late="gap")
        await hours.world.match()
        lag(hours, found[0], by=1)
        await deliver(hours.desk)
        await carry(hours.desk, MAIL_LANE)
        assert hours.world.channel.accepted == []
        assert hours.states() == {"immediate pending": 6}
        lag(hours, found[0], by=0)
        assert kinds(await hours.send_at("2026-08-17 12:00:04")) == []  # looked at together
        assert kinds(await hours.send_at("2026-08-17 12:00:05")) == ["digest 6"]

        hours.at("2026-08-17 15:00")
        found = hours.articles(2)
        hours.of_poll(found, 8, late="gap")
        await hours.world.match()
        lag(hours, found[0], by=1)
        await deliver(hours.desk)
        hours.at("2026-08-17 15:09:59")
        await deliver(hours.desk)
        assert hours.states()["immediate pending"] == 2
        hours.at("2026-08-17 15:10:05")
        assert (await deliver(hours.desk)).sent == 2

    plays(of(day), ruled("THAAD", "THAAD"))


def lag(hours: Hours, article: int, *, by: int) -> None:
    """An article of the poll is yet to be matched."""
    with hours.world.db.write() as conn:
        mark = articles.c.text_mark - by
        conn.execute(update(articles).where(articles.c.id == article).values(matched_mark=mark))


def test_late_ones_seen_at_the_claim_first(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:00")
        hours.of_poll(hours.articles(6), 7, late="gap")
        await hours.world.match()
        assert (await carry(hours.desk, MAIL_LANE)).sent == 0
        assert kinds(await hours.send_at("2026-08-17 12:00:10")) == ["digest 6"]

    plays(of(day), ruled("THAAD", "THAAD"))


def test_many_of_one_poll(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 12:00")
        hours.of_poll(hours.articles(53), 7)
        found = await hours.send_at("2026-08-17 12:01")
        assert sorted(kinds(found)) == ["1"] * 50 + ["digest 3"]
        assert [name for name, _, _ in hours.digests()] == ["many 7"]
        hours.of_poll(hours.articles(2), 8)
        assert kinds(await hours.send_at("2026-08-17 12:02")) == ["1", "1"]

    plays(of(day), ruled("THAAD", "THAAD"))
