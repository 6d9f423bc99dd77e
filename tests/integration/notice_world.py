"""A desk whose operator is mailed what happens, for tests of notices over the whole way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobs.step_deliver import deliver
from jobs.step_notices import notices
from newsroom.reasons import Reason
from storage.outbox_tables import alerts
from storage.status import status
from tests.newsdesk import FEED, Newsdesk, item, newsdesk
from tests.scripted_channel import ScriptedChannel, parsed

OPS = "ops@example.org"
GIGABYTE = 1_000_000_000

Story = Callable[[Newsdesk, ScriptedChannel], Awaitable[None]]


def play(folder: Path, story: Story, *, url: str | None = None, **parts: Any) -> None:
    async def main() -> None:
        async with newsdesk(folder, url=url, **parts) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            desk.desk.disk = lambda _path: (100 * GIGABYTE, 50 * GIGABYTE)
            operators(desk, OPS)
            desk.feed(item(0, "Welcome"))
            await desk.run()
            await story(desk, channel)

    asyncio.run(main())


@pytest.fixture
def plays(tmp_path: Path, database_url: str) -> Callable[..., None]:
    """Plays a story on each database."""

    def run(story: Story, **parts: Any) -> None:
        play(tmp_path, story, url=database_url, **parts)

    return run


def operators(desk: Newsdesk, *who: str) -> None:
    desk.desk.voice = replace(desk.desk.voice, operator=who)


async def beat(desk: Newsdesk, **later: float) -> None:
    """The service's beat: look, then send what is due."""
    desk.clock.pass_(**(later or {"seconds": 30}))
    await notices(desk.desk)
    await deliver(desk.desk)


def told(channel: ScriptedChannel, who: str = OPS) -> list[str]:
    """Subjects of the operator's mails, without the common prefix."""
    found = channel.subjects(who)
    assert all(subject.startswith("[Wirewatch] ") for subject in found)
    return [subject.removeprefix("[Wirewatch] ") for subject in found]


def texts(channel: ScriptedChannel, who: str = OPS) -> list[str]:
    """What they say, in one line each."""
    found = [parsed(data) for to, data in channel.accepted if to == who]
    bodies = [mail.get_body(("plain",)) for mail in found]
    return [" ".join(body.get_content().split()) for body in bodies if body is not None]


def of_kind(desk: Newsdesk, kind: str = "notice") -> list[Any]:
    with desk.db.read() as conn:
        query = select(alerts).where(alerts.c.kind == kind).order_by(alerts.c.id)
        return list(conn.execute(query))


def standing(desk: Newsdesk) -> list[str]:
    return [n["subject"] for n in status(desk.db, desk.clock.now())["notices"]]


async def fail_long(desk: Newsdesk, *urls: str) -> None:
    for url in urls or (FEED,):
        desk.sites.fail(url, Reason.BLOCKED, 403)
    for _ in range(3):
        await desk.run(minutes=20)


def fill(desk: Newsdesk, free: float) -> None:
    desk.desk.disk = lambda _path: (100 * GIGABYTE, round(free * GIGABYTE))
