"""What a listing tells: its order, how far back it goes, what lay in a gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.surveys import (
    Listed,
    Span,
    chain,
    in_order,
    lies_in,
    place,
    reached,
    reaches_to,
    spans,
    worth_keeping,
)

NOON = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
DAY = NOON.replace(hour=0)
A_DAY = timedelta(days=1)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def dated(*minutes: float | None) -> list[Listed]:
    """Articles published so many minutes after noon; None: no date."""
    return [Listed(str(n), None if m is None else at(m)) for n, m in enumerate(minutes)]


@pytest.mark.parametrize(
    ("minutes", "row"),
    [
        ((), []),
        ((None, None), []),
        ((30, 20, 10), [0, 1, 2]),
        ((-900, 30, 20, 10), [1, 2, 3]),  # pinned at the top
        ((30, -900, 20, 10), [0, 2, 3]),
        ((30, 30, None, 10), [0, 1, 3]),
        ((30, 10, 20, 5), [0, 2, 3]),
    ],
)
def test_the_row_that_stands_in_order(minutes: tuple[float | None, ...], row: list[int]) -> None:
    assert chain(dated(*minutes)) == row


@pytest.mark.parametrize(
    ("minutes", "back"),
    [
        ((30, 20, 10, 5), False),
        ((30, 20, -1, -2), True),
        ((30, 20, 0, -2), True),  # published at the start itself: known
        ((30, 20, 10, -2), False),  # one may be pinned
        ((-2, -3, 30, 20, 10), False),  # two are pinned at the top
        ((30, -2, 20, -3), False),  # two, and not in a row
        ((-1, -2), True),  # nothing newer is shown at all
        ((-9000,), True),
        ((30, 20, -9000, -9001), False),  # too old to be what was published just before
        ((30, 20, -9000, -9001, -9002, -9003, -9004), True),
        ((None, None, None), False),
        ((None, -1), False),
        ((), False),
    ],
)
def test_known_ground(minutes: tuple[float | None, ...], *, back: bool) -> None:
    assert reached(dated(*minutes), NOON) is back


@pytest.mark.parametrize(
    ("minutes", "to"), [((), None), ((30,), 30), ((30, 20, 10), 20), ((30, 20, -900), 20)]
)
def test_how_far_back_it_goes(minutes: tuple[float, ...], to: float | None) -> None:
    assert reaches_to(dated(*minutes)) == (None if to is None else at(to))


def test_a_listing_may_begin_with_the_oldest() -> None:
    assert [i.key for i in in_order(dated(1, 2, 3))] == ["2", "1", "0"]
    assert [i.key for i in in_order(dated(3, 2, 1))] == ["0", "1", "2"]
    assert [i.key for i in in_order(dated(2, None, 3), sitemap=True)] == ["2", "0", "1"]


@pytest.mark.parametrize(
    ("item", "span"),
    [
        (Listed("x"), Span(at(10), at(30))),
        (Listed("x", changed_at=at(20)), Span(at(10), at(20))),
        (Listed("x", changed_at=at(50)), Span(at(10), at(30))),
        (Listed("x", day=DAY), Span(at(10), at(30))),
        (Listed("x", day=DAY - 3 * A_DAY), Span(DAY - 3 * A_DAY, DAY - 2 * A_DAY)),
        (Listed("x", at(-900)), Span(at(-900), at(-900))),
    ],
)  # fmt: skip
def test_what_has_no_date_is_dated_by_its_neighbours(item: Listed, span: Span) -> None:
    items = [*dated(40, 30), item, *dated(10, 5)]
    assert spans(items)[2] == span


def test_ends_are_open() -> None:
    items = [Listed("a"), *dated(40, 30), Listed("b"), Listed("c", day=DAY)]
    assert spans(items)[0] == Span(at(40), None)
    assert spans(items)[3:] == [Span(None, at(30)), Span(DAY, at(30))]
    assert spans([Listed("a"), *dated(40)], sitemap=True)[0] == Span(None, None)


START, END, NOTICED = at(0), at(60), at(65)


@pytest.mark.parametrize(
    ("low", "high", "lay"),
    [
        (30, 30, True),
        (0, 0, True),
        (60, 60, True),
        (-0.5, -0.5, True),  # listings cut seconds off
        (-2, -2, False),
        (62, 62, False),
        (10, 50, True),
        (-10, 20, True),  # what was before is known: this one was not
        (40, 64, True),
        (40, 90, None),  # perhaps it is newer
        (70, 90, False),
        (-90, -10, False),
        (None, 30, None),
        (30, None, None),
        (90, None, False),
        (None, -30, False),
        (None, None, False),
    ],
)
def test_what_lay_in_a_gap(low: float | None, high: float | None, *, lay: bool | None) -> None:
    span = Span(None if low is None else at(low), None if high is None else at(high))
    assert lies_in(span, START, END, NOTICED) is lay


def test_place_and_worth() -> None:
    assert place(Span(at(1), at(5)), at(9)) == at(5)
    assert place(Span(at(1), None), at(9)) == at(9)
    assert place(Span(None, at(5)), at(9)) is None
    assert worth_keeping(Span(None, None), at(0))
    assert worth_keeping(Span(at(-5), at(5)), at(0))
    assert not worth_keeping(Span(at(-5), at(-1)), at(0))


minutes = st.lists(st.integers(-500, 500), min_size=1, max_size=60, unique=True)


@given(minutes, st.data())
def test_a_window_that_does_not_go_back_is_never_ground(
    stream: list[int], data: st.DataObject
) -> None:
    """The newest of a stream, one pinned anywhere, dates lost here and there."""
    start = data.draw(st.integers(-500, 500))
    newer = sorted((m for m in stream if m > start), reverse=True)
    lost = data.draw(st.lists(st.booleans(), min_size=len(newer), max_size=len(newer)))
    shown = zip(dated(*newer), lost, strict=True)
    items = [Listed(item.key) if gone else item for item, gone in shown]
    if items and len(newer) % 2:
        pinned = Listed("pinned", at(start - data.draw(st.integers(0, 400))))
        items.insert(data.draw(st.integers(0, len(items))), pinned)
        items.append(Listed("last"))  # else there were nothing newer that could be seen to be so
    assert not reached(items, at(start))


@given(minutes, st.data())
def test_every_id_of_a_gap_is_found(stream: list[int], data: st.DataObject) -> None:
    """A listing of all; what was lost stands between known ones, some of it without a date."""
    order = sorted(stream, reverse=True)
    low, high = sorted((data.draw(st.integers(-500, 500)), data.draw(st.integers(-500, 500))))
    lost = [m for m in order if low < m < high]
    items = [
        Listed(str(m)) if m in lost and data.draw(st.booleans()) else Listed(str(m), at(m))
        for m in (*[600, 599], *order, *[-600, -601])
    ]
    found = {
        item.key
        for item, span in zip(items, spans(items), strict=True)
        if lies_in(span, at(low), at(high), at(601)) is True
    }
    assert found >= {str(m) for m in lost}
    assert reached(items, at(low))


@given(st.lists(st.none() | st.integers(-50, 50), max_size=40))
def test_spans_hold_what_is_dated_and_are_never_upside_down(stream: list[int | None]) -> None:
    items = dated(*stream)
    for item, span in zip(items, spans(items), strict=True):
        assert span.low is None or span.high is None or span.low <= span.high
        assert item.at is None or span == Span(item.at, item.at)
    row = [items[p].at for p in chain(items)]
    assert row == sorted(row, key=lambda one: one or NOON, reverse=True)
