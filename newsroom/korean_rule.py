"""The ordered rule (DESIGN §7) by which one candidate of a Hangul term is judged.

A judgement asks for analyses as it needs them: each step is a generator that yields texts and is
sent their readings, so that many candidates share one call of the morphology.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence

from newsroom.korean_reading import Reading, is_attached, is_noun
from newsroom.korean_window import Question
from newsroom.korean_words import DENIED, PREFIXES, SUFFIXES
from newsroom.ports import Token

Asking = Generator[Sequence[str], Sequence[Reading], bool]
"""Yields texts, is sent their readings in the same order, returns the answer."""

LONG = 3
"""Syllables from which on a term does not come together by chance."""
_JOINT = re.compile(r"[\s·.\-]")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[·.]\d{1,2}|(?:19|20)\d\d)$")
_HANGUL = re.compile(r"[가-힣]")
_RUN = re.compile(r"[가-힣]*")
_DIVERSE = ("나라", "사람", "마을")


def judge(question: Question) -> Asking:
    """Judge one candidate."""
    spelled = question.window[question.start : question.end]
    gaps = _blanks(spelled) - _blanks(question.term)
    term = bare(question.term)
    if gaps and (len(term) < LONG or not (yield from _own_borders(term, gaps))):
        return False
    case = _Case(question)
    if case.after_number():
        return False
    (reading,) = yield [case.window]
    return (yield from case.decide(reading))


def bare(term: str) -> str:
    """Drop blanks and dots."""
    return _JOINT.sub("", term)


def _blanks(spelled: str) -> set[int]:
    """After how many syllables a blank stands."""
    found: set[int] = set()
    syllables = 0
    for char in spelled:
        if char.isspace():
            found.add(syllables)
        elif not _JOINT.match(char):
            syllables += 1
    return found


def _own_borders(term: str, gaps: set[int]) -> Asking:
    """Say whether the term itself has a morpheme border at each of `gaps`."""
    (alone,) = yield [term]
    for gap in gaps:
        if alone.is_border(gap):
            before = next((t for t in alone.tokens if t.end == gap), None)
            if before is None or before.tag == "XPN":
                return False
        elif not (yield from _two_nouns(term[:gap], term[gap:])):
            return False
    return True


def _two_nouns(left: str, right: str) -> Asking:
    """Say whether a dictionary noun (대만해협, 핵실험) is plainly made of these two."""
    readings = yield [left, right]
    return all(len(r.tokens) == 1 and _known_noun(r.tokens[0]) for r in readings)


def _known_noun(token: Token) -> bool:
    return token.known and token.tag in ("NNG", "NNP")


class _Case:
    """A question whose dots are taken out: 한·미 is read as 한미."""

    def __init__(self, question: Question) -> None:
        window, start, end = question.window, question.start, question.end
        spelled = window[start:end]
        if "·" in spelled or "." in spelled or "-" in spelled:
            spelled = bare(spelled)
        self.window = window[:start] + spelled + window[end:]
        self.start = start
        self.end = start + len(spelled)
        self.spelled = spelled
        self.term = bare(question.term)
        self.prefix = question.prefix
        before = window[:start]
        self.left = _RUN.match(before[::-1]).group()[::-1]  # type: ignore[union-attr]  # always matches
        self.right = _RUN.match(self.window, self.end).group()  # type: ignore[union-attr]  # the same
        self.before = before[: len(before) - len(self.left)]

    def after_number(self) -> bool:
        """5대만: a digit is no border, but that of a date's name is (6·13지방선거)."""
        return (
            not self.left
            and self.before[-1:].isdecimal()
            and not self.term[0].isdecimal()
            and not _DATE.search(self.before)
        )

    def decide(self, reading: Reading) -> Asking:
        start, end = self.start, self.end
        left_border = not self.left or reading.is_border(start)
        right_border = self.prefix or not self.right or reading.is_border(end)
        first = [t for t in reading.at(start) if is_attached(t)]
        own = False
        if first:
            if not (yield from self._by_chance(reading)):
                return False
        elif left_border and right_border and not self._denied(reading):
            if not any(map(is_attached, reading.inside(start, end))):
                return True
            if len(self.term) >= LONG:
                own = yield from self._alone_attached()
                if own:
                    return True
        if not self.left and not right_border and (yield from self._only_particles(reading)):
            return True
        if first or (left_border and right_border):
            return False
        whole = reading.over(start, end)
        if whole is None or not whole.tag.startswith("NN"):
            return False
        return (yield from self._in_noun(whole))

    def _by_chance(self, reading: Reading) -> Asking:
        """Say whether the verb at the term's beginning is a slip: 사드라고 as 사 + 드라고."""
        if self.left or (reading.is_border(self.end) and len(self.term) < LONG):
            return False
        (alone,) = yield [self.term]
        if len(self.term) >= LONG:
            return True
        return len(alone.tokens) == 1 and is_noun(alone.tokens[0])

    def _alone_attached(self) -> Asking:
        """Say whether the term read by itself has verbs or particles in it too."""
        (alone,) = yield [self.term]
        return any(map(is_attached, alone.tokens))

    def _denied(self, reading: Reading) -> bool:
        around = self.left + self.spelled + self.right
        at = len(self.left)
        stop = at + len(self.spelled)
        for first in range(at + 1):
            for last in range(stop, len(around) + 1):
                if (first < at or last > stop) and around[first:last] in DENIED:
                    offset = self.start - at
                    return reading.is_border(offset + first) and reading.is_border(offset + last)
        return False

    def _only_particles(self, reading: Reading) -> Asking:
        """Put a plain noun in the term's place: only particles and copula follow it?"""
        if len(self.term) < 2:
            return False
        whole = reading.over(self.start, self.end)
        if whole is not None and whole.known and whole.tag.startswith("NN"):
            return False
        noun = _stand_in(self.spelled[-1])
        text = self.window[: self.start] + noun + self.window[self.end :]
        (other,) = yield [text]
        stop = self.start + len(noun)
        if not (other.is_border(self.start) and other.is_border(stop)):
            return False
        after = other.after(stop, stop + len(self.right))
        return bool(after) and _particles(after)

    def _in_noun(self, whole: Token) -> Asking:
        left = self.window[whole.start : self.start]
        right = self.window[self.end : whole.end]
        if self.window[whole.start : whole.end] in DENIED:
            return False
        if len(self.term) >= LONG:
            return whole.known or not left
        if len(self.term) < 2 or not whole.known:
            return False
        if left and left not in PREFIXES and not (yield from _nouns(left)):
            return False
        if self.prefix or not right or right in SUFFIXES:
            return True
        return (yield from _nouns(right))


def _nouns(rest: str) -> Asking:
    """Say whether the rest of a noun is made of known nouns, none of one syllable only."""
    if len(rest) < 2 or not _HANGUL.match(rest):
        return False
    (reading,) = yield [rest]
    return all(_known_noun(t) or t.tag == "XSN" for t in reading.tokens) and (
        reading.tokens[0].end > 1
    )


def _stand_in(last: str) -> str:
    """Choose a noun that takes the same forms of particles as a word that ends in `last`."""
    if not _HANGUL.match(last):
        return "나라"
    final = (ord(last) - 0xAC00) % 28
    if not final:
        return "나라"
    return "마을" if final == 8 else "사람"


def _particles(tokens: Sequence[Token]) -> bool:
    """Say whether these are particles, or the copula with its endings, and nothing else."""
    copula = False
    for token in tokens:
        if token.tag.startswith("VCP"):
            copula = True
        elif token.tag.startswith("E"):
            if not copula:
                return False
        elif not token.tag.startswith("J"):
            return False
    return True
