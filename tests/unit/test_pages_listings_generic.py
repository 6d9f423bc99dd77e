"""Lists of outlets nobody described, found by their structure (pages and texts invented here)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.listings import read_listing
from newsroom.errors import FeedError
from newsroom.model import FeedEntry, PageRules
from newsroom.reasons import Reason

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
URL = "https://www.example.co.kr/politics"
NAV = (
    "<header><ul>"
    + "".join(
        f"<li><a href='/section/{n}0000'>Navigation entry number {n} of the house</a></li>"
        for n in range(12)
    )
    + "</ul></header>"
)
POPULAR = (
    "<div class='right'><h3>많이 본 뉴스</h3><ol>"
    + "".join(
        f"<li><a href='/news/2026/08/14/9{n:03}'>Everybody reads this popular story {n}</a></li>"
        for n in range(10)
    )
    + "</ol></div>"
)
FOOT = "<footer><a href='/company/about-us-and-our-story'>About us and our long story</a></footer>"


def cards(inner: str, count: int = 6) -> str:
    return "".join(inner.format(n=n, day=15 - n) for n in range(count))


UL = (
    "<ul class='list'>"
    + cards(
        "<li class='item{n}'><a href='/news/2026/08/{day:02}/100{n}'>Ferry number {n} waits for the"
        " fog to lift</a><span class='date'>2026-08-{day:02} 10:30</span></li>"
    )
    + "</ul>"
)
CARDS = (
    "<div class='grid'>"
    + cards(
        "<div class='card'><a href='/news/2026/08/{day:02}/100{n}'><img src='x.jpg' alt=''></a>"
        "<div class='text'><h3><a href='/news/2026/08/{day:02}/100{n}#top'>Ferry number {n} waits "
        "for the fog to lift</a></h3><p>The harbour master said that nobody would sail before the "
        "lighthouse could be seen again.</p><time datetime='2026-08-{day:02}T10:30'>today</time>"
        "</div></div>"
    )
    + "</div>"
)
ROWS = "".join(
    "<div class='row'>"
    + "".join(
        f"<article class='{'odd' if n % 2 else 'even'}'><a href='/news/2026/08/{15 - n:02}/100{n}'>"
        f"<strong class='tit'>Ferry number {n} waits for the fog to lift</strong>"
        f"<em>2026.08.{15 - n:02} 10:30</em></a></article>"
        for n in part
    )
    + "</div>"
    for part in ((0, 1, 2), (3, 4, 5))
)
TABLE = (
    "<table><tbody>"
    + cards(
        "<tr><td>{n}</td><td><a href='/news/2026/08/{day:02}/100{n}'>Ferry number {n} waits for the"
        " fog to lift</a></td><td>2026/08/{day:02} 10:30</td></tr>"
    )
    + "</tbody></table>"
)
SPANS = cards(
    "<div><div><span><a href='/news/2026/08/{day:02}/100{n}'>Ferry number {n} waits for the fog to"
    " lift</a></span></div><div><span>Aug. {day}, 2026 - 10:30</span></div></div>"
)
LEADING = (
    "<section><div class='top'><h2><a href='/news/2026/08/15/1000'>Ferry number 0 waits for the fog"
    " to lift</a></h2><span class='date'>2026-08-15 10:30</span></div><ul>"
    + "".join(
        f"<li><a href='/news/2026/08/{15 - n:02}/100{n}'>Ferry number {n} waits for the fog to lift"
        f"</a><span>2026-08-{15 - n:02} 10:30</span></li>"
        for n in range(1, 6)
    )
    + "</ul></section>"
)


def document(main: str) -> bytes:
    return (
        f"<html><head><title>Politics</title></head><body>{NAV}<div class='wrap'>"
        f"<div class='left'>{main}</div>{POPULAR}</div>{FOOT}</body></html>"
    ).encode()


SHAPES = {
    "ul": UL,
    "cards": CARDS,
    "rows": ROWS,
    "table": TABLE,
    "spans": SPANS,
    "leading": LEADING,
}


@pytest.mark.parametrize("main", SHAPES.values(), ids=SHAPES)
def test_the_main_list_is_found_whatever_its_markup(main: str) -> None:
    feed = read_listing(document(main), url=URL, page="generic", now=NOW)
    assert [entry.url and entry.url.partition("#")[0] for entry in feed.entries] == [
        f"https://www.example.co.kr/news/2026/08/{15 - n:02}/100{n}" for n in range(6)
    ]
    assert [entry.title for entry in feed.entries] == [
        f"Ferry number {n} waits for the fog to lift" for n in range(6)
    ]
    assert [entry.published_at for entry in feed.entries] == [
        datetime(2026, 8, 15 - n, 1, 30, tzinfo=UTC) for n in range(6)
    ]
    assert feed.title == "Politics"


def test_korean_headlines_and_leads_are_read() -> None:
    main = "<ul>" + cards(
        "<li><a href='/news/articleView.html?idxno=20{n}00'><h4>가상군 종이배 대회 {n}회 연다</h4>"
        "<p>종이로만 만든 배가 강을 건너는 대회가 올해도 열린다고 군청이 밝혔다. 참가비는 없다.</p>"
        "</a><i>2026년 8월 {day}일 10:30</i></li>"
    )
    feed = read_listing(document(main), url=URL, page=None, now=NOW)
    assert [entry.title for entry in feed.entries] == [
        f"가상군 종이배 대회 {n}회 연다" for n in range(6)
    ]
    assert feed.entries[0].summary.startswith("종이로만 만든 배가")
    assert feed.entries[5].published_at == datetime(2026, 8, 10, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "main",
    [
        "<p>We have moved to another place on the web.</p>",
        "<ul><li><a href='/news/2026/08/15/1001'>One article alone is not a list</a></li></ul>",
        "<ul>" + cards("<li><a href='https://other.example/2026/1{n}'>Ferry {n} waits for fog</a>"),
        "<ul>" + cards("<li><a href='/tag/many-words-{n}'>All that is tagged with number {n}</a>"),
        "<ul>" + cards("<li><a href='/news/2026/08/15/100{n}'>more</a></li>"),
    ],
)  # fmt: skip
def test_a_page_without_a_list_says_so(main: str) -> None:
    with pytest.raises(FeedError) as caught:
        read_listing(document(main), url=URL, page="generic", now=NOW)
    assert caught.value.reason is Reason.LAYOUT_CHANGED


ODD = (
    "<div class='x'>"
    + cards(
        "<div class='y'><b class='t'><a href='/go?to={n}'>Short {n}</a></b>"
        "<u class='d'>2026-08-{day:02} 10:30</u></div>"
    )
    + "<a class='older' href='/politics?from=9'>…</a></div>"
)


def test_the_operators_selectors_come_first() -> None:
    css = PageRules(item=".y", item_title=".t", item_date=".d", next=".older")
    feed = read_listing(document(ODD), url=URL, page="generic", now=NOW, css=css)
    assert [(e.title, e.url) for e in feed.entries][:2] == [
        ("Short 0", "https://www.example.co.kr/go?to=0"),
        ("Short 1", "https://www.example.co.kr/go?to=1"),
    ]
    assert feed.entries[5].published_at == datetime(2026, 8, 10, 1, 30, tzinfo=UTC)
    assert feed.next_url == "https://www.example.co.kr/politics?from=9"


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        (PageRules(item=".gone"), Reason.LAYOUT_CHANGED),
        (PageRules(item="footer"), Reason.OK),
        (PageRules(item="title"), Reason.EMPTY),
    ],
)
def test_selectors_that_find_nothing_say_so(css: PageRules, reason: Reason) -> None:
    try:
        read_listing(document(ODD), url=URL, page="generic", now=NOW, css=css)
        found = Reason.OK
    except FeedError as error:
        found = error.reason
    assert found is reason


@given(
    st.lists(
        st.sampled_from(
            [
                *("<ul>", "<li>", "<a href='/news/2026/08/15/1'>A headline of some length</a>"),
                *("<div class='popular'>", "</div>", "<nav>", "<a href='//['>x</a>", "<h3>", "<a>"),
                *("<a href='/n/2345'><img alt='x'></a>", "2026-08-15 10:30", "<time>", "<p"),
            ]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_page_is_read_or_refused(parts: list[str]) -> None:
    entries: tuple[FeedEntry, ...] = ()
    reason = None
    try:
        entries = read_listing(("<html>" + "".join(parts)).encode(), url=URL, now=NOW).entries
    except FeedError as error:
        reason = error.reason
    assert reason is (None if entries else Reason.LAYOUT_CHANGED)
    assert all(e.url and "example.co.kr" in e.url and e.title for e in entries)
