"""Dates as listings show them: short, often without a year, sometimes glued to other words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsroom.dates import parse_date

AHEAD = timedelta(minutes=10)
"""How far a shown time may be ahead of our clock; clocks differ, a year must not hang on it."""
_LEAP_CYCLE = 8
"""29 February is at most this many years ago (1896-1904, 2096-2104)."""

_YEARLESS = re.compile(
    r"(?P<month>\d{1,2})[-./](?P<day>\d{1,2})\.?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)"
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)(?:[a-z]{0,6}\.?)"
_CLOCK_PART = r"(?:\s*(?:[-|,]\s*)?\d{1,2}:\d\d(?::\d\d)?)?"
# no border before the month: "NationalMay 13, 2021" is how a label and a date stand side by side
_DATED = re.compile(
    rf"{_MONTH}\s\d{{1,2}},\s\d{{4}}{_CLOCK_PART}"
    rf"|(?<!\d)\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}\.?{_CLOCK_PART}"
    rf"|(?<!\d)\d{{1,2}}:\d\d\s{_MONTH}\s\d{{1,2}},\s\d{{4}}"
    rf"|(?<!\d)\d{{1,2}}\s{_MONTH},?\s\d{{4}}{_CLOCK_PART}"
    rf"|(?<!\d)\d{{4}}년\s?\d{{1,2}}월\s?\d{{1,2}}일(?:\s*(?:오전|오후))?{_CLOCK_PART}"
    r"|(?<![\d.:/-])\d{1,2}[-./]\d{1,2}\.?\s\d{1,2}:\d\d(?![\d:])"
)


def find_date(text: str) -> str | None:
    """The last date in a text that holds other words too; None where there is none."""
    found = _DATED.findall(text)
    return found[-1].strip() if found else None


def listed_date(raw: str, *, timezone: str, now: datetime) -> datetime | None:
    """The instant a listing's date text means, UTC; None where it means none.

    Without a year ("12-01 23:26"), or with a time alone ("23:26"), it is the latest such instant
    not after `now` (plus AHEAD). A date alone is that day's beginning in `timezone`.
    """
    text = raw.strip()
    yearless = _YEARLESS.fullmatch(text)
    if yearless:
        month, day, hour, minute = (int(part) for part in yearless.groups())
        return _latest_in_year(month, day, hour, minute, ZoneInfo(timezone), now)
    clock = _CLOCK.fullmatch(text)
    if clock:
        return _latest_in_day(int(clock["hour"]), int(clock["minute"]), ZoneInfo(timezone), now)
    return parse_date(text, timezone=timezone)


def _latest_in_year(
    month: int, day: int, hour: int, minute: int, zone: ZoneInfo, now: datetime
) -> datetime | None:
    newest = (now + AHEAD).astimezone(zone).year
    for year in range(newest, newest - _LEAP_CYCLE - 1, -1):
        try:
            local = datetime(year, month, day, hour, minute, tzinfo=zone)
        except ValueError:  # 29 February of another year, or no date at all
            continue
        if local.astimezone(UTC) <= now + AHEAD:
            return local.astimezone(UTC)
    return None


def _latest_in_day(hour: int, minute: int, zone: ZoneInfo, now: datetime) -> datetime | None:
    if hour > 23 or minute > 59:
        return None
    newest: date = (now + AHEAD).astimezone(zone).date()
    for days in range(2):
        local = datetime.combine(newest - timedelta(days=days), time(hour, minute), zone)
        if local.astimezone(UTC) <= now + AHEAD:
            return local.astimezone(UTC)
    return None
