"""How fast a feed turns over: tables of cases, and what holds for every rate."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.turnover import SAFE_SHARE, densest, measured_rate, safe_wait

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
M = timedelta(minutes=1)
H = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rate", "new", "elapsed", "expected"),
    [
        (None, 20, None, None),  # a first poll: all are new, and say nothing
        (3.0, 20, None, 3.0),
        (None, 0, 10 * M, 0.0),
        (None, 5, H, 5.0),
        (None, 5, 30 * M, 10.0),
        (4.0, 10, H, 10.0),  # up at once
        (10.0, 0, 12 * H, 5.0),  # down slowly
        (10.0, 0, 24 * H, 2.5),
        (10.0, 3, 24 * H, 2.5),
        (0.5, 1, 2 * M, 6.0),  # one of a short poll is no thirty an hour
        (0.0, 0, timedelta(0), 0.0),
        (8.0, 0, timedelta(days=4000), 0.0),
        (5.0, 0, -3 * H, 5.0),  # a clock that was set back
    ],
)
def test_measured(
    rate: float | None, new: int, elapsed: timedelta | None, expected: float | None
) -> None:
    found = measured_rate(rate, new_items=new, elapsed=elapsed)
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([0], None),
        ([0, 60], None),  # too few to say
        ([0, 0, 0, 0, 0, 0], None),  # one batch
        ([0, 30, 60, 90, 120, 150], 2.0),  # evenly, two in an hour
        ([0, 600, 1200, 1210, 1220, 1800], 6.0),  # the densest third counts
        ([0, 1, 2, 3, 4, 5], 12.0),  # and is taken as ten minutes' at least
        ([0, 0, 0, 1440, 1440, 1440, 2880, 2880, 2880], 0.125),  # days for dates
    ],
)
def test_rate_by_dates(minutes: list[int], expected: float | None) -> None:
    found = densest([NOW - n * M for n in minutes])
    assert found == (None if expected is None else pytest.approx(expected))


def test_dates_give_a_rate_at_the_first_poll() -> None:
    shown = [NOW - n * 3 * M for n in range(20)]
    found = measured_rate(None, new_items=20, elapsed=None, published=shown)
    assert found == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("items", "rate", "expected"),
    [
        (20, 20.0, 20 * M),
        (100, 20.0, 100 * M),
        (1, 1.0, 20 * M),
        (20, 0.0, None),
        (20, None, None),
        (None, 20.0, None),
        (0, 20.0, None),
        (20, 1e-300, timedelta(days=365)),
    ],
)
def test_safe_wait(items: int | None, rate: float | None, expected: timedelta | None) -> None:
    found = safe_wait(items, rate)
    if found is None or expected is None:
        assert found is expected
    else:
        assert abs(found - expected) < timedelta(milliseconds=1)


@given(
    rate=st.none() | st.floats(0, 1e6),
    new=st.integers(0, 5000),
    elapsed=st.none() | st.timedeltas(timedelta(-10), timedelta(10_000)),
    ago=st.lists(st.integers(0, 10**6), max_size=40),
)
def test_a_rate_never_falls_below_what_just_came_nor_rises_without_cause(
    rate: float | None, new: int, elapsed: timedelta | None, ago: list[int]
) -> None:
    shown = [NOW - n * M for n in ago]
    found = measured_rate(rate, new_items=new, elapsed=elapsed, published=shown)
    if elapsed is not None and elapsed >= 10 * M:
        assert found is not None
        assert found >= new * (H / elapsed) * 0.999999
    ceiling = max(rate or 0.0, new * 6.0, len(shown) * 6.0)
    assert found is None or 0 <= found <= ceiling * 1.000001


@given(items=st.integers(1, 10**5), rate=st.floats(1e-9, 1e6))
def test_a_third_at_most_turns_over(items: int, rate: float) -> None:
    wait = safe_wait(items, rate)
    assert wait is not None
    assert rate * (wait / H) <= items * SAFE_SHARE * 1.001 + rate / 3.6e9
