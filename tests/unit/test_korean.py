"""Where a Hangul word begins, and how its letters may be spelled."""

import pytest

from newsroom.korean import begins_word, is_term, pattern
from newsroom.text import prepare


@pytest.mark.parametrize(
    ("before", "begins"),
    [
        ("", True),
        ("북핵 ", True),
        ("북핵\n", True),
        ("‘", True),
        ("(", True),
        ("북핵·", True),
        ("북핵-", True),
        ("북핵/", True),
        ("北", True),
        ("감", False),
        ("5", False),
        ("THAAD", False),
        ("①", True),
    ],
)
def test_begins_word(before: str, begins: bool) -> None:
    text = prepare(f"{before}사드가")
    assert begins_word(text, len(before)) == begins


def test_the_middle_of_a_word_is_no_beginning() -> None:
    assert not begins_word(prepare("사드가"), 1)


@pytest.mark.parametrize(
    ("syllables", "length", "text", "whole"),
    [
        ("한미", 2, "한·미", True),
        ("한미일", 3, "한·미·일", True),
        ("한미", 2, "한 미", False),
        ("한미일중", 4, "한·미·일·중", True),
        ("사드배치", 4, "사드·배치", False),
        ("국가정보원", 5, "국가 정보원", True),
        ("국가정보원", 5, "국가\n정보원", True),
        ("국가정보원", 5, "국가\n\n정보원", False),
        ("국가정보원", 5, "국가, 정보원", False),
        ("방어", 9, "방 어", True),
    ],
)
def test_pattern(syllables: str, length: int, text: str, whole: bool) -> None:
    assert (pattern(syllables, length).fullmatch(text) is not None) == whole


@pytest.mark.parametrize(("verdict", "expected"), [(True, True), (False, False), (None, False)])
def test_morphology_goes_before_the_rule(verdict: bool | None, expected: bool) -> None:
    text = prepare("감사드립니다")
    assert is_term(text, 1, 3, "사드", lambda *_: verdict) == expected
