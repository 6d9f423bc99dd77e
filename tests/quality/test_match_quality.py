"""The gate: precision and recall of matching on both labelled sets never fall under their floors.

`-s` prints the figures, by phenomenon too, and every case that was judged wrongly.
"""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest

from tests.corpus.paths import corpus
from tests.quality.conftest import Answering, Judged
from tests.quality.labels import Case, written_cases
from tests.quality.measure import confusions, groups, table

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
LEAST = {"precision": 0.98, "recall": 0.97}
SETS = [(set_, language) for set_ in ("a", "b") for language in ("en", "ko")]

EXAMPLES = [
    ("star", "popstar", False),
    ("air strike", "air-strike", True),
    ("air-strike", "air strike", True),
    ("air strike", "airstrike", False),
    ("missile", "missiles", True),
    ("missile", "missile's", True),
    ("ICBM", "ICBMs", True),
    ("US", "US", True),
    ("US", " us ", False),
    ("US", "U.S.", True),
    ("THAAD", "THAAD", True),
    ("THAAD", "Thaad", True),
    ("THAAD", "thaad", False),
    ("thaad", "THAAD", True),
    ("COVID-19", "Covid-19", True),
    ("COVID-19", "covid-19", False),
    ("US troops", "US troops", True),
    ("US troops", "us troops", False),
    ("=Apple", "apple", False),
    ("deploy*", "deployment", True),
    ("사드", "사드가", True),
    ("사드", "사드를", True),
    ("사드", "사드배치", True),
    ("사드", "주한미군사드포대", True),
    ("사드", "감사드립니다", False),
    ("사드", "사드래곤", False),
    ("이란", "사랑이란", False),
    ("대만", "대만해협", True),
    ("북한", "북한군", True),
    ("북한", "대북한", True),
    ("원전", "탈원전", True),
    ("이란", "이란성", False),
    ("유가", "유가족", False),
    ("삼성", "삼성동", False),
    ("대만", "대만족", False),
    ("고고도미사일방어체계", "고고도 미사일 방어 체계", True),
    ("고고도 미사일 방어 체계", "고고도미사일방어체계", True),
    ("한미", "접촉한 미국", False),
    ("한미", "한·미", True),
    ("대만", "5대만", False),
    ("한미", "한미약품", True),
    ("북한", "북한산", True),
    ("THAAD", "THAAD배치", True),
]
"""The terms and words by which DESIGN §7 (and §1) tells its rules, and what it says of them.

Its operators (NEAR, aliases, fields) are more than a term in a sentence: tests/unit has those.
"""


@pytest.mark.parametrize(("term", "words", "expected"), EXAMPLES)
def test_every_example_of_the_design_is_a_written_case(
    term: str, words: str, expected: bool
) -> None:
    assert [
        case.where
        for case in written_cases()
        if (case.term, case.expected) == (term, expected)
        and words in unicodedata.normalize("NFC", case.text)
    ]


def test_both_sets_are_as_large_as_they_should_be() -> None:
    cases = written_cases()
    counts = {language: sum(c.language == language for c in cases) for language in ("en", "ko")}
    assert counts["en"] >= 200
    assert counts["ko"] >= 300
    judged = [(c.term, c.text) for c in cases]
    assert len(set(judged)) == len(judged), "a case stands there twice"


@pytest.mark.parametrize(("set_", "language"), SETS)
def test_no_floor_lies_lower_than_was_promised(set_: str, language: str) -> None:
    floors = FLOORS[set_][language]
    assert floors.keys() == LEAST.keys()
    for name, least in LEAST.items():
        assert least <= floors[name] <= 1


@pytest.mark.parametrize("language", ["en", "ko"])
def test_written_cases_keep_their_floor(written: Judged, kiwi: Answering, language: str) -> None:
    _keeps_floor(written, "a", language)
    assert not kiwi.unanswered


@pytest.mark.parametrize("language", [pytest.param(name, marks=corpus) for name in ("en", "ko")])
def test_captured_places_keep_their_floor(captured: Judged, kiwi: Answering, language: str) -> None:
    _keeps_floor(captured, "b", language)
    assert not kiwi.unanswered


def _keeps_floor(judged: Judged, set_: str, language: str) -> None:
    own = [
        (case, found)
        for case, found in zip(*judged, strict=True)
        if (case.set, case.language) == (set_, language)
    ]
    cases, verdicts = [case for case, _ in own], [found for _, found in own]
    whole = groups(cases, verdicts)
    fine = groups(cases, verdicts, fine=True)
    wrong = "\n".join(map(_told, confusions(cases, verdicts)))
    print(f"\n({set_}) {language}\n{table(whole, lambda _: 'all')}")
    print(f"{table(fine, lambda group: group.phenomenon)}\n{wrong}")
    reached = whole[0].score
    for name, floor in FLOORS[set_][language].items():
        assert getattr(reached, name) >= floor, f"{name} fell under its floor:\n{wrong}"


def _told(case: Case) -> str:
    missed = "missed" if case.expected else "wrongly found"
    text = case.text
    if case.start is not None and case.end is not None:
        text = text[max(0, case.start - 20) : case.end + 20]
    return f"{missed}: {case.term} in {text!r} ({case.why}; {case.where})"
