"""Terms of watchlists and alias sets, read by the rules the matcher itself uses."""

from __future__ import annotations

import re

from config.values import Bad, plain_text, quote, string
from newsroom.errors import QueryError
from newsroom.query import parse_term

_ALIAS_NAME = re.compile(r"[^\W_][\w-]{0,63}")


def term(raw: object) -> str:
    """One entry of any, all or none: a phrase, with a leading `=` or a final `*` if need be."""
    text = plain_text(raw, "THAAD", most=500)
    if text.lstrip().startswith("@"):
        raise Bad(f"{quote(text)} names an alias set", "aliases come later; write the terms out")
    if text.lstrip().startswith("/"):
        raise Bad(
            f"{quote(text)} is a regular expression",
            "they come later; write the words out, one term each",
        )
    try:
        parse_term(text)
    except QueryError as error:
        raise Bad(
            f"{quote(text)}: {error.problem} (at character {error.column})", error.hint
        ) from None
    return text


def query(raw: object) -> str:
    """A watchlist's `query`; refused, as this version matches terms only."""
    text = string(raw, "")
    raise Bad(
        f"{quote(text)}: queries come later",
        "write the words as any (one of these), all (each of these) and none (not these)",
    )


def alias_name(name: str) -> None:
    """Raise Bad unless the name can follow an `@`."""
    if not _ALIAS_NAME.fullmatch(name):
        raise Bad(f"{quote(name)} is no alias name", 'write letters, digits, - and _, like "thaad"')
