"""Whose text an outlet prints: every sign of an agency, and what looks like one."""

from __future__ import annotations

import pytest

from crawler.pages.read import read_page
from crawler.pages.wire import find_dateline, read_dateline
from crawler.pages.wire_credit import Evidence, read_credit
from newsroom.agencies import agencies_in, agency_at, agency_called
from newsroom.model import PageContent
from tests.unit.koreaherald_pages import layout_c

RAIN = "It rained on the invented hill for three days, the weather office said."
PHOTO = (
    "https://wimg.heraldcorp.com/news/cms/2025/11/18/rcv.YNA.20251118.PYH2025111800990006200_P1.jpg"
)


def credit(*body: str, **signs: object) -> str | None:
    dateline = find_dateline(body)
    evidence = Evidence(body=body, dateline=dateline, **signs)  # type: ignore[arg-type] # by field
    return read_credit(evidence)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("It rained. (Yonhap)", "Yonhap"),
        ("It rained. (yonhap)", "Yonhap"),
        ("It rained.(Yonhap)", "Yonhap"),
        ('"It rained," he said. (Yonhap News Agency)', "Yonhap"),
        ("비가 왔다. (연합뉴스)", "Yonhap"),
        ("비가 왔다. [연합뉴스]", "Yonhap"),
        ("비가 왔다. /연합뉴스", "Yonhap"),
        ("비가 왔다. <뉴시스>", "Newsis"),
        ("비가 왔다. (뉴스1)", "News1"),
        ("비가 왔다. (로이터통신)", "Reuters"),
        ("It rained. (AP)", "AP"),
        ("It rained. (The Associated Press)", "AP"),
        ("It rained. (AFP)", "AFP"),
        ("It rained. (Reuters)", "Reuters"),
        ("It rained. -- Ed.(Bloomberg)", "Bloomberg"),
        # several: the one whose text it is comes first
        ("It rained. (AP-Yonhap)", "AP"),
        ("It rained. (Reuters/Yonhap)", "Reuters"),
        ("It rained. (AFP=연합뉴스)", "AFP"),
        ("비가 왔다. (연합뉴스·AFP)", "Yonhap"),
        ("Es regnete. (Quelle: dpa)", "dpa"),
        # the agency helped, or took the photo
        ("It rained. (With Yonhap)", None),
        ("It rained. (Yonhap contributed to this report)", None),
        ("It rained. (With reports from AP)", None),
        ("It rained. (Yonhap, staff reports)", None),
        ("Hills in the rain (AP Photo)", None),
        ("Hills in the rain (Courtesy of LG, Yonhap)", None),
        ("비가 왔다. (사진=연합뉴스)", None),
        ("비가 왔다. (연합뉴스 제공)", None),
        ("비가 왔다. (연합뉴스TV)", None),
        # no agency at all
        ("It rained. (laughs)", None),
        ("It rained. (Ministry of Rain)", None),
        ("It rained, Yonhap reported.", None),
        ("비가 왔다고 연합뉴스가 전했다.", None),
    ],
)
def test_the_name_behind_the_last_sentence(last: str, expected: str | None) -> None:
    assert credit(RAIN, last) == expected


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (["A man with an umbrella on Tuesday (Ministry of Rain)"], "Yonhap"),
        (["This photo shows the hill. (AFP)"], "Yonhap"),
        (["The mayor (left) and the clerk meet. (AFP)"], "Yonhap"),
        (["언덕이 비에 젖은 모습. (뉴시스)"], "Yonhap"),
        (["-- Ed."], "Yonhap"),
        (["※ 도움이 필요하면 전화하면 됩니다."], "Yonhap"),
        (["reporter@rain.example"], "Yonhap"),
        # the name was that of a caption inside the story
        (["The hill dried on Friday."], None),
        (["The hill dried on Friday.", "The mayor (left) is seen on the hill. (AFP)"], None),
    ],
)
def test_what_stands_below_the_last_sentence(below: list[str], expected: str | None) -> None:
    assert credit(RAIN, "It rained. (Yonhap)", *below) == expected


@pytest.mark.parametrize(
    "caption",
    [
        "The mayor (right) holds an umbrella. (Yonhap)",
        "This undated photo shows the hill. (Yonhap)",
        "Clerks are seen leaving the office. (Yonhap)",
        "언덕이 비에 젖은 모습. [연합뉴스]",
        "사진은 비에 젖은 언덕. (연합뉴스)",
        "시장이 언덕에 오르고 있다. 2024.5.1 (연합뉴스)",
    ],
)
def test_a_caption_at_the_end_credits_its_photo_alone(caption: str) -> None:
    assert credit(RAIN, caption) is None


@pytest.mark.parametrize(
    ("bylines", "expected"),
    [
        (["Yonhap"], "Yonhap"),
        (["By Yonhap"], "Yonhap"),
        (["YONHAP NEWS AGENCY"], "Yonhap"),
        (["연합뉴스"], "Yonhap"),
        (["뉴시스"], "Newsis"),
        (["연합뉴스 홍길동 기자"], "Yonhap"),
        (["Hong Gil-dong, Associated Press"], "AP"),
        (["Hong Gil-dong (AFP)"], "AFP"),
        (["AP, Yonhap"], "AP"),
        (["dpa/hgd"], "dpa"),
        (["By Hong Gil-dong", "Yonhap"], "Yonhap"),
        (["By Hong Gil-dong"], None),
        (["Hong Gil-dong and Yonhap"], None),
        (["Hong Gil-dong, with AP"], None),
        (["홍길동 기자·연합뉴스"], None),
        (["홍길동 기자, 연합뉴스"], None),
        (["Korea Herald"], None),
        (["a2017001"], None),
    ],
)
def test_bylines(bylines: list[str], expected: str | None) -> None:
    assert credit(RAIN, bylines=bylines) == expected
    assert credit(RAIN, stated=bylines) == expected


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("SEOUL, May 1 (Yonhap) -- It rained.", "Yonhap"),
        ("MOSCOW (AFP) - It rained.", "AFP"),
        ("SEOUL (AP-Yonhap) -- It rained.", "AP"),
        ("(서울=연합뉴스) 홍길동 기자 = 비가 왔다.", "Yonhap"),
        ("[서울=뉴시스] 홍길동 기자 = 비가 왔다.", "Newsis"),
        ("(서울=뉴스1) 홍길동 기자 = 비가 왔다.", "News1"),
        ("BEIJING -- Senior officials met.", None),
    ],
)
def test_datelines(lead: str, expected: str | None) -> None:
    assert credit(lead, RAIN) == expected
    signed = credit(lead, RAIN, has_people=True, signed=True)
    assert signed == expected, "a dateline is never a caption's"


def test_a_caption_in_the_form_of_a_lead_is_none() -> None:
    caption = "[서울=뉴시스] 홍길동 기자 = 시장이 언덕에 오르고 있다. 2024.05.01."
    assert credit(caption, RAIN) is None
    assert find_dateline([f"{caption} hong@newsis.com", RAIN]) is None
    assert read_dateline(caption) is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>", "Yonhap"),
        ("저작권자 ⓒ 뉴시스 무단전재 및 재배포 금지", "Newsis"),
        ("Copyright © 2026 Yonhap News Agency. All rights reserved.", "Yonhap"),
        ("hong@yna.co.kr (끝)", "Yonhap"),
        ("비가 왔다. hong@newsis.com", "Newsis"),
        ("저작권자 ⓒ 한빛일보 무단전재 및 재배포 금지", None),
        ("ⓒ연합뉴스", None),
        ("저작권자(c) 연합뉴스TV, 무단 전재-재배포 금지", None),
        ("제보는 jebo23@yna.co.kr", None),
        ("언덕이 젖은 모습 photo@newsis.com", None),
        ("연합뉴스TV 홍길동 hong@yna.co.kr", None),
        ("hong@hanbit.example", None),
    ],
)
def test_rights_and_addresses_below_the_text(line: str, expected: str | None) -> None:
    assert credit(RAIN, lines=[RAIN, line]) == expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({}, "Yonhap"),
        ({"bylines": ["a2017001"]}, "Yonhap"),
        ({"bylines": ["khnews"], "house": ["The Korea Herald"]}, "Yonhap"),
        ({"stated": ["Korea Herald"], "house": ["The Korea Herald"]}, "Yonhap"),
        ({"bylines": ["AFP"]}, "AFP"),
        # the outlet wrote, and took the photo from the agency
        ({"bylines": ["By Korea Herald"], "house": ["The Korea Herald"]}, None),
        ({"bylines": ["By Hong Gil-dong"], "has_people": True}, None),
        ({"signed": True}, None),
        ({"lines": ["It rained. khnews@heraldcorp.com"]}, None),
    ],
)
def test_the_agencys_photo(signs: dict[str, object], expected: str | None) -> None:
    assert credit(RAIN, images=[PHOTO], **signs) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (PHOTO + "?type=w", "Yonhap"),
        ("https://img.yna.co.kr/photo/yna/YH/2025/11/18/PYH2025111800990006200_P4.jpg", "Yonhap"),
        ("https://res.heraldm.com/content/image/2017/06/20/20170620009903_0.jpg", None),
        ("https://rain.example/rcv.YNA.20251118/hill.jpg", None),
        ("", None),
    ],
)
def test_names_of_photo_files(link: str, expected: str | None) -> None:
    assert credit(RAIN, images=[link]) == expected
    assert credit(images=[link]) is None, "a photo without a text credits nothing"


@pytest.mark.parametrize("sign", ["(Yonhap)", "/연합뉴스"])
def test_a_signed_text_is_the_outlets_own_whatever_name_ends_it(sign: str) -> None:
    body = [RAIN, f"Clerks walk in the rain. {sign}"]
    assert credit(*body, has_people=True, signed=True) is None
    home = {"url": "https://www.hanbit.example/1", "lines": [*body, "hong@hanbit.example"]}
    assert credit(*body, has_people=True, **home) is None
    assert credit(*body, signed=True) == "Yonhap", "an address of the desk is nobody's byline"


def test_a_text_without_anything() -> None:
    assert credit() is None
    assert credit(RAIN) is None


def herald(byline: str, *body: str, image: str = "") -> PageContent:
    page = layout_c(
        title="Rain", byline=byline, published="Sept. 6, 2017 - 16:49", paragraphs=[RAIN, *body]
    )
    if image:
        page = page.replace(b"<p>", f'<p><img src="{image}"></p><p>'.encode(), 1)
    return read_page(page, url="https://www.koreaherald.com/article/10999999")


@pytest.mark.parametrize(
    ("byline", "last", "image", "expected"),
    [
        ("a2017001", "The office had no comment. (Yonhap)", "", "Yonhap"),
        ("a2017001", "The office had no comment.", PHOTO, "Yonhap"),
        ("Yonhap", "The office had no comment.", PHOTO, "Yonhap"),
        ("Hong Gil-dong", "The office had no comment.", PHOTO, None),
        ("a2017001", "No comment. (khnews@heraldcorp.com)", PHOTO, None),
        ("Hong Gil-dong", "No comment. (Yonhap) By Hong Gil-dong (gd@heraldcorp.com)", "", None),
        ("Hong Gil-dong", "The office had no comment. (Yonhap)", "", "Yonhap"),
        ("Korea Herald", "The office had no comment.", PHOTO, None),
    ],
)
def test_pages_of_the_herald(byline: str, last: str, image: str, expected: str | None) -> None:
    assert herald(byline, last, image=image).credit == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.newsis.com/view/NISX1", None),
        ("https://hanbit.example/1", "Newsis"),
    ],
)
def test_an_agency_never_credits_itself(url: str, expected: str | None) -> None:
    lead = (
        "[서울=뉴시스] 홍길동 기자 = 지어낸 언덕에 사흘 동안 비가 내렸다고 기상 사무소가 밝혔다. "
    )
    story = "".join(f"<p>{lead if n == 0 else ''}{RAIN} {n}</p>" for n in range(6))
    html = f"<html><title>비</title><body><article><h1>비</h1>{story}</article></body></html>"
    assert read_page(html.encode(), url=url).credit == expected


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("YONHAP NEWS AGENCY", "Yonhap"),
        ("(연합뉴스)", "Yonhap"),
        (" The Associated  Press ", "AP"),
        ("Agence France-Presse", "AFP"),
        ("뉴스1", "News1"),
        ("Yonhap News TV", None),
        ("연합뉴스TV", None),
        ("The Korea Herald", None),
        ("", None),
    ],
)
def test_names_of_agencies(name: str, agency: str | None) -> None:
    assert agency_called(name) == agency


def test_credits_that_name_several() -> None:
    assert agencies_in("AP-Yonhap") == ["AP", "Yonhap"]
    assert agencies_in("Agence France-Presse") == ["AFP"]
    assert agencies_in("LG/연합뉴스") == [None, "Yonhap"]
    assert agencies_in("") == []


@pytest.mark.parametrize(
    ("url", "agency"),
    [
        ("https://en.yna.co.kr/view/AEN20230419003800320", "Yonhap"),
        ("https://yna.co.kr:8443/", "Yonhap"),
        ("https://english.yonhapnews.co.kr/x.html", "Yonhap"),
        ("https://www.yonhapnewstv.co.kr/news/MYH1", None),
        ("https://notyna.co.kr/", None),
        ("https://www.koreaherald.com/article/1", None),
        ("ftp://yna.co.kr/", None),
        ("", None),
    ],
)
def test_sites_of_agencies(url: str, agency: str | None) -> None:
    assert agency_at(url) == agency
