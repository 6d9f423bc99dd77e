"""What a watchlist asks of others: alias sets, and fields its `in` has to leave in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from config.reading import Refuse
from config.terms import refused, unknown_alias
from config.toml_lines import Path as Way
from config.values import Bad, quote
from config.watchlist_shapes import WatchlistTable
from newsroom.errors import QueryError
from newsroom.query import TEXT_FIELDS, Node, aliases_in, watchlist_node
from newsroom.query_uses import alias_of, fields_in


@dataclass(frozen=True, slots=True)
class Use:
    """One `@name` in a watchlist."""

    way: Way
    """Where in the watchlist's table."""
    name: str
    written: str
    """The whole term or query."""

    def unknown(self, known: Collection[str]) -> Bad:
        """The refusal where there is no such set."""
        bad = unknown_alias(self.name, known)
        column = self.written.find(f"@{self.name}") + 1  # 0: it was written in full-width signs
        where = f" (at character {column})" if column > 1 else ""
        return Bad(f"{quote(self.written)}: {bad.problem}{where}", bad.hint)


def uses_of(table: WatchlistTable) -> Iterator[Use]:
    """Every alias set a readable watchlist names, with its place."""
    for key, entries in (("any", table.any), ("all", table.all), ("none", table.none)):
        for index, entry in enumerate(entries):
            name = alias_of(entry)
            if name is not None:
                yield Use((key, index), name, entry)
    if table.query:
        for name in aliases_in(_parsed(table.query, alone=False)):
            yield Use(("query",), name, table.query)


def check_query(table: WatchlistTable, refuse: Refuse) -> None:
    """Refuse a query that cannot stand in its watchlist, though it can be read."""
    if not table.query:
        return
    try:
        node = _parsed(table.query, alone=not (table.any or table.all))
        watchlist_node(table.any, table.all, table.none, node)
    except QueryError as error:
        refuse(("query",), refused(table.query, error))
        return
    for name in fields_in(node):
        if name in TEXT_FIELDS and table.fields and name not in table.fields:
            wrong = f"{quote(table.query)} asks for {name}:, which in leaves out"
            listed = ", ".join(f'"{f}"' for f in TEXT_FIELDS if f in {*table.fields, name})
            refuse(("query",), Bad(wrong, f"write in = [{listed}], or leave {name}: out"))


def _parsed(query: str, *, alone: bool) -> Node:
    from newsroom.query_parse import parse_query  # its grammar takes 70 ms: only for queries

    return parse_query(query, alone=alone)
