"""Numbers with a unit: which are found, which are the same, which are new."""

from __future__ import annotations

import pytest

from newsroom.stories_facts import FactKind
from tests.unit.facts_case import found, news, news_texts

FOUND_EN = [
    ("It killed 12 people.", ["12 people"]),
    ("It killed twelve people.", ["twelve people"]),
    ("Twenty-one soldiers were hurt.", ["Twenty-one soldiers"]),
    ("Exports fell 3.8 percent.", ["3.8 percent"]),
    ("Exports fell 3.8%.", ["3.8%"]),
    ("Exports fell 3.8 pct.", ["3.8 pct"]),
    ("The rate rose 0.5 percentage point.", ["0.5 percentage point"]),
    ("It costs 2.3 trillion won.", ["2.3 trillion won"]),
    ("It costs 600 bln won.", ["600 bln won"]),
    ("It costs US$455 million.", ["US$455 million"]),
    ("It costs $1.2bn.", ["$1.2bn"]),
    ("It costs 455 million dollars.", ["455 million dollars"]),
    ("It flew 1,000 kilometers.", ["1,000 kilometers"]),
    ("It flew 1,000km.", ["1,000km"]),
    ("A 36-year-old man fell.", ["36-year-old"]),
    ("The man, aged 36, fell.", ["36"]),
    ("They fired three short-range ballistic missiles.", ["three short-range ballistic missiles"]),
    ("They fired three missiles.", ["three missiles"]),
    ("More than 300 South Korean workers left.", ["300 South Korean workers"]),
    ("The death toll rose to 31.", ["31"]),
    ("He left for a three-day visit.", ["three-day"]),
    # no unit, no fact
    ("It began in 2016.", []),
    ("In 2016 sales were good.", []),
    ("The two Koreas and the two sides met.", []),
    ("Two countries signed it.", []),
    ("The No. 3 reactors are old.", []),
    ("Call 02-2077-1234 for more.", []),
    ("It met at 10:30 and ended 3-1.", []),
    ("The F-16 jets and the K-9 guns.", []),
    ("One of them left.", []),
    ("Kim, 36, left.", []),
]
FOUND_KO = [
    ("12명이 숨졌다.", ["12명"]),
    ("열두 명이 숨졌다.", ["열두 명"]),
    ("두 명이 숨졌다.", ["두 명"]),
    ("100여명이 모였다.", ["100여명"]),
    ("3만5천여 명이 모였다.", ["3만5천여 명"]),
    ("2조3천억원을 썼다.", ["2조3천억원"]),
    ("2조 3천억 원을 썼다.", ["2조 3천억 원"]),
    ("18억 달러다.", ["18억 달러"]),
    ("3.8% 늘었다.", ["3.8%"]),
    ("3.8퍼센트 늘었다.", ["3.8퍼센트"]),
    ("0.5%포인트 올랐다.", ["0.5%포인트"]),
    ("사거리 800㎞다.", ["800㎞"]),
    ("출력 95만㎾급이다.", ["95만㎾"]),
    ("전압 345㎸ 송전선이다.", ["345㎸"]),
    ("사거리 800km다.", ["800km"]),
    ("사거리 800킬로미터다.", ["800킬로미터"]),
    ("미사일 세 발을 쐈다.", ["세 발"]),
    ("미사일 3발을 쐈다.", ["3발"]),
    ("차량 20대가 탔다.", ["20대"]),
    ("신고가 1천234건 들어왔다.", ["1천234건"]),
    ("36세 남성이다.", ["36세"]),
    ("36살 남성이다.", ["36살"]),
    ("3박 4일간 머문다.", ["4일간"]),
    ("3시간 걸렸다.", ["3시간"]),
    # no unit, no fact
    ("2023년에 시작했다.", []),
    ("2020 도쿄 올림픽이다.", []),
    ("오후 3시 30분에 열렸다.", []),
    ("1위에 올랐다.", []),
    ("3분기 실적이다.", []),
    ("전화 02-2077-1234로 묻는다.", []),
]
SAME = [
    ("12 people died.", "Twelve people died."),
    ("12 people died.", "Twelve were there, 12 dead."),
    ("12 soldiers died.", "12 people died."),
    ("Up 3.8 percent.", "Up 3.8%."),
    ("It costs 2.3 trillion won.", "It costs 2,300 billion won."),
    ("It costs $455 million.", "It costs 455 million dollars."),
    ("It costs 2.34 trillion won.", "It costs about 2.3 trillion won."),
    ("There were 12,345 people.", "There were some 12,300 people."),
    ("A 36-year-old man.", "A man aged 36."),
    ("Three short-range missiles.", "They fired 3 missiles."),
    ("It killed 123 at once.", "It killed 123 people."),
    ("It flew 800 kilometers.", "It flew 800km."),
    ("12명이 숨졌다.", "열두 명이 숨졌다."),
    ("12명이 숨졌다.", "12 명이 숨졌다."),
    ("2조3천억원이다.", "2.3조원이다."),
    ("2조3천억원이다.", "2조 3,000억 원이다."),
    ("3만5천명이다.", "35,000명이다."),
    ("3.8% 늘었다.", "3.8퍼센트 늘었다."),
    ("36세다.", "36살이다."),
    ("800㎞다.", "800킬로미터다."),
    ("95만㎾다.", "95만 kW다."),
    ("세 발을 쐈다.", "3발을 쐈다."),
    ("100여명이다.", "100명이다."),
    ("1만2천345명이다.", "1만2천여 명이다."),
    ("It costs 2.3 trillion won.", "2조3천억원이다."),
]
NEW = [
    ("12 people died.", "13 people died.", ["13 people"]),
    ("2 missiles.", "2 missiles and 12 people.", ["12 people"]),
    ("12 people died.", "12 missiles were fired.", ["12 missiles"]),
    ("Up 3.8 percent.", "Up 3.9 percent.", ["3.9 percent"]),
    ("Up 12 percent.", "It lasted 12 days.", ["12 days"]),
    ("The toll is 5 people.", "The death toll rose to 7.", ["7"]),
    ("It costs 2.3 trillion won.", "It costs 2.4 trillion won.", ["2.4 trillion won"]),
    ("12명이 숨졌다.", "13명이 숨졌다.", ["13명"]),
    ("2조3천억원이다.", "2조4천억원이다.", ["2조4천억원"]),
    ("두 명이 숨졌다.", "세 명이 숨졌다.", ["세 명"]),
    ("2발을 쐈다.", "2발을 쐈고 2명이 다쳤다.", ["2명"]),
]


@pytest.mark.parametrize(("text", "expected"), FOUND_EN + FOUND_KO)
def test_a_number_is_found_with_its_unit(text: str, expected: list[str]) -> None:
    assert found(FactKind.NUMBER, text) == expected


@pytest.mark.parametrize(("before", "after"), SAME)
def test_one_number_written_in_two_ways_is_not_new(before: str, after: str) -> None:
    assert news_texts(before, after, FactKind.NUMBER) == []


@pytest.mark.parametrize(("before", "after", "expected"), NEW)
def test_another_number_is_new(before: str, after: str, expected: list[str]) -> None:
    assert news_texts(before, after, FactKind.NUMBER) == expected


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("It killed two people and hurt 12 others.", "Two dead, 12 hurt as ferry sinks"),
        ("It costs 2.34 trillion won.", "Budget: a 2 trillion won plan"),
        ("It costs 600 billion won.", "600 bln plan for firms"),
        ("2조3천400억원이다.", "2조원 넘게 쓴다"),
        ("12명이 숨졌다.", "사망자 12명으로"),
    ],
)
def test_a_headline_shortens_and_rounds(body: str, title: str) -> None:
    assert not [f for f in news(body, body, titles=("", title)) if f.kind == FactKind.NUMBER]


def test_a_headline_with_another_number_is_new() -> None:
    facts = news("It killed two people.", "It killed two people.", titles=("", "Five dead in fire"))
    assert [(f.field, f.text) for f in facts] == [("title", "Five dead")]
