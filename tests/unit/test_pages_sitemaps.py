"""Sitemaps and news sitemaps are listings too."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.listings import read_listing
from newsroom.errors import FeedError
from newsroom.reasons import Reason

URL = "https://en.yna.co.kr/news-sitemap.xml"
NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<!-- made by hand -->
<url><loc>https://en.yna.co.kr/view/AEN20260815000100315</loc>
<lastmod>2026-08-15T11:40:00+09:00</lastmod>
<news:news><news:publication><news:name>Y</news:name></news:publication>
<news:publication_date>2026-08-15T11:30:00+09:00</news:publication_date>
<news:title>Cabinet &amp; assembly meet</news:title>
<news:keywords>cabinet, assembly</news:keywords></news:news></url>
<url><loc>javascript:alert(1)</loc></url>
<url><loc>/view/AEN20260815000200315</loc></url>
</urlset>"""


def read(body: str | bytes) -> list[tuple[str | None, str, datetime | None]]:
    raw = body.encode() if isinstance(body, str) else body
    found = read_listing(raw, url=URL, content_type="text/xml", now=NOW)
    return [(entry.url, entry.title, entry.published_at) for entry in found.entries]


def test_a_news_sitemap_gives_title_and_instant() -> None:
    assert read(NEWS) == [
        (
            "https://en.yna.co.kr/view/AEN20260815000100315",
            "Cabinet & assembly meet",
            datetime(2026, 8, 15, 2, 30, tzinfo=UTC),
        ),
        ("https://en.yna.co.kr/view/AEN20260815000200315", "", None),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<urlset></urlset>", Reason.EMPTY),
        ("<urlset><url><loc>ftp://x/</loc></url></urlset>", Reason.EMPTY),
    ],
)
def test_what_is_no_list_has_its_reason(body: str, reason: Reason) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.reason is reason


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
        "<urlset><url><loc>https://en.yna.co.kr/view/AEN20260815000100315</loc>"
        "<title>&a;&b;</title></url></urlset>"
    )
    assert [title for _, title, _ in read(bomb)] == [""]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tail: bytes) -> None:
    found = []
    with contextlib.suppress(FeedError):
        found = read(b"<urlset>" + tail)
    assert found == []
