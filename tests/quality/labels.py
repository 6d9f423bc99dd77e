"""The two labelled sets, read: (a) cases written for the project, (b) places in the captures.

Set (a), `cases_*.tsv`: term, sentence, yes or no, phenomenon, why; the sentence stands as a body.
In the English file `\\n` and `\\uXXXX` stand for the character they name, in the Korean files every
character stands for itself. Set (b), `corpus_*.tsv`: where an occurrence lies (`corpus_texts`), its
term, yes or no, why; an occurrence marked `skip` is one that careful readers judge differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.quality.corpus_texts import text_at

HERE = Path(__file__).parent
_ESCAPE = re.compile(r"\\(n|u[0-9a-f]{4})")


class Case(NamedTuple):
    """One judged question: is the term in the text, at this place if one is given."""

    set: str
    """`a` or `b`."""
    language: str
    """`en` or `ko`: of the set, not of the term."""
    term: str
    text: str
    expected: bool
    phenomenon: str
    """In (b): why it was judged so."""
    why: str
    start: int | None = None
    end: int | None = None
    """The occurrence judged; None: the whole text."""
    where: str = ""
    """File and line or place, to find it again."""


def written_cases() -> list[Case]:
    """Set (a), whole."""
    return [
        case
        for path in sorted(HERE.glob("cases_*.tsv"))
        for case in _written(path, path.stem.split("_")[1])
    ]


def captured_cases(corpus: Path) -> list[Case]:
    """Set (b) without what was left unjudged; `corpus` is the folder that holds `text`."""
    cases = []
    for path in sorted(HERE.glob("corpus_*.tsv")):
        for line, row in _rows(path):
            file, record, field, start, end, term, expected, why = row
            if expected == "skip":
                continue
            cases.append(
                Case(
                    "b",
                    path.stem.split("_")[1],
                    term,
                    text_at(corpus, file, int(record), field),
                    _judgement(expected),
                    why,
                    why,
                    int(start),
                    int(end),
                    f"{path.name}:{line}",
                )
            )
    return cases


def _written(path: Path, language: str) -> Iterator[Case]:
    for line, row in _rows(path):
        term, text, expected, phenomenon, why = row
        if language == "en":
            term, text = _unescaped(term), _unescaped(text)
        yield Case(
            "a",
            language,
            term,
            text,
            _judgement(expected),
            phenomenon,
            why,
            where=f"{path.name}:{line}",
        )


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers; nothing is stripped: a text may begin with a mark."""
    lines = path.read_bytes().decode().split("\n")
    if lines[-1] != "":
        raise ValueError(f"{path.name}: the last line has no end")
    width = len(lines[0].split("\t"))
    for number, line in enumerate(lines[1:-1], 2):
        row = line.split("\t")
        if len(row) != width:
            raise ValueError(f"{path.name}:{number}: {len(row)} columns, not {width}")
        yield number, row


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else chr(int(m[1][1:], 16)), text)


def _judgement(expected: str) -> bool:
    if expected not in ("yes", "no"):
        raise ValueError(f"expected is yes or no, not {expected!r}")
    return expected == "yes"
