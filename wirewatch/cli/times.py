"""Times on the command line: `24h`, `7d` or ISO dates in, local time out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_AGO = re.compile(r"([0-9]{1,12})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HINT = 'write how long ago ("24h", "7d") or a date ("2026-11-23", "2026-11-23T08:00")'


def read_time(text: str, now: datetime, timezone: str, *, end: bool = False) -> datetime:
    """An instant: a duration before `now`, or an ISO date or time, in `timezone` without offset.

    A date alone is the begin of its day, or with `end` the begin of the next one, so that
    `--until` takes in the day it names. Raises ValueError that says what to write.
    """
    text = text.strip()
    zone = ZoneInfo(timezone)
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
        at = datetime.fromisoformat(text)
        if end and _DATE.fullmatch(text):
            at += timedelta(days=1)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time; {_HINT}") from None


def local(iso: str | None, timezone: str) -> str:
    """An ISO instant as people of this zone read it; "" for None."""
    if not iso:
        return ""
    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def span(seconds: float) -> str:
    """A length of time in its largest unit: `90 s`, `15 min`, `3 h`, `2 days`."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
