"""Late and many: when alerts of one poll go together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.crowds import Crowd, Going, crowd_schedule, going, is_crowd, next_look

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
ALONE, TOGETHER, LATER = Going.ALONE, Going.TOGETHER, Going.LATER


@pytest.mark.parametrize(
    ("late", "rank", "matched", "waiting", "to_come", "age", "expected"),
    [
        # in time, and among the first fifty: nothing matters
        (False, 0, False, 80, 80, 0, ALONE),
        (False, 49, False, 80, 80, 0, ALONE),
        # many: the 51st and later wait for the poll, then go together, however few they are
        (False, 50, False, 1, 0, 0, LATER),
        (False, 50, True, 1, 0, 0, TOGETHER),
        (False, 79, True, 30, 0, 60, TOGETHER),
        (False, 50, True, 2, 1, 60, LATER),
        (False, 50, False, 1, 0, 599, LATER),
        (False, 50, False, 9, 4, 600, TOGETHER),
        # late: all wait for the poll; up to five go by themselves, more go together
        (True, 0, False, 1, 0, 0, LATER),
        (True, 0, True, 1, 0, 0, ALONE),
        (True, 4, True, 5, 0, 0, ALONE),
        (True, 0, True, 6, 0, 0, TOGETHER),
        (True, 60, True, 5, 0, 0, ALONE),
        (True, 0, True, 6, 1, 60, LATER),
        (True, 0, True, 5, 3, 60, ALONE),
        (True, 0, False, 6, 0, 600, TOGETHER),
        (True, 0, False, 5, 0, 600, ALONE),
        # a clock that was ahead raised it: it has waited enough
        (True, 0, False, 6, 0, -120, TOGETHER),
        (True, 0, False, 6, 0, -30, LATER),
    ],
)
def test_going(
    late: bool,
    rank: int,
    matched: bool,
    waiting: int,
    to_come: int,
    age: int,
    expected: Going,
) -> None:
    crowd = Crowd(late, rank, matched, waiting, to_come)
    assert going(crowd, NOW - timedelta(seconds=age), NOW) is expected
    assert is_crowd(late=late, rank=rank) or expected is ALONE


@pytest.mark.parametrize(
    ("late", "rank", "waiting", "expected"),
    [
        (False, 49, 1, ALONE),
        (False, 50, 1, TOGETHER),
        (True, 0, 5, ALONE),
        (True, 0, 6, TOGETHER),
    ],
)
def test_at_the_end_of_a_pass_nothing_waits(
    late: bool, rank: int, waiting: int, expected: Going
) -> None:
    crowd = Crowd(late, rank, matched=False, waiting=waiting, to_come=waiting)
    assert going(crowd, NOW, NOW, ending=True) is expected


def test_those_that_wait_are_looked_at_together() -> None:
    looks = {next_look(NOW + timedelta(milliseconds=ms)) for ms in range(0, 5000, 37)}
    assert looks == {NOW + timedelta(seconds=5)}
    assert next_look(NOW + timedelta(seconds=5)) == NOW + timedelta(seconds=10)


def test_a_crowd_s_digest_is_named_after_its_poll() -> None:
    assert crowd_schedule(late=True, poll_id=12) == "late 12"
    assert crowd_schedule(late=False, poll_id=12) == "many 12"
