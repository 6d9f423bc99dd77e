"""Text made ready for matching once: folded, cut into words, with the way back to the original.

Evidence must point into the text as stored, so everything here works on folded text and
`Prepared.raw_span` leads back.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from newsroom.text_fold import Folded, fold
from newsroom.text_narrow import Narrow, letters_of, narrow
from newsroom.text_sentences import (
    ends_sentence,
    has_blank_line,
    sentence_around,
    sentence_breaks,
)

__all__ = [
    "CLAUSE",
    "HAN",
    "HANGUL",
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

# ranges of characters, to stand between square brackets of a pattern
HANGUL = "가-힣\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
HAN = (
    "\u3005-\u3007\u303b\u3041-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_LETTER = rf"[^\W\d_{HANGUL}{HAN}]"
_ALNUM = rf"[^\W_{HANGUL}{HAN}]"
_TOKEN = re.compile(
    rf"(?P<latin>(?:{_LETTER}\.)+{_LETTER}(?!{_ALNUM})\.?(?!{_ALNUM})"  # U.S.
    rf"|(?:{_LETTER}\.)+{_LETTER}(?!{_ALNUM})"  # the same, glued to the next sentence
    r"|(?<!\d,)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![.,]?\d)|(?<!\d\.)\d+\.\d+(?!\.?\d)"  # 1,000 and 3.5
    rf"|{_ALNUM}+(?:'t(?!{_ALNUM}))?)"
    rf"(?P<clitic>'(?:s|d|m|re|ve|ll)(?!{_ALNUM}))?"
    rf"|(?P<hangul>[{HANGUL}]+)|(?P<han>[{HAN}]+)"
)
_CLAUSE_SIGN = re.compile(r"[,;:、،؛…—|•]|\.\.|--|\s-\s")
_BLANK = re.compile(r"[ \n]")
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
    """A text to be matched, each view of it made when first asked for.

    Offsets count characters of the folded text; `raw_span` leads back to the text as given.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def _narrow(self) -> Narrow | None:
        return narrow(self.raw)

    @cached_property
    def _chunks(self) -> dict[int, list[Word]]:
        return {}

    @cached_property
    def _folded(self) -> Folded:
        return fold(self.raw)

    @property
    def one_to_one(self) -> bool:
        """Whether the folded text has the raw text's offsets."""
        return self._narrow is not None or self._folded.starts is None

    @cached_property
    def plain(self) -> str:
        """Folded in every way."""
        return self._folded.plain if self._narrow is None else self._narrow.plain()

    @cached_property
    def cased(self) -> str:
        """Of the same length, with the letter case of the original."""
        return self._folded.cased if self._narrow is None else self._narrow.cased()

    @cached_property
    def letters(self) -> bytes:
        """Small ASCII letters and digits of `plain`, one byte for each character, others blank."""
        return letters_of(self.plain) if self._narrow is None else self._narrow.letters

    @property
    def is_narrow(self) -> bool:
        """Whether Western letters are all it has."""
        return self._narrow is not None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Lead a span of the folded text back to the raw text."""
        if self._narrow is not None:
            return start, end
        starts, ends = self._folded.starts, self._folded.ends
        if starts is None or ends is None:
            return start, end
        if start >= len(starts):
            return len(self.raw), len(self.raw)
        first = starts[start]
        return first, ends[end - 1] if end > start else first

    @cached_property
    def words(self) -> list[Word]:
        """All words in order; neighbours may touch where scripts change (THAAD배치)."""
        return list(map(_word, _TOKEN.finditer(self.plain)))

    @cached_property
    def _begins(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _counts(self) -> list[int]:
        sizes = (w.end - w.start if w.script == Script.HAN else 1 for w in self.words)
        return list(accumulate(sizes, initial=0))

    @cached_property
    def _breaks(self) -> list[int]:
        return sentence_breaks(self.cased)

    def count_before(self, position: int) -> int:
        """Count the words that begin before `position`; every Han or kana character is one."""
        n = bisect_left(self._begins, position)
        count = self._counts[n]
        if n and self.words[n - 1].script == Script.HAN and self.words[n - 1].end > position:
            count -= self.words[n - 1].end - position
        return count

    def is_one_sentence(self, start: int, end: int) -> bool:
        """Say whether no sentence or paragraph ends between two positions."""
        n = bisect_left(self._breaks, start)
        return n == len(self._breaks) or self._breaks[n] >= end

    def words_between(self, start: int, end: int) -> Iterator[Word]:
        """Yield the words from `start`, where a word begins or none is open, up to `end`."""
        return map(_word, _TOKEN.finditer(self.plain, start, end))

    def _around(self, position: int) -> list[Word]:
        """Return the words of the blank-bounded chunk that holds the character at `position`.

        No word goes over a blank, so a chunk is cut into words as the whole text would be.
        """
        before = self.plain.rfind(" ", 0, position)
        start = max(before, self.plain.rfind("\n", before + 1, position)) + 1
        words = self._chunks.get(start)
        if words is None:
            blank = _BLANK.search(self.plain, max(start, position))
            stop = blank.start() if blank else len(self.plain)
            words = list(self.words_between(start, stop))
            if stop > start:
                self._chunks[start] = words
        return words

    def word_at(self, position: int) -> Word | None:
        """Return the word, clitic included, that the character at `position` belongs to."""
        words = self._around(position)
        n = bisect_left(words, (position + 1,)) - 1
        return words[n] if n >= 0 and position < words[n].tail else None

    def word_from(self, position: int) -> Word | None:
        """Return the word that begins at `position`, if one does."""
        word = self.word_at(position)
        return word if word is not None and word.start == position else None

    def next_start(self, position: int, allowed: int) -> int | None:
        """Where text goes on after `position`, over a gap no stronger than `allowed`; else None.

        Inside a word it goes on at `position` itself.
        """
        word = self.word_at(position)
        if word is not None and word.start < position:
            # between a word and its clitic nothing can begin
            return position if position < word.end else None
        following = _TOKEN.search(self.plain, position)
        if following is None:
            return None
        start = following.start()
        return start if self.gap(position, start) <= allowed else None

    def gap(self, end: int, start: int) -> int:
        """Judge what stands between a word that ends at `end` and one that begins at `start`."""
        if self._narrow is None:
            between, text = self.plain[end:start], self.cased
        else:  # a few characters are folded sooner than all of them
            between, text = fold(self.raw[end:start]).plain, self.raw
        if between in _PLAIN_GAPS:
            return JOINED
        if has_blank_line(between):
            return PARAGRAPH
        for offset, char in enumerate(between):
            if char in _TERMINATORS and ends_sentence(text, end + offset):
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
    """Make a text ready for matching. Any string is fine, lone surrogates included."""
    return Prepared(text)
