"""What a text says that its story has not said before: numbers, dates, quotes and names.

Furniture (captions, bylines, datelines, credits, tables, links) brings nothing new, but what stood
there is known afterwards. A story is in one language; names are not compared across scripts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from newsroom.stories_facts_dates import Calendar, date_aliases
from newsroom.stories_facts_keys import ROOM, Known, Spot, keep, key
from newsroom.stories_facts_memory import (
    knows_date,
    knows_name,
    knows_number,
    remembered,
    word_keys,
    words_of_name,
)
from newsroom.stories_facts_numbers import value_key
from newsroom.stories_facts_quotes import is_known_quote, shingles
from newsroom.stories_facts_reading import MOST_CHARACTERS, Reading, read
from newsroom.stories_facts_text import Story

_MOST_FACTS = 2_000


class FactKind(StrEnum):
    """What a fact is."""

    NUMBER = "number"
    DATE = "date"
    QUOTE = "quote"
    NAME = "name"
    TERM = "term"
    """A watch term: given by matching, never found here."""


class Fact(NamedTuple):
    """Something a text says that may be new to its story."""

    kind: FactKind
    key: str
    """What it says; two ways of writing it have the same key."""
    field: str
    """`title` or `body`."""
    start: int
    end: int
    text: str
    """The exact slice `start:end`, in code points of the field as given."""


def facts_of(title: str, body: str, at: datetime | None = None) -> tuple[Fact, ...]:
    """List what a text says, in order of field (title, body), then start.

    `at` is its time of publication, aware: weekdays and days of the month are placed by it. Of
    each field 100,000 characters are read, and 2,000 facts are given.
    """
    title, body = title[:MOST_CHARACTERS], body[:MOST_CHARACTERS]
    calendar = Calendar(at)
    story = _story(title, body)
    headline, told = read(title, True), read(body, False)
    found = sorted(_facts("title", title, headline, calendar), key=_place)
    found += sorted(
        (f for f in _facts("body", body, told, calendar) if story.holds(f.start, f.end)),
        key=_place,
    )
    return tuple(_named_alike(found)[:_MOST_FACTS])


@lru_cache(maxsize=4)
def _story(title: str, body: str) -> Story:
    return Story(title, body)


def _place(fact: Fact) -> tuple[int, int]:
    return fact.start, -fact.end


def _facts(field: str, raw: str, reading: Reading, calendar: Calendar) -> Iterator[Fact]:
    for kind, spot in _spots(reading, calendar):
        start, end = reading.text.raw_span(spot.start, spot.end)
        yield Fact(kind, spot.key, field, start, end, raw[start:end])


def _spots(reading: Reading, calendar: Calendar) -> Iterator[tuple[FactKind, Spot]]:
    for number in reading.numbers:
        if number.unit:
            yield FactKind.NUMBER, number.spot()
    for mention in reading.dates:
        if code := calendar.key(mention):
            yield FactKind.DATE, Spot(mention.start, mention.end, code)
    for quote in reading.quotes:
        yield FactKind.QUOTE, quote
    for name in reading.names:
        words = words_of_name(name.text)
        if words:
            yield FactKind.NAME, Spot(name.start, name.end, key("a", " ".join(sorted(words))))


def _named_alike(facts: list[Fact]) -> list[Fact]:
    """Give a part of a name the key of the first full one: Moon is Moon Jae-in."""
    full: dict[str, Fact] = {}
    for fact in facts:
        if fact.kind == FactKind.NAME and len(words := words_of_name(fact.text)) > 1:
            for word in words:
                full.setdefault(word, fact)
    return [_as_in(full, fact) if fact.kind == FactKind.NAME else fact for fact in facts]


def _as_in(full: dict[str, Fact], fact: Fact) -> Fact:
    words = words_of_name(fact.text)
    named = full.get(words[0]) if len(words) == 1 else None
    return fact if named is None else fact._replace(key=named.key)


def keys_of(title: str, body: str, facts: Sequence[Fact]) -> frozenset[str]:
    """Make what is remembered of a text: at most 650 strings of up to 16 ASCII characters.

    `facts` are those `facts_of` gave for it, terms of matching added or not.
    """
    title, body = title[:MOST_CHARACTERS], body[:MOST_CHARACTERS]
    found: dict[str, set[str]] = {letter: set() for letter in ROOM}
    for field, headline, placed in (
        (title, True, _always),
        (body, False, _story(title, body).holds),
    ):
        for letter, keys in remembered(read(field, headline), field, placed).items():
            found[letter] |= keys
    terms = set()
    for fact in facts:
        match fact.kind:
            case FactKind.NUMBER:
                found["n"].add(fact.key)
                found["v"].add(value_key(fact.key))
            case FactKind.DATE:
                found["d"].update(date_aliases(fact.key))
            case FactKind.QUOTE:
                found["s"] |= shingles(fact.text)
            case FactKind.NAME:
                found["w"].update(word_keys(fact.text))
            case FactKind.TERM:
                terms.add(fact.key)
    return frozenset(terms).union(*(keep(letter, keys) for letter, keys in found.items()))


def _always(_start: int, _end: int) -> bool:
    return True


def new_facts(facts: Sequence[Fact], known: Collection[str]) -> tuple[Fact, ...]:
    """Give the facts that say something a story does not know, each once, at its first place.

    `known` is the union of what `keys_of` gave for the story's texts.
    """
    memory = Known(known)
    news: dict[str, Fact] = {}
    for fact in facts:
        if fact.key not in news and not _is_known(memory, fact):
            news[fact.key] = fact
    return tuple(news.values())


def _is_known(known: Known, fact: Fact) -> bool:
    headline = fact.field == "title"
    match fact.kind:
        case FactKind.NUMBER:
            return knows_number(known, fact.key, headline=headline)
        case FactKind.DATE:
            return knows_date(known, fact.key)
        case FactKind.QUOTE:
            return is_known_quote(fact.text, known)
        case FactKind.NAME:
            return knows_name(known, fact.text, headline=headline)
        case FactKind.TERM:
            return known.has(fact.key)
