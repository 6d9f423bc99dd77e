"""The way of an item, from feed to mail, on both databases (DESIGN §4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsroom.model import NotifyRule, Watchlist
from newsroom.reasons import Reason
from storage.database import Database
from tests.newsdesk import (
    FEED,
    FILLER,
    START,
    Newsdesk,
    item,
    newsdesk,
    page,
    page_url,
    rss,
    source,
    watchlist,
)

Story = Callable[[Newsdesk], Awaitable[None]]


@pytest.fixture
def play(database: Database, tmp_path: Path) -> Callable[..., None]:
    """Plays a story on a desk over each kind of database."""
    url = database.engine.url.render_as_string(hide_password=False)
    database.close()

    def run(story: Story, **parts: Any) -> None:
        async def main() -> None:
            async with newsdesk(tmp_path, url=url, **parts) as desk:
                await story(desk)

        asyncio.run(main())

    return run


def states(desk: Newsdesk) -> list[str]:
    return [alert["state"] for alert in desk.alerts()]


def test_a_matching_page_is_mailed_once(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Seoul to review THAAD site"), item(2, "Rice harvest begins"))
        desk.page(1, "Seoul to review THAAD site", "The THAAD battery will stay, an official said.")
        desk.page(2, "Rice harvest begins")
        first = await desk.run()
        assert first.exit_code == 0
        assert first.mails.sent == 1
        assert {a["state"] for a in desk.articles()} == {"fetched"}
        mails = desk.mails()
        assert [m["Subject"] for m in mails] == [
            "[THAAD] Seoul to review THAAD site — Example News"
        ]
        assert "an official said" in mails[0].get_body(("plain",)).get_content()
        again = await desk.run()
        assert (again.mails.sent, len(desk.mails())) == (0, 1)
        desk.feed(item(3, "THAAD talks"), item(1, "Seoul to review THAAD site"))
        third = await desk.run()
        assert (third.mails.sent, len(desk.mails())) == (1, 2)
        assert len(desk.matches()) == 2

    play(story)


def test_the_match_may_be_in_the_page_alone(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Ministers meet", "They met."))
        desk.page(1, "Ministers meet", "They spoke of THAAD.")
        await desk.run()
        assert states(desk) == ["sent"]
        assert [h["field"] for h in desk.matches()[0]["hits"]] == ["body"]

    play(story)


def test_a_page_that_fails_is_alerted_on_its_feed_text(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD battery moved"))
        desk.sites.fail(page_url(1), Reason.HTTP_5XX, 500)
        await desk.run()
        assert states(desk) == ["sent"]
        assert desk.articles()[0]["state"] == "failed"
        desk.page(1, "THAAD battery moved", "The THAAD battery was moved overnight.")
        await desk.run()
        assert desk.articles()[0]["state"] == "fetched"
        assert states(desk) == ["sent"]  # the first page of an alerted article is no news

    play(story)


@pytest.mark.parametrize(("status", "state"), [(404, "gone"), (410, "gone")])
def test_a_gone_page_keeps_nobody_waiting(
    play: Callable[..., None], status: int, state: str
) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD battery moved"))
        reason = Reason.GONE if status == 410 else Reason.HTTP_4XX
        desk.sites.fail(page_url(1), reason, status, permanent=True)
        await desk.run()
        assert desk.articles()[0]["state"] == state
        await desk.run(days=1)
        assert desk.sites.fetched(page_url(1)) == 1
        assert states(desk) == ["sent"]

    play(story)


def test_first_poll_tells_only_what_is_fresh(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        old = START - timedelta(hours=30)
        desk.feed(
            item(1, "THAAD now"),
            item(2, "THAAD long ago", published=old),
            item(3, "THAAD undated, fresh", published=None),
            item(4, "THAAD undated, old", published=None),
            item(5, "THAAD undated, no page", published=None),
            item(6, "THAAD tomorrow", published=START + timedelta(days=400)),
        )
        for n, title in ((1, "THAAD now"), (2, "THAAD long ago"), (6, "THAAD tomorrow")):
            desk.page(n, title, f"Report {n} on THAAD.")
        desk.page(3, "THAAD undated, fresh", "Report 3.", published="2026-08-15T10:00:00+09:00")
        desk.page(4, "THAAD undated, old", "Report 4.", published="2026-08-01T10:00:00+09:00")
        await desk.run()
        assert sorted(m["Subject"] for m in desk.mails()) == [
            "[THAAD] THAAD now — Example News",
            "[THAAD] THAAD tomorrow — Example News",
            "[THAAD] THAAD undated, fresh — Example News",
        ]
        assert len(desk.matches()) == 6
        desk.feed(item(7, "THAAD old but shown later", published=old))
        await desk.run()
        assert len(desk.mails()) == 4

    play(story)


def test_all_ages_where_the_source_says_so(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD in 2017", published=START - timedelta(days=3000)))
        await desk.run()
        assert states(desk) == ["sent"]

    play(story, sources=[source(backfill_alerts=None)])


def test_watchlists_of_one_recipient_share_an_alert(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Missiles and THAAD"))
        desk.page(1, "Missiles and THAAD", "Both were seen.")
        await desk.run()
        alerts = desk.alerts()
        assert {(a["recipient"], tuple(a["watchlists"])) for a in alerts} == {
            ("desk@example.org", ("THAAD", "Missiles")),
            ("other@example.org", ("Missiles",)),
        }

    both = watchlist("Missiles", "missile", to=("desk@example.org", "other@example.org"))
    play(story, watchlists=[watchlist(), both])


def test_an_exact_copy_in_another_outlet_alerts_nobody_twice(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        other = "https://other.example/a/1"
        desk.feed(item(1, "THAAD talks held in Seoul"))
        desk.sites.put("https://other.example/rss", rss(item(9, "THAAD talks held", link=other)))
        words = ("Seoul and Washington held talks on the THAAD battery on Friday, it was said.",)
        desk.page(1, "THAAD talks held in Seoul", *words)
        desk.sites.put(other, page("THAAD talks held in Seoul", *words, *FILLER))
        await desk.run()
        assert len(desk.mails()) == 1
        stories = {a["story"] for a in desk.articles()}
        assert len(stories) == 1
        assert sorted(states(desk)) in (["sent"], ["folded", "sent"])

    second = source(
        id="other",
        name="Other Herald",
        hosts=("other.example",),
        feeds=("https://other.example/rss",),
    )
    play(story, sources=[source(), second])


def test_an_edited_title_is_a_revision_and_fetches_the_page_again(
    play: Callable[..., None],
) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Talks on defence"))
        desk.page(1, "Talks on defence", "They spoke at length.")
        await desk.run()
        desk.feed(item(1, "Talks on THAAD"))
        desk.page(1, "Talks on THAAD", "They spoke at length of THAAD.")
        await desk.run()
        assert desk.sites.fetched(page_url(1)) == 2
        assert len(desk.articles()) == 1
        assert [m["Subject"] for m in desk.mails()] == ["[THAAD] Talks on THAAD — Example News"]

    play(story)


def test_a_removed_watchlist_sends_nothing_any_more(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.desk.channel.close()
        desk.feed(item(1, "THAAD news"))
        desk.sites.fail(page_url(1), Reason.HTTP_5XX, 500)
        from jobs.lanes import Lanes
        from jobs.queue import InlineQueue

        queue = InlineQueue({})
        lanes = Lanes(desk.desk, lambda: queue)
        lanes.since = desk.clock.now()
        lanes.forced = {"news.example": [1]}
        queue._steps |= {"host": lanes.work, "deliver": _nothing, "match": _nothing}
        await lanes.work("news.example")
        await queue.idle()
        assert states(desk) == ["pending"]
        await desk.configure(watchlist("Rice", "rice"))
        assert states(desk) == ["cancelled"]
        await desk.run()
        assert desk.mails() == []

    play(story)


async def _nothing(_key: str) -> None:
    """A step that is not wanted here."""


def test_a_watchlist_added_later_tells_only_what_comes_later(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "Rice harvest"), item(2, "THAAD"))
        await desk.run()
        await desk.configure(watchlist(), watchlist("Rice", "rice"))
        desk.feed(item(3, "Rice prices"), item(1, "Rice harvest is in"), item(2, "THAAD"))
        await desk.run()
        told = sorted((a["watchlists"][0], a["state"]) for a in desk.alerts())
        assert told == [("Rice", "sent"), ("THAAD", "sent")]
        assert len([m for m in desk.matches() if m["watchlist"] == "Rice"]) == 2

    play(story)


def test_a_paused_watchlist_records_and_tells_nobody(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        from storage.edits import pause_watchlist, resume_watchlist

        pause_watchlist(desk.db, "THAAD", desk.clock.now())
        await desk.desk.reload_rules()
        desk.feed(item(1, "THAAD one"))
        desk.page(1, "THAAD one", "About THAAD.")
        await desk.run()
        resume_watchlist(desk.db, "THAAD")
        await desk.desk.reload_rules()
        desk.feed(item(1, "THAAD one, corrected"), item(2, "THAAD two"))
        await desk.run()
        assert [a["state"] for a in desk.alerts()] == ["sent"]
        assert len(desk.matches()) == 2

    play(story)


def test_one_bad_entry_costs_the_others_nothing(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        good = item(1, "THAAD good")
        bad = "<item></item>"
        desk.feed(good, bad, item(2, "Rice"))
        await desk.run()
        assert {a["title"] for a in desk.articles()} >= {"THAAD good", "Rice"}

    play(story)


def test_an_entry_without_a_link_is_matched_and_told(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.sites.put(
            FEED,
            '<rss version="2.0"><channel><title>t</title><item><title>THAAD flash</title>'
            "<description>No link at all.</description></item></channel></rss>",
        )
        await desk.run()
        await desk.run()
        assert states(desk) == ["sent"]
        assert desk.articles()[0]["url"] is None

    play(story, sources=[source(backfill_alerts=None)])


def test_a_dead_feed_is_told_from_a_quiet_one(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.sites.put(FEED, "<html><body>Please log in</body></html>")
        summary = await desk.run()
        assert summary.polls[Reason.NOT_A_FEED] == 1
        assert summary.exit_code == 0
        desk.sites.fail(FEED, Reason.DNS)
        assert (await desk.run()).exit_code == 3

    play(story)


def test_times_are_shown_in_the_zone_of_the_readers_rule(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD at noon"))
        await desk.run()
        (mail,) = desk.mails()
        assert "12:00 KST" in mail.get_body(("plain",)).get_content()

    seoul = NotifyRule(to=("desk@example.org",), timezone="Asia/Seoul")
    play(story, watchlists=[replace(watchlist(), notify=(seoul,))])


def test_rules_without_recipients_record_only(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD"))
        await desk.run()
        assert len(desk.matches()) == 1
        assert desk.alerts() == []

    quiet: Watchlist = replace(watchlist(), notify=())
    play(story, watchlists=[quiet])


def test_an_unsent_alert_is_judged_by_the_page_too(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD film"), item(2, "THAAD battery"))
        desk.page(1, "THAAD film", "It is a movie about a village.")
        desk.page(2, "Battery moved", "The battery was moved, nobody said where.")
        await desk.run()
        assert sorted(states(desk)) == ["cancelled", "sent"]
        # what only the feed's headline says stays known when the page has another
        (mail,) = desk.mails()
        assert mail["Subject"] == "[THAAD] Battery moved — Example News"
        assert len(desk.matches()) == 2

    play(story, watchlists=[replace(watchlist(), none=("movie",))])


def test_an_update_answers_the_first_mail(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD one"))
        desk.page(1, "THAAD one", "About THAAD.")
        await desk.run()
        desk.feed(item(1, "THAAD one, with an umbrella"))
        desk.page(1, "THAAD one, with an umbrella", "About THAAD and an umbrella.")
        await desk.run()
        assert len(desk.mails()) == 1  # the interval since the first is not over
        await desk.run(hours=2)
        assert [m["Subject"] for m in desk.mails()] == [
            "[THAAD] THAAD one — Example News",
            "Re: [THAAD] THAAD one — Example News",
        ]
        assert desk.mails()[0]["References"] == desk.mails()[1]["References"]

    play(story, watchlists=[watchlist(), watchlist("Umbrellas", "umbrella")])


def test_one_page_under_two_headlines_is_a_wall(play: Callable[..., None]) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD talks"), item(2, "THAAD radar tested", "Other words."))
        for n in (1, 2):
            wall = page("Log in", "Members read more. Become one today.", *FILLER)
            desk.sites.put(page_url(n), wall)
        await desk.run()
        assert len({a["story"] for a in desk.articles()}) == 2
        assert states(desk) == ["sent", "sent"]
        assert [a["title"] for a in desk.articles() if a["state"] == "partial"] in (
            ["THAAD talks"],
            ["THAAD radar tested"],
        )

    play(story)


def test_a_pass_tries_a_mail_server_that_was_down(
    play: Callable[..., None], tmp_path: Path
) -> None:
    from tests.site.mailserver import MailServer

    with MailServer() as server:
        server.stop()

        async def story(desk: Newsdesk) -> None:
            desk.feed(item(1, "THAAD"))
            assert (await desk.run()).exit_code == 3
            server.start()
            second = await desk.run(seconds=5)
            assert (second.exit_code, second.mails.sent) == (0, 1)

        play(story, mail_url=server.url())
