"""Looks at a site that is to be watched: its feeds, listings and sitemaps, and three articles.

Every request is made politely through the engine's address gate; everything that came is read in
worker processes. Few requests, one budget, one deadline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urljoin

from newsroom.discovery import (
    Zone,
    feed_key,
    guess_zone,
    plain_language,
    rate_page,
)
from newsroom.errors import FeedError, FetchError, PageError
from newsroom.front_page import (
    SITEMAPS,
    WELL_KNOWN,
    FrontPage,
    bare_host,
    robots_sitemaps,
)
from newsroom.identity import host_of
from newsroom.model import FeedEntry, FetchRequest, FetchResult, PageContent, ParsedFeed, Source
from newsroom.ports import Fetcher, Reader
from newsroom.reasons import Reason

MOST_FEEDS = 8
"""Feeds that are looked at, however many a page names."""
MOST_LISTINGS = 3
MOST_ARTICLES = 3
LEAST_LISTED = 3
"""Articles below which a page is no list of news."""
MOST_REQUESTS = 40
_SOURCE = "discovery"


class SiteReader(Reader, Protocol):
    """A Reader that also reads front pages; the worker pool is one."""

    async def read_front(self, body: bytes, *, url: str, content_type: str = "") -> FrontPage:
        """Read a page, or a feed, for what it tells of its site; raises PageError."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A feed, listing or sitemap that was read."""

    url: str
    title: str
    entries: tuple[FeedEntry, ...]
    ended: bool = False
    """The feed says that nothing will come any more."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One article that was tried: read, or why not."""

    url: str
    content: PageContent | None
    rating: str
    why: str = ""


@dataclass(slots=True)
class Site:
    """All that was found."""

    url: str
    name: str = ""
    language: str = ""
    zone: Zone = field(default_factory=lambda: Zone("UTC", ""))
    hosts: tuple[str, ...] = ()
    feeds: list[Place] = field(default_factory=list)
    listings: list[Place] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    """Sitemaps and their indexes that tell no dates of publication: the way to older articles."""
    taken: dict[str, Source] = field(default_factory=dict)
    """Feeds that another source has already, by address."""
    articles: list[Tried] = field(default_factory=list)


class Discovery:
    """One look at one site."""

    def __init__(
        self,
        fetcher: Fetcher,
        reader: SiteReader,
        owners: Mapping[str, Source],
        now: datetime,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`owners` are the sources by their feeds (`feed_key`); `told` hears what is done."""
        self._fetcher, self._reader, self._owners, self._now = fetcher, reader, owners, now
        self._told = told
        self._asked: set[str] = set()

    async def look(
        self, url: str, *, language: str | None = None, timezone: str | None = None
    ) -> Site:
        """Look at the site of a front page, or of a feed.

        Raises FetchError where that address cannot be had (its reason says why), FeedError
        (`not_a_feed`) where neither feed nor listing is found.
        """
        first = await self._get(url, "feed")
        if first is None or first.reason is not Reason.OK:
            reason = first.reason if first else Reason.INTERNAL
            raise FetchError(reason, f"{url}: {first.detail or reason.value if first else reason}")
        site = Site(first.url or url)
        feed = await self._as_feed(first)
        front = await self._front(first)
        if feed is not None:
            self._keep_feed(site, feed)
        else:
            await self._look_around(site, first, front)
        await self._name(site, feed, front, language, timezone)
        if site.feeds or site.listings:
            await self._try_articles(site)
        elif not site.taken:
            raise FeedError(Reason.NOT_A_FEED, f"no feed and no list of articles found at {url}")
        return site

    async def _look_around(self, site: Site, first: FetchResult, front: FrontPage) -> None:
        """Everything that an HTML page may lead to."""
        for link in front.feeds[:MOST_FEEDS]:
            await self._try_feed(site, link)
        if not site.feeds and not site.taken:
            for path in WELL_KNOWN:
                if await self._try_feed(site, urljoin(site.url, path)):
                    break
        await self._listing(site, first)
        for link in front.sections:
            if len(site.listings) >= MOST_LISTINGS:
                break
            if (result := await self._get(link, "listing")) is not None:
                await self._listing(site, result)
        robots = await self._get(urljoin(site.url, "/robots.txt"), "feed")
        named = robots_sitemaps(robots.body, site.url) if robots and _is_ok(robots) else ()
        known = (*front.sitemaps, *named) or tuple(urljoin(site.url, path) for path in SITEMAPS)
        for link in known:
            if (result := await self._get(link, "listing")) is not None:
                await self._sitemap(site, result)

    async def _try_feed(self, site: Site, url: str) -> bool:
        """Whether there is a feed; kept unless it has nothing, or another source has it."""
        if owner := self._owners.get(feed_key(url)):
            site.taken[url] = owner
            return True
        result = await self._get(url, "feed")
        feed = await self._as_feed(result) if result is not None and _is_ok(result) else None
        if feed is None or feed.ended or not feed.entries:
            return False
        self._keep_feed(site, feed)
        return True

    def _keep_feed(self, site: Site, feed: Place) -> None:
        if owner := self._owners.get(feed_key(feed.url)):
            site.taken[feed.url] = owner
        elif feed_key(feed.url) not in {feed_key(other.url) for other in site.feeds}:
            site.feeds.append(feed)

    async def _as_feed(self, result: FetchResult) -> Place | None:
        try:
            feed = await self._reader.read_feed(
                result.body, url=result.url, content_type=_type(result), timezone="UTC"
            )
        except FeedError:
            return None
        return Place(result.url, feed.title, feed.entries, feed.ended)

    async def _front(self, result: FetchResult) -> FrontPage:
        try:
            return await self._reader.read_front(
                result.body, url=result.url, content_type=_type(result)
            )
        except PageError:
            return FrontPage()

    async def _listing(self, site: Site, result: FetchResult) -> None:
        """Keep a page that is a list of the site's own articles, and of others than the last."""
        if not _is_ok(result) or (read := await self._read_listing(result)) is None:
            return
        shown = {entry.url for entry in read.entries}
        known = {entry.url for place in site.listings for entry in place.entries}
        if len(shown - known) >= LEAST_LISTED:
            site.listings.append(Place(result.url, read.title, read.entries))

    async def _sitemap(self, site: Site, result: FetchResult) -> None:
        if not _is_ok(result) or (read := await self._read_listing(result)) is None:
            return
        if any(entry.published_at for entry in read.entries):
            site.listings.append(Place(result.url, read.title, read.entries))
        elif (read.maps or read.entries) and result.url not in site.archives:
            site.archives.append(result.url)

    async def _read_listing(self, result: FetchResult) -> ParsedFeed | None:
        try:
            return await self._reader.read_listing(
                result.body,
                url=result.url,
                content_type=_type(result),
                page=None,
                timezone="UTC",
                now=self._now,
            )
        except FeedError:
            return None

    async def _name(
        self,
        site: Site,
        feed: Place | None,
        front: FrontPage,
        language: str | None,
        timezone: str | None,
    ) -> None:
        """What the outlet is called, what it speaks, where it is; a feed's own page is asked."""
        spoken = front.language
        if feed is not None and front.home and bare_host(front.home) != host_of(feed.url):
            page = await self._get(front.home, "listing")
            told = await self._front(page) if page is not None and _is_ok(page) else FrontPage()
            front, spoken = told, spoken or told.language
        entries = [entry for place in (*site.feeds, *site.listings) for entry in place.entries]
        site.hosts = _hosts(site.url, entries)
        titles = [place.title for place in site.feeds if place.title]
        site.name = front.name or (titles[0] if titles else "") or site.hosts[0]
        site.language = language or plain_language(spoken) or "en"
        dates = [entry.published_raw or "" for entry in entries]
        zone = guess_zone(site.hosts[0], site.language, dates)
        site.zone = Zone(timezone, "as given") if timezone else zone

    async def _try_articles(self, site: Site) -> None:
        places = [*site.feeds, *site.listings]
        urls = [entry.url for place in places for entry in place.entries if entry.url]
        for url in tuple(dict.fromkeys(urls))[:MOST_ARTICLES]:
            site.articles.append(await self._article(site, url))

    async def _article(self, site: Site, url: str) -> Tried:
        result = await self._get(url, "page")
        if result is None or not _is_ok(result):
            why = (result.detail or result.reason.value) if result else "too many requests"
            return Tried(url, None, "poor", why)
        try:
            content = await self._reader.read_page(
                result.body,
                url=result.url,
                content_type=_type(result),
                page=None,
                timezone=site.zone.name,
            )
        except PageError as error:
            return Tried(url, None, "poor", error.message)
        return Tried(url, content, rate_page(content))

    async def _get(self, url: str, kind: str) -> FetchResult | None:
        """One GET; None where it was asked before, or the budget is spent."""
        if url in self._asked or len(self._asked) >= MOST_REQUESTS:
            return None
        self._asked.add(url)
        self._told(url)
        return await self._fetcher.fetch(FetchRequest(url, _SOURCE, kind))


def _hosts(url: str, entries: Iterable[FeedEntry]) -> tuple[str, ...]:
    """The host most articles are on first, then others that differ by `www.` and its like alone.

    Addresses on any of them are taken for the same article's, so no other host is guessed.
    """
    counted = Counter(host_of(entry.url) for entry in entries if entry.url)
    first = counted.most_common(1)[0][0] if counted else host_of(url)
    same = [host for host, _ in counted.most_common() if _bare(host) == _bare(first)]
    if _bare(host_of(url)) == _bare(first):
        same.append(host_of(url))
    return tuple(dict.fromkeys([first, *same]))


def _bare(host: str) -> str:
    return bare_host(f"https://{host}/")


def _is_ok(result: FetchResult) -> bool:
    return result.reason is Reason.OK


def _type(result: FetchResult) -> str:
    return result.headers.get("content-type", "")
