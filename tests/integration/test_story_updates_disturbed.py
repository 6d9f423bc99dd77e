"""Updates, and what comes between: mails that wait, pauses, changed rules, stories that meet."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from jobs.once import run_once
from storage.alert_news import replace_news
from storage.edits import pause_watchlist, resume_watchlist
from storage.listing_detail import alert as alert_detail
from storage.outbox import resend
from storage.outbox_tables import alert_news, alerts
from storage.tables import articles
from tests.integration.updates_world import NEVER, TO, Plays, UpdatesWorld, listed, new_of
from tests.rows import rows

ONE, TWO = "one@example.org", "two@example.org"
THAAD = listed("THAAD", "THAAD")
FIRST, SECOND, THIRD = ("About THAAD and 12 men.", "About THAAD, 15 men.", "THAAD, 19 men hurt.")


def test_an_update_goes_behind_a_mail_that_waits_for_its_server(plays: Plays) -> None:
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


def test_news_while_the_first_mail_is_being_sent(plays: Plays) -> None:
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


def test_what_a_person_sends_again_changes_nothing(plays: Plays) -> None:
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


def test_nothing_of_a_pause_is_told_afterwards(plays: Plays) -> None:
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


def test_a_watchlist_that_goes_takes_its_news_along(plays: Plays) -> None:
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


def test_an_update_is_judged_again(plays: Plays) -> None:
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


def test_a_text_that_moved_on_is_shown_as_it_is(plays: Plays) -> None:
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


def test_the_interval_in_force_counts(plays: Plays) -> None:
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


def test_a_term_no_text_of_the_story_had(plays: Plays) -> None:
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
def test_a_page_says_more_than_its_feed_and_nothing_new(plays: Plays, other_page: bool) -> None:
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


def test_a_term_that_the_rule_lacked_before_is_no_news(plays: Plays) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("About THAAD and Patriot.")
        await world.send()
        await world.desk.configure(listed("THAAD", "THAAD", "Patriot"))
        world.article("THAAD and Patriot once more.", beside=first)
        assert await world.send(hours=9) == []

    plays(story)


def test_a_single_pass_does_not_hurry_an_update(plays: Plays) -> None:
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


def test_a_page_that_comes_in_does_not_hurry_an_update(plays: Plays) -> None:
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


def test_a_clock_that_was_ahead_holds_nothing_up(plays: Plays) -> None:
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


def test_a_page_that_is_another_article_is_told_of_once(plays: Plays) -> None:
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
def test_no_news_is_lost_when_stories_meet(plays: Plays, sent_first: str) -> None:
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
