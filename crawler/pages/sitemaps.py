"""Sitemaps, news sitemaps and their indexes, read like feeds (sitemaps.org 0.9; Google's news)."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from newsroom.article_urls import named_period
from newsroom.dates import parse_date
from newsroom.errors import FeedError
from newsroom.identity import usable_url
from newsroom.model import FeedEntry, ParsedFeed
from newsroom.reasons import Reason

_HEAD = 2048
MAX_URLS = 50_000
"""Of one document, as the protocol says."""
MAX_MAPS = 10_000
MAX_SITEMAP_BYTES = 64 * 1024 * 1024
"""Unpacked; the protocol allows 50 MiB."""
MAX_TITLE = 2_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def is_sitemap(body: bytes) -> bool:
    """Whether the document's first element is a sitemap's or an index's, by its beginning."""
    head = body[:_HEAD]
    return (b"<urlset" in head or b"<sitemapindex" in head) and b"<html" not in head.lower()


def read_sitemap(body: bytes, *, url: str, timezone: str) -> ParsedFeed:
    """An entry per `url` element, in the document's order, at most the newest `MAX_URLS`.

    The title is the news title where there is one, else empty; the date is the news publication
    date, else none: `lastmod` says when the page changed, and stands as `updated_at`. Of an index
    `maps` are its sitemaps, newest first, and there are no entries. Raises FeedError
    (`parse_error`, `empty`).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(Reason.PARSE_ERROR, f"{url}: no readable sitemap: {error}") from error
    if root is not None and _name(root) == "sitemapindex":
        return _read_index(root, url, timezone)
    nodes = [] if root is None else [n for n in root.iterchildren() if _name(n) == "url"]
    entries = [entry for node in nodes if (entry := _entry(node, url, timezone)) is not None]
    if not entries:
        raise FeedError(Reason.EMPTY, f"{url}: the sitemap names no page")
    kept = _newest(entries)
    return ParsedFeed(tuple(kept), dropped=len(entries) - len(kept))


def _newest(entries: list[FeedEntry]) -> list[FeedEntry]:
    if len(entries) <= MAX_URLS:
        return entries
    ranked = sorted(entries, key=lambda e: e.published_at or e.updated_at or _LONG_AGO)
    kept = {id(entry) for entry in ranked[-MAX_URLS:]}
    return [entry for entry in entries if id(entry) in kept]


def _read_index(root: etree._Element, url: str, timezone: str) -> ParsedFeed:
    dated: dict[str, tuple[datetime | None, datetime]] = {}
    for node in root.iterchildren():
        if _name(node) != "sitemap":
            continue
        texts = _texts(node)
        link = usable_url(texts.get("loc", ""), url)
        if link is not None and link not in dated:
            changed = parse_date(texts.get("lastmod", ""), timezone=timezone)
            period = named_period(link)
            newest = period[1] if period else changed
            dated[link] = (changed, newest or _LONG_AGO)
    if not dated:
        raise FeedError(Reason.EMPTY, f"{url}: the index names no sitemap")
    ranked = sorted(dated, key=lambda link: dated[link][1], reverse=True)  # stable: else as written
    kept = ranked[:MAX_MAPS]
    return ParsedFeed(
        (),
        dropped=len(ranked) - len(kept),
        maps=tuple(kept),
        map_dates=tuple(dated[link][0] for link in kept),
    )


def _entry(node: etree._Element, base: str, timezone: str) -> FeedEntry | None:
    texts = _texts(node)
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


def _texts(node: etree._Element) -> dict[str, str]:
    return {
        _name(child): " ".join((child.text or "").split())
        for child in reversed(list(node.iter()))  # the first of a name wins
        if isinstance(child.tag, str)
    }


def _name(node: etree._Element) -> str:
    """The element's name without its namespace; "" for comments and their kin."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
