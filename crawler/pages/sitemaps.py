"""Sitemaps and news sitemaps, read like feeds (sitemaps.org 0.9; Google's news namespace)."""

from __future__ import annotations

from lxml import etree

from newsroom.dates import parse_date
from newsroom.errors import FeedError
from newsroom.identity import usable_url
from newsroom.model import FeedEntry, ParsedFeed
from newsroom.reasons import Reason

_HEAD = 2048
MAX_URLS = 5_000
"""Of one document; the protocol allows 50,000, a news sitemap 1,000."""
MAX_TITLE = 2_000


def is_sitemap(body: bytes) -> bool:
    """Whether the document's first element is a sitemap's, by a look at its beginning."""
    head = body[:_HEAD]
    return b"<urlset" in head and b"<html" not in head.lower()


def read_sitemap(body: bytes, *, url: str, timezone: str) -> ParsedFeed:
    """An entry per `url` element, in the document's order, at most `MAX_URLS`.

    The title is the news title where there is one, else empty; the date is the news publication
    date, else none: `lastmod` says when the page changed, and stands as `updated_at`. Raises
    FeedError (`parse_error`, `empty`).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(Reason.PARSE_ERROR, f"{url}: no readable sitemap: {error}") from error
    nodes = [] if root is None else [n for n in root.iterchildren() if _name(n) == "url"]
    entries = [entry for node in nodes if (entry := _entry(node, url, timezone)) is not None]
    if not entries:
        raise FeedError(Reason.EMPTY, f"{url}: the sitemap names no page")
    return ParsedFeed(tuple(entries[:MAX_URLS]), dropped=max(0, len(entries) - MAX_URLS))


def _entry(node: etree._Element, base: str, timezone: str) -> FeedEntry | None:
    texts = {
        _name(child): " ".join((child.text or "").split())
        for child in reversed(list(node.iter()))  # the first of a name wins
        if isinstance(child.tag, str)
    }
    link = usable_url(texts.get("loc", ""), base)
    if link is None:
        return None
    raw = texts.get("publication_date") or None
    return FeedEntry(
        guid=None,
        url=link,
        title=texts.get("title", "")[:MAX_TITLE],
        summary="",
        published_at=parse_date(raw, timezone=timezone) if raw else None,
        published_raw=raw,
        updated_at=parse_date(texts.get("lastmod", ""), timezone=timezone),
        tags=tuple(t.strip() for t in texts.get("keywords", "").split(",") if t.strip()),
    )


def _name(node: etree._Element) -> str:
    """The element's name without its namespace; "" for comments and their kin."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
