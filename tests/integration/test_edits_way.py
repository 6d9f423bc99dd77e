"""Pages of matched articles are looked at again: what is fetched when, kept, and mailed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from newsroom.model import Watchlist
from newsroom.reasons import Reason
from storage.coverage_tables import article_edits
from storage.listing_detail import article
from storage.listing_edits import history
from storage.tables import articles
from tests.newsdesk import Newsdesk, filler, item, newsdesk, page, page_url, watchlist

TITLE = "THAAD launchers reach the port"
LEAD = "Engineers began to unload the launchers of the THAAD battery on Monday, a ministry said."
COUNT = "Police counted 340 protesters at the gate."
SAID = '"We only ask to be heard by the ministry," said a farmer.'
TEXT = (LEAD, COUNT, SAID)
URL = page_url(1)
Story = Callable[[Newsdesk], Awaitable[None]]


def play(
    folder: Path, url: str, story: Story, *, edits: bool = True, lists: tuple[Watchlist, ...] = ()
) -> None:
    """A story that begins when the first mail of article 1 has gone."""

    async def main() -> None:
        asked = lists or (replace(watchlist(), edits=edits),)
        async with newsdesk(folder, url=url, watchlists=asked) as desk:
            desk.feed(item(1, TITLE, "Launchers came."))
            desk.page(1, TITLE, *TEXT)
            await desk.run()
            assert len(desk.mails()) == 1
            await story(desk)

    asyncio.run(main())


def on_file(folder: Path) -> str:
    """Where the two databases cannot differ, one is enough."""
    return f"sqlite:///{folder}/edits.db"


def edit_of(mail: EmailMessage) -> str:
    """What a mail says first, as changed by an outlet; white space is one blank."""
    part = mail.get_body(("plain",))
    assert part is not None
    text = str(part.get_content())
    assert text.startswith("Changed by the outlet:"), text
    return " ".join(text.partition("* * *")[0].split())


def texts(mail: EmailMessage) -> str:
    parts = (mail.get_body(("plain",)), mail.get_body(("html",)))
    return "".join(str(part.get_content()) for part in parts if part is not None)


async def hours(desk: Newsdesk, count: int) -> None:
    for _ in range(count):
        await desk.run(hours=1)


async def days(desk: Newsdesk) -> None:
    """Past the last look, and the interval after it."""
    for wait in (5, 20, 6):
        await desk.run(hours=wait)


async def minutes(desk: Newsdesk, count: int) -> None:
    for _ in range(count // 10):
        await desk.run(minutes=10)


def edits_of(desk: Newsdesk) -> list[tuple[str, ...]]:
    with desk.db.read() as conn:
        rows = conn.execute(select(article_edits.c.kinds).order_by(article_edits.c.id))
        return [tuple(row.kinds) for row in rows]


def known(desk: Newsdesk) -> dict[str, Any]:
    found = article(desk.db, 1)
    assert found is not None
    return found


def test_looks_come_an_hour_six_and_a_day_after_the_page(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        looks = []
        begun = desk.clock.now()
        for at in (59, 60, 61, 359, 360, 361, 1439, 1440, 1441, 3000, 9000):
            seen = desk.sites.fetched(URL)
            desk.clock.time = begun + timedelta(minutes=at)
            await desk.run(minutes=0)
            if desk.sites.fetched(URL) > seen:
                looks.append(at)
        assert looks == [60, 360, 1440]
        assert len(desk.mails()) == 1
        assert len(known(desk)["revisions"]) == 2  # the feed's words, and the page

    play(tmp_path, database_url, story)


def test_what_nobody_watches_is_fetched_once(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, TITLE, "Launchers came."), item(2, "Rain falls", "It rains."))
        desk.page(2, "Rain falls", "It rains in the valley and on the hills beside it.")
        await hours(desk, 8)
        assert desk.sites.fetched(page_url(2)) == 1
        assert desk.sites.fetched(URL) == 3

    play(tmp_path, on_file(tmp_path), story)


def test_a_downtime_is_made_up_by_one_look(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        await desk.run(hours=20)
        await hours(desk, 2)
        assert desk.sites.fetched(URL) == 2
        await hours(desk, 3)
        assert desk.sites.fetched(URL) == 3

    play(tmp_path, on_file(tmp_path), story)


def test_a_clock_that_was_ahead_stops_no_look(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.clock.time -= timedelta(days=400)
        await desk.run(minutes=1)
        assert desk.sites.fetched(URL) == 2
        for wait in (6, 30):
            await desk.run(hours=wait)
        assert desk.sites.fetched(URL) == 4
        assert len(desk.mails()) == 1

    play(tmp_path, on_file(tmp_path), story)


def test_headline_number_and_quotation_are_told(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        said = SAID.replace("heard", "seen")
        desk.page(1, f"{TITLE} late", LEAD, COUNT.replace("340", "520"), said)
        await hours(desk, 1)
        assert len(desk.mails()) == 1  # not before update_interval is over
        await hours(desk, 2)
        first, update_ = desk.mails()
        told = edit_of(update_)
        assert "Headline, numbers or dates, quotation: changed between" in told
        assert "- Headline: THAAD launchers reach the port {+late+}" in told
        assert "- Police counted [-340-]{+520+} protesters at the gate." in told
        assert "be [-heard-]{+seen+} by the ministry" in told
        assert "changed 15 Aug 2026, 04:10 UTC" in texts(update_)
        for tag in (">340</del>", ">520</ins>"):
            assert tag in texts(update_)
        assert update_["Subject"] == f"Re: {first['Subject']}"
        assert update_["References"] == first["References"]
        assert edits_of(desk) == [("headline", "number", "quotation")]
        await days(desk)
        assert len(desk.mails()) == 2
        assert [r["origin"] for r in known(desk)["revisions"]] == ["feed", "page", "refetch"]

    play(tmp_path, database_url, story)


def test_with_edits_false_a_look_tells_nothing(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.page(1, f"{TITLE} late", LEAD, COUNT.replace("340", "520"), "A missile went off.")
        await days(desk)
        assert len(desk.mails()) == 1
        assert edits_of(desk) == [("headline", "number", "quotation")]
        # what another outlet reports in so many words is news all the same
        desk.feed(item(2, f"{TITLE} late", "Launchers came."))
        desk.sites.put(page_url(2), page(f"{TITLE} late", LEAD, "Police counted 520 protesters."
                                         , *filler(1)))  # fmt: skip
        await hours(desk, 4)
        assert "*520 protesters*" in texts(desk.mails()[-1])

    play(tmp_path, database_url, story, edits=False)


def test_who_is_met_by_the_changed_text_is_told_for_the_first_time(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.page(1, TITLE, *TEXT, "A missile drill is planned.")
        await hours(desk, 2)
        assert [mail["To"] for mail in desk.mails()] == ["desk@example.org", "other@example.org"]
        assert str(desk.mails()[-1]["Subject"]).startswith("[Missiles] ")

    other = watchlist("Missiles", "missile", to=("other@example.org",))
    play(tmp_path, on_file(tmp_path), story, lists=(watchlist(), other))


def test_a_watch_term_that_went_is_told(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(2, "Launchers at the port", "Trucks came."))
        desk.page(2, "Launchers at the port", LEAD)
        await desk.run()
        assert len(desk.mails()) == 2
        desk.page(2, "Launchers at the port", LEAD.replace("THAAD ", ""))
        await hours(desk, 3)
        told = edit_of(desk.mails()[-1])
        assert "Watched words: changed between" in told
        assert "launchers of the [-THAAD-] battery" in told
        assert edits_of(desk) == [("term",)]
        await days(desk)
        assert len(desk.mails()) == 3

    play(tmp_path, database_url, story)


def test_wording_alone_is_kept_and_not_told(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.page(1, TITLE, LEAD.replace("began to unload", "started unloading"), COUNT, SAID)
        await days(desk)
        assert edits_of(desk) == [("text",)]
        assert len(desk.mails()) == 1

    play(tmp_path, on_file(tmp_path), story)


def test_typography_alone_is_no_version(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.page(1, TITLE, LEAD, COUNT, SAID.replace('"', "”").replace("”We", "“We"))
        await days(desk)
        assert edits_of(desk) == []
        assert len(known(desk)["revisions"]) == 2

    play(tmp_path, on_file(tmp_path), story)


def test_fault_94_an_article_gone_after_its_alert(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.sites.fail(URL, Reason.HTTP_4XX, 410, permanent=True)
        desk.sites.answers[URL] = replace(desk.sites.answers[URL], detail="HTTP 410")  # type: ignore[type-var]  # a result, no callable
        await minutes(desk, 60)
        assert edits_of(desk) == []  # once may be a mishap
        await minutes(desk, 10)
        assert edits_of(desk) == [("withdrawn",)]
        found = known(desk)
        assert (found["state"], found["reason"]) == ("fetched", "gone")
        assert COUNT in found["body"]
        await hours(desk, 3)
        told = edit_of(desk.mails()[-1])
        assert (
            "The page was withdrawn (410) between 15 Aug 2026, 03:10 UTC and "
            "15 Aug 2026, 04:10 UTC." in told
        )
        await hours(desk, 3)
        desk.page(1, TITLE, *TEXT)  # it returns as it was
        await days(desk)
        assert known(desk)["reason"] == "ok"
        assert (len(desk.mails()), edits_of(desk)) == (2, [("withdrawn",)])
        shown = history(desk.db, 1)
        assert shown is not None
        assert [(line["n"], line["kinds"]) for line in shown] == [
            (1, []),
            (2, []),
            (None, ["withdrawn"]),
        ]

    play(tmp_path, database_url, story)


def test_other_ways_of_being_gone(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        for n in (2, 3):
            desk.page(n, f"THAAD report {n}", f"About THAAD, number {n}.")
        desk.feed(*(item(n, f"THAAD report {n}", "It came.") for n in (2, 3)))
        await desk.run()
        assert len(desk.mails()) == 3
        home = replace(desk.sites.answers[page_url(2)], url="https://news.example/")  # type: ignore[type-var]  # a result, no callable
        desk.sites.answers[page_url(2)] = home
        gone = "<html><title>Example News</title><p>This page could not be found.</p></html>"
        desk.sites.put(page_url(3), gone)
        await minutes(desk, 80)
        with desk.db.read() as conn:
            query = select(article_edits.c.detail)
            assert sorted(conn.execute(query).scalars()) == ["front_page", "says_gone"]
        assert {a["state"] for a in desk.articles()} == {"fetched"}

    play(tmp_path, on_file(tmp_path), story)


def test_a_wall_an_empty_page_and_a_failure_change_nothing(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        wall = page(TITLE, "Log in to read on.")
        desk.sites.put(URL, wall)
        await hours(desk, 2)
        desk.sites.put(URL, "<html><title>x</title></html>")
        await hours(desk, 6)
        desk.sites.fail(URL, Reason.TIMEOUT)
        await hours(desk, 20)
        failing = known(desk)
        assert (failing["state"], failing["reason"]) == ("fetched", "timeout")
        assert COUNT in failing["body"]
        asked = desk.sites.fetched(URL)
        assert 5 <= asked <= 9  # ever more rarely
        desk.page(1, TITLE, *TEXT)
        await hours(desk, 6)
        assert known(desk)["reason"] == "ok"
        assert edits_of(desk) == []
        assert len(desk.mails()) == 1

    play(tmp_path, on_file(tmp_path), story)


def test_a_wall_after_the_feed_changed_keeps_the_page(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, f"{TITLE} again", "Launchers came."))
        desk.sites.put(URL, page(TITLE, "Log in to read on."))
        await hours(desk, 1)
        found = known(desk)
        assert (found["state"], found["title"]) == ("fetched", f"{TITLE} again")
        assert COUNT in found["body"]

    play(tmp_path, on_file(tmp_path), story)


def test_fault_104_a_page_that_is_another_at_every_request(
    tmp_path: Path, database_url: str
) -> None:
    async def story(desk: Newsdesk) -> None:
        other = (LEAD, COUNT.replace("340", "520"), SAID)
        for text in (other, TEXT, other, TEXT):
            desk.page(1, TITLE, *text)
            with desk.db.write() as conn:  # as often as one likes
                soon = desk.clock.now() + timedelta(minutes=10)
                conn.execute(update(articles).values(page_due_at=soon, page_priority=3))
            await hours(desk, 3)
        assert len(desk.mails()) == 2
        assert edits_of(desk) == [("number",)]
        assert len(known(desk)["revisions"]) == 3

    play(tmp_path, database_url, story)


def test_in_korean(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        lead = "국방부는 사드 발사대 6기를 항구에서 내리기 시작했다고 월요일 밝혔다."
        desk.feed(item(2, "사드 발사대 항구 도착"))
        desk.page(2, "사드 발사대 항구 도착", lead)
        await desk.run()
        desk.page(2, "사드 발사대 항구 도착", lead.replace("6기", "4기"))
        await hours(desk, 3)
        assert "사드 발사대 [-6-]{+4+}기를 항구에서" in edit_of(desk.mails()[-1])

    play(tmp_path, on_file(tmp_path), story)


def test_a_digest_tells_it_too(tmp_path: Path) -> None:
    rule = replace(watchlist().notify[0], quiet="12:30-23:00", timezone="Asia/Seoul")

    async def story(desk: Newsdesk) -> None:
        desk.page(1, f"{TITLE} late", LEAD, COUNT.replace("340", "520"), SAID)
        await hours(desk, 12)
        digest = desk.mails()[-1]
        assert len(desk.mails()) == 2
        assert "Changed by the outlet:" in texts(digest)
        assert "[-340-]{+520+}" in texts(digest)

    play(
        tmp_path,
        on_file(tmp_path),
        story,
        lists=(replace(watchlist(), edits=True, notify=(rule,)),),
    )
