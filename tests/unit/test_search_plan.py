"""What the archive's index is asked, and the law that it never hides what the matcher finds."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.matching import Matcher, Rule
from newsroom.model import ArticleText
from newsroom.query import Alias, And, Field, Near, Node, Not, Or, Regex, parse_term
from newsroom.search_plan import (
    ANYTHING,
    MOST_PARTS,
    NOTHING,
    Every,
    Lookup,
    Plan,
    Some,
    every,
    holds,
    language_plan,
    plan,
    some,
    source_plan,
)
from newsroom.search_text import LONGEST, WHOLE, index_entries


def shown(wanted: Plan) -> str:
    match wanted:
        case Lookup(entry, prefix):
            return entry + "*" * prefix
        case Every(parts):
            return "(" + " & ".join(map(shown, parts)) + ")"
        case Some(parts):
            return "(" + " | ".join(shown(p) for p in parts if p != Lookup(WHOLE)) + ")"


def term(text: str) -> Node:
    return parse_term(text)


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ("missile", "(missile | missiles)"),
        ("=missile", "(missile)"),
        ("deploy*", "(deploy*)"),
        ("city", "(cities | city | citys)"),
        ("missile's", "(missile)"),
        ("missile defense", "((missile & (defense | defenses)))"),
        ("THAAD", "(thaad | thaads)"),
        ("US", "(§us | §uses | §uss)"),
        ("U.S.", "(§us | §uses | §uss)"),
        ("u.s.", "(us | uses | uss)"),
        ("=Us", "(us)"),
        ("US troops", "((§us & (troops | troopses | troopss)))"),
        ("COVID-19", "((covid & (19 | 19s)))"),
        ("1,000", "((1 & 000) | (1 & 000s))"),
        ("사드", "(사드)"),
        ("북", "(북*)"),
        ("고고도 미사일", "((고고 & 고도 & 도미 & 미사 & 사일))"),
        ("THAAD 배치", "((thaad & 배치))"),
        ("北", "(北*)"),
        ("韓美", "(韓美)"),
        ("=" + "x" * 50, f"({'x' * LONGEST}*)"),
        ("x" * 50 + "*", f"({'x' * LONGEST}*)"),
    ],
)
def test_what_a_term_asks(entry: str, asked: str) -> None:
    assert shown(plan(term(entry))) == asked


@pytest.mark.parametrize(
    ("node", "asked"),
    [
        (And((term("사드"), term("=x"))), "((사드 & x))"),
        (Or((term("사드"), term("=x"))), "(사드 | x)"),
        (And((term("사드"), Not(term("=x")))), "(사드)"),
        (And((term("사드"), Regex("[0-9]+"))), "(사드)"),
        (Near((term("사드"), term("=x")), 5), "((사드 & x))"),
        (Field("title", term("=x")), "(¶x)"),
        (Field("title", term("=US")), "((¶us & §us))"),
        (Field("title", term("북")), "(¶북*)"),
        (Field("body", term("=x")), "(x)"),
        (Field("source", term("yonhap-en")), "(¤syonhapen | ¤s)"),
        (Field("lang", Or((term("ko"), term("en-GB")))), "(¤lko | ¤lengb | ¤l)"),
        (And((Field("author", term("Kim")), term("=x"))), "(x)"),
    ],
)
def test_what_a_query_asks(node: Node, asked: str) -> None:
    assert shown(plan(node)) == asked


@pytest.mark.parametrize(
    "node",
    [
        Regex("a+"),
        Not(term("x")),
        Or((term("x"), Not(term("y")))),
        Field("url", term("x")),
        Field("lang", Not(term("ko"))),
        Field("source", term("yon*")),
        And(()),
        Or(tuple(term(f"w{n}") for n in range(MOST_PARTS))),
    ],
)
def test_what_the_index_cannot_say(node: Node) -> None:
    assert plan(node) == ANYTHING


def test_brackets_without_end_are_left_to_the_matcher() -> None:
    node: Node = term("=deep")
    for n in range(60):
        node = Or((term(f"=w{n}"), And((node, term("=and")))))
    asked = shown(plan(node))
    assert "w59" in asked
    assert "deep" not in asked
    assert max(asked[:n].count("(") - asked[:n].count(")") for n in range(len(asked))) < 20


def test_every_and_some_join() -> None:
    a, b, c = Lookup("a"), Lookup("b"), Lookup("c")
    assert every([a, ANYTHING, Every((b, a))]) == Every((a, b))
    assert every([a, NOTHING]) == NOTHING
    assert every([a]) == a
    assert every([]) == ANYTHING
    assert some([a, NOTHING, Some((b, c)), a]) == Some((a, b, c))
    assert some([a, ANYTHING]) == ANYTHING
    assert some([]) == NOTHING


def test_filters() -> None:
    korean = index_entries(ArticleText(title="", source="yonhap-ko", language="ko-KR"))
    assert holds(source_plan("yonhap-ko"), korean)
    assert holds(language_plan("ko"), korean)
    assert holds(language_plan("ko_KR"), korean)
    assert not holds(language_plan("en"), korean)
    assert not holds(source_plan("yonhap-en"), korean)


ENGLISH = """THAAD Thaad missile missiles US us U.S. u.s. ITs IT cafés ﬁre STRASSE straße 1,000
3.5 F-35 don't they'll it's a.m. KF-21 COVID-19 ＴＨＡＡＤ тест ² ①"""
KOREAN = "사드 사드를 고고도 미사일 방어체계 한·미 북 北 美 萨德 배치 ㅅㅏㄷㅡ"
PIECES = st.sampled_from([*ENGLISH.split(), *KOREAN.split()])
SIGNS = st.sampled_from(
    ("", " ", " ", " ", ", ", ". ", "\n", "\n\n", "-", "'", "“", "(", "·", ".", "/", "_", "\u200b")
)
TEXTS = st.lists(st.one_of(PIECES, SIGNS, st.text(max_size=3)), max_size=14).map("".join)


def atoms_of(text: str) -> st.SearchStrategy[Node]:
    """Terms that are cut out of a text, or stand beside it."""
    ends = st.integers(0, len(text))
    cut = st.tuples(ends, ends).map(lambda pair: text[min(pair) : max(pair)])
    spelled = st.one_of(cut, cut.map(str.lower), cut.map(str.upper), PIECES)
    signed = st.tuples(st.sampled_from(("", "", "=")), spelled, st.sampled_from(("", "", "*")))
    return signed.map("".join).map(_parsed).filter(lambda node: node is not None)


def _parsed(written: str) -> Node | None:
    try:
        node = parse_term(written)
    except QueryError:
        return None
    return None if isinstance(node, Alias) else node


def nodes_of(text: str) -> st.SearchStrategy[Node]:
    atoms = st.one_of(atoms_of(text), st.sampled_from((Regex("[a-z]+"), Regex("사드"))))

    def joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        near = st.lists(atoms_of(text), min_size=2, max_size=3).map(tuple)
        return st.one_of(
            several.map(And),
            several.map(Or),
            inner.map(Not),
            st.builds(Near, near, st.integers(1, 9)),
            st.builds(Field, st.sampled_from(("title", "body", "summary")), inner),
            st.builds(Field, st.sampled_from(("source", "lang")), atoms_of("yonhap-en ko en-GB")),
        )

    return st.recursive(atoms, joined, max_leaves=5)


@settings(max_examples=60)
@given(st.data())
def test_the_index_hides_nothing_that_the_matcher_finds(data: st.DataObject) -> None:
    title, body = data.draw(TEXTS), data.draw(TEXTS)
    article = ArticleText(
        title=title,
        body=body,
        source=data.draw(st.sampled_from((None, "yonhap-en", "yonhap"))),
        language=data.draw(st.sampled_from((None, "ko", "en-GB"))),
    )
    node = data.draw(nodes_of(body or title))
    if Matcher([Rule("q", node)]).match(article):
        assert holds(plan(node), index_entries(article))


@given(TEXTS)
@example("1U.S.")
@example("ab.U.S.A. x.y")
@example("don't.U.S.4")
def test_every_word_of_a_text_is_found(text: str) -> None:
    entries = index_entries(ArticleText(title=text))
    matched = [_parsed(f"={word}") for word in text.split()]
    for node in filter(None, matched):
        if Matcher([Rule("q", node)]).match(ArticleText(title=text)):
            assert holds(plan(node), entries)
