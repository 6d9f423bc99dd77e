"""Story grouping against datasketch MinHash + MinHashLSH, on the same articles in one run.

    python benchmarks/stories.py [ARTICLES] [--peer-last 20000] [--threshold 0.25] [--words 5]

Needs datasketch (`pip install --group bench`). Articles are invented, each from its number alone
(`stories_material`), three in ten an edit of an earlier one; writing them is not counted.

Ours is what the service does with an article: `marks_of` (furniture, sketch, headline, numbers,
keys), look-up by key and `StoryIndex.like`, `choose` among all articles of the stories found, then
`put`. The peer signs runs of five words with MinHash(num_perm=128).update_batch, whose
permutations are made once, asks MinHashLSH(threshold=0.25) and inserts; with verification it takes
the candidate of the highest MinHash.jaccard as well. Five words and 0.25 gave it the best F1 of
three or five and 0.25 to 0.6.
Contenders take turns every 250 articles in one thread; what is counted is the processor's time of
this process, the clock beside it; the garbage collector is off. Memory comes from processes of
their own, which are filled with random signatures of the sizes met.

An article is attached to one story or to none. Precision: attached to the story of its original, of
all attached; recall: of all edits. The peer's threshold is moved until its precision is ours.

With more articles than `--peer-last`, the peer is first filled with random signatures up to the
last so many (and the true ones of the originals that their edits need), and takes part in these:
that is in its favour, as what was never written is never a false candidate.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import psutil
from datasketch import LeanMinHash, MinHash, MinHashLSH
from stories_material import SINCE, WEEK, Article, Writer

from newsroom.stories import MOST_MEMBERS
from newsroom.stories_index import StoryIndex
from newsroom.stories_marks import Marks, looked_up_by, marks_of, outlet_of
from newsroom.stories_sketch import Sketch, sketch
from newsroom.stories_text import plain_story
from newsroom.stories_ties import Candidate, choose

BLOCK = 250
SAMPLED = 20
"""Of one article in so many the parts of signing are told."""
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

    def _ask(self, marks: Marks) -> int | None:
        named = [i for key in looked_up_by(marks) for i in self._keys[key][-MOST_MEMBERS:]]
        flashes = self._keys["flash", outlet_of(marks)][-MOST_MEMBERS:]
        alike = self.index.like(marks.sketch)
        stories = dict.fromkeys(self._story_of[i] for i in (*named, *flashes, *alike))
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
        self._old = MinHash(num_perm=PERMUTATIONS, scheme="legacy")

    def sign(self, body: str, *, old: bool = False) -> MinHash:
        made = (self._old if old else self._empty).copy()
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
            lean = LeanMinHash(made) if made else _random(rng)
            self.lsh.insert(number, lean, check_duplication=False)
            self.kept[number] = lean


def _random(rng: np.random.Generator) -> LeanMinHash:
    like = MinHash(num_perm=1)
    values = rng.integers(0, 1 << 32, PERMUTATIONS).astype(like.hashvalues.dtype)
    return LeanMinHash(seed=like.seed, hashvalues=values, scheme=like.scheme)


def _of_signing(articles: Sequence[Article], clock: Clock, peer: Peer) -> None:
    """The parts of signing, each alone."""
    some = articles[::SAMPLED]
    with clock.part("ours sign: furniture", len(some)):
        plain = [plain_story(a.title, a.body) for a in some]
    with clock.part("ours sign: sketch", len(some)):
        for text in plain:
            sketch(text)
    with clock.part("peer sign: the scheme of 1.x", len(some)):
        for a in some:
            peer.sign(a.body, old=True)
    with clock.part("peer sign: update() of each shingle, as its first example has it", len(some)):
        for a in some:
            peer.sign_simply(a.body)


def _memory(contender: str, count: int, sizes: Sequence[int]) -> tuple[float, float, float]:
    """Bytes an article: resident, at the highest, and as StoryIndex tells it."""
    rng = np.random.default_rng(4)
    process = psutil.Process()
    index, kept = StoryIndex(), []
    lsh = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
    gc.collect()
    before = process.memory_info().rss
    for number in range(count):
        if contender == "ours":
            size = int(sizes[number % len(sizes)])
            hashes = np.sort(rng.integers(0, 1 << 30, size).astype(np.uint32))
            index.put(number, Sketch(hashes, 4 * size), float(number))
            continue
        made = _random(rng)
        lsh.insert(number, made, check_duplication=False)
        if contender == "peer, verifying":
            kept.append(made)
    gc.collect()
    held = process.memory_info().rss - before
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    return held / count, highest / count, index.size / count


def _asked_apart(*asked: Any) -> tuple[float, float, float]:
    """`_memory` in a process that has done nothing before."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_memory, asked)


def _at_precision(
    placed: Sequence[tuple[Article, float, int | None]], wanted: float
) -> tuple[float, Tally]:
    """The lowest threshold at which the peer is so precise; else the most precise one."""
    tried = []
    for percent in range(101):
        tally = Tally()
        for article, estimate, truth in placed:
            tally.add(article, truth if estimate >= percent / 100 else None)
        tried.append((percent / 100, tally))
        if tally.precision >= wanted:
            return tried[-1]
    return max(tried, key=lambda t: (t[1].precision, t[1].recall))


def _f1(tally: Tally) -> float:
    return 2 * tally.precision * tally.recall / max(tally.precision + tally.recall, 1e-9)


def run(count: int, peer_last: int, threshold: float, words: int) -> dict[str, Any]:
    """Measure once; figures by name."""
    writer, clock = Writer(count), Clock(count)
    ours, peer = Ours(), Peer(threshold, words)
    since = max(0, count - peer_last)
    all_ours, late_ours = Tally(), Tally()
    placed: list[tuple[Article, float, int | None]] = []
    gc.disable()
    for begin in range(0, count, BLOCK):
        articles = list(writer.articles(begin, min(count, begin + BLOCK)))
        clock.at(begin)
        stories = ours.block(articles, clock)
        late = begin >= since
        if late and not peer.kept and since:
            needed = {writer.original(n) for n in range(since, count)}
            peer.fill([*sorted(n for n in needed if n < since), since], writer)
        for article, story in zip(articles, stories, strict=True):
            truth = None if story is None else writer.original(story)
            all_ours.add(article, truth)
            if late:
                late_ours.add(article, truth)
        if late:
            found = peer.block(articles, clock, writer.original)
            slim = [replace(a, title="", body="") for a in articles]
            placed += [(a, *f) for a, f in zip(slim, found, strict=True)]
            _of_signing(articles, clock, peer)
        if begin % (BLOCK * 100) == 0:
            print(begin, round(time.process_time()), file=sys.stderr, flush=True)
    return _figures(count, clock, ours, peer, placed, all_ours, late_ours)


def _figures(
    count: int,
    clock: Clock,
    ours: Ours,
    peer: Peer,
    placed: Sequence[tuple[Article, float, int | None]],
    all_ours: Tally,
    late_ours: Tally,
) -> dict[str, Any]:
    names = sorted({name for name, _ in clock.cpu})
    last = max(tenth for _, tenth in clock.cpu)
    equal, tally = _at_precision(placed, late_ours.precision)
    curve = []
    for percent in range(10, 91, 10):
        point = Tally()
        for article, estimate, truth in placed:
            point.add(article, truth if estimate >= percent / 100 else None)
        curve.append((percent / 100, *list(_told(point).values())[:3]))
    mine = [f"ours {part}" for part in Ours.parts]
    theirs = [f"peer {part}" for part in Ours.parts]

    def rate(parts: Sequence[str], tenth: int | None = None, *, wall: bool = False) -> float:
        return round(1e6 / sum(clock.each(part, tenth, wall=wall) for part in parts), 1)

    sizes = ours.sketched[-20_000:]
    rest = {
        "articles": count,
        "us an article, processor": {name: round(clock.each(name), 1) for name in names},
        "us an article, clock": {name: round(clock.each(name, wall=True), 1) for name in names},
        "articles/s": {
            "ours": rate(mine),
            "ours, of the last tenth": rate(mine, last),
            "peer": rate(theirs),
            "peer, verifying": rate([*theirs, "peer verify"]),
            "ours, by the clock": rate(mine, wall=True),
            "peer, by the clock": rate(theirs, wall=True),
        },
        "ours by tenths": [rate(mine, tenth) for tenth in range(last + 1)],
        **{
            f"{part} by tenths, us": [round(clock.each(part, n), 1) for n in range(last + 1)]
            for part in (*mine, *theirs)
        },
        "peer by tenths": [rate(theirs, tenth) for tenth in range(last + 1)],
        "ours, all": _told(all_ours),
        "ours, same articles as the peer": _told(late_ours),
        "peer at our precision": {"threshold": equal, **_told(tally)},
        "peer, LSH alone": {
            "b, r": (peer.lsh.b, peer.lsh.r),
            "precision of pairs": round(peer.right_pairs / max(1, peer.pairs), 4),
            "recall": round(peer.found / max(1, tally.edits), 4),
        },
        "peer: threshold, precision, recall, F1": curve,
        "hashes a sketch": round(float(np.mean(sizes)), 1),
        "bytes an article by StoryIndex.size": round(ours.index.size / count),
    }
    began = time.process_time()
    ours.index.forget((SINCE + 0.6 * WEEK).timestamp())
    rest["ms to forget 60 %"] = round(1e3 * (time.process_time() - began), 1)
    ours.__init__()  # type: ignore[misc]  # their memory is needed for the next measurement
    peer.__post_init__()
    peer.kept.clear()
    rest["bytes an article: resident, at the highest, as told"] = {
        name: [round(value) for value in _asked_apart(name, count, sizes)]
        for name in ("ours", "peer", "peer, verifying")
    }
    return rest


def _told(tally: Tally) -> dict[str, float]:
    return {
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "F1": round(_f1(tally), 4),
        "edits": tally.edits,
        "attached": tally.attached,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("articles", nargs="?", type=int, default=100_000)
    parser.add_argument("--peer-last", type=int, default=100_000)
    parser.add_argument("--threshold", type=float, default=0.25)
    parser.add_argument("--words", type=int, default=5)
    asked = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    figures = run(asked.articles, asked.peer_last, asked.threshold, asked.words)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
