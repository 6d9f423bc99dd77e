"""A watchlist added after the articles: one mail from the archive, and nothing twice after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from jobs.retro import Found, Retro
from newsroom.errors import UnknownName
from newsroom.model import Watchlist
from storage.edits import pause_watchlist, resume_watchlist
from storage.outbox import hold_by_hand, resend
from storage.retro import Period
from tests.newsdesk import (
    START,
    Newsdesk,
    filler,
    item,
    newsdesk,
    page,
    page_url,
    watchlist,
)

Story = Callable[[Newsdesk], Awaitable[None]]
OTHER = watchlist("Rice", "rice")


def play(folder: Path, story: Story, url: str | None = None, **parts: Any) -> None:
    async def main() -> None:
        parts.setdefault("watchlists", [OTHER])
        async with newsdesk(folder, url=url, **parts) as desk:
            await story(desk)

    asyncio.run(main())


def look_back(desk: Newsdesk, *names: str, days: int = 30, rehearse: bool = False) -> Found:
    now = desk.clock.now()
    period = Period(now - timedelta(days=days), now + timedelta(seconds=1))
    return Retro(desk.db, names or ["THAAD"], period, rehearse=rehearse).run(now)


async def stored_first(desk: Newsdesk, *more: Watchlist) -> None:
    """Three stories that meet THAAD and one that does not come in; then the watchlist is added."""
    titles = ("THAAD battery moved", "Talks on missiles", "사드 포대 이전 검토", "Barley is in")
    items = []
    for n, title in enumerate(titles):
        at = START - timedelta(hours=3 - n)
        said = (
            "The talks were about THAAD, an official said." if n == 1 else f"{title}, it was said."
        )
        desk.page(n + 1, title, said, published=at.isoformat())
        items.append(item(n + 1, title, published=at))
    desk.feed(*items)
    await desk.run()
    assert not desk.mails()
    await desk.configure(OTHER, watchlist(), *more)
    await desk.run()
    assert not desk.mails(), "an article that was seen before the watchlist alerts nobody"


def reprint(desk: Newsdesk) -> None:
    """Page 9 has the words of page 2."""
    said = "The talks were about THAAD, an official said."
    desk.sites.put(page_url(9), page("Talks on missiles", said, *filler(2)))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def stories_of(mail: EmailMessage) -> list[str]:
    return [number.strip() for number in str(mail["X-Wirewatch-Story"]).split(",")]


def test_one_mail_with_every_story(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        found = look_back(desk)
        assert (found.articles, found.matched, found.new) == (4, {"THAAD": 3}, 3)
        assert [(one.stories, one.joined) for one in found.told] == [(3, 0)]
        await desk.run()
        (mail,) = desk.mails()
        assert mail["Subject"] == "[THAAD] 3 stories, 15 Aug, from the archive"
        assert len(stories_of(mail)) == 3
        assert len(str(mail["References"]).split()) == 3
        text = text_of(mail)
        assert text.startswith("From the archive, 16 Jul-15 Aug 2026: 3 stories\n")
        at = [text.index(t) for t in ("*사드* 포대 이전", "Talks on missiles", "*THAAD* battery")]
        assert at == sorted(at), "newest first"
        assert "The talks were about *THAAD*" in text
        assert "Barley" not in text
        (alert,) = desk.alerts()
        assert (alert["kind"], alert["state"], alert["watchlists"]) == ("digest", "sent", ["THAAD"])
        # once more: all of it was told
        again = look_back(desk)
        assert (again.new, [(o.stories, o.joined, o.alert) for o in again.told]) == (
            0,
            [(0, 0, None)],
        )
        await desk.run()
        assert len(desk.mails()) == 1

    play(tmp_path, story, database_url)


def test_what_comes_after_is_as_after_an_alert(tmp_path: Path, database_url: str) -> None:
    """A copy is news to nobody; what another watchlist meets is an update in the thread."""

    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        look_back(desk)
        await desk.run()
        (digest,) = desk.mails()
        missiles = watchlist("Missiles", "missiles")
        await desk.configure(OTHER, watchlist(), missiles)
        # the same words once more, under another address
        desk.feed(
            item(2, "Talks on missiles"),
            item(9, "Talks on missiles", published=desk.clock.now()),
        )
        reprint(desk)
        await desk.run(hours=3)  # past the interval of updates
        first, update = desk.mails()
        assert first["Message-ID"] == digest["Message-ID"]
        assert update["Subject"].startswith("Re: [Missiles] Talks on missiles")
        assert update["X-Wirewatch-Watchlist"] == "Missiles"
        assert update["X-Wirewatch-Story"] in stories_of(digest)
        assert update["References"] in str(digest["References"]).split()
        kinds = [(alert["kind"], alert["watchlists"]) for alert in desk.alerts()]
        assert sorted(kinds) == [("digest", ["THAAD"]), ("update", ["Missiles"])]

    play(tmp_path, story, database_url)


def test_a_rehearsal_does_nothing(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        found = look_back(desk, rehearse=True)
        assert [(one.stories, one.alert) for one in found.told] == [(3, None)]
        assert found.new == 0
        assert not desk.matches()
        assert not desk.alerts()

    play(tmp_path, story, database_url)


def test_the_period_counts_from_when_an_article_was_first_seen(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        desk.clock.pass_(days=3)
        assert look_back(desk, days=2).articles == 0
        assert look_back(desk, days=4).articles == 4

    play(tmp_path, story)


def test_nobody_to_tell(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        await desk.configure(OTHER, watchlist(to=()))
        found = look_back(desk)
        assert (found.matched, found.new, found.told) == ({"THAAD": 3}, 3, ())
        await desk.configure(OTHER, watchlist(to=("desk@example.org",)))
        pause_watchlist(desk.db, "THAAD", desk.clock.now())
        found = look_back(desk)
        assert (found.told, found.paused) == ((), ("THAAD",))
        resume_watchlist(desk.db, "THAAD")
        assert [one.stories for one in look_back(desk).told] == [3]
        with pytest.raises(UnknownName):
            look_back(desk, "Thaad")

    play(tmp_path, story)


def test_each_recipient_has_a_mail(tmp_path: Path) -> None:
    """One who paused gets none; one who was told of a story by another rule hears of the rest."""

    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        people = ("a@example.org", "b@example.org", "c@example.org")
        await desk.configure(OTHER, watchlist(to=people))
        pause_watchlist(desk.db, "THAAD", desk.clock.now(), "b@example.org")
        found = look_back(desk)
        assert [one.recipient for one in found.told] == ["a@example.org", "c@example.org"]
        await desk.run()
        assert sorted(mail["To"] for mail in desk.mails()) == ["a@example.org", "c@example.org"]
        assert len({mail["Message-ID"] for mail in desk.mails()}) == 2

    play(tmp_path, story)


def test_several_watchlists_in_one_mail(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk, watchlist("Talks", "talks"), watchlist("Fields", "barley"))
        found = look_back(desk, "THAAD", "Talks", "Fields")
        assert found.matched == {"THAAD": 3, "Talks": 4, "Fields": 1}
        assert [one.stories for one in found.told] == [4]
        await desk.run()
        (mail,) = desk.mails()
        assert mail["Subject"] == "[THAAD +2] 4 stories, 15 Aug, from the archive"
        text = text_of(mail)
        assert text.index("THAAD (3)\n") < text.index("Talks (1)\n") < text.index("*Barley*")
        assert text.count("*Talks* on missiles\n") == 1, "a story stands once"

    play(tmp_path, story)


def test_a_story_whose_alert_waits_is_told_there(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        await desk.configure(OTHER, watchlist(), watchlist("Missiles", "missiles"))
        desk.feed(item(9, "Talks on missiles", published=desk.clock.now()))
        reprint(desk)
        await desk.run()  # the copy is told for both
        assert [alert["watchlists"] for alert in desk.alerts()] == [["THAAD", "Missiles"]]
        (told,) = look_back(desk).told
        assert (told.stories, told.joined) == (2, 0)

    play(tmp_path, story, database_url)


def test_at_the_claim_it_is_judged_again(tmp_path: Path, database_url: str) -> None:
    """What the rule in force does not match any more leaves; with nothing left it is cancelled."""

    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        look_back(desk)
        await desk.configure(OTHER, watchlist("THAAD", "사드"))
        await desk.run()
        (mail,) = desk.mails()
        assert mail["Subject"] == "[THAAD] 1 story, 15 Aug, from the archive"
        # what left was told to nobody: the old words find it again
        await desk.configure(OTHER, watchlist())
        assert [one.stories for one in look_back(desk).told] == [2]
        await desk.configure(OTHER, watchlist("THAAD", "Thule"))
        await desk.run()
        assert len(desk.mails()) == 1
        assert sorted(alert["state"] for alert in desk.alerts()) == ["cancelled", "sent"]

    play(tmp_path, story, database_url)


@pytest.mark.parametrize("what", ["paused", "removed", "recipient"])
def test_withdrawn(tmp_path: Path, database_url: str, what: str) -> None:
    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        look_back(desk)
        if what == "paused":
            pause_watchlist(desk.db, "THAAD", desk.clock.now())
        else:
            kept = [watchlist(to=("b@example.org",))] if what == "recipient" else []
            await desk.configure(OTHER, *kept)
        await desk.run()
        assert not desk.mails()
        assert [alert["state"] for alert in desk.alerts()] == ["cancelled"]
        if what == "paused":  # nothing of it counts as told
            resume_watchlist(desk.db, "THAAD")
            assert [one.stories for one in look_back(desk).told] == [3]

    play(tmp_path, story, database_url)


def test_by_hand(tmp_path: Path, database_url: str) -> None:
    """Held, sent after all, and sent again: the same stories under another Message-ID."""

    async def story(desk: Newsdesk) -> None:
        await stored_first(desk)
        (told,) = look_back(desk).told
        assert told.alert is not None
        assert hold_by_hand(desk.db, told.alert, desk.clock.now())
        await desk.run()
        assert not desk.mails()
        assert [one.stories for one in look_back(desk).told] == [0], "held is not lost"
        for _ in range(2):
            resend(desk.db, told.alert, desk.clock.now())
            await desk.run()
        one, two = desk.mails()
        assert one["Subject"] == two["Subject"]
        assert stories_of(one) == stories_of(two)
        assert one["Message-ID"] != two["Message-ID"]

    play(tmp_path, story, database_url)
