"""XML feeds through feedparser; where one item breaks a document, the others are read all the same.

feedparser's lenient parser drops everything behind an unclosed title, and raises for a whole
document because of one tag. Then the items are parsed in halves of halves until the broken ones
stand alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import feedparser

from newsroom.errors import FeedError
from newsroom.model import RejectedEntry
from newsroom.reasons import Reason

MAX_RAW = 20_000
"""Characters of a rejected item that are kept."""

_OPEN = re.compile(r"<(?:item|entry)(?=[\s>])", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_UPDATED = re.compile(r"<(?:[\w.-]{1,32}:)?(?:updated|modified)[\s>]", re.IGNORECASE)
_ROOT = re.compile(r"<([\w-]+:)?(rss|feed|rdf)(?=[\s>])[^>]*>", re.IGNORECASE)
_EFFORT = 6
"""How many times its number of items may be parsed again in halves."""


@dataclass(slots=True)
class RawFeed:
    """What feedparser made of a document."""

    feed: Mapping[str, object] = field(default_factory=dict)
    version: str = ""
    items: list[Mapping[str, object]] = field(default_factory=list)
    rejected: list[RejectedEntry] = field(default_factory=list)


def parse_xml(document: str, url: str) -> RawFeed:
    """Parse a prepared document; raises FeedError (`empty`, `parse_error`) when it has no items."""
    count = len(_OPEN.findall(document))
    failure: Exception | None = None
    raw = RawFeed()
    try:
        parsed = _parse(document, url)
        raw = RawFeed(parsed.feed, parsed.version, parsed.entries)
        failure = parsed.get("bozo_exception")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # feedparser has many uncaught exceptions; none may pass
        failure = error
    if failure is not None and len(raw.items) < count:
        _salvage(document, url, raw)
    if raw.items:
        return raw
    if failure is not None:
        raise FeedError(Reason.PARSE_ERROR, f"no item can be read, and {told(failure)}")
    return raw


def linked(feed: Mapping[str, object], rel: str) -> str | None:
    """Where the first link of this relation leads, as the feed's own element writes it."""
    links = feed.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and rel in str(link.get("rel", "")).lower().split():
            return str(link.get("href", "")).strip() or None
    return None


def tells_updates(document: str) -> bool:
    """True where items have an element for their last change.

    feedparser puts dc:date into the same field, which in RSS is a second date of publication.
    """
    first = _OPEN.search(document)
    return first is not None and _UPDATED.search(document, first.end()) is not None


def told(error: BaseException) -> str:
    """One line on what a parser raised."""
    return f"the parser gave up: {type(error).__name__}: {' '.join(str(error)[:200].split())}"


def _parse(document: str, url: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"}
    if "xml:base" in document:
        # only then: with a base feedparser makes addresses of guids that are none
        headers["content-location"] = url
    # a stream, never the bytes: feedparser opens what looks like a path or an address
    return feedparser.parse(
        io.BytesIO(document.encode("utf-8", "replace")),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _salvage(document: str, url: str, raw: RawFeed) -> None:
    """Read the items in parts and put what comes into `raw`, if that is more than it has."""
    found = _ROOT.search(document)
    starts = [match.start() for match in _OPEN.finditer(document)]
    if found is None or not starts:
        return
    channel = "<channel>" if found[2].lower() == "rss" else ""
    head = found[0] + channel
    tail = f"{channel.replace('<', '</')}</{found[1] or ''}{found[2]}>"
    parts = [document[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    items: list[Mapping[str, object]] = []
    rejected: list[RejectedEntry] = []
    effort = _EFFORT * len(parts) + 64
    todo = [parts]
    while todo:
        some = todo.pop()
        effort -= len(some)
        try:
            if effort < 0:
                raise FeedError(Reason.PARSE_ERROR, "too many broken items")
            parsed = _parse(head + "".join(map(_whole, some)) + tail, url)
            fine = len(parsed.entries) >= len(some)
            raw.version = raw.version or parsed.version
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # as in parse_xml
            fine, reason = False, told(error)
        else:
            reason = "no item in it"
        if fine:
            items.extend(parsed.entries)
        elif len(some) > 1 and effort > 0:
            todo += [some[len(some) // 2 :], some[: len(some) // 2]]
        else:
            rejected.extend(RejectedEntry(part[:MAX_RAW], reason) for part in some)
    if len(items) > len(raw.items):
        raw.items, raw.rejected = items, rejected


def _whole(part: str) -> str:
    """The item up to its end, without what stands between it and the next."""
    ends = list(_CLOSE.finditer(part))
    return part[: ends[-1].end()] if ends else part
