"""People, desks and datelines as bylines and leads write them."""

from __future__ import annotations

import pytest

from crawler.pages.people import people
from crawler.pages.wire import agency_name, find_dateline, read_dateline


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (["By Kang Yoon-seung"], ("Kang Yoon-seung",)),
        (["By Kim Boram, Woo Jae-yeon and Lee Minji"], ("Kim Boram", "Woo Jae-yeon", "Lee Minji")),
        (["BY KIM MIN-JI"], ("KIM MIN-JI",)),
        (["By Shin Ji-hye, Staff reporter"], ("Shin Ji-hye",)),
        (["By Ahn Sung-mi (sahn@koreaherald.com)"], ("Ahn Sung-mi",)),
        (["Ludwig van Beethoven"], ("Ludwig van Beethoven",)),
        (["홍길동 기자"], ("홍길동",)),
        (["홍길동 임꺽정 기자"], ("홍길동", "임꺽정")),
        (["홍길동·임꺽정 기자"], ("홍길동", "임꺽정")),
        (["황보관 인턴기자"], ("황보관",)),
        (["연합뉴스 홍길동 기자"], ("홍길동",)),
        (["정치부 홍길동 선임기자 hong@hanbit.example"], ("홍길동",)),
        (["홍길동 특파원"], ("홍길동",)),
        (["이민지", "이민지"], ("이민지",)),
        (["여수·순천=홍길동 기자"], ("홍길동",)),
        (["도쿄=홍길동 특파원"], ("홍길동",)),
        (["홍길동 기자 외 1명"], ("홍길동",)),
        (["iMBC 연예"], ()),
        (["Ada Berg und Bo Holm"], ("Ada Berg", "Bo Holm")),
        (["hanbit.example", "Hanbit.com"], ()),
        (["영문경제"], ()),
        (["정치부", "온라인뉴스팀", "디지털뉴스부", "연합뉴스"], ()),
        (["https://www.facebook.com/yonhapenglish"], ()),
        (["a2017001", "khnews", "www.example.org/x"], ()),
        (["Yonhap", "Korea Herald", "By Yonhap", "The Associated Press", "Web Desk"], ()),
        (["kim@yna.co.kr"], ()),
        (["", "  ", "By", "-"], ()),
    ],
)
def test_people(raw: list[str], expected: tuple[str, ...]) -> None:
    assert people(raw) == expected


@pytest.mark.parametrize(
    ("paragraph", "place", "agency"),
    [
        ("SEOUL, April 19 (Yonhap) -- It rained.", "SEOUL", "Yonhap"),
        ("WASHINGTON, April 18 (Yonhap) -- It rained.", "WASHINGTON", "Yonhap"),
        ("SEOUL/TOKYO, Sept. 3 (Yonhap) -- It rained.", "SEOUL/TOKYO", "Yonhap"),
        ("PYEONGTAEK, South Korea, Aug. 20 (Yonhap) -- It rained.", "PYEONGTAEK", "Yonhap"),
        ("NEW YORK, May 1 (Yonhap) -- It rained.", "NEW YORK", "Yonhap"),
        (
            "ABOARD THE ROK SHIP SEJONG, Oct. 1 (Yonhap) -- It",
            "ABOARD THE ROK SHIP SEJONG",
            "Yonhap",
        ),
        ("BEIJING -- Senior officials met.", "BEIJING", None),
        ("MOSCOW (AFP) - It rained.", "MOSCOW", "AFP"),
        ("LONDON, May 1 — It rained.", "LONDON", None),
        ("(서울=연합뉴스) 홍길동 기자 = 비가 왔다.", "서울", "Yonhap"),
        ("(서울·도쿄=연합뉴스) 홍길동 기자 임꺽정 특파원 = 비가 왔다.", "서울·도쿄", "Yonhap"),
        ("[서울=뉴시스] 홍길동 기자 = 비가 왔다.", "서울", "Newsis"),
        ("(워싱턴=연합뉴스) 비가 왔다.", "워싱턴", "Yonhap"),
    ],
)
def test_dateline(paragraph: str, place: str, agency: str | None) -> None:
    dateline = read_dateline(paragraph)
    assert dateline is not None
    assert (dateline.place, dateline.agency) == (place, agency)


@pytest.mark.parametrize(
    "paragraph",
    [
        "BTS -- the band -- sang.",
        "NATO-Russia talks failed.",
        "The isle sank.",
        "KOSPI 2,100.10 UP 4.20 -- flat",
        "A rain -- a heavy one -- fell.",
        "",
    ],
)
def test_no_dateline(paragraph: str) -> None:
    assert read_dateline(paragraph) is None


def test_a_lead_below_its_subtitle() -> None:
    dateline = find_dateline(["주민 설명회 연다", "(춘천=연합뉴스) 심청 기자 = 비가 왔다."])
    assert dateline is not None
    assert dateline.place == "춘천"
    assert find_dateline(["It rained.", "BEIJING -- Senior officials met."]) is None


def test_agency_names() -> None:
    assert agency_name("YONHAP NEWS AGENCY") == "Yonhap"
    assert agency_name("연합뉴스") == "Yonhap"
    assert agency_name("nobody") is None
