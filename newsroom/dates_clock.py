"""Finds the time of day inside a date's text and takes it out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from newsroom.dates_words import HALVES

_HALF = "|".join(HALVES)
_SECONDS = r"(?::(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,12}))?)?"

_FORMS = (
    # 12:00, 4:35:5, 15:30:15.123, AM 10:30, 오후 3:30, 3:09pm; not the 09:00 of +09:00
    re.compile(
        rf"(?<![\d:+])(?<!\d-)(?:\b(?P<before>{_HALF})\s*)?(?<!\d)(?P<h>\d{{1,2}}):(?P<m>\d{{1,2}})"
        rf"{_SECONDS}(?![\d:])\s?(?P<after>{_HALF})?(?![A-Z]{{2}})",
        re.IGNORECASE,
    ),
    # 오후 3시 30분 15초 (the Chinese and Japanese units are folded to these)
    re.compile(
        rf"(?P<before>{_HALF})?\s*(?<!\d)(?P<h>\d{{1,2}})시\s*(?:(?P<m>\d{{1,2}})분)?"
        r"\s*(?:(?P<s>\d{1,2})초)?(?P<f>)(?P<after>)"
    ),
    # the basic form of ISO 8601: 20260815T120000, 2026-08-15T1200
    re.compile(
        r"(?P<before>)(?<=\d)T(?P<h>\d{2})(?:(?P<m>\d{2})(?:(?P<s>\d{2})(?:[.,](?P<f>\d{1,12}))?)?)?"
        r"(?P<after>)(?=$|[\s\[(Z+-])"
    ),
    # 3 PM
    re.compile(
        r"(?P<before>)(?<![\d:.+-])(?P<h>\d{1,2})(?P<m>)(?P<s>)(?P<f>)\s?(?P<after>am|pm)\b",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """What was found; `since_midnight` may reach 24:00 (the next day's beginning)."""

    since_midnight: timedelta
    left: str
    """The text before it."""
    right: str
    """The text after it; a zone comes here first."""


def take_time(text: str) -> TimeOfDay | None:
    """Return the first time of day in `text`, None where there is none or it is impossible."""
    for form in _FORMS:
        found = form.search(text)
        if found:
            break
    else:
        return None
    since = _since_midnight(found)
    if since is None:
        return None
    left = text[: found.start()].rstrip()
    if left.endswith(("T", "t")) and left[-2:-1].isdigit():
        left = left[:-1]
    return TimeOfDay(since, left, text[found.end() :])


def _since_midnight(found: re.Match[str]) -> timedelta | None:
    hour, minute, second = (int(found[name] or 0) for name in "hms")
    half = (found["before"] or found["after"] or "").casefold()
    if half and hour <= 12:  # past 12 the hour is told on the 24-hour clock whatever the half
        hour = hour % 12 + HALVES[half]
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    micro = int((found["f"] or "").ljust(6, "0")[:6])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
