"""A query cut into operands, operators, brackets and field names, each with its column.

What only a reader of characters can know is decided here: where a `/regex/` may begin, that `-` is
NOT only right before something, that a colon makes a field name of the word before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsroom.errors import QueryError
from newsroom.query_nodes import Alias, Atom, Near, Regex
from newsroom.query_quotes import OPENERS, read_quoted
from newsroom.query_regex import check_regex
from newsroom.query_terms import EXACT_SIGNS
from newsroom.query_words import (
    BRACKETS,
    COLONS,
    bare_term,
    check_case,
    field_name,
    near_operator,
    run_at,
    visible,
)

MAX_LENGTH = 100_000
"""Characters of one query."""
MAX_NESTING = 50
"""Brackets in brackets, and groups of NEAR in groups of NEAR."""
MAX_REGEXES = 20
"""Regexes in one query: each may take milliseconds to compile and its share of every text."""

_BLANKS = re.compile(r"\s*")
_OPERATORS = {"AND": "_AND", "OR": "_OR", "NOT": "NOT", "&&": "_AND", "||": "_OR", "!": "NOT"}


class Lexeme(NamedTuple):
    """One word of a query."""

    kind: str
    """ATOM, NOT, NEAR, FIELD, LPAR, _RPAR, _AND, _OR or _PLUS, as the grammar names them."""
    text: str
    """As written, for messages; of a field its name."""
    column: int
    node: Atom | Alias | Near | None = None
    """What an ATOM stands for."""
    near: tuple[int, bool] = (0, False)
    """Of a NEAR: its distance, and whether the order counts."""


def lex(query: str) -> Iterator[Lexeme]:
    """Cut a query up; raises QueryError at the first thing that cannot be read."""
    if len(query) > MAX_LENGTH:
        raise QueryError(
            f"the query is longer than {MAX_LENGTH:,} characters",
            "write long lists of words under any",
            MAX_LENGTH + 1,
        )
    opened: list[int] = []
    regexes = 0
    at = _skip(query, 0)
    while at < len(query):
        lexeme, after = _next(query, at)
        if lexeme.kind == "LPAR":
            _open(opened, lexeme.column)
        elif lexeme.kind == "_RPAR":
            _close(opened, lexeme.column)
        elif isinstance(lexeme.node, Regex):
            regexes += 1
            _count(regexes, lexeme.column)
        yield lexeme
        at = _skip(query, after)
    if opened:
        raise QueryError(
            "the bracket is opened and not closed", "write ) after its end", opened[-1]
        )


def _skip(query: str, at: int) -> int:
    blanks = _BLANKS.match(query, at)
    return blanks.end() if blanks else at


def _open(opened: list[int], column: int) -> None:
    opened.append(column)
    if len(opened) > MAX_NESTING:
        raise QueryError(
            f"more than {MAX_NESTING} brackets in each other", "write it with fewer", column
        )


def _close(opened: list[int], column: int) -> None:
    if not opened:
        raise QueryError(
            "the bracket closes nothing",
            'write ( before what it ends, or put ")" in quotes with its word',
            column,
        )
    opened.pop()


def _count(regexes: int, column: int) -> None:
    if regexes > MAX_REGEXES:
        raise QueryError(f"more than {MAX_REGEXES} regexes", "join them with | into fewer", column)


def _next(query: str, at: int) -> tuple[Lexeme, int]:
    """Read the word that begins at `at`; return it and the index after it."""
    char = query[at]
    if char in BRACKETS:
        return Lexeme("LPAR" if char in "(（" else "_RPAR", char, at + 1), at + 1
    if char in OPENERS:
        return _quoted(query, at, at)
    if char in EXACT_SIGNS and query[at + 1 : at + 2] and query[at + 1] in OPENERS:
        return _quoted(query, at, at + 1)
    if char == "/":
        return _regex(query, at)
    if char in COLONS:
        raise QueryError(
            "no field before the colon",
            "write the field's name right before it, as in title:THAAD",
            at + 1,
        )
    if query[at : at + 2] in _OPERATORS:
        sign = query[at : at + 2]
        return Lexeme(_OPERATORS[sign], sign, at + 1), at + 2
    if char in "+-!":
        sign_lexeme = _sign(query, at)
        if sign_lexeme:
            return sign_lexeme, at + 1
    return _word(query, at)


def _quoted(query: str, at: int, quote: int) -> tuple[Lexeme, int]:
    node, after = read_quoted(query, quote, exact=quote > at)
    return Lexeme("ATOM", query[at:after], at + 1, node), after


def _sign(query: str, at: int) -> Lexeme | None:
    """Read a `-`, `+` or `!` before an operand; None where it is none."""
    sign = query[at]
    if sign == "!":
        return Lexeme("NOT", sign, at + 1)
    after = query[at + 1 : at + 2]
    if not after or after.isspace() or after in ")）" + COLONS:
        return None
    if after in "+-!":
        raise QueryError(
            f"{sign} right before {after}", "write one - before the word, or none", at + 1
        )
    return Lexeme("NOT" if sign == "-" else "_PLUS", sign, at + 1)


def _word(query: str, at: int) -> tuple[Lexeme, int]:
    run = run_at(query, at)
    after = at + len(run)
    column = at + 1
    if after < len(query) and query[after] in COLONS:
        return Lexeme("FIELD", field_name(run, column), column), after + 1
    shown = visible(run)
    if shown in _OPERATORS:
        return Lexeme(_OPERATORS[shown], shown, column), after
    near = near_operator(shown, column)
    if near:
        return Lexeme("NEAR", shown, column, near=near), after
    check_case(shown, column)
    return Lexeme("ATOM", run, column, bare_term(run, column)), after


def _regex(query: str, at: int) -> tuple[Lexeme, int]:
    pattern: list[str] = []
    end = at + 1
    while end < len(query) and query[end] != "/":
        pair = query[end : end + 2] if query[end] == "\\" else query[end]
        pattern.append("/" if pair == "\\/" else pair)
        end += len(pair)
    if end >= len(query):
        raise QueryError(
            "the regex is opened and not closed",
            "write / after its end, or put the word in quotes if / is only a sign",
            at + 1,
        )
    end += 1
    if end < len(query) and not query[end].isspace() and query[end] not in BRACKETS:
        raise QueryError(
            "a regex is followed by something",
            "write a blank after it; a / inside is written \\/, and (?i) at its beginning folds"
            " letter case",
            end + 1,
        )
    node = Regex("".join(pattern))
    check_regex(node.pattern, at + 1)
    return Lexeme("ATOM", query[at:end], at + 1, node), end
