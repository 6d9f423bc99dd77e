"""A question made ready for the rule: its dots taken out, its run of Hangul cut in three."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsroom.korean_window import Question

_JOINT = re.compile(r"[\s·.\-]")
_DOT = re.compile(r"[·.\-]")
_RUN = re.compile("[가-힣]*")
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
        return Case(word, start, end, self.term, self.left, self.right, self.prefix)

    def without_prefix(self) -> Case:
        """Take the one syllable before the candidate for a word of its own: 친 이란."""
        at = self.start - 1
        window = f"{self.window[:at]} {self.window[self.start :]}"
        return Case(window, self.start, self.end, self.term, "", self.right, self.prefix)


def case_of(question: Question) -> Case:
    """Make a question ready: 한·미 is read as 한미, #사드 as 사드."""
    window, start, end = question.window, question.start, question.end
    spelled = _DOT.sub("", window[start:end])
    window = (window[:start] + spelled + window[end:]).translate(_SIGNS)
    end = start + len(spelled)
    return Case(
        window,
        start,
        end,
        bare(question.term),
        _run(window[:start][::-1])[::-1],
        _run(window[end:]),
        question.prefix,
    )


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
    final = (ord(last) - 0xAC00) % 28 if "가" <= last <= "힣" else 0
    if not final:
        return _STAND_INS[0]
    return _STAND_INS[2 if final == _RIEUL else 1]


def _run(text: str) -> str:
    match = _RUN.match(text)
    return match.group() if match else ""
