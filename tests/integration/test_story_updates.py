"""A second mail on a story goes when something is new, and tells it once (DESIGN §4, §7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from jobs.once import run_once
from newsroom.model import Watchlist
from storage.alert_news import replace_news
from storage.edits import pause_watchlist, resume_watchlist
from storage.listing_detail import alert as alert_detail
from storage.outbox import resend
from storage.outbox_tables import alert_news, alerts
from storage.tables import articles
from tests.integration.updates_world import NEVER, TO, UpdatesWorld, listed, new_of, play
from tests.rows import rows

ONE, TWO = "one@example.org", "two@example.org"
THAAD = listed("THAAD", "THAAD")
FIRST, SECOND, THIRD = ("About THAAD and 12 men.", "About THAAD, 15 men.", "THAAD, 19 men hurt.")
Story = Callable[[UpdatesWorld], Awaitable[None]]
Play = Callable[..., None]


@pytest.fixture
def plays(tmp_path: Path, database_url: str) -> Play:
    """Plays on each database."""

    def run(story: Story, *lists: Watchlist) -> None:
        play(tmp_path, story, *lists, url=database_url)

    return run


def test_news_goes_together_at_the_end_of_the_interval(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        assert [new_of(m) for m in await world.send()] == [""]
        world.say(first, SECOND, "15 men")
        assert await world.send(minutes=30) == []
        world.article(THIRD, beside=first, new="19 men")
        assert await world.send(minutes=89) == []
        sent = await world.send(minutes=1)
        assert len(sent) == 1
        assert new_of(sent[0]) == (
            "New:\n\nNews\n- THAAD, *19 men* hurt.\n\nNews\n- About THAAD, *15 men*.\n\n"
        ).replace("News\n-", "Example News\n-")
        assert sent[0]["Subject"] == "Re: [THAAD] Report 1 — Example News"
        assert world.alerts() == [("immediate", "sent", 0), ("update", "sent", 1)]
        assert await world.send(hours=9) == []

    plays(story)


def test_a_copy_tells_nobody(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        assert len(await world.send()) == 1
        world.article(FIRST, beside=first)
        world.say(first, FIRST + " ")
        assert await world.send(hours=9) == []
        assert world.alerts() == [("immediate", "sent", 0)]

    plays(story)


def test_after_the_interval_news_goes_at_once(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        world.desk.clock.pass_(hours=3)
        world.say(first, SECOND, "15 men")
        assert len(await world.send()) == 1
        world.say(first, THIRD, "19 men")
        assert await world.send(minutes=119) == []  # counted from the update
        assert len(await world.send(minutes=1)) == 1
        assert [n for _, _, n in world.alerts()] == [0, 1, 2]

    plays(story)


def test_an_alert_that_has_not_gone_takes_news_in(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.match()
        world.article(SECOND, beside=first, new="15 men")
        sent = await world.send()
        assert len(sent) == 1
        assert new_of(sent[0]) == ""
        assert sent[0]["Subject"] == "[THAAD] Report 2 — Example News"  # the newest text
        assert world.told() == {(TO, "15 men"): 1}
        assert await world.send(hours=9) == []

    plays(story)


def test_never_means_first_alerts_only(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        world.say(first, SECOND, "15 men")
        world.article(THIRD, beside=first, new="19 men")
        assert await world.send(hours=9) == []
        assert world.alerts() == [("immediate", "sent", 0)]

    plays(story, listed("THAAD", "THAAD", every=NEVER))


def test_the_shortest_interval_of_those_named(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("THAAD and missile, 12 men.")
        assert len(await world.send()) == 1
        world.say(first, "THAAD, 15 men.", "15 men")  # of the first watchlist alone
        assert await world.send(minutes=40) == []
        world.article("A missile, 19 men.", beside=first, new="19 men")
        sent = await world.send()  # half an hour is over
        assert [m["X-Wirewatch-Watchlist"] for m in sent] == ["Slow, Quick"]
        assert world.told() == {(TO, "15 men"): 1, (TO, "19 men"): 1}
        assert await world.send(hours=9) == []

    quick = listed("Quick", "missile", every=timedelta(minutes=30))
    plays(story, listed("Slow", "THAAD"), quick)


def test_a_watchlist_that_says_never_is_not_named_again(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("THAAD and missile, 12 men.")
        await world.send()
        world.say(first, "THAAD and missile, 15 men.", "15 men")
        sent = await world.send(hours=2)
        assert [m["X-Wirewatch-Watchlist"] for m in sent] == ["Slow"]

    plays(story, listed("Slow", "THAAD"), listed("Once", "missile", every=NEVER))


def test_a_watchlist_that_meets_the_story_later(plays: Play) -> None:
    """It waits for the interval as any update; one that says `never` tells its first at once."""

    async def story(world: UpdatesWorld) -> None:
        first = world.article("About THAAD.")
        await world.send()
        world.article("About THAAD and rice.", beside=first)
        assert await world.send(minutes=119) == []
        assert [m["X-Wirewatch-Watchlist"] for m in await world.send(minutes=1)] == ["Food"]
        world.article("About THAAD and a fleet.", beside=first)
        assert [m["X-Wirewatch-Watchlist"] for m in await world.send()] == ["Navy"]

    plays(story, THAAD, listed("Food", "rice"), listed("Navy", "fleet", every=NEVER))


def test_news_and_a_watchlist_that_comes_later_are_one_mail(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("About THAAD.")
        await world.send()
        world.article("About THAAD, rice and 15 men.", beside=first, new="15 men")
        sent = await world.send(hours=2)
        assert [m["X-Wirewatch-Watchlist"] for m in sent] == ["THAAD, Food"]
        assert "*15 men*" in new_of(sent[0])
        assert "Report 1" in sent[0].get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one
        assert world.told() == {(TO, "15 men"): 1}

    plays(story, THAAD, listed("Food", "rice"))


def test_an_update_goes_behind_a_mail_that_waits_for_its_server(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        world.channel.refuse_for_now(TO)
        assert await world.send() == []
        world.say(first, SECOND, "15 men")
        assert await world.send(minutes=1) == []
        assert world.alerts() == [("immediate", "deferred", 0), ("update", "pending", 1)]
        assert await world.send(hours=3) == []  # refused still: the update is not tried
        assert world.channel.tried == [TO] * 3
        world.channel.take_all()
        assert [new_of(m) for m in await world.send(hours=4)] == [""]
        assert await world.send(minutes=30) == []
        assert ["15 men" in new_of(m) for m in await world.send(hours=2)] == [True]
        attempts = [a.attempts for a in rows(world.db, alerts)]
        assert attempts == [4, 1]  # waiting counts as no attempt

    plays(story)


def test_news_while_the_first_mail_is_being_sent(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.match()
        came = [partial(world.say, first, SECOND, "15 men")]

        def come() -> None:
            if came:
                came.pop()()

        world.channel.before = come
        assert len(await world.send()) == 1
        assert await world.send(minutes=119) == []
        assert len(await world.send(minutes=1)) == 1
        assert world.told() == {(TO, "15 men"): 1}

    plays(story)


def test_what_a_person_sends_again_changes_nothing(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        resend(world.db, 1, world.desk.clock.now())
        assert len(await world.send(hours=1)) == 1
        world.say(first, SECOND, "15 men")
        sent = await world.send(hours=1)  # two hours after the first mail, not after its copy
        assert ["*15 men*" in new_of(m) for m in sent] == [True]
        again = resend(world.db, 3, world.desk.clock.now())
        copies = await world.send()
        assert [new_of(m) for m in copies] == [new_of(m) for m in sent]
        assert copies[0]["Message-ID"] != sent[0]["Message-ID"]
        detail = alert_detail(world.db, again or 0)
        assert detail is not None
        assert [(n["article"], n["kind"], n["text"]) for n in detail["news"]] == [
            (first, "number", "15 men")
        ]
        assert world.told() == {(TO, "15 men"): 1}

    plays(story)


def test_nothing_of_a_pause_is_told_afterwards(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        assert len(await world.send()) == 2
        world.say(first, SECOND, "15 men")
        await world.match()
        now = world.desk.clock.now()
        pause_watchlist(world.db, "THAAD", now, ONE)
        assert [m["To"] for m in await world.send(hours=2)] == [TWO]
        world.say(first, THIRD, "19 men")
        await world.match()
        resume_watchlist(world.db, "THAAD", ONE)
        assert [m["To"] for m in await world.send(hours=2)] == [TWO]
        world.say(first, "THAAD, 21 men.", "21 men")
        assert {m["To"] for m in await world.send(hours=2)} == {ONE, TWO}
        assert [n for (to, n) in world.told() if to == ONE] == ["21 men"]

    plays(story, listed("THAAD", "THAAD", to=(ONE, TWO)))


def test_a_watchlist_that_goes_takes_its_news_along(plays: Play) -> None:
    """An update keeps what is new for a watchlist that stays, and no more."""

    async def story(world: UpdatesWorld) -> None:
        first = world.article("THAAD and rice, 12 men.")
        await world.send()
        world.article("THAAD, 15 men.", beside=first, new="15 men")
        world.article("Rice, 19 men.", beside=first, new="19 men")
        await world.match()
        pause_watchlist(world.db, "THAAD", world.desk.clock.now(), None)
        sent = await world.send(hours=2)
        assert [new_of(m).splitlines()[3:] for m in sent] == [["- Rice, *19 men*.", ""]]
        assert world.told() == {(TO, "19 men"): 1}

    plays(story, THAAD, listed("Food", "rice"))


def test_an_update_is_judged_again(plays: Play) -> None:
    """No article of it matches any more: nobody is told."""

    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        later = world.article(SECOND, beside=first, new="15 men")
        await world.match()
        world.say(later, "About rice, 15 men.")
        assert await world.send(hours=2) == []
        assert world.alerts() == [("immediate", "sent", 0), ("update", "cancelled", 1)]

    plays(story)


def test_a_text_that_moved_on_is_shown_as_it_is(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        later = world.article("THAAD: 15 men. Then 8 ships.", beside=first, new="15 men")
        await world.match()
        world.say(later, "Now, THAAD: 8 ships. There were 15 men.", "")
        assert "- There were *15 men*." in new_of((await world.send(hours=2))[0])
        world.say(later, "THAAD: 17 men.", "17 men")
        await world.match()
        world.say(later, "THAAD: none were hurt.")
        sent = await world.send(hours=2)
        assert [new_of(m) for m in sent] == [""]
        assert "none were hurt" in sent[0].get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one

    plays(story)


def test_the_interval_in_force_counts(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        world.say(first, SECOND, "15 men")
        await world.match()
        await world.desk.configure(listed("THAAD", "THAAD", every=timedelta(hours=5)))
        assert await world.send(hours=2) == []
        assert len(await world.send(hours=3)) == 1
        world.say(first, THIRD, "19 men")
        await world.match()
        await world.desk.configure(listed("THAAD", "THAAD", every=NEVER))
        assert await world.send(hours=9) == []
        assert world.alerts()[-1] == ("update", "cancelled", 2)

    plays(story)


def test_a_term_no_text_of_the_story_had(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("About THAAD.")
        await world.send()
        world.article("About THAAD and Patriot.", beside=first)
        sent = await world.send(hours=2)
        assert ["- About THAAD and *Patriot*." in new_of(m) for m in sent] == [True]
        world.article("Patriot and THAAD.", beside=first)
        assert await world.send(hours=9) == []
        assert [row.news[0]["kind"] for row in rows(world.db, alert_news)] == ["term"]

    plays(story, listed("Defence", "THAAD", "Patriot"))


@pytest.mark.parametrize("other_page", [False, True])
def test_a_page_says_more_than_its_feed_and_nothing_happened(plays: Play, other_page: bool) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("About THAAD.", page=False)
        await world.send()
        if other_page:
            world.article("About THAAD.", beside=first)
        else:
            world.article("About Patriot.", beside=first, page=False)  # known from feeds alone
        world.say(first, "About THAAD and Patriot.")
        assert await world.send(hours=9) == []

    plays(story, listed("Defence", "THAAD", "Patriot"))


def test_a_term_that_the_rule_lacked_before_is_no_news(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("About THAAD and Patriot.")
        await world.send()
        await world.desk.configure(listed("THAAD", "THAAD", "Patriot"))
        world.article("THAAD and Patriot once more.", beside=first)
        assert await world.send(hours=9) == []

    plays(story)


def test_a_single_pass_does_not_hurry_an_update(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.match()
        await run_once(world.desk.desk)
        assert len(world.channel.accepted) == 1
        world.say(first, SECOND, "15 men")
        for minutes, mails in ((10, 1), (109, 1), (1, 2)):
            world.desk.clock.pass_(minutes=minutes)
            world.desk.desk.stopping = False
            await run_once(world.desk.desk)
            assert len(world.channel.accepted) == mails

    plays(story)


def test_a_page_that_comes_in_does_not_hurry_an_update(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        later = world.article(SECOND, beside=first, new="15 men", page=False)
        with world.db.write() as conn:
            conn.execute(update(articles).where(articles.c.id == later).values(page_settled=False))
        await world.match()
        with world.db.write() as conn:
            conn.execute(update(articles).where(articles.c.id == later).values(page_settled=True))
        world.say(later, SECOND)
        assert await world.send(minutes=119) == []
        assert ["*15 men*" in new_of(m) for m in await world.send(minutes=1)] == [True]

    plays(story)


def test_a_clock_that_was_ahead_holds_nothing_up(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        clock = world.desk.clock
        clock.pass_(days=400)
        first = world.article(FIRST)
        await world.send()
        clock.pass_(days=-400)
        world.say(first, SECOND, "15 men")
        await world.send(hours=2)
        assert len(world.channel.accepted) + len(await world.send(hours=2)) == 2
        clock.pass_(days=400)
        world.say(first, THIRD, "19 men")
        await world.match()
        clock.pass_(days=-400)
        assert len(await world.send()) == 1  # nobody knows what its times mean

    plays(story)


def test_a_page_that_is_another_article_is_told_of_once(plays: Play) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        world.say(first, SECOND, "15 men")
        later = world.article(THIRD, beside=first, new="19 men")
        await world.match()
        with world.db.write() as conn:
            replace_news(conn, later, first)
            left = conn.execute(select(alert_news.c.article_id)).scalars().all()
        assert left == [first]
        assert {n["text"] for n in rows(world.db, alert_news)[0].news} == {"15 men", "19 men"}

    plays(story)


@pytest.mark.parametrize("sent_first", ["neither", "earlier", "later", "both"])
def test_no_news_is_lost_when_stories_meet(plays: Play, sent_first: str) -> None:
    """Of two stories that become one each has news that waits."""

    async def story(world: UpdatesWorld) -> None:
        names = ["later", "earlier"] if sent_first == "later" else ["earlier", "later"]
        made = {}
        for name in names:
            made[name] = world.article(f"THAAD, 12 men of the {name}.")
            if sent_first in (name, "both"):
                await world.send()
        earlier, later = made["earlier"], made["later"]
        await world.match()
        world.say(earlier, "THAAD, 15 men.", "15 men")
        world.article("THAAD, 4 ships.", beside=later, new="4 ships")
        await world.match()
        world.unite(later, earlier)
        sent = await world.send(hours=2)
        assert world.told() == {(TO, "15 men"): 1, (TO, "4 ships"): 1}
        assert len(sent) == 1
        assert await world.send(hours=9) == []
        keys = [(a.kind, a.n) for a in rows(world.db, alerts) if a.state == "sent"]
        assert len(keys) - len(set(keys)) <= (sent_first == "both")  # the stories went apart

    plays(story)
