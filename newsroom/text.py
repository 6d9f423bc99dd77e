"""Text made ready for matching once: folded, cut into words, with the way back to the original.

Evidence must point into the text as stored, so everything here works on folded text and
`Prepared.raw_span` leads back.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

from newsroom.text_fold import Folded, fold
from newsroom.text_sentences import ends_sentence, has_blank_line, sentence_around

__all__ = [
    "CLAUSE",
    "JOINED",
    "PARAGRAPH",
    "SENTENCE",
    "Prepared",
    "Script",
    "Word",
    "prepare",
    "sentence_around",
]

# What stands between two words, from weak to strong. A phrase goes over JOINED only.
JOINED = 0
"""Nothing, blanks, one line break, a hyphen, a slash, a middle dot, quotes, brackets."""
CLAUSE = 1
"""A comma, semicolon or colon; also three dots, a long or spaced dash, a bar."""
SENTENCE = 2
"""Sentence-ending punctuation."""
PARAGRAPH = 3
"""A blank line."""

_HANGUL = "가-힣\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
_HAN = (
    "\u3005-\u3007\u303b\u3041-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_LETTER = rf"[^\W\d_{_HANGUL}{_HAN}]"
_ALNUM = rf"[^\W_{_HANGUL}{_HAN}]"
_TOKEN = re.compile(
    rf"(?P<latin>(?:{_LETTER}\.)+{_LETTER}(?!{_ALNUM})\.?(?!{_ALNUM})"  # U.S.
    rf"|(?:{_LETTER}\.)+{_LETTER}(?!{_ALNUM})"  # the same, glued to the next sentence
    r"|(?<!\d,)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![.,]?\d)|(?<!\d\.)\d+\.\d+(?!\.?\d)"  # 1,000 and 3.5
    rf"|{_ALNUM}+(?:'t(?!{_ALNUM}))?)"
    rf"(?P<clitic>'(?:s|d|m|re|ve|ll)(?!{_ALNUM}))?"
    rf"|(?P<hangul>[{_HANGUL}]+)|(?P<han>[{_HAN}]+)"
)
_CLAUSE_SIGN = re.compile(r"[,;:、،؛…—|•]|\.\.|--|\s-\s")
_PLAIN_GAPS = frozenset({"", " ", "-", "'", '"', "·", "/"})
_TERMINATORS = frozenset(".!?。।؟")


class Script:
    """How a word's borders are judged."""

    LATIN = "latin"
    """Whole words: Latin, Cyrillic, Greek, digits and every other script with blanks."""
    HANGUL = "hangul"
    HAN = "han"
    """Han and kana: no borders at all."""


class Word(NamedTuple):
    """One run of one script in the folded text."""

    start: int
    end: int
    """Without a clitic."""
    script: str
    key: str
    """Folded, dots of an initialism dropped."""
    clitic: str
    """`'s` and the like that hang on it, else empty."""

    @property
    def tail(self) -> int:
        """The end with the clitic."""
        return self.end + len(self.clitic)


class Prepared:
    """A text folded once, its words and gaps found when first asked for."""

    def __init__(self, raw: str, folded: Folded) -> None:
        self.raw = raw
        self.plain = folded.plain
        """Folded in every way."""
        self.cased = folded.cased
        """Of the same length, with the letter case of the original."""
        self._starts = folded.starts
        self._ends = folded.ends

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Lead a span of the folded text back to the raw text."""
        if self._starts is None or self._ends is None:
            return start, end
        if start >= len(self._starts):
            return len(self.raw), len(self.raw)
        first = self._starts[start]
        return first, self._ends[end - 1] if end > start else first

    @cached_property
    def words(self) -> list[Word]:
        """All words in order; neighbours may touch where scripts change (THAAD배치)."""
        return list(map(_word, _TOKEN.finditer(self.plain)))

    @cached_property
    def _begins(self) -> list[int]:
        return [word.start for word in self.words]

    def word_from(self, position: int) -> Word | None:
        """Return the word that begins at `position`, if one does."""
        index = bisect_right(self._begins, position) - 1
        if index >= 0 and self.words[index].start == position:
            return self.words[index]
        return None

    def word_before(self, position: int) -> Word | None:
        """Return the last word that begins before `position`, if there is one."""
        index = bisect_left(self._begins, position) - 1
        return self.words[index] if index >= 0 else None

    def next_start(self, position: int, allowed: int) -> int | None:
        """Where text goes on after `position`, over a gap no stronger than `allowed`; else None.

        Inside a word it goes on at `position` itself.
        """
        index = bisect_right(self._begins, position)
        if index and position < self.words[index - 1].tail:
            word = self.words[index - 1]
            # between a word and its clitic nothing can begin
            return position if position < word.end else None
        if index == len(self.words):
            return None
        start = self.words[index].start
        return start if self.gap(position, start) <= allowed else None

    def gap(self, end: int, start: int) -> int:
        """Judge what stands between a word that ends at `end` and one that begins at `start`."""
        between = self.plain[end:start]
        if between in _PLAIN_GAPS:
            return JOINED
        if has_blank_line(between):
            return PARAGRAPH
        for offset, char in enumerate(between):
            if char in _TERMINATORS and ends_sentence(self.cased, end + offset):
                return SENTENCE
        return CLAUSE if _CLAUSE_SIGN.search(between) else JOINED


def _word(match: re.Match[str]) -> Word:
    script = match.lastgroup or Script.LATIN
    clitic = ""
    if script == "clitic":
        script, clitic = Script.LATIN, match["clitic"]
    start, end = match.span(script)
    key = match[script]
    if "." in key and not key[0].isdigit():
        key = key.replace(".", "")
    return Word(start, end, script, key, clitic)


def prepare(text: str) -> Prepared:
    """Fold a text for matching."""
    return Prepared(text, fold(text))
