"""Laws of explaining: it says what the matcher says, points exactly, and never fails."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from newsroom.explain import explain, explain_watchlist
from newsroom.explain_json import explanation_json
from newsroom.explain_model import REASONS, Clause, Explanation
from newsroom.matching import Rule, compile_watchlist, match_rule
from newsroom.model import ArticleText, Watchlist
from newsroom.ports import Token
from newsroom.query import Node, aliases_in, expand
from newsroom.query_print import print_query
from newsroom.query_uses import aliases_of
from tests.unit.query_case import good_entries, texts, trees

ALIASES = {"북-한_1": ("DPRK", "北", "북한", "air strike"), "x": ("x",)}
_PIECES = """
    THAAD thaad Thaads US us U.S. missile missiles missileman popstar apple Apple Apples 사드 사드가
    감사드립니다 북한 대북한 北 北京 한·미 접촉한 미국 china China thaads
    air strike airstrike air-strike don't x y . , ; - said
"""
BITS = [*_PIECES.split(), "\n\n"]
bodies = st.one_of(
    texts, st.lists(st.sampled_from(BITS), max_size=20).map(" ".join), st.text(max_size=30)
)
articles = st.builds(
    ArticleText,
    title=bodies,
    subtitle=st.just("") | bodies,
    summary=st.just("") | bodies,
    body=bodies,
    source=st.sampled_from([None, "x", "THAAD"]),
    language=st.sampled_from([None, "en", "ko"]),
    authors=st.sampled_from([(), ("Apple Kim",)]),
)
fields = st.sampled_from([("title", "body", "summary"), ("title",), ("body",), ("summary",)])
filters = st.sampled_from([(), ("x",)])
lists = st.lists(good_entries | st.sampled_from(BITS[:20]), max_size=3)


def cut(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
    """A morphology that cuts into pairs of syllables, and cannot tell of texts with a 한."""
    return [
        None
        if "한" in text
        else tuple(
            Token(text[n : n + 2], ("NNG", "JKO", "VV")[n % 3], n, min(n + 2, len(text)))
            for n in range(0, len(text), 2)
        )
        for text in texts
    ]


morphologies = st.sampled_from([None, cut])


def check(explanation: Explanation, rule: Rule, article: ArticleText, hits: object) -> None:
    assert explanation.matched == (hits is not None)
    assert explanation.hits == (hits or ())
    assert explanation.matched == (bool(explanation.clause.holds) and not explanation.filters)
    for near in explanation.nearest:
        assert near.reason in REASONS
        if near.start is None or near.end is None or near.field is None:
            assert near.reason in ("absent", "data")
            continue
        raw = getattr(article, near.field)
        assert near.text == raw[near.start : near.end] != ""
        left = near.sentence_start
        assert raw[left : left + len(near.sentence)] == near.sentence
        assert left <= near.start <= near.end <= left + len(near.sentence)
    for clause in explanation.clause.walk():
        consistent(clause)
    explanation_json(explanation, 1)


def consistent(clause: Clause) -> None:
    assert clause.holds is False or not clause.nearest
    assert clause.holds or not clause.hits
    held = [part.holds for part in clause.parts]
    if not held:
        return
    if clause.kind == "and":
        expected = False if False in held else True in held or None
    elif clause.kind == "or":
        expected = True if True in held else (False if False in held else None)
    else:
        (expected,) = held
    assert clause.holds == expected


@given(trees, articles, fields, filters, morphologies)
def test_a_rule_is_explained_as_it_is_matched(
    tree: Node,
    article: ArticleText,
    fields: tuple[str, ...],
    sources: tuple[str, ...],
    kiwi: object,
) -> None:
    aliases = dict.fromkeys(aliases_in(tree), ("y",)) | ALIASES
    rule = Rule("w", expand(tree, aliases), fields, sources)
    morphology = cut if kiwi is not None else None
    check(explain(rule, article, morphology), rule, article, match_rule(rule, article, morphology))


@given(lists, lists, lists, st.none() | trees, articles, fields, morphologies)
def test_a_watchlist_is_explained_as_it_is_matched(
    any_: list[str],
    all_: list[str],
    none: list[str],
    tree: Node | None,
    article: ArticleText,
    fields: tuple[str, ...],
    kiwi: object,
) -> None:
    query = print_query(tree) if tree is not None and (any_ or all_) else None
    if not (any_ or all_):
        any_ = ["THAAD"]
    watchlist = Watchlist("w", tuple(any_), tuple(all_), tuple(none), query, fields)
    aliases = ALIASES | dict.fromkeys(_names(watchlist), ("y",))
    rule = compile_watchlist(watchlist, aliases)
    morphology = cut if kiwi is not None else None
    explanation = explain_watchlist(watchlist, article, morphology, aliases)
    check(explanation, rule, article, match_rule(rule, article, morphology))
    keys = [clause.key for clause in explanation.clause.parts]
    assert keys == sorted(keys, key=("any", "all", "none", "query").index)


def _names(watchlist: Watchlist) -> set[str]:
    return set(aliases_of(watchlist)) - set(ALIASES)


@given(good_entries, bodies)
def test_a_lone_term_that_fails_always_tells_something(entry: str, body: str) -> None:
    aliases = dict.fromkeys(_names(Watchlist("w", any=(entry,))), ("y",))
    explanation = explain_watchlist(
        Watchlist("w", any=(entry,)), ArticleText(title="", body=body), cut, aliases
    )
    assert explanation.matched != bool(explanation.nearest)
