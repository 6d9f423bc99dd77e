"""What groups stories in the benchmark: ours, datasketch, and what counts their time and hits."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from datasketch import LeanMinHash, MinHash, MinHashLSH
from stories_material import WEEK, Article, Writer

from newsroom.stories import MOST_MEMBERS
from newsroom.stories_index import StoryIndex
from newsroom.stories_marks import Marks, looked_up_by, marks_of, outlet_of
from newsroom.stories_sketch import Sketch, ascending
from newsroom.stories_ties import Candidate, choose

PERMUTATIONS = 128
_WORD = re.compile(r"\w+")


class Clock:
    """Adds up what the parts of a contender's work take, by tenths of the run."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.tenth = 0
        self.cpu: dict[tuple[str, int], float] = defaultdict(float)
        self.wall: dict[tuple[str, int], float] = defaultdict(float)
        self.articles: dict[tuple[str, int], int] = defaultdict(int)

    def at(self, number: int) -> None:
        self.tenth = number * 10 // self._count

    @contextmanager
    def part(self, name: str, articles: int) -> Iterator[None]:
        key = name, self.tenth
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.wall[key] += time.perf_counter() - wall
        self.cpu[key] += time.process_time() - cpu
        self.articles[key] += articles

    def each(self, name: str, tenth: int | None = None, *, wall: bool = False) -> float:
        """Microseconds an article."""
        times = self.wall if wall else self.cpu
        keys = [key for key in times if key[0] == name and tenth in (None, key[1])]
        articles = sum(self.articles[key] for key in keys)
        return 1e6 * sum(times[key] for key in keys) / articles if articles else float("nan")


@dataclass
class Tally:
    """What was attached rightly."""

    edits: int = 0
    attached: int = 0
    right: int = 0

    def add(self, article: Article, truth: int | None) -> None:
        """`truth`: the original of what the article was attached to."""
        self.edits += article.original != article.number
        self.attached += truth is not None
        self.right += truth == article.original and article.original != article.number

    @property
    def precision(self) -> float:
        return self.right / self.attached if self.attached else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.edits if self.edits else 1.0


class Ours:
    """Stories as `newsroom.stories` grows them."""

    parts = ("sign", "query", "insert")

    def __init__(self) -> None:
        self.index = StoryIndex()
        self.sketched: list[int] = []
        self._marks: dict[int, Marks] = {}
        self._story_of: dict[int, int] = {}
        self._members: dict[int, list[int]] = defaultdict(list)
        self._keys: dict[tuple[str, str], list[int]] = defaultdict(list)

    def block(self, articles: Sequence[Article], clock: Clock) -> list[int | None]:
        """Place articles; the story each was attached to, by its first article."""
        with clock.part("ours sign", len(articles)):
            signed = [
                marks_of(a.title, a.body, source=a.source, url=a.url, at=a.at) for a in articles
            ]
        placed = []
        # one at a time, as each may be the next one's story
        for article, marks in zip(articles, signed, strict=True):
            with clock.part("ours query", 1):
                story = self._ask(marks)
            with clock.part("ours insert", 1):
                self._add(article.number, marks, story, article.at.timestamp())
            placed.append(story)
            self.sketched.append(len(marks.sketch.hashes))
        return placed

    def fill(self, numbers: Sequence[int], writer: Writer) -> None:
        """Know articles by random sketches, and these numbers by their own."""
        rng = np.random.default_rng(5)
        true = set(numbers)
        for begin in range(0, numbers[-1] if numbers else 0, FILLED_AT_ONCE):
            many = range(begin, min(begin + FILLED_AT_ONCE, numbers[-1]))
            self.index.put_many((n, random_sketch(rng), float(n)) for n in many if n not in true)
        for number in numbers[:-1]:
            a = writer.article(number)
            made = marks_of(a.title, a.body, source=a.source, url=a.url, at=a.at)
            self._add(number, made, self._ask(made), a.at.timestamp())

    def _ask(self, marks: Marks) -> int | None:
        named = [i for key in looked_up_by(marks) for i in self._keys[key][-MOST_MEMBERS:]]
        flashes = self._keys["flash", outlet_of(marks)][-MOST_MEMBERS:]
        alike = self.index.like(marks.sketch)
        likely = (i for i in (*named, *flashes, *alike) if i in self._story_of)
        stories = dict.fromkeys(self._story_of[i] for i in likely)
        candidates = [
            Candidate(i, story, self._marks[i])
            for story in stories
            for i in self._members[story][-MOST_MEMBERS:]
        ]
        return choose(marks, candidates, WEEK)

    def _add(self, number: int, marks: Marks, story: int | None, seen: float) -> None:
        story = number if story is None else story
        self._story_of[number] = story
        self._members[story].append(number)
        self._marks[number] = replace(marks, lead="")
        self.index.put(number, marks.sketch, seen)
        for key in looked_up_by(marks):
            self._keys[key].append(number)
        if marks.flash:
            self._keys["flash", outlet_of(marks)].append(number)


FILLED_AT_ONCE = 2_000
HASHES = 130
"""Of a sketch, about as met."""


@dataclass
class Peer:
    """datasketch as its documentation uses it."""

    threshold: float
    words: int
    kept: dict[int, LeanMinHash] = field(default_factory=dict)
    pairs: int = 0
    right_pairs: int = 0
    found: int = 0

    def __post_init__(self) -> None:
        self.lsh = MinHashLSH(threshold=self.threshold, num_perm=PERMUTATIONS)
        self._empty = MinHash(num_perm=PERMUTATIONS)

    def sign(self, body: str) -> MinHash:
        made = self._empty.copy()
        made.update_batch([run.encode() for run in self._runs(body)])
        return made

    def sign_as_1(self, body: str) -> MinHash:
        made = MinHash(num_perm=PERMUTATIONS, scheme="legacy")
        made.update_batch([run.encode() for run in self._runs(body)])
        return made

    def sign_simply(self, body: str) -> MinHash:
        made = MinHash(num_perm=PERMUTATIONS)
        for run in self._runs(body):
            made.update(run.encode())
        return made

    def _runs(self, body: str) -> set[str]:
        words = _WORD.findall(body.lower())
        return {" ".join(words[n : n + self.words]) for n in range(len(words) - self.words + 1)}

    def block(
        self, articles: Sequence[Article], clock: Clock, truth: Callable[[int], int]
    ) -> list[tuple[float, int | None]]:
        """Place articles; of each the best candidate's estimate and original."""
        with clock.part("peer sign", len(articles)):
            signed = [self.sign(a.body) for a in articles]
        placed: list[tuple[float, int | None]] = []
        for article, made in zip(articles, signed, strict=True):
            with clock.part("peer query", 1):
                candidates = self.lsh.query(made)
            with clock.part("peer verify", 1):
                best = max(((made.jaccard(self.kept[c]), c) for c in candidates), default=None)
            with clock.part("peer insert", 1):
                self.lsh.insert(article.number, made)
            self.kept[article.number] = LeanMinHash(made)
            placed.append((best[0], truth(best[1])) if best else (0.0, None))
            self._count(article, [truth(c) for c in candidates])
        return placed

    def _count(self, article: Article, originals: list[int]) -> None:
        right = originals.count(article.original)
        self.pairs += len(originals)
        self.right_pairs += right
        self.found += right > 0 and article.original != article.number

    def fill(self, numbers: Sequence[int], writer: Writer) -> None:
        """Know articles by random signatures, and these numbers by their own."""
        rng = np.random.default_rng(3)
        true = set(numbers)
        for number in range(numbers[-1] if numbers else 0):
            made = self.sign(writer.article(number).body) if number in true else None
            lean = LeanMinHash(made) if made else random_signature(rng)
            self.lsh.insert(number, lean, check_duplication=False)
            self.kept[number] = lean


def random_sketch(rng: np.random.Generator) -> Sketch:
    """As many hashes as a text of the usual length has in its sketch."""
    hashes = ascending(rng.integers(0, 1 << 30, HASHES).astype(np.uint32))
    return Sketch(hashes, 4 * len(hashes))


def random_signature(rng: np.random.Generator) -> LeanMinHash:
    like = MinHash(num_perm=1)
    values = rng.integers(0, 1 << 32, PERMUTATIONS).astype(like.hashvalues.dtype)
    return LeanMinHash(seed=like.seed, hashvalues=values, scheme=like.scheme)
