"""The ordered rule of Korean terms over recorded analyses, and laws that hold for any analysis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import korean
from newsroom.korean_words import DENIED, HEADED
from newsroom.ports import Token
from newsroom.text import prepare
from tests.unit.korean_case import cases, marked, recorded


@pytest.mark.parametrize(("term", "text"), cases())
def test_where_a_term_stands(term: str, text: str) -> None:
    assert marked(term, re.sub(r"[\[\]]", "", text), recorded) == text


@pytest.mark.parametrize(
    ("text", "prefix", "expected"),
    [
        ("사드래곤은", True, True),
        ("사드래곤은", False, False),
        ("감사드립니다", True, False),
        ("반사드 단체", True, True),
    ],
)
def test_a_prefix_is_judged_by_its_left_border_alone(
    text: str, prefix: bool, expected: bool
) -> None:
    prepared = prepare(text)
    start = text.index("사드")
    asked = korean.question(prepared, start, start + 2, "사드", prefix=prefix)
    assert korean.decide([asked], _read) == [expected]


def _read(texts: Sequence[str]) -> list[tuple[Token, ...]]:
    readings = {
        "사드래곤은": (Token("사드래곤", "NNP", 0, 4, False), Token("은", "JX", 4, 5)),
        "학교래곤은": (Token("학교래곤", "NNP", 0, 4, False), Token("은", "JX", 4, 5)),
        "감사드립니다": (
            Token("감사", "NNG", 0, 2),
            Token("드리", "VV", 2, 4),
            Token("ᆸ니다", "EF", 3, 6),
        ),
        "반사드 단체": (Token("반사드", "NNG", 0, 3, False), Token("단체", "NNG", 4, 6)),
        "반사드": (Token("반사드", "NNG", 0, 3, False),),
        "래곤": (Token("래", "NNG", 0, 1), Token("곤", "NNG", 1, 2)),
        "래곤을": (Token("래", "NNG", 0, 1), Token("곤", "NNG", 1, 2), Token("을", "JKO", 2, 3)),
        "사드": (Token("사드", "NNG", 0, 2),),
    }
    return [readings[text] for text in texts]


_TAGS = (
    *("NNG", "NNP", "NNB", "NR", "NP", "VV", "VCP", "XSV", "XSN", "XPN"),
    *("JKS", "JX", "EC", "ETM", "MM", "SL", "SN", "SF", "W_URL"),
)
_TEXT = st.text("가사드대만이란은 5A·.-()한미군\n", max_size=30)


@st.composite
def _readings(draw: st.DrawFn, text: str) -> tuple[Token, ...]:
    """Cut a text anyhow, with tokens that melt and some without a letter of their own."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)) | {0, len(text)})
    tokens = []
    for start, end in pairwise(cuts):
        begin = max(0, start - draw(st.integers(0, 1)))
        tag = draw(st.sampled_from(_TAGS))
        tokens.append(Token(text[begin:end], tag, begin, end, draw(st.booleans())))
        if draw(st.booleans()):
            tokens.append(Token("이", "VCP", end, end))
    return tuple(tokens)


@given(
    st.sampled_from(["사드", "대만", "한", "주한미군", "사드 배치", "이란은", "한·미", "5대만"]),
    _TEXT,
    _TEXT,
    st.booleans(),
    st.data(),
)
def test_any_analysis_of_any_text_gets_an_answer(
    term: str, before: str, after: str, prefix: bool, data: st.DataObject
) -> None:
    text = prepare(f"{before}{term}{after}")
    start = len(prepare(before).plain)
    spelled = prepare(term).plain
    if text.plain[start : start + len(spelled)] != spelled:
        return
    asked = korean.question(text, start, start + len(spelled), spelled, prefix=prefix)

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...]]:
        return [data.draw(_readings(t)) for t in texts]

    assert korean.decide([asked], morphology)[0] in (True, False)


@given(st.integers(0, 3))
def test_a_text_that_cannot_be_analysed_leaves_its_candidates_undecided(failing: int) -> None:
    text = prepare("대북한 제재")
    asked = korean.question(text, 1, 3, "북한")
    calls = 0

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        nonlocal calls
        calls += 1
        return [None if calls > failing else answer for answer in recorded(texts)]

    expected = True if failing >= calls_for("대북한 제재") else None
    assert korean.decide([asked], morphology) == [expected]


def calls_for(text: str) -> int:
    calls = 0

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...]]:
        nonlocal calls
        calls += 1
        return recorded(texts)

    korean.decide([korean.question(prepare(text), 1, 3, "북한")], morphology)
    return calls


def test_questions_share_calls() -> None:
    calls: list[list[str]] = []

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...]]:
        calls.append(list(texts))
        return recorded(texts)

    texts = ["감사드린다", "주한미군사드포대", "반사드 단체"]
    asked = [
        korean.question(prepare(text), text.index("사드"), text.index("사드") + 2, "사드")
        for text in texts
    ]
    assert korean.decide(asked, morphology) == [False, True, True]
    assert calls[0] == texts
    assert all(len(set(call)) == len(call) for call in calls)


@pytest.mark.parametrize(("word", "words"), [("유가족", HEADED), ("이란성", DENIED)])
def test_a_word_that_denies_does_not_deny_itself(word: str, words: frozenset[str]) -> None:
    assert word in words
    text = prepare(f"{word}이")
    tokens = (Token(word, "NNG", 0, 3), Token("이", "JKS", 3, 4))
    asked = korean.question(text, 0, 3, word)
    assert korean.decide([asked], lambda texts: [tokens for _ in texts]) == [True]
