"""What a watchlist asks for, as a small tree; and how one entry of any/all/none is read into it.

Lucene's operators, NEAR, fields, aliases and regular expressions are further kinds of `Node`: a
parser of the query language adds them beside the ones here, and `newsroom.matching` evaluates them.
"""

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


Atom = Term | Phrase
"""What is looked up in text and leaves spans of evidence."""


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


Node = Atom | And | Or | Not


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
        case Term() | Phrase():
            return (node,) if positive else ()
        case And(parts) | Or(parts):
            return tuple(atom for part in parts for atom in atoms(part, positive=positive))
        case Not(part):
            return atoms(part, positive=not positive)
