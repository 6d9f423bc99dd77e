"""What fell due is placed: it goes by itself now, or with a digest (DESIGN §4, §5)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jobs.desk import Desk
from newsroom.crowds import (
    GATHER_AT_MOST,
    Crowd,
    Going,
    crowd_schedule,
    going,
    is_crowd,
    next_look,
)
from newsroom.recipients import shown
from newsroom.timetable import HOUR, Slot, Terms, cap_of, cap_slot, way
from storage.alert_claims import ClaimedAlert
from storage.digest_crowds import CrowdFacts, crowd_facts, look_again_all, mails_since
from storage.digest_waiting import Unplaced, Wait, claim_waits, unplaced, wait_all

log = logging.getLogger("wirewatch.jobs")

PAGE = 200
MOST_UNDER_WAY = 200
"""More than one recipient's mails in the batches of a process."""


def is_timed(terms: Iterable[Terms]) -> bool:
    """Whether an alert by these rules may have to wait for a digest."""
    return any(
        one.when.kind != "immediately" or one.window is not None or one.max_per_hour > 0
        for one in terms
    )


def of_watchlists(terms: Iterable[Terms], watchlist_ids: Iterable[int]) -> tuple[Terms, ...]:
    """The rules of these watchlists."""
    wanted = set(watchlist_ids)
    return tuple(one for one in terms if one.watchlist_id in wanted)


async def place(desk: Desk, now: datetime, since: datetime | None) -> None:
    """Let every alert that fell due go, or wait for its digest."""
    found: dict[str, list[Unplaced]] = {}
    after = 0
    while few := await desk.call(
        unplaced,
        desk.store.db,
        desk.clock.now(),
        desk.digesting.timed,
        since=since,
        after=after,
        limit=PAGE,
    ):
        for alert in few:
            found.setdefault(alert.recipient, []).append(alert)
        after = few[-1].id
    for recipient, due in found.items():
        terms, rules = desk.rules.terms_of(recipient), desk.rules.version
        placing = _Placing(desk, recipient, terms, now, ending=since is not None)
        placed = await desk.call(placing.place, due, rules)
        if placed:
            log.info(
                "alerts wait for a digest", extra={"recipient": shown(recipient), "alerts": placed}
            )


async def is_placed(desk: Desk, claim: ClaimedAlert) -> bool:
    """Judge a claimed alert again: rules, cap and crowd may be others than when it fell due.

    True: it waits for a digest, or for its crowd, and is not ours any more.
    """
    now, terms = desk.clock.now(), desk.rules.terms_of(claim.recipient)
    return await desk.call(_place_claimed, desk, claim, terms, now)


def let_go(desk: Desk, claim: ClaimedAlert) -> None:
    """It goes now: whoever is judged next for this recipient knows, before it is handed over."""
    asked = claim.copy_of is not None or claim.notice is not None
    if not asked and cap_of(desk.rules.terms_of(claim.recipient)):
        known = desk.digesting.let_go.get(claim.recipient, ())
        desk.digesting.let_go[claim.recipient] = (*known, claim.id)[-MOST_UNDER_WAY:]


def _place_claimed(desk: Desk, claim: ClaimedAlert, terms: Sequence[Terms], now: datetime) -> bool:
    db = desk.store.db
    named = of_watchlists(terms, {match.watchlist_id for match in claim.matches})
    cap = _Cap(desk, claim.recipient, terms, now) if cap_of(terms) else None
    slot = way(named, now, over_cap=cap.over() if cap else None)
    if slot is not None:
        claim_waits(db, claim, slot.schedule, slot.at)
        return True
    facts = crowd_facts(db, claim.id, now, longest=GATHER_AT_MOST)
    if facts is None:
        return False
    verdict = going(_crowd(facts, facts.rank), claim.created_at, now, ending=desk.digesting.ending)
    if verdict is Going.TOGETHER:
        claim_waits(db, claim, crowd_schedule(late=facts.late, poll_id=facts.poll_id), now)
    elif verdict is Going.LATER:
        desk.store.release_alert(claim)
        look_again_all(db, [claim.id], next_look(now))
    return verdict is not Going.ALONE


@dataclass
class _Cap:
    """How many mails of this hour a recipient's rules leave."""

    desk: Desk
    recipient: str
    terms: Sequence[Terms]
    now: datetime

    def __post_init__(self) -> None:
        self._most = cap_of(self.terms)
        self._slot = cap_slot(self.terms, self.now)
        gone = self.desk.digesting.let_go.get(self.recipient, ())
        start = self._slot.at - HOUR
        self._sent = mails_since(self.desk.store.db, self.recipient, start, self.now, gone)

    def over(self, more: int = 0) -> Slot | None:
        """The digest of what is held back, where it is reached with `more` mails on their way."""
        return self._slot if self._sent + more >= self._most else None


@dataclass
class _Placing:
    """One recipient's alerts that fell due, judged the oldest first."""

    desk: Desk
    recipient: str
    terms: Sequence[Terms]
    now: datetime
    ending: bool
    facts: dict[tuple[int, bool], CrowdFacts | None] = field(default_factory=dict)

    def place(self, due: Sequence[Unplaced], rules: int) -> int:
        """How many of them wait for a digest from here on."""
        db = self.desk.store.db
        cap = _Cap(self.desk, self.recipient, self.terms, self.now) if cap_of(self.terms) else None
        ways: dict[tuple[tuple[int, ...], bool], Slot | None] = {}
        oldest = _oldest(due)
        waits, again, alone = list[Wait](), list[int](), 0
        for alert in due:
            over = cap.over(alone) if cap else None
            known = (alert.watchlist_ids, over is not None)
            if known not in ways:
                named = of_watchlists(self.terms, alert.watchlist_ids)
                ways[known] = way(named, self.now, over_cap=over)
            if (slot := ways[known]) is not None:
                waits.append(Wait(alert.id, slot.schedule, slot.at, alert.watchlist_ids))
                continue
            verdict = self._in_crowd(alert, oldest)
            if verdict is Going.TOGETHER:
                name = crowd_schedule(late=alert.late is not None, poll_id=alert.poll_id or 0)
                waits.append(Wait(alert.id, name, self.now))
            elif verdict is Going.LATER:
                again.append(alert.id)
            alone += verdict is Going.ALONE
        if again:
            look_again_all(db, again, next_look(self.now))
        return wait_all(db, waits, rules=rules)

    def _in_crowd(self, alert: Unplaced, oldest: dict[tuple[int, bool], datetime]) -> Going:
        if alert.poll_id is None or not is_crowd(late=alert.late is not None, rank=alert.rank):
            return Going.ALONE
        key = (alert.poll_id, alert.late is not None)
        if key not in self.facts:
            db = self.desk.store.db
            self.facts[key] = crowd_facts(db, alert.id, self.now, longest=GATHER_AT_MOST)
        facts = self.facts[key]
        if facts is None:
            return Going.ALONE
        return going(_crowd(facts, alert.rank), oldest[key], self.now, ending=self.ending)


def _crowd(facts: CrowdFacts, rank: int) -> Crowd:
    return Crowd(facts.late, rank, facts.matched, facts.waiting, facts.to_come)


def _oldest(due: Sequence[Unplaced]) -> dict[tuple[int, bool], datetime]:
    """When the first of each crowd was raised: it goes whole when that one has waited enough."""
    found: dict[tuple[int, bool], datetime] = {}
    for alert in due:
        late = alert.late is not None
        if alert.poll_id is not None and is_crowd(late=late, rank=alert.rank):
            key = (alert.poll_id, late)
            found[key] = min(alert.created_at, found.get(key, alert.created_at))
    return found
