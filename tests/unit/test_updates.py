"""Updates: when a second mail goes, and what of it is new, as tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.model import ArticleText, Hit
from newsroom.stories_news import News
from newsroom.updates import (
    Named,
    carries,
    fitting,
    joined,
    pause_of,
    put_off_until,
    term_news,
    update_due,
)

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEVER = None


@pytest.mark.parametrize(
    ("named", "pause"),
    [
        ([Named(2 * HOUR, first=False)], 2 * HOUR),
        ([Named(2 * HOUR, first=False), Named(30 * MINUTE, first=False)], 30 * MINUTE),
        ([Named(2 * HOUR, first=True)], 2 * HOUR),  # an update like any other
        ([Named(timedelta(0), first=False)], timedelta(0)),
        ([Named(NEVER, first=False)], None),
        ([Named(NEVER, first=False), Named(2 * HOUR, first=False)], 2 * HOUR),
        ([Named(NEVER, first=True)], timedelta(0)),  # its first alert: the interval is not its
        ([Named(NEVER, first=True), Named(2 * HOUR, first=False)], timedelta(0)),
        ([], None),
    ],
)
def test_the_shortest_interval_counts(named: list[Named], pause: timedelta | None) -> None:
    assert pause_of(named) == pause
    assert any(carries(one) for one in named) == (pause is not None)


@pytest.mark.parametrize(
    ("last", "pause", "due"),
    [
        (NOW - 30 * MINUTE, 2 * HOUR, NOW + 90 * MINUTE),
        (NOW - 3 * HOUR, 2 * HOUR, NOW - HOUR),  # the interval is over: at once
        (NOW, 2 * HOUR, NOW + 2 * HOUR),  # it is being sent
        (NOW, timedelta(0), NOW),
        (None, 2 * HOUR, NOW),  # those before were held or withdrawn: it is the first to go
        (NOW + 9 * HOUR, 2 * HOUR, NOW + 2 * HOUR),  # the clock was ahead when that one went
    ],
)
def test_an_update_goes_at_the_end_of_the_interval(
    last: datetime | None, pause: timedelta, due: datetime
) -> None:
    assert update_due(last, pause, NOW) == due


@pytest.mark.parametrize(
    ("last", "waits_for", "pause", "until"),
    [
        (NOW - 3 * HOUR, None, 2 * HOUR, None),
        (NOW - 2 * HOUR, None, 2 * HOUR, None),
        (NOW - HOUR, None, 2 * HOUR, NOW + HOUR),  # the last went later than was thought
        (None, None, 2 * HOUR, None),
        # an earlier mail waits for its server: behind it
        (None, NOW + 4 * HOUR, 2 * HOUR, NOW + 4 * HOUR),
        (None, NOW + MINUTE, 2 * HOUR, NOW + 2 * HOUR),
        (None, NOW - HOUR, 2 * HOUR, NOW + 2 * HOUR),
        (None, NOW - HOUR, timedelta(0), NOW + MINUTE),  # not over and over
        (NOW - 9 * HOUR, NOW, timedelta(0), NOW + MINUTE),
        (NOW + 9 * HOUR, None, 2 * HOUR, None),  # a clock was ahead: it has waited once
        (NOW + timedelta(seconds=9), None, 2 * HOUR, NOW + 2 * HOUR),  # another machine's clock
    ],
)
def test_an_update_is_put_off(
    last: datetime | None, waits_for: datetime | None, pause: timedelta, until: datetime | None
) -> None:
    assert put_off_until(last, waits_for, pause, NOW, shortest=MINUTE) == until


@given(
    st.none() | st.timedeltas(timedelta(days=-9), timedelta(days=9)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_nothing_waits_longer_than_its_interval(ago: timedelta | None, pause: timedelta) -> None:
    last = None if ago is None else NOW - ago
    due = update_due(last, pause, NOW)
    assert due <= NOW + pause
    then = max(due, NOW)
    again = put_off_until(last, None, pause, then, shortest=MINUTE)
    # looked at when it is due it goes, or waits once more for a mail that went meanwhile
    assert again is None or (last is not None and last > NOW and again <= then + pause)


def hit(term: str, start: int, text: str = "") -> Hit:
    text = text or term
    return Hit(term, "body", start, start + len(text), text)


@pytest.mark.parametrize(
    ("hits", "known", "new"),
    [
        ([hit("THAAD", 0)], {"THAAD"}, []),
        ([hit("THAAD", 0), hit("missile", 10)], {"THAAD"}, [(10, "missile")]),
        ([hit("missile", 10, "missiles")], set(), [(10, "missiles")]),
        ([hit("사드", 3), hit("성주", 9)], {"사드"}, [(9, "성주")]),
        ([], {"THAAD"}, []),
    ],
)
def test_terms_no_text_of_the_story_had(
    hits: list[Hit], known: set[str], new: list[tuple[int, str]]
) -> None:
    found = term_news(hits, known)
    assert [(n.start, n.text) for n in found] == new
    assert {n.kind for n in found} <= {"term"}


def test_a_page_that_repeats_a_term_tells_it_in_few_spans() -> None:
    hits = [hit("a", n) for n in range(5000)]
    assert len(term_news([*hits, hit("b", 6000)], ())) == 21


def news(text: str, start: int, field: str = "body", kind: str = "number") -> News:
    return News(kind, field, start, start + len(text), text)


@pytest.mark.parametrize(
    ("body", "span", "at"),
    [
        ("Some 12 people were hurt.", news("12 people", 5), [5]),
        ("Later, some 12 people were hurt.", news("12 people", 5), [12]),  # it moved
        ("Some 120 people were hurt.", news("12", 5), []),  # `12` is not said any more
        ("Some 120 people, 12 of them children.", news("12", 5), [17]),
        ("12일 서울에서 12명이 다쳤다.", news("12명", 0), [9]),  # a particle may follow
        ("Nobody was hurt.", news("12 people", 5), []),
        ("", news("12 people", 5), []),
        ("x", News("number", "body", -3, 9, "x"), []),
        ("x", News("number", "captions", 0, 1, "x"), []),
        ("x", News("number", "body", 0, 0, ""), []),
    ],
)
def test_spans_are_shown_as_far_as_they_fit(body: str, span: News, at: list[int]) -> None:
    found = fitting([span], ArticleText("Title", body=body))
    assert [n.start for n in found] == at
    assert all(body[n.start : n.end] == n.text for n in found)


def test_what_a_summary_said_is_shown_in_the_page() -> None:
    span = news("12 people", 0, field="summary")
    page = ArticleText("Title", summary="12 people hurt", body="SEOUL -- Some 12 people were hurt.")
    assert [(n.field, n.start) for n in fitting([span], page)] == [("body", 14)]
    feed = ArticleText("Title", summary="Some 12 people hurt")
    assert [(n.field, n.start) for n in fitting([span], feed)] == [("summary", 5)]


@given(st.text("ab1 ", max_size=12), st.text("ab1 ", min_size=1, max_size=3), st.integers(0, 12))
def test_a_span_that_fits_is_a_slice_of_the_text(body: str, text: str, start: int) -> None:
    for found in fitting([news(text, start)], ArticleText("", body=body)):
        assert body[found.start : found.end] == text


def test_what_goes_together_is_told_once() -> None:
    old = (news("12 people", 5), news("Kim", 30, kind="name"))
    new = (news("Kim", 30, kind="term"), news("15 people", 5))
    assert joined(old, new) == (new[0], new[1], old[0])
    assert joined(old, old) == old
