"""A query's tree written out as its author would, so that reading it gives the same tree."""

from __future__ import annotations

import re
from typing import TypeGuard

from newsroom.errors import QueryError
from newsroom.query_lexer import lex
from newsroom.query_nodes import Alias, And, Field, Near, Node, Not, Or, Phrase, Regex, Term

# how tightly each kind binds, loosest first
_OR, _AND, _NOT, _NEAR, _OPERAND = range(5)

_PLAIN = re.compile(r"=?[^\W_]+\*?")
_BLANK = re.compile(r"\s")
_KEYWORDS = frozenset({"and", "or", "not", "near", "onear"})


def print_query(node: Node) -> str:
    """Write a tree with canonical operators and no bracket that precedence makes needless.

    `parse_query(print_query(node)) == node` for every tree that parse_query or watchlist_node made,
    as long as the text keeps to parse_query's length. ValueError: the tree has no spelling (a join
    of nothing, a Near of three that are not plain words); neither of them makes such.
    """
    return _show(node, _OR)


def _show(node: Node, least: int) -> str:
    """Write a node, in brackets if it binds less tightly than its place asks for."""
    text, binds = _spell(node)
    return text if binds >= least else f"({text})"


def _spell(node: Node) -> tuple[str, int]:
    match node:
        case Term() | Phrase():
            return _entry(node.written), _OPERAND
        case Regex(pattern):
            return f"/{_slashed(pattern)}/", _OPERAND
        case Alias(name):
            return f"@{name}", _OPERAND
        case And(()) | Or(()):
            raise ValueError(f"{node!r} has no spelling")
        case Or(parts):
            return " OR ".join(_show(part, _AND) for part in parts), _OR
        case And(parts):
            return " AND ".join(_show(part, _NOT) for part in parts), _AND
        case Not(part):
            return f"NOT {_show(part, _NOT)}", _NOT
        case Near():
            return _near(node)
        case Field(name, part):
            return f"{name}:{_show(part, _OPERAND)}", _OPERAND


def _near(node: Near) -> tuple[str, int]:
    if len(node.parts) == 2:
        first, second = node.parts
        operator = f"{'O' if node.ordered else ''}NEAR/{node.distance}"
        return f"{_show(first, _NEAR)} {operator} {_show(second, _OPERAND)}", _NEAR
    words = [part.written for part in node.parts if _is_plain(part)]
    if node.ordered or len(words) != len(node.parts):
        raise ValueError(f"{node!r} has no spelling")
    return f'"{_escaped(" ".join(words))}"~{node.distance}', _OPERAND


def _is_plain(part: Node) -> TypeGuard[Term | Phrase]:
    return isinstance(part, Term | Phrase) and not (
        part.exact or part.prefix or _BLANK.search(part.written)
    )


def _entry(written: str) -> str:
    if _is_bare(written):
        return written
    if written.startswith("="):
        return f'="{_escaped(written[1:])}"'
    return f'"{_escaped(written)}"'


def _is_bare(written: str) -> bool:
    """Say whether a word is read as itself without quotes."""
    if _PLAIN.fullmatch(written):
        return written.lower() not in _KEYWORDS
    if len(written) > 100:
        return False
    try:
        lexemes = list(lex(written))
    except QueryError:
        return False
    if len(lexemes) != 1 or '"' in written:
        return False
    node = lexemes[0].node
    return isinstance(node, Term | Phrase) and node.written == written


def _escaped(text: str) -> str:
    """Write for quotes: only a final star is an operator there."""
    end = text.rstrip()
    last = len(end) - 1
    return "".join(
        f"\\{char}" if char in '"\\' or (char == "*" and at != last) else char
        for at, char in enumerate(text)
    )


def _slashed(pattern: str) -> str:
    """Write a slash inside a pattern so that it does not end it."""
    return re.sub(
        r"\\.|/", lambda found: "\\/" if found[0] == "/" else found[0], pattern, flags=re.S
    )
