"""What is remembered of a text so that a later one can be told from it, and how that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from newsroom.stories_facts_dates import date_alternatives, unplaced
from newsroom.stories_facts_keys import Known, key
from newsroom.stories_facts_korean import korean_word
from newsroom.stories_facts_names import name_words
from newsroom.stories_facts_numbers import (
    Number,
    number_key,
    rough_key,
    roundings,
    tells_much,
    value_key,
)
from newsroom.stories_facts_places import CAPITALS_EN, CAPITALS_KO
from newsroom.stories_facts_quotes import sampled_shingles, shingles
from newsroom.stories_facts_reading import Reading
from newsroom.text import prepare

_CAPITALS = CAPITALS_EN | CAPITALS_KO
_ROUND_FROM = 1000
"""Smaller whole numbers are not rounded by a reprint: 12 people are not 10."""


@lru_cache(maxsize=1 << 12)
def words_of_name(text: str) -> tuple[str, ...]:
    """Cut a name into the words by which it is remembered; none: it names nobody."""
    folded = prepare(text).cased
    if any("가" <= char <= "힣" for char in folded):
        return (korean_word(folded),)
    return name_words(folded)


def word_keys(text: str) -> list[str]:
    """Give the keys of a name's words."""
    return [key("w", word) for word in words_of_name(text)]


def knows_name(known: Known, text: str, *, headline: bool) -> bool:
    """Say whether all words of a name are known: the family name alone of a known one is.

    In a headline a capital stands for its state.
    """
    for word in words_of_name(text):
        if key("w", word) in known:
            continue
        state = _CAPITALS.get(word) if headline else None
        if state is None or key("w", state) not in known:
            return False
    return True


def knows_number(known: Known, code: str, *, headline: bool) -> bool:
    """Say whether a number is known: with its unit, or by a value that is no chance.

    Headlines shorten units and round, so there the value alone is enough.
    """
    if code in known:
        return True
    value = value_key(code)
    if tells_much(code) or headline:
        return value in known or (headline and f"r{value[1:]}" in known)
    return False


def knows_date(known: Known, code: str) -> bool:
    """Say whether a day is known or is the text's own."""
    alternatives = date_alternatives(code)
    return not alternatives or any(code in known for code in alternatives)


def remembered(
    reading: Reading, raw: str, placed: Callable[[int, int], bool]
) -> dict[str, set[str]]:
    """List the keys of all that stands in a field by class, furniture too.

    `placed` says of a span whether a date there is a fact, which is remembered by its key.
    """
    found: dict[str, set[str]] = {"n": set(), "v": set(), "r": set(), "d": set(), "s": set()}
    for number in reading.numbers:
        found["v"].add(value_key(number_key(number.value, "")))
        for letter, code in _number_keys(number):
            found[letter].add(code)
    for mention in reading.dates:
        if not placed(*reading.text.raw_span(mention.start, mention.end)):
            found["d"].update(unplaced(mention))
    for quote in reading.quotes:
        start, end = reading.text.raw_span(quote.start, quote.end)
        found["s"] |= shingles(raw[start:end])
    found["s"] |= sampled_shingles(reading.text.plain)
    found["w"] = {key("w", word) for word in reading.words}
    return found


def _number_keys(number: Number) -> Iterator[tuple[str, str]]:
    value, unit = number.value, number.unit
    if unit:
        yield "n", number_key(value, unit)
    if value >= _ROUND_FROM or value != value.to_integral_value():
        for digits in (2, 3):
            for rounded in roundings(value, digits):
                yield "v", value_key(number_key(rounded, ""))
                if unit:
                    yield "n", number_key(rounded, unit)
        for rounded in roundings(value, 1):
            yield "r", rough_key(rounded)
