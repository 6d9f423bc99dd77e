"""Matches counted by local day, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from storage.database import Database
from storage.match_days import matches_per_day
from tests.rows import add_article, add_match, add_source, add_watchlist

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def db(database: Database) -> Database:
    add_source(database)
    return database


def seen(db: Database, watchlist: int, *times: str) -> None:
    """Articles first seen at these instants (UTC), each met by the watchlist."""
    for time in times:
        at = datetime.fromisoformat(time).replace(tzinfo=UTC)
        article = add_article(db, first_seen_at=at)
        add_match(db, watchlist, article)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_days_are_those_of_the_reader(db: Database) -> None:
    one, other, none = (add_watchlist(db, name) for name in ("A", "B", "C"))
    seen(
        db,
        one,
        "2026-11-22T14:59:59",  # the 22nd in Seoul
        "2026-11-22T15:00:00",  # the 23rd
        "2026-11-23T03:00:00",
        "2026-11-23T03:30:00",  # after `until`
        "2026-10-24T14:59:59",  # the 24th of October: before the 30 days
        "2026-10-24T15:00:00",
    )
    seen(db, other, "2026-11-21T20:00:00")
    found = matches_per_day(db, [one, other, none], until=at("2026-11-23T03:10:00"), zone=SEOUL)
    assert found == {
        one: (1, *[0] * 27, 1, 2),
        other: (*[0] * 28, 1, 0),
        none: (0,) * 30,
    }
    assert matches_per_day(db, [], until=at("2026-11-23T03:10:00"), zone=SEOUL) == {}


@pytest.mark.parametrize(
    ("zone", "until", "times", "expected"),
    [
        # 25 hours: from 04:00 to 05:00 the next day
        (
            "America/New_York",
            "2026-11-02T12:00",
            ("2026-11-01T03:59", "2026-11-01T04:00", "2026-11-02T04:59", "2026-11-02T05:00"),
            (1, 2, 1),
        ),
        # 23 hours: from 05:00 to 04:00 the next day
        (
            "America/New_York",
            "2026-03-09T12:00",
            ("2026-03-08T04:59", "2026-03-08T05:00", "2026-03-09T03:59", "2026-03-09T04:00"),
            (1, 2, 1),
        ),
        # half an hour, and midnight at 13:00 or 13:30
        (
            "Australia/Lord_Howe",
            "2026-10-05T12:00",
            ("2026-10-03T13:29", "2026-10-03T13:30", "2026-10-04T12:59", "2026-10-04T13:00"),
            (1, 2, 1),
        ),
        # midnight itself is jumped over
        (
            "Africa/Cairo",
            "2026-04-25T12:00",
            ("2026-04-23T21:59", "2026-04-23T22:00", "2026-04-24T20:59", "2026-04-24T21:00"),
            (1, 2, 1),
        ),
    ],
)
def test_days_on_which_clocks_change(
    db: Database, zone: str, until: str, times: tuple[str, ...], expected: tuple[int, ...]
) -> None:
    watchlist = add_watchlist(db, "A")
    seen(db, watchlist, *times)
    found = matches_per_day(db, [watchlist], until=at(until), zone=ZoneInfo(zone), days=3)
    assert found[watchlist] == expected
