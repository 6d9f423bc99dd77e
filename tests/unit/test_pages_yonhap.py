"""Every field of every Yonhap layout, on pages written by us after the known markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.pages.read import read_page

FIXTURES = Path(__file__).parent / "fixtures" / "pages"
EN = "https://en.yna.co.kr/view/"
KO = "https://www.yna.co.kr/view/"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


CASES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "yonhap_en",
        "https://m-en.yna.co.kr/view/AEN20240305001251325?section=nk/nk&input=rss",
        {
            "canonical_url": EN + "AEN20240305001251325",
            "canonical_link": EN + "AEN20240305001251325",
            "title": "(LEAD) Ministry 'ready' to move THAAD radar to Maehyang hill",
            "subtitle": "",
            "published_at": utc(2024, 3, 5, 2, 2, 3),
            "modified_at": utc(2024, 3, 5, 6, 40),
            "authors": ("Hong Gil-dong", "Im Kkeok-jeong"),
            "credit": None,
            "dateline": "SEOUL",
            "section": "Defense",
            "language": "en",
            "body": 'SEOUL, March 5 (Yonhap) -- The defense ministry is "ready" to move a THAAD'
            " radar to Maehyang hill & its valley, it said Tuesday.\n\n"
            '"The hill is high," Minister Sim Cheong said.\n\n'
            "Sim said the move would take 1.5 years.",
            "captions": ("This photo shows Maehyang hill on March 4, 2024. (Yonhap)",),
            "images": (
                "https://img1.yna.co.kr/photo/yna/YH/2024/03/05/PYH2024030501230001300_P4.jpg",
            ),
            "tags": ("THAAD", "Maehyang hill"),
            "page": "yonhap-en",
            "warnings": (),
            "partial": False,
        },
    ),
    (
        "yonhap_en_structured",
        EN + "AEN20190611000700315",
        {
            "title": "(Yonhap Interview) Minister hopes for an early meeting",
            "published_at": utc(2019, 6, 11, 0, 0, 7),
            "modified_at": utc(2019, 6, 11, 0, 0, 7),
            "authors": ("Seong Chun-hyang",),
            "dateline": "WASHINGTON/NEW YORK",
            "section": "Diplomacy",
            "tags": ("meeting", "minister"),
            "body": "WASHINGTON/NEW YORK, June 10 (Yonhap) -- The minister hopes to meet early,"
            " she said.\n\nShe said so twice.\n\nKOSPI 2,100.10 UP 4.20 KOSDAQ 700.01 DN 0.30"
            " HanbitMtr 195,600 UP 100 GaramElec 55,100 DN 900\n\n"
            "The talks were to begin on Friday.",
            "page": "yonhap-en",
        },
    ),
    (
        "yonhap_en_2013",
        "http://english.yonhapnews.co.kr/news/2017/06/01/0200000000AEN20170601006900315F.html",
        {
            "canonical_url": EN + "AEN20170601006900315",
            "title": "(URGENT) Quake of magnitude 3.1 hits Dokkaebi island",
            "published_at": utc(2017, 6, 1, 5, 22),
            "authors": (),
            "dateline": "SEOUL",
            "language": "en",
            "body": "SEOUL, June 1 (Yonhap) -- A quake hit Dokkaebi island, the weather agency"
            " said.\n\nNo damage was reported.",
            "captions": ("A map of the island (Yonhap)",),
            "page": "yonhap-en-2013",
        },
    ),
    (
        "yonhap_ko_2025",
        KO + "AKR20260106101300504?section=nk/news/all&site=topnews01",
        {
            "canonical_url": KO + "AKR20260106101300504",
            "title": "국방부, 매향산에 사드 레이더 이전 검토(종합)",
            "subtitle": '"1년 반 걸릴 듯"…주민 설명회 연다',
            "published_at": utc(2026, 1, 6, 7, 46),
            "modified_at": None,
            "authors": ("홍길동", "임꺽정"),
            "credit": None,
            "dateline": "서울",
            "section": "북한",
            "language": "ko",
            "body": "(서울=연합뉴스) 홍길동 임꺽정 기자 = 국방부가 매향산에 사드 레이더를"
            ' 옮기는 방안을 검토한다고 6일 밝혔다.\n\n국방부 관계자는 "산이 높다"고 말했다.\n\n'
            "이전에는 1년 반이 걸릴 것으로 보인다.",
            "captions": ("매향산 전경 [연합뉴스 자료사진]",),
            "images": ("https://img1.yna.co.kr/photo/a_P4.jpg",),
            "tags": ("사드", "매향산"),
            "page": "yonhap-ko-2025",
        },
    ),
    (
        "yonhap_ko_2019",
        "https://m.yna.co.kr/view/AKR20210506010200062",
        {
            "canonical_url": KO + "AKR20210506010200062",
            "title": "[속보] 도깨비섬서 규모 3.1 지진",
            "published_at": utc(2021, 5, 5, 22, 8, 9),
            "modified_at": utc(2021, 5, 5, 22, 10),
            "authors": ("심청",),
            "dateline": "춘천·강릉",
            "language": "ko",
            "body": "(춘천·강릉=연합뉴스) 심청 특파원 = 도깨비섬에서 지진이 났다.",
            "page": "yonhap-ko-2019",
            "partial": False,
        },
    ),
    (
        "yonhap_ko_2014",
        "http://www.yonhapnews.co.kr/local/2015/03/04/0899000000AKR20150304063300062.HTML",
        {
            "canonical_url": KO + "AKR20150304063300062",
            "title": "매향산 봄맞이 축제",
            "subtitle": "사흘 동안 산길 열려",
            "published_at": utc(2015, 3, 4, 1, 20),
            "authors": ("성춘향",),
            "dateline": "춘천",
            "body": "(춘천=연합뉴스) 성춘향 기자 = 매향산 봄맞이 축제가 4일 열린다.\n\n"
            "올해는 산길 두 곳이 새로 열린다.\n\n축제는 사흘 동안 이어진다.",
            "page": "yonhap-ko-2014",
        },
    ),
    (
        "yonhap_photo",
        KO + "PYH20240305012300013",
        {
            "title": "매향산의 봄",
            "published_at": utc(2024, 3, 5, 2, 2, 3),
            "body": "",
            "captions": ("(춘천=연합뉴스) 성춘향 기자 = 매향산에 꽃이 피었다. 2024.3.5",),
            "warnings": ("no_body", "partial"),
            "partial": True,
        },
    ),
]


@pytest.mark.parametrize(("name", "url", "expected"), CASES, ids=[c[0] for c in CASES])
def test_fields(name: str, url: str, expected: dict[str, Any]) -> None:
    content = read_page((FIXTURES / f"{name}.html").read_bytes(), url=url)
    assert {key: getattr(content, key) for key in expected} == expected


def test_a_mirror_reads_by_class_name() -> None:
    body = (FIXTURES / "yonhap_en.html").read_bytes()
    url = "http://127.0.0.1:8081/view/AEN20240305001251325"
    assert read_page(body, url=url, page="yonhap").page == "yonhap-en"
    assert read_page(body, url=url).page == "generic"


def test_another_layout_is_said_to_have_changed() -> None:
    page = b"<html lang=en><title>Quake hits isle | Yonhap News Agency</title><main><p>x</p></main>"
    content = read_page(page, url=EN + "AEN20240305001251325")
    assert content.title == "Quake hits isle"
    assert "layout_changed" in content.warnings
    assert "no_body" in content.warnings


KEYWORDS = (
    '<div class="keyword-zone01"><strong class="tit">키워드</strong><div class="list">'
    '<span><a href="#">#사드</a></span> <span><a href="#">#매향산</a></span></div></div>',
    '<div class="keyword-zone01"><a href="#">#사드</a><a href="#">#매향산</a></div>',
    '<div class="keyword-zone01"><h2>키워드</h2><ul><li><a href="#">사드</a></li>'
    '<li><a href="#">매향산</a></li></ul></div>',
    '<div class="keyword-zone"><ul class="list01"><li><a href="#">#사드</a></li>'
    '<li><a href="#">#매향산</a></li></ul></div>',
    '<div class="keyword-zone01"><strong>키워드</strong><ul><li>#사드</li>'
    "<li>#매향산</li></ul></div>",
)


@pytest.mark.parametrize("name", ["yonhap_ko_2019", "yonhap_ko_2025", "yonhap_en"])
@pytest.mark.parametrize("keywords", KEYWORDS)
@pytest.mark.parametrize("inside", [True, False])
def test_keywords(name: str, keywords: str, inside: bool) -> None:
    """They stand below the story or in it."""
    text = (FIXTURES / f"{name}.html").read_text("utf-8")
    text = text.replace('class="keyword-zone', 'class="gone')
    place = r"(?<=</p>)(?=\n?<p)" if inside else "(?=</body>)"
    text = re.sub(place, keywords, text, count=1)
    host = EN + "AEN20240305001251325" if name == "yonhap_en" else KO + "AKR20210506010200062"
    content = read_page(text.encode(), url=host)
    assert content.tags == ("사드", "매향산")
    assert "키워드" not in content.body
    assert content.page == name.replace("_", "-")


def test_a_video_and_related_stories_have_no_photo_captions() -> None:
    text = (FIXTURES / "yonhap_ko_2019.html").read_text("utf-8")
    blocks = "".join(
        f'<div class="{name}"><figure><figcaption class="desc-con"><p class="txt-desc">{name}</p>'
        "</figcaption></figure></div>"
        for name in (
            "comp-box photo-group",
            "comp-box youtube-group",
            "video-zone",
            "related-group",
        )
    )
    content = read_page(text.replace("<p>shim@", f"{blocks}<p>shim@").encode(), url=KO + "AKR1")
    assert content.captions == ("comp-box photo-group",)
    assert content.body == "(춘천·강릉=연합뉴스) 심청 특파원 = 도깨비섬에서 지진이 났다."


@pytest.mark.parametrize("page", [None, "yonhap"])
def test_an_address_without_a_scheme_counts_as_https(page: str | None) -> None:
    body = (FIXTURES / "yonhap_en.html").read_bytes()
    url = "//en.yna.co.kr/view/AEN20240305001251325?section=news"
    content = read_page(body, url=url, page=page)
    assert content.url == f"https:{url}"
    assert content.canonical_url == EN + "AEN20240305001251325"
    assert content.page == "yonhap-en"
    assert content.images[-1].startswith("https://img1.yna.co.kr/")
