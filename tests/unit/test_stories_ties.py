"""What ties two articles, and which of several stories an article joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.stories_marks import Marks, marks_of
from newsroom.stories_ties import Candidate, Evidence, Tie, choose, same_outlet
from tests.unit.stories_case import tied
from tests.unit.test_stories_laws import ENGLISH, KOREAN, OTHER, SENTENCES, TITLES, URLS

T0 = datetime(2024, 3, 5, 1, tzinfo=UTC)
WINDOW = timedelta(days=7)
WIRE = "https://en.yna.co.kr/view/AEN202403050038{}320"
FILED = WIRE.format("00")
HEADLINE = "Radar on Haneul hill is to be moved before the rains"
BRIEF = "The radar on the hill moves to another slope."


def marks(title: str = "t", body: str = "", minutes: float | None = 0, **more: Any) -> Marks:
    at = None if minutes is None else T0 + timedelta(minutes=minutes)
    given_ = {"source": "a", "url": None} | more
    return marks_of(title, body, at=at, **given_)


def evidence(one: Marks, other: Marks) -> Evidence | None:
    found = tied(one, other, WINDOW)
    return found.evidence if found else None


LONGER = " The roof, which is of copper, came from a brewery that had been given up for a garage."
MORE = f" {BRIEF} Nobody could say how long the old slope would hold, so nobody waited for it."
HALF = ENGLISH.partition("\n\n")[0]
CASES: list[tuple[Evidence | None, Marks, Marks]] = [
    (Evidence.FAMILY, marks("a", ENGLISH, url=FILED), marks("b", OTHER, url=WIRE.format("51"))),
    (Evidence.FAMILY, marks("a", "", url=FILED), marks("b", "", url=WIRE.format("52"))),
    (None, marks("a", ENGLISH, url=FILED), marks("b", OTHER, url=FILED.replace("38", "39"))),
    (Evidence.EXACT, marks("a", ENGLISH), marks("b", ENGLISH.upper(), 90, source="b")),
    (Evidence.EXACT, marks("a", KOREAN), marks("b", KOREAN.replace(" ", ""), 90, source="b")),
    (Evidence.NEAR, marks("a", ENGLISH), marks("b", HALF, 90, source="b")),
    (Evidence.NEAR, marks("a", KOREAN), marks("b", f"{KOREAN} 덧붙인 말이다.", source="b")),
    (Evidence.TITLE, marks(HEADLINE, BRIEF), marks(f"(LEAD) {HEADLINE}", OTHER[:150], 60)),
    (Evidence.TITLE, marks(HEADLINE, ""), marks(HEADLINE, ENGLISH, 719, source="b")),
    (None, marks(HEADLINE, ""), marks(HEADLINE, ENGLISH, 721, source="b")),
    (Evidence.TITLE, marks(HEADLINE, OTHER[:200]), marks(HEADLINE, ENGLISH, 60, source="b")),
    (None, marks(HEADLINE, OTHER + LONGER), marks(HEADLINE, ENGLISH + MORE, 60, source="b")),
    (None, marks("Photo of the day", ""), marks("Photo of the day", ENGLISH)),
    (None, marks("a", ENGLISH), marks("a", OTHER)),
    (None, marks("", ""), marks("", "")),
    (None, marks("a", ENGLISH), marks("b", ENGLISH, 60 * 24 * 7 + 1)),
    (Evidence.EXACT, marks("a", ENGLISH, None), marks("b", ENGLISH, 60 * 24 * 400)),
]  # fmt: skip


@pytest.mark.parametrize(("found", "one", "other"), CASES)
def test_evidence(found: Evidence | None, one: Marks, other: Marks) -> None:
    assert evidence(one, other) == found
    assert evidence(other, one) == found


@st.composite
def drawn_marks(draw: st.DrawFn) -> Marks:
    language = draw(st.sampled_from(["en", "ko"]))
    return marks(
        draw(st.sampled_from(TITLES)),
        ". ".join(draw(st.lists(st.sampled_from(SENTENCES[language]), max_size=8))),
        draw(st.sampled_from([None, 0, 0, 30, 700, 1_500, 60 * 24 * 7])),
        source=draw(st.sampled_from(["a", "b", None])),
        url=draw(st.sampled_from(URLS)),
    )


@given(drawn_marks(), drawn_marks())
@settings(max_examples=150, deadline=None)
def test_but_for_flashes_a_tie_is_the_same_from_both_sides(one: Marks, other: Marks) -> None:
    def known(found: Tie | None) -> Tie | None:
        return None if found is None or found.evidence is Evidence.FLASH else found

    assert known(tied(one, other, WINDOW)) == known(tied(other, one, WINDOW))


@given(drawn_marks(), st.floats(0, 60 * 24 * 7))
@settings(max_examples=60, deadline=None)
def test_an_article_is_tied_to_its_own_double(one: Marks, minutes: float) -> None:
    """Where it has any words to be known by."""
    if one.exact is None and one.family is None:
        return
    later = None if one.at is None else one.at + timedelta(minutes=minutes)
    found = tied(replace(one, at=later), one, WINDOW)
    assert found is not None
    assert found.share == 1.0


FLASH = marks("[속보] 북한, 동해상으로 탄도미사일 2발 발사", "")
PIECE = "북한이 동해상으로 탄도미사일 2발을 발사했다고 합참이 밝혔다."


@pytest.mark.parametrize(
    ("title", "body", "minutes", "source", "joins"),
    [
        ("합참, 미사일 발사 확인", PIECE, 5, "a", True),
        ("합참, 미사일 발사 확인", PIECE, 180, "a", True),
        ("합참, 미사일 발사 확인", PIECE, 181, "a", False),
        ("합참, 미사일 발사 확인", PIECE, -1, "a", False),
        ("합참, 미사일 발사 확인", PIECE, None, "a", False),
        ("합참, 미사일 발사 확인", PIECE, 5, "b", False),
        ("합참, 미사일 발사 확인", PIECE.replace("2발", "3발"), 5, "a", False),
        ("합참, 미사일 발사 확인", PIECE.replace("동해상", "서해상"), 5, "a", True),
        ("합참, 발표", PIECE.replace("동해상", "서해상").replace("북한", "누군가"), 5, "a", False),
        ("합참, 미사일 발사 확인", "", 5, "a", False),
    ],
)
def test_a_flash_ties_what_goes_on_from_it(
    title: str, body: str, minutes: float | None, source: str, joins: bool
) -> None:
    piece = marks(title, body, minutes, source=source)
    assert evidence(piece, FLASH) == (Evidence.FLASH if joins else None)
    assert evidence(FLASH, piece) is None


def test_a_flash_of_few_words_ties_nothing() -> None:
    assert (
        evidence(marks("[속보] 지진 발생", "지진 발생 소식", 5), marks("[속보] 지진 발생", ""))
        is None
    )


def candidates(*stories: tuple[int, Marks]) -> Sequence[Candidate]:
    return [Candidate(100 + n, story, made) for n, (story, made) in enumerate(stories)]


def test_the_strongest_evidence_decides_then_the_share_then_the_age() -> None:
    new = marks("n", ENGLISH, 60, source="n", url=WIRE.format("51"))
    near, exact = marks("a", HALF), marks("b", ENGLISH)
    family = marks("c", OTHER, url=WIRE.format("00"))
    assert choose(new, candidates((1, near), (2, exact), (3, family)), WINDOW) == 3
    assert choose(new, candidates((1, near), (2, exact)), WINDOW) == 2
    assert choose(new, candidates((7, exact), (2, exact)), WINDOW) == 2
    more = marks("d", ENGLISH[: len(ENGLISH) * 9 // 10])
    assert choose(new, candidates((1, near), (2, more)), WINDOW) == 2
    assert choose(new, candidates((1, marks("e", OTHER))), WINDOW) is None
    assert choose(new, [], WINDOW) is None


def test_nobody_joins_through_a_round_up() -> None:
    round_up = marks("News in brief", f"{ENGLISH}\n\n{OTHER}", source="r")
    held = candidates((1, round_up), (1, marks("Radar", ENGLISH)))
    assert choose(marks("Steam", OTHER, 60, source="b"), held, WINDOW) is None
    assert choose(marks("Radars", ENGLISH, 60, source="b"), held, WINDOW) == 1
    assert choose(marks("Steam", OTHER, 60, source="b"), candidates((1, round_up)), WINDOW) == 1
    own = candidates((1, round_up), (1, marks("Radar", ENGLISH)), (2, marks("Steam", OTHER)))
    assert choose(marks("Kettles", OTHER, 60, source="b"), own, WINDOW) == 2


def test_a_round_up_under_a_storys_own_headline_is_one_too() -> None:
    story = marks(HEADLINE, f"{ENGLISH}{LONGER}{MORE}")
    round_up = marks(HEADLINE, f"{ENGLISH[:200]}.\n\n{OTHER}", source="r")
    assert evidence(round_up, story) is Evidence.NEAR
    held = candidates((1, round_up), (1, story))
    assert choose(marks("Steam", OTHER, 60, source="b"), held, WINDOW) is None


@pytest.mark.parametrize(
    ("found", "headline", "minutes"),
    [(Evidence.NEAR, HEADLINE, 90), (None, "Another day", 90), (None, HEADLINE, 60 * 24)],
)
def test_another_table_under_the_same_headline_is_no_other_story(
    found: Evidence | None, headline: str, minutes: int
) -> None:
    one, other = (
        "\n".join(f"Row {letter} {n * step}.5 +{n + step} -{n}.{step}" for n, letter in FIELDS)
        for step in (7, 9)
    )
    assert (
        evidence(
            marks(HEADLINE, f"{ENGLISH}\n\n{one}"),
            marks(headline, f"{ENGLISH}\n\n{other}", minutes),
        )
        == found
    )


FIELDS = list(enumerate("abcdefgh", 11))
AT_X = marks(source=None, url="https://x.example/1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (marks(source="a"), marks(source="a"), True),
        (marks(source="a"), marks(source="b"), False),
        (marks(source=None), marks(source=None), False),
        (AT_X, marks(source=None, url="http://x.example/2"), True),
        (AT_X, marks(source=None, url="http://y.example/1"), False),
        (marks(source="a"), marks(source=None), False),
    ],
)  # fmt: skip
def test_same_outlet(one: Marks, other: Marks, same: bool) -> None:
    assert same_outlet(one, other) is same
    assert same_outlet(other, one) is same
