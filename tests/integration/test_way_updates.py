"""From a feed to the second mail: what a revised page says that the story had not said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path

from tests.integration.updates_world import new_of
from tests.newsdesk import Newsdesk, item, newsdesk, watchlist

LEAD = "Engineers began to unload the THAAD launchers at the port on Monday, the ministry said."
KOREAN = "국방부는 사드 발사대를 항구에서 내리기 시작했다고 월요일 밝혔다."


def play(folder: Path, url: str, story: Callable[[Newsdesk], Awaitable[None]]) -> None:
    async def main() -> None:
        async with newsdesk(folder, url=url, watchlists=[watchlist()]) as desk:
            await story(desk)

    asyncio.run(main())


def news(desk: Newsdesk) -> list[str]:
    return [new_of(mail) for mail in desk.mails()]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_revised_page_is_an_update(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD launchers reach the port", "Launchers came."))
        desk.page(1, "THAAD launchers reach the port", LEAD)
        await desk.run()
        assert news(desk) == [""]
        again = item(1, "THAAD launchers reach the port (updated)", "Launchers came.")
        desk.feed(again)
        desk.page(
            1,
            "THAAD launchers reach the port (updated)",
            LEAD,
            "Police counted 340 protesters at the gate.",
        )
        await desk.run(minutes=30)
        await desk.run(minutes=30)
        assert len(desk.mails()) == 1
        await desk.run(minutes=60)
        first, update = desk.mails()
        assert "- Police counted *340 protesters* at the gate." in new_of(update)
        assert update["Subject"] == f"Re: {first['Subject']}"
        assert update["References"] == first["References"]
        await desk.run(hours=9)
        assert len(desk.mails()) == 2

    play(tmp_path, database_url, story)


def test_a_page_after_its_feed_text_is_no_update(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "THAAD launchers reach the port", "Launchers came."))
        await desk.run()  # its page cannot be had yet
        assert len(desk.mails()) == 1
        desk.feed(item(1, "THAAD launchers reach the port now", "Launchers came."))
        desk.page(1, "THAAD launchers reach the port now", LEAD, "Police counted 340 protesters.")
        await desk.run(hours=4)
        await desk.run(hours=4)
        assert len(desk.mails()) == 1

    play(tmp_path, database_url, story)


def test_in_korean_too(tmp_path: Path, database_url: str) -> None:
    async def story(desk: Newsdesk) -> None:
        desk.feed(item(1, "사드 발사대 항구 도착"))
        desk.page(1, "사드 발사대 항구 도착", KOREAN)
        await desk.run()
        desk.feed(item(1, "사드 발사대 항구 도착(종합)"))
        desk.page(1, "사드 발사대 항구 도착(종합)", KOREAN, "경찰은 주민 340명이 모였다고 밝혔다.")
        await desk.run(minutes=30)
        await desk.run(hours=2)
        assert "경찰은 주민 *340명*이 모였다고 밝혔다." in news(desk)[-1]
        assert len(desk.mails()) == 2

    play(tmp_path, database_url, story)
