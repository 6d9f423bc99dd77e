"""Days: how they are read, which are the same, which are news."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.stories_facts import FactKind, facts_of
from tests.unit.facts_case import AT, found, known, news, news_texts

FOUND = [
    ("It opens on April 29.", ["April 29"]),
    ("It opens on Apr. 29.", ["Apr. 29"]),
    ("It opens on 29 April 2023.", ["29 April 2023"]),
    ("It opened on Dec. 8, 2016.", ["Dec. 8, 2016"]),
    ("It opened in December 2016.", ["December 2016"]),
    ("It opens next Friday.", ["next Friday"]),
    ("It opens Friday (April 21).", ["Friday (April 21"]),
    ("It opens on 2023-05-03.", ["2023-05-03"]),
    ("It may 5 times fail, and march 10 times.", []),
    ("It opened in May.", []),
    ("It opened in 2016.", []),
    ("It fell to May 5.3 percent.", []),
    ("5월 3일 문을 연다.", ["5월 3일"]),
    ("2016년 12월 8일 문을 열었다.", ["2016년 12월 8일"]),
    ("2016년 12월 문을 열었다.", ["2016년 12월"]),
    ("다음 달 3일 문을 연다.", ["다음 달 3일"]),
    ("지난달 3일 문을 열었다.", ["지난달 3일"]),
    ("오는 25일 문을 연다.", ["오는 25일"]),
    ("25일 문을 연다.", ["25일"]),
    ("금요일 문을 연다.", ["금요일"]),
    ("지난해 12월 8일 문을 열었다.", ["지난해 12월 8일"]),
    ("3일간 연다.", []),
    ("100일 만에 열었다.", []),
    ("3일 만에 열었다.", []),
]
SAME = [
    ("It opens on April 29.", "It opens on Saturday (April 29)."),
    ("It opens on April 29.", "It opens on Apr. 29, 2023."),
    ("It opens on April 29.", "It opens on 29 April."),
    ("It opens on April 21.", "It opens next Friday."),
    ("It opens on April 21.", "It opens on Friday."),
    ("It opens on 2023-05-03.", "It opens on May 3."),
    ("It opened on Dec. 8, 2016.", "It opened on December 8, 2016."),
    ("It opened on Dec. 8, 2016.", "It opened in December 2016."),
    ("5월 3일이다.", "다음 달 3일이다."),
    ("5월 3일이다.", "내달 3일이다."),
    ("4월 25일이다.", "오는 25일이다."),
    ("4월 25일이다.", "이달 25일이다."),
    ("4월 25일이다.", "25일이다."),
    ("3월 3일이다.", "지난달 3일이다."),
    ("4월 21일이다.", "오는 금요일이다."),
    ("2022년 12월 8일이다.", "지난해 12월 8일이다."),
    ("2016년 12월 8일이다.", "2016년 12월이다."),
    # the day of publication and its neighbours are not told
    ("It opens.", "It opens Wednesday."),
    ("It opens.", "It opened Tuesday."),
    ("It opens.", "It opened on April 18."),
    ("It opens.", "It opens on Thursday."),
    ("연다.", "19일 연다."),
    ("연다.", "4월 20일 연다."),
    ("연다.", "수요일 연다."),
]
NEW = [
    ("It opens on April 29.", "It opens on April 30.", ["April 30"]),
    ("It opens.", "It opens on May 3.", ["May 3"]),
    ("It opens.", "It opens next Monday.", ["next Monday"]),
    ("It opens.", "It opens on Saturday.", ["Saturday"]),
    ("It opened on Dec. 8, 2016.", "It opened on Dec. 8, 2017.", ["Dec. 8, 2017"]),
    ("It opened on Dec. 8, 2016.", "It opened in November 2016.", ["November 2016"]),
    ("연다.", "다음 달 3일 연다.", ["다음 달 3일"]),
    ("연다.", "오는 25일 연다.", ["오는 25일"]),
    ("4월 25일이다.", "4월 26일이다.", ["4월 26일"]),
    ("2월 25일이다.", "25일이다.", ["25일"]),
    ("2016년 12월 8일이다.", "2017년 12월 8일이다.", ["2017년 12월 8일"]),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_a_date_is_found(text: str, expected: list[str]) -> None:
    assert found(FactKind.DATE, text) == expected


@pytest.mark.parametrize(("before", "after"), SAME)
def test_one_day_written_in_two_ways_is_not_new(before: str, after: str) -> None:
    assert news_texts(before, after, FactKind.DATE) == []


@pytest.mark.parametrize(("before", "after", "expected"), NEW)
def test_another_day_is_new(before: str, after: str, expected: list[str]) -> None:
    assert news_texts(before, after, FactKind.DATE) == expected


def test_a_day_that_was_today_is_known_on_later_days() -> None:
    later = datetime(2023, 4, 24, 3, 0, tzinfo=UTC)
    assert not news("It opened Wednesday.", "It opened on April 19.", at=(AT, later))
    assert not news("19일 열었다.", "지난 19일 열었다.", at=(AT, later))


def test_a_day_of_the_month_that_may_be_two_is_known_by_either() -> None:
    at = datetime(2023, 4, 20, 3, 0, tzinfo=UTC)
    assert not news("4월 5일이다.", "5일이다.", at=(at, at))
    assert not news("5월 5일이다.", "5일이다.", at=(at, at))
    assert news("4월 6일이다.", "5일이다.", at=(at, at))


def test_without_a_time_of_publication_days_are_compared_as_written() -> None:
    none = (None, None)
    assert not news("It opens on April 29.", "It opens on 29 April.", at=none)
    assert not news("4월 25일이다.", "25일이다.", at=none)
    assert news("It opens on April 29.", "It opens on April 30.", at=none)
    assert facts_of("", "It opens on Friday.", None) == ()


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_days_too(at: datetime) -> None:
    facts = facts_of("", "It opens Friday, Feb. 29, the 31st, next Monday. 31일, 지난달 30일.", at)
    assert facts
    assert known("It opens Friday, Feb. 29. 31일.", at=at)
