"""Instants in the reader's zone and words; no locale of the machine plays a part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The IANA zone; UTC where there is none of that name, since a mail must not fail for it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def local_time(instant: datetime, where: tzinfo, language: str) -> str:
    """Date, time and zone name: `19 Apr 2023, 14:05 KST`, `2023년 4월 19일 14:05 KST`."""
    t = _shown_in(instant, where)
    if language == "ko":
        return f"{t.year}년 {t.month}월 {t.day}일 {_clock(t)} {_zone_name(t)}"
    return f"{t.day} {_MONTHS[t.month - 1]} {t.year}, {_clock(t)} {_zone_name(t)}"


def short_time(instant: datetime, where: tzinfo, language: str, *, now: datetime) -> str:
    """The time of day, with its day where that is not today: `03:10`, `21 Nov 03:10`."""
    t = _shown_in(instant, where)
    if t.date() == _shown_in(now, where).date():
        return _clock(t)
    day = days(t, t, where, language, year=year_of(now, where))
    return f"{day} {_clock(t)}"


def duration(span: timedelta, language: str) -> str:
    """How long, in its two largest units: `2 d 4 h`, `3 h 12 min`, `12 min`; `3시간 12분`."""
    minutes = max(int(span.total_seconds()) // 60, 0)
    hours, days_ = minutes // 60, minutes // 1440
    d, h, m = ("일", "시간", "분") if language == "ko" else (" d", " h", " min")
    if days_:
        parts = [(days_, d), (hours % 24, h)]
    elif hours:
        parts = [(hours, h), (minutes % 60, m)]
    else:
        parts = [(max(minutes, 1), m)]
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def days(
    first: datetime, last: datetime, where: tzinfo, language: str, *, year: int | None = None
) -> str:
    """The days from one instant to another: `22-23 Nov`, `30 Oct-2 Nov`; `11월 22-23일`.

    Years are named where they are not all `year`.
    """
    a, b = sorted((_shown_in(first, where), _shown_in(last, where)))
    named = {a.year, b.year} != {year}
    if language == "ko":
        return _days_ko(a, b, named=named)
    end = f"{b.day} {_MONTHS[b.month - 1]}" + (f" {b.year}" if named else "")
    if a.date() == b.date():
        return end
    begin = f"{a.day}"
    if (a.year, a.month) != (b.year, b.month):
        begin += f" {_MONTHS[a.month - 1]}"
    return f"{begin} {a.year}-{end}" if a.year != b.year else f"{begin}-{end}"


def _days_ko(a: datetime, b: datetime, *, named: bool) -> str:
    begin = f"{a.year}년 " * named + f"{a.month}월 {a.day}"
    if a.date() == b.date():
        return f"{begin}일"
    if (a.year, a.month) == (b.year, b.month):
        return f"{begin}-{b.day}일"
    return f"{begin}일-" + f"{b.year}년 " * (a.year != b.year) + f"{b.month}월 {b.day}일"


def year_of(instant: datetime, where: tzinfo) -> int:
    """The year it is there."""
    return _shown_in(instant, where).year


def _shown_in(instant: datetime, where: tzinfo) -> datetime:
    try:
        return instant.astimezone(where)
    except OverflowError:  # a feed's date within hours of year 1 or 9999
        return instant


def _clock(t: datetime) -> str:
    return f"{t.hour:02}:{t.minute:02}"


def _zone_name(t: datetime) -> str:
    name = t.tzname() or ""
    if name.isalpha():
        return name
    offset = f"{t:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if offset else "UTC"
