"""`sources check`: everything a source watches is asked for once and explained; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.documents import read_document
from newsroom.dates import parse_date
from newsroom.errors import FeedError, PageError
from newsroom.hubs import header_links
from newsroom.identity import host_of
from newsroom.model import (
    FeedEntry,
    FetchRequest,
    FetchResult,
    PageContent,
    ParsedFeed,
    Source,
)
from newsroom.moves import permanent_target
from newsroom.ports import Clock, Fetcher, Reader
from newsroom.reasons import Reason

OLD = timedelta(days=14)
"""Without a past to compare with, a feed silent for so long is called stale."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one address showed."""

    source_id: str
    kind: str
    """`feed`, `listing` or `page`."""
    result: FetchResult
    reason: Reason
    detail: str = ""
    feed: ParsedFeed | None = None
    page: PageContent | None = None
    hub: str | None = None
    newest: FeedEntry | None = None
    """The newest dated entry."""
    undated: int = 0
    without_zone: int = 0
    """Entries whose dates say no zone: the source's decides."""


async def check_source(
    source: Source, fetcher: Fetcher, reader: Reader, clock: Clock
) -> list[Checked]:
    """Its feeds and listings, each once, and one article page they name."""
    seen = await asyncio.gather(
        *(
            _check_document(source, kind, url, fetcher, reader, clock)
            for kind, urls in (("feed", source.feeds), ("listing", source.listings))
            for url in urls
        ),
    )
    checked = list(seen)
    url = _article(source, checked)
    if url is not None:
        checked.append(await _check_page(source, url, fetcher, reader))
    return checked


async def _check_document(
    source: Source, kind: str, url: str, fetcher: Fetcher, reader: Reader, clock: Clock
) -> Checked:
    result = await fetcher.fetch(FetchRequest(url, source.id, kind))
    if result.reason is not Reason.OK:
        return Checked(source.id, kind, result, result.reason, result.detail)
    try:
        feed = await read_document(reader, result, source, kind=kind, url=url, now=clock.now())
    except FeedError as error:
        return Checked(source.id, kind, result, error.reason, error.message)
    return _judged(source, kind, result, feed, clock.now())


def _judged(
    source: Source, kind: str, result: FetchResult, feed: ParsedFeed, now: datetime
) -> Checked:
    dated = [(e.published_at, e) for e in feed.entries if e.published_at is not None]
    at, newest = max(dated, key=lambda pair: pair[0], default=(None, None))
    reason, detail = Reason.OK, ""
    if not feed.entries and not feed.maps:
        reason, detail = Reason.EMPTY, "no items"
    elif at is not None and now - at > OLD:
        reason, detail = Reason.STALE, f"nothing newer than {at:%Y-%m-%d %H:%M} UTC"
    elif moved := permanent_target(result.redirects, result.request.url):
        reason, detail = Reason.MOVED, f"for good to {moved.url}"
    return Checked(
        source.id,
        kind,
        result,
        reason,
        detail,
        feed=feed,
        hub=header_links(result.headers.get("link", ""), result.url)[0] or feed.hub,
        newest=newest,
        undated=len(feed.entries) - len(dated),
        without_zone=sum(map(_lacks_zone, feed.entries)),
    )


def _lacks_zone(entry: FeedEntry) -> bool:
    raw = entry.published_raw
    if not raw:
        return False
    here, there = (parse_date(raw, timezone=zone) for zone in ("UTC", "Asia/Seoul"))
    return here is not None and here != there


async def _check_page(source: Source, url: str, fetcher: Fetcher, reader: Reader) -> Checked:
    result = await fetcher.fetch(FetchRequest(url, source.id, "page"))
    if result.reason is not Reason.OK:
        return Checked(source.id, "page", result, result.reason, result.detail)
    try:
        page = await reader.read_page(
            result.body,
            url=result.url or url,
            content_type=result.headers.get("content-type", ""),
            page=source.page,
            timezone=source.timezone,
            css=source.css,
        )
    except PageError as error:
        return Checked(source.id, "page", result, error.reason, error.message)
    if not page.body:
        return Checked(
            source.id, "page", result, Reason.LAYOUT_CHANGED, "no story text is found", page=page
        )
    return Checked(source.id, "page", result, Reason.OK, page=page)


def _article(source: Source, checked: Sequence[Checked]) -> str | None:
    """The newest article shown, of the outlet's own hosts where there is one."""
    entries = [e for one in checked if one.feed is not None for e in one.feed.entries if e.url]
    own = [entry for entry in entries if host_of(entry.url or "") in source.hosts] or entries
    dated = [(e.published_at, n) for n, e in enumerate(own) if e.published_at is not None]
    if dated:
        return own[max(dated, key=lambda pair: pair[0])[1]].url
    return own[0].url if own else None
