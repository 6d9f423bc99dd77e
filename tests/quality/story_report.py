"""Measure story grouping, and write the figures into docs/quality.md or the articles into a file.

python -m tests.quality.story_report                  # tables and misses, printed
python -m tests.quality.story_report --misses 40      # more of each kind
python -m tests.quality.story_report --set edits      # one set alone; `written` needs no captures
python -m tests.quality.story_report --dump FOLDER    # a file a batch for `try stories`, labels
python -m tests.quality.story_report --docs           # the tables of docs/quality.md, anew
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from tests.corpus.paths import CORPUS
from tests.quality.page import write
from tests.quality.story_batches import Batch
from tests.quality.story_measure import Measured, Pair, by, measured
from tests.quality.story_sets import captured, unspaced, written


def batches(draw: int = 0, *, stress: bool = False) -> Iterator[Batch]:
    """All there is here: without the captures what was written for the project."""
    yield from written(draw)
    if CORPUS.is_dir():
        yield from captured(CORPUS, draw)
        if stress:
            yield from unspaced(CORPUS)


def tables(found: Measured) -> dict[str, str]:
    """What stands between each pair of marks in the docs."""
    edited = [pair for pair in found.pairs if pair.set not in ("roundups", "unspaced")]
    return {
        "stories": _table(found.pairs, lambda pair: f"{pair.set}, {language_of(pair)}"),
        "story kinds": _table(edited, _kind),
        "story roundups": f"{found.roundups} round-ups, {len(found.pulled)} pulled two stories into"
        f" one. {found.apart:,} pairs were rightly left apart.",
    }


def language_of(pair: Pair) -> str:
    """Name the language whose floor a pair counts in: `en`, `ko` or `other`."""
    return pair.language if pair.language in ("en", "ko") else "other"


def _kind(pair: Pair) -> str:
    if "reprints" in pair.batch and pair.expected:
        return f"{pair.set}: up to four edits at once"
    if " + " in pair.kind and pair.kind != "originals":
        return f"{pair.set}: both sides edited"
    return f"{pair.set}: {pair.kind}"


def _table(pairs: Sequence[Pair], key: Callable[[Pair], str]) -> str:
    lines = ["| | pairs | joined | wrongly | missed | precision | recall |"]
    lines.append("|---|---|---|---|---|---|---|")
    for name, s in by(pairs, key).items():
        lines.append(
            f"| {name} | {s.tp + s.fn} | {s.tp} | {s.fp} | {s.fn} |"
            f" {s.precision:.4f} | {s.recall:.4f} |"
        )
    return "\n".join(lines)


def misses(found: Measured, limit: int) -> Iterator[str]:
    """Pairs judged wrongly: of every set, language and kind the first few, with their keys."""
    shown: dict[tuple[str, str, str], int] = {}
    for pair in found.pairs:
        if pair.expected == pair.found:
            continue
        group = pair.set, pair.language, _kind(pair)
        shown[group] = shown.get(group, 0) + 1
        if shown[group] <= limit:
            said = "missed" if pair.expected else "WRONG"
            one, other = pair.one.article, pair.other.article
            yield (
                f"{said} {' '.join(group)} [{pair.batch}]\n"
                f"    {one.id} {one.title[:70]!r} {len(one.body)}\n"
                f"    {other.id} {other.title[:70]!r} {len(other.body)}"
            )
    for shape, first, second in found.pulled:
        yield f"PULLED by a round-up ({shape}): {first} {second}"


def dump(folder: Path, sets: Sequence[str], draw: int) -> None:
    """Write each batch as `try stories` reads it, and its labels beside (BATCH.labels.jsonl).

    A label: id, story (null: counts in no pair), language, kind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for batch in batches(draw):
        if sets and batch.set not in sets:
            continue
        rows = [asdict(item.article) for item in batch.items]
        labels = [
            {"id": i.article.id, "story": i.story, "language": i.language, "kind": i.kind}
            for i in batch.items
        ]
        name = batch.name.replace(" ", "-")
        _lines(folder / f"{name}.jsonl", rows)
        _lines(folder / f"{name}.labels.jsonl", labels)


def _lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", default=[], dest="sets")
    parser.add_argument("--misses", type=int, default=5)
    parser.add_argument("--draw", type=int, default=0, help="other edits and texts: 1, 2")
    parser.add_argument("--stress", action="store_true", help="Korean without blanks too")
    parser.add_argument("--dump", type=Path)
    parser.add_argument("--docs", action="store_true", help="write docs/quality.md anew")
    args = parser.parse_args()
    if args.dump:
        dump(args.dump, args.sets, args.draw)
        return
    chosen = (
        b for b in batches(args.draw, stress=args.stress) if not args.sets or b.set in args.sets
    )
    found = measured(chosen)
    if args.docs:
        write(tables(found))
    print("\n".join(chain(misses(found, args.misses), tables(found).values())))


if __name__ == "__main__":
    main()
