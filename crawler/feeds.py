"""Reads feed documents: RSS, Atom, RDF and CDF through feedparser, JSON Feed by ourselves.

Everything here sees bytes a stranger wrote. Whatever happens, the caller gets a ParsedFeed or a
FeedError with a stable reason; time and memory are bounded by running it in a worker process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from crawler.feed_bytes import feed_text, xml_document
from crawler.feed_cap import cut_document, newest
from crawler.feed_entry import Where, read_entry, wished_ttl
from crawler.feed_json import json_hub, json_items, load_json_feed, read_json_item
from crawler.feed_text import clean, one_line
from crawler.feed_xml import MAX_RAW, linked, parse_xml, tells_updates, told
from newsroom.errors import FeedError
from newsroom.hubs import hub_url
from newsroom.model import FeedEntry, ParsedFeed, RejectedEntry
from newsroom.reasons import Reason

Item = TypeVar("Item")

MAX_ENTRIES = 5_000


def read_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    timezone: str = "UTC",
    max_entries: int = MAX_ENTRIES,
) -> ParsedFeed:
    """Read a feed document fetched from `url`.

    `timezone` is the source's, for dates without one. A feed without items is a feed; whoever
    polls it takes it for a fault. Raises FeedError: `empty` (no bytes at all), `not_a_feed`,
    `too_large`, `parse_error`.
    """
    text = feed_text(body, content_type)
    try:
        if text.lstrip()[:1] in ("{", "["):
            return _read_json(text, url, timezone, max_entries)
        document = xml_document(text)
        document, dropped = cut_document(document, max_entries, timezone)
        return _read_xml(document, url, timezone, max_entries, dropped)
    except (FeedError, MemoryError):
        raise
    except Exception as error:
        raise FeedError(Reason.PARSE_ERROR, told(error)) from error


def _read_xml(document: str, url: str, timezone: str, limit: int, dropped: int) -> ParsedFeed:
    raw = parse_xml(document, url)
    atom = raw.version.startswith("atom")
    where = Where(url, timezone, atom, tells_updates=tells_updates(document))
    feed = _collect(raw.items, lambda item: read_entry(item, where), raw.feed, limit, dropped)
    return replace(
        feed,
        rejected=(*raw.rejected, *feed.rejected)[:limit],
        hub=_address(linked(raw.feed, "hub"), url),
        self_url=_address(linked(raw.feed, "self"), url),
    )


def _read_json(text: str, url: str, timezone: str, limit: int) -> ParsedFeed:
    document = load_json_feed(text)
    items = json_items(document)
    where = Where(url, timezone, atom=False)
    feed = _collect(items, lambda raw: read_json_item(raw, where), document, limit, 0)
    own = clean(document.get("feed_url")).strip()
    return replace(
        feed,
        hub=_address(json_hub(document), url),
        self_url=_address(own, url),
        ended=document.get("expired") is True,
    )


def _address(text: str | None, base: str) -> str | None:
    return hub_url(clean(text), base) if text else None


def _collect(
    items: Iterable[Item],
    read: Callable[[Item], FeedEntry],
    feed: Mapping[str, object],
    limit: int,
    dropped: int,
) -> ParsedFeed:
    entries: list[FeedEntry] = []
    rejected: list[RejectedEntry] = []
    for item in items:
        try:
            entries.append(read(item))
        except Exception as error:  # noqa: BLE001  # one bad item must not cost the others
            rejected.append(RejectedEntry(clean(repr(item)[:MAX_RAW]), told(error)))
    if len(entries) > limit:
        kept = newest([entry.published_at for entry in entries], limit)
        dropped += len(entries) - limit
        entries = [entries[i] for i in kept]
    return ParsedFeed(
        entries=tuple(_guids_judged(entries)),
        rejected=tuple(rejected[:limit]),
        title=one_line(feed.get("title")),
        dropped=dropped,
        ttl=wished_ttl(feed),
    )


def _guids_judged(entries: list[FeedEntry]) -> list[FeedEntry]:
    """A guid two items share identifies neither."""
    counts = Counter(entry.guid for entry in entries if entry.guid is not None)
    if len(counts) == len(entries):
        return entries
    return [
        replace(e, guid_unique=False) if e.guid is not None and counts[e.guid] > 1 else e
        for e in entries
    ]


def entry_json(entry: FeedEntry) -> dict[str, object]:
    """An entry as `try feed` prints it: ISO 8601 with offset, null where the feed gives none."""
    return {
        "guid": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "published_raw": entry.published_raw,
        "updated_at": entry.updated_at.isoformat() if entry.updated_at else None,
        "authors": list(entry.authors),
        "tags": list(entry.tags),
    }
