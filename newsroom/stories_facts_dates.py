"""Days named in a text, English and Korean, as calendar days.

A weekday or a day of the month alone is placed by the time of publication; without one it stays
what it is. The day of publication and its neighbours are no news of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()
_KOREAN_WEEKDAYS = "월화수목금토일"
_M = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_W = rf"(?:{'|'.join(_WEEKDAY_NAMES)})"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_Y = r"(?:19|20)\d\d"
_ENGLISH = re.compile(
    rf"\b(?:{_W},? \(?)?(?P<m>{_M})\b\.? (?P<d>{_D})(?:st|nd|rd|th)?\b(?![,.]\d|:\d| ?%)"
    rf"(?:,? (?P<y>{_Y})\b)?(?: \({_W}\))?"
    rf"|\b(?P<d2>{_D})(?:st|nd|rd|th)? (?P<m2>{_M})\b(?:,? (?P<y2>{_Y})\b)?"
    rf"|\b(?P<m3>{_M})\b\.?,? (?P<y3>{_Y})\b"
    rf"|\b(?:(?P<cue>next|coming|last|past) )?(?P<w>{_W})\b"
)
_KOREAN = re.compile(
    rf"(?:(?P<y>{_Y})년 ?|(?P<rel>지난해|작년|올해|내년) ?)?"
    rf"(?<!\d)(?P<m>1[0-2]|0?[1-9])월 ?(?P<d>{_D})일(?:\([월화수목금토일]\))?"
    rf"|(?P<y3>{_Y})년 ?(?P<m3>1[0-2]|0?[1-9])월"
    rf"|(?P<shift>지난 ?달|이번 ?달|이달|다음 ?달|내달|지난|오는)? ?(?<![\d.,/:])(?P<dom>{_D})일"
    r"(?!간|째|동안|만에| ?(?:동안|만에|이상|연속|정도|이내|내에|안에))"
    r"(?:\([월화수목금토일]\))?"
    r"|(?:(?P<cue>다음 ?주|지난 ?주|오는|지난) ?)?(?P<w>[월화수목금토일])요일"
)
_NUMERIC = re.compile(
    rf"(?<![\d.,/-])(?P<y>{_Y})(?P<sep>[-./]) ?(?P<m>1[0-2]|0?[1-9])(?P=sep) ?(?P<d>{_D})"
    r"(?![\d,]|[-/.]\d)"
)
_CUES = {"next": 1, "coming": 1, "last": -1, "past": -1, "다음주": 1, "지난주": -1, "오는": 1,
         "지난": -1}  # fmt: skip
_SHIFTS = {"지난달": -1, "이번달": 0, "이달": 0, "다음달": 1, "내달": 1}
_YEARS = {"지난해": -1, "작년": -1, "올해": 0, "내년": 1}
_KOREA = timezone(timedelta(hours=9))


class Mention(NamedTuple):
    """A date as written; what is not said is None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """Monday is 0."""
    cue: int | None = None
    """-1 for last, 1 for next; of a day of the month alone: by how many months it is shifted."""
    years: int | None = None
    """-1 for last year's, 1 for next year's."""


def mentions(plain: str, cased: str) -> list[Mention]:
    """List the dates of a folded text in order of their kind; they do not overlap."""
    found = [_numeric(m) for m in _NUMERIC.finditer(plain)]
    for match in _ENGLISH.finditer(plain):
        # `may 5` and `march 10` are dates with a capital only
        name = next(m for m in (match["m"], match["m2"], match["m3"], match["w"]) if m)
        if cased[match.start() + match.group().index(name)].isupper():
            found.append(_english(match))
    if "일" in plain or "월" in plain:
        found += map(_korean, _KOREAN.finditer(plain))
    return found


def _numeric(match: re.Match[str]) -> Mention:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    return Mention(*match.span(), year=year, month=month, day=day)


def _english(match: re.Match[str]) -> Mention:
    start, end = match.span()
    if match["w"]:
        return Mention(
            start, end, weekday=_WEEKDAY_NAMES.index(match["w"]), cue=_CUES.get(match["cue"])
        )
    month = match["m"] or match["m2"] or match["m3"]
    year = match["y"] or match["y2"] or match["y3"]
    day = match["d"] or match["d2"]
    return Mention(
        start,
        end,
        year=int(year) if year else None,
        month=_MONTH_NAMES.index(month[:3]) + 1,
        day=int(day) if day else None,
    )


def _korean(match: re.Match[str]) -> Mention:
    span = match.span()
    if match["w"]:
        cue = _CUES.get((match["cue"] or "").replace(" ", ""))
        return Mention(*span, weekday=_KOREAN_WEEKDAYS.index(match["w"]), cue=cue)
    if match["dom"]:
        start = span[0] + len(match.group()) - len(match.group().lstrip())
        shift = _SHIFTS.get((match["shift"] or "").replace(" ", ""))
        return Mention(start, span[1], day=int(match["dom"]), cue=shift)
    if match["m3"]:
        return Mention(*span, year=int(match["y3"]), month=int(match["m3"]))
    year = int(match["y"]) if match["y"] else None
    years = _YEARS.get(match["rel"] or "")
    return Mention(*span, year=year, month=int(match["m"]), day=int(match["d"]), years=years)


class Calendar:
    """Where in the calendar the dates of one text lie. `at` is its time of publication."""

    def __init__(self, at: datetime | None) -> None:
        self._today = at.astimezone(_KOREA).date() if at is not None else None
        self._own: set[date] = set()
        if at is not None and self._today is not None:
            days = (self._today, at.date())
            self._own = {_shifted(day, n) for day in days for n in (-1, 0, 1)}

    def key(self, mention: Mention) -> str | None:
        """Make the key of a date; None: it says nothing here."""
        if mention.weekday is not None:
            return self._weekday(mention.weekday, mention.cue)
        if mention.day is None:
            return f"d:{mention.year}{mention.month:02}"
        if mention.month is None:
            return self._day_of_month(mention.day, mention.cue)
        year = mention.year
        if year is None and mention.years is not None and self._today is not None:
            year = self._today.year + mention.years
        return self._day(year, mention.month, mention.day)

    def _day(self, year: int | None, month: int, day: int) -> str:
        """A year that is the nearest anyway is not written: most texts leave it out."""
        code = f"d:{month:02}{day:02}"
        if self._today is None:
            return code if year is None else f"d:{year}{month:02}{day:02}"
        near = self._nearest(month, day)
        if near is None or (year is not None and near.year != year):
            return code if year is None else f"d:{year}{month:02}{day:02}"
        return code + "=" if near in self._own else code

    def _nearest(self, month: int, day: int) -> date | None:
        if self._today is None:
            return None
        today = self._today
        years = (today.year - 1, today.year, today.year + 1)
        days = [found for year in years if (found := _date(year, month, day))]
        return min(days, key=lambda found: abs(found - today), default=None)

    def _day_of_month(self, day: int, shift: int | None) -> str:
        if self._today is None:
            return f"d:{day:02}"
        days = [
            found
            for n in ((-1, 0, 1) if shift is None else (shift,))
            if (found := _in_month(self._today, n, day))
        ]
        if not days:
            return f"d:{day:02}"
        today = self._today
        near = min(days, key=lambda found: abs(found - today))
        return f"d:{near:%m%d}{'=' if near in self._own else ''}"

    def _weekday(self, weekday: int, cue: int | None) -> str | None:
        """Name the last and the coming such day; a cue leaves one of them."""
        if self._today is None:
            return None
        past = _shifted(self._today, -((self._today.weekday() - weekday) % 7))
        coming = _shifted(past, 7)
        if self._own & {past, coming} and cue is None:
            day = past if past in self._own else coming
            return f"d:{day:%m%d}="
        if cue is not None:
            return f"d:{past if cue < 0 else coming:%m%d}"
        return f"d:{past:%m%d}{coming:%m%d}/"


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_month(today: date, shift: int, day: int) -> date | None:
    months = today.year * 12 + today.month - 1 + shift
    return _date(months // 12, months % 12 + 1, day)


def date_aliases(key: str) -> Iterator[str]:
    """Yield the key and what else a story knows that has named this date.

    Key forms: d:0419, d:20100419, d:201004 (a month), d:19 (a day of an unknown month),
    d:04120419/ (a weekday: last or coming); a `=` ends the day of publication.
    """
    code = key[2:].rstrip("=/")
    yield f"d:{code}"
    if key.endswith("/"):
        yield f"d:{code[:4]}"
        yield f"d:{code[4:]}"
        return
    if len(code) == 8:
        yield f"d:{code[:6]}"
    if len(code) in (4, 8):
        yield f"d:{code[-4:]}"
        yield f"d:{code[-2:]}"


def date_alternatives(key: str) -> tuple[str, ...]:
    """Give the keys any of which makes a date known; empty: it is never news."""
    code = key[2:]
    if code.endswith("="):
        return ()
    if code.endswith("/"):
        return (f"d:{code[:4]}", f"d:{code[4:8]}")
    return (f"d:{code}",)
