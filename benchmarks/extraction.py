"""Pages read per second of processor time, beside trafilatura with metadata on the same bytes.

    python benchmarks/extraction.py [--rounds 3]

Known outlets: captures of English Yonhap pages, read by their page class. Unknown outlets: captures
of Korean outlets without a class, of outlets abroad, and pages whose bodies were written down by
hand. Contenders take turns, a page each; a round is a pass over the set. Needs the captures beside
the checkout.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

# the captures are read by modules of the tests, which no installed package has
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trafilatura import bare_extraction

from crawler.pages.read import read_page
from newsroom.errors import PageError
from tests.corpus.page_truth import yonhap
from tests.corpus.paths import CORPUS
from tests.quality.extraction_sets import samples

Page = tuple[bytes, str]
Reader = Callable[[bytes, str], object]
_REPEAT_SMALL = 4
"""Passes over a small set that count as one round."""


def ours(body: bytes, url: str) -> object:
    """The whole reading, as a worker does it."""
    try:
        return read_page(body, url=url)
    except PageError as error:
        return error


def theirs(body: bytes, url: str) -> object:
    """Precision before recall, with metadata, no comments: what we would ask of it."""
    return bare_extraction(
        body, url=url, favor_precision=True, include_comments=False, with_metadata=True
    )


def sets() -> dict[str, list[Page]]:
    """The pages by set."""
    found: dict[str, list[Page]] = {
        "known outlet (Yonhap)": [(t.html, t.url) for t in yonhap()] * _REPEAT_SMALL
    }
    for sample in samples(CORPUS):
        found.setdefault(f"unknown: {sample.set}", []).append((sample.html, sample.url))
    found["unknown: Korean outlets"] *= _REPEAT_SMALL
    return found


def round_of(pages: Sequence[Page], readers: Sequence[Reader]) -> list[float]:
    """Processor seconds of each reader for all pages, in turns."""
    spent = [0.0] * len(readers)
    for number, (body, url) in enumerate(pages):
        # who begins changes: what the first one warms in caches helps the second
        order = range(len(readers)) if number % 2 else reversed(range(len(readers)))
        for place in order:
            start = time.process_time()
            readers[place](body, url)
            spent[place] += time.process_time() - start
    return spent


def main() -> None:
    """Measure and print the table of docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    readers = (ours, theirs)
    print("| set | pages | ours/s | trafilatura/s | ratio (best, median) |")
    print("|---|---|---|---|---|")
    for name, pages in sets().items():
        round_of(pages[:8], readers)
        rounds = [round_of(pages, readers) for _ in range(args.rounds)]
        mine, other = (min(r[place] for r in rounds) for place in (0, 1))
        ratios = [r[1] / r[0] for r in rounds]
        print(
            f"| {name} | {len(pages)} | {len(pages) / mine:.0f} | {len(pages) / other:.0f} |"
            f" {max(ratios):.2f}, {median(ratios):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
