"""What stands before a reporter's address: a name is a byline, a sentence is the story's end."""

from __future__ import annotations

import pytest

from crawler.pages.cleaning import clean
from crawler.pages.koreaherald_story import unsigned
from crawler.pages.read import read_page

LEAD = "SEOUL, May 1 (Yonhap) -- The isle sank."
KOREAN_LEAD = "(춘천=연합뉴스) 심청 기자 = 비가 왔다."


def page(
    last: str, *, lead: str = LEAD, host: str = "en", prefix: str = "AEN"
) -> tuple[str, bytes]:
    """An article of Yonhap's English or Korean edition that ends in the paragraph `last`."""
    body = f"""<html><head><title>Isle sinks</title>
<meta property="article:published_time" content="2024-03-05T11:02:03+09:00">
</head><body><h1 class="tit">Isle sinks</h1><article class="story-news article">
<p>{lead}</p><p> {last}</p></article></body></html>"""
    return f"https://{host}.yna.co.kr/view/{prefix}20240305001251315", body.encode()


@pytest.mark.parametrize(
    "said",
    [
        "He declined to comment.",
        "He declined to comment",
        "Talks resume Friday",
        "Write to the desk",
        "- Unification ministry spokesperson",
        "- Sim Cheong",
        "-- Prime Minister Han Duck-soo",
        "-- Prime Minister Han Duck-soo on the isle",
        "Prime Minister Sim Cheong",
        "No Comment",
        "The End",
        "Silence.",
        "Silence",
        '"No," Sim said.',
        "South Korea",
        "By Friday the isle was gone.",
        "By Friday the isle was gone",
        "KOSPI 2,100.10 UP 4.20",
    ],
)
def test_the_last_words_of_an_english_story_stay(said: str) -> None:
    for last in (f"{said} sooyeon@yna.co.kr<br>(END)", f"{said}<br>sooyeon@yna.co.kr<br>(END)"):
        url, body = page(last, lead=f"By Hong Gil-dong<br>{LEAD}")
        content = read_page(body, url=url)
        assert content.body == f"{LEAD}\n\n{said}"
        assert content.authors == ("Hong Gil-dong",)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("그는 말했다.", "hong@yna.co.kr"),
        ("그는 말했다", "hong@yna.co.kr"),
        ("우리는 기다린다", "hong@yna.co.kr"),
        ("전했다", "hong@yna.co.kr"),
        ("모른다", "hong@yna.co.kr"),
        ("이유는 없다.", "hong@isle.example"),
        ("그는 이제 신문 기자", "hong@yna.co.kr"),
        ("심청 장관", "hong@yna.co.kr"),
    ],
)
def test_the_last_words_of_a_korean_story_stay(said: str, address: str) -> None:
    url, body = page(f"{said} {address}<br>(끝)", lead=KOREAN_LEAD, host="www", prefix="AKR")
    content = read_page(body, url=url)
    assert content.body == f"{KOREAN_LEAD}\n\n{said}"
    assert content.authors == ("심청",)


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ([LEAD, "Hong Gil-dong hong@yna.co.kr"], ["Hong Gil-dong"]),
        ([LEAD, "Ada de la Cruz (ada@isle.example)"], ["Ada de la Cruz"]),
        (["By Hong Gil-dong", LEAD, "Hong Gil-dong h@yna.co.kr"], ["By Hong Gil-dong"] * 2),
        ([LEAD + " Hong Gil-dong h@yna.co.kr"], ["Hong Gil-dong"]),
        ([LEAD, "By Hong Gil-dong (hong@heraldcorp.com)"], ["By Hong Gil-dong"]),
        ([LEAD, "홍길동 기자 hong@yna.co.kr"], ["홍길동 기자"]),
        ([LEAD, "홍길동 hong@yna.co.kr"], ["홍길동"]),
        ([LEAD, "홍길동 (hong@isle.example)"], ["홍길동"]),
    ],
)
def test_a_name_before_an_address_is_a_byline(lines: list[str], authors: list[str]) -> None:
    cleaned = clean(lines, writers=("Hong Gil-dong", "Ada de la Cruz", "홍길동"))
    assert cleaned.paragraphs == (LEAD,)
    assert [name.removeprefix("By ") for name in cleaned.bylines] == [
        name.removeprefix("By ") for name in authors
    ]


def test_a_name_that_is_none_of_the_storys_writers_stays() -> None:
    assert clean([LEAD, "Sim Cheong h@yna.co.kr"], writers=("Hong Gil-dong",)).bylines == ()
    assert clean([LEAD, "Sim Cheong h@yna.co.kr"]).bylines == ()
    assert clean([LEAD, "Sim Soo-cheong sooyeon@yna.co.kr"]).bylines == ()
    assert clean([LEAD, "Sim Cheong cheong@yna.co.kr"], writers=("홍길동",)).bylines == (
        "Sim Cheong",
    )
    assert clean([LEAD, "심청 h@yna.co.kr"], writers=("홍길동",)).bylines == ()


def test_a_writers_name_alone_on_the_last_line_is_a_byline() -> None:
    lines = [LEAD, "Hong Gil-dong", "hong@yna.co.kr"]
    assert clean(lines, writers=("Hong Gil-dong",)).paragraphs == (LEAD,)
    assert clean(lines).paragraphs == (LEAD, "Hong Gil-dong")


@pytest.mark.parametrize(
    ("line", "kept", "bylines"),
    [
        ("He left. By Sim Cheong (sim@heraldcorp.com)", ["He left."], ["By Sim Cheong"]),
        ("He declined to comment. khnews@heraldcorp.com", ["He declined to comment."], []),
        ("By Friday all was over khnews@heraldcorp.com", ["By Friday all was over"], []),
        ("He left.By Friday it was. (s@koreaherald.com)", ["He left.By Friday it was."], []),
        ("Write to the desk khnews@heraldcorp.com", ["Write to the desk"], []),
        ("By Sim Cheong and Hong Gil-dong (s@heraldcorp.com) (h@heraldcorp.com)", [],
         ["By Sim Cheong and Hong Gil-dong"]),
    ],
)  # fmt: skip
def test_the_korea_heralds_addresses(line: str, kept: list[str], bylines: list[str]) -> None:
    assert unsigned([line]) == (kept, bylines)
