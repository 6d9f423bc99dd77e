"""Trees joined: any/all/none with a query, and alias sets put in their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.query import (
    Alias,
    Field,
    Near,
    Node,
    Not,
    Or,
    Term,
    aliases_in,
    all_of,
    any_of,
    expand,
    not_any,
    parse_term,
    watchlist_node,
)
from newsroom.query_parse import parse_query
from newsroom.query_print import print_query
from tests.unit.query_case import trees

t = parse_term
SETS = {"thaad": ("THAAD", "사드", "air str*"), "one": ("=Apple",), "북한": ("북한", "朝鲜")}


@pytest.mark.parametrize(
    ("any_", "all_", "none", "query", "same"),
    [
        (["a"], [], [], None, "a"),
        (["a", "b"], [], [], None, "a OR b"),
        ([], ["a"], [], None, "a"),
        ([], ["a", "b"], [], None, "a b"),
        (["missile defense"], [], [], None, '"missile defense"'),
        (["COVID-19"], [], [], None, "COVID-19"),
        (["=US troops", "deploy*"], [], [], None, '="US troops" OR deploy*'),
        (["a"], ["b"], ["c"], None, "a b -c"),
        (["a", "b"], ["c", "d"], ["e", "f g"], None, '(a OR b) c d -e -"f g"'),
        (["@thaad", "a"], [], ["@x"], None, "(@thaad OR a) NOT @x"),
        ([], [], [], "a OR b", "a OR b"),
        ([], [], ["c"], "a b", "-c a b"),
        (["a", "b"], ["c"], ["d"], "e f", "(a OR b) c -d e f"),
        (["a", "b"], [], [], "c OR d", "(a OR b) AND (c OR d)"),
        (["a"], [], [], "-title:b", "a -title:b"),
        ([], ["a"], [], "NOT b", "a -b"),
    ],
)
def test_lists_and_query_compile_to_the_same(
    any_: list[str], all_: list[str], none: list[str], query: str | None, same: str
) -> None:
    asked = None if query is None else parse_query(query, alone=not (any_ or all_))
    assert watchlist_node(any_, all_, none, asked) == parse_query(same)


def test_a_watchlist_looks_for_something() -> None:
    for none in ([], ["a"]):
        with pytest.raises(QueryError, match="nothing to look for"):
            watchlist_node([], [], none)


def test_an_entry_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(QueryError, match="no letters"):
        watchlist_node(["a"], [], ["!?"])


def test_a_long_list_is_one_flat_or() -> None:
    words = [f"word{n}" for n in range(10_000)]
    node = watchlist_node(words, [], [])
    assert node == Or(tuple(map(t, words)))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("a", ()),
        ("@a", ("a",)),
        ("@b OR @a OR @b", ("b", "a")),
        ("x NOT (@a NEAR/3 (y OR @b)) title:@c source:@d", ("a", "b", "c", "d")),
        ("/@a/ b@c", ()),
    ],
)
def test_aliases_in(query: str, names: tuple[str, ...]) -> None:
    assert aliases_in(parse_query(query)) == names


@pytest.mark.parametrize(
    ("query", "expanded"),
    [
        ("a b", "a b"),
        ("@thaad", 'THAAD OR 사드 OR "air str*"'),
        ("@one", "=Apple"),
        ("@thaad OR a", 'THAAD OR 사드 OR "air str*" OR a'),
        ("@thaad a", '(THAAD OR 사드 OR "air str*") a'),
        ("a -@one", "a -=Apple"),
        ("@북한 NEAR/3 @one", "(북한 OR 朝鲜) NEAR/3 =Apple"),
        ("(@북한 OR x) NEAR/3 y", "(북한 OR 朝鲜 OR x) NEAR/3 y"),
        ("title:@북한", "title:(북한 OR 朝鲜)"),
    ],
)
def test_expand(query: str, expanded: str) -> None:
    assert expand(parse_query(query), SETS) == parse_query(expanded)


@pytest.mark.parametrize(
    ("query", "aliases", "problem", "hint"),
    [
        ("@thadd", SETS, "there is no alias @thadd", "write @thaad"),
        ("@THAAD", SETS, "there is no alias @THAAD", "write @thaad"),
        ("@북학", SETS, "there is no alias @북학", "write @북한"),
        ("@zzzzz", SETS, "there is no alias @zzzzz", "add zzzzz = [...] to [alias]"),
        ("@a", {}, "there is no alias @a", "add a = [...] to [alias]"),
        ("@a", {"a": ()}, "alias @a has no terms", "write its terms"),
        ("@a", {"a": ("@b",), "b": ("x",)}, "alias @a names the alias @b", "write that one's"),
        ("@a", {"a": ("x", "!?")}, "alias @a: the term has no letters", "write a word"),
    ],
)
def test_aliases_that_cannot_be_expanded(
    query: str, aliases: dict[str, tuple[str, ...]], problem: str, hint: str
) -> None:
    with pytest.raises(QueryError) as refused:
        expand(parse_query(query), aliases)
    assert problem in refused.value.problem
    assert hint in refused.value.hint


_members = st.lists(st.sampled_from(["x", "=y", "z w", "사드*"]), min_size=1).map(tuple)


@given(trees, _members)
def test_an_expanded_tree_has_a_spelling_and_no_alias(tree: Node, members: tuple[str, ...]) -> None:
    expanded = expand(tree, {"북-한_1": members, "x": members})
    assert aliases_in(expanded) == ()
    assert parse_query(print_query(expanded), alone=False) == expanded
    if not aliases_in(tree):
        assert expanded == tree


def test_joining() -> None:
    a, b, c = map(t, "abc")
    assert all_of([a]) == a
    assert all_of([all_of([a, b]), c]) == all_of([a, b, c])
    assert any_of([a, any_of([b, c])]) == Or((a, b, c))
    assert all_of([any_of([a, b]), c]) != any_of([all_of([a, b]), c])
    assert not_any(not_any(a)) == a
    assert not_any(Alias("x")) == Not(Alias("x"))
    assert expand(Near((a, Alias("one")), 3), SETS) == Near((a, t("=Apple")), 3)
    assert expand(Field("url", Alias("one")), SETS) == Field("url", t("=Apple"))


def test_a_single_han_letter_of_a_set_is_marked_as_one_that_stands_alone() -> None:
    assert expand(parse_query("@북한"), {"북한": ("北", "北韓", "북한", "北*")}) == Or(
        (
            Term("北", "北", alone=True),
            Term("北韓", "北韓"),
            Term("북한", "북한"),
            Term("北*", "北", prefix=True),
        )
    )
