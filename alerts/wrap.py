"""Lines wrapped by what they take on the screen: Hangul and Han characters are two columns wide."""

from __future__ import annotations

import re
import unicodedata

WIDTH = 72
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts without blanks: a line may break beside each of these. Hangul is not among them."""
_NO_START = "、。，．：；！？）」』】〉》”’…,.:;!?)"
"""Never the first on a line."""


def columns(text: str) -> int:
    """How many columns of a terminal or a mail window the text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(c) for c in text)


def wrap(text: str, *, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """Wrap at blanks, and in scripts without blanks between characters.

    `first` begins the first line, `rest` the others (default: as `first`). What cannot be broken
    stays whole on its own line, as an address has to.
    """
    rest = first if rest is None else rest
    lines, line, used = [], first, columns(first)
    empty = True
    for word in text.split(" "):
        gap = "" if empty else " "
        for piece in _pieces(word):
            if not empty and used + len(gap) + columns(piece) > width:
                lines.append(line)
                line, used, gap = rest, columns(rest), ""
            line += gap + piece
            used += len(gap) + columns(piece)
            gap, empty = "", False
    return "\n".join([*lines, line])


def _pieces(word: str) -> list[str]:
    """The word cut where a line may break inside it."""
    if word.isascii() or not _WIDE.search(word):
        return [word]
    pieces: list[str] = []
    for character in word:
        joins = character in _NO_START or not (
            _WIDE.match(character) or (pieces and _WIDE.match(pieces[-1][-1]))
        )
        if pieces and joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
