"""Reads the calendar day from what is left of a date's text once time and zone are taken out."""

from __future__ import annotations

import re
from datetime import date, timedelta

from newsroom.dates_words import LABELS, MONTHS, WEEKDAYS, fold_word

_WORD = re.compile(r"[^\W\d_]+[.:]?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er)\b", re.IGNORECASE)
_LONELY = re.compile(r"[,;|]|(?<!\S)[-:~/.]+(?!\S)")
_FIRST_WORD = re.compile(r"\s*[^\W\d_]{2,10}\.?,(?=\s*\d)")
_UNITS = frozenset("년월일")
_SEP = r"[\s./-]*"

# M08 stands for any month's name
_NAMED = (
    (re.compile(rf"(\d{{1,2}}){_SEP}M(\d\d){_SEP}(\d{{4}}|\d{{2}})"), "dmy"),
    (re.compile(rf"M(\d\d){_SEP}(\d{{1,2}})[\s./-]+(\d{{4}}|\d{{2}})"), "mdy"),
    (re.compile(rf"(\d{{4}}){_SEP}M(\d\d){_SEP}(\d{{1,2}})"), "ymd"),
    (re.compile(rf"M(\d\d){_SEP}(\d{{4}})"), "my"),
)
_NUMERIC = (
    (re.compile(r"(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일"), "ymd"),
    (re.compile(r"(\d{4})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{1,2})\.?"), "ymd"),
    (re.compile(r"(\d{4})(\d\d)(\d\d)"), "ymd"),
    (re.compile(r"(\d{4})[-/.](\d{1,2})"), "ym"),
    (re.compile(r"(\d{4})"), "y"),
)
_THREE = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\.?")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?")
_ORDINAL_DAY = re.compile(r"(\d{4})-(\d{3})")


def read_day(text: str) -> date | None:
    """Return the day `text` names, None unless every word and number of it is understood."""
    iso = _WEEK.fullmatch(text.strip()) or _ORDINAL_DAY.fullmatch(text.strip())
    if iso:
        return _iso_day(iso)
    canonical = _canonical(text)
    if canonical is None:
        return None
    rest, weekday = canonical
    for form, order in _NAMED + _NUMERIC:
        found = form.fullmatch(rest)
        if found:
            numbers = [
                int(g) if len(g) != 2 or k != "y" else _full_year(int(g))
                for k, g in zip(order, _digits(found), strict=True)
            ]
            return _day(**dict(zip(order, numbers, strict=True)))
    return _three_numbers(rest, weekday)


def _digits(found: re.Match[str]) -> list[str]:
    return [g for g in found.groups() if g.isdigit()]


def _canonical(text: str) -> tuple[str, int | None] | None:
    """Months as M01..M12, labels and weekdays dropped; None where a word is unknown."""
    text = _ORDINAL.sub("", text)
    first = _FIRST_WORD.match(text)
    if first and fold_word(first.group().strip(" .,")) not in WEEKDAYS:
        text = text[
            first.end() :
        ]  # where a weekday stands: misspelt, or of a language unknown here
    words = [fold_word(w.rstrip(".:")) for w in _WORD.findall(text)]
    months = sum(w in MONTHS for w in words)
    weekday: int | None = None
    unknown = False

    def replace(found: re.Match[str]) -> str:
        nonlocal months, weekday, unknown
        word = fold_word(found.group().rstrip(".:"))
        if word in WEEKDAYS and (word not in MONTHS or months > 1):  # mar.: mardi or March
            months -= word in MONTHS
            weekday = WEEKDAYS[word]
            return " "
        if word in MONTHS:
            return f" M{MONTHS[word]:02} "
        if word in _UNITS:
            return found.group()
        unknown = unknown or word not in LABELS
        return " "

    text = _LONELY.sub(" ", _WORD.sub(replace, text))
    text = _LONELY.sub(" ", text)  # what stood beside a dropped word
    return None if unknown else (" ".join(text.split()), weekday)


def _three_numbers(rest: str, weekday: int | None) -> date | None:
    """`10/30/23`, `26/06/2020`, `30.10.23`: the weekday decides, else the separator's custom.

    Slashes are month first where that is possible; dots, dashes and blanks day first, except that
    three pairs with dashes are ISO 8601's short year first.
    """
    found = _THREE.fullmatch(rest)
    if found is None:
        return None
    first, sep, second, last = found.groups()
    a, b, c = int(first), int(second), int(last)
    year = _full_year(c) if len(last) == 2 else c
    orders = {"mdy": _day(year, a, b), "dmy": _day(year, b, a)}
    if sep != "/":
        orders = dict(reversed(orders.items()))
    if sep == "-" and len(first) == len(second) == len(last) == 2:
        orders = {"ymd": _day(_full_year(a), b, c), **orders}
    days = [d for d in orders.values() if d is not None]
    told = [d for d in days if d.weekday() == weekday]
    return next(iter(told or days), None)


def _full_year(year: int) -> int:
    """Two digits: 00-49 are 2000-2049, 50-99 are 1950-1999 (RFC 2822 §4.3, and for RFC 850)."""
    return year + (2000 if year < 50 else 1900)


def _day(y: int, m: int = 1, d: int = 1) -> date | None:
    try:
        return date(y, m, d)
    except ValueError:
        return None


def _iso_day(found: re.Match[str]) -> date | None:
    year, number = int(found[1]), int(found[2])
    try:
        if found.re is _WEEK:
            return date.fromisocalendar(year, number, int(found[3] or 1))
        day = date(year, 1, 1) + timedelta(days=number - 1)
    except (ValueError, OverflowError):
        return None
    return day if number and day.year == year else None
