"""A text's shingles, and a small sample of them that tells how much two texts share.

Shingles are runs of three words, or of six signs where a text is written in Hangul, Han or kana,
whose writers and outlets set blanks as they like. Each is hashed to 32 bits; a sketch keeps the
smallest of them (bottom-k), the same ones on every machine. Below the greatest value that two
sketches both cover, what they share there estimates what the texts share, however unlike their
lengths are (A. Broder, On the resemblance and containment of documents, 1997; facts by
measurement: benchmarks/stories.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from newsroom.stories_signs import MOST_SIGNS, SIGN, WORD, Signs, kinds

Hashes = NDArray[np.uint32]

WORDS = 3
SIGNS = 6
FEW, SHARE, MOST = 64, 4, 192
"""A sketch keeps every fourth shingle, at least 64 (or all there are), at most 192."""

_WHOLE: Final = np.uint32(0xFFFFFFFF)
_MULTIPLIER: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_MULTIPLIER, -1, 1 << 64)
_TURN: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_SPREAD: Final = np.uint64(0x165667B19E3779F9)


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


def sketch(plain: str | Signs) -> Sketch:
    """Sketch a folded text; what is no letter or digit only parts words."""
    hashes = ascending(shingles(plain))
    size = len(hashes)
    kept = min(size, max(FEW, min(size // SHARE, MOST)))
    return Sketch(hashes[:kept].copy(), size)


class Share(NamedTuple):
    """What two texts have in common, as their sketches tell."""

    ours: float
    """How much of the one stands in the other, 0 to 1."""
    theirs: float
    """How much of the other stands in the one."""
    seen: int
    """On how many common shingles that rests."""


def shared(one: Sketch, other: Sketch) -> Share:
    """Estimate what two texts have in common."""
    return shared_with(one, [other])[0]


def shared_with(one: Sketch, others: Sequence[Sketch]) -> list[Share]:
    """Estimate what a text has in common with each of others, all at once."""
    full = [n for n, other in enumerate(others) if len(other.hashes)]
    shares = [Share(0.0, 0.0, 0)] * len(others)
    if not full or not len(one.hashes):
        return shares
    sizes = np.array([len(others[n].hashes) for n in full])
    begins = np.cumsum(sizes) - sizes
    reaches = np.minimum(np.array([others[n].reach for n in full]), one.reach)
    theirs = np.concatenate([others[n].hashes for n in full])
    within = theirs <= np.repeat(reaches, sizes)
    places = np.minimum(np.searchsorted(one.hashes, theirs), len(one.hashes) - 1)
    common = within & (one.hashes[places] == theirs)
    seen = np.add.reduceat(common, begins, dtype=np.int64)
    of_theirs = np.add.reduceat(within, begins, dtype=np.int64)
    of_ours = np.searchsorted(one.hashes, reaches, "right")
    for n, both, a, b in zip(
        full, seen.tolist(), of_ours.tolist(), of_theirs.tolist(), strict=True
    ):
        if both:
            shares[n] = Share(both / a, both / b, both)
    return shares


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


def shingles(plain: str | Signs) -> Hashes:
    """Hash every shingle of a folded text, in order, doubles included."""
    signs = plain if isinstance(plain, Signs) else Signs(plain)
    tokens, wide = _tokens(signs)
    width = SIGNS if 2 * wide > len(tokens) else WORDS
    if len(tokens) < width:
        return none()
    count = len(tokens) - width + 1
    made = tokens[:count].copy()
    for n in range(1, width):
        made *= _TURN
        made += tokens[n : n + count]
    return _mixed(made)


def _tokens(signs: Signs) -> tuple[NDArray[np.uint64], int]:
    """Hash each word, and each sign of a script that sets no blanks; how many were such signs."""
    begins = signs.kinds == WORD
    begins[1:] &= ~begins[:-1]
    if signs.wide:
        begins |= signs.kinds == SIGN
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, np.uint64), 0
    powers, inverse = _powers()
    weighed = _spread(signs)
    weighed *= powers[: len(weighed)]
    sums = np.zeros(len(weighed) + 1, np.uint64)
    np.cumsum(weighed, out=sums[1:])
    tokens = sums[np.append(starts[1:], len(weighed))]  # what parts them weighs nothing
    tokens -= sums[starts]
    tokens *= inverse[starts]
    return tokens, signs.wide


def _spread(signs: Signs) -> NDArray[np.uint64]:
    """Give each letter a number of 64 bits, and what is none nothing."""
    if signs.ascii:
        return _ascii_spread()[signs.codes]
    return _spread_codes(signs.codes.astype(np.uint64)) * (signs.kinds > 0)


def _spread_codes(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    spread: NDArray[np.uint64] = (codes + np.uint64(1)) * _SPREAD
    return spread ^ (spread >> np.uint64(29))


@cache
def _ascii_spread() -> NDArray[np.uint64]:
    codes = np.arange(128, dtype=np.uint64)
    return _spread_codes(codes) * (kinds()[:128] > 0)


def _mixed(values: NDArray[np.uint64]) -> Hashes:
    """Spread 64 bits evenly over 32 (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((values ^ (values >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)


@cache
def _powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The powers of the multiplier and of its inverse, modulo 2**64."""
    up = np.full(MOST_SIGNS, _MULTIPLIER, np.uint64)
    down = np.full(MOST_SIGNS, _INVERSE, np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up, dtype=np.uint64), np.cumprod(down, dtype=np.uint64)
