"""Sitemap indexes, and sitemaps that are packed."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from crawler.pages.listings import read_listing
from crawler.pages.sitemaps import MAX_SITEMAP_BYTES
from newsroom.errors import FeedError
from newsroom.model import ParsedFeed
from newsroom.reasons import Reason

URL = "https://news.example/sitemap.xml"
NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
URLSET = b"<urlset><url><loc>/story/1</loc><lastmod>2026-08-01</lastmod></url></urlset>"


def read(body: bytes) -> ParsedFeed:
    return read_listing(body, url=URL, content_type="application/xml", timezone="UTC", now=NOW)


def index(*maps: tuple[str, str]) -> bytes:
    inner = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for loc, at in maps
    )
    return (
        '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{inner}</sitemapindex>"
    ).encode()


def names(feed: ParsedFeed) -> list[str]:
    return [link.rpartition("/")[2] for link in feed.maps]


def test_the_newest_map_comes_first() -> None:
    feed = read(
        index(("/a.xml", "2026-01-01"), ("/b.xml", "2026-07-01T10:00:00+09:00"), ("/c.xml", ""))
    )
    assert names(feed) == ["b.xml", "a.xml", "c.xml"]
    assert feed.maps[0] == "https://news.example/b.xml"
    assert feed.map_dates == (
        datetime(2026, 7, 1, 1, 0, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        None,
    )
    assert feed.entries == ()


def test_a_date_in_the_name_says_more_than_the_change() -> None:
    feed = read(
        index(
            ("/sitemap-2024-05.xml", "2026-08-14"),
            ("/sitemap-2026-07.xml", "2026-07-30"),
            ("/sitemap-2025.xml", ""),
        )
    )
    assert names(feed) == ["sitemap-2026-07.xml", "sitemap-2025.xml", "sitemap-2024-05.xml"]


def test_links_that_cannot_be_used_and_repeated_ones_are_left_out() -> None:
    feed = read(index(("/a.xml", ""), ("javascript:1", ""), ("/a.xml", "2026-01-01")))
    assert names(feed) == ["a.xml"]


def test_an_index_without_maps_is_empty() -> None:
    with pytest.raises(FeedError) as caught:
        read(index())
    assert caught.value.reason is Reason.EMPTY


def test_a_packed_sitemap_is_unpacked() -> None:
    assert [entry.url for entry in read(gzip.compress(URLSET)).entries] == [
        "https://news.example/story/1"
    ]


def test_a_damaged_or_endless_one_is_refused() -> None:
    with pytest.raises(FeedError) as cut:
        read(gzip.compress(URLSET)[:-9])
    assert cut.value.reason is Reason.TRUNCATED
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * 1_048_576
    bomb = b"".join(packer.compress(piece) for _ in range(MAX_SITEMAP_BYTES // len(piece) + 1))
    with pytest.raises(FeedError) as vast:
        read(bomb + packer.flush())
    assert vast.value.reason is Reason.TOO_LARGE
