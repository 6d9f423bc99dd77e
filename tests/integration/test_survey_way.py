"""Refill and witness over the whole way: a gap, a listing, late alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from jobs import looks, step_survey
from jobs.step_poll import poll_feed
from newsroom.errors import DatabaseUnavailable, LeaseLost
from newsroom.model import Source
from newsroom.reasons import Reason
from storage import leases, surveys
from storage.coverage import coverage
from storage.edits import pause_source, resume_source
from storage.tables import feeds, sources
from tests.integration.survey_world import (
    MAP,
    SECOND,
    SECTION,
    STEP,
    Outlet,
    outlet,
    title,
)
from tests.newsdesk import FEED, item, newsdesk, rss


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return " ".join(str(body.get_content()).split()) if body is not None else ""


Day = Callable[[Outlet], Awaitable[None]]
Play = Callable[..., None]


def played(
    folder: Path,
    url: str | None,
    day: Day,
    configured: Source | None = None,
    word: str = "Radar",
    step: timedelta = STEP,
) -> None:
    """A day of the outlet, from 03:00 on; at first it shows 81-100."""

    async def go() -> None:
        one = configured or outlet()
        async with newsdesk(folder, url=url, sources=[one]) as world:
            here = Outlet(world, word, step)
            here.feed(range(81, 101))
            await world.run(seconds=1)
            await day(here)

    asyncio.run(go())


@pytest.fixture
def play(tmp_path: Path, database_url: str) -> Play:
    """Plays a day on each database."""
    return partial(played, tmp_path, database_url)


@pytest.fixture
def play_once(tmp_path: Path) -> Play:
    """Plays it on SQLite: what the listings tell asks nothing special of a database."""
    return partial(played, tmp_path, None)


@pytest.mark.parametrize(("lost", "mails"), [(4, 4), (6, 1)])
def test_what_a_gap_lost_is_found_and_told_late(play: Play, lost: int, mails: int) -> None:
    """Up to five late alerts go by themselves, more of them as one digest."""

    async def day(here: Outlet) -> None:
        sent = len(here.world.mails())
        first = 101 + lost
        here.feed(range(first, first + 20))
        here.sitemap(range(85, first + 20))
        here.world.clock.pass_(minutes=3 * (lost + 20))
        await here.world.run()
        assert here.gaps() == [("lost", lost, lost)]
        assert here.gap().closed_by == MAP
        assert here.late() == {str(n): "gap" for n in range(101, first)}
        assert here.looks() == ["refill"]
        told = [
            m
            for m in here.world.mails()[sent:]
            if "after a gap between polls" in " ".join(plain(m).split())
        ]
        assert len(told) == mails
        await here.world.run()
        assert here.looks() == ["refill"]  # nothing is left to look for

    play(day, word="THAAD")


def test_nothing_lost(play_once: Play) -> None:
    async def day(here: Outlet) -> None:
        here.feed(range(101, 121))
        here.sitemap(range(85, 121))
        await here.world.run(minutes=60)
        assert here.gaps() == [("none_lost", 0, 0)]
        assert here.late() == {}

    play_once(day)


def test_more_than_one_look_brings_in(play_once: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left out may have lain in the gap: the next look brings it."""
    monkeypatch.setattr(looks, "MAX_NEW", 2)

    async def day(here: Outlet) -> None:
        here.feed(range(105, 125))
        here.sitemap(range(85, 125))
        await here.world.run(minutes=80)
        assert here.gaps() == [("suspected", None, 2)]
        assert "goes back to" in here.gap().detail
        await here.world.run(minutes=3)
        await here.world.run(minutes=6)
        assert here.gaps() == [("lost", 4, 4)]

    play_once(day)


def test_a_listing_that_fails_is_let_alone_for_a_while(play_once: Play) -> None:
    """However many gaps want to look at it; longer each time it fails again."""

    async def day(here: Outlet) -> None:
        here.down(MAP)
        asked = []
        for poll in range(12):
            here.feed(range(121 + 20 * poll, 141 + 20 * poll))
            before = here.world.sites.fetched(MAP)
            await here.world.run(seconds=30)
            asked.append(here.world.sites.fetched(MAP) - before)
        assert [n for n, hits in enumerate(asked) if hits] == [0, 2, 6]  # 1 and 2 minutes later
        assert len(here.gaps()) == 12

    play_once(day)


def test_a_section_is_read_back_to_known_ground(play_once: Play) -> None:
    """A pinned article on its first page is no ground; the second page shows it."""

    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        here.section([70, *range(120, 102, -1)], older=SECOND)
        here.section(range(102, 90, -1), url=SECOND, older="https://other.example/all")
        await here.world.run(minutes=60)
        assert here.gaps() == [("lost", 4, 4)]
        assert here.late() == dict.fromkeys(("101", "102", "103", "104"), "gap")
        assert here.world.sites.fetched("https://other.example/all") == 0

    play_once(day, outlet(SECTION))


def test_a_section_without_dates(play: Play) -> None:
    """What stands between known articles was published between them."""

    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        here.section(range(121, 90, -1), dates=False)
        await here.world.run(minutes=63)
        assert here.gaps() == [("lost", 4, 4)]
        late = here.late()
        assert late == dict.fromkeys(("101", "102", "103", "104"), "gap")  # 121 is simply new
        assert len(here.world.articles()) == 41

    play(day, outlet(SECTION))


def test_a_listing_that_does_not_go_back_settles_nothing(play_once: Play) -> None:
    async def day(here: Outlet) -> None:
        here.feed(range(110, 121))
        here.sitemap(range(106, 121))
        await here.world.run(minutes=60)
        assert here.gaps() == [("suspected", None, 4)]
        gap = here.gap()
        assert "goes back to" in gap.detail
        assert gap.tries == 1
        assert gap.next_try_at == here.world.clock.now() + timedelta(minutes=2)
        here.sitemap(range(90, 121))
        await here.world.run(minutes=3)
        assert here.gaps() == [("lost", 9, 9)]

    play_once(day)


def test_a_listing_that_is_down_is_no_silence(play_once: Play) -> None:
    """The gap stays suspected, says why, and closes when the listing is back."""

    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        here.down(MAP)
        await here.world.run(minutes=60)
        assert here.gaps() == [("suspected", None, 0)]
        assert here.gap().detail == f"{MAP}: timeout: timeout"
        for _ in range(6):
            await here.world.run(hours=5)
        assert here.gaps() == [("suspected", None, 0)]
        assert here.witnesses() == []  # nothing was witnessed, nothing is said to have been
        here.sitemap(range(90, 121))
        await here.world.run(hours=25)
        assert here.gaps() == [("lost", 4, 4)]
        assert here.late() == dict.fromkeys(("101", "102", "103", "104"), "gap")

    play_once(day)


def test_a_gap_is_given_up_after_a_week(play_once: Play) -> None:
    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        here.down(MAP)
        await here.world.run(minutes=60)
        for _ in range(8):
            await here.world.run(hours=23)
        assert here.gap().next_try_at is None
        assert here.gaps() == [("suspected", None, 0)]
        here.sitemap(range(90, 121))
        await here.world.run(hours=2)
        assert here.gaps() == [("suspected", None, 0)]  # though the witness is back
        assert len(here.witnesses()) == 1

    play_once(day)


def test_no_listing_at_all(play_once: Play) -> None:
    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        await here.world.run(minutes=60)
        assert here.gaps() == [("suspected", None, 0)]
        assert here.gap().detail == "the source has no listing that could tell"

    play_once(day, outlet(listings=()))


def test_the_witness_finds_what_the_feed_never_showed(play: Play) -> None:
    """First due a day after the first poll, then daily; recall is what it says."""

    async def day(here: Outlet) -> None:
        here.sitemap(range(81, 146))
        for last in range(110, 160, 10):
            here.feed(n for n in range(last - 19, last + 1) if n not in (120, 130))
            await here.world.run(hours=5)
            assert here.gaps() == []
        assert here.looks() == ["witness"]
        assert here.late() == {"120": "witness", "130": "witness"}
        ((shown, missed),) = here.witnesses()
        assert (shown, missed) == (45, 2)  # 101 to 145, not what is newer than the grace
        found = coverage(
            here.world.db, here.world.clock.now() - timedelta(hours=48), here.world.clock.now()
        )["news"]
        assert (found.shown, found.missed, found.gaps) == (shown, 2, 0)
        assert found.polls_ok == found.polls == 6
        assert found.recall == 1 - 2 / shown
        await here.world.run(hours=20)
        assert here.looks() == ["witness"]
        await here.world.run(hours=5)
        assert here.looks() == ["witness", "witness"]

    play(day, step=timedelta(minutes=30))


def test_a_first_look_brings_nothing_older_than_our_watching(play_once: Play) -> None:
    async def day(here: Outlet) -> None:
        here.sitemap(range(20, 101))
        await here.world.run(hours=25)
        assert here.looks() == ["witness"]
        assert here.late() == {}
        assert len(here.world.articles()) == 20

    play_once(day)


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("commit_poll", LeaseLost),
        ("known_articles", DatabaseUnavailable),
        ("finish_survey", LeaseLost),
    ],
)
def test_broken_off_anywhere_it_is_done_again(
    play: Play, monkeypatch: pytest.MonkeyPatch, where: str, error: type[Exception]
) -> None:
    """Nothing is lost or counted twice, wherever it ended."""

    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        here.sitemap(range(90, 121))
        here.world.clock.pass_(minutes=60)
        broken = _Broken(where, error)
        broken.put(monkeypatch, here)
        await step_survey_of(here)
        assert broken.times == 1
        here.world.clock.pass_(minutes=11)
        with here.world.db.write() as conn:  # leases ran out, on the database's clock too
            conn.execute(update(sources).values(leases.FREE))
            conn.execute(update(feeds).values(leases.FREE))
        monkeypatch.undo()
        await here.world.run(every=False)
        assert here.gaps() == [("lost", 4, 4)]
        assert here.late() == dict.fromkeys(("101", "102", "103", "104"), "gap")
        assert len({m["Message-ID"] for m in here.world.mails()}) == len(here.world.mails())

    play(day, word="THAAD")


class _Broken:
    """Raises at the first call of one verb, after it did its work."""

    def __init__(self, where: str, error: type[Exception]) -> None:
        self.where, self.error, self.times = where, error, 0

    def put(self, monkeypatch: pytest.MonkeyPatch, here: Outlet) -> None:
        store = here.world.desk.store
        places: dict[str, Any] = {
            "commit_poll": store,
            "finish_survey": surveys,
            "known_articles": looks,
        }
        place = places[self.where]
        real = getattr(place, self.where)

        def broken(*args: Any, **options: Any) -> Any:
            look = any(getattr(one, "purpose", None) == "refill" for one in args)
            if self.where == "commit_poll" and not look:
                return real(*args, **options)
            if self.where != "finish_survey":
                real(*args, **options)  # it is done, and nobody learnt it
            self.times += 1
            raise self.error("broken off")

        monkeypatch.setattr(place, self.where, broken)


async def step_survey_of(here: Outlet) -> None:
    """A poll that notices the gap, and the survey that breaks."""
    now = here.world.clock.now()
    for feed_id, _ in here.world.desk.store.due_feeds(now, every=True):
        await poll_feed(here.world.desk, feed_id, forced=True)
    assert await step_survey.due_surveys(here.world.desk) == ["news"]
    with suppress(DatabaseUnavailable):
        await step_survey.survey(here.world.desk, "news")
    assert here.gaps() == [("suspected", None, 0)]


def test_only_one_looks(play: Play) -> None:
    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        here.down(MAP)
        await here.world.run(minutes=60)
        now = here.world.clock.now() + timedelta(minutes=3)
        db = here.world.db
        claim = surveys.claim_survey(db, "news", owner="a", now=now)
        assert claim is not None
        assert surveys.claim_survey(db, "news", owner="b", now=now) is None
        assert surveys.due_surveys(db, now) == []
        surveys.release_survey(db, claim)
        assert surveys.due_surveys(db, now) == ["news"]
        pause_source(db, "news", now)
        assert surveys.due_surveys(db, now) == []
        resume_source(db, "news", now)
        assert surveys.due_surveys(db, now) == ["news"]

    play(day)


SIBLING = "https://news.example/rss/second"


def test_what_another_feed_shows_is_recovered(play_once: Play) -> None:
    """The source's other feed is asked at once; no listing is needed for what it brings."""

    async def day(here: Outlet) -> None:
        here.feed(range(105, 121))
        shown = (item(n, title(n, here.word), published=here.when(n)) for n in range(108, 92, -1))
        here.world.sites.put(SIBLING, rss(*shown), content_type="application/rss+xml")
        here.sitemap(range(90, 121))
        here.world.clock.pass_(minutes=60)
        store = here.world.desk.store
        await poll_feed(
            here.world.desk, store.due_feeds(here.world.clock.now(), every=True)[0][0], forced=True
        )
        here.world.clock.pass_(seconds=2)
        await step_survey.survey(here.world.desk, "news")
        assert here.world.sites.fetched(SIBLING) == 2
        assert here.gaps()[0] == ("lost", 4, 4)
        assert here.late() == {}

    play_once(day, outlet(feeds=(FEED, SIBLING)))


def test_a_source_without_feeds_has_its_listings_polled(play: Play) -> None:
    async def day(here: Outlet) -> None:
        here.sitemap(range(81, 101))
        await here.world.run(minutes=1)
        assert len(here.world.articles()) == 20
        here.sitemap(range(85, 104))
        summary = await here.world.run(minutes=10)
        assert summary.polls == {Reason.OK: 1}
        assert len(here.world.articles()) == 23
        now = here.world.clock.now()
        pause_source(here.world.db, "news", now)
        assert here.world.desk.store.due_feeds(now, every=True) == []
        resume_source(here.world.db, "news", now)
        assert len(here.world.desk.store.due_feeds(now, every=True)) == 1
        await here.world.run(hours=30)
        assert here.looks() == []  # it is no witness of itself

    play(day, outlet(feeds=()))
