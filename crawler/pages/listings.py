"""Section and archive pages of the outlets, read like feeds: the second way to see new articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.pages.base import Outlet
from crawler.pages.document import Page, parse
from crawler.pages.listing_dates import find_date, listed_date
from crawler.pages.registry import outlet_for
from crawler.pages.sitemaps import is_sitemap, read_sitemap
from crawler.pages.text import collapse, inline_text, paragraphs
from newsroom.errors import FeedError, PageError
from newsroom.identity import article_id, canonical_url, host_of, in_hosts, usable_url
from newsroom.model import FeedEntry, PageRules, ParsedFeed
from newsroom.outlet_urls import is_koreaherald_host, is_yonhap_host
from newsroom.reasons import Reason

MAX_ITEMS = 500
MAX_TITLE = 2_000
MAX_LEAD = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How one generation of a listing writes its items; CSS selectors, `item` from the page."""

    item: str
    title: str
    lead: str = ""
    date: str = ""


_HERALD_B = (".main_l_t1", ".main_l_t3", ".main_l_t2 span, .main_l_t2")
_SHAPES: dict[str, tuple[Shape, ...]] = {
    "yonhap": (
        # Korean, captured 2025-12
        Shape(
            ".box-latest01 .list-type212 ul.list01 > li, .list-type212 ul.list01 > li[data-cid]",
            ".tit-news .title01, .tit-news, .title01",
            "p.lead, .lead",
            ".txt-time",
        ),
        # Korean, 2021-2024
        Shape(
            ".list-type038 ul > li",
            ".news-con a strong, .tit-news",
            ".news-con p.lead, .news-con p",
            ".txt-time",
        ),
        # English and the other editions
        Shape(
            ".smain-list-type01 ul > li", "h2.tit a, .tit a, .tit", ".lead, .txt-con p",
            ".txt-time, .date, .time",
        ),
    ),
    "koreaherald": (
        # D, late 2024 on
        Shape(
            "article.recent_news ul.news_list > li",
            ".news_title, .title, .tit, h2, h3, h4, strong",
            ".news_text, .lead, .desc, .summary",
            ".date, .news_date, .time, time",
        ),
        # C, mid 2023 to late 2024
        Shape(
            "ul.category_detail_list > li",
            ".detail_item_title, .news_title, .title, h2, h3, h4, strong",
            ".detail_item_text, .news_text, .lead, .desc",
            ".date, .news_date, .detail_item_date, time",
        ),
        # B, about 2016 to mid 2023; without `_only` in search results
        Shape("ul.main_sec_li_only > li", *_HERALD_B),
        Shape("ul.main_sec_li > li", *_HERALD_B),
    ),
}  # fmt: skip
_SIDE_BOX = frozenset(
    {
        *("main_r", "spot_li", "view_main_c_li", "most_popular", "most-popular", "popular"),
        *("ranking", "rank", "aside"),
    }
)
_SIDE_HEADING = re.compile(
    r"most (?:popular|read|viewed|liked)|많이 본|인기 ?기사|핫뉴스", re.IGNORECASE
)
_BOX_DEPTH = 4
_LABEL_LENGTH = 24
"""A line this short before others is the section's name, not the headline."""


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

    `page` names the outlet's class, None chooses by host; `now` dates items shown without a
    year. Boxes of popular stories, advertisements and links to anything but the outlet's
    articles are left out. Raises FeedError: `layout_changed` where no list is known or found,
    `empty` for a list without articles, else what is wrong with the bytes.
    """
    try:
        if is_sitemap(body):
            return read_sitemap(body, url=url, timezone=timezone)
        document = parse(body, url=url, content_type=content_type, timezone=timezone)
        return _read(document, outlet_for(url, page), now)
    except PageError as error:
        raise FeedError(error.reason, error.message) from error
    except FeedError:
        raise
    except Exception as error:  # any fault that a hostile page provokes is that page's own
        raise FeedError(Reason.PARSE_ERROR, f"{url}: {type(error).__name__}: {error}") from error


def _read(document: Page, outlet: Outlet | None, now: datetime) -> ParsedFeed:
    shapes = _SHAPES.get(outlet.name, ()) if outlet else ()
    listed = False
    for shape in shapes:
        items = _outside_side_boxes(document.all(shape.item))
        listed = listed or bool(items)
        entries = _entries(document, shape, items, outlet, now)
        if entries:
            kept = tuple(entries[:MAX_ITEMS])
            return ParsedFeed(kept, title=document.meta.title_tag, dropped=len(entries) - len(kept))
    if listed:
        raise FeedError(Reason.EMPTY, f"{document.url}: the list has no articles")
    raise FeedError(Reason.LAYOUT_CHANGED, f"{document.url}: no list of articles was recognised")


def _entries(
    page: Page, shape: Shape, items: list[HtmlElement], outlet: Outlet | None, now: datetime
) -> list[FeedEntry]:
    found: dict[str, FeedEntry] = {}
    for item in items:
        link = next(_article_links(page, item, outlet), None)
        if link is not None and link[0] not in found:
            found[link[0]] = _entry(page, shape, item, link[1], now)
    return list(found.values())


def _entry(page: Page, shape: Shape, item: HtmlElement, url: str, now: datetime) -> FeedEntry:
    title = _first_text(page, shape.title, item)
    lead = page.first(shape.lead, item) if shape.lead else None
    if not title:
        title = _guess_title(item)
    raw = _date_text(page, shape, item, {title, inline_text(lead) if lead is not None else ""})
    return FeedEntry(
        guid=None,
        url=url,
        title=title[:MAX_TITLE],
        summary=_summary(lead)[:MAX_LEAD],
        published_at=listed_date(raw, timezone=page.timezone, now=now) if raw else None,
        published_raw=raw,
    )


def _article_links(
    page: Page, item: HtmlElement, outlet: Outlet | None
) -> Iterator[tuple[str, str]]:
    """(canonical URL, URL) of the links in the item that lead to the outlet's own articles."""
    name = outlet.name if outlet else None
    anchors = [item] if item.tag == "a" else page.all("a[href]", item)
    for anchor in anchors:
        url = usable_url(anchor.get("href") or "", page.url)
        if url is None or not _is_own(url, page.url):
            continue
        canonical = canonical_url(url, page=name)
        if article_id(canonical) is not None:
            yield canonical, url


def _is_own(url: str, listing: str) -> bool:
    host = host_of(url)
    return in_hosts(url, [host_of(listing)]) or is_yonhap_host(host) or is_koreaherald_host(host)


def _outside_side_boxes(items: list[HtmlElement]) -> list[HtmlElement]:
    parents = {item.getparent() for item in items}
    side = {parent for parent in parents if _is_side_box(parent)}
    return [item for item in items if item.getparent() not in side]


def _is_side_box(box: HtmlElement | None) -> bool:
    """Whether a list is a box of popular stories: by its class or the heading before it."""
    for _ in range(_BOX_DEPTH):
        if box is None or box.tag in ("body", "html"):
            return False
        classes = {*(box.get("class") or "").lower().split(), (box.get("id") or "").lower()}
        if box.tag == "aside" or not classes.isdisjoint(_SIDE_BOX):
            return True
        before = box.getprevious()
        if before is not None and before.tag != box.tag and _is_side_heading(before):
            return True
        box = box.getparent()
    return False


def _is_side_heading(node: HtmlElement) -> bool:
    if not isinstance(node.tag, str):
        return False
    text = inline_text(node)
    return len(text) <= _LABEL_LENGTH * 2 and _SIDE_HEADING.search(text) is not None


def _first_text(page: Page, css: str, item: HtmlElement) -> str:
    """The first non-empty text under the selectors, tried in the order they are written."""
    for part in css.split(","):
        for node in page.all(part.strip(), item):
            text = collapse(" ".join(paragraphs(node)))
            if text:
                return text
    return ""


def _guess_title(item: HtmlElement) -> str:
    """The headline of an item whose markup is not known: the first line that is no label."""
    lines = [line for line in paragraphs(item) if find_date(line) != line]
    long = [line for line in lines if len(line) > _LABEL_LENGTH]
    if long or lines:
        return (long or lines)[0]
    image = next(item.iter("img"), None)
    return collapse(image.get("alt") or "") if image is not None else ""


def _date_text(page: Page, shape: Shape, item: HtmlElement, known: set[str]) -> str | None:
    """The date the item shows, as written: from its own node, else from the text around."""
    for part in shape.date.split(",") if shape.date else ():
        for node in page.all(part.strip(), item):
            text = inline_text(node)
            shown = find_date(text) or (text if re.fullmatch(r"\d{1,2}:\d\d", text) else None)
            if shown:
                return shown
    around = [line for line in paragraphs(item) if line not in known]
    return find_date(" \n".join(around))


def _summary(lead: HtmlElement | None) -> str:
    """The lead's paragraphs; a listing separates them by line breaks in its text."""
    if lead is None:
        return ""
    text = lead.text_content()
    lines = text.split("\n") if "\n" in text.strip() else paragraphs(lead)
    return "\n\n".join(line for part in lines if (line := collapse(part)))
