"""Listings of both outlets, read like feeds (pages and texts invented here)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.listing_dates import AHEAD, find_date, listed_date
from crawler.pages.listings import read_listing
from newsroom.errors import FeedError
from newsroom.model import ParsedFeed
from newsroom.reasons import Reason

FIXTURES = Path(__file__).parent / "fixtures" / "pages"
YONHAP = "https://www.yna.co.kr/international/all"
HERALD = "https://www.koreaherald.com/list.php?ct=020100000000"
NOW = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)

Row = tuple[str, str, str, datetime | None, str | None]


def read(name: str, url: str, now: datetime = NOW) -> ParsedFeed:
    return read_listing((FIXTURES / f"listing_{name}.html").read_bytes(), url=url, now=now)


EXPECTED: list[tuple[str, str, datetime, list[Row]]] = [
    (
        "yonhap_ko_2025",
        YONHAP,
        NOW,
        [
            (
                "https://www.yna.co.kr/view/AKR20260102000100009?section=international/all",
                "가상의 섬, '바람 달력' 만든다(종합)",
                '섬 주민 "바람에도 이름이 있다"\n\n(가상항=연합뉴스) 나바람 특파원 = 가상의 섬이 '
                "바람마다 이름을 붙인 달력을 만든다.\n\n달력은 봄에 나온다.",
                datetime(2026, 1, 1, 15, 10, tzinfo=UTC),
                "01-02 00:10",
            ),
            (
                "https://www.yna.co.kr/view/AKR20251231999900084?section=international/all",
                "[속보] 등대 불 꺼져",
                "",
                datetime(2025, 12, 31, 14, 58, tzinfo=UTC),
                "12-31 23:58",
            ),
        ],
    ),
    (
        "yonhap_ko_2021",
        "https://www.yna.co.kr/news",
        datetime(2021, 11, 10, 1, 0, tzinfo=UTC),
        [
            (
                "https://www.yna.co.kr/view/AKR20211110000200001?section=news",
                "가상군, 종이배 대회 연다",
                "(가상군=연합뉴스) 종이로만 만든 배가 강을 건넌다.",
                datetime(2021, 11, 10, 0, 12, tzinfo=UTC),
                "11-10 09:12",
            ),
            (
                "https://www.yna.co.kr/view/AKR20211110000100001?section=news",
                "눈사람 박물관 휴관",
                "",
                datetime(2021, 11, 10, 0, 3, tzinfo=UTC),
                "11-10 09:03",
            ),
        ],
    ),
    (
        "yonhap_en",
        "https://en.yna.co.kr/news",
        NOW,
        [
            (
                "https://en.yna.co.kr/view/AEN20230419009900320?section=news",
                "(LEAD) Kite makers form guild",
                "SEOUL, April 19 (Yonhap) -- Makers of kites formed a guild on Wednesday.",
                datetime(2023, 4, 19, 2, 12, tzinfo=UTC),
                "11:12 April 19, 2023",
            ),
            (
                "https://en.yna.co.kr/view/AEN20230419009800315?section=news",
                "Old bridge to sing again",
                "",
                None,
                None,
            ),
        ],
    ),
    (
        "koreaherald_b",
        HERALD,
        NOW,
        [
            (
                "https://www.koreaherald.com/view.php?ud=20210513009901&np=1&mp=1",
                "Snail race draws record crowd",
                "The slowest event of the season drew 900 people …",
                datetime(2021, 5, 12, 15, 0, tzinfo=UTC),
                "May 13, 2021",
            ),
            (
                "https://www.koreaherald.com/view.php?ud=20210512009902",
                "Bakers & brewers sign yeast accord",
                "",
                datetime(2021, 5, 11, 15, 0, tzinfo=UTC),
                "May 12, 2021",
            ),
        ],
    ),
    (
        "koreaherald_c",
        HERALD,
        NOW,
        [
            (
                "https://www.koreaherald.com/view.php?ud=20240911009901",
                "Mayor returns borrowed umbrella after nine years",
                "The umbrella had been lent in a storm.",
                datetime(2024, 9, 10, 15, 0, tzinfo=UTC),
                "Sept. 11, 2024",
            ),
            (
                "http://www.koreaherald.com/view.php?ud=20240910009902",
                "Village band wins right to rehearse on Sundays",
                "",
                datetime(2024, 9, 10, 9, 20, tzinfo=UTC),
                "Sept. 10, 2024 - 18:20",
            ),
        ],
    ),
    (
        "koreaherald_d",
        "https://www.koreaherald.com/National",
        NOW,
        [
            (
                "https://www.koreaherald.com/article/10999901",
                "Chipmaker grows lettuce in clean room",
                "The leaves are washed by the same water.",
                datetime(2025, 1, 22, 15, 0, tzinfo=UTC),
                "Jan. 23, 2025",
            ),
            (
                "https://m.koreaherald.com/article/10999902?a=1",
                "Court finds for the cat",
                "",
                None,
                None,
            ),
        ],
    ),
]


@pytest.mark.parametrize(
    ("name", "url", "now", "rows"), EXPECTED, ids=[case[0] for case in EXPECTED]
)
def test_every_list_is_read_and_nothing_beside_it(
    name: str, url: str, now: datetime, rows: list[Row]
) -> None:
    feed = read(name, url, now)
    found = [(e.url, e.title, e.summary, e.published_at, e.published_raw) for e in feed.entries]
    assert found == rows
    assert all(e.guid is None for e in feed.entries)
    assert feed.title
    assert feed.dropped == 0


def test_a_mirror_lists_its_own_articles() -> None:
    body = (FIXTURES / "listing_koreaherald_d.html").read_bytes()
    url = "http://127.0.0.1:8080/National"
    feed = read_listing(body, url=url, page="koreaherald", now=NOW)
    assert [entry.url for entry in feed.entries] == [
        "http://127.0.0.1:8080/article/10999901",
        "https://m.koreaherald.com/article/10999902?a=1",
    ]


@pytest.mark.parametrize(
    ("body", "url", "reason"),
    [
        (b"", YONHAP, Reason.EMPTY),
        (b"<rss><channel/></rss>", YONHAP, Reason.PARSE_ERROR),
        (b"<html><body><p>We have moved.</p></body></html>", YONHAP, Reason.LAYOUT_CHANGED),
        (
            b"<html><body><ul class='news_list'><li><a href='/article/10999901'>x</a></ul></html>",
            "https://example.com/news",
            Reason.LAYOUT_CHANGED,
        ),
        (
            b"<html><body><article class='recent_news'><ul class='news_list'><li>none</li></ul>",
            HERALD,
            Reason.EMPTY,
        ),
        (
            (FIXTURES / "koreaherald_d.html").read_bytes().replace(b"news_list", b"x"),
            HERALD,
            Reason.LAYOUT_CHANGED,
        ),
    ],
)
def test_what_is_no_list_says_why(body: bytes, url: str, reason: Reason) -> None:
    with pytest.raises(FeedError) as error:
        read_listing(body, url=url, now=NOW)
    assert error.value.reason is reason


def test_a_list_without_end_is_cut() -> None:
    items = "".join(
        f"<li><a href='/article/{n}'><h3>N{n}</h3></a></li>" for n in range(10**7, 10**7 + 600)
    )
    body = f"<html><body><article class='recent_news'><ul class='news_list'>{items}</ul></article>"
    feed = read_listing(body.encode(), url=HERALD, now=NOW)
    assert (len(feed.entries), feed.dropped) == (500, 100)
    assert feed.entries[0].title == "N10000000"


SEOUL = "Asia/Seoul"


@pytest.mark.parametrize(
    ("raw", "now", "instant"),
    [
        ("12-01 23:26", "2025-12-02T00:00Z", "2025-12-01T14:26Z"),
        ("12-01 23:26", "2025-12-01T14:26Z", "2025-12-01T14:26Z"),
        # the outlet's clock may be a little ahead of ours
        ("12-01 23:26", "2025-12-01T14:16Z", "2025-12-01T14:26Z"),
        ("12-01 23:26", "2025-12-01T14:15Z", "2024-12-01T14:26Z"),
        # over the turn of the year, by the outlet's calendar
        ("12-31 23:58", "2025-12-31T15:30Z", "2025-12-31T14:58Z"),
        ("01-01 00:05", "2025-12-31T15:30Z", "2025-12-31T15:05Z"),
        ("02-29 10:00", "2026-03-01T00:00Z", "2024-02-29T01:00Z"),
        ("02-29 10:00", "2101-03-01T00:00Z", "2096-02-29T01:00Z"),
        ("23:26", "2025-12-01T16:00Z", "2025-12-01T14:26Z"),
        ("00:10", "2025-12-01T16:00Z", "2025-12-01T15:10Z"),
        ("Sept. 4, 2018", "2025-12-01T16:00Z", "2018-09-03T15:00Z"),
        ("Jan. 23, 2025", "2025-12-01T16:00Z", "2025-01-22T15:00Z"),
        ("13-01 10:00", "2025-12-01T16:00Z", None),
        ("02-30 10:00", "2025-12-01T16:00Z", None),
        ("12-01 25:00", "2025-12-01T16:00Z", None),
        ("29:99", "2025-12-01T16:00Z", None),
        ("yesterday", "2025-12-01T16:00Z", None),
        ("", "2025-12-01T16:00Z", None),
    ],
)
def test_listed_dates(raw: str, now: str, instant: str | None) -> None:
    expected = None if instant is None else datetime.fromisoformat(instant)
    assert listed_date(raw, timezone=SEOUL, now=datetime.fromisoformat(now)) == expected


@given(
    st.integers(946_684_800, 3_786_912_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.integers(1, 12),
    st.integers(1, 31),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_a_date_without_year_is_never_ahead_nor_older_than_need_be(
    now: datetime, month: int, day: int, hour: int, minute: int
) -> None:
    raw = f"{month:02}-{day:02} {hour:02}:{minute:02}"
    instant = listed_date(raw, timezone=SEOUL, now=now)
    if instant is not None:
        assert instant <= now + AHEAD
        assert (now - instant).days <= (366 if (month, day) != (2, 29) else 8 * 366)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NationalMay 13, 2021", "May 13, 2021"),
        ("MarketMar. 3, 2021", "Mar. 3, 2021"),
        ("World | Sept. 4, 2018", "Sept. 4, 2018"),
        ("Sept. 10, 2024 - 18:20", "Sept. 10, 2024 - 18:20"),
        ("송고 12-01 23:26", "12-01 23:26"),
        ("2025-12-01 23:26", "2025-12-01 23:26"),
        ("입력 2025.12.01. 23:26", "2025.12.01. 23:26"),
        ("Talks on Jan. 3, 2020 fail Jan. 4, 2020", "Jan. 4, 2020"),
        ("K-pop in May", None),
        ("1-0 win", None),
    ],
)
def test_dates_are_found_beside_other_words(text: str, found: str | None) -> None:
    assert find_date(text) == found


@given(
    st.lists(
        st.sampled_from(
            [
                *("<ul class='main_sec_li'>", "<li>", "<a href='/view.php?ud=20210512009902'>"),
                *("<article class='recent_news'>", "<ul class='news_list'>", "</ul>", "</a>", "x"),
                *("<div class='main_l_t2'>", "May 99, 2021", "<table>", "<aside>", "\x00", "<!--"),
                *("<a href='//['>", "<a href='javascript:1'>", "&#x110000;", "12-01 23:26", "<p"),
            ]
        ),
        max_size=20,
    )
)
def test_whatever_the_bytes_a_listing_is_read_or_refused(parts: list[str]) -> None:
    body = ("<html><body>" + "".join(parts)).encode()
    urls: list[str | None] = []
    reason = None
    try:
        urls = [entry.url for entry in read_listing(body, url=HERALD, now=NOW).entries]
    except FeedError as error:
        reason = error.reason
    assert bool(urls) is (reason is None)
    assert reason in (None, Reason.LAYOUT_CHANGED, Reason.EMPTY)
    assert all(url and url.startswith("https://www.koreaherald.com/") for url in urls)
