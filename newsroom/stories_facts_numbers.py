"""Numbers with a unit, English and Korean: 12 people is twelve people, 2조3천억원 2.3 trillion won.

No fact is a bare number: years, ranks, list numbers, scores, telephone numbers, times of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from newsroom.stories_facts_keys import Spot, checksum
from newsroom.stories_facts_units import (
    BARRIERS,
    COUNTERS,
    CURRENCIES,
    MEASURES,
    NO_NOUNS,
    SYMBOLS,
    VAGUE,
)


class Number(NamedTuple):
    """A number as read in folded text."""

    start: int
    end: int
    value: Decimal
    unit: str
    """Empty: a bare number, which is no fact."""

    def spot(self) -> Spot:
        """Stand for the number among facts."""
        return Spot(self.start, self.end, number_key(self.value, self.unit))


_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_TEENS = "sixteen seventeen eighteen nineteen"
_WORDS = {word: n for n, word in enumerate(f"{_ONES} {_TEENS}".split(), start=1)}
_TENS = {
    word: n * 10
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_NATIVE_ONES = "한 두 세 네 다섯 여섯 일곱 여덟 아홉".split()
_NATIVE = (
    {word: n for n, word in enumerate(_NATIVE_ONES, start=1)}
    | {"열" + word: 10 + n for n, word in enumerate(["", *_NATIVE_ONES])}
    | {"스무": 20}
    | {"스물" + word: 20 + n for n, word in enumerate(_NATIVE_ONES, start=1)}
)
_SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "mln": 6, "billion": 9, "bln": 9, "bn": 9,
    "trillion": 12, "tln": 12, "tn": 12, "m": 6, "b": 9, "k": 3,
}  # fmt: skip
_KOREAN_SCALES = {"십": 1, "백": 2, "천": 3, "만": 4, "억": 8, "조": 12}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_DIGITS = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,9})?|\d{1,18}(?:\.\d{1,9})?"
# patterns begin with what every match begins with, never with a look behind: so they are fast
_FIGURE = re.compile(
    rf"(?P<digits>{_DIGITS})(?![.,]?\d)"
    r"(?:(?P<korean>[십백천만억조]{1,3}(?: ?\d{1,4}(?:,\d{3})?[십백천만억조]{1,3}){0,4})"
    r"(?: ?(?P<rest>\d{1,3},\d{3}|\d{1,4})(?=[가-힣]))?"
    r"|(?P<scale>[ -](?:hundred|thousand|million|billion|trillion|mln|bln|tln|bn|tn)"
    r"|(?:bn|tn|mln|bln|m|b|k))\b)?"
)
_BEFORE = re.compile(r"(?:(?<![a-z])(?P<currency>(?:us|a|c|hk|nt|s)?\$|[₩￦€£¥]) ?)$")
_NO_BEGINNING = re.compile(r"(?:[\d.,/-]|[a-z]|\d:)$")
_WRITTEN = re.compile(
    rf"(?:(?P<tens>{'|'.join(_TENS)})(?:-(?P<ones>{'|'.join(list(_WORDS)[:9])}))?"
    rf"|(?P<word>{_one_of(_WORDS)}))"
    r"(?P<scale>[ -](?:hundred|thousand|million|billion|trillion))?\b(?! one\b)"
)
_COUNTED = re.compile(
    rf"(?P<word>{_one_of(_NATIVE)})(?= ?(?:명|사람|살|달|시간|건|개|곳|차례|발|척|대|마리|채|배))"
)
_SHORT = _one_of({word for word in COUNTERS if len(word) == 1} - {"분"}) + "|분(?!기)"
_LONG = _one_of(word for word in COUNTERS if len(word) > 1)
_COUNTER = re.compile(
    rf"(?:여|가량)?(?: ?(?P<long>{_LONG})|(?P<short>{_SHORT})"
    # behind a blank one syllable must be a word: 30 도, not 2020 도쿄
    rf"| (?P<apart>{_SHORT})(?=[^가-힣]|[가은는을를의과와에로만인씩까다였]|이[ 다었나라]|$))"
)
_SYMBOL = re.compile(rf" ?(?P<unit>{_one_of(SYMBOLS)})(?![a-z0-9])")
_FOLLOWING = re.compile(r"[ -]([a-z][a-z']{0,30})")
_OLD = re.compile(r"[ -]years?[ -]old\b")
_SAID_BEFORE = re.compile(r"(?:\b(?P<age>aged?|age of)|\bmagnitude(?: of)?|규모) $")
_TOLL = re.compile(r"\btoll [a-z ]{0,60}\b(?:to|at|of) (?:at least |nearly |about |over )?$")
_THE = re.compile(r"\b(?:the|these|those|both|their|its|our|no\.?|nos\.?|article|channel) $")
_CLOCK = re.compile(r"\d시 ?$")
_POINTS = re.compile(r"[ -]points?\b")
_HANGUL = re.compile("[가-힣]")
_MEASURED = frozenset(MEASURES.values())
_LOOK_BACK = 90
"""Characters in which it is told what a number without a noun counts."""
_LOOK_AHEAD = 4
"""Words among which a number's noun is looked for: two short-range ballistic missiles."""
_YEARS = range(1900, 2100)


def number_key(value: Decimal, unit: str) -> str:
    """Make the key of a number: its value, whether that tells much, its unit."""
    digits = _plain(value)
    sign = ":" if len(digits.replace(".", "").strip("0")) >= 3 else "."
    return f"n{checksum(digits):08x}{sign}{checksum(unit) >> 8:06x}"


def value_key(key: str) -> str:
    """Give the key of the value alone."""
    return f"v{key[1:9]}"


def tells_much(key: str) -> bool:
    """Say whether the value has three digits or more: it is hardly the same by chance."""
    return key[9] == ":"


def rough_key(value: Decimal) -> str:
    """Make the key of a value as a headline may round it."""
    return f"r{checksum(_plain(value)):08x}"


def roundings(value: Decimal, digits: int) -> set[Decimal]:
    """Cut and round a value to so many digits; nothing for one that has no more."""
    place = Decimal(1).scaleb(value.adjusted() - digits + 1)
    rounded = {(value / place).quantize(Decimal(1), mode) * place for mode in _MODES}
    return rounded - {value}


_MODES = (ROUND_DOWN, ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def numbers(plain: str) -> list[Number]:
    """List the numbers of a folded text in order, bare ones too."""
    found = [_figure(plain, match) for match in _FIGURE.finditer(plain)]
    found += [_written(plain, match) for match in _WRITTEN.finditer(plain)]
    if _HANGUL.search(plain):
        found += [_native(plain, match) for match in _COUNTED.finditer(plain)]
    return sorted(number for number in found if number is not None)


def _figure(plain: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    before = plain[max(0, start - _LOOK_BACK) : start]
    if before and before[-1] != " " and _NO_BEGINNING.search(before[-2:]):
        return None
    currency = _BEFORE.search(before[-5:])
    value, scale = Decimal(match["digits"].replace(",", "")), match["scale"]
    if match["korean"]:
        value = _korean(value, match["korean"], match["rest"])
    elif scale in ("m", "b", "k") and currency is None:
        scale, end = None, match.end("digits")
    value = _scaled(value, scale)
    stop, unit = _unit(plain, end, before, value, match["digits"] if not scale else "")
    if currency is None:
        return Number(start, stop, value, unit)
    if unit not in CURRENCIES.values():
        stop, unit = end, CURRENCIES[currency["currency"]]
    return Number(start - len(currency.group()), stop, value, unit)


def _written(plain: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    if plain[start - 1 : start].isalnum() or plain[start - 1 : start] == "-":
        return None
    value = Decimal(_TENS.get(match["tens"], 0) + _WORDS.get(match["word"] or match["ones"], 0))
    value = _scaled(value, match["scale"])
    stop, unit = _unit(plain, end, plain[max(0, start - _LOOK_BACK) : start], value, "")
    return Number(start, stop, value, unit)


def _native(plain: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    if "가" <= plain[start - 1 : start] <= "힣":
        return None
    counter = _COUNTER.match(plain, end)
    if counter is None:
        return None
    unit = COUNTERS[_counter_word(counter)]
    return Number(start, counter.end(), Decimal(_NATIVE[match["word"]]), unit)


def _scaled(value: Decimal, scale: str | None) -> Decimal:
    return value.scaleb(_SCALES[scale.strip(" -")]) if scale else value


_PARTS = re.compile(r"([\d,]*)([십백천만억조]+)")


def _korean(first: Decimal, scales: str, rest: str | None) -> Decimal:
    """Add up 2조3천억: each part is its digits times all of its scales."""
    total = Decimal(0)
    for n, part in enumerate(_PARTS.finditer(scales)):
        value = first if n == 0 else Decimal(part[1].replace(",", "") or 1)
        total += value.scaleb(sum(_KOREAN_SCALES[c] for c in part[2]))
    return total + Decimal((rest or "0").replace(",", ""))


def _unit(plain: str, end: int, before: str, value: Decimal, digits: str) -> tuple[int, str]:
    """Find what is counted: (end of the unit, its name or empty)."""
    if counter := _COUNTER.match(plain, end):
        return _counted(counter, before, value)
    if symbol := _SYMBOL.match(plain, end):
        return symbol.end(), SYMBOLS[symbol["unit"]]
    if old := _OLD.match(plain, end):
        return old.end(), "age"
    if said := _SAID_BEFORE.search(before):
        return end, "age" if said["age"] else "magnitude"
    stop, unit = _noun(plain, end)
    if unit and _tells(value, unit, before, digits):
        return stop, unit
    return end, "head" if _TOLL.search(before) else ""


def _counter_word(counter: re.Match[str]) -> str:
    return counter["long"] or counter["short"] or counter["apart"]


def _counted(counter: re.Match[str], before: str, value: Decimal) -> tuple[int, str]:
    unit = _counter_word(counter)
    year = unit == "년" and value in _YEARS
    clock = unit == "분" and _CLOCK.search(before)
    return counter.end(), "" if year or clock else COUNTERS[unit]


def _noun(plain: str, at: int) -> tuple[int, str]:
    for _ in range(_LOOK_AHEAD):
        following = _FOLLOWING.match(plain, at)
        if following is None:
            break
        word, at = following[1], following.end()
        if word == "percentage" and (points := _POINTS.match(plain, at)):
            return points.end(), "pp"
        if word in MEASURES:
            return at, MEASURES[word]
        if word in BARRIERS and word not in ("more", "less"):
            break
        if (
            len(word) > 3
            and word[-1] == "s"
            and word not in NO_NOUNS
            and word[-2:] not in ("ss", "us", "is")
        ):
            return at, f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    return at, ""


def _tells(value: Decimal, unit: str, before: str, digits: str) -> bool:
    """Say whether number and noun say how many: not `in 2016 sales`, `the two sides`, `No. 3`."""
    if value in _YEARS and len(digits) == 4:
        return False
    if unit in _MEASURED:
        return True
    if value == 1 or _THE.search(before):
        return False
    return not (value <= 3 and unit in VAGUE)
