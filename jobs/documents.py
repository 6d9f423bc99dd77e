"""A feed's or listing's answer, read in the words of its source."""

from __future__ import annotations

from datetime import datetime

from newsroom.model import FetchResult, ParsedFeed, Source
from newsroom.ports import Reader


async def read_document(
    reader: Reader,
    result: FetchResult,
    source: Source | None,
    *,
    kind: str,
    url: str,
    now: datetime,
) -> ParsedFeed:
    """The document that was asked for at `url` as a `feed`, else a listing; raises FeedError.

    A source that left the configuration has no zone, page class or selectors.
    """
    url = result.url or url
    content_type = result.headers.get("content-type", "")
    timezone = source.timezone if source else "UTC"
    if kind == "feed":
        return await reader.read_feed(
            result.body, url=url, content_type=content_type, timezone=timezone
        )
    return await reader.read_listing(
        result.body,
        url=url,
        content_type=content_type,
        page=source.page if source else None,
        timezone=timezone,
        now=now,
        css=source.css if source else None,
    )
