"""The gate: what written updates bring is found, and what written reprints say again is not."""

from __future__ import annotations

from pathlib import Path

from tests.unit.facts_case import news

CASES = Path(__file__).parent / "story_facts_cases.tsv"
PRECISION = 0.98
RECALL = 0.98


def cases() -> list[tuple[str, str, set[tuple[str, str]]]]:
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        before, after, brings = line.split("\t")
        expected = [part.strip().partition(":") for part in brings.split(" | ") if part.strip()]
        found.append((before, after, {(kind, text) for kind, _, text in expected}))
    return found


def test_what_is_new_is_found_and_nothing_else() -> None:
    right = given = wanted = 0
    wrong = []
    for before, after, expected in cases():
        brought = {(fact.kind.value, fact.text) for fact in news(before, after)}
        right += len(brought & expected)
        given += len(brought)
        wanted += len(expected)
        if brought != expected:
            wrong.append((after, sorted(expected - brought), sorted(brought - expected)))
    print(f"precision {right / given:.3f} recall {right / wanted:.3f}", *wrong, sep="\n")
    assert right >= PRECISION * given
    assert right >= RECALL * wanted


def test_a_text_that_only_says_it_again_brings_nothing() -> None:
    again = [(before, after) for before, after, expected in cases() if not expected]
    assert len(again) >= 20
    assert [after for before, after in again if news(before, after)] == []
