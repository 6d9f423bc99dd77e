"""Dates as feeds and pages really write them, read as instants.

No parser on the market reads `KST`, zone-less local times, bare digits and Korean dates rightly
all at once, so this small one is ours. It works by subtraction: the time of day is found and taken
out, then the zone, then known words; what is left must be a calendar day and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from newsroom.dates_clock import take_time
from newsroom.dates_day import read_day
from newsroom.dates_words import SECOND_LABELS
from newsroom.dates_zones import (
    NAME,
    OFFSET,
    find_zone,
    resolve_zone,
    take_leading_zone,
    take_trailing_zone,
)

MAX_RAW = 1_000
"""Longer texts are no dates and are not looked at."""
MAX_TEXT = 120

_BLANKS = re.compile(r"(?:[\s\x00-\x1f\x7f]|\\[nrt])+")
_HALF_DOTS = re.compile(r"\b([ap])\.\s?m\.?", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]*?)\s*[)\]]")
_BRACKET_ZONE = re.compile(rf"{OFFSET}|{NAME}|[A-Za-z]+/[A-Za-z_/]+", re.IGNORECASE)
_SECOND = re.compile(rf"(?<=\d)\s*[|,/]?\s*(?:{'|'.join(SECOND_LABELS)})\b.*", re.IGNORECASE)
_DIGITS = re.compile(r"(\d{8})[T ]?(\d{2})(\d{2})(\d{2})?(?:[.,]\d+)?(?=$|[^\d.:])")
_FOLD = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "∶": ":", "年": "년", "月": "월"}
    | {"日": "일", "時": "시", "时": "시", "点": "시", "分": "분", "秒": "초"}
)


def parse_date(raw: str, *, timezone: str) -> datetime | None:
    """Return the instant `raw` names, aware and in UTC; None where it names none.

    `timezone` (IANA) is that of the source and holds for a date without a zone. A local time that
    a clock change skips is read with the offset before the change; one that happens twice is the
    first. A date alone is that day's beginning. `24:00` is the next day's. Nothing is judged:
    1970 and 2099 come back as they are; epoch seconds are no date. Raises ValueError for an
    unknown `timezone`, nothing else.
    """
    source = find_zone(timezone)
    if source is None:
        raise ValueError(f"no such time zone: {timezone!r}; give an IANA name like Asia/Seoul")
    raw = raw.strip()
    return _parse(raw, source) if 0 < len(raw) <= MAX_RAW else None


@lru_cache(maxsize=4_096)
def _parse(raw: str, source: tzinfo) -> datetime | None:
    """Cached because a feed shows the same dates at every poll."""
    text = _tidy(raw)
    if not text:
        return None
    try:
        read = _read(text)
        if read is None:
            return None
        local, zone = read
        where = resolve_zone(zone, local, source)
        return None if where is None else _instant(local, where)
    except OverflowError:  # 9999-12-31T24:00, year 1 east of Greenwich
        return None


def _instant(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _tidy(raw: str) -> str:
    """Fold full-width forms, foreign digits, dashes and blanks; "" for what is too long."""
    if not raw.isascii():
        raw = unicodedata.normalize("NFKC", raw)
        raw = "".join(_plain(c) for c in raw).translate(_FOLD)
    text = _HALF_DOTS.sub(r"\1m", _BLANKS.sub(" ", raw).strip())
    text = _SECOND.sub("", text)
    return text if len(text) <= MAX_TEXT else ""


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "" if unicodedata.category(char) == "Cf" else char


def _read(text: str) -> tuple[datetime, str] | None:
    """Return (local time, zone as written or "")."""
    text, bracketed = _take_brackets(text)
    spelled = _DIGITS.match(text)
    if spelled:
        text = _spell(spelled) + text[spelled.end() :]
    clock = take_time(text)
    if clock is None:
        zone, rest = take_trailing_zone(text)
        return _join(read_day(rest), timedelta(0), zone or bracketed)
    zone, right = take_leading_zone(clock.right)
    if not zone:
        zone, right = take_trailing_zone(right)
    return _join(read_day(f"{clock.left} {right}"), clock.since_midnight, zone or bracketed)


def _join(day: date | None, since: timedelta, zone: str) -> tuple[datetime, str] | None:
    return None if day is None else (datetime.combine(day, time.min) + since, zone)


def _spell(found: re.Match[str]) -> str:
    """Give bare digits (14: Yonhap's feeds; 12) the separators they lack."""
    day, hour, minute, second = found.groups()
    return f"{day} {hour}:{minute}:{second or '00'}"


def _take_brackets(text: str) -> tuple[str, str]:
    """Drop remarks in brackets; one that is a zone is given apart."""
    zone = ""
    for inside in _BRACKETS.findall(text):
        if not zone and _BRACKET_ZONE.fullmatch(inside):
            zone = inside
    return _BRACKETS.sub(" ", text).strip(), zone
