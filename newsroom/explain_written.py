"""Clauses written as in a query, of a bounded length."""

from __future__ import annotations

from newsroom.query import Alias, And, Field, Near, Node, Not, Or
from newsroom.query_print import print_query

LONGEST = 400
_PARTS = 40


def written(node: Node) -> str:
    """Write a clause as its author would; a long one is cut, with a `…` at its end."""
    if isinstance(node, And | Or) and len(node.parts) > _PARTS:
        node, cut = type(node)(node.parts[:_PARTS]), True
    else:
        cut = False
    text = _spelled(node)
    if len(text) > LONGEST:
        text, cut = text[:LONGEST].rstrip(), True
    return f"{text} …" if cut else text


def _spelled(node: Node) -> str:
    try:
        return print_query(node)
    except ValueError:
        return _in_words(node)


def _in_words(node: Node) -> str:
    """Write what has no spelling: a NEAR of three whose alias is spelled out."""
    match node:
        case And(parts) | Or(parts):
            joint = " AND " if isinstance(node, And) else " OR "
            return f"({joint.join(map(_spelled, parts))})"
        case Near(parts, distance):
            operator = f" {'O' if node.ordered else ''}NEAR/{distance} "
            return f"({operator.join(map(_spelled, parts))})"
        case Not(part):
            return f"NOT {_spelled(part)}"
        case Field(name, part):
            return f"{name}:{_spelled(part)}"
        case Alias(name):
            return f"@{name}"
        case _:
            return node.written
