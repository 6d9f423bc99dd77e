"""A plan in the words of each database's full-text search."""

from __future__ import annotations

from sqlalchemy import cast, literal
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import ColumnElement

from newsroom.search_plan import Every, Lookup, Plan, Some

_NEVER = Lookup("¤")
"""No article has this entry alone: each name behind ¤ begins with a letter."""


def fts5_match(wanted: Plan) -> str:
    """The right side of FTS5's MATCH; raises ValueError for ANYTHING, which it cannot say."""
    return _spelled(wanted, '"{}"', '"{}"*', (" AND ", " OR "))


def tsquery(wanted: Plan) -> ColumnElement[object]:
    """PostgreSQL's query, its words taken as they are; raises ValueError for ANYTHING."""
    return cast(literal(_spelled(wanted, "'{}'", "'{}':*", (" & ", " | "))), TSQUERY())


def _spelled(wanted: Plan, word: str, beginning: str, joints: tuple[str, str]) -> str:
    match wanted:
        case Lookup(entry, prefix):
            # an entry is letters, digits and a sign: nothing to be quoted
            return (beginning if prefix else word).format(entry)
        case Every(parts) if parts:
            return "(" + joints[0].join(_spelled(p, word, beginning, joints) for p in parts) + ")"
        case Some(parts) if parts:
            return "(" + joints[1].join(_spelled(p, word, beginning, joints) for p in parts) + ")"
        case Some():
            return _spelled(_NEVER, word, beginning, joints)
        case _:
            raise ValueError("the index cannot be asked for all articles")
