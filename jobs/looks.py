"""A look at one listing: page by page until known ground, committed as one poll of its row."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.desk import Desk
from jobs.documents import read_document
from jobs.keyed import keyed, named, with_stories
from newsroom.errors import FeedError
from newsroom.identity import host_of, in_hosts
from newsroom.model import FeedEntry, FetchRequest, FetchResult, ParsedFeed, Source
from newsroom.reasons import Reason
from newsroom.sights import Look
from newsroom.surveys import (
    Listed,
    Span,
    in_order,
    place,
    reached,
    reaches_to,
    spans,
    worth_keeping,
)
from newsroom.surveys_when import Told, lists_all
from storage.claims import ClaimedFeed, KeyedEntry, PollOutcome
from storage.surveys import KnownArticle, Listing, known_articles

log = logging.getLogger("wirewatch.jobs")

MAX_PAGES = 20
"""Of one listing, in one look."""
LOOK_FOR = timedelta(seconds=200)
"""No further page is asked for after it: the listing's lease lasts 300 s."""
MAX_NEW = 500
"""Articles not known that one look brings in, the newest."""

_CLOCK = re.compile(r"\d{1,2}:\d\d|\d(?:am|pm)\b|T\d\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a listing showed, newest first, committed."""

    url: str
    failure: str = ""
    items: tuple[Listed, ...] = ()
    spans: tuple[Span, ...] = ()
    left: datetime | None = None
    """There were more than one look brings in: up to when what was left out was published."""

    def told(self, start: datetime) -> Told:
        """What it can tell of the time after `start`."""
        if self.failure:
            return Told(self.url, failure=self.failure)
        if self.left is not None and self.left >= start:
            return Told(self.url, reaches_to=self.left)
        return Told(self.url, reached(self.items, start), reaches_to(self.items))


@dataclass
class _Walk:
    """A listing as far as it was read."""

    listing: Listing
    ground: datetime
    now: datetime
    timezone: str
    entries: dict[str, KeyedEntry] = field(default_factory=dict)
    known: dict[str, KnownArticle] = field(default_factory=dict)
    first_page: int = 0
    """How many of the entries its first page showed."""
    failed: tuple[Reason, str, FetchResult | None, bool] | None = None
    last: FetchResult | None = None

    @property
    def sitemap(self) -> bool:
        return lists_all(self.listing.url)

    def items(self) -> list[Listed]:
        """What was shown so far, newest first."""
        shown = [_listed(k, self.known.get(u), self.timezone) for u, k in self.entries.items()]
        return in_order(shown, sitemap=self.sitemap)


async def look_at(
    desk: Desk, listing: Listing, look: Look, ground: datetime, source_id: str
) -> Seen:
    """Read the listing back to before `ground` and commit what it showed.

    Raises DatabaseUnavailable and LeaseLost; what the site does is in the answer.
    """
    now = desk.clock.now()
    claim = await desk.call(desk.store.claim_listing, listing.id, now)
    if claim is None:
        return Seen(listing.url, "it rests after a failure, or is being read by another just now")
    source = desk.sources.get(source_id)
    walk = _Walk(listing, ground, now, source.timezone if source else "UTC")
    await _read_pages(desk, claim, walk, source)
    if walk.failed is not None and not walk.entries:
        reason, detail, result, crashed = walk.failed
        outcome = _outcome(desk, walk, reason, detail, result, crashed=crashed)
        await desk.call(desk.store.commit_poll, claim, outcome, desk.source_rules(source_id), look)
        log.warning("listing not read", extra={"listing": listing.url, "reason": reason.value})
        return Seen(listing.url, f"{reason.value}: {detail}" if detail else reason.value)
    items = walk.items()
    places = spans(items, sitemap=walk.sitemap)
    kept, left = _kept(walk, items, places, look.covered_from or ground)
    stored, _ = await with_stories(desk, kept, source_id, desk.clock.now())
    detail = f"then {walk.failed[0].value}: {walk.failed[1]}" if walk.failed else ""
    outcome = replace(
        _outcome(desk, walk, Reason.OK, detail, walk.last),
        entries=tuple(stored),
        changed=bool(kept),
    )
    commit = await desk.call(
        desk.store.commit_poll, claim, outcome, desk.source_rules(source_id), look
    )
    log.info(
        "listing looked at",
        extra={
            "listing": listing.url,
            "why": look.purpose.value,
            "items": len(items),
            "new": len(commit.new_articles),
        },
    )
    return Seen(listing.url, items=tuple(items), spans=tuple(places), left=left)


async def _read_pages(desk: Desk, claim: ClaimedFeed, walk: _Walk, source: Source | None) -> None:
    todo, seen = deque([claim.url]), set[str]()
    while todo and len(seen) < MAX_PAGES and not desk.stopping:
        url = todo.popleft()
        if url in seen or desk.clock.now() - walk.now > LOOK_FOR:
            continue
        seen.add(url)
        parsed = await _read_page(desk, claim, walk, source, url)
        if parsed is None:
            return
        if parsed.next_url and _own(parsed.next_url, claim.url, source):
            todo.appendleft(parsed.next_url)
        todo.extend(one for one in parsed.maps if _own(one, claim.url, source))
        await _take(desk, walk, source, parsed.entries)
        walk.first_page = walk.first_page or len(walk.entries)
        if reached(walk.items(), walk.ground):
            return


async def _read_page(
    desk: Desk, claim: ClaimedFeed, walk: _Walk, source: Source | None, url: str
) -> ParsedFeed | None:
    """One page of the listing; None where it could not be read, which `walk.failed` tells."""
    result = await desk.fetcher.fetch(FetchRequest(url, claim.source_id, "listing"))
    if result.reason is not Reason.OK:
        walk.failed = (result.reason, result.detail, result, False)
        return None
    try:
        parsed = await read_document(
            desk.reader, result, source, kind="listing", url=url, now=walk.now
        )
    except FeedError as error:
        walk.failed = (error.reason, error.message, result, error.crashed)
        return None
    if not parsed.entries and not parsed.maps:
        walk.failed = (Reason.EMPTY, "a listing without articles", result, False)
        return None
    walk.last = result
    return parsed


def _own(url: str, listing: str, source: Source | None) -> bool:
    return in_hosts(url, (host_of(listing), *(source.hosts if source else ())))


async def _take(
    desk: Desk, walk: _Walk, source: Source | None, entries: Sequence[FeedEntry]
) -> None:
    """Put a page's entries behind those shown before; pages that slide repeat some."""
    new = {}
    for entry in named(entries)[0]:
        item = keyed(entry, source)
        if item.canonical_url and item.canonical_url not in walk.entries:
            new[item.canonical_url] = item
    walk.entries |= new
    walk.known |= await desk.call(known_articles, desk.store.db, list(new))


def _listed(item: KeyedEntry, known: KnownArticle | None, timezone: str) -> Listed:
    entry, key = item.entry, item.canonical_url or ""
    at, day = entry.published_at, None
    if at is not None and _day_alone(at, entry.published_raw, timezone):
        at, day = None, at
    if known is not None:
        at = at or _known_at(known, day)
    return Listed(key, at, day, entry.updated_at if at is None else None)


def _known_at(known: KnownArticle, day: datetime | None) -> datetime | None:
    """When an article was published as we know it; one that came by itself at its first sight."""
    if known.published_at is not None and known.published_at != day:
        return known.published_at
    return known.first_seen_at if known.late is None and known.published_at is None else None


def _day_alone(at: datetime, raw: str | None, timezone: str) -> bool:
    midnight = at.astimezone(ZoneInfo(timezone)).time() == time(0)
    return midnight and _CLOCK.search(raw or "") is None


def _kept(
    walk: _Walk, items: Sequence[Listed], places: Sequence[Span], floor: datetime
) -> tuple[list[KeyedEntry], datetime | None]:
    """What is stored of it, in the listing's order: not what is older than our watching.

    What nothing tells the age of is, where it stands on the listing's own first page. Beside it,
    up to when the newest of what is too much for one look was published; None: it is all.
    """
    first = frozenset(list(walk.entries)[: walk.first_page])
    kept: dict[str, KeyedEntry] = {}
    new, left = 0, None
    for item, span in zip(items, places, strict=True):
        entry = walk.entries[item.key]
        on_first = item.key in first and not walk.sitemap
        if item.key in walk.known:
            if on_first or worth_keeping(span, floor):
                kept[item.key] = entry
            continue
        told = span.low is not None or span.high is not None
        if not worth_keeping(span, floor) or not (told or on_first):
            continue
        if new >= MAX_NEW:
            left = max(left or floor, span.high or walk.now)
            continue
        new += 1
        at = place(span, walk.now) if item.at is None else None
        kept[item.key] = replace(entry, place=at)
    return [kept[key] for key in walk.entries if key in kept], left


def _outcome(
    desk: Desk,
    walk: _Walk,
    reason: Reason,
    detail: str,
    result: FetchResult | None,
    *,
    crashed: bool = False,
) -> PollOutcome:
    return PollOutcome(
        started_at=walk.now,
        now=desk.clock.now(),
        reason=reason,
        detail=detail,
        http_status=result.status if result else None,
        changed=False,
        full=True,
        retry_after=result.retry_after if result else None,
        crashed=crashed,
    )


def found(seen: Sequence[Seen]) -> Mapping[str, list[Span]]:
    """By canonical URL, when each article that was shown was published as each listing tells."""
    spans_of: dict[str, list[Span]] = {}
    for one in seen:
        for item, span in zip(one.items, one.spans, strict=True):
            spans_of.setdefault(item.key, []).append(span)
    return spans_of
