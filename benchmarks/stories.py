"""Story grouping against datasketch MinHash + MinHashLSH, on the same articles in one run.

    python benchmarks/stories.py [ARTICLES] [--peer-last 20000] [--ours-last N]
        [--threshold 0.25] [--words 5]

Needs datasketch (`pip install --group bench`, pip 25.1). Articles are invented, each from its
number alone (`stories_material`), three in ten an edit of an earlier one; writing them is not
counted.

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
that is in its favour, as what was never written is never a false candidate. `--ours-last` does the
same for ours, where no hour is left for a million articles.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import psutil
from datasketch import MinHashLSH
from stories_contenders import PERMUTATIONS, Clock, Ours, Peer, Tally, random_signature
from stories_material import SINCE, WEEK, Article, Writer

from newsroom.stories_index import StoryIndex
from newsroom.stories_sketch import Sketch, sketch
from newsroom.stories_text import bare_title, plain_story

BLOCK = 250
SAMPLED = 20
"""Of one article in so many the parts of signing are told."""
PEER_HELD = 200_000
"""With so many at most the peer's memory is measured; it takes as much for each of any number."""


def _of_signing(articles: Sequence[Article], clock: Clock, peer: Peer) -> None:
    """The parts of signing, each alone."""
    some = articles[::SAMPLED]
    with clock.part("ours sign: furniture", len(some)):
        plain = [plain_story(bare_title(a.title), a.body) for a in some]
    with clock.part("ours sign: sketch", len(some)):
        for text in plain:
            sketch(text)
    with clock.part("peer sign: as version 1, its permutations drawn for each", len(some)):
        for a in some:
            peer.sign_as_1(a.body)
    with clock.part("peer sign: update() of each shingle, as its first example has it", len(some)):
        for a in some:
            peer.sign_simply(a.body)


def _memory(
    contender: str, count: int, sizes: Sequence[int], threshold: float
) -> tuple[float, float, float]:
    """Bytes an article: resident, at the highest, and as StoryIndex tells it."""
    rng = np.random.default_rng(4)
    process = psutil.Process()
    index, kept = StoryIndex(), []
    lsh = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    gc.collect()
    before = process.memory_info().rss
    for number in range(count):
        if contender == "ours":
            size = int(sizes[number % len(sizes)])
            hashes = np.sort(rng.integers(0, 1 << 30, size).astype(np.uint32))
            index.put(number, Sketch(hashes, 4 * size), float(number))
            continue
        made = random_signature(rng)
        lsh.insert(number, made, check_duplication=False)
        if contender == "peer, verifying":
            kept.append(made)
    gc.collect()
    held = process.memory_info().rss - before
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    highest = int(told) * 1024 - before
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


def run(count: int, peer_last: int, ours_last: int, threshold: float, words: int) -> dict[str, Any]:
    """Measure once; figures by name."""
    writer, clock = Writer(count), Clock(count)
    ours, peer = Ours(), Peer(threshold, words)
    since, ours_since = max(0, count - peer_last), max(0, count - ours_last)
    all_ours, late_ours = Tally(), Tally()
    placed: list[tuple[Article, float, int | None]] = []
    gc.disable()
    if ours_since:
        needed = {writer.original(n) for n in range(ours_since, count)}
        ours.fill([*sorted(n for n in needed if n < ours_since), ours_since], writer)
    for begin in range(ours_since, count, BLOCK):
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
            for part in (*mine, *(theirs if len(placed) == count else ()))
        },
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
        name: [round(value) for value in _asked_apart(name, most, sizes, peer.threshold)]
        for name, most in (
            ("ours", count),
            ("peer", min(count, PEER_HELD)),
            ("peer, verifying", min(count, PEER_HELD)),
        )
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
    parser.add_argument("--ours-last", type=int, default=1_000_000)
    parser.add_argument("--threshold", type=float, default=0.25)
    parser.add_argument("--words", type=int, default=5)
    asked = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    figures = run(asked.articles, asked.peer_last, asked.ours_last, asked.threshold, asked.words)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
