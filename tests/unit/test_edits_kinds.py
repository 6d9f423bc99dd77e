"""What kinds of edits lie between two versions of a page: a table of cases, and laws."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.edits import TOLD, EditKind, Version, edit_kinds, same_words

HEADLINE, NUMBER = EditKind.HEADLINE, EditKind.NUMBER
QUOTATION, TERM, TEXT = EditKind.QUOTATION, EditKind.TERM, EditKind.TEXT
SAID = "We only ask to be heard by the ministry"
KO_SAID = "우리는 정부와 대화를 원할 뿐이라고 거듭 말씀드립니다"

BODY_CASES = [
    ("Twelve people were hurt.", "Twelve people were hurt.", set()),
    ("12 people were hurt.", "14 people were hurt.", {NUMBER}),
    ("12 people were hurt.", "Twelve people were hurt.", {TEXT}),
    ("It costs 1,200 won.", "It costs 1200 won.", {TEXT}),
    ("The vote ended 3-2.", "The vote ended 3-1.", {NUMBER}),
    ("It was built in 2016.", "It was built in 2017.", {NUMBER}),
    ("He died on April 29.", "He died on April 30.", {NUMBER}),
    ("He went home.", "He went home early.", {TEXT}),
    ("He went home.\n\nRain fell.", "He went home. Rain fell.", set()),
    (f'"{SAID}," she said.', f"“{SAID},” she said.", set()),
    (f'"{SAID}," she said.', f'"{SAID.replace("heard", "seen")}," she said.', {QUOTATION}),
    (f'"{SAID}," she said.', "She said nothing.", {QUOTATION}),
    ("She said nothing.", f'"{SAID}," she said.', {QUOTATION}),
    ("US troops came.", "us troops came.", {TEXT}),
    ("The talks – all of them – end.", "The talks - all of them - end.", set()),
    ("사드 발사대 6기를 옮겼다.", "사드 발사대 4기를 옮겼다.", {NUMBER}),
    ("열두 명이 다쳤다.", "12명이 다쳤다.", {TEXT}),
    ("국방부가 밝혔다.", "국방부가 25일 밝혔다.", {NUMBER}),
    (f'"{KO_SAID}"고 했다.', f"“{KO_SAID}”고 했다.", set()),
    (f'"{KO_SAID}"고 했다.', f'"{KO_SAID.replace("정부", "군청")}"고 했다.', {QUOTATION}),
    ("국방부가 밝혔다.", "국방부가 설명했다.", {TEXT}),
    ("국방부가 밝혔다.", unicodedata.normalize("NFD", "국방부가 밝혔다."), set()),
    ("It\u200b moved.", "It moved.", set()),
    ("", "All of it is new, with 12 people.", {NUMBER}),
]


@pytest.mark.parametrize(("before", "after", "kinds"), BODY_CASES)
def test_kinds_of_a_body(before: str, after: str, kinds: set[EditKind]) -> None:
    assert edit_kinds(Version("Same", before), Version("Same", after)) == kinds


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("Talks set", "Talks off", {HEADLINE}),
        ("Talks Set", "Talks set", set()),
        ("‘Talks’ set", "'Talks' set", set()),
        ("12 people hurt", "14 people hurt", {HEADLINE, NUMBER}),
        ("사드 이전", "사드 이전 연기", {HEADLINE}),
    ],
)
def test_kinds_of_a_headline(before: str, after: str, kinds: set[EditKind]) -> None:
    assert edit_kinds(Version(before, "Body."), Version(after, "Body.")) == kinds


def test_a_watch_term_that_came_or_went_is_a_kind_of_its_own() -> None:
    one, other = Version("A", "The THAAD battery moved."), Version("A", "The battery moved.")
    assert edit_kinds(one, other) == {TEXT}
    assert edit_kinds(one, other, {"THAAD"}) == {TEXT, TERM}
    assert edit_kinds(one, one, {"THAAD"}) == {TERM}


def test_wording_alone_is_not_told() -> None:
    assert set(EditKind) - TOLD == {TEXT}


TEXTS = st.text(alphabet="ab 12.,\"'“”가나\n-–", max_size=60)


@given(TEXTS, TEXTS)
def test_a_version_has_no_edits_against_itself(title: str, body: str) -> None:
    version = Version(title, body)
    assert edit_kinds(version, version) == frozenset()


@given(TEXTS, TEXTS)
def test_white_space_and_quotation_marks_are_no_edits(title: str, body: str) -> None:
    def other(text: str) -> str:
        return text.replace("“", '"').replace("”", '"').replace("–", "-").replace(" ", "\u00a0 ")

    plain = Version(other(title), other(body))
    assert edit_kinds(Version(title, body), plain) == frozenset()
    assert same_words(body, other(body))


@given(TEXTS, TEXTS)
def test_kinds_are_the_same_both_ways(one: str, other: str) -> None:
    here, there = Version("", one), Version("", other)
    assert edit_kinds(here, there) == edit_kinds(there, here)
    assert bool(edit_kinds(here, there)) != same_words(one, other)


@pytest.mark.parametrize("piece", ["“가", "404 people "])
def test_a_text_of_megabytes_is_bounded(piece: str) -> None:
    text = piece * (5_000_000 // len(piece))
    kinds = edit_kinds(Version(text, text), Version(text, text + "x"))
    assert kinds <= set(EditKind)
    assert kinds
