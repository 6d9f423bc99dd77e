"""Two versions of a text, word by word: cases, and the laws of a diff."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.edits_diff import CONTEXT, Piece, changed_lines, diff, keys

CASES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("", "", []),
    ("Same.", "Same.", [("=", "Same.")]),
    ("", "New.", [("+", "New.")]),
    ("Old.", "", [("-", "Old.")]),
    ("12 men came", "14 men came", [("-", "12"), ("+", "14"), ("=", " men came")]),
    ("6기를 옮긴다", "4기를 옮긴다", [("-", "6"), ("+", "4"), ("=", "기를 옮긴다")]),
    ("“So,” he said", '"So," he said', [("=", '"So," he said')]),
    (
        "One stays.\n\nTwo goes.\n\nThree stays.",
        "One stays.\n\nThree stays.",
        [("=", "One stays.\n\n"), ("-", "Two goes.\n\n"), ("=", "Three stays.")],
    ),
    # a word or two between changes would only be in the way
    ("the fall of Rome", "the rise of Paris", [
        ("=", "the "), ("-", "fall of Rome"), ("+", "rise of Paris"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "pieces"), CASES)
def test_cases(before: str, after: str, pieces: list[tuple[str, str]]) -> None:
    assert [tuple(piece) for piece in diff(before, after)] == pieces


def side(pieces: Any, sign: str) -> str:
    return "".join(text for kind, text in pieces if kind in ("=", sign))


WORDS = st.lists(
    st.sampled_from(["one", "two", "사드", "사드를", "12", "“", '"', ".", "\n\n", " ", "a\u200b"]),
    max_size=40,
).map("".join)


@given(WORDS, WORDS)
def test_both_sides_can_be_put_together_again(before: str, after: str) -> None:
    pieces = diff(before, after)
    assert side(pieces, "+") == after
    assert keys(side(pieces, "-")) == keys(before)
    signs = [piece.sign for piece in pieces]
    assert all(a != b for a, b in pairwise(signs))
    assert ("+", "-") not in pairwise(signs)
    assert all(piece.text for piece in pieces)


@given(WORDS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {piece.sign for piece in diff(text, text)} <= {"="}
    assert changed_lines(diff(text, text)) == ()


@given(WORDS, WORDS)
def test_with_nothing_to_spend_it_is_coarse_and_still_whole(before: str, after: str) -> None:
    pieces = diff(before, after, steps=0)
    assert side(pieces, "+") == after
    assert keys(side(pieces, "-")) == keys(before)


@given(WORDS, WORDS)
def test_lines_leave_no_change_out(before: str, after: str) -> None:
    pieces = diff(before, after)
    told = [piece for line in changed_lines(pieces) for piece in line if piece.sign != "="]
    assert told == [piece for piece in pieces if piece.sign != "="]


def test_lines_are_sentences() -> None:
    before = "First it rained. Then 12 people came. The road was shut at noon. They left."
    after = "First it rained. Then 14 people came. The road was open at noon. They left."
    first, second = changed_lines(diff(before, after))
    assert first == (
        Piece("=", "Then "),
        Piece("-", "12"),
        Piece("+", "14"),
        Piece("=", " people came."),
    )
    assert side(second, "+") == "The road was open at noon."


def test_two_changes_of_a_sentence_are_one_line() -> None:
    (line,) = changed_lines(diff("In May 12 men came home.", "In June 14 men came home."))
    assert side(line, "-") == "In May 12 men came home."


def test_context_is_cut() -> None:
    long = "word " * 200
    (line,) = changed_lines(diff(f"{long}old {long}end", f"{long}new {long}end"))
    assert line[0].text.startswith("…")
    assert line[-1].text.endswith("…")
    assert len(line[0].text) <= CONTEXT + 1


@pytest.mark.parametrize("piece", ["a ", "\n\n1", ".", "a b c d. "])
def test_a_text_of_megabytes_is_bounded(piece: str) -> None:
    before = piece * (5_000_000 // len(piece))
    after = "".join(reversed(before))
    pieces = diff(before, after)
    assert side(pieces, "+") == after
    assert len(pieces) < 100_000
    changed_lines(pieces)
