"""What an outlet changed in a page it had published: which kinds of edits, decided."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from newsroom.edits_diff import MOST_CHARACTERS, keys
from newsroom.stories_facts import Fact, FactKind, facts_of


class EditKind(StrEnum):
    """What of a page was changed."""

    HEADLINE = "headline"
    NUMBER = "number"
    """A number or a date."""
    QUOTATION = "quotation"
    TERM = "term"
    """A watch term came or went."""
    WITHDRAWN = "withdrawn"
    TEXT = "text"
    """Other words; nobody is told of these alone."""


TOLD = frozenset(EditKind) - {EditKind.TEXT}
"""Kinds that are worth a mail."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class Version(NamedTuple):
    """The words of one version of a page."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What an outlet changed in a page people were told of, from the first change to the last."""

    kinds: tuple[EditKind, ...]
    before: Version
    after: Version
    at: datetime
    """When the change was found."""
    seen_at: datetime | None
    """When the page was last seen as before."""
    withdrawn: str | None = None
    """How the page says that it is gone: `404`, `410`, `front_page`, `says_gone`, `elsewhere`;
    None: it is there."""


def edit_kinds(
    before: Version,
    after: Version,
    changed_terms: Collection[str] = (),
    *,
    at: datetime | None = None,
) -> frozenset[EditKind]:
    """What kinds of changes lie between two versions; empty where they say the same.

    White space, quotation marks, dashes, Unicode form, and letter case in headlines are no changes.
    `changed_terms`: watch terms that one of the two meets and the other does not. `at`: when the
    page was published, for days that are told as weekdays.
    """
    if before == after:
        return frozenset({EditKind.TERM}) if changed_terms else frozenset()
    found: set[EditKind] = set()
    if _headline(before.title) != _headline(after.title):
        found.add(EditKind.HEADLINE)
    if found or not same_words(before.body, after.body):
        one, other = _said(before, at), _said(after, at)
        if one.numbers != other.numbers or one.figures != other.figures:
            found.add(EditKind.NUMBER)
        if one.quotes != other.quotes:
            found.add(EditKind.QUOTATION)
        if not found:
            found.add(EditKind.TEXT)
    if changed_terms:
        found.add(EditKind.TERM)
    return frozenset(found)


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same but for typography."""
    return one == other or (
        keys(one) == keys(other) and one[MOST_CHARACTERS:] == other[MOST_CHARACTERS:]
    )


def _headline(title: str) -> list[str]:
    return [key.casefold() for key in keys(title)]


class _Said(NamedTuple):
    numbers: frozenset[str]
    figures: frozenset[str]
    """Digits that are no part of such a number: years, scores, telephone numbers."""
    quotes: frozenset[str]


def _said(version: Version, at: datetime | None) -> _Said:
    facts = facts_of(version.title, version.body, at)
    numbers = [f for f in facts if f.kind in (FactKind.NUMBER, FactKind.DATE)]
    figures = _figures("title", version.title, numbers) | _figures("body", version.body, numbers)
    return _Said(
        numbers=frozenset(fact.key for fact in numbers),
        figures=figures,
        quotes=frozenset(fact.key for fact in facts if fact.kind is FactKind.QUOTE),
    )


def _figures(field: str, text: str, facts: Collection[Fact]) -> frozenset[str]:
    taken = sorted((f.start, f.end) for f in facts if f.field == field)
    found = set()
    n = 0
    for match in _DIGITS.finditer(text[:MOST_CHARACTERS]):
        while n < len(taken) and taken[n][1] <= match.start():
            n += 1
        if n == len(taken) or taken[n][0] > match.start():
            found.add(match.group().replace(",", ""))
    return frozenset(found)
