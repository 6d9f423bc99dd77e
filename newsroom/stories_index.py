"""Which articles of the last days may share a text: an inverted index over sketches, in memory.

Postings stand in a few sorted runs that are merged as they grow (every run at least 32 times the
next), the newest in a dictionary. A look-up takes the shingles that fewest articles have and looks
at so many postings at most, so its cost hardly grows with the index, and a phrase that everybody
prints is no evidence. An index never decides: it proposes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from newsroom.stories_postings import Postings
from newsroom.stories_sketch import Hashes, Sketch

FLUSH = 256
"""Articles whose postings stand in the dictionary."""
GROWTH = 32
POSTINGS = 512
"""Postings a look-up reads at most."""
LEAST = 0.3
"""Of what one of two texts has indexed, so much must be common for an article to be proposed."""
PROPOSED = 16
INDEXED = 48
"""Of a sketch the smallest hashes are indexed; all of it is compared when articles are proposed."""


class StoryIndex:
    """Sketches by article; not safe for several threads at once."""

    def __init__(self) -> None:
        self._row_of: dict[int, int] = {}
        self._articles = np.zeros(1024, np.int64)
        self._seen = np.zeros(1024, np.float64)
        self._alive = np.zeros(1024, np.bool_)
        self._sizes = np.zeros(1024, np.float32)
        self._rows = 0
        self._runs: list[Postings] = []
        self._recent: list[tuple[int, Hashes]] = []
        self._newest: dict[int, int] = {}
        """The latest row of a shingle, of those in no run yet."""
        self._others: dict[int, list[int]] = {}
        """Its rows before."""

    def __len__(self) -> int:
        """How many articles it knows."""
        return len(self._row_of)

    def __contains__(self, article: int) -> bool:
        """Whether it knows the article."""
        return article in self._row_of

    @property
    def size(self) -> int:
        """Bytes it holds, about."""
        arrays = (self._articles, self._seen, self._alive, self._sizes)
        held = sum(array.nbytes for array in arrays) + sum(run.nbytes for run in self._runs)
        held += 110 * len(self._row_of)
        return held + sum(h.nbytes + 180 * len(h) for _, h in self._recent)

    def put(self, article: int, sketch: Sketch, seen: float) -> None:
        """Know an article, first seen at that POSIX time, by this sketch and no other any more."""
        row = self._new_row(article, sketch, seen)
        hashes = sketch.hashes[:INDEXED]
        if not len(hashes):
            return
        self._recent.append((row, hashes))
        mine = set(hashes.tolist())
        for shingle in self._newest.keys() & mine:
            self._others.setdefault(shingle, []).append(self._newest[shingle])
        self._newest.update(dict.fromkeys(mine, row))
        if len(self._recent) >= FLUSH:
            self._flush()

    def put_many(self, known: Iterable[tuple[int, Sketch, float]]) -> None:
        """Know many articles at once: (article, sketch, POSIX time first seen), as `put` does."""
        added = [(self._new_row(*one), one[1].hashes[:INDEXED]) for one in known]
        self._add_run([(row, hashes) for row, hashes in added if len(hashes)])

    def _new_row(self, article: int, sketch: Sketch, seen: float) -> int:
        self.drop(article)
        row = self._rows
        if row == len(self._articles):
            self._grow()
        self._articles[row], self._seen[row], self._alive[row] = article, seen, True
        self._sizes[row] = sketch.size
        self._row_of[article] = row
        self._rows += 1
        return row

    def drop(self, article: int) -> None:
        """Forget an article."""
        row = self._row_of.pop(article, None)
        if row is not None:
            self._alive[row] = False

    def forget(self, before: float) -> None:
        """Forget what was first seen before a POSIX time."""
        rows = np.flatnonzero(self._alive[: self._rows] & (self._seen[: self._rows] < before))
        for article in self._articles[rows].tolist():
            del self._row_of[article]
        self._alive[rows] = False
        if self._rows > 2 * len(self._row_of) + FLUSH:
            self._compact()

    def like(self, sketch: Sketch, limit: int = PROPOSED) -> list[int]:
        """Articles that share rare shingles with the sketch, those that share most first."""
        found, read = self._postings(sketch.hashes[:INDEXED])
        if not len(found):
            return []
        rows, counts = np.unique(found, return_counts=True)
        fewer = np.minimum(_indexed_of_both(sketch.size, self._sizes[rows]), read)
        # two at least, but where few can be common: one of three is a short text's share
        likely = (counts >= LEAST * fewer) & (counts >= np.minimum(2, fewer / 2))
        likely &= self._alive[rows]
        rows, counts = rows[likely], counts[likely]
        best = np.lexsort((rows, -counts))[:limit]
        return [int(article) for article in self._articles[rows[best]]]

    def _postings(self, hashes: Hashes) -> tuple[NDArray[np.int64], int]:
        """Rows under the rarest of these shingles, each as often as it has one of them; of how many
        shingles they are."""
        counts = np.zeros(len(hashes), np.int64)
        spans = [(run, *run.find(hashes)) for run in self._runs]
        for _, begin, end in spans:
            counts += end - begin
        listed = hashes.tolist()
        newest = self._newest.keys() & set(listed)
        for shingle in newest:
            counts[listed.index(shingle)] += 1 + len(self._others.get(shingle, ()))
        wanted, whole = self._wanted(counts)
        rows = [run.rows(begin[wanted], end[wanted], POSTINGS) for run, begin, end in spans]
        late = [n for n, shingle in enumerate(listed) if shingle in newest and wanted[n]]
        found = [row for n in late for row in self._rows_of(listed[n])]
        read = len(hashes) if whole else int(np.count_nonzero(wanted))
        return np.concatenate([np.array(found, np.int64), *rows]), read

    def _rows_of(self, shingle: int) -> list[int]:
        return [self._newest[shingle], *self._others.get(shingle, ())]

    @staticmethod
    def _wanted(counts: NDArray[np.int64]) -> tuple[NDArray[np.bool_], bool]:
        """The rarest shingles, as many as may be read, one at least; whether these are all."""
        if int(counts.sum()) <= POSTINGS:
            return counts > 0, True
        some = np.flatnonzero(counts)
        rarest = some[np.argsort(counts[some], kind="stable")]
        room = int(np.searchsorted(np.cumsum(counts[rarest]), POSTINGS, "right"))
        wanted = np.zeros(len(counts), np.bool_)
        wanted[rarest[: max(room, 1)]] = True
        return wanted, False

    def _grow(self) -> None:
        more = len(self._articles)
        self._articles = np.append(self._articles, np.zeros(more, np.int64))
        self._seen = np.append(self._seen, np.zeros(more, np.float64))
        self._alive = np.append(self._alive, np.zeros(more, np.bool_))
        self._sizes = np.append(self._sizes, np.zeros(more, np.float32))

    def _flush(self) -> None:
        """Sort what is newest into a run, and merge runs that have come near each other's size."""
        self._add_run(self._recent)
        self._recent, self._newest, self._others = [], {}, {}

    def _add_run(self, rows: Sequence[tuple[int, Hashes]]) -> None:
        if rows:
            self._runs.append(Postings.of(rows))
        while len(self._runs) > 1 and len(self._runs[-2]) < GROWTH * len(self._runs[-1]):
            small = self._runs.pop()
            self._runs[-1] = self._runs[-1].merged(small)

    def _compact(self) -> None:
        """Number the rows that live anew, in the same order, and let the others' postings go."""
        if self._recent:
            self._flush()
        alive = self._alive[: self._rows]
        numbers = np.cumsum(alive, dtype=np.int64) - 1
        self._runs = [run for old in self._runs if len(run := old.renumbered(alive, numbers))]
        for name in ("_articles", "_seen", "_alive", "_sizes"):
            old = getattr(self, name)
            kept = old[: self._rows][alive]
            setattr(self, name, np.append(kept, np.zeros(1024, old.dtype)))
        self._rows = int(np.count_nonzero(alive))
        self._row_of = {int(a): n for n, a in enumerate(self._articles[: self._rows])}


def _indexed_of_both(size: int, sizes: NDArray[np.float32]) -> NDArray[np.float32]:
    """How many shingles the smaller of two texts has among those that both have indexed."""
    larger, smaller = np.maximum(sizes, size), np.minimum(sizes, size)
    both: NDArray[np.float32] = smaller * np.minimum(INDEXED / larger, 1.0)
    return both
