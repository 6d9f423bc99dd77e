"""The digest step: what is due is placed by its recipient's clock, reached slots become digests.

Whatever kills it between two transactions, the next pass goes on: an alert waits with a schedule
or is judged anew, and a slot is made once by its key, whoever comes first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from jobs.desk import Desk
from jobs.placing import is_timed, place
from newsroom.errors import StorageError
from newsroom.recipients import shown
from newsroom.timetable import (
    LONGEST,
    UNSCHEDULED,
    Slot,
    Terms,
    at_hour,
    next_at,
    schedules,
    slots,
)
from storage.database import Database
from storage.digest_making import (
    KnownSchedule,
    known_schedules,
    make_digest,
    sync_schedules,
)
from storage.digest_waiting import waiting_due
from storage.due import release_schedule, release_waiting_for_digests

log = logging.getLogger("wirewatch.jobs")

MOMENT = timedelta(microseconds=1)
TRY_AGAIN = timedelta(minutes=1)
"""After a bug in the making of one recipient's digests; the others' go on."""
MOST_LABELS = 10
"""Digests of one crowd whose first alerts were raised at one instant."""


async def digests(desk: Desk, *, since: datetime | None = None) -> None:
    """Place what fell due, then make the digests of every slot that was reached.

    `since`: at the end of a single pass that began then.
    """
    now = since or desk.clock.now()
    desk.digesting.ending = since is not None
    await _know_schedules(desk, now)
    await place(desk, now, since)
    await _reach_slots(desk, now)
    await _send_crowds(desk, now)


async def _know_schedules(desk: Desk, now: datetime) -> None:
    """Bring the tables in step with the rules, where these changed."""
    state, rules = desk.digesting, desk.rules
    if state.rules == rules.version:
        return
    wanted = await desk.call(_wanted, rules.terms, now)
    await desk.call(_know, desk.store.db, wanted, now, release=state.rules is not None)
    state.schedules = wanted
    state.timed = frozenset(r for r, terms in rules.terms.items() if is_timed(terms))
    state.slots = {recipient: now for recipient, names in wanted.items() if names}
    state.looked_at = None
    state.rules = rules.version


def _wanted(terms_of: Mapping[str, tuple[Terms, ...]], now: datetime) -> dict[str, frozenset[str]]:
    """The schedules of each recipient; those who share their rules share the work."""
    named = {terms: schedules(terms, now) for terms in set(terms_of.values())}
    return {recipient: named[terms] for recipient, terms in terms_of.items()}


def _know(db: Database, wanted: dict[str, frozenset[str]], now: datetime, *, release: bool) -> None:
    sync_schedules(db, wanted, now)
    if release:  # by rules that were in force a moment ago something may have been placed since
        with db.write() as conn:
            db.story_lock(conn)
            release_waiting_for_digests(conn)


async def _reach_slots(desk: Desk, now: datetime) -> None:
    """Make the digests of the slots that were reached since the last look."""
    state = desk.digesting
    before = state.looked_at
    if before is not None and now < before:  # the clock was set back
        before = None
        state.slots = dict.fromkeys(state.slots, now)
    state.looked_at = now
    due = [recipient for recipient, at in state.slots.items() if at <= now]
    if not due:
        return
    known: dict[str, list[KnownSchedule]] = {}
    for one in await desk.call(known_schedules, desk.store.db):
        known.setdefault(one.recipient, []).append(one)
    following: dict[tuple[Terms, ...], datetime | None] = {}  # many share their rules
    for recipient in due:
        terms = desk.rules.terms_of(recipient)
        try:
            for slot in reached(terms, known.get(recipient, ()), now, before or now):
                await _make(desk, recipient, slot)
            if terms not in following:
                following[terms] = next_at(terms, now)
            at = following[terms]
        except StorageError:
            raise
        except Exception:
            log.exception("digest not made", extra={"recipient": shown(recipient)})
            at = now + TRY_AGAIN
        if at is None:
            del state.slots[recipient]
        else:
            state.slots[recipient] = at


def reached(
    terms: Sequence[Terms], known: Iterable[KnownSchedule], now: datetime, looked_at: datetime
) -> list[Slot]:
    """The slots to make now: of each schedule the latest that was reached, soonest first.

    Where the clock jumped over some, several are reached at one instant: each is made, the first
    with all that waits. Those of that instant are named again when they were made: a process may
    have ended between them. `looked_at`: when this was asked last; what the tables say is done
    later than now, a clock said that was ahead.
    """
    after = {one.schedule: _done(one, now, looked_at) for one in known}
    if not after:
        return []
    found: dict[str, list[Slot]] = {}
    for slot in slots(terms, min(after.values()) - MOMENT, now):
        if slot.schedule in after and slot.at >= after[slot.schedule]:
            found.setdefault(slot.schedule, []).append(slot)
    wanted = []
    for schedule, of_schedule in found.items():
        last = [slot for slot in of_schedule if slot.at == of_schedule[-1].at]
        if last[0].at > after[schedule] or len(last) > 1:
            wanted += [last[0], *(replace(slot, send_empty=False) for slot in last[1:])]
    return sorted(wanted, key=lambda slot: (slot.at, slot.schedule, slot.slot))


def _done(one: KnownSchedule, now: datetime, looked_at: datetime) -> datetime:
    """Up to where a schedule's slots are done. Of longer ago than the farthest slot nothing is
    needed: there is a later one."""
    done = max(one.since, one.done_until)
    return max(done if done <= now else looked_at, now - LONGEST)


async def _make(desk: Desk, recipient: str, slot: Slot) -> bool:
    """Make one digest; False where it was made before."""
    made = await desk.call(make_digest, desk.store.db, recipient, slot, desk.clock.now())
    if made is not None:
        extra = {"alert": made, "recipient": shown(recipient), "schedule": slot.schedule}
        log.info("digest made", extra={**extra, "slot": slot.slot})
    return made is not None


async def _send_crowds(desk: Desk, now: datetime) -> None:
    """What is due with a digest that no rule schedules: over a cap, late, one of many."""
    state = desk.digesting
    for recipient, schedule, first in await desk.call(waiting_due, desk.store.db, now):
        if is_unscheduled(schedule):
            await _send_crowd(desk, recipient, schedule, first, now)
        elif state.slots.get(recipient, now + MOMENT) > now:
            # its slot was made without it, or its rule is gone: its clock says where it goes
            await desk.call(_release, desk.store.db, recipient, schedule)


async def _send_crowd(
    desk: Desk, recipient: str, schedule: str, first: datetime, now: datetime
) -> None:
    """One digest of what waits; several processes that see the same give it the same name."""
    for label in _labels(schedule, first, now):
        if await _make(desk, recipient, Slot(schedule, label, now)):
            return
        due = await desk.call(waiting_due, desk.store.db, now)
        if (recipient, schedule, first) not in due:
            return


def is_unscheduled(schedule: str) -> bool:
    """Whether a digest comes of what waits, and not of a rule's timetable."""
    return schedule.partition(" ")[0] in UNSCHEDULED


def _labels(schedule: str, first: datetime, now: datetime) -> list[str]:
    kind, _, zone = schedule.partition(" ")
    label = at_hour(zone, now) if kind == "hour" else f"{first:%Y-%m-%d %H:%M:%S.%f}"
    return [label, *(f"{label}+{n}" for n in range(1, MOST_LABELS))]


def _release(db: Database, recipient: str, schedule: str) -> None:
    with db.write() as conn:
        db.story_lock(conn)
        release_schedule(conn, recipient, schedule)
