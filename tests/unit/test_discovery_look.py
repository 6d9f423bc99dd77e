"""A look at a site that answers as it is told: what is asked, kept, and left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.discover import read_front
from crawler.feeds import read_feed
from crawler.pages.listings import read_listing
from crawler.pages.read import read_page
from jobs.discovery import MOST_FEEDS, MOST_REQUESTS, Discovery, Site
from newsroom.discovery import feed_key
from newsroom.errors import FeedError, FetchError
from newsroom.front_page import WELL_KNOWN, FrontPage
from newsroom.model import FetchRequest, FetchResult, PageContent, ParsedFeed, Source
from newsroom.reasons import Reason
from tests.site.feeds import article, rss

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOT = "https://www.port.example"
TEXT = ("The ferry between the two ports will run again from Monday, it was said. " * 3,) * 2


class Web:
    """Answers by address; what it does not have is 404."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.pages = dict(pages)
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        self.reasons: dict[str, Reason] = {}

    async def fetch(self, request: FetchRequest) -> FetchResult:
        self.asked.append(request.url)
        url = self.moved.get(request.url.rpartition("/")[2], request.url)
        body = self.pages.get(url)
        reason = self.reasons.get(url, Reason.OK if body is not None else Reason.HTTP_4XX)
        data = body.encode() if isinstance(body, str) else body or b""
        return FetchResult(request, reason, detail=reason.value, status=200, url=url, body=data)

    def update_delays(self, delays: Mapping[str, timedelta]) -> None:
        pass

    async def stop(self) -> None:
        pass


class InlineReader:
    """The readers themselves, here."""

    async def read_feed(self, body: bytes, **given: Any) -> ParsedFeed:
        return read_feed(body, **given)

    async def read_listing(self, body: bytes, **given: Any) -> ParsedFeed:
        return read_listing(body, **given)

    async def read_page(self, body: bytes, **given: Any) -> PageContent:
        return read_page(body, **given)

    async def read_front(self, body: bytes, **given: Any) -> FrontPage:
        return read_front(body, **given)


def feed(*numbers: int, title: str = "Port Post") -> bytes:
    return rss([{"title": f"N{n}", "link": f"{ROOT}/news/{n}"} for n in numbers], title=title)


def html(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}<p>x</p></body></html>"


def look(web: Web, url: str = f"{ROOT}/", owners: Mapping[str, Source] | None = None) -> Site:
    discovery = Discovery(web, InlineReader(), owners or {}, NOW)
    return asyncio.run(discovery.look(url))


def link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


def test_a_feed_is_its_own_source_and_its_page_names_it() -> None:
    web = Web(
        {
            "https://feeds.service.example/port": feed(1, 2).replace(
                b"http://127.0.0.1/", f"{ROOT}/".encode()
            ),
            f"{ROOT}/": html('<meta property="og:site_name" content="Port Post Online">'),
            f"{ROOT}/news/1": article("N1", TEXT),
        }
    )
    site = look(web, "https://feeds.service.example/port")
    assert [place.url for place in site.feeds] == ["https://feeds.service.example/port"]
    assert (site.name, site.hosts) == ("Port Post Online", ("www.port.example",))
    first, second = site.articles
    assert first.content is not None
    assert first.content.title == "N1"
    assert (second.rating, second.content) == ("poor", None)


def test_well_known_places_are_asked_only_where_the_page_names_none() -> None:
    web = Web({f"{ROOT}/": html(), f"{ROOT}/feed": feed(1)})
    assert [place.url for place in look(web).feeds] == [f"{ROOT}/feed"]
    assert f"{ROOT}/rss.xml" not in web.asked
    named = Web({f"{ROOT}/": html(link("/own.xml")), f"{ROOT}/own.xml": feed(1)})
    look(named)
    assert not {f"{ROOT}{path}" for path in WELL_KNOWN} & set(named.asked)


def test_empty_and_ended_feeds_are_no_feeds_to_watch() -> None:
    ended = (
        '{"version":"https://jsonfeed.org/version/1.1","expired":true,'
        '"items":[{"id":"1","title":"A"}]}'
    )
    pages = {
        f"{ROOT}/": html(link("/none.xml") + link("/ended.json") + link("/good.xml")),
        f"{ROOT}/none.xml": feed(),
        f"{ROOT}/ended.json": ended,
        f"{ROOT}/good.xml": feed(1),
    }
    assert [place.url for place in look(Web(pages)).feeds] == [f"{ROOT}/good.xml"]


def test_a_feed_of_another_source_is_left_to_it() -> None:
    owner = Source("port", "Port Post", (), (f"{ROOT}/rss.xml",))
    owners = {feed_key(url): owner for url in owner.feeds}
    pages = {
        f"{ROOT}/": html(link("/rss.xml") + link("/new.xml")),
        f"{ROOT}/rss.xml": feed(1),
        f"{ROOT}/new.xml": feed(2),
    }
    web = Web(pages)
    site = look(web, owners=owners)
    assert [place.url for place in site.feeds] == [f"{ROOT}/new.xml"]
    assert site.taken == {f"{ROOT}/rss.xml": owner}
    assert f"{ROOT}/rss.xml" not in web.asked


def test_a_redirected_feed_is_kept_where_it_is() -> None:
    web = Web({f"{ROOT}/": html(link("/old.xml")), f"{ROOT}/new.xml": feed(1)})
    web.moved["old.xml"] = f"{ROOT}/new.xml"
    assert [place.url for place in look(web).feeds] == [f"{ROOT}/new.xml"]


def test_sitemaps_of_news_are_listings_and_others_archives() -> None:
    news = (
        '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        f"<loc>{ROOT}/news/9</loc><news:news><news:publication_date>2026-11-20T10:00:00+09:00"
        "</news:publication_date><news:title>N9</news:title></news:news></url></urlset>"
    )
    pages = {
        f"{ROOT}/": html(link("/a.xml")),
        f"{ROOT}/a.xml": feed(1),
        f"{ROOT}/robots.txt": f"Sitemap: {ROOT}/old.xml\nSitemap: {ROOT}/news.xml\n",
        f"{ROOT}/news.xml": news,
        f"{ROOT}/old.xml": f"<urlset><url><loc>{ROOT}/news/1</loc></url></urlset>",
    }
    site = look(Web(pages))
    assert [place.url for place in site.listings] == [f"{ROOT}/news.xml"]
    assert site.archives == [f"{ROOT}/old.xml"]
    assert site.zone.name == "Asia/Seoul"


def test_nothing_found_is_said() -> None:
    with pytest.raises(FeedError, match="no feed and no list") as said:
        look(Web({f"{ROOT}/": html()}))
    assert said.value.reason is Reason.NOT_A_FEED


@pytest.mark.parametrize("reason", [Reason.DNS, Reason.PRIVATE_ADDRESS, Reason.BLOCKED])
def test_an_address_that_cannot_be_had(reason: Reason) -> None:
    web = Web({})
    web.reasons[f"{ROOT}/"] = reason
    with pytest.raises(FetchError) as said:
        look(web)
    assert said.value.reason is reason
    assert web.asked == [f"{ROOT}/"]


def test_a_page_that_names_without_end_is_asked_for_little() -> None:
    links = "".join(link(f"/{n}.xml") for n in range(500))
    navigation = "".join(f'<a href="/s{n}">Section {n}</a>' for n in range(500))
    pages: dict[str, Any] = {f"{ROOT}/{n}.xml": feed(n) for n in range(500)}
    pages[f"{ROOT}/"] = html(links, f"<nav>{navigation}</nav>")
    web = Web(pages)
    site = look(web)
    assert len(site.feeds) == MOST_FEEDS
    assert len(web.asked) == len(set(web.asked)) <= MOST_REQUESTS
