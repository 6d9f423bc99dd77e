"""Write the measured figures into docs/quality.md, between its marks.

    python -m tests.quality.report

Figures of the captures are numbers alone; of the project's own cases those that were judged wrongly
are written out.
"""

from __future__ import annotations

from jobs.morphology import KiwiWorker
from tests.corpus.paths import CORPUS
from tests.quality.labels import Case, captured_cases, written_cases
from tests.quality.measure import (
    Group,
    by_matcher,
    by_substring,
    by_word,
    confusions,
    groups,
    table,
)
from tests.quality.page import write

_SETS = {"a": "(a) written", "b": "(b) captured"}
_LANGUAGES = {"en": "English", "ko": "Korean"}


def sections(cases: list[Case], verdicts: list[bool]) -> dict[str, str]:
    """What stands between each pair of marks."""
    ways = {
        "Wirewatch": verdicts,
        "plain substring": by_substring(cases),
        "word borders (`\\b`)": by_word(cases),
    }
    rows = []
    for way, judged in ways.items():
        rows += [(way, group) for group in groups(cases, judged)]
    rows.sort(key=lambda row: (row[1].set, row[1].language))
    names = {id(group): way for way, group in rows}
    fine = groups(cases, verdicts, fine=True)
    wrong = confusions(cases, verdicts)
    own = [case for case in wrong if case.set == "a"]
    listed = "\n".join(map(_line, own))
    return {
        "whole": table([g for _, g in rows], lambda g: f"{_named(g)}: {names[id(g)]}"),
        "confusions": f"{listed}\n\nIn (b), by what was judged:\n\n{_counted(wrong)}",
        "fine": "\n\n".join(
            f"{_SETS[s]}, {_LANGUAGES[lang]}\n\n"
            + table([g for g in fine if (g.set, g.language) == (s, lang)], lambda g: g.phenomenon)
            for s in _SETS
            for lang in _LANGUAGES
        ),
    }


def _named(group: Group) -> str:
    return f"{_SETS[group.set]}, {_LANGUAGES[group.language]}"


def _line(case: Case) -> str:
    what = "missed" if case.expected else "wrongly found"
    return f"* `{case.term}` {what} ({case.phenomenon}: {case.why}): {case.text!r}"


def _counted(wrong: list[Case]) -> str:
    counts: dict[str, int] = {}
    for case in wrong:
        if case.set == "b":
            what = "missed" if case.expected else "wrongly found"
            name = f"{_LANGUAGES[case.language]}, {case.term} {what} ({case.phenomenon})"
            counts[name] = counts.get(name, 0) + 1
    return "\n".join(f"* {name}: {n}" for name, n in sorted(counts.items())) or "* none"


def main() -> None:
    cases = written_cases() + captured_cases(CORPUS)
    worker = KiwiWorker(load_limit=120.0, limit=120.0)
    try:
        verdicts = by_matcher(cases, worker)
    finally:
        worker.close()
    write(sections(cases, verdicts))


if __name__ == "__main__":
    main()
