"""Lines wrapped by what they take on the screen: Hangul and Han characters are two columns wide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

WIDTH = 72
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts without blanks: a line may break beside each of these. Hangul is not among them."""
_NO_START = "、。，．：；！？）」』】〉》”’…,.:;!?)"
"""Never the first on a line."""


class _Shapes(dict[int, str]):
    """Code point → as many letters as it takes columns, worked out once; a blank stays one."""

    def __missing__(self, code: int) -> str:
        shape = self[code] = " " if code == 0x20 else "x" * _width(chr(code))
        return shape


_SHAPES = _Shapes()


def columns(text: str) -> int:
    """How many columns of a terminal or a mail window the text takes."""
    return len(text) if text.isascii() else len(text.translate(_SHAPES))


def wrap(text: str, *, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """Wrap at blanks, and in scripts without blanks between characters.

    `first` begins the first line, `rest` the others (default: as `first`). What cannot be broken
    stays whole on its own line, as an address has to.
    """
    rest = first if rest is None else rest
    shape = text if text.isascii() else text.translate(_SHAPES)
    if columns(first) + len(shape) <= width:
        return first + text
    if shape is text and first.isascii() and rest.isascii() and "  " not in text:
        return "\n".join(_cut_ascii(text, first, rest, width))
    words = zip(text.split(" "), shape.split(" "), strict=True)
    if not text.isascii() and _WIDE.search(text):
        return _wrapped(_cut(words), first, rest, width)
    return _wrapped(((word, len(form), True) for word, form in words), first, rest, width)


def _cut_ascii(text: str, first: str, rest: str, width: int) -> Iterator[str]:
    """Lines of a text of which each character takes a column, one blank between two words."""
    at, begun = 0, first
    while len(begun) + len(text) - at > width:
        room = max(width - len(begun), 0)
        end = text.rfind(" ", at, at + room + 1)
        if end < 0 and (end := text.find(" ", at + room)) < 0:
            break
        yield begun + text[at:end]
        at, begun = end + 1, rest
    yield begun + text[at:]


def _wrapped(pieces: Iterable[tuple[str, int, bool]], first: str, rest: str, width: int) -> str:
    """Pieces with their columns, and whether a blank stands before them where they share a line."""
    lines, line, used = [], first, columns(first)
    indent = columns(rest)
    empty = True
    for piece, size, apart in pieces:
        gap = apart and not empty
        if not empty and used + gap + size > width:
            lines.append(line)
            line, used = rest + piece, indent + size
        elif gap:
            line, used = f"{line} {piece}", used + 1 + size
        else:
            line, used = line + piece, used + size
        empty = False
    return "\n".join([*lines, line])


def _cut(words: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, bool]]:
    for word, shape in words:
        if word.isascii() or not _WIDE.search(word):
            yield word, len(shape), True
            continue
        for number, piece in enumerate(_pieces(word)):
            yield piece, columns(piece), number == 0


def _pieces(word: str) -> list[str]:
    """The word cut where a line may break inside it."""
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
