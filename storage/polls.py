"""The poll: claim a feed, and commit all that one answer showed in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from newsroom.polling import (
    RETRY_AFTER_MAX,
    Flow,
    NextPoll,
    Rhythm,
    late_reason,
    listing_rest,
    next_poll,
)
from newsroom.reasons import Reason
from newsroom.sights import POLLING, Look, Purpose
from storage import leases
from storage.claims import FEED_LEASE_S, ClaimedFeed, PollCommit, PollOutcome, SourceRules
from storage.database import Database
from storage.entries import Shelf, shelve
from storage.feed_verdicts import judge_poll
from storage.ledger import flow_after, record
from storage.notices import raise_notice
from storage.tables import feeds, polls

log = logging.getLogger("wirewatch.storage")

MAX_CRASHES = 3
"""So many worker crashes over one item, and it is quarantined (DESIGN §4)."""

FARTHEST_POLL = RETRY_AFTER_MAX + timedelta(hours=1)
"""A poll farther ahead than the longest wait was planned by a clock that jumped."""


def _due(now: datetime) -> ColumnElement[bool]:
    """Due by the table, or planned by a clock that was set back since (DESIGN §4)."""
    ahead = feeds.c.next_poll_at > now + FARTHEST_POLL
    return feeds.c.active & or_(
        feeds.c.next_poll_at <= now,
        (feeds.c.last_poll_at > now + leases.CLOCK_SLACK) & feeds.c.next_poll_at.is_not(None),
        ahead & (feeds.c.interval_max_s <= RETRY_AFTER_MAX.total_seconds()),
        # a feed's first poll is due when it is written down
        ahead & feeds.c.last_poll_at.is_(None),
    )


def due_feeds(
    db: Database, now: datetime, *, every: bool = False, host: str | None = None
) -> list[tuple[int, str]]:
    """(id, host) of feeds to poll, longest due first; `every` enabled one, whatever its time.

    With `host` the next one of this host alone.
    """
    query = (
        select(feeds.c.id, feeds.c.host)
        .where(
            feeds.c.active if every else _due(now),
            feeds.c.quarantined_at.is_(None),
            leases.free(db, feeds, now),
        )
        .order_by(feeds.c.next_poll_at, feeds.c.id)
    )
    if host is not None:
        query = query.where(feeds.c.host == host).limit(1)
    with db.read() as conn:
        return [(row.id, row.host) for row in conn.execute(query)]


def due_feed_hosts(db: Database, now: datetime) -> list[str]:
    """Hosts that have a feed to poll, the longest due first: however many feeds one of them has."""
    query = (
        select(feeds.c.host)
        .where(_due(now), feeds.c.quarantined_at.is_(None), leases.free(db, feeds, now))
        .group_by(feeds.c.host)
        .order_by(func.min(feeds.c.next_poll_at), feeds.c.host)
    )
    with db.read() as conn:
        return [host for (host,) in conn.execute(query)]


def claim_feed(
    db: Database,
    feed_id: int,
    *,
    owner: str,
    now: datetime,
    forced: bool = False,
    listing: bool = False,
) -> ClaimedFeed | None:
    """Take one feed to poll it now; None where it is not due any more or somebody has it.

    `forced`: whenever it is due. `listing`: it is looked at on demand, and never due by itself.
    """
    wanted: ColumnElement[bool]
    if listing:
        rested = or_(
            feeds.c.active,
            feeds.c.next_poll_at.is_(None),
            feeds.c.next_poll_at <= now,
            feeds.c.next_poll_at > now + FARTHEST_POLL,
        )
        wanted = (feeds.c.kind != "feed") & feeds.c.quarantined_at.is_(None) & rested
    else:
        wanted = feeds.c.active if forced else _due(now)
    with db.write() as conn:
        token = leases.claim(
            db,
            conn,
            feeds,
            feed_id,
            owner=owner,
            now=now,
            seconds=FEED_LEASE_S,
            where=wanted,
        )
        if token is None:
            return None
        row = conn.execute(select(feeds).where(feeds.c.id == feed_id)).one()
    return ClaimedFeed(
        id=row.id,
        token=token,
        source_id=row.source_id,
        url=row.moved_to if row.moved_at is not None else row.url,
        host=row.host,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        last_full_at=row.last_full_at,
        last_ok_at=row.last_ok_at,
        first_poll=row.first_ok_at is None,
        interval=timedelta(seconds=row.interval_s),
        failures=row.failures,
        crashes=row.crashes,
        kind=row.kind,
    )


def commit_poll(
    db: Database,
    claim: ClaimedFeed,
    outcome: PollOutcome,
    rules: SourceRules,
    look: Look = POLLING,
    also: Callable[[Connection, PollCommit], None] | None = None,
) -> PollCommit:
    """Validators, coverage, entries, new articles and the next due time: one transaction.

    A `look` that is no poll plans none and keeps no validators. `also` writes what has to stand or
    fall with it. Raises LeaseLost when the feed was taken over; then nothing is written.
    """
    shown = outcome.changed and outcome.reason is Reason.OK
    with db.write() as conn:
        if shown:
            db.story_lock(conn)  # before any row, as everywhere: else two wait for each other
        feed = leases.hold(conn, feeds, claim.id, claim.token)
        poll_id = _open_poll(conn, feed, outcome, look)
        shelf = Shelf()
        if shown:
            late = late_reason(
                first_poll=feed.first_ok_at is None, last_ok_at=feed.last_ok_at, now=outcome.now
            )
            shelf = shelve(db, conn, feed, poll_id, outcome, rules, late, look)
        seen = record(conn, feed, poll_id, outcome, shelf, look)
        flow = flow_after(feed, outcome, seen, look)
        decided = _next(feed, outcome, rules, flow, look)
        _close_feed(conn, feed, outcome, decided, flow, complete=not shelf.raw)
        done = PollCommit(poll_id, tuple(shelf.new), tuple(shelf.revised), decided.at)
        if also is not None:
            also(conn, done)
        log.debug("poll commits", extra={"feed": feed.id, "new": len(shelf.new)})
    return done


def _next(feed: Any, outcome: PollOutcome, rules: SourceRules, flow: Flow, look: Look) -> NextPoll:
    interval = timedelta(seconds=feed.interval_s)
    if look.purpose is not Purpose.POLL:
        return _rest(feed, outcome, interval, look)
    return next_poll(
        Rhythm(interval, rules.interval_min, rules.interval_max, feed.failures),
        reason=outcome.reason,
        flow=flow,
        retry_after=outcome.retry_after,
        now=outcome.now,
    )


def _rest(feed: Any, outcome: PollOutcome, interval: timedelta, look: Look) -> NextPoll:
    """A look plans no poll; a listing that failed is let alone for a while.

    Backfills wait by a rule of their own.
    """
    if feed.active or look.purpose is Purpose.BACKFILL:
        return NextPoll(feed.next_poll_at, interval, feed.failures)
    if outcome.reason is Reason.OK:
        return NextPoll(None, interval, 0)
    rest = listing_rest(feed.failures, outcome.retry_after)
    return NextPoll(outcome.now + rest, interval, feed.failures + 1)


def _open_poll(conn: Connection, feed: Any, outcome: PollOutcome, look: Look) -> int:
    dated = [k.entry.published_at for k in outcome.entries if k.entry.published_at]
    poll_id = conn.execute(
        insert(polls)
        .values(
            feed_id=feed.id,
            started_at=outcome.started_at,
            finished_at=outcome.now,
            purpose=look.purpose.value,
            reason=outcome.reason.value,
            http_status=outcome.http_status,
            items=len(outcome.entries) if outcome.changed else None,
            new_items=0,
            changed=outcome.changed,
            first=feed.first_ok_at is None and outcome.reason is Reason.OK,
            oldest_at=min(dated, default=None),
            newest_at=max(dated, default=None),
        )
        .returning(polls.c.id)
    ).scalar_one()
    return int(poll_id)


def _close_feed(
    conn: Connection,
    feed: Any,
    outcome: PollOutcome,
    decided: NextPoll,
    flow: Flow,
    *,
    complete: bool,
) -> None:
    judged, decided = judge_poll(feed, outcome, decided, showed_new=bool(flow.new_items))
    values: dict[str, Any] = {
        **leases.FREE,
        **judged,
        "attempts": 0,
        "next_poll_at": decided.at,
        "interval_s": int(decided.interval.total_seconds()),
        "failures": decided.failures,
        "last_poll_at": outcome.now,
        "reason": outcome.reason.value,
        "detail": outcome.detail[:500],
        "http_status": outcome.http_status,
        "rate": flow.rate,
        "hint_s": int(flow.hint.total_seconds()) if flow.hint else None,
    }
    if flow.new_items:
        values["last_new_at"] = outcome.now
    if feed.reason != outcome.reason.value:
        values["since"] = outcome.now
    if outcome.reason is Reason.OK:
        values |= _kept_after_success(feed, outcome, complete)
    elif outcome.reason is Reason.GONE and decided.at is None:
        raise_notice(
            conn,
            f"feed:{feed.id}:gone",
            f"{feed.source_id}: {feed.url} answered 410 Gone; it is not polled any more",
            outcome.now,
        )
    if outcome.crashed:
        values["crashes"] = feed.crashes + 1
        if feed.crashes + 1 >= MAX_CRASHES:
            values["quarantined_at"] = outcome.now
            raise_notice(
                conn,
                f"feed:{feed.id}:quarantined",
                f"{feed.source_id}: reading {feed.url} killed a worker {MAX_CRASHES} times; "
                "it is not polled until `wirewatch sources resume` is said",
                outcome.now,
            )
    conn.execute(update(feeds).where(feeds.c.id == feed.id).values(values))


def _kept_after_success(feed: Any, outcome: PollOutcome, complete: bool) -> dict[str, Any]:
    """What a good answer leaves on the feed's row.

    Validators only after a whole parse in which every entry found its place: a 304 must never
    hide an entry that was not stored.
    """
    kept: dict[str, Any] = {
        "last_ok_at": outcome.now,
        "first_ok_at": feed.first_ok_at or outcome.now,
        "crashes": 0,
    }
    if outcome.full:
        kept["last_full_at"] = outcome.now
    if outcome.changed:
        kept["items"] = len(outcome.entries)
        kept["etag"] = outcome.etag if complete else None
        kept["last_modified"] = outcome.last_modified if complete else None
        kept["body_hash"] = outcome.body_hash if complete else None
    elif outcome.http_status == 200:  # same body under new validators
        kept["etag"], kept["last_modified"] = outcome.etag, outcome.last_modified
    return kept


def next_due_at(db: Database) -> datetime | None:
    """The soonest due time of any active feed; None where none is planned."""
    with db.read() as conn:
        found: datetime | None = conn.execute(
            select(func.min(feeds.c.next_poll_at)).where(
                feeds.c.active, feeds.c.quarantined_at.is_(None)
            )
        ).scalar()
    return found
