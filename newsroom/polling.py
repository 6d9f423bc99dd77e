"""When a feed is polled next, and what its first sight of an article means for alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.reasons import Reason
from newsroom.turnover import safe_wait

FULL_FETCH_EVERY = timedelta(hours=6)
"""Every feed is fetched without validators at least this often (DESIGN §4): caches lie."""

LATE_AFTER = timedelta(hours=24)
"""A poll after a longer silence than this brings *late* matches (DESIGN §4)."""

BACKOFF_MAX = timedelta(hours=6)
RETRY_AFTER_MAX = timedelta(hours=24)
LISTING_REST = timedelta(minutes=1)
LISTING_REST_MAX = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A feed's interval and how often in a row it failed."""

    interval: timedelta
    minimum: timedelta
    maximum: timedelta
    failures: int = 0


@dataclass(frozen=True, slots=True)
class NextPoll:
    """What the decision was: when, the interval from now on, failures in a row.

    `at` is None when the feed is gone for good (410): polling stops until a person says so.
    """

    at: datetime | None
    interval: timedelta
    failures: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known of how a feed's entries come and go."""

    new_items: int = 0
    """Of this poll."""
    items: int | None = None
    """How many it shows; None: not known."""
    rate: float | None = None
    """New entries an hour, as `newsroom.turnover` measures it; None: not known yet."""
    hint: timedelta | None = None
    """How long the feed asks to be left alone: ttl, sy:updatePeriod, Cache-Control, Expires."""
    suspected: bool = False
    """This poll and the one before share no entry: something may have slid past."""


def next_poll(
    rhythm: Rhythm,
    *,
    reason: Reason,
    flow: Flow,
    retry_after: timedelta | None,
    now: datetime,
) -> NextPoll:
    """Decide the next poll.

    A suspected gap takes the interval to the source's minimum at once. Else new items halve it and
    none lengthen it by a quarter, within the source's bounds, but never beyond the time in which a
    third of the feed turns over at the rate measured. A hint lengthens the wait within the same
    limits, once a rate is known.

    A failure doubles the wait from the interval on, up to six hours; a site that blocks us is left
    alone for the longest interval at least. The server's own Retry-After (clamped to a day) is
    never undercut.
    """
    if reason is Reason.GONE:
        return NextPoll(None, rhythm.interval, rhythm.failures + 1)
    if reason is Reason.OK:
        wait, interval = _after_answer(rhythm, flow)
        failures = 0
    else:
        interval, failures = rhythm.interval, rhythm.failures + 1
        wait = min(interval * 2 ** min(failures, 12), max(BACKOFF_MAX, interval))
        if failures == 1:
            wait = interval
        if reason is Reason.BLOCKED:
            wait = max(wait, rhythm.maximum)
    if retry_after is not None:
        wait = max(wait, min(retry_after, RETRY_AFTER_MAX))
    return NextPoll(now + wait, interval, failures)


def _after_answer(rhythm: Rhythm, flow: Flow) -> tuple[timedelta, timedelta]:
    """The wait and the interval from now on, after an answer that could be read."""
    if flow.suspected:
        return rhythm.minimum, rhythm.minimum
    longest = rhythm.maximum
    safe = safe_wait(flow.items, flow.rate)
    if safe is not None:
        longest = min(longest, safe)
    factor = 0.5 if flow.new_items else 1.25
    interval = _between(rhythm.interval * factor, rhythm.minimum, longest)
    if flow.hint is None or flow.rate is None:
        return interval, interval
    return max(interval, _between(flow.hint, rhythm.minimum, longest)), interval


def _between(value: timedelta, low: timedelta, high: timedelta) -> timedelta:
    """In whole seconds, and the low bound before the high one."""
    within = max(low, min(value, high))
    return timedelta(seconds=int(within.total_seconds()))


def listing_rest(failures: int, retry_after: timedelta | None) -> timedelta:
    """How long a listing that failed is let alone, whatever wants to look at it.

    `failures`: in a row before this one. A minute, doubled each time, an hour at most; the server's
    own Retry-After is kept to.
    """
    rest = min(LISTING_REST * float(2 ** min(failures, 12)), LISTING_REST_MAX)
    return max(rest, min(retry_after or rest, RETRY_AFTER_MAX))


def wants_full_fetch(last_full_at: datetime | None, now: datetime) -> bool:
    """Whether this poll must go without validators; a date ahead of us is a jumped clock."""
    if last_full_at is None or last_full_at > now:
        return True
    return now - last_full_at >= FULL_FETCH_EVERY


def alerting_at_sight(
    *,
    first_poll: bool,
    published_at: datetime | None,
    first_seen_at: datetime,
    backfill: timedelta | None,
) -> str:
    """Whether an article first shown by this poll may alert: `alert`, `silent` or `undated`.

    Only a feed's first successful poll holds anything back (DESIGN §4 First poll): there an entry
    alerts if the earlier of published and first seen is within `backfill` (None: any age).
    `undated` leaves the decision to the page's date.
    """
    if not first_poll or backfill is None:
        return "alert"
    if published_at is None:
        return "undated"
    return _within(published_at, first_seen_at, backfill)


def alerting_by_page(
    *, published_at: datetime | None, first_seen_at: datetime, backfill: timedelta | None
) -> str:
    """Settle an `undated` article by its page's date; with none it alerts nobody."""
    if backfill is None:
        return "alert"
    if published_at is None:
        return "silent"
    return _within(published_at, first_seen_at, backfill)


def _within(published_at: datetime, first_seen_at: datetime, backfill: timedelta) -> str:
    earlier = min(published_at, first_seen_at)
    return "alert" if first_seen_at - earlier <= backfill else "silent"


def late_reason(*, first_poll: bool, last_ok_at: datetime | None, now: datetime) -> str | None:
    """Why matches of this poll's new entries are late, or None; never at a first poll."""
    if first_poll or last_ok_at is None or now - last_ok_at <= LATE_AFTER:
        return None
    return "after_silence"
