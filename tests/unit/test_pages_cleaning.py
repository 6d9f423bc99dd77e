"""What is taken from a body and what must stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.cleaning import clean
from crawler.pages.signatures import is_byline

LEAD = "SEOUL, May 1 (Yonhap) -- The isle sank."


@pytest.mark.parametrize(
    ("lines", "body", "bylines"),
    [
        pytest.param(["By Kim Min-ji", LEAD], [LEAD], ["By Kim Min-ji"], id="byline first"),
        pytest.param(
            ["(ATTN: ADDS (two) paras)", "By Kim Min-ji", LEAD],
            [LEAD],
            ["By Kim Min-ji"],
            id="note, byline",
        ),
        pytest.param(["(ATTN: ADDS photo) " + LEAD], [LEAD], [], id="note runs into the lead"),
        pytest.param(["(ATTN: UPDATES all;", "ADDS photo)", LEAD], [LEAD], [], id="note in two"),
        pytest.param(
            ["By Kim Min-ji SEOUL, May 1 (Yonhap) -- The isle sank."],
            [LEAD],
            ["By Kim Min-ji"],
            id="byline runs into the lead",
        ),
        pytest.param(
            ["By Kim Min-ji", "Contributing writer", LEAD], [LEAD], ["By Kim Min-ji"], id="role"
        ),
        pytest.param([LEAD, "kim@yna.co.kr", "(END)"], [LEAD], [], id="address, end"),
        pytest.param(
            ["비가 왔다.", "심청 PD (shim@hanbit.example)", "#비 #날씨"],
            ["비가 왔다."],
            ["심청 PD (shim@hanbit.example)"],
            id="hashtags",
        ),
        pytest.param([LEAD + " kim@yna.co.kr (END)"], [LEAD], [], id="address ends the paragraph"),
        pytest.param([LEAD + "kim@yna.co.kr"], [LEAD], [], id="address glued to the paragraph"),
        pytest.param([LEAD, "kim@yna.co.kr lee@yna.co.kr"], [LEAD], [], id="two addresses"),
        pytest.param([LEAD, "(kim@koreaherald.com)"], [LEAD], [], id="address in brackets"),
        pytest.param(
            [LEAD, "By Kim Min-ji (kim@heraldcorp.com)"], [LEAD], ["By Kim Min-ji"], id="byline end"
        ),
        pytest.param(
            [LEAD + " By Kim Min-ji (kim@heraldcorp.com)"],
            [LEAD],
            ["By Kim Min-ji"],
            id="byline ends the paragraph",
        ),
        pytest.param(
            ["비가 왔다.", "홍길동 기자 hong@hanbit.example"],
            ["비가 왔다."],
            ["홍길동 기자"],
            id="Korean byline last",
        ),
        pytest.param(
            ["비가 왔다. 홍길동 기자 hong@hanbit.example"],
            ["비가 왔다."],
            ["홍길동 기자"],
            id="Korean byline ends the paragraph",
        ),
        pytest.param(["비가 왔다.hong@yna.co.kr", "(끝)"], ["비가 왔다."], [], id="address, 끝"),
        pytest.param(
            [
                "비가 왔다.",
                "<저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>"
                "2026/01/06 16:46 송고",
            ],
            ["비가 왔다."],
            [],
            id="rights",
        ),
        pytest.param(
            ["비가 왔다. 제보는 카카오톡 okjebo <저작권자(c) 연합뉴스, 무단 전재-재배포 금지>"],
            ["비가 왔다."],
            [],
            id="rights end the paragraph",
        ),
        pytest.param(["Link copied", LEAD, "© X. All rights reserved."], [LEAD], [], id="share"),
        pytest.param(
            [LEAD, "The caption. (Yonhap)", "The headline"], [LEAD], [], id="caption and headline"
        ),
        # what must stay
        pytest.param(
            ["By Tuesday the storm had passed.", LEAD],
            ["By Tuesday the storm had passed.", LEAD],
            [],
            id="a sentence that begins with By",
        ),
        pytest.param([LEAD, "Done. (Yonhap)"], [LEAD, "Done. (Yonhap)"], [], id="final credit"),
        pytest.param(
            ["저작권자인 심청은 소설을 냈다.", "AI 학습 데이터 이용을 금지하는 법이 나왔다."],
            ["저작권자인 심청은 소설을 냈다.", "AI 학습 데이터 이용을 금지하는 법이 나왔다."],
            [],
            id="a story about copyright",
        ),
        pytest.param(
            ["Copyright law was changed on Monday."], ["Copyright law was changed on Monday."], [],
            id="an English story about copyright",
        ),
        pytest.param(
            [LEAD, "Write to help@isle.example for more."],
            [LEAD, "Write to help@isle.example for more."],
            [],
            id="an address inside the story",
        ),
        pytest.param(
            ["(서울=연합뉴스) 홍길동 기자 = 비가 왔다."],
            ["(서울=연합뉴스) 홍길동 기자 = 비가 왔다."],
            [],
            id="Korean lead formula",
        ),
    ],
)  # fmt: skip
def test_clean(lines: list[str], body: list[str], bylines: list[str]) -> None:
    drop = frozenset({"The caption. (Yonhap)", "The headline"})
    cleaned = clean(lines, drop)
    assert list(cleaned.paragraphs) == body
    assert list(cleaned.bylines) == bylines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Kang Yoon-seung", True),
        ("By Kim Boram and Woo Jae-yeon", True),
        ("By Yonhap", True),
        ("By a2017001", True),
        ("By Ahn Sung-mi (sahn@koreaherald.com)", True),
        ("홍길동 기자", True),
        ("정치부 홍길동 기자", True),
        ("홍길동 기자 외 1명", True),
        ("By and large, it was quiet", False),
        ("By the river stood a house", False),
        ("홍길동 기자가 보도합니다.", False),
        ("The end", False),
    ],
)
def test_is_byline(line: str, expected: bool) -> None:
    assert is_byline(line) is expected


@given(st.lists(st.text(max_size=80), max_size=12), st.sets(st.text(max_size=20), max_size=3))
def test_cleaning_only_takes_away(lines: list[str], drop: set[str]) -> None:
    lines = [text for line in lines if (text := " ".join(line.split()))]
    cleaned = clean(lines, frozenset(drop))
    whole = " ".join(lines)
    assert all(paragraph in whole for paragraph in cleaned.paragraphs)
    assert not [line for line in lines if line in drop and line in cleaned.paragraphs]
    assert len(cleaned.paragraphs) <= len(lines)
