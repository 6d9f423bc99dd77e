"""What Korean outlets put around a story: sign-offs, credits, tip lines, bracketed bylines."""

from __future__ import annotations

import pytest

from crawler.pages.cleaning import clean
from crawler.pages.people import people

FIRST = "비가 왔다."
STORY = [FIRST, "산이 젖었다."]


@pytest.mark.parametrize(
    ("tail", "authors"),
    [
        (["한빛TV 심청입니다. (shim@hanbit.example)"], ["심청"]),
        (["한빛TV 심청입니다. (shim@hanbit.example)", "※ 당신의 제보가 뉴스가 됩니다"], ["심청"]),
        (["YTN 홍길동 (hong@hanbit.example)"], ["홍길동"]),
        (["MBN뉴스 홍길동입니다. [hong@hanbit.example]"], ["홍길동"]),
        (["KBS 뉴스 홍길동입니다.", "영상편집:심청"], ["홍길동"]),
        (["지금까지 매향산에서 YTN 심청이었습니다."], ["심청"]),
        (["영상취재 : 심청 기자", "영상편집 : 홍길동"], []),
        (["영상취재: 심청, 홍길동 기자", "촬영기자:임꺽정/영상편집:성춘향"], []),
        (["영상취재 : 심청 기자 영상편집 : 홍길동"], []),
        (["( 취재 : 심청 / 영상편집 : 홍길동/ 화면제공 : 매향경찰서 / 제작 : 한빛부 )"], []),
        (["( 취재 : 심청, 구성 : 홍길동, 편집 : 임꺽정, 제작 : 한빛부 )"], []),
        (["사진=홍길동 기자"], []),
        (["(사진=연합뉴스)"], []),
        (["[사진 출처 : 매향군청 공식 누리집 캡처]"], []),
        (["홍길동 / 사진출처 심청 인스타그램"], ["홍길동"]),
        (["(한빛연예뉴스 홍길동 기자)"], ["홍길동"]),
        (["[한빛일보 홍길동 기자 hong@hanbit.example]"], ["홍길동"]),
        (
            [
                "※ '당신의 제보가 뉴스가 됩니다'",
                "[카카오톡] 한빛 검색해 채널 추가",
                "[전화] 02-000-0000",
                "[메일] jebo@hanbit.example",
                "[저작권자(c) 한빛 무단전재 및 재배포 금지]",
            ],
            [],
        ),
        (
            [
                "■ 제보하기",
                "▷ 카카오톡 : '한빛제보' 검색, 채널 추가",
                "▷ 전화 : 02-000-0000, 1111",
                "▷ 이메일 : jebo@hanbit.example",
                "▷ 유튜브, 네이버에서도 한빛뉴스를 구독해주세요!",
            ],
            [],
        ),
        (["한빛뉴스는 24시간 여러분의 제보를 기다립니다."], []),
        (["▲위 사진은 기사 내용과 직접적인 관련이 없습니다."], []),
        (
            [
                "인터뷰 자료의 저작권은 한빛라디오에 있습니다.",
                "전문 게재나 인터뷰 인용 보도 시,",
                "아래와 같이 채널명과 정확한 프로그램명을 밝혀주시기 바랍니다.",
            ],
            [],
        ),
    ],
)
def test_what_ends_a_story_is_not_the_story(tail: list[str], authors: list[str]) -> None:
    cleaned = clean([*STORY, *tail])
    assert list(cleaned.paragraphs) == STORY
    assert list(people(cleaned.bylines)) == authors


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("산이 젖었다. [한빛일보 홍길동 기자]", "산이 젖었다."),
        ("산이 젖었다. 한빛일보 홍길동 기자", "산이 젖었다."),
        ("산이 젖었다./홍길동 기자", "산이 젖었다."),
        ("산이 젖었다. 홍길동 특파원 hong@hanbit.example", "산이 젖었다."),
    ],
)
def test_a_byline_behind_the_last_sentence(last: str, left: str) -> None:
    cleaned = clean([FIRST, last])
    assert cleaned.paragraphs == (FIRST, left)
    assert people(cleaned.bylines) == ("홍길동",)


def test_a_photo_credit_behind_the_last_sentence() -> None:
    assert clean([FIRST, "산이 젖었다. (사진=한빛DB)"]).paragraphs == tuple(STORY)


@pytest.mark.parametrize(
    "mark",
    [
        "[스포츠한빛 홍길동 기자] ",
        "[한빛일보 홍길동 기자 hong@hanbit.example]",
        "【홍길동 특파원】 ",
        "(홍길동 기자) ",
    ],
)
def test_a_bracketed_byline_before_the_first_sentence(mark: str) -> None:
    cleaned = clean([mark + FIRST, STORY[1]])
    assert list(cleaned.paragraphs) == STORY
    assert people(cleaned.bylines) == ("홍길동",)


@pytest.mark.parametrize(
    "line",
    [
        "(서울=연합뉴스) 홍길동 기자 = 비가 왔다.",
        "[앵커]",
        "[기자]",
        "[속보] 비가 왔다.",
        "[매향산 홍수] 비가 왔다.",
        "【 앵커멘트 】",
        "▶ 인터뷰 : 심청 / 한빛대 교수",
        "▷심청 : 알겠습니다.",
        "▶심청 : 감사합니다.",
        "제 이름은 심청입니다.",
        "가수 심청입니다.",
        "그는 한빛일보 기자다.",
        "사진: 심청이 매향산에 오르고 있다.",
        "사진=기억이라고 그는 말했다.",
        "사진 제공 거부 논란",
        "취재: 왜 우리는 산에 갔나",
        "화면: 더 밝아진 한빛폰",
        "디자인: 얇고 가벼운 한빛폰",
        "감독: 심청 / 제작: 한빛필름 / 출연: 홍길동",
        "문의: 한빛재단 (help@hanbit.example)",
        "전화 통화에서 그는 말했다.",
        "이메일: 그가 남긴 흔적",
        "※ 도움이 필요하면 한빛전화 0000에 전화하면 됩니다.",
        "경찰은 제보를 기다린다.",
        "그는 사진 기자",
        "구독자가 늘었다.",
    ],
)
def test_what_belongs_to_the_story_stays(line: str) -> None:
    for lines in ([FIRST, line], [line, FIRST], [FIRST, line, FIRST]):
        cleaned = clean(lines)
        assert list(cleaned.paragraphs) == lines
        assert cleaned.bylines == ()
