"""Section and archive pages of the outlets, read like feeds: the second way to see new articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from lxml.html import HtmlElement

from crawler.decoding import decode_body
from crawler.pages.base import Outlet
from crawler.pages.document import MAX_BYTES, Page, parse
from crawler.pages.listings_boxes import outside_side_boxes
from crawler.pages.listings_generic import generic_entries
from crawler.pages.listings_items import read_entry
from crawler.pages.listings_paging import next_page
from crawler.pages.listings_shapes import SHAPES, Shape
from crawler.pages.registry import outlet_for
from crawler.pages.sitemaps import MAX_SITEMAP_BYTES, is_sitemap, read_sitemap
from newsroom.article_urls import site_of
from newsroom.errors import FeedError, FetchError, PageError
from newsroom.identity import article_id, canonical_url, host_of, in_hosts, usable_url
from newsroom.model import FeedEntry, PageRules, ParsedFeed
from newsroom.outlet_urls import is_koreaherald_host, is_yonhap_host
from newsroom.reasons import Reason

MAX_ITEMS = 500


def read_listing(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    page: str | None = None,
    timezone: str = "Asia/Seoul",
    now: datetime,
    css: PageRules | None = None,
) -> ParsedFeed:
    """Read a section page or a sitemap as a feed: an entry per article, in the page's order.

    `page` names the outlet's class, None chooses by host; an outlet without a known layout of
    lists is read by structure. `css` says where items, titles, dates and the next page stand;
    what it leaves out is found as without it. `now` dates items shown without a year. Boxes of
    popular stories, advertisements and links to anything but the outlet's articles are left out.

    `next_url` is the page with the next older articles, None at the end; of a sitemap index only
    `maps` is filled. A body that is gzip itself (`sitemap.xml.gz`) is unpacked. Raises FeedError:
    `layout_changed` where no list is known or found, `empty` for a list without articles, else
    what is wrong with the bytes.
    """
    try:
        body = decode_body(body, "", MAX_SITEMAP_BYTES)
        if is_sitemap(body):
            return read_sitemap(body, url=url, timezone=timezone)
        if len(body) > MAX_BYTES:
            raise FeedError(Reason.TOO_LARGE, f"{url}: page of {len(body)} bytes, cap {MAX_BYTES}")
        document = parse(body, url=url, content_type=content_type, timezone=timezone)
        outlet = outlet_for(url, page)
        feed = _read(document, outlet, now, css or PageRules())
    except (PageError, FetchError) as error:
        raise FeedError(error.reason, error.message) from error
    except FeedError:
        raise
    except Exception as error:  # any fault that a hostile page provokes is that page's own
        raise FeedError(Reason.PARSE_ERROR, f"{url}: {type(error).__name__}: {error}") from error
    return feed


def _read(page: Page, outlet: Outlet | None, now: datetime, css: PageRules) -> ParsedFeed:
    name = outlet.name if outlet else None
    shapes: Sequence[Shape] = SHAPES.get(name or "", ())
    if css.item:
        shapes = (Shape(css.item, css.item_title, date=css.item_date),)
    entries = _shaped(page, shapes, name, now, anything=bool(css.item))
    if not shapes:
        entries = generic_entries(page, now)
        if not entries:
            raise FeedError(
                Reason.LAYOUT_CHANGED, f"{page.url}: no list of articles was recognised"
            )
    kept = tuple(entries[:MAX_ITEMS])
    feed = ParsedFeed(kept, title=page.meta.title_tag, dropped=len(entries) - len(kept))
    return replace(feed, next_url=next_page(page, name, css.next))


def _shaped(
    page: Page, shapes: Sequence[Shape], name: str | None, now: datetime, *, anything: bool
) -> list[FeedEntry]:
    """The entries by the first shape that gives any; `anything`: any page of the outlet counts."""
    listed = False
    for shape in shapes:
        items = page.all(shape.item)
        if not anything:
            items = outside_side_boxes(items)
        listed = listed or bool(items)
        entries = _entries(page, shape, items, name, now, anything=anything)
        if entries:
            return entries
    if listed:
        raise FeedError(Reason.EMPTY, f"{page.url}: the list has no articles")
    if shapes:
        raise FeedError(Reason.LAYOUT_CHANGED, f"{page.url}: no list of articles was recognised")
    return []


def _entries(
    page: Page,
    shape: Shape,
    items: list[HtmlElement],
    name: str | None,
    now: datetime,
    *,
    anything: bool,
) -> list[FeedEntry]:
    found: dict[str, FeedEntry] = {}
    for item in items:
        links = _article_links(page, item, name)
        link = next(links, None)
        if link is None and anything:
            link = next(_site_links(page, shape, item, name), None)
        if link is not None and link[0] not in found:
            found[link[0]] = read_entry(page, shape, item, link[1], now)
    return list(found.values())


def _article_links(page: Page, item: HtmlElement, name: str | None) -> Iterator[tuple[str, str]]:
    """(canonical URL, URL) of the links in the item that lead to the outlet's own articles."""
    for url in _links(page, item):
        canonical = canonical_url(url, page=name)
        if _is_own(url, page.url) and article_id(canonical) is not None:
            yield canonical, url


def _site_links(
    page: Page, shape: Shape, item: HtmlElement, name: str | None
) -> Iterator[tuple[str, str]]:
    """The same for items the operator pointed at: any page of the site, the title's link first."""
    titles = page.all(shape.title, item) if shape.title else []
    for part in (*titles, item):
        for url in (*_links(page, part), *_around(page, part)):
            canonical = canonical_url(url, page=name)
            if canonical and site_of(host_of(url)) == site_of(host_of(page.url)):
                yield canonical, url


def _links(page: Page, item: HtmlElement) -> Iterator[str]:
    for anchor in [item] if item.tag == "a" else page.all("a[href]", item):
        url = usable_url(anchor.get("href") or "", page.url)
        if url is not None:
            yield url


def _around(page: Page, part: HtmlElement) -> Iterator[str]:
    """The link that a title or an item stands in."""
    for node in part.iterancestors("a"):
        url = usable_url(node.get("href") or "", page.url)
        if url is not None:
            yield url


def _is_own(url: str, listing: str) -> bool:
    host = host_of(url)
    return in_hosts(url, [host_of(listing)]) or is_yonhap_host(host) or is_koreaherald_host(host)
