"""Mails to the operator: the matter, since when, what it means, and that it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alerts.model import NoticeContent
from alerts.render import render, subject
from alerts.strings import EN, KO
from alerts.when import duration, short_time, zone
from tests.unit.alert_contents import NOW, SEEN, notice, parse, text_of

SINCE = SEEN - timedelta(hours=2)
SILENT: dict[str, Any] = {"title": "Yonhap: silent", "about": "source:yonhap-en", "since": SINCE}
SILENT |= {"lines": ("https://y.example/rss: blocks us, HTTP 403",)}
OVER = SILENT | {"over_at": SEEN}


def told(language: str = "en", **changes: Any) -> bytes:
    return render(notice(notice=NoticeContent(**changes), language=language), now=NOW)


@pytest.mark.parametrize(
    ("changes", "language", "expected"),
    [
        (SILENT, "en", "[Wirewatch] Yonhap: silent since 10:07"),
        (SILENT, "ko", "[Wirewatch] Yonhap: silent (10:07부터)"),
        (
            SILENT | {"since": SEEN - timedelta(days=1)},
            "en",
            "[Wirewatch] Yonhap: silent since 21 Nov 12:07",
        ),
        (
            SILENT | {"since": SEEN - timedelta(days=1)},
            "ko",
            "[Wirewatch] Yonhap: silent (11월 21일 12:07부터)",
        ),
        (
            SILENT | {"since": SEEN - timedelta(days=400)},
            "en",
            "[Wirewatch] Yonhap: silent since 18 Oct 2025 12:07",
        ),
        (OVER, "en", "[Wirewatch] over: Yonhap: silent"),
        (OVER, "ko", "[Wirewatch] 해소: Yonhap: silent"),
        ({"title": "x: down since yesterday", "since": SINCE}, "en", None),
        (
            {"title": "a: https://a.example answered 410 Gone; it is not polled any more"}
            | {"since": SINCE},
            "en",
            "[Wirewatch] a: https://a.example answered 410 Gone since 10:07",
        ),
        ({"title": "x\r\nBcc: v@example.org"}, "en", "[Wirewatch] x Bcc: v@example.org"),
        ({"title": "x" * 500}, "en", "[Wirewatch] " + "x" * 139 + "…"),
    ],
)
def test_subjects(changes: dict[str, Any], language: str, expected: str | None) -> None:
    content = notice(notice=NoticeContent(**changes), language=language)
    expected = expected or f"[Wirewatch] {changes['title']}"
    assert subject(content) == expected
    assert parse(render(content, now=NOW))["Subject"] == expected


BEGAN = f"""\
Yonhap: silent since 10:07

https://y.example/rss: blocks us, HTTP 403

Since 22 Nov 2026, 10:07 KST.

{EN.about["source"]}

To see or do more: wirewatch sources check yonhap-en

-- You get this because ops@example.org is named as operator.
"""
ENDED = """\
over: Yonhap: silent

https://y.example/rss: blocks us, HTTP 403

From 22 Nov 2026, 10:07 KST to 22 Nov 2026, 12:07 KST: 2 h.

-- You get this because ops@example.org is named as operator.
"""
ENDED_KO = """\
해소: Yonhap: silent

https://y.example/rss: blocks us, HTTP 403

2026년 11월 22일 10:07 KST부터 2026년 11월 22일 12:07 KST까지: 2시간.

-- ops@example.org 주소가 운영자로 등록되어 있어 보내 드립니다.
"""


@pytest.mark.parametrize(
    ("changes", "language", "expected"),
    [(SILENT, "en", BEGAN), (OVER, "en", ENDED), (OVER, "ko", ENDED_KO)],
)
def test_the_text(changes: dict[str, Any], language: str, expected: str) -> None:
    text = " ".join(text_of(told(language, **changes)).split())
    assert text.startswith(" ".join(expected.split()))


def test_the_command_stands_on_a_line_to_be_copied() -> None:
    message = told(**SILENT)
    assert "\nTo see or do more:\n    wirewatch sources check yonhap-en\n" in text_of(message)
    assert ">wirewatch sources check yonhap-en</code>" in text_of(message, "html")


@pytest.mark.parametrize(
    ("about", "means", "command"),
    [
        ("source:yonhap-en", "source", "wirewatch sources check yonhap-en"),
        ("source:x; rm -rf ~", "source", "wirewatch sources check 'x; rm -rf ~'"),
        ("group:source", "source", "wirewatch sources list"),
        ("feed:12:gone", "feed", "wirewatch sources list"),
        ("article:7:quarantined", "article", "wirewatch show 7"),
        ("channel:smtp", "channel", "wirewatch status"),
        ("disk", "disk", "wirewatch db stats"),
        ("outbox", "outbox", "wirewatch status"),
        ("configuration", "configuration", "wirewatch config check"),
        ("address:x@y.example", "address", "wirewatch alerts release x@y.example"),
        ("alert:12", "alert", "wirewatch alerts show 12"),
        ("group:alert", "alert", "wirewatch alerts --state held"),
        ("weather", None, None),
        ("", None, None),
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_it_means(about: str, means: str | None, command: str | None, language: str) -> None:
    words = KO if language == "ko" else EN
    text = text_of(told(language, title="x", about=about, since=SINCE))
    joined = " ".join(text.split())
    shown = [kind for kind, said in words.about.items() if " ".join(said.split()) in joined]
    assert shown == ([means] if means else [])
    assert (f"    {command}\n" in text) if command else (words.notice_more not in text)


def test_both_languages_say_what_every_matter_means() -> None:
    assert set(EN.about) == set(KO.about)


@pytest.mark.parametrize(
    ("span", "english", "korean"),
    [
        (timedelta(0), "1 min", "1분"),
        (timedelta(seconds=59), "1 min", "1분"),
        (timedelta(minutes=12), "12 min", "12분"),
        (timedelta(hours=1), "1 h", "1시간"),
        (timedelta(hours=3, minutes=12, seconds=59), "3 h 12 min", "3시간 12분"),
        (timedelta(days=1), "1 d", "1일"),
        (timedelta(days=2, hours=4, minutes=59), "2 d 4 h", "2일 4시간"),
        (timedelta(minutes=-5), "1 min", "1분"),
    ],
)
def test_how_long(span: timedelta, english: str, korean: str) -> None:
    assert duration(span, "en") == english
    assert duration(span, "ko") == korean


def test_the_day_is_named_where_it_is_not_today_there() -> None:
    now = SEEN  # 12:07 on the 22nd in Seoul, 22:07 on the 21st in New York
    assert short_time(SINCE, zone("Asia/Seoul"), "en", now=now) == "10:07"
    at = SEEN - timedelta(hours=13)
    assert short_time(at, zone("Asia/Seoul"), "en", now=now) == "21 Nov 23:07"
    assert short_time(at, zone("America/New_York"), "en", now=now) == "09:07"
