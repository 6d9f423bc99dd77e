"""Longer words a term was found in: counted, told without particles, the most frequent first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest

from newsroom.longer_words import longer_words, short_terms
from newsroom.model import Watchlist
from newsroom.ports import Token

TEXTS = [
    "한미약품은 오늘 한미동맹을, 한미약품이 — 한미 정상은",
    "'한미약품' 주한미군 한미동맹",
    "감사드립니다 사드가 사드배치를 사드",
]


def morphology(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
    """Knows one-letter particles, and one verb."""
    answers: list[tuple[Token, ...] | None] = []
    for text in texts:
        last = text[-1]
        if text == "감사드립니다":
            verb = (Token("드리", "XSV", 2, 4), Token("ᆸ니다", "EF", 3, 6))
            answers.append((Token("감사", "NNG", 0, 2), *verb))
        elif last in "은을이가를":
            end = len(text) - 1
            answers.append((Token(text[:end], "NNP", 0, end), Token(last, "JX", end, end + 1)))
        else:
            answers.append((Token(text, "NNP", 0, len(text)),))
    return answers


def test_as_they_stand_without_a_morphology() -> None:
    assert longer_words(TEXTS, ["한미", "사드"]) == {
        "한미": dict.fromkeys(
            ["주한미군", "한미동맹", "한미동맹을", "한미약품", "한미약품은", "한미약품이"], 1
        ),
        "사드": {"감사드립니다": 1, "사드가": 1, "사드배치를": 1},
    }


def test_without_particles_and_endings_with_one() -> None:
    found = longer_words(TEXTS, ["한미", "사드"], morphology)
    assert found == {"한미": {"한미약품": 3, "한미동맹": 2, "주한미군": 1}, "사드": {"사드배치": 1}}
    assert list(found["한미"]) == ["한미약품", "한미동맹", "주한미군"]


def test_what_could_not_be_analysed_is_told_as_it_stands() -> None:
    found = longer_words(["사드가"], ["사드"], lambda texts: [None for _ in texts])
    assert found == {"사드": {"사드가": 1}}


def test_a_term_without_longer_words_is_left_out_and_nothing_is_asked() -> None:
    def never(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        raise AssertionError(texts)

    assert longer_words(["사드 사드, 드사"], ["사드", "한미"], never) == {}
    assert longer_words([], ["사드"], never) == {}
    assert longer_words(TEXTS, [], never) == {}


def test_decomposed_letters_are_read_too_and_no_more_than_asked_for_is_told() -> None:
    texts = [
        unicodedata.normalize("NFD", f"{first}사드") for first in "차카타파하가나다라마바사아자"
    ]
    found = longer_words(texts, ["사드"], most=3)
    assert found == {"사드": {"가사드": 1, "나사드": 1, "다사드": 1}}
    assert len(longer_words(texts, ["사드"])["사드"]) == 12


@pytest.mark.parametrize(
    ("watchlist", "terms"),
    [
        (Watchlist("w", any=("사드", "THAAD", "고고도", "한미 동맹", "괌")), ("사드",)),
        (Watchlist("w", any=("=사드", "한미*"), all=("북한", "@usa")), ("사드", "북한")),
        (Watchlist("w", any=("x",), none=("사드",)), ()),
        (Watchlist("w", query="title:(사드 NEAR/3 북한) OR 사드 AND NOT 한미"), ("사드", "북한")),
        (Watchlist("w", any=(unicodedata.normalize("NFD", "사드"),)), ("사드",)),
    ],
)
def test_which_terms_are_looked_into(watchlist: Watchlist, terms: tuple[str, ...]) -> None:
    assert short_terms(watchlist) == terms
