"""What URLs tell by their looks."""

from __future__ import annotations

import pytest

from newsroom.article_urls import is_article_like, named_period, site_of, url_day


@pytest.mark.parametrize(
    ("url", "like"),
    [
        ("https://e.com/2024/05/01/name", True),
        ("https://e.com/news/20240501", True),
        ("https://e.com/news/view.do?ncd=5651234", True),
        ("https://e.com/a-slug-of-words", True),
        ("https://e.com/story/12", True),
        ("https://www.yna.co.kr/view/AKR20260102000100009", True),
        ("https://e.com/", False),
        ("https://e.com/politics", False),
        ("https://e.com/tag/north-korea-and-more", False),
        ("https://e.com/author/kim-min-ji-1234", False),
        ("https://e.com/rss.xml", False),
    ],
)
def test_article_like_addresses(url: str, like: bool) -> None:
    assert is_article_like(url) is like


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("news.kbs.co.kr", "kbs.co.kr"),
        ("m.example.com", "example.com"),
        ("example.com", "example.com"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("a.b.example.org:81", "example.org:81"),
    ],
)
def test_hosts_of_one_outlet(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize(
    ("url", "start", "end"),
    [
        ("https://e.com/sitemap-2024-05.xml", "2024-05-01", "2024-06-01"),
        ("https://e.com/sitemap_202412.xml.gz", "2024-12-01", "2025-01-01"),
        ("https://e.com/maps/2024/05/01.xml", "2024-05-01", "2024-05-02"),
        ("https://e.com/sitemap-2023.xml", "2023-01-01", "2024-01-01"),
        ("https://e.com/sitemap.xml?d=20240501", None, None),
        ("https://2024.example.com/sitemap.xml", None, None),
        ("https://e.com/sitemap-20240231.xml", None, None),
        ("https://e.com/sitemap-12.xml", None, None),
        ("https://e.com/sitemap-120245.xml", None, None),
    ],
)
def test_periods_in_names(url: str, start: str | None, end: str | None) -> None:
    found = named_period(url)
    expected = start and end and tuple(f"{day}T00:00:00+00:00" for day in (start, end))
    assert (found and tuple(at.isoformat() for at in found)) == expected


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://e.com/2024/05/01/a-name", "2024-05-01"),
        ("https://e.com/2024/5/1/a-name", "2024-05-01"),
        ("https://e.com/news/20240501001200315", "2024-05-01"),
        ("https://e.com/news/view.do?id=2024050112", "2024-05-01"),
        ("https://e.com/a-name-2024-05-01.html", "2024-05-01"),
        ("https://www.yna.co.kr/view/AKR20240501001200315?section=news", "2024-05-01"),
        ("https://www.koreaherald.com/view.php?ud=20240911050866", "2024-09-11"),
        ("https://www.koreaherald.com/article/10493730", None),
        ("https://e.com/2024/05/31-days-of-may", "2024-05-31"),
        ("https://e.com/2024/13/01/a-name", None),
        ("https://e.com/2023/02/30/a-name", None),
        ("https://e.com/story/1202405011", None),
        ("https://20240501.e.com/story", None),
    ],
)
def test_days_in_addresses(url: str, day: str | None) -> None:
    found = url_day(url)
    assert (found and found.isoformat()) == day
