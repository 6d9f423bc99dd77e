"""The short keys under which a story remembers what it has said, and how many of them are kept.

A key is at most 16 ASCII characters: the letter of its class and checksums of what it stands for.
A text with more keys of a class than there is room for keeps those whose checksum is a multiple of
a power of two and says so by a mark (`s/4`); what the mark leaves out is not judged afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from zlib import crc32

ROOM = {"n": 100, "v": 60, "r": 20, "d": 40, "s": 220, "w": 200}
"""Keys kept of one text by class: numbers, their values, values as headlines round them; dates;
shingles of quotes; words that may be names."""
_RATES = [1 << n for n in range(1, 15)]


class Spot(NamedTuple):
    """Where a fact stands in folded text, and its key."""

    start: int
    end: int
    key: str


def checksum(content: str) -> int:
    """Sum up a text the same way in every process; 32 bits."""
    return crc32(content.encode("utf-8", "surrogatepass"))


def key(letter: str, content: str) -> str:
    """Make a key of a class out of what it stands for."""
    return f"{letter}:{checksum(content):08x}"


def keep(letter: str, keys: Iterable[str]) -> set[str]:
    """Keep as many keys of a class as there is room for, with the mark of what was left out."""
    kept, rate = set(keys), 1
    while len(kept) > ROOM[letter] and rate < _RATES[-1]:
        rate *= 2
        kept = {key for key in kept if checksum(key) % rate == 0}
    return kept if rate == 1 else kept | {f"{letter}/{rate}"}


class Known:
    """What a story has said: keys of all its texts, each class with its coarsest rate."""

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = keys if isinstance(keys, set | frozenset) else frozenset(keys)
        self._rates = {
            letter: max((rate for rate in _RATES if f"{letter}/{rate}" in self._keys), default=1)
            for letter in ROOM
        }

    def __contains__(self, key: str) -> bool:
        """Say whether the story knows a key, or cannot tell."""
        return key in self._keys or not self.judges(key)

    def judges(self, key: str) -> bool:
        """Say whether the story would remember this key, had it met it."""
        rate = self._rates[key[0]]
        return rate == 1 or checksum(key) % rate == 0

    def has(self, key: str) -> bool:
        """Say whether the story surely knows a key."""
        return key in self._keys
