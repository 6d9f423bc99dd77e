"""The examples of docs/query-language.md are read as it says they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsroom.errors import QueryError
from newsroom.query_parse import parse_query
from newsroom.query_print import print_query

_PAGE = Path(__file__).parents[2].joinpath("docs/query-language.md").read_text(encoding="utf-8")


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


_QUERIES = [line for block in _blocks("query") for line in block.splitlines()]
_REFUSALS = [
    tuple(pair.split("\n")) for block in _blocks("refused") for pair in block.strip().split("\n\n")
]


def test_the_page_has_examples() -> None:
    assert len(_QUERIES) >= 6
    assert len(_REFUSALS) >= 5


@pytest.mark.parametrize("query", _QUERIES)
def test_examples_are_queries(query: str) -> None:
    node = parse_query(query)
    assert parse_query(print_query(node)) == node


@pytest.mark.parametrize(("query", "message"), _REFUSALS)
def test_refusals_are_worded_so(query: str, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(query)
    assert str(refused.value) == message


def test_precedence_is_told_as_it_is() -> None:
    assert parse_query("a b OR c -d") == parse_query("(a AND b) OR (c AND NOT d)")
    assert parse_query("a NEAR/3 b NEAR/5 c") == parse_query("(a NEAR/3 b) NEAR/5 c")
    assert parse_query('"china thaad"~10') == parse_query("china NEAR/10 thaad")
