"""Terms, queries and alias sets of watchlist files, read by the rules the matcher itself uses."""

from __future__ import annotations

from collections.abc import Collection

from config.values import Bad, nearest, plain_text, quote, string
from newsroom.errors import QueryError
from newsroom.query import Alias, is_alias_name, parse_term


def term(raw: object) -> str:
    """One entry of any, all or none: a phrase with a leading `=` or a final `*`; or `@name`."""
    text = plain_text(raw, "THAAD", most=500)
    try:
        parse_term(text)
    except QueryError as error:
        raise refused(text, error) from None
    return text


def member(raw: object) -> str:
    """One term of an alias set: sets do not hold other sets."""
    text = term(raw)
    if isinstance(parse_term(text), Alias):
        raise Bad(
            f"{quote(text)} names another alias set",
            "write the terms out; where both are wanted write @ twice in any, all, none or query",
        )
    return text


def query(raw: object) -> str:
    """A watchlist's `query`; whether it can stand alone is for the whole watchlist to say."""
    text = string(raw, 'title:THAAD OR "missile defense"')
    from newsroom.query_parse import parse_query  # its grammar takes 70 ms: only for queries

    try:
        parse_query(text, alone=False)
    except QueryError as error:
        raise refused(text, error) from None
    return text


def standing_query(raw: object, *, alone: bool) -> str:
    """A query in its watchlist; `alone`: nothing else there is looked for."""
    from newsroom.query_parse import parse_query

    text = query(raw)
    try:
        parse_query(text, alone=alone)
    except QueryError as error:
        raise refused(text, error) from None
    return text


def refused(text: str, error: QueryError) -> Bad:
    """A term or query that cannot be read: which, why, and at which of its characters."""
    return Bad(f"{quote(text)}: {error.problem} (at character {error.column})", error.hint)


def alias_name(name: str) -> None:
    """Raise Bad unless the name can follow an `@`."""
    if not is_alias_name(name):
        raise Bad(f"{quote(name)} is no alias name", 'write letters, digits, - and _, like "thaad"')


def unknown_alias(name: str, known: Collection[str]) -> Bad:
    """The refusal of an alias that there is not, naming what comes nearest."""
    near = nearest(name, known)
    shown = name if is_alias_name(name) else "name"
    hint = f'write @{near}, or add {shown} = ["THAAD", "사드"] to [alias]'
    if near is None:
        hint = f'add {shown} = ["THAAD", "사드"] to [alias], or write the terms out'
    return Bad(f"there is no alias @{name}", hint)
