"""JSON Feed, read tolerantly: a broken number, type or field costs its own item at most."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crawler.feed_entry import MAX_GUID, MAX_RAW_DATE, Where, person_names, tag_names
from crawler.feed_text import clean, one_line, prose
from newsroom.dates import parse_date
from newsroom.errors import FeedError
from newsroom.identity import usable_url
from newsroom.model import FeedEntry
from newsroom.reasons import Reason


def load_json_feed(text: str) -> dict[str, object]:
    """The document, numbers kept as written; raises FeedError.

    NaN and Infinity are no JSON and become None, of a key told twice the last one counts.
    """
    try:
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        reason = Reason.PARSE_ERROR if "jsonfeed.org/version" in text[:2_000] else Reason.NOT_A_FEED
        raise FeedError(reason, f"JSON that cannot be read: {type(error).__name__}") from error
    if not isinstance(document, dict) or not _is_feed(document):
        raise FeedError(Reason.NOT_A_FEED, "JSON that is no JSON Feed")
    return document


def _is_feed(document: Mapping[str, object]) -> bool:
    if "jsonfeed.org/version" in clean(document.get("version")):
        return True
    items = document.get("items")
    return isinstance(items, list) and any(
        isinstance(item, dict) and not item.keys().isdisjoint(("content_html", "content_text"))
        for item in items
    )


def json_items(document: Mapping[str, object]) -> list[object]:
    """Its items, of whatever type they are; none where `items` is no list."""
    items = document.get("items")
    return items if isinstance(items, list) else []


def json_hub(document: Mapping[str, object]) -> str | None:
    """The address of its first WebSub hub."""
    hubs = document.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and clean(hub.get("type")).strip().lower() == "websub":
            return clean(hub.get("url")).strip() or None
    return None


def read_json_item(item: object, where: Where) -> FeedEntry:
    """Make a FeedEntry; raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"a JSON Feed item must be an object, not {type(item).__name__}")
    guid = clean(item.get("id")).strip()
    published, updated = (clean(item.get(f"date_{k}")).strip() for k in ("published", "modified"))
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else []
    tags = item.get("tags")
    return FeedEntry(
        guid=guid if 0 < len(guid) <= MAX_GUID else None,
        url=_link(item, guid, where.url),
        title=one_line(item.get("title")),
        summary=_summary(item),
        published_at=parse_date(published, timezone=where.timezone),
        published_raw=published[:MAX_RAW_DATE] or None,
        updated_at=parse_date(updated, timezone=where.timezone),
        authors=person_names(_name(person) for person in [*people, item.get("author")]),
        tags=tag_names(tags if isinstance(tags, list) else []),
    )


def _name(person: object) -> object:
    return person.get("name") if isinstance(person, dict) else person


def _link(item: Mapping[str, object], guid: str, base: str) -> str | None:
    for key in ("url", "external_url"):
        found = usable_url(clean(item.get(key)).strip(), base)
        if found:
            return found
    return usable_url(guid) if guid.startswith(("http://", "https://")) else None


def _summary(item: Mapping[str, object]) -> str:
    for key in ("summary", "content_text", "content_html"):
        text = prose(item.get(key), markup=key == "content_html")
        if text:
            return text
    return ""
