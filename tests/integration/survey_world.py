"""A desk with one outlet: a feed that turns over, a news sitemap, a section page of two leaves.

Its articles have no pages: what is stored is what feeds and listings say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from newsroom.model import PageRules, Source
from newsroom.reasons import Reason
from storage.coverage_tables import gaps, witnesses
from storage.tables import articles, polls
from tests.newsdesk import START, Newsdesk, item, page_url, source

MAP = "https://news.example/news-sitemap.xml"
SECTION = "https://news.example/all"
SECOND = "https://news.example/all?page=2"
CSS = PageRules(item="li.one", item_title="h3", item_date=".when", next="a.older")
STEP = timedelta(minutes=3)


def outlet(*listings: str, **changes: Any) -> Source:
    return source(**{"listings": listings or (MAP,), "css": CSS} | changes)


def title(n: int, word: str) -> str:
    return f"{word} unit number {n} is moved to another place in the region"


class Outlet:
    """What the outlet shows; story numbers grow with time."""

    def __init__(self, world: Newsdesk, word: str, step: timedelta) -> None:
        self.world, self.word, self.step = world, word, step

    def when(self, n: int) -> datetime:
        """Story 100 came at START, each next one a step later."""
        return START + (n - 100) * self.step

    def feed(self, numbers: Iterable[int]) -> None:
        shown = sorted(numbers, reverse=True)
        self.world.feed(*(item(n, title(n, self.word), published=self.when(n)) for n in shown))

    def sitemap(self, numbers: Iterable[int]) -> None:
        shown = sorted(numbers, reverse=True)
        urls = "".join(
            f"<url><loc>{page_url(n)}</loc><n:news><n:publication_date>{self.when(n):%Y-%m-%dT%H:%M:%SZ}"
            f"</n:publication_date><n:title>{title(n, self.word)}</n:title></n:news></url>"
            for n in shown
        )
        self.world.sites.put(
            MAP,
            '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>',
            content_type="application/xml",
        )

    def section(
        self, numbers: Iterable[int], *, url: str = SECTION, older: str = "", dates: bool = True
    ) -> None:
        shown = list(numbers)
        items = "".join(
            f'<li class="one"><a href="{page_url(n)}"><h3>{title(n, self.word)}</h3></a>'
            + (f'<span class="when">{self.when(n):%Y-%m-%d %H:%M}</span>' if dates else "")
            + "</li>"
            for n in shown
        )
        more = f'<a class="older" href="{older}">Older</a>' if older else ""
        self.world.sites.put(url, f"<html><body><ul>{items}</ul>{more}</body></html>")

    def down(self, *urls: str) -> None:
        for url in urls:
            self.world.sites.fail(url, Reason.TIMEOUT)

    def gaps(self) -> list[tuple[str, int | None, int]]:
        with self.world.db.read() as conn:
            rows = conn.execute(select(gaps).order_by(gaps.c.id)).all()
        return [(row.state, row.lost, row.recovered) for row in rows]

    def gap(self) -> Any:
        with self.world.db.read() as conn:
            return conn.execute(select(gaps)).one()

    def witnesses(self) -> list[tuple[int, int]]:
        with self.world.db.read() as conn:
            rows = conn.execute(select(witnesses).order_by(witnesses.c.id)).all()
        return [(row.shown, row.missed) for row in rows]

    def looks(self) -> list[str]:
        with self.world.db.read() as conn:
            query = select(polls.c.purpose).where(polls.c.purpose != "poll").order_by(polls.c.id)
            return list(conn.execute(query).scalars())

    def late(self) -> dict[str, str]:
        """Late articles: number → why."""
        with self.world.db.read() as conn:
            rows = conn.execute(select(articles).where(articles.c.late.is_not(None))).all()
        return {row.canonical_url.rsplit("/", 1)[-1]: row.late for row in rows}
