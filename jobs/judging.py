"""An unsent alert is judged again at the claim, by the rules in force (DESIGN §4)."""

from __future__ import annotations

import logging
from dataclasses import replace

from jobs.desk import Desk
from jobs.judging_digests import still_told
from storage.claims import AlertMatch, ClaimedAlert

log = logging.getLogger("wirewatch.jobs")

_REASON = "the rules in force do not match what is known of it now"


async def still_wanted(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    """The alert with the watchlists that stand; None where none does and it was cancelled.

    What may have been received goes unchanged, and so does what a person asked for. A mail that
    was rendered names what it names: it goes whole, or not at all.
    """
    if claim.digest is not None:
        return await still_told(desk, claim)
    if claim.uncertain or claim.copy_of is not None:
        return claim
    silent = [m for m in claim.matches if not desk.rules.tells(m.watchlist_id, claim.recipient)]
    unmatched = [m for m in claim.matches if m not in silent and not _matches(desk, claim, m)]
    left = [m for m in claim.matches if m not in silent and m not in unmatched]
    if len(left) == len(claim.matches) or (left and claim.message is not None):
        return claim
    instead = await _stand_ins(desk, claim, [match.watchlist_id for match in unmatched])
    dropped = [m for m in silent + unmatched if m.watchlist_id not in instead]
    wanted = await desk.call(
        desk.store.drop_watchlists,
        claim,
        [match.watchlist_id for match in dropped],
        _REASON,
        unmatched=[match.watchlist_id for match in unmatched],
        instead=list(instead.values()),
    )
    if not wanted:
        log.info("alert cancelled", extra={"alert": claim.id, "reason": _REASON})
        return None
    return replace(claim, matches=(*left, *instead.values()))


async def _stand_ins(
    desk: Desk, claim: ClaimedAlert, watchlist_ids: list[int]
) -> dict[int, AlertMatch]:
    """For watchlists that one article does not meet any more: another of its story that does."""
    found: dict[int, AlertMatch] = {}
    if watchlist_ids:
        for match in await desk.call(desk.store.stand_ins, claim, watchlist_ids):
            if match.watchlist_id not in found and _matches(desk, claim, match):
                found[match.watchlist_id] = match
    return found


def _matches(desk: Desk, claim: ClaimedAlert, match: AlertMatch) -> bool:
    """Whether the present rule meets all that is known of the article by now."""
    stored = desk.rules.watchlist(match.watchlist_id)
    article = next((a for a in claim.articles if a.id == match.article_id), None)
    if stored is None or article is None:
        return False
    if stored.version == match.version and article.text_mark == match.text_mark:
        return True
    return desk.rules.rematch(match.watchlist_id, article.known) is not None
