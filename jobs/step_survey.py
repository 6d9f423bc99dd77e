"""The survey step: listings of a source looked at, to refill its gaps and to witness."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from jobs.desk import Desk
from jobs.looks import Seen, found, look_at
from jobs.step_poll import poll_feed
from newsroom.errors import DatabaseUnavailable, LeaseLost
from newsroom.sights import LATE_WORDS, Look, Purpose
from newsroom.surveys import Span, lies_in
from newsroom.surveys_when import (
    lists_all,
    next_gap_try,
    next_witness,
    verdict,
    witness_stretch,
)
from storage import surveys
from storage.gaps import Gap
from storage.surveys import ClaimedSurvey, KnownArticle, Settled, Witnessed

log = logging.getLogger("wirewatch.jobs")

MISSED = frozenset({LATE_WORDS[Purpose.REFILL], LATE_WORDS[Purpose.WITNESS]})

_Stretch = tuple[datetime, datetime]
_Known = Mapping[str, KnownArticle]


async def due_surveys(desk: Desk) -> list[str]:
    """Sources whose listings are to be looked at now: for a gap, or as the daily witness."""
    return await desk.call(surveys.due_surveys, desk.store.db, desk.clock.now())


async def survey(desk: Desk, source_id: str) -> None:
    """Look at the source's listings if that is due: refill its gaps, and witness.

    Killed anywhere it is done again, and comes to the same. Raises DatabaseUnavailable.
    """
    store, now = desk.store, desk.clock.now()
    claim = await desk.call(surveys.claim_survey, store.db, source_id, owner=store.owner, now=now)
    if claim is None:
        return
    try:
        await _survey(desk, claim)
    except LeaseLost as lost:
        log.warning("survey dropped", extra={"source": source_id, "why": str(lost)})
    except DatabaseUnavailable:
        raise
    except Exception:  # ours: its lease runs out in ten minutes, and it is tried again
        log.exception("survey failed", extra={"source": source_id})


async def _survey(desk: Desk, claim: ClaimedSurvey) -> None:
    stretch = _stretch(claim)
    aim = _aim(claim, stretch)
    await _poll_siblings(desk, claim)
    seen: list[Seen] = []
    if aim is not None:
        look, ground = aim
        for listing in sorted(claim.listings, key=lambda one: (not lists_all(one.url), one.id)):
            if desk.stopping:
                await desk.call(surveys.release_survey, desk.store.db, claim)
                return
            if listing.polled and not claim.gaps:
                continue  # what is polled by itself witnesses nothing
            await desk.call(surveys.keep_survey, desk.store.db, claim, desk.clock.now())
            seen.append(await look_at(desk, listing, look, ground, claim.source_id))
    spans_of = found(seen)
    known = await desk.call(surveys.known_articles, desk.store.db, list(spans_of))
    now = desk.clock.now()
    settled = [_settled(gap, seen, spans_of, known, now) for gap in claim.gaps]
    independent = [
        one for one in seen if one.url not in {p.url for p in claim.listings if p.polled}
    ]
    witnessed = _witnessed(independent, spans_of, known, stretch) if stretch else None
    read = any(not one.failure for one in independent) or stretch is None
    await desk.call(
        surveys.finish_survey,
        desk.store.db,
        claim,
        settled,
        witnessed,
        witness_due_at=next_witness(now, read=read) if claim.witness_due else None,
        now=now,
    )
    _tell(claim, settled, witnessed)


def _stretch(claim: ClaimedSurvey) -> _Stretch | None:
    """What a witness compares now; None: none is due, or nothing is old enough."""
    if not claim.witness_due:
        return None
    since, until = witness_stretch(
        claim.watching_since, claim.last_until, claim.interval, claim.now
    )
    return (since, until) if since < until else None


def _aim(claim: ClaimedSurvey, stretch: _Stretch | None) -> tuple[Look, datetime] | None:
    """As what listings are looked at, and how far back; None: there is nothing to look for."""
    if not claim.gaps and stretch is None:
        return None
    starts = [gap.start_at for gap in claim.gaps] + ([stretch[0]] if stretch else [])
    ends = [gap.end_at for gap in claim.gaps] + ([stretch[1]] if stretch else [])
    purpose = Purpose.REFILL if claim.gaps else Purpose.WITNESS
    return Look(purpose, claim.watching_since, max(ends)), min(starts)


async def _poll_siblings(desk: Desk, claim: ClaimedSurvey) -> None:
    """The source's other feeds, not polled since a gap was noticed, may show what lay in it."""
    for feed in claim.siblings:
        noticed = [gap.noticed_at for gap in claim.gaps if gap.feed_id != feed.id]
        if noticed and (feed.last_poll_at is None or feed.last_poll_at < max(noticed)):
            await poll_feed(desk, feed.id, forced=True)


def _settled(
    gap: Gap,
    seen: Sequence[Seen],
    spans_of: Mapping[str, list[Span]],
    known: _Known,
    now: datetime,
) -> Settled:
    """What the listings told of one gap.

    Articles with a date to the minute are counted by what is stored; the others, found since it
    was noticed, by their place.
    """
    lay, unsure = set(), set()
    for url, places in spans_of.items():
        article = known.get(url)
        if article is None or (article.poll_id or 0) <= gap.poll_id or article.late not in MISSED:
            continue
        told = [lies_in(span, gap.start_at, gap.end_at, gap.noticed_at) for span in places]
        if True in told:
            lay.add(article.id)
        elif None in told:
            unsure.add(article.id)
    decided = verdict(
        [one.told(gap.start_at) for one in seen], undated=len(unsure), tries=gap.tries
    )
    return Settled(
        gap,
        by=decided.by,
        undated=frozenset(lay),
        detail=decided.detail,
        next_try_at=next_gap_try(gap.tries + 1, gap.noticed_at, now),
    )


def _witnessed(
    seen: Sequence[Seen], spans_of: Mapping[str, list[Span]], known: _Known, stretch: _Stretch
) -> Witnessed | None:
    """How many of the stretch's articles were shown, and how many came by a listing alone."""
    if all(one.failure for one in seen):
        return None  # a listing that cannot be read is no witness
    since, until = stretch
    ours = {item.key for one in seen for item in one.items}
    shown: dict[int, KnownArticle] = {}
    for url in ours:
        article = known.get(url)
        if article is not None and any(_within(span, since, until) for span in spans_of[url]):
            shown[article.id] = article
    why = [one.told(since) for one in seen]
    short = [
        f"{t.url}: {t.failure}" if t.failure else _short(t.url, t.reaches_to)
        for t in why
        if not t.reached
    ]
    return Witnessed(
        since,
        until,
        shown=len(shown),
        missed=sum(article.late in MISSED for article in shown.values()),
        looked_at=tuple(one.url for one in seen if not one.failure),
        detail="; ".join(short),
    )


def _within(span: Span, since: datetime, until: datetime) -> bool:
    low, high = span
    return low is not None and high is not None and since < low and high <= until


def _short(url: str, back_to: datetime | None) -> str:
    if back_to is None:
        return f"{url}: nothing in it tells how far back it goes"
    return f"{url} goes back to {back_to:%Y-%m-%d %H:%M} UTC only"


def _tell(claim: ClaimedSurvey, settled: Sequence[Settled], witnessed: Witnessed | None) -> None:
    for one in settled:
        extra = {"source": claim.source_id, "gap": one.gap.id, "by": one.by, "detail": one.detail}
        log.info("gap settled" if one.by else "gap stays open", extra=extra)
    if witnessed is not None:
        log.info(
            "witnessed",
            extra={
                "source": claim.source_id,
                "shown": witnessed.shown,
                "missed": witnessed.missed,
                "detail": witnessed.detail,
            },
        )
