"""Names of persons and places: which are found, which are known, which are new."""

from __future__ import annotations

import pytest

from newsroom.stories_facts import FactKind
from tests.unit.facts_case import found, news, news_texts

FOUND_EN = [
    ("Yesterday President Moon Jae-in spoke.", ["Moon Jae-in"]),
    ("Moon Jae-in spoke. Later Moon left.", ["Moon Jae-in", "Moon"]),
    ("He met U.S. President Joe Biden there.", ["U.S.", "Joe Biden"]),
    ("He met Gen. Vincent Brooks there.", ["Vincent Brooks"]),
    ("They met in Busan on Monday.", ["Busan"]),
    ("Busan was quiet.", ["Busan"]),
    ("It was made in South Korea.", ["South Korea"]),
    ("It was made in S. Korea.", ["S. Korea"]),
    ("The ministry and the people met.", []),
    ("They asked the Defense Ministry and the National Assembly.", []),
    ("They asked the Chinese and the Korean side on Wednesday in April.", []),
    ("They asked NATO and the IAEA.", []),
    ("Officials said so. Exports fell. Earlier, some left.", []),
    ("A Seoul-based firm left.", ["Seoul-based"]),
    ("It costs US$3 million.", []),
    ("The firm Samsung Electronics left.", ["Samsung Electronics"]),
]
FOUND_KO = [
    ("문재인 대통령이 말했다.", ["문재인"]),
    ("이종섭 국방부 장관이 말했다.", ["이종섭"]),
    ("홍길동 의원은 떠났다.", ["홍길동"]),
    ("홍길동(45) 씨가 떠났다.", ["홍길동"]),
    ("홍길동 씨가 떠났다.", ["홍길동"]),
    ("조 바이든 미국 대통령이 말했다.", ["바이든", "미국"]),
    ("기시다 총리가 말했다.", ["기시다"]),
    ("부산에서 열렸다.", ["부산"]),
    ("경북 성주군에서 열렸다.", ["경북", "성주군"]),
    ("예산군에서 열렸다.", ["예산군"]),
    ("중국과 일본이 만났다.", ["중국", "일본"]),
    ("예산을 짰고 음성을 들었다.", []),
    ("부산에서 푸틴 대통령을 만났다.", ["부산", "푸틴"]),
    ("이날 홍길동 장관이 말했다.", ["홍길동"]),
    ("고용부 장관이 말했다.", []),
    ("정부 대변인과 외교부 장관이 만났다.", []),
    ("정부가 대사를 초치했다.", []),
    ("경찰이 대표를 불렀다.", []),
    ("김도이 의원이 말했다.", ["김도이"]),
    ("어제 대통령이 말했다.", []),
    ("전직 의원과 공동 대표가 만났다.", []),
    ("한국 정부가 밝혔다.", []),
]
KNOWN = [
    ("Moon Jae-in spoke.", "He said Moon left."),
    ("Moon Jae-in spoke.", "Speaking there, President Moon Jae-in left."),
    ("They met in the U.S. today.", "They met in the United States."),
    ("The US side left.", "They left the U.S. at once."),
    ("It was made in S. Korea.", "It was made in South Korea."),
    ("South Korean firms left.", "Firms of South Korea left."),
    ("Chinese firms left.", "Firms of China left."),
    ("Kimchi is sold. Busan is far.", "They sold it in Busan."),
    ("Donald Trump spoke.", "There Donald J. Trump spoke."),
    ("There Samsung Electronics Co. spoke.", "There Samsung Electronics spoke."),
    ("문재인 대통령이 말했다.", "문재인 전 대통령이 말했다."),
    ("문재인이 말했다.", "문재인 대통령이 말했다."),
    ("문재인은 떠났다.", "이날 문재인 대통령을 만났다."),
    ("성주에서 열렸다.", "성주군에서 열렸다."),
    ("부산시가 밝혔다.", "부산에서 열렸다."),
    ("한미 회담이다.", "미국과 만났다."),
    ("美·中 회담이다.", "미국과 중국이 만났다."),
    ("우크라이나 키예프에서 왔다.", "키이우에서 왔다."),
]
NEW = [
    ("Moon Jae-in spoke.", "There Moon Jae-in and Kim Jong-un spoke.", ["Kim Jong-un"]),
    ("Kim Yo-jong spoke.", "There Kim Jong-un spoke.", ["Kim Jong-un"]),
    ("They met in Busan.", "They met in Incheon.", ["Incheon"]),
    ("They met in South Korea.", "They met in North Korea.", ["North Korea"]),
    ("He spoke.", "He spoke with Mr. Yoon there.", ["Yoon"]),
    ("They met.", "Busan was quiet.", ["Busan"]),
    ("문재인 대통령이 말했다.", "이종섭 장관이 말했다.", ["이종섭"]),
    ("부산에서 열렸다.", "인천에서 열렸다.", ["인천"]),
    ("회담이 열렸다.", "중국에서 열렸다.", ["중국"]),
    ("그가 떠났다.", "푸틴 대통령이 떠났다.", ["푸틴"]),
]


@pytest.mark.parametrize(("text", "expected"), FOUND_EN + FOUND_KO)
def test_a_name_is_found(text: str, expected: list[str]) -> None:
    assert found(FactKind.NAME, text) == expected


@pytest.mark.parametrize(("before", "after"), KNOWN)
def test_a_name_written_otherwise_is_known(before: str, after: str) -> None:
    assert news_texts(before, after, FactKind.NAME) == []


@pytest.mark.parametrize(("before", "after", "expected"), NEW)
def test_another_name_is_new(before: str, after: str, expected: list[str]) -> None:
    assert news_texts(before, after, FactKind.NAME) == expected


BODY = "South Korea fined the firm, Minister Hong Gil-dong told China in Busan."


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Minister Fines Chinese Firm Over Toxic Toys", []),
        ("Seoul Fines Firm Over Toys", []),
        ("Beijing protests fine over toys", []),
        ("Hong: firm to pay fine", []),
        ("Minister Hong Gil-dong Fines Firm In Busan", []),
        ("Tokyo Fines Firm Over Toys", ["Tokyo"]),
        ("Firm fined by the mayor of Yeosu over toys", ["Yeosu"]),
        ("Firm fined, Minister Im Kkeok-jeong says of toys", ["Im Kkeok-jeong"]),
        ("[Breaking News] Firm to pay a fine over toys", []),
    ],
)
def test_a_headline_names_what_its_text_does(title: str, expected: list[str]) -> None:
    assert [fact.text for fact in news(BODY, BODY, titles=("", title))] == expected


def test_one_person_is_new_once_under_the_first_name() -> None:
    facts = news("It began.", "They met Kim there, and Kim Cheol-su left.")
    assert [(fact.text, fact.kind) for fact in facts] == [("Kim", FactKind.NAME)]
