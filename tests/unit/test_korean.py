"""How the letters of a Hangul term may be spelled, and how its candidates are asked about."""

from collections.abc import Sequence

import pytest

from newsroom.korean import Question, decide, pattern, question
from newsroom.korean_window import REACH
from newsroom.ports import Token
from newsroom.text import prepare


@pytest.mark.parametrize(
    ("syllables", "length", "text", "whole"),
    [
        ("한미", 2, "한·미", True),
        ("한미일", 3, "한·미·일", True),
        ("한미", 2, "한 미", False),
        ("한미일중", 4, "한·미·일·중", True),
        ("사드배치", 4, "사드·배치", False),
        ("한미동맹", 4, "한·미동맹", True),
        ("한미동맹", 4, "한·미 동맹", True),
        ("한미동맹", 4, "한미·동맹", False),
        ("한미일정상회의", 7, "한·미·일 정상회의", True),
        ("한미일정상회의", 7, "한.미-일정상회의", True),
        ("한미일정상회의", 7, "한미·일 정상회의", False),
        ("동맹", 4, "동·맹", True),
        ("정상회담", 6, "정상·회담", False),
        ("사드배치", 4, "사드 배치", True),
        ("국가정보원", 5, "국가 정보원", True),
        ("국가정보원", 5, "국가\n정보원", True),
        ("국가정보원", 5, "국가\n\n정보원", False),
        ("국가정보원", 5, "국가, 정보원", False),
        ("방어", 9, "방 어", False),
    ],
)
def test_pattern(syllables: str, length: int, text: str, whole: bool) -> None:
    assert (pattern(syllables, length).fullmatch(text) is not None) == whole


def test_a_question_shows_the_word_and_its_neighbours() -> None:
    text = prepare("첫째 둘째  주한미군사드\n배치 끝")
    assert question(text, 11, 13, "사드") == Question("둘째  주한미군사드 배치", 8, 10, "사드")


def test_a_question_stays_in_its_paragraph() -> None:
    text = prepare("앞\r\n\r\n사드가 온다\n \n뒤")
    assert question(text, 5, 7, "사드").window == "사드가 온다"
    assert question(prepare("앞\r\n사드"), 3, 5, "사드").window == "앞  사드"


def test_a_word_without_end_is_cut_far_from_the_candidate() -> None:
    asked = question(prepare("가" * 5_000 + "사드" + "나" * 5_000), 5_000, 5_002, "사드")
    assert asked == Question("가" * REACH + "사드" + "나" * REACH, REACH, REACH + 2, "사드")


def test_without_morphology_a_candidate_is_undecided() -> None:
    asked = question(prepare("감사드립니다"), 1, 3, "사드")
    assert decide([asked], None) == [None]
    assert decide([asked, asked], lambda texts: [None] * len(texts)) == [None, None]


def test_what_letters_alone_tell_needs_no_morphology() -> None:
    assert decide([question(prepare("5대만"), 1, 3, "대만")], None) == [False]
    assert decide([question(prepare("접촉한 미국"), 2, 5, "한미")], None) == [False]


def test_the_same_question_is_asked_once() -> None:
    calls: list[list[str]] = []

    def morphology(texts: Sequence[str]) -> list[tuple[Token, ...]]:
        calls.append(list(texts))
        return [(Token("사드", "NNG", 0, 2), Token("가", "JKS", 2, 3)) for _ in texts]

    asked = question(prepare("사드가"), 0, 2, "사드")
    assert decide([asked] * 3, morphology) == [True] * 3
    assert calls == [["사드가"]]
