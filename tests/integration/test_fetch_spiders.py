"""`scrapy list` and `scrapy crawl` from the checkout, against outlets on loopback."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.site.behaviour import encoded, part
from tests.site.feeds import rss
from tests.site.server import Site

CHECKOUT = Path(__file__).parents[2]
FIXTURES = CHECKOUT / "tests" / "unit" / "fixtures"
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "SCRAPY" not in name}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def crawl(spider: str, out: Path, **arguments: str) -> tuple[list[dict[str, Any]], str]:
    """Run a spider; the articles of its export, and its log."""
    options = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    quick = ("-s", "DOWNLOAD_DELAY=0", "-s", "DOWNLOAD_TIMEOUT=5")
    ended = scrapy("crawl", spider, "-O", str(out), *options, *quick)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    lines = out.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], ended.stderr


def herald_page(headline: str) -> str:
    """A page of The Korea Herald in its layout of about 2018."""
    return (
        f"<html lang=en><head><meta charset=utf-8><title>{headline}</title></head><body>"
        f'<div class="view"><h1 class="view_tit">{headline}</h1>'
        '<div class="view_tit_byline_l"><a href="/search/list_name.php?byline=x">By Kim Ha-na</a>'
        '</div><div class="view_tit_byline_r">Published : Nov 23, 2026 - 12:00</div>'
        '<div id="articleText"><div class="view_con_t">'
        f"<p>{headline} was what the ministry told reporters in Seoul on Monday.</p>"
        "<p>It will hold another briefing on the matter later this week, officials said.</p>"
        "</div></div></div></body></html>"
    )


def yonhap_page(headline: str) -> str:
    """A Korean page of Yonhap in its layout of about 2022."""
    return (
        '<html lang="ko"><head><meta charset="utf-8">'
        f'<title>{headline} | 연합뉴스</title><meta property="og:title" content="{headline}">'
        '<meta property="article:published_time" content="2026-11-23T12:00:00+09:00"></head>'
        f'<body><h1 class="tit">{headline}</h1><div class="scroller01">'
        '<article class="story-news article">'
        f"<p>(서울=연합뉴스) 홍길동 기자 = {headline}고 국방부가 23일 밝혔다.</p>"
        "<p>관계자는 이번 주 안에 후속 조치를 설명할 예정이라고 덧붙였다.</p>"
        "</article></div></body></html>"
    )


@pytest.fixture
def herald() -> Any:
    with Site(robots="User-agent: *\nDisallow: /view.php?ud=20261123000009") as site:
        yield site


def entry(site: Site, path: str, title: str) -> dict[str, Any]:
    return {"title": title, "link": site.url(path), "guid": path[-14:], "pubDate": NOON}


def test_both_spiders_are_listed() -> None:
    ended = scrapy("list")
    assert ended.stdout.split() == ["koreaherald", "yonhap"], ended.stderr


def test_articles_come_from_feeds_and_listings_once_each(herald: Site, tmp_path: Path) -> None:
    articles = {f"2026112300000{n}": f"Radar site number {n}" for n in range(1, 6)}

    def show(exchange: Any) -> None:
        ud = exchange.seen.target.partition("ud=")[2][:14]
        found = articles.get(ud)
        body = herald_page(found) if found else "<html>none</html>"
        exchange.answer(200 if found else 404, body.encode(), {"Content-Type": "text/html"})

    herald.route("/view.php", show)
    feed = [
        entry(herald, "/view.php?ud=20261123000001", "One"),
        entry(herald, "/view.php?ud=20261123000002&utm_source=rss", "Two"),
        entry(herald, "/view.php?ud=20261123000002", "Two again"),
        entry(herald, "/view.php?ud=20261123000009", "Kept from robots"),
        entry(herald, "/view.php?ud=20261123000008", "Not there"),
    ]
    herald.page("/rss", rss(feed), content_type="application/rss+xml")
    listed = "".join(
        f'<li><a href="/view.php?ud=2026112300000{n}"><strong class="news_title">Radar {n}'
        f"</strong><span class=date>Nov. 23, 2026</span></a></li>"
        for n in (2, 3)
    )
    herald.page(
        "/National",
        f'<html><body><article class="recent_news"><ul class="news_list">{listed}</ul></article>',
    )
    items, log = crawl(
        "koreaherald",
        tmp_path / "out.jsonl",
        feeds=herald.url("/rss"),
        listings=herald.url("/National"),
        hosts=herald.host,
        allow_private="127.0.0.0/8",
    )
    assert sorted(item["title"] for item in items) == [
        articles[f"2026112300000{n}"] for n in (1, 2, 3)
    ]
    assert {item["published_at"] for item in items} == {"2026-11-23T03:00:00+00:00"}
    assert all(item["authors"] == ["Kim Ha-na"] and item["body"] for item in items)
    assert {"url", "canonical_url", "dateline", "credit", "warnings"} < set(items[0])
    assert "20261123000009" not in " ".join(seen.target for seen in herald.seen)
    assert "robots" in log
    assert "http_4xx" in log


def test_korean_articles_and_a_limit(tmp_path: Path) -> None:
    with Site() as site:
        titles = {f"/view/AKR2026112300{n}000001": f"레이더 기지 {n}곳 증설" for n in range(10, 15)}
        for path, title in titles.items():
            site.page(path, yonhap_page(title))
        feed = [entry(site, path, title) for path, title in titles.items()]
        site.page("/rss/news.xml", rss(feed), content_type="text/xml")
        items, _ = crawl(
            "yonhap",
            tmp_path / "out.jsonl",
            feeds=site.url("/rss/news.xml"),
            hosts=site.host,
            allow_private="127.0.0.0/8",
            limit="2",
        )
        assert sum(site.hits(path) for path in titles) == 2
    assert sorted(item["title"] for item in items) == [
        "레이더 기지 10곳 증설",
        "레이더 기지 11곳 증설",
    ]
    raw = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert "국방부" in raw  # as text, not as escapes


def test_the_same_rules_hold_as_in_the_service(herald: Site, tmp_path: Path) -> None:
    whole = gzip.compress(herald_page("Compressed but fine").encode())
    herald.route("/article/10000001", encoded(whole, "gzip"))
    herald.route("/article/10000002", encoded(whole[:-12], "gzip"))
    herald.route("/article/10000003", part(b"%PDF-1.7" + b"\0" * 99, 1_000_000, then="hang"))
    feed = [entry(herald, f"/article/1000000{n}", f"Number {n}") for n in (1, 2, 3)]
    herald.page("/rss", rss([*feed, entry(herald, "/x", "y")]))
    items, log = crawl(
        "koreaherald",
        tmp_path / "out.jsonl",
        feeds=herald.url("/rss"),
        hosts=herald.host,
        allow_private="127.0.0.0/8",
    )
    assert [item["title"] for item in items] == ["Compressed but fine"]
    assert "truncated" in log
    assert "parse_error" in log


def test_the_gate_is_shut_unless_it_is_opened(herald: Site, tmp_path: Path) -> None:
    herald.page("/rss", rss([]))
    items, log = crawl("koreaherald", tmp_path / "out.jsonl", feeds=herald.url("/rss"))
    assert (items, herald.connections) == ([], 0)
    assert "private_address" in log


def test_a_feed_that_is_none_is_said_so(herald: Site, tmp_path: Path) -> None:
    herald.page("/rss", "<html><body>Please log in</body></html>")
    items, log = crawl(
        "koreaherald",
        tmp_path / "out.jsonl",
        feeds=herald.url("/rss"),
        allow_private=herald.host,
    )
    assert items == []
    assert "not_a_feed" in log
