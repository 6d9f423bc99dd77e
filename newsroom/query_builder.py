"""What each rule of the query grammar makes: the tree, and what has to be known about its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lark import Token, Transformer

from newsroom.errors import QueryError
from newsroom.query import all_of, any_of, not_any
from newsroom.query_lexer import MAX_NESTING, Lexeme
from newsroom.query_nodes import DATA_FIELDS, Field, Near, Node


class Blame(NamedTuple):
    """The denied part because of which something holds where nothing was found."""

    column: int
    node: Node


class Alien(NamedTuple):
    """What cannot stand beside NEAR."""

    column: int
    what: str
    hint: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a query read so far."""

    node: Node
    column: int
    depth: int = 0
    """How many NEARs stand in one another."""
    holds: Blame | None = None
    """None: where it holds, something was found."""
    fails: Blame | None = None
    """None: where it does not hold, something was found."""
    alien: Alien | None = None
    """Why it cannot be an operand of NEAR."""
    near: int | None = None
    """Column of the first NEAR in it."""
    field: int | None = None
    """Column of the first field in it."""


class Lexed(Token):
    """A Lexeme as lark takes it."""

    lexeme: Lexeme

    @classmethod
    def of(cls, lexeme: Lexeme) -> Lexed:
        """Wrap a lexeme."""
        token = cls(lexeme.kind, lexeme.text)
        token.lexeme = lexeme
        return token


class Builder(Transformer[Token, Piece]):
    """One method a rule; lark calls them as it reduces, so depth costs no recursion."""

    def atom(self, children: list[Lexed]) -> Piece:
        """Take a word, phrase, regex, alias or `"..."~n`."""
        lexeme = children[0].lexeme
        if lexeme.node is None:
            raise TypeError(f"no operand: {lexeme!r}")
        node = lexeme.node
        near = lexeme.column if isinstance(node, Near) else None
        return Piece(node, lexeme.column, fails=Blame(lexeme.column, node), near=near)

    def group(self, children: list[Lexed | Piece]) -> Piece:
        """Take what stands in brackets as it is."""
        piece = children[1]
        if not isinstance(piece, Piece):
            raise TypeError(f"no operand: {piece!r}")
        return piece

    def any_of(self, pieces: list[Piece]) -> Piece:
        """Join by OR."""
        aliens = (p.alien or _alien_near(p) for p in pieces)
        return Piece(
            any_of(p.node for p in pieces),
            pieces[0].column,
            depth=max(p.depth for p in pieces),
            holds=next((p.holds for p in pieces if p.holds), None),
            fails=None if any(p.fails is None for p in pieces) else pieces[0].fails,
            alien=next((alien for alien in aliens if alien), None),
            near=_first(p.near for p in pieces),
            field=_first(p.field for p in pieces),
        )

    def all_of(self, pieces: list[Piece]) -> Piece:
        """Join by AND."""
        column = pieces[0].column
        return Piece(
            all_of(p.node for p in pieces),
            column,
            depth=max(p.depth for p in pieces),
            holds=None if any(p.holds is None for p in pieces) else pieces[0].holds,
            fails=next((p.fails for p in pieces if p.fails), None),
            alien=Alien(column, "AND", "write a NEAR/10 b AND a NEAR/10 c"),
            near=_first(p.near for p in pieces),
            field=_first(p.field for p in pieces),
        )

    def denied(self, children: list[Lexed | Piece]) -> Piece:
        """Deny a part."""
        sign, piece = children
        if not isinstance(sign, Lexed) or not isinstance(piece, Piece):
            raise TypeError(f"no denial: {children!r}")
        column = sign.lexeme.column
        return Piece(
            not_any(piece.node),
            column,
            depth=piece.depth,
            holds=Blame(column, piece.node) if piece.fails else None,
            fails=piece.holds,
            alien=Alien(column, "NOT", "write a NEAR/10 b AND NOT a NEAR/10 c"),
            near=piece.near,
            field=piece.field,
        )

    def near(self, children: list[Lexed | Piece]) -> Piece:
        """Join by NEAR/n or ONEAR/n."""
        left, sign, right = children
        if not (isinstance(left, Piece) and isinstance(sign, Lexed) and isinstance(right, Piece)):
            raise TypeError(f"no neighbours: {children!r}")
        lexeme = sign.lexeme
        alien = left.alien or right.alien
        if alien:
            raise QueryError(
                f"{alien.what} cannot stand beside {lexeme.text}", alien.hint, alien.column
            )
        depth = 1 + max(left.depth, right.depth)
        if depth > MAX_NESTING:
            raise QueryError(
                f"more than {MAX_NESTING} NEARs in one another", "join some by AND", lexeme.column
            )
        distance, ordered = lexeme.near
        node = Near((left.node, right.node), distance, ordered)
        blame = Blame(left.column, node)
        return Piece(node, left.column, depth=depth, fails=blame, near=lexeme.column)

    def within(self, children: list[Lexed | Piece]) -> Piece:
        """Keep a part to one field."""
        sign, piece = children
        if not isinstance(sign, Lexed) or not isinstance(piece, Piece):
            raise TypeError(f"no field: {children!r}")
        name, column = sign.lexeme.text, sign.lexeme.column
        if piece.field is not None:
            raise field_in_field(piece.field)
        if piece.near is not None and name in DATA_FIELDS:
            raise QueryError(
                f"NEAR inside {name}:",
                "words are near each other in title:, body: and summary: only; write AND",
                piece.near,
            )
        return Piece(
            Field(name, piece.node),
            column,
            depth=piece.depth,
            holds=piece.holds,
            fails=piece.fails,
            alien=Alien(column, f"{name}:", f"write {name}:(a NEAR/10 b)"),
            near=piece.near,
            field=column,
        )


def field_in_field(column: int) -> QueryError:
    """Say that fields do not nest."""
    return QueryError("a field inside a field", "write title:a AND body:b", column)


def _first(columns: Iterable[int | None]) -> int | None:
    return next((column for column in columns if column is not None), None)


def _alien_near(piece: Piece) -> Alien | None:
    if not isinstance(piece.node, Near):
        return None
    return Alien(piece.column, "OR of NEAR", "write (a NEAR/5 b) NEAR/10 d OR c NEAR/10 d")
