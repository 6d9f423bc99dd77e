"""Days named in a text, English and Korean, as calendar days.

A weekday or a day of the month alone is placed by the time of publication; without one it stays
what it is. The day of publication and its neighbours are no news of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_KOREAN_WEEKDAYS = "월화수목금토일"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_WEEKDAY = rf"(?:{'|'.join(map(str.title, _WEEKDAYS))})"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?:19|20)\d\d"
_THAT_DAY = rf"(?P<d>{_DAY})(?:st|nd|rd|th)?\b(?![,.]\d|:\d| ?%)(?:,? (?P<y>{_YEAR})\b)?"
# patterns begin with what every match begins with; what stands before is looked at afterwards
_ENGLISH = re.compile(
    rf"(?:(?P<w>{_WEEKDAY})\b(?:,? \(?)?)?"
    rf"(?P<m>{_MONTH})\b\.?(?: {_THAT_DAY}(?: \({_WEEKDAY}\))?|,? (?P<y2>{_YEAR})\b)?"
    rf"|(?P<w2>{_WEEKDAY})\b"
)
_DAY_BEFORE = re.compile(rf"(?<![\d.,])(?P<d>{_DAY})(?:st|nd|rd|th)? $")
_CUE_BEFORE = re.compile(r"\b(?P<cue>next|coming|last|past) $")
_KOREAN = re.compile(
    rf"(?P<y>{_YEAR})년 ?(?P<m>1[0-2]|0?[1-9])월(?: ?(?P<d>{_DAY})일)?"
    rf"|(?P<m2>1[0-2]|0?[1-9])월 ?(?P<d2>{_DAY})일"
    rf"|(?P<dom>{_DAY})일"
    r"(?!간|째|동안|만에| ?(?:동안|만에|이상|연속|정도|이내|내에|안에))"
    r"|(?P<w>[월화수목금토일])요일"
)
_KOREAN_BEFORE = re.compile(
    "(?:(?P<rel>지난해|작년|올해|내년)|(?P<shift>지난 ?달|이번 ?달|이달|다음 ?달|내달)"
    "|(?P<cue>다음 ?주|지난 ?주|지난|오는)) ?$"
)
_NUMERIC = re.compile(
    rf"(?P<y>{_YEAR})(?P<sep>[-./]) ?(?P<m>1[0-2]|0?[1-9])(?P=sep) ?(?P<d>{_DAY})"
    r"(?![\d,]|[-/.]\d)"
)
_CUES = {"next": 1, "coming": 1, "last": -1, "past": -1, "다음주": 1, "지난주": -1, "오는": 1,
         "지난": -1}  # fmt: skip
_SHIFTS = {"지난달": -1, "이번달": 0, "이달": 0, "다음달": 1, "내달": 1}
_RELATIVE = {"지난해": -1, "작년": -1, "올해": 0, "내년": 1}
_SURE = timedelta(days=12)
"""A day of the month this near is the one that is meant; beyond it may be that of either month."""
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
    """-1 for last, 1 for next."""
    shift: int | None = None
    """Of a day of the month alone: -1 for last month's, 1 for next month's."""
    years: int | None = None
    """-1 for last year's, 1 for next year's."""


def mentions(cased: str) -> list[Mention]:
    """List the dates of a folded text; they do not overlap."""
    found = [
        _numeric(m)
        for m in _NUMERIC.finditer(cased)
        if not cased[m.start() - 1 : m.start()].isdigit()
    ]
    found += [mention for m in _ENGLISH.finditer(cased) if (mention := _english(cased, m))]
    if "일" in cased or "월" in cased:
        found += [mention for m in _KOREAN.finditer(cased) if (mention := _korean(cased, m))]
    return found


def _numeric(match: re.Match[str]) -> Mention:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    return Mention(*match.span(), year=year, month=month, day=day)


def _english(text: str, match: re.Match[str]) -> Mention | None:
    start, end = match.span()
    before = text[max(0, start - 8) : start]
    if before[-1:].isalnum():
        return None
    if match["w2"]:
        cue = _CUE_BEFORE.search(before)
        return Mention(
            start - len(cue.group()) if cue else start,
            end,
            weekday=_WEEKDAYS.index(match["w2"].lower()),
            cue=_CUES[cue["cue"]] if cue else None,
        )
    month, day, year = _MONTHS.index(match["m"][:3].lower()) + 1, match["d"], match["y"]
    if not day and (first := _DAY_BEFORE.search(before)):
        start, day = start - len(first.group()), first["d"]
    year = year or match["y2"]
    if not (day or year):
        return None
    return Mention(
        start,
        end,
        year=int(year) if year else None,
        month=month,
        day=int(day) if day else None,
    )


def _korean(text: str, match: re.Match[str]) -> Mention | None:
    start, end = match.span()
    before = text[max(0, start - 6) : start]
    if not match["w"] and before[-1:] and before[-1] in "0123456789.,/:":
        return None
    said = _KOREAN_BEFORE.search(before)
    words = {k: (v or "").replace(" ", "") for k, v in said.groupdict().items()} if said else {}
    begin = start - len(said.group()) if said else start
    cue = _CUES.get(words.get("cue", ""))
    if match["w"]:
        return Mention(begin, end, weekday=_KOREAN_WEEKDAYS.index(match["w"]), cue=cue)
    if match["dom"]:
        shift = _SHIFTS.get(words.get("shift", ""))
        return Mention(begin, end, day=int(match["dom"]), cue=cue, shift=shift)
    day = match["d"] or match["d2"]
    return Mention(
        begin,
        end,
        year=int(match["y"]) if match["y"] else None,
        month=int(match["m"] or match["m2"]),
        day=int(day) if day else None,
        years=_RELATIVE.get(words.get("rel", "")),
    )


class Calendar:
    """Where in the calendar the dates of one text lie. `at` is its time of publication."""

    def __init__(self, at: datetime | None) -> None:
        self._today = _day_in_korea(at) if at is not None else None
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
            return self._day_of_month(mention.day, mention.shift, mention.cue)
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

    def _day_of_month(self, day: int, shift: int | None, cue: int | None) -> str:
        if self._today is None:
            return f"d:{day:02}"
        days = [
            found
            for n in ((-1, 0, 1) if shift is None else (shift,))
            if (found := _in_month(self._today, n, day)) and _fits(found - self._today, cue)
        ]
        if not days:
            return f"d:{day:02}"
        today = self._today
        days.sort(key=lambda found: abs(found - today))
        near, own = days[0], "=" if days[0] in self._own else ""
        if len(days) > 1 and abs(near - today) > _SURE:
            return f"d:{days[0]:%m%d}{days[1]:%m%d}/"
        return f"d:{near:%m%d}{own or '?'}"

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
            day = past if cue < 0 else coming
            return f"d:{day:%m%d}{day:%m%d}/{weekday}"
        return f"d:{past:%m%d}{coming:%m%d}/{weekday}"


def _fits(distance: timedelta, cue: int | None) -> bool:
    """Say whether a day lies where `last` or `next` puts it; today is either."""
    return cue is None or cue * distance.days >= 0


def _day_in_korea(at: datetime) -> date:
    try:
        return at.astimezone(_KOREA).date()
    except OverflowError:
        return at.date()


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


def unplaced(mention: Mention) -> Iterator[str]:
    """Yield what is known of a date whose text gives no time to place it by."""
    if mention.weekday is not None:
        yield f"d:w{mention.weekday}"
    elif code := Calendar(None).key(mention):
        yield from date_aliases(code)


def date_aliases(key: str) -> Iterator[str]:
    """Yield the key and what else a story knows that has named this date.

    Key forms: d:0419, d:20100419, d:201004 (a month), d:19 (a day of an unknown month), d:0419?
    (a day of the month placed), d:04120419/4 (a weekday: last or coming; /: a day of either
    month); a `=` ends the day of publication, a `~` stands before the day of a whole date.
    """
    code, _, either = key[2:].rstrip("=?").partition("/")
    yield f"d:{code}"
    if "/" in key:
        yield f"d:{code[:4]}"
        yield f"d:{code[4:]}"
    elif len(code) == 8:
        yield f"d:{code[:6]}"
    if len(code) in (4, 8) and not either:
        yield f"d:{code[-4:]}"
        yield f"d:~{code[-2:]}"


def date_alternatives(key: str) -> tuple[str, ...]:
    """Give the keys any of which makes a date known; empty: it is never news."""
    code, slash, weekday = key[2:].partition("/")
    if slash:
        other = f"d:w{weekday}" if weekday else f"d:{code[-2:]}"
        return (f"d:{code[:4]}", f"d:{code[4:]}", other)
    if code.endswith("="):
        return ()
    if code.endswith("?"):
        return (f"d:{code[:4]}", f"d:{code[2:4]}")
    return (f"d:{code}", f"d:~{code}") if len(code) == 2 else (f"d:{code}",)
