"""What is read of captured pages, by set and by outlet, beside trafilatura.

`python -m tests.quality.extraction_report` prints the tables and every page that was read wrongly;
`--docs` writes docs/extraction.md anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from tests.corpus.paths import CORPUS
from tests.quality.extraction_measure import FIELDS, Pair, figures, grouped, measured
from tests.quality.extraction_sets import samples
from tests.quality.page import write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "extraction.md"
LOW = 0.9
_HEAD = (
    "| | pages | F1 mean | | F1 least | | title | | instant | | day | | authors F1 | |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    "| | | ours | theirs | ours | theirs | ours | theirs | ours | theirs | ours | theirs"
    " | ours | theirs |"
)


def table(groups: Mapping[str, Sequence[Pair]]) -> str:
    """A row a group: ours and trafilatura's figures side by side."""
    return "\n".join([_HEAD, *(_line(name, pairs) for name, pairs in groups.items())])


def tables(pairs: Sequence[Pair]) -> dict[str, str]:
    """The sections of the page, by the names of their marks."""
    korean = [pair for pair in pairs if pair.ours.set == "Korean outlets"]
    return {
        "sets": table(grouped(pairs, lambda row: row.set)),
        "korean": table(grouped(korean, lambda row: row.outlet)),
        "low": _low(pairs),
        "fields": _fields(pairs),
    }


def misses(pairs: Sequence[Pair]) -> Iterator[str]:
    """Every field read wrongly, and every body under LOW, with what was found."""
    for ours, theirs in pairs:
        for field in FIELDS[1:]:
            if getattr(ours, field) not in (None, True, 1.0):
                yield (
                    f"{field} {ours.name}\n    ours {_found(ours.found, field)!r}\n"
                    f"    theirs {_found(theirs.found, field)!r}"
                )
        if ours.f1 < LOW:
            yield f"body {ours.name} ours {ours.f1:.3f} theirs {theirs.f1:.3f}"


def _line(name: str, pairs: Sequence[Pair]) -> str:
    ours, theirs = figures([p.ours for p in pairs]), figures([p.theirs for p in pairs])
    cells = [f"{ours.f1:.3f}", f"{theirs.f1:.3f}", f"{ours.least:.3f}", f"{theirs.least:.3f}"]
    for field in FIELDS[1:]:
        cells += [_share(getattr(ours, field)), _share(getattr(theirs, field))]
    return f"| {name} | {ours.pages} | {' | '.join(cells)} |"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _low(pairs: Sequence[Pair]) -> str:
    lines = ["| page | ours | theirs |", "|---|---|---|"]
    low = sorted((p for p in pairs if p.ours.f1 < LOW), key=lambda p: p.ours.f1)
    lines += [f"| {p.ours.name} | {p.ours.f1:.3f} | {p.theirs.f1:.3f} |" for p in low]
    return "\n".join(lines)


def _fields(pairs: Sequence[Pair]) -> str:
    lines = [
        "| field | both right | ours alone | theirs alone | neither |",
        "|---|---|---|---|---|",
    ]
    for field in FIELDS[1:]:
        judged = [
            (getattr(p.ours, field) == 1, getattr(p.theirs, field) == 1)
            for p in pairs
            if getattr(p.ours, field) is not None
        ]
        counts = [
            judged.count(kind)
            for kind in ((True, True), (True, False), (False, True), (False, False))
        ]
        lines.append(f"| {field} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def _found(read: object, field: str) -> object:
    return getattr(read, {"instant": "published"}.get(field, field))


def main() -> None:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", action="store_true", help="write docs/extraction.md anew")
    args = parser.parse_args()
    pairs = measured(samples(CORPUS))
    sections = tables(pairs)
    if args.docs:
        write(sections, PAGE)
    print("\n".join(chain(misses(pairs), sections.values())))


if __name__ == "__main__":
    main()
