"""What one look at a feed saw, against the poll before it: sightings, gaps, and how it flows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from newsroom.coverage import Shown, Window, gap_between
from newsroom.polling import Flow
from newsroom.reasons import Reason
from newsroom.sights import Look, Purpose
from newsroom.turnover import measured_rate
from storage.claims import PollOutcome
from storage.entries import Shelf
from storage.gaps import note_gap
from storage.tables import entries, polls, sightings


@dataclass(frozen=True, slots=True)
class Seen:
    """What the ledger learnt from one look."""

    new_entries: int = 0
    """Entries this feed had not shown before, whether or not another one had their articles."""
    suspected: bool = False


def record(
    conn: Connection, feed: Any, poll_id: int, outcome: PollOutcome, shelf: Shelf, look: Look
) -> Seen:
    """Write down which entries this look saw, and a gap where a poll suspects one.

    Looks that are no polls are no part of the ledger's row of windows: they neither suspect a gap
    nor hide one from the next poll.
    """
    if not (outcome.changed and outcome.reason is Reason.OK):
        return Seen()
    window = _window(outcome, shelf)
    before = _before(conn, feed, poll_id, outcome) if look.purpose is Purpose.POLL else None
    known = frozenset(entry.id for entry in before.entries) if before else frozenset()
    overlap = None
    if before is not None and window.entries:
        overlap = any(entry.id in known for entry in window.entries)
    found = gap_between(before, window)
    if found is not None:
        ids = {"feed_id": feed.id, "source_id": feed.source_id, "poll_id": poll_id}
        note_gap(conn, **ids, found=found, now=outcome.now)
    if shelf.seen:
        conn.execute(
            insert(sightings),
            [
                {"poll_id": poll_id, "entry_id": entry_id, "position": position}
                for entry_id, position in shelf.seen.items()
            ],
        )
        shown = select(sightings.c.entry_id).where(sightings.c.poll_id == poll_id)
        conn.execute(update(entries).where(entries.c.id.in_(shown)).values(last_poll_id=poll_id))
    conn.execute(
        update(polls)
        .where(polls.c.id == poll_id)
        .values(new_items=len(shelf.new), overlap=overlap, items=len(outcome.entries))
    )
    if look.purpose is not Purpose.POLL or not shelf.seen.keys() - known:
        return Seen()
    return Seen(_first_shown(conn, poll_id), found is not None)


def flow_after(feed: Any, outcome: PollOutcome, seen: Seen, look: Look) -> Flow:
    """How the feed flows, this answer included; what was not a poll that went well adds nothing."""
    hint = timedelta(seconds=feed.hint_s) if feed.hint_s else None
    flow = Flow(items=feed.items, rate=feed.rate, hint=hint)
    if outcome.reason is not Reason.OK or look.purpose is not Purpose.POLL:
        return flow
    elapsed = None
    if feed.last_ok_at is not None:
        elapsed = max(outcome.now - feed.last_ok_at, timedelta(0))
    dates = [k.entry.published_at for k in outcome.entries]
    rate = measured_rate(
        feed.rate,
        new_items=seen.new_entries,
        elapsed=elapsed,
        published=[at for at in dates if at is not None and at <= outcome.now],
    )
    return Flow(
        new_items=seen.new_entries,
        items=len(outcome.entries) if outcome.changed else feed.items,
        rate=rate,
        hint=outcome.hint if outcome.changed else hint,
        suspected=seen.suspected,
    )


def _window(outcome: PollOutcome, shelf: Shelf) -> Window:
    shown = sorted(shelf.seen.items(), key=lambda pair: pair[1])
    return Window(
        tuple(Shown(i, outcome.entries[at].entry.published_at) for i, at in shown), outcome.now
    )


def _first_shown(conn: Connection, poll_id: int) -> int:
    """How many entries this very poll showed first: what comes back is not new."""
    found = conn.execute(
        select(func.count())
        .select_from(sightings.join(entries, entries.c.id == sightings.c.entry_id))
        .where(sightings.c.poll_id == poll_id, entries.c.first_poll_id == poll_id)
    )
    return int(found.scalar_one())


def _before(conn: Connection, feed: Any, poll_id: int, outcome: PollOutcome) -> Window | None:
    """The last document a poll of this feed brought with entries in it.

    Every good answer since confirmed it: else there were a later one.
    """
    has_entries = select(sightings.c.entry_id).where(sightings.c.poll_id == polls.c.id).exists()
    last = conn.execute(
        select(polls.c.id, polls.c.finished_at)
        .where(
            polls.c.feed_id == feed.id,
            polls.c.id < poll_id,
            polls.c.changed,
            polls.c.purpose == Purpose.POLL.value,
            has_entries,
        )
        .order_by(polls.c.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    rows = conn.execute(
        select(entries.c.id, entries.c.published_at)
        .join(sightings, sightings.c.entry_id == entries.c.id)
        .where(sightings.c.poll_id == last.id)
        .order_by(sightings.c.position)
    ).all()
    confirmed = max(last.finished_at, feed.last_ok_at or last.finished_at)
    return Window(tuple(Shown(*row) for row in rows), min(confirmed, outcome.now))
