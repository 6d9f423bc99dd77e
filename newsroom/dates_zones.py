"""From the zone as a date writes it (`+09:00`, `KST`, `GMT+9`, `Europe/Brussels`) to an offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from newsroom.dates_words import LABELS, MONTHS, REGIONS, WEEKDAYS, ZONES, fold_word

OFFSET = r"(?:(?:UTC|GMT|UT)\s?)?[+-](?:\d{2}:?\d{2}|\d{1,2}(?::\d{2})?|\d{3})(?::\d{2})?(?!\d)"
NAME = r"[A-Za-z]{1,5}(?![A-Za-z/])"
IANA = r"[A-Za-z]{2,14}(?:/[A-Za-z_+\-0-9]{2,30}){1,2}"

_AT_START = re.compile(rf"\s*,?\s*({OFFSET}|{IANA}|{NAME})\s*({NAME})?", re.IGNORECASE)
_AT_END = re.compile(rf"(?<![^\s\d])({IANA}|{NAME})$|(?<=\s)({OFFSET})$", re.IGNORECASE)
_DATE_END = re.compile(r"(?<=\d-\d\d-\d\d)([+-]\d{2}:\d{2})$")
_SPLIT = re.compile(r"(?:[A-Z]{2,3}\s?)?([+-])(\d+)(?::(\d+))?", re.IGNORECASE)


def is_zone(word: str) -> bool:
    """True for a name that stands for a zone: of the table, a military letter, or unknown capitals.

    Unknown capitals (`XYZT`) are somebody's local time: the source's own is the best guess.
    """
    folded = word.casefold()
    if folded in ZONES or word.upper() in REGIONS:
        return True
    if len(word) == 1:
        return word.isupper() and word not in "JT"
    known = folded in MONTHS or folded in WEEKDAYS or folded in LABELS
    return word.isupper() and len(word) >= 3 and not known


def take_leading_zone(text: str) -> tuple[str, str]:
    """Split `text` that follows a time of day into (zone or "", rest)."""
    found = _AT_START.match(text)
    if found is None:
        return "", text
    zone, second = found.group(1), found.group(2)
    if zone[0].isalpha() and not _names_a_zone(zone):
        return "", text
    if second and is_zone(second):  # "+0900 KST", "-05:00Z": the number has said it
        return zone, text[found.end() :]
    return zone, text[found.end(1) :]


def take_trailing_zone(text: str) -> tuple[str, str]:
    """Split `text` into (zone at its end or "", rest).

    An offset counts only after a blank or a whole ISO date.
    """
    found = _AT_END.search(text) or _DATE_END.search(text)
    if found is None:
        return "", text
    zone = found.group(0)
    if zone[0].isalpha() and not _names_a_zone(zone):
        return "", text
    return zone, text[: found.start()]


def _names_a_zone(text: str) -> bool:
    return "/" in text or not text.isalpha() or is_zone(text)


def resolve_zone(text: str, local: datetime, source: tzinfo) -> tzinfo | None:
    """Return the zone that `text` means at `local` (naive) for a source in `source`; None if none.

    A name the source's own zone bears at that time means the source's zone: `CST` is China's at a
    Chinese outlet, `IST` Israel's at an Israeli one. Military letters other than Z say nothing
    and count as UTC (RFC 5322 §4.3).
    """
    if not text:
        return source
    if any(c.isdigit() for c in text) and "/" not in text:
        return _offset(text)
    if "/" in text:
        return find_zone(text)
    if local.replace(tzinfo=source).tzname() == text.upper():
        return source
    region = REGIONS.get(text.upper())
    if region:
        return find_zone(region)
    hours = ZONES.get(fold_word(text))
    if hours is not None:
        return timezone(timedelta(hours=hours))
    return UTC if len(text) == 1 else source


def _offset(text: str) -> tzinfo | None:
    found = _SPLIT.match(text)
    if found is None:
        return None
    sign, digits, minutes = found.groups()
    if minutes is None and len(digits) > 2:
        digits, minutes = digits[:-2], digits[-2:]
    hours, rest = int(digits), int(minutes or 0)
    if hours > 23 or rest > 59:
        return None
    delta = timedelta(hours=hours, minutes=rest)
    return timezone(-delta if sign == "-" else delta)


@lru_cache(maxsize=256)
def find_zone(name: str) -> tzinfo | None:
    """Return the IANA zone, None where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; malformed; a folder of the zone database
        return None
