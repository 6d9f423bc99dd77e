"""What a way of matching gets right of the labelled sets, counted and written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Watchlist
from newsroom.ports import Morphology
from tests.quality.labels import Case

Verdicts = Sequence[bool]
"""Found or not, for each case in turn."""


class Score(NamedTuple):
    """Counts of one group of cases."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def precision(self) -> float:
        """Share of what was found that is the term; 1 where nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        """Share of what is the term that was found; 1 where nothing is."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0


class Group(NamedTuple):
    """A set in one language, by phenomenon or as a whole."""

    set: str
    language: str
    phenomenon: str
    """Empty: all."""
    score: Score


def by_matcher(cases: Sequence[Case], morphology: Morphology | None) -> list[bool]:
    """Judge by the matcher: one rule for each term, every text read once for all of them."""
    terms = list(dict.fromkeys(case.term for case in cases))
    matcher = Matcher([compile_watchlist(Watchlist(t, any=(t,))) for t in terms], morphology)
    texts = list(dict.fromkeys(case.text for case in cases))
    matched = matcher.match_many(ArticleText(title="", body=text) for text in texts)
    found = {text: dict(hits) for text, hits in zip(texts, matched, strict=True)}
    return [
        any(_overlaps(case, hit.start, hit.end) for hit in found[case.text].get(case.term, ()))
        for case in cases
    ]


def by_substring(cases: Sequence[Case]) -> list[bool]:
    """Judge as a search for the letters does, letter case aside; nothing else is folded."""
    return [_has(case, re.escape(_plain(case.term))) for case in cases]


def by_word(cases: Sequence[Case]) -> list[bool]:
    r"""Judge by `\b` at both ends, letter case aside; for Korean only what stands free."""
    return [_has(case, rf"\b{re.escape(_plain(case.term))}\b") for case in cases]


def _has(case: Case, pattern: str) -> bool:
    return any(_overlaps(case, *found.span()) for found in re.finditer(pattern, _plain(case.text)))


def _plain(text: str) -> str:
    """Small letters, one for each, so that places stay where they are."""
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _overlaps(case: Case, start: int, end: int) -> bool:
    if case.start is None or case.end is None:
        return True
    return start < case.end and case.start < end


def groups(cases: Sequence[Case], verdicts: Verdicts, *, fine: bool = False) -> list[Group]:
    """Count by set and language, and with `fine` by phenomenon too."""

    def key(judged: tuple[Case, bool]) -> tuple[str, str, str]:
        case = judged[0]
        return case.set, case.language, case.phenomenon if fine else ""

    judged = sorted(zip(cases, verdicts, strict=True), key=key)
    return [Group(*name, score(members)) for name, members in groupby(judged, key)]


def score(judged: Iterable[tuple[Case, bool]]) -> Score:
    """Count what was found and what should have been."""
    counts = {(True, True): 0, (False, True): 0, (True, False): 0, (False, False): 0}
    for case, found in judged:
        counts[case.expected, found] += 1
    return Score(*counts.values())


def confusions(cases: Sequence[Case], verdicts: Verdicts) -> list[Case]:
    """Cases that were judged wrongly, in order."""
    return [case for case, found in zip(cases, verdicts, strict=True) if found != case.expected]


def table(rows: Sequence[Group], label: Callable[[Group], str]) -> str:
    """Write groups out as a Markdown table of numbers; a dash where there is nothing to divide."""
    lines = [
        "| | cases | tp | fp | fn | precision | recall | F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        s = row.score
        precision = f"{s.precision:.4f}" if s.tp + s.fp else "–"
        recall, f1 = (f"{s.recall:.4f}", f"{s.f1:.4f}") if s.tp + s.fn else ("–", "–")
        counts = f"{sum(s)} | {s.tp} | {s.fp} | {s.fn}"
        lines.append(f"| {label(row)} | {counts} | {precision} | {recall} | {f1} |")
    return "\n".join(lines)
