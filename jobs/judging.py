"""An unsent alert is judged again at the claim, by the rules in force (DESIGN §4)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from jobs.desk import Desk
from jobs.judging_digests import still_told
from jobs.judging_hours import is_quiet
from jobs.judging_updates import (
    matches_now,
    news_match,
    standing_of_update,
    tells_edit,
    waits_on,
    with_news_that_stands,
)
from jobs.placing import is_placed, let_go
from storage.alert_claims import AlertMatch, ClaimedAlert, Standing

log = logging.getLogger("wirewatch.jobs")

_REASON = "the rules in force do not match what is known of it now"


async def still_wanted(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    """The alert with the watchlists that stand; None where it is not ours to send now: nothing of
    it stands and it was cancelled, it is an update that waits on, or its recipient's clock has it
    wait for a digest or the end of quiet hours.

    What a person asked for, and notices, go as they are, at once. What may have been received goes
    unchanged, and a mail that was rendered names what it names: it goes whole, or not at all.
    Either rests while it is quiet: one that may have been received gains nothing by night.
    """
    wanted = await _wanted(desk, claim)
    if wanted is not None:
        let_go(desk, wanted)
    return wanted


async def _wanted(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    if claim.copy_of is not None or claim.notice is not None or claim.kind == "notice":
        return await still_told(desk, claim) if claim.digest is not None else claim
    if claim.digest is not None:
        told = await still_told(desk, claim)
        return None if told is None or await is_quiet(desk, told) else told
    if claim.uncertain:
        return None if await is_quiet(desk, claim) else claim
    left = await _standing(desk, claim)
    if left is None:
        return None
    waits = is_quiet if left.message is not None else is_placed
    return None if await waits(desk, left) else left


async def _standing(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    """What of an alert stands by the rules in force; None where nothing does, or it waits on."""
    claim = await with_news_that_stands(desk, claim)
    standing = await standing_of_update(desk, claim)
    verdict = _verdict(desk, claim, standing)
    if verdict.left != claim.matches and not (verdict.left and claim.message is not None):
        wanted = await _without(desk, claim, verdict)
        if wanted is None:
            log.info("alert cancelled", extra={"alert": claim.id, "reason": _REASON})
            return None
        claim = wanted
    if standing is None or not await waits_on(desk, claim, standing):
        return claim
    return None


@dataclass(frozen=True)
class _Verdict:
    """What of an alert's watchlists stands by the rules in force."""

    left: tuple[AlertMatch, ...]
    silent: tuple[AlertMatch, ...]
    """They tell this recipient nothing now."""
    unmatched: tuple[AlertMatch, ...]
    instead: tuple[AlertMatch, ...]
    """By which some of the unmatched are told all the same."""


def _verdict(desk: Desk, claim: ClaimedAlert, standing: Standing | None) -> _Verdict:
    left, silent, unmatched, instead = [], [], [], []
    for match in claim.matches:
        if standing is not None and match.watchlist_id in standing.told:
            # told before: it is named for what is new alone
            by_news = news_match(desk, claim, match)
            if by_news is None:
                silent.append(match)
            elif by_news == match:
                left.append(match)
            else:
                unmatched.append(match)
                instead.append(by_news)
        elif not desk.rules.tells(match.watchlist_id, claim.recipient):
            silent.append(match)
        elif not (matches_now(desk, claim, match) or tells_edit(desk, claim, match)):
            unmatched.append(match)
        else:
            left.append(match)
    return _Verdict(tuple(left), tuple(silent), tuple(unmatched), tuple(instead))


async def _without(desk: Desk, claim: ClaimedAlert, verdict: _Verdict) -> ClaimedAlert | None:
    """The alert without what does not stand; None where nothing is left."""
    instead = {match.watchlist_id: match for match in verdict.instead}
    asked = [m.watchlist_id for m in verdict.unmatched if m.watchlist_id not in instead]
    instead |= await _stand_ins(desk, claim, asked)
    dropped = [m for m in (*verdict.silent, *verdict.unmatched) if m.watchlist_id not in instead]
    wanted = await desk.call(
        desk.store.drop_watchlists,
        claim,
        [match.watchlist_id for match in dropped],
        _REASON,
        unmatched=asked,
        instead=list(instead.values()),
    )
    if not wanted:
        return None
    return replace(claim, matches=(*verdict.left, *instead.values()))


async def _stand_ins(
    desk: Desk, claim: ClaimedAlert, watchlist_ids: list[int]
) -> dict[int, AlertMatch]:
    """For watchlists that one article does not meet any more: another of its story that does."""
    found: dict[int, AlertMatch] = {}
    if watchlist_ids:
        for match in await desk.call(desk.store.stand_ins, claim, watchlist_ids):
            if match.watchlist_id not in found and matches_now(desk, claim, match):
                found[match.watchlist_id] = match
    return found
