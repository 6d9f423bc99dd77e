"""Laws of facts: a text brings nothing new to itself, nor does what is left when it is cut."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories_facts import Fact, FactKind, facts_of, keys_of, new_facts

SENTENCES = [
    "President Moon Jae-in met Kim Jong-un in Busan on April 29.",
    "Moon said 12 people and three soldiers were there.",
    "The plan costs 2.34 trillion won (US$1.8 billion), up 3.8 percent from December 2016.",
    '"We will never accept this plan, and we will fight it," Moon told reporters.',
    "“It is over for all of us,” he said. “Nobody is to blame for that, I think.”",
    "A 36-year-old man from Incheon was arrested next Friday.",
    "S. Korea and the United States, with Chinese help, moved the THAAD system.",
    "Officials declined to comment.",
    "문재인 대통령은 19일 부산에서 푸틴 대통령을 만났다.",
    "사고로 12명이 숨지고 1천234명이 다쳤다.",
    "2조3천억원을 들여 다음 달 3일 경북 성주군에서 시작한다.",
    '홍길동 의원은 "우리는 이 계획을 결코 받아들이지 않을 것"이라고 말했다.',
    "‘끝까지 싸우겠다는 뜻을 모두에게 밝힌다’고 그는 말했다.",
    "(서울=연합뉴스) 홍길동 기자 = 정부가 밝혔다.",
    "Hong Gil-dong shakes hands with officials in Geneva on July 3. (Yonhap)",
    "KOSPI 2,575.08 -0.16 KOSDAQ 909.20 +0.22 WON 1,325.7 -7.1",
    "(END)",
]
Form = Literal["NFC", "NFD"]
FORMS: list[Form] = ["NFC", "NFD"]
WEDNESDAY = datetime(2023, 4, 19, tzinfo=UTC)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
ODD = st.text(
    st.sampled_from(
        "aN 1,.-$%\"'“”‘’「」[]()\n\u200b\u00a0é\u0301\u1100\u1161\u11a8가각명원일월요조억만한두세"
    )
    | st.characters(),
    max_size=120,
)
TEXTS = ODD | st.lists(st.sampled_from(SENTENCES) | ODD, max_size=8).map(" ".join)


def keys(title: str, body: str, at: datetime | None) -> frozenset[str]:
    return keys_of(title, body, facts_of(title, body, at))


@given(TEXTS, TEXTS, MOMENTS)
def test_a_text_brings_nothing_new_to_itself(title: str, body: str, at: datetime | None) -> None:
    assert new_facts(facts_of(title, body, at), keys(title, body, at)) == ()


@given(TEXTS, TEXTS, MOMENTS)
def test_a_fact_is_the_exact_slice_of_its_field(title: str, body: str, at: datetime | None) -> None:
    facts = facts_of(title, body, at)
    for fact in facts:
        field = title if fact.field == "title" else body
        assert fact.text == field[fact.start : fact.end] != ""
        assert len(fact.key) <= 16
        assert fact.key.isascii()
    assert [(f.field != "title", f.start) for f in facts] == sorted(
        (f.field != "title", f.start) for f in facts
    )


@given(TEXTS, TEXTS, MOMENTS)
def test_what_is_remembered_is_short(title: str, body: str, at: datetime | None) -> None:
    remembered = keys(title, body, at)
    assert len(remembered) <= 650
    assert all(k.isascii() and len(k) <= 16 and " " not in k for k in remembered)


@given(
    st.lists(st.tuples(st.sampled_from(SENTENCES), st.booleans()), min_size=1, max_size=14),
    st.sampled_from([" ", "\n\n"]),
    st.integers(-600_000, 600_000).map(lambda days: WEDNESDAY + timedelta(days=days)),
)
def test_cutting_sentences_creates_no_facts(
    parts: list[tuple[str, bool]], joint: str, at: datetime
) -> None:
    whole = joint.join(sentence for sentence, _ in parts)
    cut = joint.join(sentence for sentence, stays in parts if stays)
    assert new_facts(facts_of("", cut, at), keys("", whole, at)) == ()


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=10),
    st.sampled_from(FORMS),
    st.sampled_from(FORMS),
    st.booleans(),
)
def test_composition_and_marks_without_width_change_nothing(
    parts: list[str], one: Form, other: Form, marks: bool
) -> None:
    text = "\n\n".join(parts)
    before, after = unicodedata.normalize(one, text), unicodedata.normalize(other, text)
    if marks:
        after = after.replace("a", "a\u200b").replace("에", "에\u200b")
    assert new_facts(facts_of("", after, WEDNESDAY), keys("", before, WEDNESDAY)) == ()
    assert len(facts_of("", after, WEDNESDAY)) == len(facts_of("", before, WEDNESDAY))


@given(TEXTS, TEXTS, TEXTS)
def test_knowing_more_makes_nothing_new(body: str, one: str, other: str) -> None:
    facts = facts_of("", body, WEDNESDAY)
    less = set(new_facts(facts, keys("", one, WEDNESDAY)))
    assert {
        f.key for f in new_facts(facts, keys("", one, WEDNESDAY) | keys("", other, WEDNESDAY))
    } <= {f.key for f in less}


def test_each_new_key_is_given_once_at_its_first_place() -> None:
    facts = facts_of("", "12 people left. There were 12 people and twelve people.")
    assert [fact.start for fact in new_facts(facts, ())] == [0]


def test_terms_of_matching_are_facts_too() -> None:
    term = Fact(FactKind.TERM, "t:thaad", "body", 4, 9, "THAAD")
    body = "The THAAD system left."
    facts = (*facts_of("", body), term)
    assert new_facts(facts, keys_of("", "It left.", ())) == (term,)
    assert new_facts(facts, keys_of("", body, facts)) == ()


@pytest.mark.parametrize(
    "unit",
    ["1,", "1.1", "조", "1조", '"', "“a", "'", "A.", "A-", "A ", "a\n", "[", "12 people ",
     "1 a-b c d ", "two ", "twenty-", "2023년 ", "May ", "May 5, ", "가나 ", "홍길동 의원 ",
     "성주군에서 ", "\u1100\u1161", "a\u0301", "(END)\n\n", "By A B\n\n", "$1 ", "e\u200b"],
)  # fmt: skip
def test_hostile_texts_are_read_in_bounds(unit: str) -> None:
    text = unit * (30_000 // len(unit))
    facts = facts_of(text, text, WEDNESDAY)
    assert len(facts) <= 2_000
    remembered = keys_of(text, text, facts)
    assert len(remembered) <= 650
    assert new_facts(facts, remembered) == ()


def test_of_a_long_text_the_beginning_is_read() -> None:
    text = "They met in Busan. " * 6_000
    facts = facts_of("", text)
    assert len(facts) == 2_000
    late = "They met. " * 10_000 + "They met in Busan."
    assert facts_of("", late) == ()
