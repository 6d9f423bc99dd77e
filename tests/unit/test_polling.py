"""When to poll next, and who may be told at a first poll: tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.polling import (
    NextPoll,
    Rhythm,
    alerting_at_sight,
    alerting_by_page,
    late_reason,
    next_poll,
    wants_full_fetch,
)
from newsroom.reasons import Reason

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
    assert (
        next_poll(rhythm, reason=reason, new_items=new, retry_after=retry_after, now=NOW)
        == expected
    )


@given(
    interval=st.integers(1, 10_000),
    failures=st.integers(0, 10_000),
    new=st.integers(0, 50),
    reason=st.sampled_from([r for r in Reason if r is not Reason.GONE]),
)
def test_a_feed_is_never_dropped_and_never_hammered(
    interval: int, failures: int, new: int, reason: Reason
) -> None:
    rhythm = Rhythm(interval * M, 2 * M, 60 * M, failures)
    decided = next_poll(rhythm, reason=reason, new_items=new, retry_after=None, now=NOW)
    assert decided.at is not None
    assert M <= decided.at - NOW <= max(6 * H, interval * M)


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
