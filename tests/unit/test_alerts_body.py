"""What a mail says, in its text and its HTML, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.evidence import excerpts, reason
from alerts.model import (
    ArticleContent,
    Excerpt,
    HealthContent,
    MatchReason,
    OtherCopy,
    SourceProblem,
    StoryContent,
)
from alerts.render import render
from alerts.sanitise import clean, header_text, safe_url
from alerts.strings import EN, KO
from alerts.view_lines import language_tag, segments
from alerts.view_shapes import Segment
from alerts.when import local_time, zone
from alerts.wrap import WIDTH, columns, wrap
from newsroom.model import ArticleText, Hit
from newsroom.reasons import Reason
from tests.unit.alert_contents import (
    ENGLISH,
    KOREAN,
    NOW,
    SEEN,
    UNWELL,
    alert,
    hit,
    notice,
    text_of,
)

ENGLISH_MAIL = """\
Seongju residents ask for talks as *THAAD* battery is moved
The Example Herald · 22 Nov 2026, 12:05 KST · text by Example Wire
https://news.example.org/view?id=12&part=1

    The *THAAD* battery is to be moved to a new site by the spring, an
    official said.

    A *missile* drill is planned for the same week.

Why: THAAD (THAAD); Missiles (missile)
Also in:
- Example Wire
  https://wire.example.org/AEN1
- Late Paper

--\x20
You get this because desk@example.org is named in: THAAD, Missiles.
To stop: send a mail with the subject “unsubscribe” to
  wirewatch@example.org.
Sources watched: 3, all of them answer.
"""
KOREAN_MAIL = """\
성주 주민들, *사드* 포대 이전 앞두고 대화 요구
가상통신 · 2026년 11월 22일 12:05 KST
https://ko.example.org/view/AKR1

    관계자는 내년 봄까지 *사드* 포대를 새 부지로 옮길 계획이라고 밝혔다.

선정 이유: 사드·미사일 (사드)

--\x20
desk@example.org 주소가 감시 목록의 수신자로 등록되어 있어 보내
  드립니다: 사드·미사일.
수신을 중단하려면 제목을 “unsubscribe”로 하여 wirewatch@example.org
  주소로 메일을 보내 주십시오.
수집처: 감시 중인 3곳 가운데 2곳이 정상입니다.
Yonhap (English): 접근을 차단함 (2026년 11월 22일 12:07 KST부터)
"""
NOTICE_MAIL = """\
Yonhap: silent since 03:10

Three feeds answer with 403.

--\x20
You get this because ops@example.org is named as operator.
Sources: 2 of 3 watched sources answer.
Yonhap (English): blocks us (since 22 Nov 2026, 12:07 KST)
"""


def nodes(page: lxml.html.HtmlElement, path: str) -> list[Any]:
    return cast(list[Any], page.xpath(path))


def test_the_text_in_english() -> None:
    assert text_of(render(alert(), now=NOW)) == ENGLISH_MAIL


def test_the_text_in_korean() -> None:
    content = alert(KOREAN, language="ko", watchlists=("사드·미사일",), health=UNWELL)
    assert text_of(render(content, now=NOW)) == KOREAN_MAIL


def test_the_text_of_a_notice() -> None:
    assert text_of(render(notice(), now=NOW)) == NOTICE_MAIL


def test_the_html_says_the_same_and_marks_the_terms() -> None:
    page = lxml.html.document_fromstring(text_of(render(alert(), now=NOW), "html"))
    assert page.get("lang") == "en"
    (headline,) = nodes(page, "//h1")
    assert headline.text_content() == ENGLISH.title
    assert [(a.text_content(), a.get("href")) for a in nodes(page, "//a")] == [
        (ENGLISH.title, "https://news.example.org/view?id=12&part=1"),
        ("Example Wire", "https://wire.example.org/AEN1"),
        (EN.stop_link, "mailto:wirewatch@example.org?subject=unsubscribe%20desk%40example.org"),
    ]
    assert [m.text_content() for m in nodes(page, "//mark")] == ["THAAD", "THAAD", "missile"]
    shown = " ".join(str(page.xpath("string()")).split())
    for text in (
        "12:05 KST",
        "text by Example Wire",
        "Late Paper",
        "THAAD (THAAD)",
        "Sources watched: 3, all of them answer.",
    ):
        assert text in shown


def test_phones_and_dark_screens_have_rules_that_win_over_the_inlined_ones() -> None:
    html = text_of(render(alert(), now=NOW), "html")
    page = lxml.html.document_fromstring(html)
    (rules,) = nodes(page, "//style/text()")
    assert "@media (max-width: 480px)" in rules
    assert "@media (prefers-color-scheme: dark)" in rules
    declared = [line for line in rules.splitlines() if "{" in line and "@" not in line]
    assert declared
    assert all(line.count("!important") == line.count(";") for line in declared)
    assert all(mark.get("style") for mark in nodes(page, "//mark"))
    assert html.index("charset") < 200  # where a browser that opens the file looks for it


def test_the_story_keeps_its_language_in_a_mail_of_another() -> None:
    page = lxml.html.document_fromstring(text_of(render(alert(KOREAN), now=NOW), "html"))
    assert page.get("lang") == "en"
    assert set(nodes(page, "//h1/@lang | //p[@lang]/@lang")) == {"ko"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"late": True}, EN.late),
        ({"page_pending": True}, EN.page_pending),
        ({"state": "partial"}, EN.partial),
        ({"state": "gone"}, EN.gone),
    ],
)
def test_remarks(changes: dict[str, object], words: str) -> None:
    article = replace(ENGLISH, **changes)  # type: ignore[arg-type]  # names are checked by replace
    message = render(alert(article), now=NOW)
    assert f"[{words}]" in " ".join(text_of(message).split())
    assert words in text_of(message, "html")
    assert words not in text_of(render(alert(), now=NOW))


def test_without_a_date_the_mail_says_when_it_was_first_seen() -> None:
    message = render(alert(replace(ENGLISH, published_at=None)), now=NOW)
    assert "first seen 22 Nov 2026, 12:07 KST" in text_of(message)


def test_a_story_shows_all_its_articles() -> None:
    content = alert(story=StoryContent(12, ENGLISH.title, (ENGLISH, KOREAN)))
    text = text_of(render(content, now=NOW))
    assert "\n\n* * *\n\n성주 주민들, *사드*" in text
    page = lxml.html.document_fromstring(text_of(render(content, now=NOW), "html"))
    assert len(nodes(page, "//h1")) == 2


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1&z=[2]#f", "https://a.example/x?y=1&z=[2]#f"),
        ("http://a.example", "http://a.example"),
        (' https://a.example/"onclick=x y ', "https://a.example/%22onclick=x%20y"),
        ("https://a.example/한글", "https://a.example/한글"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://a.example/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("//a.example/x", None),
        ("https:///x", None),
        ("https://user:pw@a.example/", None),
        ("https://[::1", None),
        ("https://a.example/" + "x" * 2000, None),
        ("https://a.example/\ud800", None),
        ("", None),
        (None, None),
    ],
)
def test_links(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe
    message = render(alert(replace(ENGLISH, url=url, also_in=())), now=NOW)
    page = lxml.html.document_fromstring(text_of(message, "html"))
    assert nodes(page, "//h1//a/@href") == ([safe] if safe else [])
    assert len(nodes(page, "//a")) == bool(safe) + 1  # and how to stop


@pytest.mark.parametrize(
    ("text", "limit", "cleaned"),
    [
        ("  a\r\n\t b\u2028c\u2029d\x85e\x00f\x1b[0m ", 80, "a b c d e f [0m"),
        ("a\u202eb\u2066c\u200fd\ufeffe", 80, "abcde"),
        ("사드\ud800", 80, "사드�"),
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcd efgh", 6, "abcd…"),
        ("x" * 5_000_000, 5, "xxxx…"),
        (" " * 1000 + "late", 5, "…"),
        ("", 5, ""),
    ],
)
def test_cleaning(text: str, limit: int, cleaned: str) -> None:
    assert clean(text, limit) == cleaned


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 50))
def test_cleaned_text_is_one_line_of_at_most_so_many_characters(text: str, limit: int) -> None:
    cleaned = header_text(text, limit)
    assert len(clean(text, limit)) <= limit
    assert len(cleaned.splitlines()) <= 1
    assert "=?" not in cleaned
    assert cleaned.isascii() or cleaned.encode()  # no lone surrogate is left
    assert clean(cleaned, 200) == cleaned


@pytest.mark.parametrize(
    ("text", "marks", "limit", "shown"),
    [
        ("ab THAAD cd", [(3, 8)], 50, "ab *THAAD* cd"),
        ("THAAD", [(0, 5)], 50, "*THAAD*"),
        ("ab\n\tcd ef", [(0, 2), (7, 9)], 50, "*ab* cd *ef*"),
        ("abcdef", [(0, 3), (2, 4)], 50, "*abc*def"),
        ("abc", [(2, 9), (-1, 2)], 50, "abc"),
        ("abcdefghij", [(2, 8)], 5, "ab*cd…*"),
        ("  ab", [(2, 4)], 50, "*ab*"),
        ("", [], 50, ""),
    ],
)
def test_marks_survive_cleaning(
    text: str, marks: list[tuple[int, int]], limit: int, shown: str
) -> None:
    pieces = segments(text, marks, limit)
    assert "".join(f"*{p.text}*" if p.marked else p.text for p in pieces) == shown
    assert all(isinstance(p, Segment) and p.text for p in pieces)


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("en", "en"),
        ("ko-KR", "ko-KR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ('en" onload="x', ""),
        ("", ""),
    ],
)
def test_language_tags(tag: str, shown: str) -> None:
    assert language_tag(tag) == shown


@pytest.mark.parametrize(
    ("name", "language", "shown"),
    [
        ("Asia/Seoul", "en", "22 Nov 2026, 12:07 KST"),
        ("Asia/Seoul", "ko", "2026년 11월 22일 12:07 KST"),
        ("America/New_York", "en", "21 Nov 2026, 22:07 EST"),
        ("Asia/Kathmandu", "en", "22 Nov 2026, 08:52 UTC+05:45"),
        ("UTC", "en", "22 Nov 2026, 03:07 UTC"),
        ("No/Such", "en", "22 Nov 2026, 03:07 UTC"),
        ("Asia", "en", "22 Nov 2026, 03:07 UTC"),
        ("\0", "en", "22 Nov 2026, 03:07 UTC"),
    ],
)
def test_times(name: str, language: str, shown: str) -> None:
    assert local_time(SEEN, zone(name), language) == shown


def test_the_ends_of_time_are_shown_as_they_are() -> None:
    assert local_time(datetime.min.replace(tzinfo=UTC), zone("America/New_York"), "en") == (
        "1 Jan 1, 00:00 UTC"
    )
    assert local_time(datetime.max.replace(tzinfo=UTC), zone("Asia/Seoul"), "en") == (
        "31 Dec 9999, 23:59 UTC"
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a " * 40 + "a", ["a " * 35 + "a", "a a a a a"]),
        ("가" * 80, ["가" * 80]),
        ("가나 " * 20 + "다", [("가나 " * 14).rstrip(), "가나 가나 가나 가나 가나 가나 다"]),
        ("韓" * 40, ["韓" * 36, "韓" * 4]),
        ("韓" * 36 + "。韓", ["韓" * 35, "韓。韓"]),
        ("x" * 100, ["x" * 100]),
        ("a " + "x" * 100, ["a", "x" * 100]),
    ],
)
def test_wrapping(text: str, lines: list[str]) -> None:
    assert wrap(text).split("\n") == lines


@given(st.text("ab 가나韓國。,e\u0301", max_size=300))
def test_wrapped_lines_keep_the_text_and_the_width(text: str) -> None:
    text = " ".join(text.split())
    wrapped = wrap(text, first="> ", rest="  ")
    kept = "".join(line[2:] for line in wrapped.split("\n"))
    assert kept.replace(" ", "") == text.replace(" ", "")
    for line in wrapped.split("\n"):
        assert columns(line) <= WIDTH or " " not in line[2:]


def test_health_counts_and_unknown_reasons() -> None:
    health = HealthContent(1, (SourceProblem("A", "odd\r\nthing"), SourceProblem("B", "dns")))
    text = text_of(render(alert(health=health), now=NOW))
    assert "Sources: 0 of 1 watched sources answer.\nA: odd thing\nB: host name not found\n" in text
    assert "Sources" not in text_of(render(alert(health=None), now=NOW))


def test_every_reason_is_said_in_both_languages() -> None:
    codes = {reason.value for reason in Reason} - {"ok"}
    assert set(EN.reasons) == set(KO.reasons) == codes


BODY = "One THAAD here. Two THAAD and THAAD there.\n\nA missile. No term. A missile. Last THAAD."
TEXT = ArticleText(title="THAAD again", summary="One THAAD here.", body=BODY)


def test_sentences_are_chosen_by_what_they_show() -> None:
    hits = [hit(TEXT, "body", "THAAD", n) for n in range(4)]
    hits += [hit(TEXT, "body", "missile", n) for n in range(2)]
    hits += [hit(TEXT, "title", "THAAD"), hit(TEXT, "summary", "THAAD")]
    found = excerpts(TEXT, hits, most=3)
    assert found == (
        Excerpt("title", "THAAD again", ((0, 5),)),
        Excerpt("body", "One THAAD here.", ((4, 9),)),
        Excerpt("body", "Two THAAD and THAAD there.", ((4, 9), (14, 19))),
        Excerpt("body", "A missile.", ((2, 9),)),
    )
    assert [e.text for e in excerpts(TEXT, hits, most=1)] == ["THAAD again", "A missile."]


def test_a_long_sentence_is_cut_around_its_hit_and_says_so() -> None:
    text = ArticleText(title="", body="word " * 200 + "THAAD " + "word " * 200)
    (excerpt,) = excerpts(text, [hit(text, "body", "THAAD")], limit=60)
    assert len(excerpt.text) <= 60
    assert (excerpt.cut_before, excerpt.cut_after) == (True, True)
    (start, end), *_ = excerpt.marks
    assert excerpt.text[start:end] == "THAAD"
    article = replace(ENGLISH, excerpts=(excerpt,))
    assert "…word" in text_of(render(alert(article), now=NOW))


def test_hits_of_another_revision_are_left_out() -> None:
    stale = [
        Hit("x", "body", 0, 3, "xyz"),
        Hit("x", "body", 900, 903, "xyz"),
        Hit("x", "y", 0, 1, ""),
    ]
    assert excerpts(TEXT, stale) == ()


def test_reasons_name_each_term_once() -> None:
    hits = [
        hit(TEXT, "body", "missile"),
        hit(TEXT, "body", "THAAD"),
        hit(TEXT, "body", "missile", 1),
    ]
    assert reason("W", hits) == MatchReason("W", ("missile", "THAAD"))


def test_ten_thousand_hits_are_no_more_work_than_some() -> None:
    text = ArticleText(title="", body="THAAD " * 10_000)
    hits = [Hit("THAAD", "body", n * 6, n * 6 + 5, "THAAD") for n in range(10_000)]
    assert 1 <= len(excerpts(text, hits)) <= 5


def test_a_crowded_story_is_capped() -> None:
    copies = tuple(OtherCopy(f"Outlet {n}", None) for n in range(500))
    article = ArticleContent(
        "t", None, "s", "en", None, SEEN, also_in=copies, reasons=(MatchReason("w", ("t",) * 500),)
    )
    content = alert(article, story=StoryContent(1, "t", (article,) * 500))
    message = render(content, now=NOW)
    assert len(message) < 200_000
    assert "+450" in text_of(message)
