"""The page step: claim an article of a host, fetch its page, read it, commit what it says."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlsplit

from jobs.desk import Desk
from newsroom.delivery import next_page_attempt
from newsroom.errors import DatabaseUnavailable, LeaseLost, PageError
from newsroom.identity import canonical_url, in_hosts
from newsroom.model import FetchRequest, FetchResult, PageContent, Source
from newsroom.reasons import Reason
from newsroom.stories_reading import story_text
from storage.claims import ClaimedPage, PageIn, PageOut
from storage.story_notes import story_time

log = logging.getLogger("wirewatch.jobs")

GONE_STATUS = frozenset({404, 410})


async def fetch_next_page(desk: Desk, host: str, *, since: datetime | None = None) -> Reason | None:
    """Fetch the next page of a host; how it ended, or None where there was none to fetch."""
    await desk.stories_ready()
    claim = await desk.call(desk.store.claim_page, host, desk.clock.now(), since=since)
    if claim is None:
        return None
    log.debug("page claimed", extra={"article": claim.id, "url": claim.url})
    result = await desk.fetcher.fetch(
        FetchRequest(url=claim.url, source_id=claim.source_id, kind="page")
    )
    log.debug("page fetched", extra={"article": claim.id, "reason": result.reason.value})
    source = desk.sources.get(claim.source_id)
    got: PageIn | PageOut
    try:
        try:
            got = await _read(desk, claim, result, source)
            await _commit(desk, claim, got)
        except (DatabaseUnavailable, LeaseLost):
            raise
        except Exception as bug:  # ours: it costs this page this attempt
            log.exception("page failed", extra={"article": claim.id})
            retry_at = _retry_at(claim, desk.clock.now(), result)
            got = PageOut(Reason.INTERNAL, f"{type(bug).__name__}: {bug}"[:300], retry_at)
            await _commit(desk, claim, got)
    except LeaseLost as lost:
        log.warning("page dropped", extra={"article": claim.id, "why": str(lost)})
        return Reason.MOVED  # it is another article's now; the host's next page is due all the same
    _tell(claim, got)
    return Reason.OK if isinstance(got, PageIn) else got.reason


async def _commit(desk: Desk, claim: ClaimedPage, got: PageIn | PageOut) -> None:
    now = desk.clock.now()
    if isinstance(got, PageIn):
        rules = desk.source_rules(claim.source_id)
        await desk.call(desk.store.commit_page, claim, got, rules, now)
    else:
        await desk.call(desk.store.fail_page, claim, got, now)


def _tell(claim: ClaimedPage, got: PageIn | PageOut) -> None:
    if isinstance(got, PageIn):
        extra = {"state": got.state, "page": got.content.page, "characters": len(got.content.body)}
    else:
        retry = got.retry_at.isoformat() if got.retry_at else None
        extra = {"reason": got.reason.value, "detail": got.detail, "retry": retry}
    log.info("page committed", extra={"article": claim.id, "url": claim.url, **extra})


async def _read(
    desk: Desk, claim: ClaimedPage, result: FetchResult, source: Source | None
) -> PageIn | PageOut:
    now = desk.clock.now()
    if result.reason is not Reason.OK:
        reason = Reason.GONE if result.status in GONE_STATUS else result.reason
        retry_at = None if result.permanent else _retry_at(claim, now, result)
        return PageOut(reason, result.detail, retry_at)
    if _sent_home(claim.url, result.url):
        return PageOut(
            Reason.MOVED, f"it leads to the front page {result.url}", _retry_at(claim, now, result)
        )
    try:
        content = await desk.reader.read_page(
            result.body,
            url=result.url or claim.url,
            content_type=result.headers.get("content-type", ""),
            page=source.page if source else None,
            timezone=source.timezone if source else "UTC",
            css=source.css if source else None,
        )
    except PageError as error:
        return PageOut(
            error.reason, error.message, _retry_at(claim, now, result), crashed=error.crashed
        )
    if content.partial or not content.body:  # a wall's words and address are every article's
        return PageIn(content=content, state="partial")
    return PageIn(
        content=content,
        state="fetched",
        aliases=_aliases(claim, result, content, source),
        story=await desk.call(
            story_text,
            content.title,
            content.body,
            source=claim.source_id,
            url=claim.canonical_url or claim.url,
            at=story_time(content.published_at or claim.published_at, now),
        ),
    )


def _retry_at(claim: ClaimedPage, now: datetime, result: FetchResult) -> datetime | None:
    planned = next_page_attempt(claim.failures + 1, claim.failed_since or now, now)
    if planned is not None and result.retry_after is not None:
        return max(planned, now + result.retry_after)
    return planned


def _sent_home(asked: str, got: str) -> bool:
    """A redirect to the front page is how many sites say that a page is gone."""
    return urlsplit(got).path in ("", "/") and urlsplit(asked).path not in ("", "/")


def _aliases(
    claim: ClaimedPage, result: FetchResult, content: PageContent, source: Source | None
) -> tuple[str, ...]:
    """Canonical URLs this page is known by too: only within the source's own hosts (DESIGN §4)."""
    if source is None:
        return ()
    found: dict[str, None] = {}
    for url in (result.url, content.canonical_link):
        if not url or not in_hosts(url, source.hosts) or _sent_home(claim.url, url):
            continue
        canonical = canonical_url(url, page=source.page, hosts=source.hosts)
        if canonical and canonical != claim.canonical_url:
            found[canonical] = None
    return tuple(found)
