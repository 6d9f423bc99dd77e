import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.cli import out

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\x85\u2028\u202eevil\x7f\r\n\ttail"


VALUES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_a_json_line_is_one_line_and_says_the_same(value: Any) -> None:
    line = out.line_of(value)
    assert line.splitlines() in ([line], [])
    assert json.loads(line) == value
    line.encode("utf-8")


@given(st.text(st.characters()))
def test_nothing_that_acts_is_in_a_line_for_people(text: str) -> None:
    shown = out.one_line(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")]
    assert out.one_line(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("사드 배치\n계속", "사드 배치 계속"),
        ("\x1b[31mred", "[31mred"),
        ("a\u202eb\u200fc", "abc"),
        ("  a \t b ", "a b"),
        ("café — 😀", "café — 😀"),
        (None, ""),
        (7, "7"),
    ],
)
def test_a_line_for_people(text: object, shown: str) -> None:
    assert out.one_line(text) == shown


def test_paragraphs_stay(capsys: pytest.CaptureFixture[str]) -> None:
    out.say("one\n\ntwo\x1b[2J")
    assert capsys.readouterr().out == "one\n\ntwo [2J\n"


def test_a_json_line_keeps_korean_readable() -> None:
    assert out.line_of({"제목": "사드"}) == '{"제목": "사드"}'


def test_the_table_holds_nothing_that_acts(capsys: pytest.CaptureFixture[str]) -> None:
    out.table(
        ("id", "title"), [(1, HOSTILE), (2, "[bold]not markup[/bold] :smile:")], flexible="title"
    )
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x07\x9b\x85\u2028\u202e\x7f\r\t")
    assert "[bold]not markup[/bold] :smile:" in shown
    assert len(shown.splitlines()) == 3


def test_wide_letters_count_as_two_columns(capsys: pytest.CaptureFixture[str]) -> None:
    out.table(("name", "n"), [("연합뉴스", 1), ("Yonhap", 2)], flexible="name")
    _, korean, english = capsys.readouterr().out.splitlines()
    width = sum(
        2 if unicodedata.east_asian_width(c) == "W" else 1 for c in korean[: korean.index("1")]
    )
    assert width == english.index("2")


def test_pairs_leave_out_what_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    out.pairs([("a", None), ("b", ""), ("c", []), ("d", 0), ("e", ["x", "y"])])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["d", "0"],
        ["e", "x,", "y"],
    ]
