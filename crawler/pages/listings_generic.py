"""The main list of articles on a page of an outlet nobody described, found by its structure.

Each link to one of the outlet's own article-like pages stands in an item: the largest part of the
page that leads to that page alone. Items whose containers have the same place in the page are a
list; the list with the most headlines, dates and leads is the one. Navigation, side boxes and
boxes of popular stories are never it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.pages.document import Page
from crawler.pages.listing_dates import find_date
from crawler.pages.listings_boxes import is_side_box
from crawler.pages.listings_items import made_entry, shown_date
from crawler.pages.text import collapse, inline_text, paragraphs
from newsroom.article_urls import is_article_like, site_of
from newsroom.identity import canonical_url, host_of, usable_url
from newsroom.model import FeedEntry

MAX_LINKS = 4_000
_LEAST_HEADLINE = 14
"""Width of the shortest headline; a Hangul syllable counts two."""
_LEAST_ITEMS = 3
_LEAST_LEAD = 60
_OUTSIDE = frozenset({"nav", "footer", "aside", "form", "header", "select"})
_OUTSIDE_WORDS = re.compile(
    r"(?:^|[-_ ])(?:nav|navi|gnb|lnb|menu|breadcrumbs?|footer|sidebar|side|aside|popular|ranking|"
    r"related|share|sns|banner|ads?|login|pagination|paging|pager|tags?|most|trending)(?:$|[-_ ])",
    re.IGNORECASE,
)
_WITHIN = 12
_VARIANT = re.compile(r"^(?:first|last|odd|even|active|on|item\d+|\w*\d{3,})$", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """What leads to one article: the links to it, and the part of the page around them."""

    url: str
    anchors: list[HtmlElement]
    node: HtmlElement
    headline: str = ""
    raw: str | None = None
    lead: str = ""


@dataclass(slots=True)
class _List:
    """Items whose containers have the same place in the page."""

    items: list[_Item] = field(default_factory=list)

    @property
    def score(self) -> float:
        worth = 0.0
        for item in self.items:
            worth += min(_width(item.headline), 60) / 60
            worth += 1.0 if item.raw else 0.0
            worth += 0.5 if item.lead else 0.0
        return worth

    @property
    def sound(self) -> bool:
        """Enough of it are headlines; fewer than three are a list only where all are dated."""
        enough = len(self.items) >= _LEAST_ITEMS
        return enough or (len(self.items) > 1 and all(item.raw for item in self.items))


def generic_entries(page: Page, now: datetime) -> list[FeedEntry]:
    """The articles of the page's main list, in its order; empty where there is no such list."""
    items = [item for item in _items(page) if _describe(page, item)]
    lists: dict[tuple[str, ...], _List] = {}
    for item in items:
        lists.setdefault(_place(item.node), _List()).items.append(item)
    best = max((found for found in lists.values() if found.sound), key=_score, default=None)
    if best is None:
        return []
    chosen = {id(item) for item in _with_leading(best, items)}
    return [
        made_entry(page, item.url, item.headline, item.lead, item.raw, now)
        for item in items
        if id(item) in chosen
    ]


def _score(found: _List) -> float:
    return found.score


def _with_leading(best: _List, items: Sequence[_Item]) -> list[_Item]:
    """The list, with what leads it in other markup: under the same parent, dated as it is."""
    homes = {item.node.getparent() for item in best.items}
    homes |= {home.getparent() for home in homes if home is not None}
    homes = {home for home in homes if home is not None and home.tag not in ("body", "html")}
    dated = all(item.raw for item in best.items)
    shape = {_url_shape(item.url) for item in best.items}
    first = items.index(best.items[0])
    leading = [
        item
        for item in items[:first]
        if item.node.getparent() in homes and _url_shape(item.url) in shape
        if item.raw or not dated
    ]
    return leading + best.items


def _items(page: Page) -> list[_Item]:
    """Every article-like link of the outlet outside navigation and side boxes, with its item."""
    found: dict[str, list[HtmlElement]] = {}
    addresses: dict[str, str] = {}
    outside: dict[HtmlElement, bool] = {}
    for anchor in page.all("a[href]")[:MAX_LINKS]:
        url = own_article(anchor.get("href") or "", page.url)
        if url is None or _is_outside(anchor, outside):
            continue
        key = canonical_url(url)
        if key:
            found.setdefault(key, []).append(anchor)
            addresses.setdefault(key, url)
    owner = {anchor: key for key, anchors in found.items() for anchor in anchors}
    leads = _leads_to(owner)
    return [_item(addresses[key], anchors, leads) for key, anchors in found.items()]


def _item(url: str, anchors: list[HtmlElement], leads: dict[HtmlElement, str | None]) -> _Item:
    best = max(anchors, key=lambda anchor: _width(inline_text(anchor)))
    node = best
    parent = node.getparent()
    while parent is not None and parent.tag not in ("body", "html") and leads.get(parent):
        node, parent = parent, parent.getparent()
    return _Item(url, anchors, node)


def _leads_to(owner: dict[HtmlElement, str]) -> dict[HtmlElement, str | None]:
    """For each element above such links: the one article all of them lead to, or None."""
    leads: dict[HtmlElement, str | None] = {}
    for anchor, key in owner.items():
        node: HtmlElement | None = anchor
        while node is not None:
            known = leads.setdefault(node, key)
            if known is not None and known != key:
                leads[node] = None
            elif known is None and node is not anchor:
                break  # all above lead to several already
            node = node.getparent()
    return leads


def _describe(page: Page, item: _Item) -> bool:
    """Fill in headline, date and lead; False for what has no headline."""
    item.headline = _headline(page, item)
    if _width(item.headline) < _LEAST_HEADLINE:
        return False
    item.raw = _date(page, item)
    lines = [line for line in paragraphs(item.node) if line not in (item.headline, item.raw)]
    item.lead = next((line for line in lines if _width(line) >= _LEAST_LEAD), "")
    return True


def _headline(page: Page, item: _Item) -> str:
    for node in (item.node, *item.anchors):
        for heading in page.all("h1, h2, h3, h4, h5", node):
            text = inline_text(heading)
            if _width(text) >= _LEAST_HEADLINE:
                return text
    found = ""
    for anchor in item.anchors:
        # the strongest line of a card that is one link: a title of its own, else its first line
        titled = [inline_text(node) for node in page.all("[class*=tit], strong, b", anchor)]
        lines = [line for line in paragraphs(anchor) if find_date(line) != line]
        for text in (*titled, *lines):
            if _width(text) >= _LEAST_HEADLINE:
                found = found or text
                break
    return found or collapse(item.anchors[0].get("title") or "")


def _date(page: Page, item: _Item) -> str | None:
    for node in page.all("time, [class*=date], [class*=time]", item.node):
        shown = shown_date(node)
        if shown and len(shown) < 60:
            return shown
    lines = [line for line in paragraphs(item.node) if line != item.headline]
    return find_date(" \n".join(lines))


def own_article(href: str, listing: str) -> str | None:
    """The link's absolute URL where it looks like an article of the listing's outlet."""
    url = usable_url(href, listing)
    if url is None or site_of(host_of(url)) != site_of(host_of(listing)):
        return None
    parts = urlsplit(url)
    if (parts.path, parts.query) == (urlsplit(listing).path, urlsplit(listing).query):
        return None
    return url if is_article_like(url) else None


def _is_outside(anchor: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    node = anchor.getparent()
    above = []
    outside = False
    for _ in range(_WITHIN):
        if node is None or node.tag in ("body", "html", "main"):
            break
        if node in known:
            outside = known[node]
            break
        above.append(node)
        if _is_beside(node):
            outside = True
            break
        node = node.getparent()
    known.update(dict.fromkeys(above, outside))
    return outside


def _is_beside(node: HtmlElement) -> bool:
    if node.tag in _OUTSIDE:
        return node.tag != "header" or node.getparent() is None or node.getparent().tag == "body"
    words = f"{node.get('class') or ''} {node.get('id') or ''}"
    if node.tag != "a" and _OUTSIDE_WORDS.search(words):
        return True
    return node.tag in ("ul", "ol", "div", "section") and is_side_box(node, depth=1)


def _place(node: HtmlElement) -> tuple[str, ...]:
    """Where the container of an item stands: tags and classes on the way up."""
    way: list[str] = []
    above = node.getparent()
    while above is not None and len(way) < _WITHIN:
        classes = sorted(c for c in (above.get("class") or "").split() if not _VARIANT.match(c))
        way.append(".".join((above.tag, *classes)))
        above = above.getparent()
    return tuple(way)


def _url_shape(url: str) -> str:
    """The URL with its numbers and slug taken out: articles of one list are written alike."""
    parts = urlsplit(url)
    path = re.sub(r"[^/]*\d[^/]*", "0", parts.path)
    head, _, last = path.rpartition("/")
    return f"{head.count('/')}/{'0' if '0' in last else 's'}"


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x10FF else 1 for letter in text)
