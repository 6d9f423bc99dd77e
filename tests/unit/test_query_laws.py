"""Laws of the query language: what is printed reads back, what cannot be read is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.query import parse_term, watchlist_node
from newsroom.query_nodes import Node
from newsroom.query_parse import parse_query
from newsroom.query_print import print_query
from tests.unit.query_case import good_entries, texts, trees


@given(trees)
def test_a_tree_reads_back_as_it_was_printed(tree: Node) -> None:
    assert parse_query(print_query(tree), alone=False) == tree


@given(trees)
def test_printing_is_canonical(tree: Node) -> None:
    printed = print_query(tree)
    assert print_query(parse_query(printed, alone=False)) == printed


@given(texts, st.booleans())
@example('"', True)
@example("\ud800 OR /\ud800/", True)
@example("\ufeffNOT x y", True)
def test_any_text_is_read_or_refused_at_a_column_of_it(text: str, alone: bool) -> None:
    refusal: QueryError | None = None
    try:
        node = parse_query(text, alone=alone)
    except QueryError as refused:
        refusal = refused
    if refusal is None:
        assert parse_query(print_query(node), alone=alone) == node
    else:
        assert 1 <= refusal.column <= len(text) + 1
        assert refusal.problem
        assert refusal.hint


@given(good_entries)
def test_an_entry_is_the_same_in_a_list_and_in_a_query(entry: str) -> None:
    node = parse_term(entry)
    assert parse_query(print_query(node)) == node


_lists = st.lists(good_entries, max_size=3)


@given(_lists, _lists, _lists, st.none() | trees)
def test_a_watchlist_is_the_query_it_prints_as(
    any_: list[str], all_: list[str], none: list[str], query: Node | None
) -> None:
    if not (any_ or all_ or query):
        with pytest.raises(QueryError, match="nothing to look for"):
            watchlist_node(any_, all_, none, query)
        return
    node = watchlist_node(any_, all_, none, query)
    assert parse_query(print_query(node), alone=False) == node
