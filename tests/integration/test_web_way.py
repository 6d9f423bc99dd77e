"""From a mail to its link and back: what a mail program does with the header it was sent."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser

from storage.match_feed import feed_key_by_name
from tests.newsdesk import Newsdesk, item, newsdesk, watchlist
from tests.web_case import Web, web_part

BASE = "https://desk.example.org/watch"
DESK, OPS = "desk@example.org", "ops@example.org"


def play(folder: Path, url: str, story: Callable[[Newsdesk, Web], Awaitable[None]]) -> None:
    async def main() -> None:
        lists = [watchlist("THAAD", "THAAD", to=(DESK, OPS)), watchlist("Rice", "Rice", to=(DESK,))]
        async with newsdesk(folder, url=url, watchlists=lists) as desk:
            desk.desk.voice = replace(desk.desk.voice, base_url=BASE)
            with web_part(desk.db, base_url=BASE, secret=desk.desk.voice.secret) as web:
                await story(desk, web)

    asyncio.run(main())


async def told(desk: Newsdesk, *titles: str) -> dict[str, Any]:
    """The last of the titles is new in the feed; who is mailed of it, and the mail."""
    before = len(desk.mails())
    desk.feed(*(item(n, title) for n, title in enumerate(titles, 1)))
    await desk.run(minutes=5)
    return {str(mail["To"]): mail for mail in desk.mails()[before:]}


TITLES = (
    "THAAD battery stays in Seongju",
    "THAAD radar is moved to Gimcheon",
    "Rice harvest comes in early",
    "THAAD crews train for winter nights",
)


def test_a_mails_own_header_stops_it(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk, web: Web) -> None:
        mails = await told(desk, *TITLES[:1])
        assert set(mails) == {DESK, OPS}
        assert mails[DESK]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = re.search(r"<(https:[^>]+)>", str(mails[DESK]["List-Unsubscribe"]))
        assert found is not None
        link = found[1]
        assert link.startswith(BASE)
        answer = await asyncio.to_thread(
            web.post, urlsplit(link).path, {"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code == 200
        assert set(await told(desk, *TITLES[:2])) == {OPS}
        assert set(await told(desk, *TITLES[:3])) == {DESK}
        back = await asyncio.to_thread(web.post, urlsplit(link).path, {"do": "resume"})
        assert back.status_code == 200
        assert set(await told(desk, *TITLES)) == {DESK, OPS}

    play(tmp_path, database_url, story)


def test_matches_are_in_the_feed_whoever_is_told(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk, web: Web) -> None:
        await told(desk, TITLES[0])
        await told(desk, TITLES[0], "Barley harvest comes in late")
        key = feed_key_by_name(desk.db, web.secret, "THAAD")
        answer = await asyncio.to_thread(web.get, "/watch" + key.path("atom"))
        (entry,) = feedparser.parse(io.BytesIO(answer.content)).entries
        assert entry.title == TITLES[0]

    play(tmp_path, database_url, story)
