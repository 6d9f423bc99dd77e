"""When to poll next, and who may be told at a first poll: tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.polling import (
    Flow,
    NextPoll,
    Rhythm,
    alerting_at_sight,
    alerting_by_page,
    late_reason,
    listing_rest,
    next_poll,
    wants_full_fetch,
)
from newsroom.reasons import Reason
from newsroom.turnover import SAFE_SHARE

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
M = timedelta(minutes=1)
H = timedelta(hours=1)
RHYTHM = Rhythm(interval=10 * M, minimum=2 * M, maximum=60 * M)


@pytest.mark.parametrize(
    ("rhythm", "reason", "new", "retry_after", "expected"),
    [
        (RHYTHM, Reason.OK, 3, None, NextPoll(NOW + 5 * M, 5 * M, 0)),
        (RHYTHM, Reason.OK, 0, None, NextPoll(NOW + 12.5 * M, 12.5 * M, 0)),
        (Rhythm(3 * M, 2 * M, 60 * M), Reason.OK, 1, None, NextPoll(NOW + 2 * M, 2 * M, 0)),
        (Rhythm(59 * M, 2 * M, 60 * M), Reason.OK, 0, None, NextPoll(NOW + 60 * M, 60 * M, 0)),
        (RHYTHM, Reason.DNS, 0, None, NextPoll(NOW + 10 * M, 10 * M, 1)),
        (Rhythm(10 * M, 2 * M, H, 2), Reason.TIMEOUT, 0, None, NextPoll(NOW + 80 * M, 10 * M, 3)),
        (Rhythm(10 * M, 2 * M, H, 40), Reason.DNS, 0, None, NextPoll(NOW + 6 * H, 10 * M, 41)),
        (RHYTHM, Reason.BLOCKED, 0, None, NextPoll(NOW + H, 10 * M, 1)),
        (RHYTHM, Reason.RATE_LIMITED, 0, 2 * H, NextPoll(NOW + 2 * H, 10 * M, 1)),
        (RHYTHM, Reason.HTTP_5XX, 0, M, NextPoll(NOW + 10 * M, 10 * M, 1)),
        (RHYTHM, Reason.HTTP_5XX, 0, 900 * H, NextPoll(NOW + 24 * H, 10 * M, 1)),
        (RHYTHM, Reason.GONE, 0, None, NextPoll(None, 10 * M, 1)),
    ],
)
def test_next_poll(
    rhythm: Rhythm, reason: Reason, new: int, retry_after: timedelta | None, expected: NextPoll
) -> None:
    flow = Flow(new_items=new)
    assert next_poll(rhythm, reason=reason, flow=flow, retry_after=retry_after, now=NOW) == expected


@pytest.mark.parametrize(
    ("interval", "flow", "wait", "after"),
    [
        # a suspicion: the shortest at once, whatever is asked for
        (40 * M, Flow(suspected=True, new_items=20, items=20), 2 * M, 2 * M),
        (40 * M, Flow(suspected=True, items=20, rate=0.1, hint=H), 2 * M, 2 * M),
        # a third of 20 items at 20 an hour is there in 20 minutes
        (40 * M, Flow(items=20, rate=20.0), 20 * M, 20 * M),
        (12 * M, Flow(items=20, rate=20.0), 15 * M, 15 * M),
        (60 * M, Flow(items=20, rate=20.0, new_items=9), 20 * M, 20 * M),
        # faster than the shortest interval can follow
        (10 * M, Flow(items=20, rate=4000.0), 2 * M, 2 * M),
        # nothing is known of its rate, or there is none
        (60 * M, Flow(items=20), H, H),
        (60 * M, Flow(items=20, rate=0.0), H, H),
        (60 * M, Flow(rate=100.0), H, H),
        # hints: longer, within the limits; the interval itself does not grow by them
        (10 * M, Flow(items=20, rate=1.0, hint=30 * M), 30 * M, 12.5 * M),
        (10 * M, Flow(items=20, rate=1.0, hint=30 * M, new_items=1), 30 * M, 5 * M),
        (10 * M, Flow(items=20, rate=1.0, hint=24 * H), 60 * M, 12.5 * M),
        (10 * M, Flow(items=20, rate=20.0, hint=H), 20 * M, 12.5 * M),
        (10 * M, Flow(items=20, rate=1.0, hint=5 * M), 12.5 * M, 12.5 * M),
        (2 * M, Flow(items=20, rate=1.0, hint=timedelta(0), new_items=1), 2 * M, 2 * M),
        # as long as no rate is known a hint is not followed: a fast feed may say an hour too
        (10 * M, Flow(items=20, hint=H), 12.5 * M, 12.5 * M),
    ],
)
def test_how_a_feed_flows(
    interval: timedelta, flow: Flow, wait: timedelta, after: timedelta
) -> None:
    rhythm = Rhythm(interval, 2 * M, 60 * M, failures=3)
    decided = next_poll(rhythm, reason=Reason.OK, flow=flow, retry_after=None, now=NOW)
    assert decided == NextPoll(NOW + wait, after, 0)


def test_a_server_that_asks_for_a_pause_with_a_good_answer_has_it() -> None:
    flow = Flow(suspected=True)
    decided = next_poll(RHYTHM, reason=Reason.OK, flow=flow, retry_after=3 * H, now=NOW)
    assert decided == NextPoll(NOW + 3 * H, 2 * M, 0)


FLOWS = st.builds(
    Flow,
    new_items=st.integers(0, 50),
    items=st.none() | st.integers(0, 5000),
    rate=st.none() | st.floats(0, 1e6, allow_nan=False),
    hint=st.none() | st.timedeltas(timedelta(-1), timedelta(400)),
    suspected=st.booleans(),
)


@given(
    interval=st.integers(1, 10_000),
    failures=st.integers(0, 10_000),
    flow=FLOWS,
    reason=st.sampled_from([r for r in Reason if r is not Reason.GONE]),
)
def test_a_feed_is_never_dropped_and_never_hammered(
    interval: int, failures: int, flow: Flow, reason: Reason
) -> None:
    rhythm = Rhythm(interval * M, 2 * M, 60 * M, failures)
    decided = next_poll(rhythm, reason=reason, flow=flow, retry_after=None, now=NOW)
    assert decided.at is not None
    assert M <= decided.at - NOW <= max(6 * H, interval * M)


@given(
    interval=st.integers(1, 10_000), low=st.integers(1, 100), more=st.integers(0, 5000), flow=FLOWS
)
def test_a_feed_is_never_left_alone_longer_than_it_can_be(
    interval: int, low: int, more: int, flow: Flow
) -> None:
    rhythm = Rhythm(interval * M, low * M, (low + more) * M)
    decided = next_poll(rhythm, reason=Reason.OK, flow=flow, retry_after=None, now=NOW)
    assert decided.at is not None
    wait = decided.at - NOW
    assert rhythm.minimum <= decided.interval <= wait <= rhythm.maximum
    if flow.suspected:
        assert wait == rhythm.minimum
    if flow.items and flow.rate and wait > rhythm.minimum:
        turned_over = flow.rate * (wait / H)
        assert turned_over <= flow.items * SAFE_SHARE * 1.000001


@pytest.mark.parametrize(
    ("last", "expected"),
    [(None, True), (NOW - 7 * H, True), (NOW - 6 * H, True), (NOW - 5 * H, False), (NOW + H, True)],
)
def test_full_fetch(last: datetime | None, expected: bool) -> None:
    assert wants_full_fetch(last, NOW) is expected


@pytest.mark.parametrize(
    ("first_poll", "published", "backfill", "expected"),
    [
        (False, NOW - 1000 * H, 24 * H, "alert"),
        (False, None, 24 * H, "alert"),
        (True, NOW - 23 * H, 24 * H, "alert"),
        (True, NOW - 25 * H, 24 * H, "silent"),
        (True, NOW + 100 * H, 24 * H, "alert"),  # a future date counts as first seen
        (True, None, 24 * H, "undated"),
        (True, NOW - 9000 * H, None, "alert"),
        (True, None, None, "alert"),
        (True, NOW - M, timedelta(0), "silent"),
    ],
)
def test_first_poll(
    first_poll: bool, published: datetime | None, backfill: timedelta | None, expected: str
) -> None:
    assert (
        alerting_at_sight(
            first_poll=first_poll, published_at=published, first_seen_at=NOW, backfill=backfill
        )
        == expected
    )


@pytest.mark.parametrize(
    ("published", "backfill", "expected"),
    [
        (NOW - H, 24 * H, "alert"),
        (NOW - 25 * H, 24 * H, "silent"),
        (None, 24 * H, "silent"),
        (None, None, "alert"),
    ],
)
def test_undated_is_settled_by_the_page(
    published: datetime | None, backfill: timedelta | None, expected: str
) -> None:
    assert (
        alerting_by_page(published_at=published, first_seen_at=NOW, backfill=backfill) == expected
    )


@pytest.mark.parametrize(
    ("first", "last_ok", "expected"),
    [
        (True, None, None),
        (True, NOW - 48 * H, None),
        (False, NOW - 48 * H, "after_silence"),
        (False, NOW - 24 * H, None),
    ],
)
def test_late(first: bool, last_ok: datetime | None, expected: str | None) -> None:
    assert late_reason(first_poll=first, last_ok_at=last_ok, now=NOW) == expected


@pytest.mark.parametrize(
    ("failures", "retry_after", "minutes"),
    [
        (0, None, 1),
        (1, None, 2),
        (5, None, 32),
        (6, None, 60),
        (400, None, 60),
        (0, timedelta(minutes=30), 30),
        (6, timedelta(minutes=30), 60),
        (0, timedelta(days=9), 24 * 60),
    ],
)
def test_how_long_a_listing_that_failed_is_let_alone(
    failures: int, retry_after: timedelta | None, minutes: int
) -> None:
    assert listing_rest(failures, retry_after) == timedelta(minutes=minutes)
