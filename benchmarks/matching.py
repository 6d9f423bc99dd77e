"""Matching against a raw scan of ahocorasick_rs and an `re` alternation, on the same articles.

    python benchmarks/matching.py [--rounds 5] [--articles 300] [--only english|lists|korean]

Ours is `Matcher.match(ArticleText)` with everything in it: normalise, scan, boundaries, the boolean
part, evidence with offsets. The peer is `ahocorasick_rs` in its best case: terms and texts brought
to small letters beforehand, indexes of all overlapping substring hits and nothing else; a second
column counts the lowering of the text too. Contenders take turns every hundred articles, and what
is counted is the processor's time of this process, so that a busy machine troubles both alike or
not at all (Korean, where a second process works too, by the clock on the wall). Of all rounds the
best is told, and the ratio of the medians beside that of the best. Memory and time to build come
from a process of their own. See `matching_material` for what is matched.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil
from ahocorasick_rs import AhoCorasick

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.matching_material import Material
from jobs.morphology import KiwiWorker
from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Watchlist
from newsroom.ports import Morphology, Token

SIZES = (10, 1_000, 10_000, 100_000)
ALTERNATIONS = (10, 100, 1_000)
BATCH = 100
"""Articles matched together, as the service does, so that morphology is asked once for them."""


class Timed(NamedTuple):
    """Seconds per pass over all articles."""

    best: float
    middle: float


def take_turns(
    contenders: dict[str, Callable[[slice], object]],
    count: int,
    rounds: int,
    *,
    chunk: int = 100,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Timed]:
    """Let all have each chunk of `count` articles in turn; the first round is not counted."""
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for round_ in range(rounds + 1):
        spent = dict.fromkeys(contenders, 0.0)
        for first in range(0, count, chunk):
            for name, run in contenders.items():
                began = clock()
                run(slice(first, first + chunk))
                spent[name] += clock() - began
        if round_:
            for name, seconds in spent.items():
                took[name].append(seconds)
    return {name: Timed(min(times), median(times)) for name, times in took.items()}


def scan(peer: AhoCorasick, texts: Sequence[str], part: slice) -> None:
    for text in texts[part]:
        peer.find_matches_as_indexes(text, overlapping=True)


def scan_lowering(peer: AhoCorasick, texts: Sequence[str], part: slice) -> None:
    for text in texts[part]:
        peer.find_matches_as_indexes(text.lower(), overlapping=True)


def alternate(pattern: re.Pattern[str], texts: Sequence[str], part: slice) -> None:
    for text in texts[part]:
        [found.span() for found in pattern.finditer(text)]


def match(matcher: Matcher, articles: Sequence[ArticleText], part: slice) -> None:
    for article in articles[part]:
        matcher.match(article)


def match_batch(matcher: Matcher, articles: Sequence[ArticleText], part: slice) -> None:
    matcher.match_many(articles[part])


def matcher_of(terms: Sequence[str]) -> Matcher:
    return Matcher([compile_watchlist(Watchlist("w", any=tuple(terms)))])


def peer_of(terms: Sequence[str]) -> AhoCorasick:
    return AhoCorasick(list(dict.fromkeys(term.lower() for term in terms)))


def english(material: Material, texts: Sequence[str], rounds: int) -> None:
    print(f"\n## One watchlist of names, {len(texts)} English articles ({material.told})\n")
    print(f"{sum(map(len, texts)) // len(texts)} code points an article on average\n")
    print(
        "| terms | peer/s | peer with lowering/s | ours/s | ratio (best, median) "
        "| ratio with lowering | hits an article: peer, ours | build s: peer, ours "
        "| MB: peer, ours |\n|---|---|---|---|---|---|---|---|---|"
    )
    for size in SIZES:
        row(f"{size:,}", "names", material.names(size), texts, rounds)
    for size in (10_000, 100_000):
        row(f"{size:,} of a register", "names", material.register(size), texts, rounds)
    for size in (10, 1_000):
        words = material.everyday(size)
        row(f"{size:,} everyday words", "everyday", words, texts, rounds)


def row(label: str, kind: str, terms: Sequence[str], texts: Sequence[str], rounds: int) -> None:
    peer, ours = peer_of(terms), matcher_of(terms)
    low = [text.lower() for text in texts]
    articles = [ArticleText(title="", body=text) for text in texts]
    took = take_turns(
        {
            "peer": partial(scan, peer, low),
            "lowering": partial(scan_lowering, peer, texts),
            "ours": partial(match, ours, articles),
        },
        len(texts),
        rounds,
    )
    n = len(texts)
    raw = sum(len(peer.find_matches_as_indexes(t, overlapping=True)) for t in low) / n
    hits = sum(len(h) for article in articles for _, h in ours.match(article)) / n
    p, w, o = took["peer"], took["lowering"], took["ours"]
    built = {who: _built_apart(kind, who, len(terms)) for who in ("peer", "ours")}
    print(
        f"| {label} | {n / p.best:,.0f} | {n / w.best:,.0f} | {n / o.best:,.0f} "
        f"| {p.best / o.best:.2f}, {p.middle / o.middle:.2f} | {w.best / o.best:.2f} "
        f"| {raw:.1f}, {hits:.1f} "
        f"| {built['peer'][0]:.2f}, {built['ours'][0]:.2f} "
        f"| {built['peer'][1]:.0f}, {built['ours'][1]:.0f} |",
        flush=True,
    )


def alternation(material: Material, texts: Sequence[str], rounds: int) -> None:
    print("\n## An `re` alternation of the same names, `\\b` at both ends, IGNORECASE\n")
    print("| terms | re articles/s | ours/s | times as fast |\n|---|---|---|---|")
    articles = [ArticleText(title="", body=text) for text in texts]
    for size in ALTERNATIONS:
        terms = material.names(size)
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, terms))})\b", re.IGNORECASE)
        ours = matcher_of(terms)
        took = take_turns(
            {
                "re": partial(alternate, pattern, texts),
                "ours": partial(match, ours, articles),
            },
            len(texts),
            min(rounds, 3),
        )
        r, o = took["re"].best, took["ours"].best
        print(f"| {size:,} | {len(texts) / r:,.0f} | {len(texts) / o:,.0f} | {r / o:,.0f} |")


def lists(material: Material, texts: Sequence[str], rounds: int) -> None:
    print("\n## 1,000 watchlists of 20 names each\n")
    names = material.names(20_000)
    articles = [ArticleText(title="", body=text) for text in texts]
    low = [text.lower() for text in texts]
    peer = peer_of(names)
    began = time.perf_counter()
    ours = Matcher(
        [
            compile_watchlist(Watchlist(f"w{n}", any=tuple(names[n * 20 : n * 20 + 20])))
            for n in range(1_000)
        ]
    )
    build = time.perf_counter() - began
    took = take_turns(
        {"peer": partial(scan, peer, low), "ours": partial(match, ours, articles)},
        len(texts),
        rounds,
    )
    matched = sum(len(ours.match(article)) for article in articles) / len(texts)
    p, o = took["peer"], took["ours"]
    print("| peer/s | ours/s | ratio (best, median) | watchlists met an article | build s |")
    print("|---|---|---|---|---|")
    print(
        f"| {len(texts) / p.best:,.0f} | {len(texts) / o.best:,.0f} "
        f"| {p.best / o.best:.2f}, {p.middle / o.middle:.2f} | {matched:.1f} | {build:.2f} |"
    )


class Watched:
    """A morphology with a clock and a counter before it."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphology = morphology
        self.seconds = 0.0
        self.texts = 0

    def __call__(self, texts: Sequence[str]) -> Sequence[tuple[Token, ...] | None]:
        began = time.perf_counter()
        answers = self._morphology(texts)
        self.seconds += time.perf_counter() - began
        self.texts += len(texts)
        return answers


def silent(texts: Sequence[str]) -> list[None]:
    """Answers nothing: what remains is our own part."""
    return [None] * len(texts)


def korean(material: Material, rounds: int) -> None:
    texts = material.korean()
    print(f"\n## Korean: {len(texts)} articles ({material.told})\n")
    print(
        f"{sum(map(len, texts)) // len(texts)} code points an article on average; in batches of "
        f"{BATCH}; Kiwi in one worker process, nothing remembered from one round to the next\n"
    )
    print(
        "| terms | peer/s | ours without morphology/s | with it/s | morphology's share "
        "| places asked an article | of them the term | places/s in morphology "
        "| texts analysed/s |\n|---|---|---|---|---|---|---|---|---|"
    )
    for size in (10, 100, 1_000, 10_000):
        _korean_row(f"{size:,}", material.korean_terms(size), texts, rounds)
    words = material.korean_words(1_000)
    _korean_row("1,000 everyday words", words, texts[:BATCH], rounds)


def _korean_row(label: str, terms: Sequence[str], texts: Sequence[str], rounds: int) -> None:
    articles = [ArticleText(title="", body=text) for text in texts]
    rule = compile_watchlist(Watchlist("w", any=tuple(terms)))
    worker = KiwiWorker(cache=0, limit=60.0)
    watched = Watched(worker)
    with_it, without = Matcher([rule], watched), Matcher([rule], silent)
    peer, low = peer_of(terms), [text.lower() for text in texts]

    def hits(matcher: Matcher) -> int:
        parts = (articles[n : n + BATCH] for n in range(0, len(articles), BATCH))
        matched = (one for part in parts for one in matcher.match_many(part))
        return sum(len(hits) for one in matched for _, hits in one)

    try:
        worker(["사드"])  # Kiwi loads and warms up for two seconds
        took = take_turns(
            {
                "peer": partial(scan, peer, low),
                "silent": partial(match_batch, without, articles),
                "kiwi": partial(match_batch, with_it, articles),
            },
            len(texts),
            rounds,
            chunk=BATCH,
            clock=time.perf_counter,  # the worker's time is another process's
        )
        watched.seconds, watched.texts = 0.0, 0
        began = time.perf_counter()
        found = hits(with_it)
        whole = time.perf_counter() - began
        n, asked = len(texts), hits(without)
        print(
            f"| {label} | {n / took['peer'].best:,.0f} | {n / took['silent'].best:,.0f} "
            f"| {n / took['kiwi'].best:,.0f} | {watched.seconds / whole:.0%} "
            f"| {asked / n:.1f} | {found / max(asked, 1):.0%} | {asked / watched.seconds:,.0f} "
            f"| {watched.texts / watched.seconds:,.0f} |",
            flush=True,
        )
    finally:
        worker.close()


def _built_apart(kind: str, who: str, size: int) -> tuple[float, float]:
    """Seconds and MB that building takes, in a process of its own."""
    command = [sys.executable, __file__, "--build", kind, who, str(size)]
    out = subprocess.run(command, capture_output=True, check=True).stdout
    seconds, megabytes = json.loads(out)
    return seconds, megabytes


def build(kind: str, who: str, size: int) -> None:
    material = Material()
    terms = material.names(size) if kind == "names" else material.everyday(size)
    make: Callable[[Sequence[str]], object] = peer_of if who == "peer" else matcher_of
    make(terms[:2])
    process = psutil.Process()
    before = process.memory_info().rss
    began = time.perf_counter()
    made = make(terms)
    seconds = time.perf_counter() - began
    print(json.dumps([seconds, (process.memory_info().rss - before) / 2**20]))
    del made


def main() -> None:
    parser = argparse.ArgumentParser(description="Matching against its peers.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--only", choices=["english", "lists", "korean"])
    parser.add_argument("--build", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.build:
        build(args.build[0], args.build[1], int(args.build[2]))
        return
    material = Material()
    texts = material.english()[: args.articles]
    if args.only in (None, "english"):
        english(material, texts, args.rounds)
        alternation(material, texts, args.rounds)
    if args.only in (None, "lists"):
        lists(material, texts, args.rounds)
    if args.only in (None, "korean"):
        korean(material, args.rounds)


if __name__ == "__main__":
    main()
