"""A query's text read into its tree, by the grammar in query_grammar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from lark import Lark, Token
from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from newsroom.errors import QueryError
from newsroom.query_builder import Builder, Lexed, Piece, field_in_field
from newsroom.query_grammar import GRAMMAR
from newsroom.query_lexer import Lexeme, lex
from newsroom.query_nodes import Node
from newsroom.query_print import print_query

__all__ = ["parse_query"]


def parse_query(text: str, *, alone: bool = True) -> Node:
    """Read a query; every error is a QueryError that points at its column.

    `alone`: nothing else has to hold, so a query that holds where nothing was found (`NOT thaad`)
    is refused. Give False where the watchlist has `any` or `all` beside it.
    """
    piece = _parse(lex(text))
    if alone and piece.holds:
        shown = print_query(piece.holds.node)
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        raise QueryError(
            f"the query would match every article without {shown}",
            "add what is looked for, as in thaad AND NOT battery",
            piece.holds.column,
        )
    return piece.node


def _parse(lexemes: Iterable[Lexeme]) -> Piece:
    parser = _parser().parse_interactive()
    last: Lexeme | None = None
    for lexeme in lexemes:
        _feed(parser, Lexed.of(lexeme), last, lexeme)
        last = lexeme
    piece = _feed(parser, Token("$END", ""), last, None)
    if not isinstance(piece, Piece):
        raise TypeError(f"the grammar gave {piece!r}")
    return piece


def _feed(
    parser: InteractiveParser, token: Token, last: Lexeme | None, lexeme: Lexeme | None
) -> object:
    try:
        return parser.feed_token(token)
    except UnexpectedToken:
        raise _misplaced(last, lexeme) from None


def _misplaced(last: Lexeme | None, found: Lexeme | None) -> QueryError:
    """Say what is wrong with `found` (None: the end) right after `last` (None: the beginning)."""
    if last is None:
        if found is None:
            return QueryError("the query is empty", "write a word, as in THAAD", 1)
        return QueryError(
            f"nothing stands before {found.text}",
            f"write a word before it{_or_word(found)}",
            found.column,
        )
    if last.kind == "LPAR":
        if found is None or found.kind == "_RPAR":
            return QueryError("the brackets are empty", "write words in them", last.column)
        return QueryError(
            f"nothing stands between the bracket and {found.text}",
            f"write a word before it{_or_word(found)}",
            found.column,
        )
    if last.kind == "FIELD" and found is not None and found.kind in ("FIELD", "NOT", "_PLUS"):
        if found.kind == "FIELD":
            return field_in_field(found.column)
        return QueryError(
            f"{found.text} after {last.text}:",
            f"write it before the field, as in NOT {last.text}:word",
            found.column,
        )
    if last.kind == "NEAR" and found is not None and found.kind in ("NOT", "_PLUS"):
        return QueryError(
            f"{found.text} cannot stand beside {last.text}",
            "write a NEAR/10 b AND NOT a NEAR/10 c",
            found.column,
        )
    shown = f"{last.text}:" if last.kind == "FIELD" else last.text
    if found is None or found.kind == "_RPAR":
        return QueryError(
            f"nothing follows {shown}", f"write a word after it{_or_word(last)}", last.column
        )
    return QueryError(
        f"{found.text} right after {shown}",
        "write a word between them, or leave one out",
        found.column,
    )


def _or_word(lexeme: Lexeme) -> str:
    """Offer quotes to who meant the word and not the operator."""
    word = lexeme.text.split("/")[0]
    return (
        f', or put "{word}" in quotes to look for the word'
        if word.isalpha() and lexeme.kind != "FIELD"
        else ""
    )


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Builder())
