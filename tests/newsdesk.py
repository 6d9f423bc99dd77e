"""A news desk in one process for tests: scripted sites, a clock of our own, everything else real.

The database, the parsing, the matching, the outbox and the channel are the product's; only the
network is a fake with verbs (tests that need a network use `tests.site`), and parsing runs in this
process instead of a worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from config.settings import MailSettings, Settings
from crawler.feeds import read_feed
from crawler.pages.listings import read_listing
from crawler.pages.read import read_page
from jobs.desk import Desk
from jobs.once import PassSummary, run_once
from newsroom.model import (
    FetchRequest,
    FetchResult,
    NotifyRule,
    PageContent,
    ParsedFeed,
    Source,
    Watchlist,
)
from newsroom.reasons import Reason
from storage.database import Database
from storage.listing import alerts, articles, matches
from storage.listing_base import Filters
from tests.prose import prose
from wirewatch.app import desk_of, open_database, put_configuration

START = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
FEED = "https://news.example/rss"


class ManualClock:
    """Stands still until told."""

    def __init__(self, start: datetime = START) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def pass_(self, **delta: float) -> None:
        self.time += timedelta(**delta)


class ScriptedSites:
    """A Fetcher that answers from what tests put on the web; counts what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, FetchResult | Callable[[FetchRequest], FetchResult]] = {}
        self.asked: list[FetchRequest] = []

    def put(self, url: str, body: str | bytes, *, content_type: str = "text/html") -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.answers[url] = FetchResult(
            FetchRequest(url, "", ""),
            Reason.OK,
            status=200,
            url=url,
            body=raw,
            headers={"content-type": content_type},
        )

    def fail(self, url: str, reason: Reason, status: int | None = None, **extra: Any) -> None:
        self.answers[url] = FetchResult(
            FetchRequest(url, "", ""), reason, detail=reason.value, status=status, url=url, **extra
        )

    async def fetch(self, request: FetchRequest) -> FetchResult:
        self.asked.append(request)
        answer = self.answers.get(request.url)
        await asyncio.sleep(0)
        if answer is None:
            return FetchResult(
                request, Reason.HTTP_4XX, "404", status=404, url=request.url, permanent=True
            )
        return answer(request) if callable(answer) else answer

    def update_delays(self, delays: Mapping[str, timedelta]) -> None:
        """Nothing waits here."""

    async def stop(self) -> None:
        """Nothing is open."""

    def fetched(self, url: str) -> int:
        return sum(request.url == url for request in self.asked)


class InlineReader:
    """A Reader in this process."""

    async def read_feed(
        self, body: bytes, *, url: str, content_type: str, timezone: str
    ) -> ParsedFeed:
        return read_feed(body, url=url, content_type=content_type, timezone=timezone)

    async def read_listing(self, body: bytes, **options: Any) -> ParsedFeed:
        return read_listing(body, **options)

    async def read_page(self, body: bytes, **options: Any) -> PageContent:
        return read_page(body, **options)


def item(
    n: int | str,
    title: str,
    summary: str = "",
    *,
    published: datetime | None = START,
    guid: str | None = None,
    link: str | None = None,
) -> str:
    """One RSS item; its link is /n unless given, its guid the same number."""
    date = f"<pubDate>{published:%a, %d %b %Y %H:%M:%S +0000}</pubDate>" if published else ""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link or page_url(n))}</link>"
        f"<guid>{escape(guid or str(n))}</guid><description>{escape(summary)}</description>{date}"
        "</item>"
    )


def rss(*items: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>'
        f"<link>https://news.example/</link>{''.join(items)}</channel></rss>"
    )


def page_url(n: int | str) -> str:
    return f"https://news.example/story/{n}"


def page(title: str, *paragraphs: str, published: str = "2026-08-15T11:30:00+09:00") -> str:
    body = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    return (
        f'<html lang="en"><head><title>{escape(title)}</title>'
        f'<meta property="og:title" content="{escape(title)}">'
        f'<meta property="article:published_time" content="{published}"></head>'
        f"<body><main><article><h1>{escape(title)}</h1>{body}</article></main></body></html>"
    )


def filler(n: int | str) -> tuple[str, ...]:
    """Paragraphs that make a page long enough to be one, other ones for every page."""
    return (
        "Officials in the capital met for several hours on Saturday and agreed to continue the "
        "talks next week, a person familiar with the matter said on condition of anonymity.",
        *prose(n, 8).split("\n\n"),
    )


FILLER = filler(1)
"""Of page 1."""


def source(**changes: Any) -> Source:
    values: dict[str, Any] = {
        "id": "news",
        "name": "Example News",
        "hosts": ("news.example",),
        "feeds": (FEED,),
        "page": "generic",
        "backfill_alerts": timedelta(hours=24),
    }
    return Source(**(values | changes))


def watchlist(name: str = "THAAD", *terms: str, to: Sequence[str] = ("desk@example.org",)) -> Any:
    return Watchlist(
        name=name,
        any=terms or ("THAAD", "사드"),
        notify=(NotifyRule(to=tuple(to)),) if to else (),
        origin="test",
    )


class Newsdesk:
    """The product with scripted sites: say what the web shows, run a pass, look at what came."""

    def __init__(
        self, db: Database, desk: Desk, sites: ScriptedSites, clock: ManualClock, settings: Settings
    ) -> None:
        self.db, self.desk, self.sites, self.clock = db, desk, sites, clock
        self.settings = settings

    def feed(self, *items: str) -> None:
        self.sites.put(FEED, rss(*items), content_type="application/rss+xml")

    def page(self, n: int | str, title: str, *paragraphs: str, **extra: Any) -> None:
        self.sites.put(page_url(n), page(title, *(paragraphs + filler(n)), **extra))

    async def run(self, *, every: bool = True, **later: float) -> PassSummary:
        self.clock.pass_(**(later or {"minutes": 10}))
        self.desk.stopping = False
        return await run_once(self.desk, every=every)

    async def configure(self, *watchlists: Watchlist) -> None:
        from dataclasses import replace

        self.clock.pass_(minutes=1)
        self.settings = replace(self.settings, watchlists=watchlists)
        put_configuration(self.db, self.settings, self.clock)
        await self.desk.reload_rules()

    def articles(self) -> list[dict[str, Any]]:
        return list(articles(self.db, Filters()))

    def matches(self) -> list[dict[str, Any]]:
        return list(matches(self.db, Filters()))

    def alerts(self) -> list[dict[str, Any]]:
        return list(alerts(self.db, Filters()))

    def mails(self) -> list[EmailMessage]:
        """Mails kept as files, oldest first."""
        folder = Path(self.settings.data_dir) / "outbox"
        found = sorted(folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)
        read = [message_from_bytes(p.read_bytes(), policy=policy.default) for p in found]
        return [mail for mail in read if isinstance(mail, EmailMessage)]


@asynccontextmanager
async def newsdesk(
    folder: Path,
    *,
    url: str | None = None,
    sources: Sequence[Source] | None = None,
    watchlists: Sequence[Watchlist] | None = None,
    mail_url: str | None = None,
    start: datetime = START,
) -> AsyncIterator[Newsdesk]:
    """A desk over `url` (default: a SQLite file in `folder`)."""
    clock, sites = ManualClock(start), ScriptedSites()
    settings = Settings(
        data_dir=folder,
        database_url=url or f"sqlite:///{folder}/news.db",
        mail=MailSettings(url=mail_url, wait_for_page=timedelta(seconds=90)),
        sources=tuple(sources if sources is not None else [source()]),
        watchlists=tuple(watchlists if watchlists is not None else [watchlist()]),
    )
    db = open_database(settings, clock)
    try:
        async with desk_of(
            settings, db, clock=clock, fetcher=sites, reader=InlineReader()
        ) as parts:
            yield Newsdesk(db, parts.desk, sites, clock, settings)
    finally:
        db.close()
