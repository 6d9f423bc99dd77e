"""A text's shingles, and a small sample of them that tells how much two texts share.

Shingles are runs of three words, or of six signs where a text is written in Hangul, Han or kana,
whose writers and outlets set blanks as they like. Each is hashed to 32 bits; a sketch keeps the
smallest of them (bottom-k), the same ones on every machine. Below the greatest value that two
sketches both cover, what they share there estimates what the texts share, however unlike their
lengths are (A. Broder, On the resemblance and containment of documents, 1997; facts by
measurement: benchmarks/stories.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]

WORDS = 3
SIGNS = 6
MOST_SIGNS = 60_000
"""Of a longer text the beginning is read: no story is longer."""
FEW, SHARE, MOST = 64, 4, 192
"""A sketch keeps every fourth shingle, at least 64 (or all there are), at most 192."""

_WHOLE: Final = np.uint32(0xFFFFFFFF)
_MULTIPLIER: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_MULTIPLIER, -1, 1 << 64)
_TURNS: Final = (0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The smallest shingle hashes of a text."""

    hashes: Hashes
    """Ascending, each once."""
    size: int
    """How many different shingles the text has."""

    @property
    def reach(self) -> np.uint32:
        """Up to this value the sketch has every shingle of the text."""
        return self.hashes[-1] if len(self.hashes) < self.size else _WHOLE


def none() -> Hashes:
    """No hashes."""
    return np.empty(0, np.uint32)


EMPTY = Sketch(none(), 0)


def sketch(plain: str) -> Sketch:
    """Sketch a folded text; what is no letter or digit only parts words."""
    hashes = ascending(shingles(plain))
    size = len(hashes)
    kept = min(size, max(FEW, min(size // SHARE, MOST)))
    return Sketch(hashes[:kept].copy(), size)


def shared(one: Sketch, other: Sketch) -> tuple[float, float, int]:
    """How much of `one` stands in `other`, how much of `other` in `one`, and on how many seen."""
    reach = min(one.reach, other.reach)
    a = one.hashes[: np.searchsorted(one.hashes, reach, "right")]
    b = other.hashes[: np.searchsorted(other.hashes, reach, "right")]
    if not len(a) or not len(b):
        return 0.0, 0.0, 0
    places = np.minimum(np.searchsorted(b, a), len(b) - 1)
    both = int(np.count_nonzero(b[places] == a))
    return both / len(a), both / len(b), both


def hash_words(words: Iterable[str]) -> Hashes:
    """Hash words to 32 bits, ascending, each once."""
    made = {crc32(word.encode("utf-8", "surrogatepass")) for word in words}
    return np.array(sorted(made), np.uint32)


def ascending(hashes: Hashes) -> Hashes:
    """Sort hashes, each once."""
    sorted_ = np.sort(hashes)
    if len(sorted_) < 2:
        return sorted_
    first = np.empty(len(sorted_), np.bool_)
    first[0] = True
    np.not_equal(sorted_[1:], sorted_[:-1], out=first[1:])
    return sorted_[first]


def shingles(plain: str) -> Hashes:
    """Hash every shingle of a folded text, in order, doubles included."""
    codes = np.frombuffer(plain[:MOST_SIGNS].encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds()[np.minimum(codes, _KNOWN)]
    tokens, wide = _tokens(codes, kinds)
    width = SIGNS if 2 * wide > len(tokens) else WORDS
    if len(tokens) < width:
        return none()
    count = len(tokens) - width + 1
    made = tokens[:count].copy()
    for n in range(1, width):
        made *= np.uint64(_TURNS[0])
        made += tokens[n : n + count]
    return _mixed(made)


def _tokens(codes: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], int]:
    """Hash each word, and each sign of a script that sets no blanks; how many were such signs."""
    word = kinds == _WORD
    sign = kinds == _SIGN
    begins = word.copy()
    begins[1:] &= ~word[:-1]
    starts = np.flatnonzero(begins | sign)
    if not len(starts):
        return np.empty(0, np.uint64), 0
    powers, inverse = _powers()
    weighed = codes.astype(np.uint64)
    weighed += np.uint64(1)
    weighed *= np.uint64(_TURNS[1])
    weighed ^= weighed >> np.uint64(29)
    weighed *= powers[: len(codes)]
    weighed *= kinds > 0
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(weighed, out=sums[1:])
    ends = np.append(starts[1:], len(codes))  # what parts them weighs nothing
    return (sums[ends] - sums[starts]) * inverse[starts], int(np.count_nonzero(sign))


def _mixed(values: NDArray[np.uint64]) -> Hashes:
    """Spread 64 bits evenly over 32 (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((values ^ (values >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)


_KNOWN: Final = 0x323B0
"""The first code point after Han: what lies above parts words."""
_WORD, _SIGN = 1, 2
_SIGNS = (
    (0x1100, 0x11FF), (0x3005, 0x3007), (0x3041, 0x30FF), (0x3130, 0x318F), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FB), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each character is: nothing, part of a word, a sign for itself."""
    kinds = np.fromiter((chr(c).isalnum() for c in range(0x11000)), np.uint8, 0x11000)
    kinds = np.append(kinds, np.zeros(_KNOWN + 1 - len(kinds), np.uint8))
    for first, last in _SIGNS:
        kinds[first : last + 1] = _SIGN
    return kinds


@cache
def _powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The powers of the multiplier and of its inverse, modulo 2**64."""
    up = np.full(MOST_SIGNS, _MULTIPLIER, np.uint64)
    down = np.full(MOST_SIGNS, _INVERSE, np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up, dtype=np.uint64), np.cumprod(down, dtype=np.uint64)
