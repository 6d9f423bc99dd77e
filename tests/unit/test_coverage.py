"""Suspected gaps: a table of windows, and laws over windows that slide over a stream."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.coverage import Cause, Shown, Suspicion, Window, gap_between

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
M = timedelta(minutes=1)
LAST = NOW - 60 * M
"""When the poll before was."""


def at(ago: int | None) -> datetime | None:
    return None if ago is None else NOW - ago * M


def window(when: datetime, *entries: tuple[str, int | None]) -> Window:
    """Entries as (id, minutes before NOW), in document order."""
    return Window(tuple(Shown(name, at(ago)) for name, ago in entries), when)


def before(*entries: tuple[str, int | None]) -> Window:
    return window(LAST, *entries)


def now(*entries: tuple[str, int | None]) -> Window:
    return window(NOW, *entries)


OLD = (("c", 70), ("b", 80), ("a", 90))
PIN = ("pin", 500)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        pytest.param(None, now(*OLD), None, id="a first poll"),
        pytest.param(before(*OLD), now(*OLD), None, id="nothing new"),
        pytest.param(before(*OLD), now(("d", 10), ("c", 70)), None, id="one is still there"),
        pytest.param(before(), now(*OLD), None, id="nothing was shown before"),
        pytest.param(before(*OLD), now(), None, id="nothing is shown now"),
        pytest.param(
            before(*OLD),
            now(("f", 5), ("e", 20), ("d", 30)),
            (70, 30, Cause.JUMP),
            id="all is newer",
        ),
        pytest.param(before(*OLD), now(("x", 5)), (70, 5, Cause.JUMP), id="fewer than slid past"),
        pytest.param(
            before(*OLD), now(("d", 30), ("f", 5), ("e", 20)), (70, 30, Cause.JUMP), id="no order"
        ),
        pytest.param(
            before(*OLD),
            now(("f", 5), ("e", 75)),
            (70, 0, Cause.NO_OVERLAP),
            id="dates run into each other",
        ),
        pytest.param(
            before(*OLD),
            now(("c2", 70), ("b2", 80), ("a2", 90)),
            (70, 0, Cause.NO_OVERLAP),
            id="the same instants under other identities",
        ),
        pytest.param(
            before(("b", None), ("a", None)),
            now(("d", None), ("c", None)),
            (60, 0, Cause.NO_OVERLAP),
            id="no dates: the polls' times",
        ),
        pytest.param(
            before(("b", None), ("a", None)),
            now(("d", 10), ("c", 20)),
            (60, 0, Cause.NO_OVERLAP),
            id="no dates before",
        ),
        pytest.param(
            before(*OLD),
            now(("e", 10), ("d", None)),
            (70, 0, Cause.NO_OVERLAP),
            id="one without a date now",
        ),
        pytest.param(
            before(("b", -9000), ("a", 80)),
            now(("d", 10), ("c", 20)),
            (60, 20, Cause.JUMP),
            id="a date of the future is as old as the poll that saw it",
        ),
        pytest.param(
            before(*OLD), now(("d", -500)), (70, 0, Cause.JUMP), id="nor does a gap end in it"
        ),
        # pinned entries
        pytest.param(
            before(PIN, *OLD),
            now(PIN, ("f", 5), ("e", 20), ("d", 30)),
            (70, 30, Cause.JUMP),
            id="only what is pinned stayed",
        ),
        pytest.param(
            before(PIN, *OLD),
            now(PIN, ("f", 5), ("e", 20), ("c", 70)),
            None,
            id="something below the pinned one stayed",
        ),
        pytest.param(
            before(PIN, *OLD),
            now(("f", 5), ("e", 20), ("d", 30), PIN),
            None,
            id="an old one at its place is an overlap",
        ),
        pytest.param(
            before(*OLD, PIN),
            now(PIN, ("f", 5), ("e", 20), ("d", 30)),
            None,
            id="it came to the top only now",
        ),
        pytest.param(
            before(PIN, *OLD),
            now(PIN, ("e", 20), ("f", 5), ("d", 30)),
            None,
            id="order shuffled: nothing is known to be pinned",
        ),
        pytest.param(
            before(PIN, *OLD),
            now(PIN, ("d", 30), ("e", 20), ("f", 5)),
            None,
            id="oldest first: nothing is pinned",
        ),
        pytest.param(
            before(("c", 70)),
            now(("c", 70), ("b", 80), ("a", 90), ("z", 100)),
            None,
            id="it shows more older ones now",
        ),
        pytest.param(
            before(PIN, *OLD),
            now(PIN, ("f", 5), ("e", 20)),
            None,
            id="two have no order to speak of",
        ),
        pytest.param(
            before(("pin", None), *OLD),
            now(("pin", None), ("f", 5), ("e", 20), ("d", 30)),
            None,
            id="pinned without a date: nobody knows",
        ),
        pytest.param(
            before(*((f"p{n}", 500) for n in range(4)), *OLD),
            now(*((f"p{n}", 500) for n in range(4)), ("f", 5), ("e", 20), ("d", 30)),
            None,
            id="four are too many to be pinned",
        ),
    ],
)
def test_gap_between(
    earlier: Window | None, later: Window, expected: tuple[int, int, Cause] | None
) -> None:
    found = gap_between(earlier, later)
    if expected is None:
        assert found is None
    else:
        start, end, cause = expected
        assert found == Suspicion(NOW - start * M, NOW - end * M, cause)


# laws: a newest-first window over a stream in which entry n was published at minute n


STREAM_START = datetime(2026, 8, 1, tzinfo=UTC)


def published(n: int) -> datetime:
    return STREAM_START + n * M


def slid(newest: int, size: int) -> Window:
    """The stream's window as it was when entry `newest` had just come."""
    shown = range(newest, max(newest - size, -1), -1)
    return Window(tuple(Shown(n, published(n)) for n in shown), published(newest))


SIZES = st.integers(1, 30)


@given(start=st.integers(0, 50), size=SIZES, size_now=SIZES, step=st.integers(1, 100))
def test_what_slid_past_is_inside_and_an_overlap_is_no_gap(
    start: int, size: int, size_now: int, step: int
) -> None:
    earlier, later = slid(start, size), slid(start + step, size_now)
    shown = {e.id for e in later.entries}
    lost = [n for n in range(start + 1, start + step) if n not in shown]
    found = gap_between(earlier, later)
    if shown & {e.id for e in earlier.entries}:
        assert found is None
        assert not lost
    else:
        assert found is not None
        assert found.cause is Cause.JUMP
        assert (found.start, found.end) == (published(start), later.oldest)
        assert all(found.start < published(n) < found.end for n in lost)


@given(
    start=st.integers(0, 20),
    size=SIZES,
    step=st.integers(1, 60),
    order=st.randoms(use_true_random=False),
)
def test_order_decides_nothing_where_nothing_is_pinned(
    start: int, size: int, step: int, order: Random
) -> None:
    earlier, later = slid(start, size), slid(start + step, size)
    mixed = list(later.entries)
    order.shuffle(mixed)
    assert (gap_between(earlier, Window(tuple(mixed), later.at)) is None) == (
        gap_between(earlier, later) is None
    )


DATES = st.none() | st.integers(-5000, 5000)


@given(
    first=st.dictionaries(st.integers(0, 30), DATES),
    second=st.dictionaries(st.integers(0, 30), DATES),
    wait=st.integers(0, 3000),
)
def test_whatever_the_dates_a_gap_lies_in_time(
    first: dict[int, int | None], second: dict[int, int | None], wait: int
) -> None:
    later = Window(tuple(Shown(n, at(ago)) for n, ago in second.items()), NOW)
    earlier = Window(tuple(Shown(n, at(ago)) for n, ago in first.items()), NOW - wait * M)
    found = gap_between(earlier, later)
    if found is not None:
        assert found.start <= earlier.at
        assert found.start <= found.end <= later.at
    if first and second and not first.keys() & second.keys():
        assert found is not None
