"""At the claim: a mail that is made, and a digest, rest while it is quiet (DESIGN §5)."""

from __future__ import annotations

import logging

from jobs.desk import Desk
from jobs.placing import of_watchlists
from newsroom.timetable import quiet_until
from storage.alert_claims import ClaimedAlert
from storage.digest_waiting import put_off_made

log = logging.getLogger("wirewatch.jobs")


async def is_quiet(desk: Desk, claim: ClaimedAlert) -> bool:
    """Whether the quiet hours of all rules it tells by hold it; it rests until they end then."""
    terms = of_watchlists(desk.rules.terms_of(claim.recipient), _told(claim))
    until = quiet_until(terms, desk.clock.now())
    if until is None:
        return False
    await desk.call(put_off_made, desk.store.db, claim, until)
    log.info("mail rests", extra={"alert": claim.id, "until": until.isoformat()})
    return True


def _told(claim: ClaimedAlert) -> set[int]:
    """The watchlists of which it tells; of a digest without stories those that asked for it."""
    told = {match.watchlist_id for item in claim.items for match in item.matches}
    named = {match.watchlist_id for match in claim.matches}
    return told or named or set(claim.digest.watchlists if claim.digest else ())
