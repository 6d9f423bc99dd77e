"""What the spiders of `scrapy crawl` share: feeds and listings in, articles out, no database.

Site knowledge lies in the catalogue and the page classes; a spider only names its sources.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from config.catalogue import load_catalogue
from crawler.callbacks import WirewatchSpider, without_query
from crawler.feeds import read_feed
from crawler.pages.as_json import as_json
from crawler.pages.listings import read_listing
from crawler.pages.read import read_page
from crawler.policy import FetchPolicy
from crawler.requests import scrapy_request
from crawler.session import CrawlSession
from newsroom.errors import FeedError, PageError
from newsroom.identity import canonical_url
from newsroom.model import FeedEntry, FetchRequest, FetchResult, Source
from newsroom.reasons import Reason

log = logging.getLogger("wirewatch.crawl")


class OutletSpider(WirewatchSpider):
    """Reads the feeds and listings of its sources and yields each article once, as `try page` does.

    Arguments (`-a name=value`): `feeds` and `listings`, URLs separated by commas, stand in for
    all of the catalogue's; `hosts` names further hosts of the outlet (`127.0.0.1:8080`);
    `allow_private` lets networks through the address gate (`127.0.0.0/8`); `limit` ends after so
    many article pages. The delay is Scrapy's DOWNLOAD_DELAY.
    """

    source_ids: tuple[str, ...] = ()
    """Ids of the catalogue; the first takes what `feeds` and `listings` name."""

    def __init__(
        self,
        feeds: str = "",
        listings: str = "",
        hosts: str = "",
        allow_private: str = "",
        limit: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._sources = _sources(self.source_ids, _listed(feeds), _listed(listings), _listed(hosts))
        self._allow_private = _listed(allow_private)
        self._left = int(limit) if limit else None
        self._known: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and its session from Scrapy's settings."""
        made = super().from_crawler(crawler, *args, **kwargs)
        made.session = CrawlSession(
            _policy(crawler.settings, made._allow_private, tuple(made._sources.values()))
        )
        return made

    async def start(self) -> AsyncIterator[Any]:
        """Ask for all feeds, then for all listings."""
        for kind in ("feed", "listing"):
            for source in self._sources.values():
                for url in source.feeds if kind == "feed" else source.listings:
                    yield self._request(FetchRequest(url, source.id, kind))

    def take(self, result: FetchResult) -> Iterator[Any]:
        """Pages from a feed or listing; the article from a page."""
        source = self._sources[result.request.source_id]
        if result.reason is not Reason.OK:
            return  # the log has its line
        try:
            if result.request.kind == "page":
                yield as_json(_read_page(result, source))
            else:
                yield from self._follow(_read_entries(result, source), source)
        except (FeedError, PageError) as error:
            where = without_query(result.url)
            log.warning("%s %s: %s", where, error.reason.value, error.message)

    def _follow(self, entries: tuple[FeedEntry, ...], source: Source) -> Iterator[Request]:
        for entry in entries:
            if entry.url is None or self._left == 0:
                continue
            identity = canonical_url(entry.url, page=source.page, hosts=source.hosts)
            if not identity or identity in self._known:
                continue
            self._known.add(identity)
            if self._left is not None:
                self._left -= 1
            yield self._request(FetchRequest(entry.url, source.id, "page"))

    def _request(self, fetch: FetchRequest) -> Request:
        return scrapy_request(
            fetch, callback=self.fetched, errback=self.failed, started=monotonic()
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _sources(
    ids: tuple[str, ...],
    feeds: tuple[str, ...],
    listings: tuple[str, ...],
    hosts: tuple[str, ...],
) -> dict[str, Source]:
    """The catalogue's sources by id, with what the arguments put in their place."""
    known = {source.id: source for source in load_catalogue()}
    sources = {name: replace(known[name], hosts=known[name].hosts + hosts) for name in ids}
    if feeds or listings:
        first = sources[ids[0]]
        sources = {ids[0]: replace(first, feeds=feeds, listings=listings)}
    return sources


def _policy(
    settings: BaseSettings, allow_private: tuple[str, ...], sources: tuple[Source, ...]
) -> FetchPolicy:
    delay = timedelta(seconds=settings.getfloat("DOWNLOAD_DELAY"))
    hosts = {host for source in sources for host in source.hosts}
    for source in sources:
        hosts |= {urlsplit(url).netloc.lower() for url in source.feeds + source.listings}
    return FetchPolicy(
        user_agent=settings["USER_AGENT"],
        obey_robots=settings.getbool("ROBOTSTXT_OBEY"),
        proxy=settings["WIREWATCH_PROXY"],
        ca_bundle=settings["WIREWATCH_CA_BUNDLE"],
        allow_private_networks=allow_private,
        timeout=timedelta(seconds=settings.getfloat("DOWNLOAD_TIMEOUT")),
        max_bytes=settings.getint("DOWNLOAD_MAXSIZE"),
        delays=dict.fromkeys(hosts, delay),
    )


def _read_page(result: FetchResult, source: Source) -> Any:
    return read_page(
        result.body,
        url=result.url,
        content_type=result.headers.get("content-type", ""),
        page=source.page,
        timezone=source.timezone,
        css=source.css,
    )


def _read_entries(result: FetchResult, source: Source) -> tuple[FeedEntry, ...]:
    content_type = result.headers.get("content-type", "")
    if result.request.kind == "feed":
        return read_feed(
            result.body, url=result.url, content_type=content_type, timezone=source.timezone
        ).entries
    return read_listing(
        result.body,
        url=result.url,
        content_type=content_type,
        page=source.page,
        timezone=source.timezone,
        now=datetime.now(UTC),
        css=source.css,
    ).entries
