"""The backfill step: older articles walked into the archive, politely and resumably.

A piece of the walk is one document: an archive page, a sitemap, a page of a listing. What it shows
of the wanted time is stored in portions, and the pages are fetched by the ordinary page step,
behind all others. The walk rests while many of them wait.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from jobs.desk import Desk
from jobs.documents import read_document
from jobs.keyed import keyed, with_stories
from newsroom.backfilling import (
    Walk,
    Wanted,
    after_document,
    after_failure,
    after_robots,
    choose,
    ready,
)
from newsroom.errors import FeedError, LeaseLost, StorageError
from newsroom.identity import host_of
from newsroom.model import FeedEntry, FetchRequest, FetchResult, Source
from newsroom.reasons import Reason
from storage import backfills
from storage.backfills import Backfill
from storage.claims import ClaimedFeed, KeyedEntry, PollOutcome

log = logging.getLogger("wirewatch.jobs")

MOST_WAITING = 500
"""No portion is stored while so many of its pages wait: claims and ticks look over all of them."""
FEW_WAITING = 250
"""The walk goes on when fewer wait, so that no document is read again for a handful."""
PORTION = 250
"""Entries of one transaction: polls and pages wait for it."""
MOST_IN_TURN = 20
"""Pieces of one turn of the service."""


@dataclass(frozen=True)
class Work:
    """A claimed walk, and whose it is."""

    backfill: Backfill
    token: str
    source: Source
    wanted: Wanted


async def backfill(desk: Desk) -> bool:
    """Go on with every unfinished backfill for a while; True where pages were listed."""
    listed = False
    for one in await desk.call(backfills.active, desk.store.db):
        for _ in range(MOST_IN_TURN):
            if desk.stopping or not await advance(desk, one.id):
                break
            listed = True
        if one.state == "fetching":
            await desk.call(backfills.finish, desk.store.db, one.id, desk.clock.now())
    return listed


async def advance(desk: Desk, backfill_id: int) -> bool:
    """One piece of a walk; False where there is none to be done now.

    Raises DatabaseUnavailable. What a site does never raises.
    """
    db = desk.store.db
    if await desk.call(backfills.waiting, db, backfill_id) >= FEW_WAITING:
        return False
    found = await desk.call(backfills.get, db, backfill_id)
    source = desk.sources.get(found.source_id)
    now = desk.clock.now()
    if found.state != "walking":
        return False
    if source is None:
        why = "its source is not configured any more"
        await desk.call(backfills.stop, db, backfill_id, why, now)
        return False
    if found.walk.waits(now):
        return False
    claim = await desk.call(
        backfills.claim, db, backfill_id, owner=desk.store.owner, now=desk.clock.now()
    )
    if claim is None:
        return False
    held, token = claim
    wanted = Wanted(held.since, held.until, source.timezone)
    work = Work(held, token, source, wanted)
    try:
        await _piece(desk, work)
    except LeaseLost as lost:
        log.warning("backfill piece dropped", extra={"backfill": backfill_id, "why": str(lost)})
        with suppress(LeaseLost):  # the walk may still be ours: somebody else may go on with it
            await _put(desk, work, held.walk)
        return False
    except StorageError:
        raise
    except Exception as bug:  # ours: it costs this document, and shows in what is said at the end
        log.exception("backfill piece failed", extra={"backfill": backfill_id})
        walk = ready(held.walk, wanted)
        detail = f"{type(bug).__name__}: {bug}"[:300]
        with suppress(LeaseLost):
            await _put(desk, work, after_failure(walk, Reason.INTERNAL, detail, desk.clock.now()))
    return True


async def _piece(desk: Desk, work: Work) -> None:
    walk = ready(work.backfill.walk, work.wanted)
    if walk.over:
        await _put(desk, work, walk)
        return
    spot = walk.stack[-1]
    started = desk.clock.now()
    result = await desk.fetcher.fetch(FetchRequest(spot.url, work.source.id, "listing"))
    log.debug("backfill fetched", extra={"url": spot.url, "reason": result.reason.value})
    if result.reason is not Reason.OK:
        await _fail(desk, work, walk, result.reason, result)
        return
    if spot.kind == "robots":
        text = result.body[:500_000].decode("utf-8", "replace")
        await _put(desk, work, after_robots(walk, text, work.source.hosts))
        return
    try:
        feed = await read_document(
            desk.reader,
            result,
            work.source,
            kind="listing",
            url=spot.url,
            now=desk.clock.now(),
        )
    except FeedError as error:
        await _fail(desk, work, walk, error.reason, replace(result, detail=error.message))
        return
    sitemap = feed.next_url is None and b"<urlset" in result.body[:4_096]
    chosen = choose(feed.entries, spot, work.wanted, sitemap=sitemap)
    further = after_document(walk, feed, work.wanted, work.source.hosts)
    await _store(desk, work, walk, further, chosen, started)


async def _fail(desk: Desk, work: Work, walk: Walk, reason: Reason, result: FetchResult) -> None:
    now = desk.clock.now()
    failed = after_failure(walk, reason, result.detail, now, result.retry_after)
    log.info("backfill", extra={"url": walk.stack[-1].url, "reason": reason.value})
    await _put(desk, work, failed)


async def _put(desk: Desk, work: Work, walk: Walk, *, listed: int = 0) -> None:
    db = desk.store.db
    await desk.call(backfills.commit_walk, db, work.backfill, work.token, walk, listed=listed)


async def _store(
    desk: Desk,
    work: Work,
    walk: Walk,
    further: Walk,
    chosen: list[FeedEntry],
    started: datetime,
) -> None:
    """The document's new entries in portions; the walk moves on with the last one.

    Where too many pages wait before that, or the process dies, the document is read again later,
    and what is known by then is passed over.
    """
    made = [entry for one in chosen if (entry := keyed(one, work.source)).canonical_url]
    urls = [entry.canonical_url for entry in made if entry.canonical_url]
    unknown = await desk.call(desk.store.unknown_urls, urls)
    new = [entry for entry in made if entry.canonical_url in unknown]
    if not new:
        await _put(desk, work, further, listed=len(made))
        return
    for at in range(0, len(new), PORTION):
        last = at + PORTION >= len(new)
        feed = await _archive(desk, work, walk)
        portion = new[at : at + PORTION]
        entries, _ = await with_stories(desk, portion, work.source.id, desk.clock.now())
        full = not last and await _waiting(desk, work) + len(portion) >= MOST_WAITING
        commit = await desk.call(
            backfills.commit_piece,
            desk.store.db,
            work.backfill,
            work.token,
            feed,
            _outcome(entries, started, desk.clock.now()),
            desk.source_rules(work.source.id),
            further if last else walk,
            listed=len(made) if last else 0,
            last=last or full or desk.stopping,
        )
        extra = {"url": walk.stack[-1].url, "entries": len(portion)}
        log.info("backfill committed", extra={**extra, "new": len(commit.new_articles)})
        if full or desk.stopping:
            return


def _outcome(entries: list[KeyedEntry], started: datetime, now: datetime) -> PollOutcome:
    return PollOutcome(
        started_at=started,
        now=now,
        reason=Reason.OK,
        detail="",
        http_status=200,
        changed=True,
        full=True,
        entries=tuple(entries),
    )


async def _waiting(desk: Desk, work: Work) -> int:
    return await desk.call(backfills.waiting, desk.store.db, work.backfill.id)


async def _archive(desk: Desk, work: Work, walk: Walk) -> ClaimedFeed:
    host = host_of(walk.stack[-1].url)
    feed = await desk.call(
        backfills.claim_archive,
        desk.store.db,
        work.source.id,
        host,
        owner=desk.store.owner,
        now=desk.clock.now(),
    )
    if feed is None:
        raise LeaseLost(f"the archive of {work.source.id} is walked by another backfill just now")
    return feed
