"""A second mail on a story goes when something is new, and tells it once (DESIGN §4, §7)."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.updates_world import NEVER, TO, Plays, UpdatesWorld, listed, new_of

ONE, TWO = "one@example.org", "two@example.org"
THAAD = listed("THAAD", "THAAD")
FIRST, SECOND, THIRD = ("About THAAD and 12 men.", "About THAAD, 15 men.", "THAAD, 19 men hurt.")


def test_news_goes_together_at_the_end_of_the_interval(plays: Plays) -> None:
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


def test_a_copy_tells_nobody(plays: Plays) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        assert len(await world.send()) == 1
        world.article(FIRST, beside=first)
        world.say(first, FIRST + " ")
        assert await world.send(hours=9) == []
        assert world.alerts() == [("immediate", "sent", 0)]

    plays(story)


def test_after_the_interval_news_goes_at_once(plays: Plays) -> None:
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


def test_an_alert_that_has_not_gone_takes_news_in(plays: Plays) -> None:
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


def test_never_means_first_alerts_only(plays: Plays) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article(FIRST)
        await world.send()
        world.say(first, SECOND, "15 men")
        world.article(THIRD, beside=first, new="19 men")
        assert await world.send(hours=9) == []
        assert world.alerts() == [("immediate", "sent", 0)]

    plays(story, listed("THAAD", "THAAD", every=NEVER))


def test_the_shortest_interval_of_those_named(plays: Plays) -> None:
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


def test_a_watchlist_that_says_never_is_not_named_again(plays: Plays) -> None:
    async def story(world: UpdatesWorld) -> None:
        first = world.article("THAAD and missile, 12 men.")
        await world.send()
        world.say(first, "THAAD and missile, 15 men.", "15 men")
        sent = await world.send(hours=2)
        assert [m["X-Wirewatch-Watchlist"] for m in sent] == ["Slow"]

    plays(story, listed("Slow", "THAAD"), listed("Once", "missile", every=NEVER))


def test_a_watchlist_that_meets_the_story_later(plays: Plays) -> None:
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


def test_news_and_a_watchlist_that_comes_later_are_one_mail(plays: Plays) -> None:
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
