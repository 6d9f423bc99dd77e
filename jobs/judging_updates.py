"""What of an update stands at the claim, and whether it is its time (DESIGN §4, §7)."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from jobs.desk import Desk
from newsroom.updates import Named, carries, pause_of, put_off_until
from storage.alert_claims import AlertMatch, AlertNews, ClaimedAlert, Standing
from storage.leases import CLOCK_SLACK
from storage.outbox import drop_news, put_off, standing_of

log = logging.getLogger("wirewatch.jobs")

LOOK_AGAIN = timedelta(minutes=1)
"""An update behind a mail that is under way is looked at no sooner."""


def matches_now(desk: Desk, claim: ClaimedAlert, match: AlertMatch) -> bool:
    """Whether the present rule meets all that is known of the article by now."""
    stored = desk.rules.watchlist(match.watchlist_id)
    article = next((a for a in claim.articles if a.id == match.article_id), None)
    if stored is None or article is None:
        return False
    if stored.version == match.version and article.text_mark == match.text_mark:
        return True
    return desk.rules.rematch(match.watchlist_id, article.known) is not None


async def with_news_that_stands(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert:
    """The alert with the news of articles that a watchlist of it meets; a mail that is made keeps
    what it says."""
    if not claim.news or claim.message is not None:
        return claim
    news = tuple(stands for item in claim.news if (stands := _standing(desk, claim, item)).matches)
    if gone := {item.article_id for item in claim.news} - {item.article_id for item in news}:
        await desk.call(drop_news, desk.store.db, claim, sorted(gone))
    return replace(claim, news=news)


def _standing(desk: Desk, claim: ClaimedAlert, item: AlertNews) -> AlertNews:
    """An edit stands for who asks for edits, whether or not the text still matches: that it does
    not may be what was changed."""
    told = [m for m in item.matches if desk.rules.tells(m.watchlist_id, claim.recipient)]
    asked = [m for m in told if item.edit is not None and _asks_for_edits(desk, m.watchlist_id)]
    if asked:
        meet = [m for m in told if m not in asked and matches_now(desk, claim, m)]
        return replace(item, matches=tuple(m for m in told if m in asked or m in meet))
    spans = tuple(span for span in item.spans if not span.edit)
    stand = (match for match in told if spans and matches_now(desk, claim, match))
    return replace(item, spans=spans, edit=None, matches=tuple(stand))


def tells_edit(desk: Desk, claim: ClaimedAlert, match: AlertMatch) -> bool:
    """Whether the alert tells this watchlist, which asks for it, what was changed in a page: that
    stands whatever the page says now."""
    return _asks_for_edits(desk, match.watchlist_id) and any(
        item.edit is not None and any(m.watchlist_id == match.watchlist_id for m in item.matches)
        for item in claim.news
    )


def _asks_for_edits(desk: Desk, watchlist_id: int) -> bool:
    stored = desk.rules.watchlist(watchlist_id)
    return stored is not None and stored.watchlist.edits


def news_match(desk: Desk, claim: ClaimedAlert, match: AlertMatch) -> AlertMatch | None:
    """The match by which a watchlist that told of the story before tells its news; None: it has
    none, or tells first alerts alone now."""
    stored = desk.rules.watchlist(match.watchlist_id)
    if stored is None or not carries(Named(stored.watchlist.update_interval, first=False)):
        return None
    by_news = [
        m for item in claim.news for m in item.matches if m.watchlist_id == match.watchlist_id
    ]
    return match if match in by_news else next(iter(by_news), None)


async def standing_of_update(desk: Desk, claim: ClaimedAlert) -> Standing | None:
    """What was told of the story without it; None where it is no update, or its mail is made."""
    if claim.kind != "update" or claim.message is not None:
        return None
    return await desk.call(standing_of, desk.store.db, claim)


async def waits_on(desk: Desk, claim: ClaimedAlert, standing: Standing) -> bool:
    """Whether the update's time has not come; it waits again then.

    One that a clock made that was ahead goes: nobody knows what its times mean.
    """
    now = desk.clock.now()
    stored = (desk.rules.watchlist(match.watchlist_id) for match in claim.matches)
    pause = pause_of(
        Named(s.watchlist.update_interval, s.id not in standing.told) for s in stored if s
    )
    if pause is None or claim.created_at > now + CLOCK_SLACK:
        return False
    until = put_off_until(
        standing.last_mail_at, standing.waits_for, pause, now, shortest=LOOK_AGAIN
    )
    if until is None:
        return False
    await desk.call(put_off, desk.store.db, claim, until)
    log.info("update waits", extra={"alert": claim.id, "until": until.isoformat()})
    return True
