"""What leaves a digest as it is judged is owed by another article of its story."""

from __future__ import annotations

from jobs.once import run_once
from tests.integration.hours_world import Hours, of, ruled
from tests.integration.updates_world import Plays


def test_a_single_pass_ends_with_nothing_owed(plays: Plays) -> None:
    async def day(hours: Hours) -> None:
        hours.at("2026-08-17 07:00")
        first, other, third = hours.articles(3)
        hours.world.unite(other, first)
        assert (await run_once(hours.desk)).mails.sent == 0
        hours.world.say(first, "About melons alone.")
        hours.at("2026-08-17 08:10")
        hours.begin_anew()
        count = (await run_once(hours.desk)).mails
        told = {story for _, story in hours.items()}
        stories = {hours.world.row(a).story_id for a in (other, third)}
        by_itself = {a.story_id for a in hours.alerts() if a.kind == "immediate"}
        assert stories <= told | {a for a in by_itself if a is not None}
        assert count.sent == 1
        lagging = [a for a in (first, other, third) if _lags(hours, a)]
        assert lagging == []

    plays(of(day), ruled("THAAD", "THAAD", when="daily 08:00"))


def _lags(hours: Hours, article: int) -> bool:
    row = hours.world.row(article)
    return bool(row.matched_mark < row.text_mark)
