"""What is said of a place that has a term's letters and is not the term."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from newsroom import korean
from newsroom.explain_loose import squeeze
from newsroom.explain_spots import Spot, slice_of, spot, word_around
from newsroom.korean_case import case_of
from newsroom.matching_terms import CompiledTerm
from newsroom.ports import Morphology
from newsroom.text import JOINED, Prepared, Script
from newsroom.text_sentences import has_blank_line

_STRETCH = re.compile(r"[^\s·.\-]+")
_LEAST_LETTERS = 6
"""Letters of a word from which on it may be spelled in two."""
_OCCURRENCES = 20
_SHORT = 3


def case_detail(
    term: CompiledTerm, loose: CompiledTerm, text: Prepared, start: int, end: int
) -> tuple[str, str]:
    """Tell letter case, another form and company apart: (reason, detail)."""
    if term.alone and loose.alone is False and not term.exact:
        low, high = word_around(text, start, end)
        return "alone", f"not alone in {slice_of(text, low, high)}"
    spans = loose.spans_at(text, start) or []
    for piece, (first, last) in zip(term.pieces, spans, strict=False):
        word = text.word_from(first)
        if word is None:
            continue
        if term.exact and word.key != piece.key:
            return "form", "= asks for exactly this form of the word"
        spelled = text.cased[first : min(last, word.end)].replace(".", "")
        if not piece.case(spelled):
            return "case", _rule(term.exact, piece.key)
    return "case", "its letter case is another"


def _rule(exact: bool, key: str) -> str:
    if exact:
        return "= asks for exactly these letters"
    if sum(char.isalpha() for char in key) <= _SHORT:
        return "a word of 2-3 capitals matches capitals only"
    return "a word of 4-5 capitals matches capitals, or one initial capital"


def inside_detail(
    text: Prepared,
    place: tuple[int, int],
    questions: Sequence[korean.Question],
    morphology: Morphology | None,
) -> str:
    """Show the word in which a Hangul term was refused, and how morphology reads it."""
    low, high = word_around(text, *place)
    word = slice_of(text, low, high)
    inside = f"inside {word}" if high - low > place[1] - place[0] else "no noun here"
    read = _reading(questions[0], morphology) if questions and morphology is not None else ""
    return f"{inside}, read as {read}" if read else inside


def _reading(question: korean.Question, morphology: Morphology) -> str:
    case = case_of(question)
    (tokens,) = morphology([case.window])
    low, high = case.start - len(case.left), case.end + len(case.right)
    forms = [t.form for t in tokens or () if low < t.end and t.start < high]
    return " + ".join(forms[:8])


class Squeezed:
    """A text without blanks, hyphens and dots, with the way back."""

    def __init__(self, text: Prepared) -> None:
        self._plain = text.plain
        self.letters = squeeze(text.plain)

    @cached_property
    def _stretches(self) -> tuple[list[int], list[int]]:
        """Where each stretch begins in the letters, and where in the text."""
        begins: list[int] = []
        starts: list[int] = []
        total = 0
        for stretch in _STRETCH.finditer(self._plain):
            begins.append(total)
            starts.append(stretch.start())
            total += stretch.end() - stretch.start()
        return begins, starts

    def place(self, position: int) -> int:
        """Lead a position back to the text."""
        begins, starts = self._stretches
        n = bisect_right(begins, position) - 1
        return starts[n] + position - begins[n]


def spelled_apart(
    term: CompiledTerm, number: int, text: Prepared, squeezed: Squeezed
) -> Iterator[Spot]:
    """Yield where a word's letters stand in two: air strike for airstrike, 접촉한 미국 for 한미."""
    key = squeeze(term.head.key)
    hangul = term.head.script == Script.HANGUL
    if not hangul and (len(key) < _LEAST_LETTERS or not key.isascii()):
        return
    at = -1
    for _ in range(_OCCURRENCES):
        at = squeezed.letters.find(key, at + 1)
        if at < 0:
            return
        start, end = squeezed.place(at), squeezed.place(at + len(key) - 1) + 1
        if end - start <= len(key):
            continue
        if hangul and _only_blanks(text.plain[start:end], len(key)):
            low, high = word_around(text, start, end)
            detail = f"parted by a blank in {slice_of(text, low, high)}"
            one = spot(term.written, "boundary", (number, start, end), text, detail)
            yield replace(one, length=high - low - len(key))
        elif not hangul and _are_words(text, start, end):
            detail = "written in two; list it so too"
            yield spot(term.written, "form", (number, start, end), text, detail)


def _only_blanks(spelled: str, letters: int) -> bool:
    blanks = sum(char.isspace() for char in spelled)
    return blanks == len(spelled) - letters and not has_blank_line(spelled)


def _are_words(text: Prepared, start: int, end: int) -> bool:
    """Say whether whole words stand there, with nothing between but blanks and hyphens."""
    last = text.word_at(end - 1)
    if text.word_from(start) is None or last is None or last.end != end:
        return False
    words = list(text.words_between(start, end))
    gaps = pairwise(words)
    return len(words) > 1 and all(text.gap(a.tail, b.start) == JOINED for a, b in gaps)
