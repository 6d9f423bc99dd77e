"""What stands in quotes in a query: a phrase, or several words near each other."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsroom.errors import QueryError
from newsroom.query_nodes import Alias, Atom, Near
from newsroom.query_terms import ALIAS_SIGNS, EXACT_SIGNS, STARS, parse_term

CURLY = "“”„‟«»〝〞〟＂"
OPENERS = '"' + CURLY
MAX_DISTANCE = 100
"""The largest n of NEAR/n, ONEAR/n and "..."~n."""

_DISTANCE = re.compile(r"[0-9]{1,9}")
_BLANKS = re.compile(r"\s+")


class _Inside(NamedTuple):
    text: str
    """Without the escapes."""
    places: list[int]
    """Where in the query each character of `text` stands, and then the closing quote."""
    signs: frozenset[int]
    """Indexes in `text` of the stars that were escaped."""


def read_quoted(query: str, start: int, *, exact: bool) -> tuple[Atom | Near, int]:
    r"""Read the phrase whose opening quote stands at `start`; return it and the index after it.

    A straight quote is closed by a straight one, any other by any. `\"`, `\\` and `\*` stand for
    the signs themselves. `exact`: an `=` stood before the quote.
    """
    inside = _inside(query, start)
    after = inside.places[-1] + 1
    if not inside.text.strip():
        raise QueryError("nothing stands in the quotes", "write a phrase in them", start + 1)
    _check_stars(inside)
    if query[after : after + 1] == "~":
        return _near(query, inside, after, exact=exact)
    if query[after : after + 1] in STARS:
        raise QueryError(
            "a * after the quotes", 'write it inside them, as in "air str*"', after + 1
        )
    return _phrase(inside, exact=exact), after


def distance_of(digits: str, column: int, example: str) -> int:
    """Read the n of NEAR/n; `example` is shown where there is none."""
    if not digits:
        raise QueryError("the distance is missing", f"write {example}", column)
    if not _DISTANCE.fullmatch(digits):
        raise QueryError("the distance is no number", f"write {example}", column)
    distance = int(digits)
    if not 1 <= distance <= MAX_DISTANCE:
        raise QueryError(
            f"a distance of {distance} words", f"write 1 to {MAX_DISTANCE}, as in {example}", column
        )
    return distance


def _inside(query: str, start: int) -> _Inside:
    closers = '"' if query[start] == '"' else OPENERS
    escapable = closers + "\\*"
    text: list[str] = []
    places: list[int] = []
    signs: list[int] = []
    at = start + 1
    while at < len(query) and query[at] not in closers:
        place = at
        if query[at] == "\\" and at + 1 < len(query) and query[at + 1] in escapable:
            at += 1
            if query[at] == "*":
                signs.append(len(text))
        text.append(query[at])
        places.append(place)
        at += 1
    if at >= len(query):
        raise QueryError(
            "the quote is opened and not closed",
            'write " after the last word; a quote inside is written \\"',
            start + 1,
        )
    places.append(at)
    return _Inside("".join(text), places, frozenset(signs))


def _check_stars(inside: _Inside) -> None:
    last = len(inside.text.rstrip()) - 1
    for index, char in enumerate(inside.text):
        if char not in STARS:
            continue
        if index in inside.signs and index == last:
            raise QueryError(
                "\\* at the end of the phrase",
                "leave it out, signs are not looked for; or write * for any end of the word",
                inside.places[index] + 1,
            )
        if index not in inside.signs and index != last and char == "*":
            raise QueryError(
                "wildcards stand at word ends only, and in quotes after the last word only",
                "take the * out, or write \\* if it is only a sign",
                inside.places[index] + 1,
            )


def _phrase(inside: _Inside, *, exact: bool) -> Atom:
    sign = "=" if exact else ""
    try:
        atom = parse_term(sign + inside.text)
    except QueryError as error:
        raise _moved(error, inside, error.column - 1 - exact) from None
    if isinstance(atom, Alias):
        raise QueryError(
            "an alias in quotes",
            f'write @{atom.name} without them, or "{atom.name}" for the word',
            inside.places[0],
        )
    return atom


def _near(query: str, inside: _Inside, tilde: int, *, exact: bool) -> tuple[Near, int]:
    if exact:
        raise QueryError(
            "= before words that are near each other",
            "write = before each word, as in =china NEAR/10 =thaad",
            inside.places[0] - 1,
        )
    tail = re.compile(rf"[^\s()（）{OPENERS}]*").match(query, tilde + 1)
    digits = tail.group() if tail else ""
    distance = distance_of(digits, tilde + 1, '"china thaad"~10')
    parts: list[Atom] = []
    for word in re.finditer(r"\S+", inside.text):
        first = word.group()
        at = inside.places[word.start()]
        if first.startswith(ALIAS_SIGNS + EXACT_SIGNS) or set(first) & set(STARS):
            raise QueryError(
                '"..."~n takes plain words only',
                "write NEAR for the others, as in deploy* NEAR/10 @thaad",
                at + 1,
            )
        try:
            part = parse_term(first)
        except QueryError as error:
            raise _moved(error, inside, word.start() + error.column - 1) from None
        if not isinstance(part, Alias):
            parts.append(part)
    if len(parts) < 2:
        raise QueryError(
            '"..."~n takes two words at least',
            'write the words in the quotes, as in "china thaad"~10',
            tilde + 1,
        )
    return Near(tuple(parts), distance), tilde + 1 + len(digits)


def _moved(error: QueryError, inside: _Inside, index: int) -> QueryError:
    """Point at the query where the error points at the phrase."""
    place = inside.places[min(max(index, 0), len(inside.places) - 1)]
    return QueryError(error.problem, error.hint, place + 1)
