"""What is shown of a text to decide one Hangul candidate: its word and those beside it."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsroom.text import Prepared
from newsroom.text_sentences import has_blank_line

REACH = 60
"""Code points kept on either side of a candidate; a word without blanks may be thousands long.

A cut is so far from the candidate that it is never taken for one of its borders."""
_NEIGHBOUR = 20
"""Code points of a neighbour word that are kept; it only tells which way a word is meant."""
_SPACE = re.compile(r"\s")


class Question(NamedTuple):
    """One place where a Hangul term's syllables stand, to be judged as the term or not."""

    window: str
    """The blank-bounded words the candidate stands in and one on either side, folded, cased."""
    start: int
    """Where the candidate stands in the window, in code points."""
    end: int
    term: str
    """The term's part that the candidate spells, folded, typed blanks included."""
    prefix: bool = False
    """`사드*`: only the left border is judged."""


def question(text: Prepared, start: int, end: int, term: str, *, prefix: bool = False) -> Question:
    """Cut the window of the candidate at [start, end) of the folded text."""
    cased = text.cased
    left = _before(cased[max(0, start - REACH) : start])
    right = _after(cased[end : end + REACH])
    window = _SPACE.sub(" ", left + cased[start:end] + right)
    return Question(window, len(left), len(left) + end - start, term, prefix)


def _after(text: str) -> str:
    """Keep the rest of the word and the next word, within the paragraph."""
    edge, following, far = _edges(text)
    return text[: edge if has_blank_line(text[edge:following]) else far]


def _before(text: str) -> str:
    edge, following, far = (len(text) - at for at in _edges(text[::-1]))
    return text[edge if has_blank_line(text[following:edge]) else far :]


def _edges(text: str) -> tuple[int, int, int]:
    """Find where the word at the beginning ends, where the next begins, and where that is cut."""
    edge = following = _next_space(text, 0)
    while following < len(text) and text[following].isspace():
        following += 1
    return edge, following, min(_next_space(text, following), following + _NEIGHBOUR)


def _next_space(text: str, at: int) -> int:
    found = _SPACE.search(text, at)
    return found.start() if found else len(text)
