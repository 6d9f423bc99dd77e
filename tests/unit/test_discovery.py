"""What is guessed of a site: its id, its zone, how well it reads; what its front page names."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.values import identifier
from crawler.discover import read_front
from newsroom.discovery import (
    feed_key,
    guess_zone,
    plain_language,
    rate_outlet,
    rate_page,
    suggest_id,
)
from newsroom.errors import PageError
from newsroom.front_page import bare_host, robots_sitemaps
from newsroom.model import PageContent

URL = "https://www.port.example/"


@pytest.mark.parametrize(
    ("host", "language", "taken", "made"),
    [
        ("www.koreatimes.co.kr", "en", (), "koreatimes"),
        ("en.yna.co.kr", "en", (), "yna"),
        ("www.yna.co.kr", "ko", ("yna",), "yna-ko"),
        ("www.yna.co.kr", "ko", ("yna", "yna-ko"), "yna-2"),
        ("rss.donga.com", "ko", (), "donga"),
        ("news.kbs.co.kr", "ko", (), "kbs"),
        ("localhost", "en", (), "localhost"),
        ("127.0.0.1:8080", "en", (), "127-0-0-1-8080"),
        ("한국.example", "ko", (), "outlet"),
        ("co.kr", "ko", (), "co"),
    ],
)
def test_ids(host: str, language: str, taken: tuple[str, ...], made: str) -> None:
    assert suggest_id(host, language, taken) == made


@given(st.text(max_size=60), st.text(max_size=10), st.sets(st.text("ab-2outle", max_size=8)))
def test_an_id_is_always_one_and_free(host: str, language: str, taken: set[str]) -> None:
    made = suggest_id(host, language, taken)
    assert identifier(made) == made
    assert made not in taken


@pytest.mark.parametrize(
    ("host", "language", "dates", "zone", "why"),
    [
        ("a.co.kr", "en", ["Fri, 20 Nov 2026 12:00:00 +0900"], "Asia/Seoul", "its dates say"),
        ("a.com", "ko", ["2026-11-20T12:00:00+09:00"], "Asia/Seoul", "its dates say +09:00"),
        ("a.com", "en", ["20 Nov 2026 12:00 KST"], "Asia/Seoul", "guessed: its dates say +09:00"),
        ("a.com", "ja", ["20 Nov 2026 12:00:00 +0900"], "Asia/Tokyo", "its dates say +09:00"),
        ("a.uk", "en", ["20 Jul 2026 12:00:00 +0100"], "Europe/London", "its dates say +01:00"),
        ("a.com", "en", ["2026-11-20T12:00:00+03:00"], "Etc/GMT-3", "guessed: its dates"),
        ("a.com", "en", ["2026-11-20T12:00:00-0500"], "America/New_York", "guessed: its"),
        ("a.com", "en", ["2026-11-20T12:00:00+05:30"], "UTC", "nothing tells"),
        ("a.kr", "en", ["Fri, 20 Nov 2026 12:00:00 GMT"], "Asia/Seoul", "guessed by .kr"),
        ("a.com", "ko", ["2026-11-20T12:00:00+00:00"], "Asia/Seoul", "guessed by its language"),
        ("a.com", "en", ["2026-11-20", ""], "UTC", "nothing tells"),
    ],
)  # fmt: skip
def test_zones(host: str, language: str, dates: list[str], zone: str, why: str) -> None:
    found = guess_zone(host, language, dates)
    assert found.name == zone
    assert why in found.why
    ZoneInfo(found.name)


@given(st.lists(st.text(max_size=40)), st.text(max_size=8))
def test_whatever_dates_say_there_is_a_zone(dates: list[str], language: str) -> None:
    ZoneInfo(guess_zone("a.example", language, dates).name)


@pytest.mark.parametrize(
    ("tag", "plain"),
    [("en-US", "en"), ("ko_KR", "ko"), ("zh-hant", "zh-Hant"), ("zh-TW", "zh"), ("", "")],
)
def test_languages(tag: str, plain: str) -> None:
    assert plain_language(tag) == plain


def test_one_feed_by_several_addresses() -> None:
    one = feed_key("https://A.example/rss/")
    assert one == feed_key("http://a.example/rss") != feed_key("http://a.example/rss?x=1")
    assert feed_key("http://[") == "http://["


def page(title: str = "T", body: str = "x" * 300, *, dated: bool = True) -> PageContent:
    at = datetime(2026, 11, 20, tzinfo=UTC) if dated else None
    return PageContent(URL, URL, title, body=body, published_at=at)


@pytest.mark.parametrize(
    ("content", "rating"),
    [
        (page(), "good"),
        (page(body="가" * 100), "good"),
        (page(body="x" * 100), "poor"),
        (page(dated=False), "fair"),
        (page(title=""), "poor"),
    ],
)
def test_ratings(content: PageContent, rating: str) -> None:
    assert rate_page(content) == rating


def test_an_outlet_reads_as_its_middle_article() -> None:
    assert rate_outlet(["good", "poor", "good"]) == "good"
    assert rate_outlet(["good", "poor", "fair"]) == "fair"
    assert rate_outlet([]) == "poor"


HTML = """<!doctype html><html lang="ko"><head><title>x</title>
<meta property="og:site_name" content="항구신문">
<link rel="alternate" type="application/rss+xml" href="/rss/all.xml">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="//www.port.example/atom">
<link rel="alternate" type="application/feed+json" href="feed.json">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/c.xml">
<link rel="alternate" hreflang="en" href="/en"><link rel="alternate" type="text/html" href="/amp">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body><nav><a href="/login">로그인</a><a href="/world">국제</a><a href="/all">최신기사</a>
<a href="https://else.example/world">World</a><a href="/">Home</a><a href="/odd">Odd</a></nav>
<a href="/rss/politics">RSS</a><a href="/progress">p</a><a href="https://ads.example/rss">x</a>
<a href="https://feeds.service.example/port">f</a></body></html>"""


def test_what_a_front_page_names() -> None:
    found = read_front(HTML.encode(), url=URL, content_type="text/html; charset=utf-8")
    assert found.feeds == (
        "https://www.port.example/rss/all.xml",
        "https://www.port.example/atom",
        "https://www.port.example/feed.json",
        "https://www.port.example/rss/politics",
        "https://feeds.service.example/port",
    )
    assert found.sections == (
        "https://www.port.example/all",
        "https://www.port.example/world",
        "https://www.port.example/odd",
    )
    assert (found.name, found.language) == ("항구신문", "ko")


@pytest.mark.parametrize(
    ("body", "language", "home"),
    [
        (
            b"<?xml version='1.0'?><rss><channel><link>https://p.example/</link>"
            b"<language>ko-kr</language></channel></rss>",
            "ko-kr",
            "https://p.example/",
        ),
        (b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"></feed>', "en", ""),
        (
            b'{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https:\\/\\/p.example",'
            b'"language":"en-GB","items":[]}',
            "en-GB",
            "https://p.example/",
        ),
        (b"<rss><channel></channel></rss>", "", ""),
    ],
)
def test_what_the_head_of_a_feed_tells(body: bytes, language: str, home: str) -> None:
    found = read_front(body, url=URL)
    assert (found.language, found.home) == (language, home)


@pytest.mark.parametrize("body", [b"", b"{", b"\x00\x01", b"plain words", b"[1]"])
def test_what_is_no_page(body: bytes) -> None:
    with pytest.raises(PageError):
        read_front(body, url=URL)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_whatever_came_is_read_or_refused(body: bytes) -> None:
    for start in (b"", b"<html><nav><a href=", b"<rss><link>", b'{"items":'):
        with contextlib.suppress(PageError):
            read_front(start + body, url=URL)


def test_sitemaps_of_a_robots_file() -> None:
    body = b"User-agent: *\r\nSITEMAP: https://a.example/s.xml\nSitemap:/rel.xml\n# Sitemap: x\n"
    body += b"sitemap : https://a.example/news.xml\nSitemap: javascript:1\nSitemap: ftp://a/\n"
    assert robots_sitemaps(body, "https://a.example/robots.txt") == (
        "https://a.example/news.xml",
        "https://a.example/s.xml",
        "https://a.example/rel.xml",
    )
    assert robots_sitemaps(b"\xff" * 100, "https://a.example/") == ()


def test_bare_hosts() -> None:
    assert bare_host("https://www.m.port.example/x") == "port.example"
    assert bare_host("https://amp.port.example:8080/") == "amp.port.example:8080".removeprefix(
        "amp."
    )
