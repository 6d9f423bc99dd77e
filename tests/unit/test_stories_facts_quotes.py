"""Quoted sentences: which are found, which stay the same, which are new."""

from __future__ import annotations

import pytest

from newsroom.stories_facts import FactKind
from tests.unit.facts_case import found, news_texts

SAID = "We will never accept this plan, and we will fight it in every court"
SAGT = "우리는 이 계획을 결코 받아들이지 않을 것이며 끝까지 싸우겠다"
FOUND = [
    (f'"{SAID}," Kim said.', [SAID]),
    (f"“{SAID},” Kim said.", [SAID]),
    (f"‘{SAID},’ Kim said.", [SAID]),
    (f"'{SAID},' Kim said.", [SAID]),
    (f"«{SAID}», Kim said.", [SAID]),
    (f'"{SAID}. It is over, he added. Go home." Kim said.', [SAID, "It is over, he added"]),
    ('It is a "joint" plan of the "Blue House" they said.', []),
    (f'Kim said: "{SAID}.\n\nHe left.', [SAID]),
    ("The workers' union and the students' club left it to the players' agents.", []),
    (f'"{SAGT}"고 말했다.', [SAGT]),
    (f"“{SAGT}”고 말했다.", [SAGT]),
    (f"‘{SAGT}’고 말했다.", [SAGT]),
    (f"'{SAGT}'고 말했다.", [SAGT]),
    (f"「{SAGT}」고 말했다.", [SAGT]),
    ("이른바 '사드 배치' 문제와 \"한반도\" 문제다.", []),
]
KNOWN = [
    (f'"{SAID}," Kim said.', f"“{SAID},” Kim said."),
    (f'"{SAID}," Kim said.', f"‘{SAID},’ Kim said."),
    (f'"{SAID}," Kim said.', f'"{SAID[:30]}," Kim said.'),
    (f'"{SAID}," Kim said.', f'"{SAID[32:]}," Kim said.'),
    (f'"{SAID}," Kim said.', '"We will never accept this plan," Kim said, "and we will fight it in '
     'every court."'),
    ('"We will never accept this plan," Kim said, "and we will fight it in every court."',
     f'"{SAID}," Kim said.'),
    (f'"{SAID}," Kim said.', '"We will never accept this [defense] plan, and we will fight it in '
     'every court," Kim said.'),
    (f'"{SAID}," Kim said.', f'Kim said: "{SAID.replace(",", " --")}."'),
    (f'Kim said {SAID.lower()} of the land.', f'"{SAID}," Kim said.'),
    (f'"{SAGT}"고 말했다.', f"“{SAGT}”고 말했다."),
    (f'"{SAGT}"고 말했다.', f"「{SAGT}」고 말했다."),
    (f'"{SAGT}"고 말했다.', f'"{SAGT[:18]}"고 말했다.'),
    (f'"{SAGT}"고 말했다.', f'"(정부의) {SAGT}"고 말했다.'),
    (f'"{SAGT}"고 말했다.', f'"{SAGT.replace(" ", "")}"고 말했다.'),
]  # fmt: skip
NEW_EN = "The talks have failed and nobody is to blame for it"
NEW_KO = "회담은 실패했으며 누구의 책임도 아니라고 본다"


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_a_quoted_sentence_is_found(text: str, expected: list[str]) -> None:
    assert found(FactKind.QUOTE, text) == expected


@pytest.mark.parametrize(("before", "after"), KNOWN)
def test_a_quote_marked_cut_or_split_otherwise_is_known(before: str, after: str) -> None:
    assert news_texts(before, after, FactKind.QUOTE) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (f'"{SAID}," Kim said.', f'"{NEW_EN}," Kim said.', NEW_EN),
        (f'"{SAID}," Kim said.', f'"{SAID}. {NEW_EN}," Kim said.', NEW_EN),
        ("Kim left.", f'"{NEW_EN}," Kim said.', NEW_EN),
        (f'"{SAGT}"고 말했다.', f'"{NEW_KO}"고 말했다.', NEW_KO),
        (f'"{SAGT}"고 말했다.', f'"{SAGT}. {NEW_KO}"고 말했다.', NEW_KO),
        ("김 씨가 떠났다.", f"‘{NEW_KO}’고 말했다.", NEW_KO),
    ],
)
def test_another_quote_is_new(before: str, after: str, expected: str) -> None:
    assert news_texts(before, after, FactKind.QUOTE) == [expected]


def test_a_headline_quotes_nothing_new() -> None:
    assert found(FactKind.QUOTE, "", title=f'Kim: "{SAID}"') == []
