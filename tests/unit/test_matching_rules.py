"""Watchlists over articles: any, all, none, fields, filters, order of evidence, many rules."""

import pytest

from newsroom.errors import QueryError
from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Watchlist
from tests.unit.matching_case import hits_of

ARTICLE = ArticleText(
    title="THAAD arrives in Seongju",
    subtitle="사드 배치",
    summary="Residents protest.",
    body="The THAAD battery came. Residents of Seongju protest against 사드.",
    source="koreaherald",
    language="en",
)


@pytest.mark.parametrize(
    ("watchlist", "matches"),
    [
        (Watchlist("w", any=("THAAD", "Aegis")), True),
        (Watchlist("w", any=("Aegis", "Patriot")), False),
        (Watchlist("w", all=("THAAD", "protest")), True),
        (Watchlist("w", all=("THAAD", "Aegis")), False),
        (Watchlist("w", any=("THAAD",), all=("Seongju",)), True),
        (Watchlist("w", any=("Aegis",), all=("Seongju",)), False),
        (Watchlist("w", any=("THAAD",), none=("Aegis",)), True),
        (Watchlist("w", any=("THAAD",), none=("battery",)), False),
        (Watchlist("w", any=("THAAD",), none=("battery",), fields=("title",)), True),
        (Watchlist("w", any=("THAAD",), none=("사드",), fields=("title",)), False),
        (Watchlist("w", any=("battery",), fields=("title", "summary")), False),
        (Watchlist("w", any=("배치",), fields=("title",)), True),
        (Watchlist("w", any=("배치",), fields=("body", "summary")), False),
        (Watchlist("w", any=("Residents",), fields=("summary",)), True),
        (Watchlist("w", any=("THAAD",), sources=("koreaherald", "x")), True),
        (Watchlist("w", any=("THAAD",), sources=("yonhap-en",)), False),
        (Watchlist("w", any=("THAAD",), languages=("en",)), True),
        (Watchlist("w", any=("THAAD",), languages=("EN",)), True),
        (Watchlist("w", any=("THAAD",), languages=("ko",)), False),
    ],
)
def test_clauses_fields_and_filters(watchlist: Watchlist, matches: bool) -> None:
    assert (hits_of(ARTICLE, watchlist) is not None) == matches


@pytest.mark.parametrize(
    ("language", "wanted", "matches"),
    [
        ("en-GB", "en", True),
        ("en_US", "en", True),
        ("en", "en-GB", False),
        ("eng", "en", False),
        (None, "ko", True),
    ],
)
def test_language_tags(language: str | None, wanted: str, matches: bool) -> None:
    article = ArticleText(title="THAAD", language=language)
    watchlist = Watchlist("w", any=("THAAD",), languages=(wanted,))
    assert (hits_of(article, watchlist) is not None) == matches


def test_filters_on_what_an_article_lacks_do_not_apply() -> None:
    watchlist = Watchlist("w", any=("THAAD",), sources=("x",), languages=("ko",))
    assert hits_of(ArticleText(title="THAAD"), watchlist)


def test_evidence_by_field_then_start_overlaps_kept() -> None:
    watchlist = Watchlist(
        "w",
        any=("Seongju", "residents of Seongju", "사드", "missing"),
        all=("THAAD", "Seongju"),
        none=("Aegis",),
        fields=("body", "title"),
    )
    hits = hits_of(ARTICLE, watchlist)
    assert hits is not None
    assert [(h.field, h.start, h.end, h.term) for h in hits] == [
        ("title", 0, 5, "THAAD"),
        ("title", 17, 24, "Seongju"),
        ("subtitle", 0, 2, "사드"),
        ("body", 4, 9, "THAAD"),
        ("body", 24, 44, "residents of Seongju"),
        ("body", 37, 44, "Seongju"),
        ("body", 61, 63, "사드"),
    ]
    for hit in hits:
        assert getattr(ARTICLE, hit.field)[hit.start : hit.end] == hit.text


def test_two_spellings_of_one_term_are_both_named() -> None:
    hits = hits_of(ARTICLE, Watchlist("w", any=("Battery", "battery")))
    assert hits is not None
    assert [h.term for h in hits] == ["Battery", "battery"]


def test_a_phrase_never_spans_two_fields() -> None:
    article = ArticleText(title="missile", subtitle="defense", summary="missile", body="defense")
    assert hits_of(article, Watchlist("w", any=("missile defense",))) is None


def test_many_rules_in_one_pass_answer_in_their_order() -> None:
    names = ["Zed", "THAAD", "nothing", "사드", "again"]
    terms = ["protest", "THAAD", "Aegis", "사드", "THAAD"]
    rules = [
        compile_watchlist(Watchlist(name, any=(term,)))
        for name, term in zip(names, terms, strict=True)
    ]
    matched = Matcher(rules).match(ARTICLE)
    assert [name for name, _ in matched] == ["Zed", "THAAD", "사드", "again"]
    for name, hits in matched:
        alone = Matcher([rules[names.index(name)]]).match(ARTICLE)
        assert alone == [(name, hits)]


def test_a_matcher_of_a_thousand_terms_finds_what_each_finds_alone() -> None:
    watchlists = [Watchlist(f"w{n}", any=(f"term{n}", f"용어{n}번", f"x{n} y")) for n in range(333)]
    matcher = Matcher([compile_watchlist(w) for w in watchlists])
    article = ArticleText(title="term7s and TERM70", body="용어12번을 x300\ny, term8x")
    matched = matcher.match(article)
    assert [(name, [h.text for h in hits]) for name, hits in matched] == [
        ("w7", ["term7s"]),
        ("w12", ["용어12번"]),
        ("w70", ["TERM70"]),
        ("w300", ["x300\ny"]),
    ]


def test_no_rules_and_no_text_match_nothing() -> None:
    assert Matcher([]).match(ARTICLE) == []
    rule = compile_watchlist(Watchlist("w", any=("THAAD",)))
    assert Matcher([rule]).match(ArticleText(title="")) == []


@pytest.mark.parametrize(
    ("watchlist", "problem"),
    [
        (Watchlist("w"), "nothing to look for"),
        (Watchlist("w", none=("x",)), "nothing to look for"),
        (Watchlist("w", any=("x",), query="a OR"), "nothing stands after OR|OR"),
        (Watchlist("w", query="NOT a"), "every article"),
        (Watchlist("w", any=("x", "@y")), "there is no alias @y"),
        (Watchlist("w", any=("x",), none=("",)), "empty"),
    ],
)
def test_a_watchlist_that_cannot_be_read_is_refused(watchlist: Watchlist, problem: str) -> None:
    with pytest.raises(QueryError, match=problem):
        compile_watchlist(watchlist)
