"""What a watchlist asks for, as a small tree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A single word as its author wrote it."""

    written: str
    """The whole entry, operators included; evidence names it so."""
    text: str
    """Without operators."""
    exact: bool = False
    """`=Word`: letter case counts and plurals do not match."""
    prefix: bool = False
    """`deploy*`: any end of the last word."""
    alone: bool = False
    """A single Han letter of an alias set (北): it counts only with no other Han or kana beside it,
    as in Korean headlines, so that 北京 is not North Korea."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words in a row, under the same rules word by word."""

    written: str
    text: str
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Regex:
    """`/pattern/`: RE2 syntax, searched for anywhere in a text; letter case counts."""

    pattern: str
    """Without the slashes around it; a slash inside is bare here (`\\/` in the query)."""

    @property
    def written(self) -> str:
        """As evidence names it."""
        return f"/{self.pattern}/"


Atom = Term | Phrase | Regex
"""What is looked up in text and leaves spans of evidence."""


@dataclass(frozen=True, slots=True)
class Alias:
    """`@name`: any of a named set of terms; `expand` puts them in its place."""

    name: str


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds; with no parts it holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part holds at least; with no parts it does not."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; its hits are no evidence."""

    part: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Every part holds in one stretch of text, none overlapping another.

    A part is an atom, an alias, an `Or` of such, or a further `Near`. The words from the end of the
    first to the beginning of the last are counted: neighbours are at distance 1. The stretch does
    not go over the end of a sentence or paragraph.
    """

    parts: tuple[Node, ...]
    """Two at least."""
    distance: int
    """In words, 1 or more."""
    ordered: bool = False
    """The parts come in this order."""


TEXT_FIELDS = ("title", "body", "summary")
"""Fields whose atoms leave evidence; `title` includes the subtitle."""
DATA_FIELDS = ("source", "lang", "author", "section", "credit", "url")
"""Fields that are conditions only."""


@dataclass(frozen=True, slots=True)
class Field:
    """`name:part`: the part holds in that field alone.

    `source` is the source's id, `lang` a language tag (`en` holds for `en-GB`), `author`, `section`
    and `credit` are matched as text, `url` holds the term anywhere in it. What an article does not
    say does not hold.
    """

    name: str
    """One of TEXT_FIELDS or DATA_FIELDS."""
    part: Node


Node = Atom | Alias | And | Or | Not | Near | Field
