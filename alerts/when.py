"""Instants in the reader's zone and words; no locale of the machine plays a part."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
        return f"{t.year}년 {t.month}월 {t.day}일 {t:%H:%M} {_zone_name(t)}"
    return f"{t.day} {_MONTHS[t.month - 1]} {t.year}, {t:%H:%M} {_zone_name(t)}"


def _shown_in(instant: datetime, where: tzinfo) -> datetime:
    try:
        return instant.astimezone(where)
    except OverflowError:  # a feed's date within hours of year 1 or 9999
        return instant


def _zone_name(t: datetime) -> str:
    name = t.tzname() or ""
    if name.isalpha():
        return name
    offset = f"{t:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if offset else "UTC"
