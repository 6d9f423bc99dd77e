"""Postings of many articles in one sorted array, with a directory that leads to a shingle's own.

A posting is 64 bits: the shingle's hash above, the row of the article below. Binary search in an
array of a gigabyte waits for memory at every step; the directory, one entry for about four
postings, leads to within a few of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsroom.stories_sketch import Hashes

Rows = NDArray[np.int64]
_Array = NDArray[np.uint64]
_HALF = np.uint64(32)
_ROW = np.uint64(0xFFFFFFFF)
_EACH = 4
"""Postings for each entry of the directory, about."""
_NEAR = 64
"""So many postings are looked through; where a directory's entry has more, they are searched."""


class Postings:
    """Sorted, never changed."""

    def __init__(self, array: _Array) -> None:
        self._array = array
        bits = max(int(len(array) // _EACH).bit_length(), 1)
        top = int(array[-1] >> _HALF).bit_length() if len(array) else 1
        self._shift = np.uint32(max(top - bits, 0))
        parts = (array >> (_HALF + np.uint64(self._shift))).astype(np.int64)
        counts = np.bincount(parts, minlength=1)
        self._begins = np.zeros(len(counts) + 2, np.uint32)
        np.cumsum(counts, out=self._begins[1:-1])
        self._begins[-1] = len(array)

    @classmethod
    def of(cls, rows: Sequence[tuple[int, Hashes]]) -> Postings:
        """Take in the hashes of each row."""
        hashes = np.concatenate([h for _, h in rows]).astype(np.uint64)
        numbers = np.array([row for row, _ in rows], np.uint64)
        packed = hashes << _HALF | np.repeat(numbers, [len(h) for _, h in rows])
        packed.sort()
        return cls(packed)

    def __len__(self) -> int:
        """How many postings."""
        return len(self._array)

    @property
    def nbytes(self) -> int:
        """Bytes it holds."""
        return self._array.nbytes + self._begins.nbytes

    def find(self, hashes: Hashes) -> tuple[Rows, Rows]:
        """Between which places the postings of each hash stand."""
        part = np.minimum(hashes >> self._shift, len(self._begins) - 2)
        begin = self._begins[part].astype(np.int64)
        end = self._begins[part + 1].astype(np.int64)
        counts = end - begin
        many = counts > _NEAR
        searched = bool(many.any())
        near = np.where(many, 0, counts) if searched else counts
        which = np.repeat(np.arange(len(hashes)), near)
        found = self._array[_places(begin, near)] >> _HALF
        asked = hashes[which]
        smaller = np.bincount(which[found < asked], minlength=len(hashes))
        equal = np.bincount(which[found == asked], minlength=len(hashes))
        begin += smaller
        end = begin + equal
        if searched:
            keys = hashes[many].astype(np.uint64) << _HALF
            begin[many] = self._array.searchsorted(keys)
            end[many] = self._array.searchsorted(keys | _ROW, "right")
        return begin, end

    def rows(self, begin: Rows, end: Rows, most: int) -> Rows:
        """The rows between these places; of a hash that has more than `most` the latest."""
        counts: Rows = np.minimum(end - begin, most)
        if not counts.any():
            return counts[:0]
        found: Rows = (self._array[_places(end - counts, counts)] & _ROW).astype(np.int64)
        return found

    def merged(self, smaller: Postings) -> Postings:
        """Both as one."""
        large, small = self._array, smaller._array
        places = np.searchsorted(large, small, "right") + np.arange(len(small))
        both = np.empty(len(large) + len(small), np.uint64)
        others = np.ones(len(both), np.bool_)
        others[places] = False
        both[places] = small
        both[others] = large
        return Postings(both)

    def renumbered(self, alive: NDArray[np.bool_], numbers: Rows) -> Postings:
        """Without rows that are not alive, the others by their new numbers, in the same order."""
        rows = (self._array & _ROW).astype(np.int64)
        kept = alive[rows]
        return Postings(self._array[kept] & ~_ROW | numbers[rows[kept]].astype(np.uint64))


def _places(begin: Rows, counts: Rows) -> Rows:
    """All places of these stretches, one stretch after the other."""
    before = np.cumsum(counts) - counts
    places: Rows = np.arange(int(counts.sum())) + np.repeat(begin - before, counts)
    return places
