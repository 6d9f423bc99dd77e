"""A feed's rhythm: one that goes on is never called stale, one that stops is in time."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.reasons import Reason
from newsroom.rhythm import FARTHEST, LEAST_SILENCE, History, is_holiday, learn
from newsroom.rhythm_rare import AT_LEAST, UNKNOWN, rare_at, rare_limit
from newsroom.verdicts import TOLD_AFTER

SEOUL = ZoneInfo("Asia/Seoul")
BEGUN = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday."""
SHAPE = (
    *(0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 0.8, 1, 1.5, 2, 2, 2),
    *(1.5, 1.8, 2, 2, 2, 1.8, 1.3, 1, 0.7, 0.6, 0.4, 0.2),
)
DAY = timedelta(days=1)


def newsroom(seed: int, per_hour: float, *, weekend: float = 0.4, days: int = 56) -> list[datetime]:
    """When polls every ten minutes show something new: Poisson, by hour and weekday in Seoul."""
    chance, at, shown = random.Random(seed), BEGUN, []
    while (at := at + timedelta(hours=chance.expovariate(2 * per_hour))) < BEGUN + days * DAY:
        local = at.astimezone(SEOUL)
        share = SHAPE[local.hour] * (weekend if local.weekday() > 4 else 1) / 2
        if chance.random() < share:
            shown.append(
                BEGUN + timedelta(minutes=10) * ((at - BEGUN) // timedelta(minutes=10) + 1)
            )
    return sorted(set(shown))


def too_long(shown: list[datetime], upto: datetime) -> datetime:
    history = History(BEGUN, tuple(at for at in shown if at <= upto))
    rhythm = learn(history, SEOUL, upto)
    return rare_at(history) if rhythm is None else rhythm.too_long_at(history.silent_since)


@pytest.mark.parametrize(("seed", "per_hour", "weekend"), [(1, 0.3, 0.4), (2, 3, 0.4), (3, 8, 0.1)])
def test_a_feed_that_goes_on_in_its_rhythm_is_hardly_ever_stale(
    seed: int, per_hour: float, weekend: float
) -> None:
    shown = newsroom(seed, per_hour, weekend=weekend)
    wrong = 0
    for day in range(10, 56, 5):
        upto = BEGUN + day * DAY
        history = History(BEGUN, tuple(at for at in shown if at <= upto))
        rhythm = learn(history, SEOUL, upto)
        assert rhythm is not None
        coming = [history.silent_since, *(at for at in shown if upto < at <= upto + 5 * DAY)]
        pairs = pairwise(coming)
        wrong += sum(after > rhythm.too_long_at(before) for before, after in pairs)
    assert wrong == 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("per_hour", [3, 10])
def test_one_that_stops_on_a_weekday_morning_is_told_in_hours(seed: int, per_hour: float) -> None:
    stop = datetime(2026, 7, 15, 1, tzinfo=UTC)  # Wednesday, ten in Seoul
    at = too_long(newsroom(seed, per_hour), stop)
    next_poll = timedelta(hours=1)
    assert at + next_poll - stop <= TOLD_AFTER[Reason.STALE]


def test_nights_and_weekends_are_quiet() -> None:
    shown = newsroom(4, 3, weekend=0.02)
    friday = datetime(2026, 7, 17, 12, tzinfo=UTC)  # nine in the evening
    assert too_long(shown, friday) > datetime(2026, 7, 19, 15, tzinfo=UTC)  # Sunday midnight
    assert too_long(shown, friday) < datetime(2026, 7, 20, 6, tzinfo=UTC)
    wednesday = datetime(2026, 7, 15, 12, tzinfo=UTC)
    assert too_long(shown, wednesday) > datetime(2026, 7, 15, 21, tzinfo=UTC)  # six in the morning


def test_a_holiday_goes_like_a_weekend() -> None:
    shown = newsroom(5, 3, weekend=0.02, days=75)
    morning = datetime(2026, 8, 14, 12, tzinfo=UTC)  # the eve of Liberation Day
    rhythm = learn(History(BEGUN, tuple(s for s in shown if s <= morning)), SEOUL, morning)
    assert rhythm is not None
    monday = datetime(2026, 8, 10, 0, tzinfo=UTC)
    assert rhythm.expected(monday, monday + 6 * timedelta(hours=1)) > 20
    assert is_holiday(date(2026, 8, 15), SEOUL)
    assert not is_holiday(date(2026, 8, 15), ZoneInfo("Europe/Berlin"))
    assert is_holiday(date(2026, 12, 25), ZoneInfo("Europe/Berlin"))


def test_what_could_not_be_seen_is_no_silence_of_the_feed() -> None:
    shown = newsroom(6, 3)
    down = (BEGUN + 20 * DAY, BEGUN + 22 * DAY)
    kept = tuple(at for at in shown if not down[0] < at < down[1] and at < BEGUN + 28 * DAY)
    now = BEGUN + 28 * DAY
    blind = learn(History(BEGUN, kept), SEOUL, now)
    aware = learn(History(BEGUN, kept, outages=(down,)), SEOUL, now)
    assert blind is not None
    assert aware is not None
    assert blind.limit > 4 * aware.limit


@given(
    st.lists(st.integers(0, 40_000), min_size=20, max_size=60, unique=True),
    st.integers(0, 30_000),
    st.integers(0, 30_000),
)
@settings(max_examples=40, deadline=None)
def test_laws(minutes: list[int], first: int, more: int) -> None:
    """Expectation adds up, a silence is too long at its limit, and later for none begun later."""
    arrivals = tuple(sorted(BEGUN + timedelta(minutes=n) for n in minutes))
    rhythm = learn(History(BEGUN, arrivals), SEOUL, arrivals[-1])
    if rhythm is None:
        return
    a = BEGUN + timedelta(minutes=first)
    b, c = a + timedelta(minutes=more), a + timedelta(minutes=2 * more)
    parts = rhythm.expected(a, b) + rhythm.expected(b, c)
    assert rhythm.expected(a, c) == pytest.approx(parts)
    at = rhythm.too_long_at(a)
    assert a + LEAST_SILENCE <= at <= a + FARTHEST
    assert rhythm.too_long_at(b) >= at or b + FARTHEST < at


WEEKLY = tuple(BEGUN + 7 * n * DAY for n in range(5))
RARE: list[tuple[str, History, timedelta]] = [
    ("nothing is known", History(BEGUN, ()), UNKNOWN),
    ("weekly", History(BEGUN, WEEKLY), 21 * DAY),
    ("weekly, by its dates", History(BEGUN, (), dates=WEEKLY, dated=True), 21 * DAY),
    (
        "hourly since yesterday",
        History(BEGUN, tuple(BEGUN + n * DAY / 24 for n in range(9))),
        AT_LEAST,
    ),
    (
        "twice a year",
        History(BEGUN, (), dates=tuple(BEGUN - n * 180 * DAY for n in range(6))),
        FARTHEST,
    ),
]


@pytest.mark.parametrize(("what", "history", "limit"), RARE, ids=[c[0] for c in RARE])
def test_what_has_no_rhythm(what: str, history: History, limit: timedelta) -> None:
    assert learn(history, SEOUL, BEGUN + 40 * DAY) is None
    assert rare_limit(history) == limit
    assert rare_at(history) == history.silent_since + limit


def test_a_feed_whose_entries_are_dated_is_silent_since_the_newest() -> None:
    old = BEGUN - 400 * DAY
    assert History(BEGUN, (), dates=(old,), dated=True).silent_since == old
    assert History(BEGUN, (), dates=(old,), dated=False).silent_since == BEGUN
    assert History(BEGUN, (BEGUN + DAY,), dates=(old,), dated=True).silent_since == BEGUN + DAY
