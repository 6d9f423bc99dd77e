"""What fuzzing found, each a case of its own so that it stays found."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.errors import QueryError
from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Watchlist
from newsroom.query_parse import parse_query
from newsroom.text import prepare
from tests.unit.matching_case import found


@pytest.mark.parametrize("query", ["＝", "a ＝ b", "a ＝"])
def test_a_full_width_equals_sign_alone_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse_query(query)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("missile defense system", "They spoke of missile defense"),
        ("missile defense system", "Missile Defense"),
        ("Terminal High Altitude Area Defense", "Terminal High Altitude"),
        ("Air strik@Ku", "Air%strik"),
    ],
)
def test_a_text_may_end_within_a_phrase(term: str, text: str) -> None:
    assert found(term, text) == []
    assert found(term, f"{text} ") == []


@given(st.text("ab사드萨 1.'s\n-\U000e2833", max_size=30), st.data())
def test_the_word_at_a_place_is_found_in_text_without_blanks_too(
    text: str, data: st.DataObject
) -> None:
    prepared = prepare(text)
    words = prepared.words
    at = data.draw(st.integers(0, len(prepared.plain)))
    assert prepared.word_at(at) == next((w for w in words if w.start <= at < w.tail), None)


def calls(do: Callable[[], object]) -> int:
    """How many functions are called: a measure of work that no busy machine changes."""
    count = 0

    def counted(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    ("term", "unit"),
    [
        ("THAAD", "THAAD사드"),
        ("ai", "ai가"),
        ("THAAD*", "THAAD사드"),
        ("U.S.", "u.s.가"),
        ("don't", "don't사"),
        ("a b", "a-b가"),
        ("é", "é가"),
        ("萨德 x", "萨德x"),
        ("사드 x", "사드x"),
    ],
)
def test_twice_as_long_a_text_without_blanks_is_twice_the_work(term: str, unit: str) -> None:
    matcher = Matcher([compile_watchlist(Watchlist("w", any=(term,)))])

    def work(times: int) -> int:
        article = ArticleText(title="", body=unit * times)
        return calls(lambda: matcher.match(article))

    assert work(800) < 3 * work(400)


@pytest.mark.parametrize("text", ["l. 사드", "l.사드", "L 사드", "l-사 드", "l· 사드", "l사 드"])
def test_a_term_of_two_scripts_may_have_signs_between_them_in_the_text(text: str) -> None:
    for spelled in found("l사드", text, lambda texts: [()] * len(texts)):
        assert spelled in text
