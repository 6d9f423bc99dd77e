"""The bare words of a query: which are operators or field names, and what is wrong with a word."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from newsroom.errors import QueryError
from newsroom.query_nodes import DATA_FIELDS, TEXT_FIELDS, Alias, Atom
from newsroom.query_quotes import OPENERS, distance_of
from newsroom.query_terms import ALIAS_SIGNS, EXACT_SIGNS, STARS, parse_term

FIELDS = TEXT_FIELDS + DATA_FIELDS
BRACKETS = "()（）"
COLONS = ":："

_RUN = re.compile(rf"(?:(?!&&|\|\|)[^\s{BRACKETS}{COLONS}{OPENERS}])+")
_LOWER_NEAR = re.compile(r"o?near(?:/.*)?", re.DOTALL)
_DASHES = "‐‑‒–—―−－"
_WILD = re.compile(r"[^\W_]\?[^\W_]")
_FUZZY = re.compile(r"(?<=[^\W\d_])~[\d.]*$")
_BOOST = re.compile(r"\^[\d.]*$")
_SIGNS = {
    "-": ("a - that stands alone", "write it right before a word to exclude it, or write NOT"),
    "+": ("a + that stands alone", "leave it out: words beside each other all must hold"),
    "&": ("a & that stands alone", "write AND"),
    "|": ("a | that stands alone", "write OR"),
    "=": ("an = that stands alone", "write it right before a word or a quote, as in =Apple"),
    "*": ("a * that stands alone", "write the beginning of a word before it, as in deploy*"),
    "~": ("a ~ that stands alone", 'write it right after the quote, as in "china thaad"~10'),
}


def run_at(query: str, start: int) -> str:
    """Return the word that begins at `start`: up to a blank, bracket, quote, colon, && or ||."""
    found = _RUN.match(query, start)
    return found.group() if found else ""


def visible(word: str) -> str:
    """Drop what does not show: a pasted operator may carry zero-width or direction marks."""
    if word.isascii():
        return word
    return "".join(char for char in word if unicodedata.category(char) != "Cf")


def check_case(word: str, column: int) -> None:
    """Refuse an operator that is not in capitals: it would silently be looked for as a word."""
    low = word.lower()
    if low in ("and", "or", "not"):
        what = low.upper()
    elif _LOWER_NEAR.fullmatch(low):
        what = low.upper() if "/" in low else low.upper() + "/10"
    else:
        return
    raise QueryError(
        f"{word} is not in capitals",
        f'write {what}, or put "{word}" in quotes to look for the word',
        column,
    )


def near_operator(word: str, column: int) -> tuple[int, bool] | None:
    """Read NEAR/n (n, False) or ONEAR/n (n, True); None for anything else."""
    name, slash, digits = word.partition("/")
    if name not in ("NEAR", "ONEAR"):
        return None
    if not slash:
        raise QueryError(
            f"{name} without a distance",
            f'write {name}/10 (within 10 words), or put "{name}" in quotes to look for the word',
            column,
        )
    return distance_of(digits, column, f"{name}/10"), name == "ONEAR"


def field_name(word: str, column: int) -> str:
    """Return the field that a word before a colon names, in lower case."""
    name = visible(word).lower()
    if name in FIELDS:
        return name
    if name.startswith(EXACT_SIGNS) and name[1:] in FIELDS:
        raise QueryError(
            "= before a field", f"write it before the word, as in {name[1:]}:=Apple", column
        )
    near = get_close_matches(name[:20], FIELDS, n=1, cutoff=0.5)
    known = f"write {near[0]}:" if near else "write " + ", ".join(f"{f}:" for f in FIELDS)
    raise QueryError(
        f"there is no field {word[:40]}:",
        f"{known}; a colon inside a word must stand in quotes with it",
        column,
    )


def bare_term(word: str, column: int) -> Atom | Alias:
    """Read a word that is no operator; `column` is its first character's."""
    _check_signs(word, column)
    if not word.startswith(ALIAS_SIGNS):
        _check_stars(word, column)
    try:
        return parse_term(word)
    except QueryError as error:
        at = column + error.column - 1
        raise QueryError(error.problem, error.hint, at) from None


def _check_signs(word: str, column: int) -> None:
    if word in _SIGNS:
        raise QueryError(*_SIGNS[word], column)
    if len(word) > 1 and word[0] in _DASHES:
        raise QueryError(
            f"the word begins with {word[0]}, which is not the - of the keyboard",
            "write - to exclude the word, or put it in quotes to look for it",
            column,
        )
    if word.startswith("~"):
        raise QueryError(*_SIGNS["~"], column)
    if word[0] in EXACT_SIGNS and word[1:2] == "/":
        raise QueryError(
            "= before a regex", "leave it out: in a regex letter case counts anyway", column
        )
    if "\\" in word:
        raise QueryError(
            "a backslash in a word",
            "put the word in quotes: only there, and in a regex, a backslash has a meaning",
            column + word.index("\\"),
        )
    for pattern, problem, hint in (
        (_WILD, "? is no wildcard here", "write the words out, as in (color OR colour)"),
        (_FUZZY, "~ after a word", 'it goes after a phrase, as in "china thaad"~10'),
        (_BOOST, "^ has no meaning here", "leave it out, or put the word in quotes"),
    ):
        found = pattern.search(word)
        if found:
            at = found.start() + (pattern is _WILD)
            raise QueryError(problem, hint, column + at)


def _check_stars(word: str, column: int) -> None:
    star = word.find("*")
    if 0 <= star < len(word) - 1 or word[0] in STARS:
        raise QueryError(
            "wildcards stand at word ends only",
            f"write the beginning of a word and then *, as in deploy*; or {_quoted(word)}",
            column + star if star >= 0 else column,
        )


def _quoted(word: str) -> str:
    escaped = word.replace("*", "\\*")
    return f'write "{escaped}" if it is only a sign' if len(word) <= 40 else "use quotes"
