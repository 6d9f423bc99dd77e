"""What is kept of stories is read when work begins; nothing that fails there holds it up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.service import Service
from newsroom.errors import DatabaseUnavailable
from newsroom.model import Owner
from storage.story_memory import memory_of
from storage.tables import story_keys, story_marks
from tests.newsdesk import Newsdesk, filler, item, newsdesk, page, rss, source
from tests.rows import rows

Story = Callable[[Newsdesk], Awaitable[None]]


OTHER = source(
    id="other",
    name="Other Herald",
    hosts=("other.example",),
    feeds=("https://other.example/rss",),
)


def play(folder: Path, *stories: Story) -> None:
    """Each story is a process of its own over one database."""

    async def main() -> None:
        for story in stories:
            async with newsdesk(folder, sources=[source(), OTHER]) as desk:
                await story(desk)

    asyncio.run(main())


async def stored(desk: Newsdesk) -> None:
    desk.feed(item(1, "THAAD talks"))
    desk.page(1, "THAAD talks", "They met.")
    await desk.run()
    assert len(desk.mails()) == 1


async def reprint(desk: Newsdesk) -> None:
    title, link = "A headline of its own on THAAD", "https://other.example/2"
    desk.sites.put("https://other.example/rss", rss(item(2, title, link=link)))
    desk.sites.put(link, page(title, "They met.", *filler(1)))
    await desk.run()
    assert {a["story"] for a in desk.articles()} == {1}
    assert len(desk.mails()) == 1


def test_a_new_process_knows_what_was_stored(tmp_path: Path) -> None:
    play(tmp_path, stored, reprint)


def test_articles_of_an_earlier_program_are_completed(tmp_path: Path) -> None:
    async def forget(desk: Newsdesk) -> None:
        with desk.db.write() as conn:
            conn.execute(story_marks.delete())
            conn.execute(story_keys.delete())

    async def complete(desk: Newsdesk) -> None:
        desk.desk.warm_stories()
        assert desk.desk.warming is not None
        await desk.desk.warming
        (row,) = rows(desk.db, story_marks)
        assert (row.page, row.relation, row.news) == (True, "first", [])

    play(tmp_path, stored, forget, complete, reprint)


@pytest.mark.parametrize("error", [DatabaseUnavailable("away"), ZeroDivisionError()])
def test_pages_go_on_where_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def story(desk: Newsdesk) -> None:
        def fail(*_: Any) -> int:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(desk.desk.store, "warm_stories", fail)
            await reprint(desk)
        assert memory_of(desk.db).filled

    play(tmp_path, stored, story)


def test_the_service_fills_it_and_ends(tmp_path: Path) -> None:
    async def story(desk: Newsdesk) -> None:
        async def nothing() -> None:
            """No file changes."""

        service = Service(desk.desk, Owner("h", "n", "b", 1, 1.0), lambda _: True, nothing)
        work = asyncio.create_task(service.run())
        await desk.desk.stories_known.wait()
        assert len(memory_of(desk.db)) == 1
        service.stop()
        await asyncio.wait_for(work, 30)
        assert desk.desk.warming is not None
        assert desk.desk.warming.done()

    play(tmp_path, stored, story)
