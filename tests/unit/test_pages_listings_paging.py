"""The page with the next older articles: by outlet, by rel=next, by selector, by pager."""

from __future__ import annotations

import pytest

from crawler.pages.document import parse
from crawler.pages.listings_paging import next_page

E = "https://www.example.com"
Y = "https://www.yna.co.kr"
K = "https://www.koreaherald.com"


def find(url: str, html: str, outlet: str | None = None, css: str = "") -> str | None:
    body = f"<html><head></head><body><p>x</p>{html}</body></html>".encode()
    return next_page(parse(body, url=url, content_type="text/html", timezone="UTC"), outlet, css)


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        (f"{Y}/news", "<yna-paging max-page='20'></yna-paging>", f"{Y}/news/2"),
        (f"{Y}/politics/all/2", "<yna-paging max-page='20'></yna-paging>", f"{Y}/politics/all/3"),
        (f"{Y}/politics/all/3", "<yna-paging max-page='3'></yna-paging>", None),
        (f"{Y}/news/20", "<yna-paging max-page='99'></yna-paging>", None),
        (f"{Y}/international/asia-australia/", "", f"{Y}/international/asia-australia/2"),
        (f"{Y}/news/20", "", None),
        (f"{Y}/news?site=x", "", f"{Y}/news/2?site=x"),
        (f"{Y}/", "", None),
    ],
)
def test_yonhap_counts_in_the_path(url: str, html: str, expected: str | None) -> None:
    assert find(url, html, "yonhap") == expected


OLD_PAGER = "<ul class='paging'><li><a href='list.php?ct=0201&np={0}&mp=1'>{0}</a></li></ul>"


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        (f"{K}/National", "", f"{K}/National?page=2&pageTop=true"),
        (f"{K}/National?page=3&pageTop=true", "", f"{K}/National?page=4&pageTop=true"),
        (f"{K}/list.php?ct=0201", "", f"{K}/list.php?ct=0201&np=2&mp=1"),
        (f"{K}/list.php?ct=0201&np=10&mp=1", "", f"{K}/list.php?ct=0201&np=11&mp=2"),
        (f"{K}/list.php?ct=0201&np=3", OLD_PAGER.format(4), f"{K}/list.php?ct=0201&np=4&mp=1"),
        (f"{K}/list.php?ct=0201&np=4", OLD_PAGER.format(3), None),
        (f"{K}/National?page=x", "", f"{K}/National?page=2&pageTop=true"),
    ],
)
def test_the_korea_herald_counts_in_the_query(url: str, html: str, expected: str | None) -> None:
    assert find(url, html, "koreaherald") == expected


PAGER = (
    "<div class='pagination'><a href='/n?page=1'>1</a><span class='current'>2</span>"
    "<a href='/n?page=3'>3</a><a href='/n?page=11'>다음</a></div>"
)
LAST = (
    "<div class='pagination'><a class='prev' href='/n?page=1'>이전</a><a href='/n?page=1'>1</a>"
    "<strong>2</strong></div>"
)


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        (f"{E}/n", "<a rel='next' href='/n?page=2'>More</a>", f"{E}/n?page=2"),
        (f"{E}/n", "<a rel='nofollow next' href='/n?page=2'>More</a>", f"{E}/n?page=2"),
        (f"{E}/n?page=2", PAGER, f"{E}/n?page=3"),
        (f"{E}/n?page=2", LAST, None),
        (f"{E}/n", "<nav><a href='/n/page/2'>Older posts</a></nav>", f"{E}/n/page/2"),
        (f"{E}/n", "<ul class='paging'><a class='next' href='/n/2'><i></i></a></ul>", f"{E}/n/2"),
        (f"{E}/n/2", "<ul class='paging'><a class='next' href='/n/1'>›</a><a>1</a></ul>", None),
        (f"{E}/n", "<p id='paging'><a href='/n/2' aria-label='Next page'>▸</a></p>", f"{E}/n/2"),
        # the current one is known from the address alone
        (f"{E}/n?p=4", "<p class='pages'><a href='?p=5'>5</a><a>6</a></p>", f"{E}/n?p=5"),
        # a dead arrow, a script, another host, the page itself: no next page
        (f"{E}/n", "<nav><a class='next disabled' href='/n/2'>Next</a></nav>", None),
        (f"{E}/n", "<nav><a class='next' href='javascript:go(2)'>Next</a></nav>", None),
        (f"{E}/n", "<a rel='next' href='https://other.example/n?page=2'>Next</a>", None),
        (f"{E}/n?page=2", "<a rel='next' href='/n?page=2'>Next</a>", None),
        # "next" in a headline is no pager
        (f"{E}/n", "<ul><a href='/story/12'>Next year's budget is ready</a></ul>", None),
    ],
)
def test_pagers_of_other_outlets(url: str, html: str, expected: str | None) -> None:
    assert find(url, html) == expected


def test_the_operators_selector_decides() -> None:
    html = PAGER + "<div class='more'><a href='/n?before=77'>…</a></div>"
    assert find(f"{E}/n?page=2", html, css=".more") == f"{E}/n?before=77"
    assert find(f"{E}/n?page=2", html, css=".none") is None
