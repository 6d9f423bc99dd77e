"""What a watchlist asks for, as a small tree; and how one entry of any/all/none is read into it."""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.errors import QueryError
from newsroom.text import Script, prepare


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


def parse_term(text: str) -> Atom:
    """Read one entry of any, all or none: one phrase, with a leading `=` and a final `*` at most.

    Raises QueryError for an entry that could never match or that this version cannot read.
    """
    body = text.strip()
    column = len(text) - len(text.lstrip()) + 1
    if not body:
        raise QueryError("the term is empty", "write a word or a phrase", 1)
    if body.startswith("@"):
        raise QueryError("aliases are not read by this version", "write the terms out", column)
    exact = body.startswith("=")
    if exact:
        body = body[1:].lstrip()
    prefix = body.endswith("*")
    if prefix:
        body = body[:-1]
    words = prepare(body).words
    if not words:
        raise QueryError(
            "the term has no letters or digits", "write a word or a phrase", column + exact
        )
    if prefix and not _may_go_on(body):
        raise QueryError(
            "nothing stands right before the *",
            "write the beginning of a word and then *, as in deploy*",
            column + len(text.strip()) - 1,
        )
    kind = Term if len(words) == 1 else Phrase
    return kind(written=text, text=body, exact=exact, prefix=prefix)


def _may_go_on(body: str) -> bool:
    """Say whether a word ends exactly where the text ends."""
    prepared = prepare(body)
    last = prepared.words[-1]
    return last.tail == len(prepared.plain) and (last.script != Script.LATIN or not last.clitic)


def atoms(node: Node, *, positive: bool = True) -> tuple[Atom, ...]:
    """List the atoms in order of writing: those whose hits are evidence, or the others."""
    match node:
        case Term() | Phrase() | Regex():
            return (node,) if positive else ()
        case And(parts) | Or(parts) | Near(parts):
            return tuple(atom for part in parts for atom in atoms(part, positive=positive))
        case Not(part):
            return atoms(part, positive=not positive)
        case Field(name, part):
            return atoms(part, positive=positive) if name in TEXT_FIELDS else ()
        case Alias():
            return ()
