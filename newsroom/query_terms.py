"""How one entry of any, all, none or an alias set is read."""

from __future__ import annotations

import re

from newsroom.errors import QueryError
from newsroom.query_nodes import Alias, Atom, Phrase, Term
from newsroom.text import Script, prepare

EXACT_SIGNS = ("=", "＝")
ALIAS_SIGNS = ("@", "＠")
STARS = ("*", "＊")
"""The operators of an entry, in both widths."""

_ALIAS_NAME = re.compile(r"[^\W_][\w-]{0,63}")


def is_alias_name(name: str) -> bool:
    """Say whether a name can follow an `@`: letters, digits, `-` and `_`, 64 at most."""
    return _ALIAS_NAME.fullmatch(name) is not None


def parse_term(text: str) -> Atom | Alias:
    """Read one entry: one phrase, with a leading `=` and a final `*` at most; or `@name`.

    Every other sign is only text. Raises QueryError for an entry that could never match.
    """
    body = text.strip()
    column = len(text) - len(text.lstrip()) + 1
    if not body:
        raise QueryError("the term is empty", "write a word or a phrase", 1)
    if body.startswith(ALIAS_SIGNS):
        return _alias(body[1:], column)
    exact = body.startswith(EXACT_SIGNS)
    if exact:
        body = body[1:].lstrip()
        if body.startswith(ALIAS_SIGNS):
            raise QueryError(
                "= does not go with an alias", "write = before the terms of the alias set", column
            )
    prefix = body.endswith(STARS)
    if prefix:
        body = body[:-1]
    words = prepare(body).words
    if not words:
        raise QueryError(
            "the term has no letters or digits", "write a word or a phrase", column + exact
        )
    if prefix and not _may_go_on(body):
        raise QueryError(
            "nothing stands right before the *",
            "write the beginning of a word and then *, as in deploy*",
            column + len(text.strip()) - 1,
        )
    kind = Term if len(words) == 1 else Phrase
    return kind(written=text, text=body, exact=exact, prefix=prefix)


def _alias(name: str, column: int) -> Alias:
    if not name:
        raise QueryError(
            "@ without a name", "write the name of an alias set after it, as in @thaad", column
        )
    for offset in range(len(name)):
        if not is_alias_name(name[: offset + 1]):
            raise QueryError(
                f"@{name[:64]} is no alias name",
                "write letters, digits, - and _ after the @, as in @thaad",
                column + offset + 1,
            )
    return Alias(name)


def _may_go_on(body: str) -> bool:
    """Say whether a word ends exactly where the text ends."""
    prepared = prepare(body)
    last = prepared.words[-1]
    return last.tail == len(prepared.plain) and (last.script != Script.LATIN or not last.clitic)
