"""Why an article matches or not: a case for every reason, in English and in Korean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from newsroom.explain import explain, explain_watchlist
from newsroom.explain_json import explanation_json
from newsroom.explain_model import REASONS, Clause, Explanation, Nearest
from newsroom.matching import compile_watchlist
from newsroom.model import ArticleText, Watchlist
from newsroom.ports import Token
from tests.unit.korean_case import recorded

ALIASES = {"north-korea": ("DPRK", "北"), "korea": ("한국", "Korea")}


def kiwi(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
    """Kiwi's analyses as they were recorded; None for a text it was not asked."""
    answers: list[tuple[Token, ...] | None] = []
    for text in texts:
        try:
            answers += recorded([text])
        except KeyError:
            answers.append(None)
    return answers


def silent(texts: Sequence[str]) -> list[None]:
    """A morphology that is down."""
    return [None for _ in texts]


def of(
    asked: dict[str, Any], body: str = "", *, morphology: Any = kiwi, **article: Any
) -> Explanation:
    keys: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in asked.items()}
    text = ArticleText(**{"title": "", "body": body} | article)
    return explain_watchlist(Watchlist("w", **keys), text, morphology, ALIASES)


def nearest(asked: dict[str, Any], body: str = "", **article: Any) -> Nearest:
    """The one nearest place of a watchlist that does not match."""
    explanation = of(asked, body, **article)
    assert not explanation.matched
    (near,) = explanation.nearest
    return near


TERMS = [
    ("THAAD", "Rice prices rose.", "absent", "", ""),
    ("sea lane", "A sea of troubles", "absent", "", "nowhere: lane"),
    ("사드", "쌀값이 올랐다.", "absent", "", ""),
    ("사드 철수", "사드를 두고", "absent", "", "nowhere: 철수"),
    ("/THAAD-[0-9]/", "no such thing", "absent", "", ""),
    ("US", "Give us it.", "case", "us", "a word of 2-3 capitals matches capitals only"),
    ("ICBM", "all icbms", "case", "icbms", "one initial capital"),
    ("THAAD", "The thaad.", "case", "thaad", "one initial capital"),
    ("=Apple", "An apple.", "case", "apple", "= asks for exactly these letters"),
    ("US troops", "They sent us troops.", "case", "us troops", "capitals only"),
    ("THAAD 배치", "곧 thaad 배치", "case", "thaad 배치", "one initial capital"),
    ("star", "a popstar here", "boundary", "star", "inside popstar"),
    ("us", "a campus and a focus", "boundary", "us", "inside focus"),
    (
        "사드",
        "깊이 감사드립니다",
        "boundary",
        "사드",
        "inside 감사드립니다, read as 감사 + 드리",
    ),
    (
        "사드",
        "사드래곤은 강했다",
        "boundary",
        "사드",
        "inside 사드래곤은, read as 사",
    ),
    ("대만", "대만족이다", "boundary", "대만", "inside 대만족이다"),
    ("가나", "어디로 가나", "boundary", "가나", "no noun here, read as 가 + 나"),
    ("한미", "접촉한 미국 관리", "boundary", "한 미", "parted by a blank in 접촉한 미국"),
    ("missile", "a missileman", "form", "missileman", "a longer word: missileman"),
    ("=missile", "two missiles", "form", "missiles", "exactly this form"),
    ("missiles", "one missile", "form", "missile", "the singular"),
    ("cities", "one city", "form", "city", "the singular"),
    ("airstrike", "an air-strike", "form", "air-strike", "written in two"),
    ("air strike", "an airstrike", "form", "airstrike", "written as one word"),
    ("missile test", "a missile tester", "form", "missile tester", "a longer word"),
    ("area defence", "The area. Defence", "phrase", "area. Defence", "a sentence ends"),
    ("area defence", "The area\n\ndefence", "phrase", "area\n\ndefence", "a paragraph ends"),
    ("area defence", "area, defence", "phrase", "area, defence", "between its words stands: ,"),
    ("area defence", "area of defence", "phrase", "area of defence", "stands: of"),
    ("area defence", "defence area", "phrase", "defence area", "in another order"),
    ("사드 배치", "사드의 배치가", "phrase", "사드의 배치", "between its words stands: 의"),
    ("사드 배치", "사드. 배치", "phrase", "사드. 배치", "a sentence ends"),
    ("@north-korea", "北京 회담", "alone", "北", "not alone in 北京"),
]


@pytest.mark.parametrize(("term", "body", "reason", "text", "detail"), TERMS)
def test_what_came_nearest_to_a_term(
    term: str, body: str, reason: str, text: str, detail: str
) -> None:
    asked = {"query": term} if term.startswith("/") else {"any": [term]}
    near = of(asked, body).nearest[0]
    assert (near.reason, near.text) == (reason, text)
    assert detail in near.detail
    if reason == "absent":
        assert (near.field, near.start, near.end) == (None, None, None)
    else:
        assert near.field == "body"
        assert body[near.start : near.end] == text
        assert text in near.sentence


NEARS = [
    (
        "china NEAR/3 thaad",
        "China said it is against THAAD.",
        "distance",
        None,
        "5 words apart",
    ),
    ("china NEAR/9 thaad", "China spoke. THAAD came.", "distance", "China spoke. THAAD", ""),
    ("china NEAR/9 thaad", "China\n\nTHAAD", "distance", None, "a paragraph ends"),
    ("china ONEAR/9 thaad", "THAAD and China", "order", "THAAD and China", "other way round"),
    ("missile NEAR/9 missile*", "a missile here", "distance", "missile", "the same words"),
    ("중국 NEAR/2 사드", "사드를 두고 오늘 중국", "distance", None, "3 words apart, 2 allowed"),
    ("사드 ONEAR/5 중국", "중국 [사드]", "order", "중국 [사드", "other way round"),
    ("china NEAR/9 thaad", "China alone", "absent", "", ""),
    ("china NEAR/9 (thaad OR US)", "China let us", "case", "us", ""),
]


@pytest.mark.parametrize(("query", "body", "reason", "text", "detail"), NEARS)
def test_what_kept_parts_from_being_near(
    query: str, body: str, reason: str, text: str | None, detail: str
) -> None:
    near = of({"query": query}, body, morphology=silent).nearest[0]
    assert near.reason == reason
    assert detail in near.detail
    if text is not None:
        assert near.text == text
    if near.start is not None:
        assert body[near.start : near.end] == near.text


def test_near_across_texts() -> None:
    near = nearest({"query": "china NEAR/9 thaad"}, "THAAD", title="China")
    assert (near.reason, near.field) == ("distance", "title")
    assert near.detail == "they stand in different texts: title, body"
    near = nearest({"any": ["area defence"]}, "defence", title="area")
    assert (near.reason, near.field, near.text) == ("phrase", "title", "area")


@pytest.mark.parametrize(
    ("asked", "article", "field", "text"),
    [
        ({"query": "title:THAAD"}, {"body": "A THAAD."}, "body", "THAAD"),
        ({"any": ["THAAD"], "fields": ["title"]}, {"summary": "A THAAD."}, "summary", "THAAD"),
        ({"query": "body:(a1 NEAR/2 b1)"}, {"title": "a1 b1"}, "title", "a1 b1"),
        ({"any": ["사드"], "fields": ["body"]}, {"title": "[사드]를"}, "title", "사드"),
        ({"query": "body:THAAD"}, {"subtitle": "THAAD"}, "subtitle", "THAAD"),
    ],
)
def test_it_stands_in_a_field_that_is_not_looked_at(
    asked: dict[str, Any], article: dict[str, Any], field: str, text: str
) -> None:
    near = nearest(asked, **article, morphology=silent)
    assert (near.reason, near.field, near.text) == ("field", field, text)


FORBIDDEN: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({"any": ["rice"], "none": ["sport"]}, "denied", "sport", "Sports"),
    ({"query": "rice NOT title:(sport OR ball)"}, "denied", "sport", "Sports"),
    ({"query": "rice NOT (rice NEAR/4 sport)"}, "denied", "rice NEAR/4 sport", None),
    ({"any": ["rice"], "none": ["후작"]}, "undecided", "후작", "후작"),
    ({"query": "rice NOT source:wire"}, "data", "source:wire", "wire"),
    ({"query": "rice NOT NOT ball"}, "absent", "ball", ""),
]


@pytest.mark.parametrize(("asked", "reason", "term", "text"), FORBIDDEN)
def test_what_stands_and_must_not(
    asked: dict[str, Any], reason: str, term: str, text: str | None
) -> None:
    article = {"title": "Sports and rice", "body": "사드 후작은", "source": "wire"}
    near = nearest(asked, **article, morphology=silent)
    assert (near.reason, near.term) == (reason, term)
    assert text is None or near.text == text


@pytest.mark.parametrize(
    ("query", "field", "text", "detail"),
    [
        ("source:herald", "source", "wire", "the article says wire"),
        ("lang:ko", "lang", "en-GB", "the article says en-GB"),
        ("author:Kim", "author", "Ann Lee, Bo Ro", "the article says Ann Lee, Bo Ro"),
        ("credit:Yonhap", "credit", "", "the article does not say"),
        ("section:sports", "section", "정치", "the article says 정치"),
    ],
)
def test_what_the_data_say(query: str, field: str, text: str, detail: str) -> None:
    near = nearest(
        {"any": ["rice"], "query": query},
        "Rice.",
        source="wire",
        language="en-GB",
        authors=("Ann Lee", "Bo Ro"),
        section="정치",
    )
    assert near == Nearest(query, "data", field, None, None, text, "", 0, detail)


def test_every_reason_has_its_case() -> None:
    told = {row[2] for row in (*TERMS, *NEARS)} | {row[1] for row in FORBIDDEN}
    assert told | {"field", "data"} == set(REASONS)


def parts(explanation: Explanation) -> list[tuple[str, str, bool | None]]:
    return [(c.key, c.written, c.holds) for c in explanation.clause.parts]


def test_clauses_are_named_and_written_as_the_watchlist_has_them() -> None:
    asked = {
        "any": ["@north-korea", "missile defense"],
        "all": ["Seoul"],
        "none": ["ball", "golf"],
        "query": "source:wire OR title:x",
    }
    explanation = of(asked, "The DPRK said in Seoul")
    assert parts(explanation) == [
        ("any", '@north-korea OR "missile defense"', True),
        ("all", "Seoul", True),
        ("none", "NOT ball", True),
        ("none", "NOT golf", True),
        ("query", "source:wire OR title:x", False),
    ]
    query = explanation.clause.parts[-1]
    assert [(c.kind, c.holds) for c in query.parts] == [("data", None), ("field", False)]
    assert not explanation.matched


def test_a_match_lists_every_clause_that_holds_with_its_places() -> None:
    asked = {"any": ["THAAD", "사드"], "all": ["Seoul"], "none": ["ball"], "query": "lang:ko"}
    explanation = of(asked, "THAAD in Seoul, not Thaad's.")
    assert explanation.matched
    assert [h.text for h in explanation.hits] == ["THAAD", "Seoul", "Thaad's"]
    found = {c.written: [h.text for h in c.hits] for c in explanation.clause.parts}
    assert found == {
        "THAAD OR 사드": ["THAAD", "Thaad's"],
        "Seoul": ["Seoul"],
        "NOT ball": [],
        "lang:ko": [],
    }
    assert [c.holds for c in explanation.clause.parts] == [True, True, True, None]
    assert explanation.nearest == ()


def test_near_shows_the_stretch_alone() -> None:
    explanation = of({"query": "a1 NEAR/2 b1"}, "a1 b1. Then a1 came.")
    assert [h.start for h in explanation.hits] == [0, 3, 12]
    assert [h.start for h in explanation.clause.parts[0].hits] == [0, 3]


def test_only_what_failed_tells_what_came_nearest() -> None:
    explanation = of({"query": "(thaad OR ball) AND (gulf OR (us AND title:x))"}, "THAAD for us")
    (query,) = explanation.clause.parts
    held, _ = query.parts
    assert (held.holds, held.nearest) == (True, ())
    assert [n.term for n in explanation.nearest] == ["gulf", "x"]


def test_filters_stand_apart_and_the_clauses_are_judged_all_the_same() -> None:
    asked = {"any": ["THAAD"], "sources": ["herald"], "languages": ["en", "ko"]}
    explanation = of(asked, "THAAD", source="wire", language="ja")
    assert not explanation.matched
    assert [(f.name, f.wanted, f.says) for f in explanation.filters] == [
        ("sources", ("herald",), "wire"),
        ("languages", ("en", "ko"), "ja"),
    ]
    assert explanation.clause.holds
    assert explanation.hits == ()
    assert of(asked, "THAAD").filters == ()
    assert of(asked, "THAAD", source="herald", language="en-GB").matched


def test_an_undecided_hit_says_so() -> None:
    explanation = of({"any": ["사드"]}, "감사드립니다", morphology=silent)
    assert explanation.matched
    assert explanation.hits[0].undecided
    assert explanation_json(explanation, 7)["hits"][0]["undecided"] is True


def test_without_a_morphology_letters_count() -> None:
    assert of({"any": ["사드"]}, "감사드립니다", morphology=None).matched


def test_a_rule_alone_is_explained_by_its_tree() -> None:
    rule = compile_watchlist(Watchlist("w", any=("@korea",)), ALIASES)
    explanation = explain(rule, ArticleText(title="Japan"))
    assert explanation.clause == Clause(
        "",
        "or",
        "한국 OR Korea",
        False,
        nearest=(Nearest("한국", "absent"), Nearest("Korea", "absent")),
    )


def test_long_lists_are_cut_with_a_count() -> None:
    terms = [f"word{n}" for n in range(5_000)]
    explanation = of({"any": [*terms, "popstars"]}, "one popstar here, word77x there")
    (clause,) = explanation.clause.parts
    assert clause.written.endswith(" …")
    assert len(clause.written) < 500
    assert len(clause.nearest) + clause.more == 5_001
    assert [(n.term, n.reason) for n in clause.nearest[:2]] == [
        ("popstars", "form"),
        ("word77", "form"),
    ]


def test_more_terms_than_are_looked_into() -> None:
    terms = [f"wor{n:03}" for n in range(400)]
    body = " ".join(f"x{term}" for term in terms)
    (clause,) = of({"any": terms}, body).clause.parts
    assert {n.reason for n in clause.nearest} == {"boundary"}
    assert len(clause.nearest) + clause.more == 400


def test_offsets_are_those_of_the_stored_text() -> None:
    body = "\u200bA p\u200bop\u200bstar, and caf\u0065\u0301teria ＴＨＡＡＤ５."
    explanation = of({"any": ["star", "café", "THAAD"]}, body)
    for near in explanation.nearest:
        assert near.start is not None
        assert near.text == body[near.start : near.end]
        at = near.sentence_start
        assert body[at : at + len(near.sentence)] == near.sentence
    assert [n.text for n in explanation.nearest] == ["ＴＨＡＡＤ５", "cafe\u0301teria", "star"]


def test_the_json_object() -> None:
    explanation = of({"any": ["THAAD"], "sources": ["a"]}, "The thaad.", source="b")
    assert explanation_json(explanation, 12) == {
        "watchlist": "w",
        "article": 12,
        "matched": False,
        "hits": [],
        "filters": [{"filter": "sources", "wanted": ["a"], "article": "b"}],
        "clauses": {
            "key": None,
            "kind": "and",
            "written": "THAAD",
            "holds": False,
            "hits": [],
            "more": 0,
            "parts": [
                {
                    "key": "any",
                    "kind": "term",
                    "written": "THAAD",
                    "holds": False,
                    "hits": [],
                    "more": 0,
                    "parts": [],
                }
            ],
        },
        "nearest": [
            {
                "term": "THAAD",
                "reason": "case",
                "field": "body",
                "start": 4,
                "end": 9,
                "text": "thaad",
                "sentence": "The thaad.",
                "detail": "a word of 4-5 capitals matches capitals, or one initial capital",
            }
        ],
    }


def test_nothing_that_is_asked_applies() -> None:
    rule = compile_watchlist(Watchlist("w", any=("x",)))
    rule = replace(rule, node=compile_watchlist(Watchlist("w", query="lang:en x")).node)
    assert not explain(rule, ArticleText(title="y")).matched
