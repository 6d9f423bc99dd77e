"""A real site on loopback, fetched by the real fetcher, watched on a clock of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from crawler.fetcher import ScrapyFetcher
from jobs.once import run_once
from jobs.step_deliver import deliver
from jobs.step_notices import notices
from jobs.step_verdicts import verdicts
from storage.pages import next_page_due_at
from storage.tables import feeds, sources
from tests.integration.fetching import quick
from tests.integration.notice_world import GIGABYTE, OPS, operators, texts, told
from tests.newsdesk import Newsdesk, filler, item, newsdesk, page, rss, source
from tests.scripted_channel import ScriptedChannel
from tests.site.loop import run_async
from tests.site.server import Exchange, Site

BEAT = timedelta(minutes=10)
"""The clock's step: what is told is told within this of the moment it is due."""


@dataclass
class Watched:
    """One outlet, what it shows, and what the operator is mailed of it."""

    site: Site
    desk: Newsdesk
    channel: ScriptedChannel
    items: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.desk.clock.now()

    def publish(self, *, at: datetime | None = None, title: str = "") -> None:
        """One more story, newest first; its page is there."""
        n = len(self.items) + 1
        link = self.site.url(f"/story/{n}")
        words = title or f"Story number {n} of the day, told at some length"
        self.items.insert(0, item(n, words, link=link, published=at or self.now))
        self.show()

    def show(self, path: str = "/rss") -> None:
        """The feed is there, and fine."""
        self.site.page(path, rss(*self.items[:30]), content_type="application/rss+xml")

    async def beat(self, step: timedelta = BEAT) -> None:
        """What is due is polled, judged, told."""
        desk = self.desk.desk
        self.desk.clock.time += step
        pages = next_page_due_at(self.desk.db)
        planned = [at for at in (desk.store.next_due_at(), pages) if at is not None]
        if any(at <= self.now for at in planned):
            desk.stopping = False
            await run_once(desk)
            return
        await verdicts(desk)
        await notices(desk)
        await deliver(desk)

    async def until(self, met: Callable[[], bool], most: timedelta) -> datetime:
        """Beat until something is so; when it was."""
        end = self.now + most
        while not met():
            assert self.now < end, f"not within {most}: {self.row()}, {self.told()}"
            await self.beat()
        return self.now

    async def pass_(self, span: timedelta, step: timedelta = timedelta(minutes=30)) -> None:
        end = self.now + span
        while self.now < end:
            await self.beat(step)

    def row(self) -> Any:
        with self.desk.db.read() as conn:
            return conn.execute(select(feeds).where(feeds.c.kind == "feed")).one()

    def source(self) -> Any:
        with self.desk.db.read() as conn:
            return conn.execute(select(sources)).one()

    def told(self) -> list[str]:
        """Subjects of what the operator was mailed."""
        return told(self.channel)

    def texts(self) -> list[str]:
        return texts(self.channel)


def story_page(exchange: Exchange) -> None:
    """A whole page under any address, each with its own words."""
    path = exchange.seen.path
    body = page(f"Story {path}", *filler(path)).encode()
    exchange.answer(200, body, {"Content-Type": "text/html; charset=utf-8"})


def play(
    folder: Path,
    story: Callable[[Watched], Awaitable[None]],
    *,
    policy: dict[str, Any] | None = None,
    robots: str | None = None,
    dates: Sequence[datetime | None] = (None,),
    **of_source: Any,
) -> None:
    """Play a story of an outlet whose feed was read once; `dates`: of what it showed, oldest first
    (None: just now).
    """

    async def whole() -> None:
        async with _watched(folder, policy or {}, robots, dates, of_source) as watched:
            await story(watched)

    run_async(whole)


@asynccontextmanager
async def _watched(
    folder: Path,
    policy: dict[str, Any],
    robots: str | None,
    dates: Sequence[datetime | None],
    of_source: dict[str, Any],
) -> AsyncIterator[Watched]:
    with Site(robots=robots) as site:
        site.otherwise(story_page)
        outlet = source(hosts=(site.host,), feeds=(site.url("/rss"),), **of_source)
        fetcher = await ScrapyFetcher.start(quick(timeout=timedelta(seconds=0.3), **policy))
        try:
            async with newsdesk(folder, sources=[outlet], watchlists=[]) as desk:
                desk.desk.fetcher = fetcher
                desk.desk.disk = lambda _path: (100 * GIGABYTE, 50 * GIGABYTE)
                channel = ScriptedChannel()
                desk.desk.channel = channel
                operators(desk, OPS)
                watched = Watched(site, desk, channel)
                for at in dates:
                    watched.publish(at=at)
                await watched.beat()
                assert watched.row().reason == "ok"
                yield watched
        finally:
            await fetcher.stop()
