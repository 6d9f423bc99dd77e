"""The poll step: claim a feed, fetch it, read it, commit what it showed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from crawler.freshness import fresh_for
from jobs.desk import Desk
from jobs.documents import read_document
from jobs.keyed import keyed, named, with_stories
from jobs.step_hubs import hub_named
from newsroom.errors import DatabaseUnavailable, FeedError, LeaseLost
from newsroom.model import FetchRequest, FetchResult
from newsroom.moves import permanent_target
from newsroom.polling import RETRY_AFTER_MAX, wants_full_fetch
from newsroom.reasons import Reason
from storage.claims import ClaimedFeed, PollCommit, PollOutcome

log = logging.getLogger("wirewatch.jobs")


async def poll_feed(desk: Desk, feed_id: int, *, forced: bool = False) -> Reason | None:
    """Poll one feed if it is ours to poll; how it ended, or None where it was not."""
    claim = await desk.call(desk.store.claim_feed, feed_id, desk.clock.now(), forced=forced)
    if claim is None:
        return None
    log.debug("feed claimed", extra={"feed": claim.id, "source": claim.source_id})
    started = desk.clock.now()
    full = wants_full_fetch(claim.last_full_at, started) or not (claim.etag or claim.last_modified)
    result = await desk.fetcher.fetch(
        FetchRequest(
            url=claim.url,
            source_id=claim.source_id,
            kind=claim.kind,
            etag=None if full else claim.etag,
            last_modified=None if full else claim.last_modified,
        )
    )
    log.debug("feed fetched", extra={"feed": claim.id, "reason": result.reason.value})
    rules = desk.source_rules(claim.source_id)
    try:
        try:
            outcome = await _outcome(desk, claim, result, started, full=full)
            commit = await desk.call(desk.store.commit_poll, claim, outcome, rules)
        except (DatabaseUnavailable, LeaseLost):
            raise
        except Exception as bug:  # ours: it costs this feed this poll, and shows on its row
            log.exception("poll failed", extra={"feed": claim.id})
            outcome = _internal(desk, bug, started, result)
            commit = await desk.call(desk.store.commit_poll, claim, outcome, rules)
    except LeaseLost as lost:
        log.warning("poll dropped", extra={"feed": claim.id, "why": str(lost)})
        return None
    _tell(claim, outcome, commit)
    return outcome.reason


def _internal(desk: Desk, bug: Exception, started: datetime, result: FetchResult) -> PollOutcome:
    return PollOutcome(
        started_at=started,
        now=desk.clock.now(),
        reason=Reason.INTERNAL,
        detail=f"{type(bug).__name__}: {bug}"[:300],
        http_status=result.status,
        changed=False,
        full=False,
    )


def _tell(claim: ClaimedFeed, outcome: PollOutcome, commit: PollCommit) -> None:
    if outcome.reason is not Reason.OK and not claim.failures:
        log.warning(
            "source cannot be read",
            extra={
                "source": claim.source_id,
                "reason": outcome.reason.value,
                "feed": claim.url,
                "detail": outcome.detail,
            },
        )
    level = logging.INFO if outcome.changed or outcome.reason is not Reason.OK else logging.DEBUG
    log.log(
        level,
        "poll committed",
        extra={
            "source": claim.source_id,
            "feed": claim.url,
            "reason": outcome.reason.value,
            "detail": outcome.detail,
            "items": len(outcome.entries),
            "new": len(commit.new_articles),
            "revised": len(commit.revised_articles),
            "next": commit.next_poll_at.isoformat() if commit.next_poll_at else None,
        },
    )


async def _outcome(
    desk: Desk, claim: ClaimedFeed, result: FetchResult, started: datetime, *, full: bool
) -> PollOutcome:
    """What the answer says; an unchanged body is never parsed again."""
    source = desk.sources.get(claim.source_id)

    def made(
        reason: Reason, detail: str, *, changed: bool = False, crashed: bool = False
    ) -> PollOutcome:
        return PollOutcome(
            started_at=started,
            now=desk.clock.now(),
            reason=reason,
            detail=detail,
            http_status=result.status,
            changed=changed,
            full=full,
            etag=result.headers.get("etag"),
            last_modified=result.headers.get("last-modified"),
            body_hash=sha256(result.body).hexdigest() if result.body else None,
            retry_after=result.retry_after,
            crashed=crashed,
            moved=permanent_target(result.redirects, claim.url),
        )

    if result.reason is not Reason.OK:
        return made(result.reason, result.detail)
    if result.not_modified:
        return made(Reason.OK, "not modified")
    if claim.body_hash is not None and sha256(result.body).hexdigest() == claim.body_hash:
        return made(Reason.OK, "the same body")
    try:
        now = desk.clock.now()
        feed = await read_document(
            desk.reader, result, source, kind=claim.kind, url=claim.url, now=now
        )
    except FeedError as error:
        return made(error.reason, error.message, crashed=error.crashed)
    if not feed.entries and not feed.rejected:
        # outlets answer so on retired feed URLs: silence must not look like health
        return made(Reason.EMPTY, "a feed without items")
    await hub_named(desk, claim.id, claim.url, result, feed)
    dropped = f"{feed.dropped} entries over the cap" if feed.dropped else ""
    ended = "the feed says that it has ended" if feed.ended else ""
    entries, nameless = named(feed.entries)
    stored, _ = await with_stories(
        desk, [keyed(entry, source) for entry in entries], claim.source_id, desk.clock.now()
    )
    return replace(
        made(Reason.OK, "; ".join(filter(None, (dropped, ended))), changed=True),
        entries=tuple(stored),
        rejected=(*feed.rejected, *nameless),
        hint=_hint(feed.ttl, fresh_for(result.headers, desk.clock.now())),
    )


def _hint(*asked: timedelta | None) -> timedelta | None:
    """The longest of what was asked for, and no more than a wait may ever be."""
    return min(max(filter(None, asked), default=timedelta(0)), RETRY_AFTER_MAX) or None
