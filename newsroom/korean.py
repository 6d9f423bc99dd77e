"""Hangul terms: where a candidate may stand, and the one call that decides many of them.

The matcher looks for `pattern`, makes a `question` of each place, and has all of them decided at
once; the rule itself is in `korean_rule`. Without a morphology nothing is decided but what the
letters alone tell, and an undecided candidate is the matcher's to tell as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsroom.korean_noun import LONG, Asking
from newsroom.korean_reading import Reading
from newsroom.korean_rule import judge
from newsroom.korean_window import Question, question
from newsroom.ports import Morphology

__all__ = ["Question", "decide", "pattern", "question"]

_ABBREVIATION = 3
"""Syllables up to which a term, or the beginning of one, may be an abbreviation: 한·미, 한-미."""
_ROUNDS = 12
"""Calls of the morphology for one batch at most; a rule asks for eight texts after another."""
_DOT = r"[·.\-]"
_BLANK = r"[^\S\r\n]?(?:\r\n|[\r\n])?[^\S\r\n]?"


def pattern(syllables: str, term_length: int) -> re.Pattern[str]:
    """Build the pattern of one blank-free part of a Hangul term of `term_length` syllables.

    It finds more than is meant: blanks are judged later by the term's own morphemes. A longer term
    may begin with an abbreviation, so a dot may follow its first syllable, or its first and second.
    """
    letters = [re.escape(s) for s in syllables]
    blank = _BLANK if len(letters) >= LONG else ""  # no part of two has a border in its middle
    if term_length <= _ABBREVIATION:
        return re.compile(f"(?:{_DOT}|{blank})".join(letters))
    middle = "·".join(letters)
    if len(letters) < _ABBREVIATION:
        return re.compile(f"(?:{blank.join(letters)}|{middle})")
    # 한·미정상회담, 한·미·일 정상회의; no dot after two at once: 사드·배치 are two terms
    rest = blank.join(letters[2:])
    begun = f"{letters[0]}(?:{blank}{letters[1]}{blank}|{_DOT}{letters[1]}(?:{_DOT}|{blank}))"
    return re.compile(f"(?:{begun}{rest}|{middle})")


def decide(questions: Sequence[Question], morphology: Morphology | None) -> list[bool | None]:
    """Judge candidates: the term, not the term, or None where the morphology could not tell."""
    answers: list[bool | None] = [None] * len(questions)
    same: dict[Question, list[int]] = {}
    for n, asked in enumerate(questions):
        same.setdefault(asked, []).append(n)
    known: dict[str, Reading | None] = {}
    open_: list[tuple[Question, Asking, Sequence[str] | None]] = [(q, judge(q), None) for q in same]
    for _ in range(_ROUNDS):
        waiting: list[tuple[Question, Asking, Sequence[str] | None]] = []
        for asked, asking, texts in open_:
            result = _advance(asking, texts, known)
            if isinstance(result, bool) or result is None:
                for n in same[asked]:
                    answers[n] = result
            else:
                waiting.append((asked, asking, result))
        if not waiting or morphology is None:
            break
        wanted = list(dict.fromkeys(t for _, _, texts in waiting for t in texts or ()))
        wanted = [t for t in wanted if t not in known]
        for text, tokens in zip(wanted, morphology(wanted), strict=True):
            known[text] = None if tokens is None else Reading(tokens)
        open_ = waiting
    return answers


def _advance(
    asking: Asking, texts: Sequence[str] | None, known: dict[str, Reading | None]
) -> bool | Sequence[str] | None:
    """Go on until an answer, or until texts are wanted that nobody has read yet."""
    try:
        wanted = next(asking) if texts is None else texts
        while all(t in known for t in wanted):
            readings = [known[t] for t in wanted]
            if any(r is None for r in readings):
                return None
            wanted = asking.send([r for r in readings if r is not None])
    except StopIteration as end:
        return bool(end.value)
    return wanted
