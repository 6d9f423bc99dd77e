"""Hangul terms: where a candidate may stand, and who decides whether it is the term.

For now the blank-bounded word must begin with the term: 사드를 and 사드배치 do, 감사드립니다 and
주한미군사드 do not. What follows the term is not looked at, so 사드래곤 counts too. A morphology
handed in as a callable (`newsroom.ports.Morphology`) sees every place the letters occur at;
where it cannot tell, the rule of the first syllable stands.
"""

from __future__ import annotations

import re

from newsroom.ports import Morphology
from newsroom.text import Prepared, Script

_LOOSE_FROM = 5
"""Syllables from which on blanks may stand anywhere in a term: 고고도 미사일 방어체계.

Newsrooms set the blanks of such names as they please, and five syllables do not come together by
chance over a blank as two or three do (접촉한 미국)."""
_ABBREVIATION = 3
"""Syllables up to which a term may be an abbreviation with a dot between any two: 한·미, 한-미."""
_DOT = r"[·.\-]?"
_BLANK = r"[^\S\r\n]?(?:\r\n|[\r\n])?[^\S\r\n]?"


def pattern(syllables: str, term_length: int) -> re.Pattern[str]:
    """Build the pattern of one blank-free part of a Hangul term of `term_length` syllables."""
    letters = [re.escape(s) for s in syllables]
    if term_length >= _LOOSE_FROM:
        return re.compile(_BLANK.join(letters))
    if len(letters) <= _ABBREVIATION:
        return re.compile(_DOT.join(letters))
    return re.compile(f"{''.join(letters)}|{'·'.join(letters)}")


def begins_word(text: Prepared, position: int) -> bool:
    """Say whether a Hangul word begins here.

    It does after a blank, any punctuation (brackets, quotes, the middle dot, hyphen or slash of a
    compound) and a Han character of a headline (北미사일); not after a letter or digit (5대만).
    """
    word = text.word_from(position)
    if word is None:
        return False
    before = text.plain[position - 1 : position]
    # ① and ² are signs here, not digits that a word goes on from
    if not (before.isalpha() or before.isdecimal()):
        return True
    previous = text.word_before(position)
    return previous is not None and previous.script == Script.HAN


def is_term(text: Prepared, start: int, end: int, term: str, morphology: Morphology | None) -> bool:
    """Decide a candidate that the letters at [start, end) of the folded text make."""
    if morphology is not None:
        verdict = morphology(text.raw, *text.raw_span(start, end), term)
        if verdict is not None:
            return verdict
    return begins_word(text, start)
