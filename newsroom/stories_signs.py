"""A folded text as an array of signs: letters of words, signs for themselves, or neither."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_SIGNS = 100_000
"""Of a longer text the beginning is read: no story is longer."""
WORD, SIGN = 1, 2
"""Kinds of signs: of a script with blanks between its words, and of Hangul, Han and kana."""

_KNOWN: Final = 0x323B0
"""The first code point after Han: what lies above parts words."""
_SIGNS = (
    (0x1100, 0x11FF), (0x3005, 0x3007), (0x3041, 0x30FF), (0x3130, 0x318F), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FB), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip


class Signs:
    """The signs of a text, looked at once for all that is worked out of it."""

    __slots__ = ("ascii", "codes", "kinds", "letters", "wide")

    def __init__(self, plain: str) -> None:
        text = plain[:MOST_SIGNS]
        self.ascii = text.isascii()
        """Whether a byte a sign was enough."""
        if self.ascii:
            self.codes = np.frombuffer(text.encode(), np.uint8)
            self.kinds = _narrow_kinds()[self.codes]
        else:
            self.codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            self.kinds = kinds()[np.minimum(self.codes, _KNOWN)]
        self.letters = int(np.count_nonzero(self.kinds))
        """How many letters and digits there are."""
        self.wide = 0 if self.ascii else int(np.count_nonzero(self.kinds == SIGN))
        """How many of them are signs for themselves."""

    @property
    def weight(self) -> int:
        """What it says, in letters; a Hangul syllable or a Han character says as much as two."""
        return self.letters + self.wide

    def digits(self) -> list[int]:
        """Where runs of Arabic digits begin."""
        places = np.flatnonzero((self.codes >= 0x30) & (self.codes <= 0x39))
        if not len(places):
            return []
        return [int(places[0]), *places[1:][np.diff(places) > 1].tolist()]

    def bare(self) -> str:
        """Its letters and digits alone."""
        kept = self.codes[self.kinds > 0].tobytes()
        return kept.decode() if self.ascii else kept.decode("utf-32-le", "surrogatepass")


@cache
def kinds() -> NDArray[np.uint8]:
    """What each character is: 0 nothing, part of a word, a sign for itself."""
    made = np.zeros(_KNOWN + 1, np.uint8)
    for first, last, kind in ((0, 0x10FFF, WORD), *((*signs, SIGN) for signs in _SIGNS)):
        letters = (chr(c).isalnum() for c in range(first, last + 1))
        made[first : last + 1] = np.fromiter(letters, np.uint8, last + 1 - first) * kind
    return made


@cache
def _narrow_kinds() -> NDArray[np.uint8]:
    return kinds()[:128].copy()
