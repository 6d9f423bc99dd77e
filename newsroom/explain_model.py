"""Why an article matches a watchlist or does not, as a tree of values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from newsroom.model import Hit

REASONS: Final = MappingProxyType(
    {
        "field": "it stands, but in a field that is not looked at",
        "case": "the right word, but its letter case is not that of the term",
        "alone": "a single Han letter that other Han letters stand beside",
        "form": "another form of the word",
        "boundary": "its letters, but as a part of other words",
        "order": "near enough, but the other way round",
        "distance": "all parts stand, but not near one another",
        "phrase": "all its words stand, but not in a row",
        "denied": "it stands, and must not",
        "undecided": "it may stand, and must not; morphology could not tell",
        "data": "the article says something else",
        "absent": "it stands nowhere",
    }
)
"""Every code of `Nearest.reason` with its meaning, the nearest to a match first."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What came nearest to what was looked for, or what stood in the way of it."""

    term: str
    """The atom as its author wrote it; of NEAR and of data the clause."""
    reason: str
    """One of REASONS."""
    field: str | None = None
    """`title`, `subtitle`, `summary` or `body`; a data field (`source`); None: nowhere."""
    start: int | None = None
    """Code points of the field's text as stored; None where there is no place."""
    end: int | None = None
    text: str = ""
    """The exact slice; of data what the article says."""
    sentence: str = ""
    """The sentence around it."""
    sentence_start: int = 0
    """Where in the field the sentence begins."""
    detail: str = ""
    """One line in English for people: the longer word, the words between, the distance."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of what a watchlist asks."""

    key: str
    """`any`, `all`, `none` or `query` where the watchlist's author wrote it there, else empty."""
    kind: str
    """`and`, `or`, `not`, `near`, `field`, `data` or `term`."""
    written: str
    """As a query; a long one is cut, which a final `…` tells."""
    holds: bool | None
    """None: the article does not say what is asked (its source, its language)."""
    hits: tuple[Hit, ...] = ()
    """Evidence, where it holds and has no parts that tell it."""
    nearest: tuple[Nearest, ...] = ()
    """Where it fails and with it the whole: what came nearest."""
    more: int = 0
    """Terms that are not listed under `nearest`."""
    parts: tuple[Clause, ...] = ()

    def walk(self) -> Iterator[Clause]:
        """Yield it and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Excluded:
    """A filter of the watchlist that the article does not pass."""

    name: str
    """`sources` or `languages`."""
    wanted: tuple[str, ...]
    says: str
    """The article's own."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one article matches one watchlist, or does not."""

    watchlist: str
    matched: bool
    hits: tuple[Hit, ...]
    """The evidence, as the matcher gives it; empty where it does not match."""
    filters: tuple[Excluded, ...]
    clause: Clause
    """All that is asked of the text and the data."""

    @property
    def nearest(self) -> tuple[Nearest, ...]:
        """What came nearest, of all clauses that failed."""
        return tuple(near for clause in self.clause.walk() for near in clause.nearest)
