"""A text read for facts once: everything in it, furniture too, before it is judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from newsroom.stories_facts_dates import Mention, mentions
from newsroom.stories_facts_keys import Spot
from newsroom.stories_facts_korean import korean_words, persons, places
from newsroom.stories_facts_names import Name, capitals, known_words, names
from newsroom.stories_facts_numbers import Number, numbers
from newsroom.stories_facts_quotes import quotes
from newsroom.text import Prepared, prepare

MOST_CHARACTERS = 100_000
"""Characters of a field that are read."""
_MOST = 2_000
"""Findings of a kind that are kept of a field."""


class Reading(NamedTuple):
    """What stands in one field, with offsets of the field's folded text."""

    text: Prepared
    numbers: list[Number]
    dates: list[Mention]
    quotes: list[Spot]
    names: list[Name]
    words: frozenset[str]
    """Words a later text may name."""


@lru_cache(maxsize=4)
def read(text: str, headline: bool) -> Reading:
    """Read a field. What is asked for twice, its facts and its keys, is read once."""
    prepared = prepare(text)
    plain, cased = _even(prepared.plain), _even(prepared.cased)
    dates = mentions(cased)[:_MOST]
    taken = sorted((d.start, d.end) for d in dates)
    words = capitals(cased)
    found = list(islice(names(cased, words, headline=headline), _MOST))
    known = set(known_words(words))
    if _HANGUL.search(plain):
        found += islice(persons(plain), _MOST)
        found += islice(places(plain), _MOST)
        known.update(korean_words(plain))
    return Reading(
        prepared,
        list(_apart(numbers(plain)[:_MOST], taken)),
        dates,
        [] if headline else list(islice(quotes(plain, _marks(prepared, cased)), _MOST)),
        found,
        frozenset(known),
    )


_HANGUL = re.compile("[가-힣]")
_BLANK = re.compile(r"[^\S\n ]")
_BROKEN_LINE = re.compile(r"(?<=[^\n ])\n(?=[^\n ])")


def _marks(prepared: Prepared, cased: str) -> str:
    """The text in which quotation marks still show their direction, where it has the offsets."""
    return prepared.raw if prepared.one_to_one else cased


def _even(text: str) -> str:
    """Make every blank a space, and single line breaks too; the length stays."""
    return _BROKEN_LINE.sub(" ", _BLANK.sub(" ", text))


def _apart(found: Iterable[Number], taken: list[tuple[int, int]]) -> Iterator[Number]:
    """Leave out the numbers that are parts of dates; both come in order."""
    n = 0
    for number in found:
        while n < len(taken) and taken[n][1] <= number.start:
            n += 1
        if n == len(taken) or number.end <= taken[n][0]:
            yield number
        elif number.start < taken[n][0]:
            yield number._replace(end=min(number.end, taken[n][0]), unit="")
