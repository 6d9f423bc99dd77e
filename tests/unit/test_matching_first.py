"""Asked only as much as it takes: the same answers from fewer questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.matching import Matcher, Rule, compile_watchlist
from newsroom.matching_rules import Scene, clause_of, field_numbers
from newsroom.model import ArticleText, Watchlist
from newsroom.ports import Morphology, Token

RULES = [
    Watchlist("any", any=("사드", "한미")),
    Watchlist("title", query="title:사드 AND body:사드"),
    Watchlist("none", any=("한미",), none=("사드",)),
    Watchlist("near", query="사드 NEAR/2 한미 OR (한미 AND 중국)"),
    Watchlist("body", any=("중국",), fields=("body",)),
    Watchlist("latin", any=("THAAD 배치", "missile")),
]
PIECES = (
    "사드",
    "한미",
    "중국",
    "가",
    "감사드립니다",
    "모를한미",
    " ",
    ". ",
    "THAAD",
    "배치",
    "missile",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
ARTICLES = st.builds(ArticleText, title=TEXTS, subtitle=TEXTS, summary=TEXTS, body=TEXTS)


def words(asked: list[str]) -> Morphology:
    """Two-syllable nouns with a particle; 감사드립니다 is one verb; of 모를 nobody knows."""

    def analyse(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        asked.extend(texts)
        return [None if "모를" in text else _tokens(text) for text in texts]

    return analyse


def _tokens(text: str) -> tuple[Token, ...]:
    tokens = []
    for part in re.finditer(r"감사드립니다|[가-힣]{2}|[^\s가-힣]+|[가-힣]", text):
        tag = "VV" if part[0].startswith("감사") else "JKS" if part[0] == "가" else "NNP"
        tokens.append(Token(part[0], tag, part.start(), part.end()))
    return tuple(tokens)


def answers(rules: Sequence[Rule], matcher: Matcher, scene: Scene) -> list[bool | None]:
    return [
        clause_of(rule.node, matcher.numbers.__getitem__, field_numbers(rule.fields)).holds(scene)
        for rule in rules
    ]


@given(st.lists(ARTICLES, min_size=1, max_size=4))
def test_every_rule_holds_where_it_holds_with_all_places_decided(
    articles: list[ArticleText],
) -> None:
    rules = [compile_watchlist(watchlist) for watchlist in RULES]
    matcher = Matcher(rules, words([]))
    first = matcher.scenes(articles, evidence=False)
    for few, all_ in zip(first, matcher.scenes(articles), strict=True):
        assert answers(rules, matcher, few) == answers(rules, matcher, all_)
        for number, places in few.found.items():
            assert set(places) <= set(all_.found[number])


@pytest.mark.parametrize(
    ("query", "title", "body", "most"),
    [
        ("사드", "사드가 온다", "사드 배치. 사드가 온다. 사드 온다", 1),
        # the first was none: two more at once
        ("사드", "감사드립니다", "사드 배치. 사드가 온다. 사드 온다", 3),
        # each field is asked for, so one place in each
        ("title:사드 AND body:사드", "사드가 온다", "사드 배치. 사드가 온다. 사드 온다", 2),
        # nobody asks for the body
        ("title:사드", "", "사드 배치. 사드가 온다", 0),
        ("사드 NEAR/2 한미", "", "사드 배치. 사드가 온다. 한미 사드", 4),
        # wherever they are the terms, they are not near: one place of each
        ("사드 NEAR/2 한미", "한미", "사드 배치. 사드가 온다. 한미 회담", 2),
    ],
)
def test_no_more_is_asked_than_is_needed(query: str, title: str, body: str, most: int) -> None:
    asked: list[str] = []
    rule = compile_watchlist(Watchlist("w", query=query))
    article = ArticleText(title=title, body=body)
    Matcher([rule], words(asked)).scenes([article], evidence=False)
    assert len(asked) == most


def test_what_nobody_can_judge_counts_until_a_place_is_certain() -> None:
    rule = compile_watchlist(Watchlist("w", any=("한미",)))
    matcher = Matcher([rule], words([]))
    unsure, sure = matcher.scenes(
        [ArticleText("모를한미"), ArticleText("모를한미. 그리고 한미 중국")], evidence=False
    )
    assert [len(places) for places in unsure.found.values()] == [1]
    assert len(unsure.undecided) == 1
    assert [len(places) for places in sure.found.values()] == [2]
    assert len(sure.undecided) == 1


def test_a_thousand_places_of_another_word_are_gone_through() -> None:
    rule = compile_watchlist(Watchlist("w", any=("사드",)))
    body = " ".join(f"감사드립니다 {n}" for n in range(1_000)) + ". 사드가 온다"
    (scene,) = Matcher([rule], words([])).scenes([ArticleText("", body=body)], evidence=False)
    assert [body[p[1] : p[2]] for places in scene.found.values() for p in places] == ["사드"]
