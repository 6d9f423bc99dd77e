"""The one spelling of `when` and `quiet` in which rules are kept."""

from __future__ import annotations

from datetime import time

import pytest

from config.schedules import parse_quiet, parse_schedule
from newsroom.schedules import KINDS, QuietWindow, Schedule, read_quiet, read_schedule

SPELLINGS = [
    ("immediately", Schedule("immediately")),
    ("hourly", Schedule("hourly")),
    ("daily 08:00", Schedule("daily", (time(8),))),
    ("daily 02:30,08:00", Schedule("daily", (time(2, 30), time(8)))),
    ("weekdays 07:30,17:00", Schedule("weekdays", (time(7, 30), time(17)))),
    ("weekly mon 08:00", Schedule("weekly", (time(8),), "mon")),
    ("weekly sun 00:00,23:59", Schedule("weekly", (time(0), time(23, 59)), "sun")),
]


@pytest.mark.parametrize(("text", "schedule"), SPELLINGS)
def test_a_schedule_has_one_spelling(text: str, schedule: Schedule) -> None:
    assert read_schedule(text) == schedule
    assert str(schedule) == text
    assert parse_schedule(text) == schedule


def test_every_kind_is_spelt_here() -> None:
    assert {schedule.kind for _, schedule in SPELLINGS} == set(KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "weekdays",
        "weekly 08:00",
        "weekly mon",
        "hourly 08:00",
        "immediately 08:00",
        "immediately mon",
        "daily 8:00",
        "daily 08:00:30",
        "daily 17:00,08:00",
        "daily 08:00,08:00",
        "daily 08:00 09:00",
        "daily mon 08:00",
        "weekly day 08:00",
        "Daily 08:00",
        "daily  08:00",
        "daily 24:00",
        "daily 08:00+09:00",
        "monthly 08:00",
    ],
)
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_schedule(text)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("22:00-06:30", QuietWindow(time(22), time(6, 30))),
        ("12:00-13:00", QuietWindow(time(12), time(13))),
        ("00:00-23:59", QuietWindow(time(0), time(23, 59))),
    ],
)
def test_a_window_has_one_spelling(text: str, window: QuietWindow) -> None:
    assert read_quiet(text) == window
    assert str(window) == text
    assert parse_quiet(text) == window


@pytest.mark.parametrize(
    "text", ["", "22:00", "22:00-22:00", "22-06", "22:00 - 06:30", "22:00-06:30-07:00"]
)
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_quiet(text)
