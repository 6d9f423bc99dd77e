"""A question made ready for the rule: its dots taken out, its run of Hangul cut in three."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsroom.korean_window import Question

_JOINT = re.compile(r"[\s·.\-]")
_DOT = re.compile(r"[·.\-]")
_RUN = re.compile("[가-힣]*")
_GLOSS = re.compile("(?<=[가-힣])\\([^()가-힣]{1,20}\\)$")
"""A gloss in brackets right before a word's end: 대(對)이란, 트럼프(Trump)가."""
_SIGNS = str.maketrans("_#@", "   ")  # #사드_반대: Kiwi takes a hashtag for one morpheme
_STAND_INS = ("학교", "사람", "마을")  # not 나라: 나라고 may be 나 + 라고
_RIEUL = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate in a window that is spelled as it shall be analysed."""

    window: str
    start: int
    end: int
    term: str
    """Without blanks and dots."""
    left: str
    """The Hangul that touches the candidate on its left."""
    right: str
    """The Hangul that touches it on its right."""
    prefix: bool
    head: int
    """Syllables of the term's first typed word."""

    @property
    def spelled(self) -> str:
        """The candidate itself."""
        return self.window[self.start : self.end]

    @property
    def before(self) -> str:
        """The window up to the run of Hangul the candidate stands in."""
        return self.window[: self.start - len(self.left)]

    def with_stand_in(self) -> tuple[str, int]:
        """Put a plain noun in the candidate's place: (text, where the noun ends)."""
        noun = stand_in(self.term[-1])
        text = self.window[: self.start] + noun + self.window[self.end :]
        return text, self.start + len(noun)

    def alone(self) -> Case:
        """Leave the neighbour words away."""
        word = f"{self.left}{self.spelled}{self.right}"
        start = len(self.left)
        end = start + len(self.spelled)
        return Case(word, start, end, self.term, self.left, self.right, self.prefix, self.head)

    def apart(self) -> Case:
        """Put a blank after the sign that touches the candidate, and begin with it: 對 이란."""
        window = f"{self.window[self.start - 1]} {self.window[self.start :]}"
        end = 2 + self.end - self.start
        return Case(window, 2, end, self.term, "", self.right, self.prefix, self.head)

    def without_prefix(self) -> Case:
        """Take the one syllable before the candidate for a word of its own: 친 이란."""
        at = self.start - 1
        window = f"{self.window[:at]} {self.window[self.start :]}"
        return Case(window, self.start, self.end, self.term, "", self.right, self.prefix, self.head)


def case_of(question: Question) -> Case:
    """Make a question ready: 한·미 is read as 한미, #사드 as 사드."""
    window, start, end = question.window, question.start, question.end
    spelled = _DOT.sub("", window[start:end])
    before = _GLOSS.sub("", window[:start].translate(_SIGNS))
    after = window[end:].translate(_SIGNS)
    start = len(before)
    return Case(
        before + spelled + after,
        start,
        start + len(spelled),
        bare(question.term),
        _run(before[::-1])[::-1],
        _run(after),
        question.prefix,
        len(bare(question.term.split()[0])),
    )


def as_object(noun: str) -> str:
    """Add the object particle, with which Kiwi reads a short noun as such: 대기를."""
    return noun + ("를" if _final(noun[-1]) == 0 else "을")


def bare(term: str) -> str:
    """Drop blanks and dots."""
    return _JOINT.sub("", term)


def untyped_blanks(question: Question) -> set[int]:
    """Tell after how many syllables the candidate has a blank that the term has not."""
    spelled = question.window[question.start : question.end]
    return _blanks(spelled) - _blanks(question.term)


def _blanks(spelled: str) -> set[int]:
    found: set[int] = set()
    syllables = 0
    for char in spelled:
        if char.isspace():
            found.add(syllables)
        elif not _DOT.match(char):
            syllables += 1
    return found


def stand_in(last: str) -> str:
    """Choose a noun that takes the same forms of particles as a word that ends in `last`."""
    final = _final(last)
    if not final:
        return _STAND_INS[0]
    return _STAND_INS[2 if final == _RIEUL else 1]


def _final(char: str) -> int:
    return (ord(char) - 0xAC00) % 28 if "가" <= char <= "힣" else 0


def _run(text: str) -> str:
    match = _RUN.match(text)
    return match.group() if match else ""
