"""The captured Korean section page: its 25 articles and nothing else."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta

import pytest

from crawler.pages.listings import read_listing
from newsroom.identity import article_id, canonical_url
from tests.corpus.paths import CORPUS, corpus

pytestmark = corpus
NOW = datetime(2025, 12, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.yna.co.kr/international/asia-australia", None),
        ("http://127.0.0.1:8080/international/asia-australia", "yonhap"),
    ],
)
def test_the_captured_section_page(url: str, page: str | None) -> None:
    path = CORPUS / "yonhap/ko_section_2025/international_asia-australia.html.gz"
    body = gzip.decompress(path.read_bytes())
    feed = read_listing(body, url=url, page=page, now=NOW)
    ids = re.findall(r'<li data-cid="(AKR[0-9]{17})"', body.decode())
    assert len(feed.entries) == len(ids) == 25
    assert [article_id(canonical_url(entry.url or "")) for entry in feed.entries] == ids
    shown = re.findall(r'<span class="txt-time">([^<]*)</span>', body.decode())
    assert [entry.published_raw for entry in feed.entries] == shown
    for entry in feed.entries:
        assert entry.title
        assert "&" not in entry.title
        assert entry.summary.count("연합뉴스) ") <= 1
        assert len(entry.summary) > 100
        assert entry.published_at is not None
        assert NOW - timedelta(days=3) < entry.published_at < NOW
    times = [entry.published_at for entry in feed.entries if entry.published_at]
    assert times == sorted(times, reverse=True)


def test_the_captured_section_page_read_by_its_structure_alone() -> None:
    path = CORPUS / "yonhap/ko_section_2025/international_asia-australia.html.gz"
    body = gzip.decompress(path.read_bytes())
    url = "https://www.yna.co.kr/international/asia-australia"
    known = read_listing(body, url=url, now=NOW)
    found = read_listing(body, url=url, page="generic", now=NOW)
    assert [(e.url, e.title, e.published_at) for e in found.entries] == [
        (e.url, e.title, e.published_at) for e in known.entries
    ]
    assert found.next_url == known.next_url == f"{url}/2"
