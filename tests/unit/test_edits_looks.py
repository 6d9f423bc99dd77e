"""When a page is looked at again, and what a look may be taken for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.rechecks import (
    LOOKS,
    RETRY_MAX,
    is_lost,
    look_after_failure,
    looks_made,
    next_look,
    says_gone,
)

AT = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("made", "due"), [(0, AT + HOUR), (1, AT + 6 * HOUR), (2, AT + 24 * HOUR), (3, None)]
)
def test_an_hour_six_and_a_day_after_it_was_in(made: int, due: datetime | None) -> None:
    assert next_look(AT, made) == due


@pytest.mark.parametrize(
    ("made", "after", "now_made"),
    [
        (0, HOUR, 1),
        (0, 5 * HOUR, 1),
        (0, 6 * HOUR, 2),  # what was missed is not made up
        (0, 50 * HOUR, 3),
        (2, 24 * HOUR, 3),
        (1, timedelta(0), 2),  # a clock that was set back: each look counts all the same
    ],
)
def test_looks_that_were_missed_are_one(made: int, after: timedelta, now_made: int) -> None:
    assert looks_made(AT, made, AT + after) == now_made


@given(st.lists(st.timedeltas(timedelta(0), 40 * HOUR), min_size=3, max_size=6))
def test_looks_come_to_an_end(waits: list[timedelta]) -> None:
    made = 0
    for wait in waits:
        made = looks_made(AT, made, AT + wait)
    assert made >= len(LOOKS)
    assert next_look(AT, made) is None


def test_a_page_that_fails_is_tried_again_ever_more_rarely_for_three_days() -> None:
    now, failures, waits = AT, 0, []
    while (due := look_after_failure(failures + 1, AT, now)) is not None:
        failures += 1
        waits.append(due - now)
        now = due
    assert waits[0] == timedelta(minutes=10)
    assert waits == sorted(waits)
    assert waits[-1] == RETRY_MAX
    assert timedelta(days=3) <= now - AT < timedelta(days=3) + RETRY_MAX


@pytest.mark.parametrize(
    ("title", "body", "gone"),
    [
        ("404 Not Found", "", True),
        ("Example News", "Sorry, the page you requested could not be found.", True),
        ("Example News", "This article has been removed.", True),
        ("Example News", "This story is no longer available.", True),
        ("예시일보", "요청하신 페이지를 찾을 수 없습니다.", True),
        ("예시일보", "삭제된 기사입니다.", True),
        ("예시일보", "존재하지 않는 기사입니다.", True),
        ("Example News", "Please log in to read on.", False),
        ("예시일보", "로그인 후 이용해 주십시오.", False),
        ("Missing hikers not found", "word " * 200, False),
    ],
)
def test_a_page_that_says_it_is_gone(title: str, body: str, gone: bool) -> None:
    assert says_gone(title, body) is gone


@pytest.mark.parametrize(
    ("before", "after", "same_reader", "lost"),
    [
        ("word " * 100, "", True, True),
        ("word " * 100, "word " * 10, True, False),  # an outlet may cut its text
        ("word " * 100, "word " * 10, False, True),
        ("word " * 100, "word " * 90, False, False),
        ("", "", True, False),
    ],
)
def test_a_lost_layout_is_no_edit(before: str, after: str, same_reader: bool, lost: bool) -> None:
    assert is_lost(before, after, same_reader=same_reader) is lost
