"""Which alias sets and which fields a watchlist asks for."""

from __future__ import annotations

from collections.abc import Iterator

from newsroom.model import Watchlist
from newsroom.query import Alias, And, Field, Near, Node, Not, Or, aliases_in, parse_term
from newsroom.query_terms import ALIAS_SIGNS


def alias_of(entry: str) -> str | None:
    """The alias set an entry of any, all or none names; None for a term. Raises QueryError."""
    if not entry.lstrip().startswith(ALIAS_SIGNS):
        return None
    node = parse_term(entry)
    return node.name if isinstance(node, Alias) else None


def aliases_of(watchlist: Watchlist) -> tuple[str, ...]:
    """Names of the alias sets in any of its keys, each once; raises QueryError."""
    entries = (*watchlist.any, *watchlist.all, *watchlist.none)
    names = [name for name in map(alias_of, entries) if name is not None]
    if watchlist.query:
        from newsroom.query_parse import parse_query  # its grammar takes 70 ms: only for queries

        names.extend(aliases_in(parse_query(watchlist.query, alone=False)))
    return tuple(dict.fromkeys(names))


def fields_in(node: Node) -> tuple[str, ...]:
    """Names of the fields a query names, each once, in order of writing."""
    return tuple(dict.fromkeys(_fields(node)))


def _fields(node: Node) -> Iterator[str]:
    match node:
        case And(parts) | Or(parts) | Near(parts):
            for part in parts:
                yield from _fields(part)
        case Not(part):
            yield from _fields(part)
        case Field(name, part):
            yield name
            yield from _fields(part)
        case _:
            return
