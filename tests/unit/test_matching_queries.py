"""What a query holds for: booleans, NEAR, fields, aliases, regexes; and what is evidence then."""

from __future__ import annotations

import pytest

from newsroom.matching import Matcher, compile_watchlist, match_rule
from newsroom.model import ArticleText, Watchlist

ALIASES = {"thaad": ("THAAD", "萨德", "Terminal High Altitude Area Defense")}


def hits(query: str, article: ArticleText) -> list[str] | None:
    rule = compile_watchlist(Watchlist("w", query=query), ALIASES)
    found = match_rule(rule, article)
    return None if found is None else [f"{hit.field}:{hit.text}" for hit in found]


BODY = ArticleText(
    title="China protests",
    body="China will not accept the THAAD battery, Seoul said. Missiles were not named.",
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("china", ["title:China", "body:China"]),
        ("china japan", None),
        ("china OR japan", ["title:China", "body:China"]),
        ("missiles AND NOT tokyo", ["body:Missiles"]),
        ("missiles NOT seoul", None),
        ("NOT japan AND missile*", ["body:Missiles"]),
        ("china NEAR/4 thaad", None),
        ("china NEAR/5 thaad", ["title:China", "body:China", "body:THAAD"]),
        ("thaad NEAR/5 china", ["title:China", "body:China", "body:THAAD"]),
        ('"china thaad"~4', None),
        ('"china thaad"~5', ["title:China", "body:China", "body:THAAD"]),
        ("THAAD NEAR/6 china", ["title:China", "body:China", "body:THAAD"]),
        ("THAAD ONEAR/6 china", None),
        ("china ONEAR/6 THAAD", ["title:China", "body:China", "body:THAAD"]),
        ("THAAD NEAR/9 missiles", None),  # the sentence ends between them
        ("THAAD NEAR/2 Seoul", ["body:THAAD", "body:Seoul"]),  # a comma does not part
        ('"THAAD battery Seoul"', None),  # it parts a phrase
        ("(japan OR china) NEAR/6 THAAD", ["title:China", "body:China", "body:THAAD"]),
        (
            "china NEAR/6 THAAD NEAR/3 Seoul",
            ["title:China", "body:China", "body:THAAD", "body:Seoul"],
        ),
        ('"THAAD china battery"~6', ["title:China", "body:China", "body:THAAD", "body:battery"]),
        ('"THAAD china battery"~5', None),
        ("title:china", ["title:China"]),
        ("title:THAAD", None),
        ("body:china", ["body:China"]),
        ("title:china body:THAAD", ["title:China", "body:THAAD"]),
        ("title:(china OR THAAD)", ["title:China"]),
        ("-title:THAAD china", ["title:China", "body:China"]),
        ("summary:china", None),
        ("@thaad", ["body:THAAD"]),
        ("@thaad NEAR/1 battery", ["body:THAAD", "body:battery"]),
        ("/TH[A-Z]+D/", ["body:THAAD"]),
        ("/thaad/", None),
        ("/(?i)thaad/", ["body:THAAD"]),
        ("/[Cc]hina/ NEAR/6 THAAD", ["title:China", "body:China", "body:THAAD"]),
        ("=Missiles", ["body:Missiles"]),
        ("=missiles", None),
    ],
)
def test_queries_over_an_article(query: str, expected: list[str] | None) -> None:
    assert hits(query, BODY) == expected


DATA = ArticleText(
    title="Missile",
    source="yonhap-en",
    language="en-GB",
    section="National",
    authors=("Kim Min-ji", "홍길동"),
    credit="Yonhap",
    url="https://en.yna.co.kr/view/AEN2026",
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("source:yonhap-en", True),
        ("source:Yonhap-EN", True),
        ("source:yonhap", False),
        ("source:yonhap*", True),
        ("source:(koreaherald OR yonhap-en)", True),
        ("lang:en", True),
        ("lang:en-GB", True),
        ("lang:en-US", False),
        ("lang:e", False),
        ("author:Kim", True),
        ('author:"Kim Min-ji"', True),
        ("author:Min", True),
        ("author:Mi", False),
        ("author:홍길동", True),
        ("section:national", True),
        ("section:nation", False),
        ("credit:yonhap", True),
        ("credit:AFP", False),
        ("url:yna.co.kr", True),
        ("url:/view\\/AEN\\d+/", True),
        ("url:koreaherald", False),
        ("-credit:yonhap", False),
    ],
)
def test_conditions_on_data(condition: str, holds: bool) -> None:
    assert hits(f"missile {condition}", DATA) == (["title:Missile"] if holds else None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("missile source:x", ["title:Missile"]),  # it does not say: no reason against
        ("missile -source:x", ["title:Missile"]),
        ("missile lang:ko", ["title:Missile"]),
        ("source:x", None),  # and no reason for
        ("launch OR source:x", None),
        ("missile credit:Yonhap", None),  # an outlet's own text has no credit
        ("missile -credit:Yonhap", ["title:Missile"]),
        ("missile author:Kim", None),
        ("missile section:National", None),
        ("missile url:yna", None),
    ],
)
def test_data_that_an_article_lacks(query: str, expected: list[str] | None) -> None:
    assert hits(query, ArticleText(title="Missile")) == expected


def test_a_condition_alone_matches_without_evidence() -> None:
    assert hits("source:yonhap-en", DATA) == []


def test_what_in_leaves_out_is_no_evidence() -> None:
    watchlist = Watchlist("w", query="china", fields=("title",))
    found = match_rule(compile_watchlist(watchlist), BODY) or ()
    assert [hit.field for hit in found] == ["title"]


@pytest.mark.parametrize(
    ("near", "text", "holds"),
    [
        ("사드 NEAR/1 배치", "사드를 배치", True),
        ("사드 NEAR/1 배치", "사드 추가 배치", False),
        ("사드 NEAR/2 배치", "사드 추가 배치", True),
        ("미군 NEAR/1 사드", "주한미군 사드", True),
        ("萨德 NEAR/3 部署", "萨德的新部署", True),
        ("萨德 NEAR/2 部署", "萨德的新部署", False),
        ("air NEAR/1 strike", "air-strike", True),
        ("a NEAR/3 b", "a x (U.S. of) b", False),
        ("a NEAR/4 b", "a x (U.S. of) b", True),
        ("a NEAR/9 b", "a.\n\nb", False),
        ("a NEAR/9 b", "a! b", False),
        ("a NEAR/1 a", "a", False),  # no span is near itself
        ("a NEAR/1 a", "a a", True),
    ],
)
def test_words_are_counted(near: str, text: str, holds: bool) -> None:
    assert (hits(near, ArticleText(title="", body=text)) is not None) == holds


def test_any_all_none_and_the_query_that_says_the_same_match_the_same() -> None:
    lists = Watchlist("w", any=("china", "tokyo"), all=("THAAD",), none=("drill",))
    query = Watchlist("w", query="(china OR tokyo) AND THAAD AND NOT drill")
    assert compile_watchlist(lists) == compile_watchlist(query)
    both = Watchlist("w", any=("china", "tokyo"), query="THAAD -drill")
    assert match_rule(compile_watchlist(both), BODY) == match_rule(compile_watchlist(lists), BODY)


def test_a_thousand_watchlists_answer_as_each_alone() -> None:
    words = [f"w{n:04}" for n in range(20_000)]
    rules = [
        compile_watchlist(Watchlist(f"list{n}", any=tuple(words[n * 20 : n * 20 + 20])))
        for n in range(1_000)
    ]
    article = ArticleText(title="w0003 w0021 w19999s", body="w0005, w0003's w1 xw0100")
    found = Matcher(rules).match(article)
    alone = [(rule.name, match_rule(rule, article)) for rule in rules[:3] + rules[-1:]]
    assert found == [(name, hits) for name, hits in alone if hits is not None]
    assert [name for name, _ in found] == ["list0", "list1", "list999"]


def test_near_over_endless_repetition_ends() -> None:
    body = "a b " * 5_000
    assert hits("a NEAR/100 c NEAR/100 b", ArticleText(title="", body=body)) is None
    assert hits('"a b a"~5', ArticleText(title="", body=body)) is not None
