"""The walk of a backfill: where it looks next, what it takes, where it stops."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.backfilling import (
    LONGEST_WAIT,
    MAX_DEPTH,
    Spot,
    Walk,
    Wanted,
    after_document,
    after_failure,
    after_robots,
    choose,
    first_walk,
    ready,
    walk_from_json,
    walk_json,
)
from newsroom.model import FeedEntry, ParsedFeed, Source
from newsroom.reasons import Reason

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
E = "https://news.example"


def wanted(since: str, until: str, zone: str = "UTC") -> Wanted:
    begin, end = (datetime.fromisoformat(f"{at}T00:00+00:00") for at in (since, until))
    return Wanted(begin, end, zone)


MAY = wanted("2024-05-01", "2024-06-01")


def entry(url: str, published: str = "", changed: str = "", title: str = "t") -> FeedEntry:
    dates = [datetime.fromisoformat(at) if at else None for at in (published, changed)]
    return FeedEntry(None, f"{E}{url}", title, "", dates[0], published or None, dates[1])


def source(**changes: object) -> Source:
    made = Source("news", "News", ("news.example",), (f"{E}/rss",))
    return replace(made, **changes)  # type: ignore[arg-type]  # named by the cases


def urls(walk: Walk) -> list[str]:
    """What is looked at, in that order."""
    return [spot.url for spot in reversed(walk.stack)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"listings": (f"{E}/news", f"{E}/sitemap.xml")},
         [f"{E}/sitemap.xml", f"{E}/robots.txt", f"{E}/news"]),
        ({"archives": (f"{E}/index.xml", f"{E}/a/{{year}}"), "listings": (f"{E}/news",)},
         [f"{E}/index.xml", f"{E}/a/{{year}}", f"{E}/news"]),
        ({}, None),
    ],
)  # fmt: skip
def test_where_a_walk_begins(changes: dict[str, object], expected: list[str] | None) -> None:
    walk = first_walk(source(**changes), MAY)
    assert (walk and urls(walk)) == expected


@pytest.mark.parametrize(
    ("template", "wanted_", "zone", "expected"),
    [
        ("/{year}/{month}/{day}", ("2024-02-28", "2024-03-02"), "UTC",
         ["/2024/03/01", "/2024/02/29", "/2024/02/28"]),
        ("/{year}{month}", ("2023-12-31", "2024-02-01"), "UTC", ["/202401", "/202312"]),
        ("/{year}", ("2022-12-31", "2024-01-01"), "UTC", ["/2023", "/2022"]),
        # from midnight to midnight in Greenwich is two days in Seoul
        ("/{year}/{month}/{day}", ("2024-05-01", "2024-05-02"), "Asia/Seoul",
         ["/2024/05/02", "/2024/05/01"]),
    ],
)  # fmt: skip
def test_a_template_gives_every_page_of_the_time(
    template: str, wanted_: tuple[str, str], zone: str, expected: list[str]
) -> None:
    asked = wanted(*wanted_, zone)
    walk = first_walk(source(archives=(f"{E}{template}",)), asked)
    assert walk is not None
    found = []
    while not (walk := ready(walk, asked)).over:
        found.append(walk.stack[-1].url.removeprefix(E))
        walk = replace(walk, stack=walk.stack[:-1])
    assert found == expected


@pytest.mark.parametrize(
    ("shown", "taken"),
    [
        # by its date, the borders: since is in, until is out
        (entry("/story/1", "2024-05-01T00:00:01+00:00"), True),
        (entry("/story/1", "2024-04-30T23:59:59+00:00"), False),
        (entry("/story/1", "2024-05-31T23:59:59+00:00"), True),
        (entry("/story/1", "2024-06-01T00:00:01+00:00"), False),
        # the date wins over all else
        (entry("/2024/05/10/x", "2023-01-01T10:00:00+00:00", "2024-05-03T00:00+00:00"), False),
        # by the day in the address
        (entry("/2024/05/10/x"), True),
        (entry("/2024/06/01/x"), False),
        (entry("/2024/04/30/x", changed="2024-05-10T10:00:00+00:00"), False),
        # by its last change: it was published no later
        (entry("/a-story-of-may", changed="2024-05-10T10:00:00+00:00"), True),
        (entry("/a-story-of-may", changed="2024-04-10T10:00:00+00:00"), False),
        (entry("/a-story-of-may", changed="2024-06-10T10:00:00+00:00"), False),
        # nothing at all
        (entry("/a-story-of-may"), False),
        # no article
        (entry("/about", changed="2024-05-10T10:00:00+00:00"), False),
        (entry("/tag/many-words-here", changed="2024-05-10T10:00:00+00:00"), False),
    ],
)
def test_what_of_a_sitemap_is_taken(shown: FeedEntry, taken: bool) -> None:
    assert bool(choose([shown], Spot(f"{E}/sitemap.xml"), MAY, sitemap=True)) is taken


def test_a_date_without_a_time_is_its_whole_day_in_the_outlets_zone() -> None:
    seoul = replace(MAY, zone="Asia/Seoul")
    day = entry("/story/1", "2024-04-30T15:00:00+00:00")  # 1 May in Seoul
    before = entry("/story/2", "2024-04-29T15:00:00+00:00")  # 30 April, to 15:00 UTC
    earlier = entry("/story/3", "2024-04-28T15:00:00+00:00")
    late = replace(MAY, since=MAY.since + timedelta(hours=10), zone="Asia/Seoul")
    spot = Spot(f"{E}/news")
    assert choose([day, before, earlier], spot, seoul, sitemap=False) == [day]
    assert choose([day, before, earlier], spot, late, sitemap=False) == [day]


def test_undated_entries_go_with_what_their_page_stands_for() -> None:
    plain = entry("/story/1")
    may = Spot(f"{E}/a", period=("2024-05-03T00:00:00+00:00", "2024-05-04T00:00:00+00:00"))
    june = Spot(f"{E}/a", period=("2024-06-03T00:00:00+00:00", "2024-06-04T00:00:00+00:00"))
    assert choose([plain], may, MAY, sitemap=False) == [plain]
    assert choose([plain], june, MAY, sitemap=False) == []
    assert choose([plain], Spot(f"{E}/map-2024-05.xml"), MAY, sitemap=False) == [plain]
    dated = entry("/story/2", "2024-05-10T10:00:00+00:00")
    old = entry("/story/3", "2023-05-10T10:00:00+00:00")
    assert choose([plain, dated], Spot(f"{E}/n"), MAY, sitemap=False) == [plain, dated]
    assert choose([plain, old], Spot(f"{E}/n"), MAY, sitemap=False) == []


def test_an_index_leads_to_the_maps_that_may_hold_something_newest_first() -> None:
    named = {
        "/map-2024-06.xml": None,
        "/map-2024-05.xml": datetime(2026, 1, 1, tzinfo=UTC),
        "/plain-2.xml": None,
        "/plain-1.xml": datetime(2024, 4, 30, tzinfo=UTC),
        "/map-2024-04.xml": None,
        "/author-sitemap.xml": None,
        "/sitemap-images-1.xml": None,
    }
    feed = ParsedFeed(
        (),
        maps=(*(f"{E}{path}" for path in named), "https://other.example/map.xml"),
        map_dates=(*named.values(), None),
    )
    walk = after_document(Walk((Spot(f"{E}/old"), Spot(f"{E}/index.xml"))), feed, MAY, ())
    # a name's day may be another zone's: the months beside are left out but for half a day
    assert urls(walk) == [
        f"{E}/map-2024-06.xml", f"{E}/map-2024-05.xml", f"{E}/plain-2.xml",
        f"{E}/map-2024-04.xml", f"{E}/old",
    ]  # fmt: skip
    middle = wanted("2024-05-10", "2024-05-20")
    walk = after_document(Walk((Spot(f"{E}/index.xml"),)), feed, middle, ())
    assert urls(walk) == [f"{E}/map-2024-05.xml", f"{E}/plain-2.xml"]


def test_indexes_do_not_lead_in_a_circle() -> None:
    feed = ParsedFeed((), maps=(f"{E}/index.xml",), map_dates=(None,))
    walk = Walk((Spot(f"{E}/index.xml"),))
    for _ in range(MAX_DEPTH):
        walk = after_document(walk, feed, MAY, ())
        assert not walk.over
    assert after_document(walk, feed, MAY, ()).over


@pytest.mark.parametrize(
    ("entries", "further"),
    [
        ([entry("/1", "2024-07-01T10:00:00+00:00")], True),  # not there yet
        ([entry("/1", "2024-05-01T10:00:00+00:00"), entry("/2", "2024-04-01T10:00+00:00")], True),
        ([entry("/1", "2024-04-29T10:00:00+00:00"), entry("/2", "2024-04-01T10:00+00:00")], False),
        ([entry("/1")], False),  # a list that shows no dates would never end
        ([entry("/2024/05/03/1")], True),
    ],
)
def test_pages_are_turned_until_the_time_is_reached(
    entries: list[FeedEntry], further: bool
) -> None:
    feed = ParsedFeed(tuple(entries), next_url=f"{E}/news/2")
    walk = after_document(Walk((Spot(f"{E}/news"),)), feed, MAY, ())
    assert urls(walk) == ([f"{E}/news/2"] if further else [])
    assert walk.looked == 1


def test_a_page_that_repeats_the_one_before_is_past_the_end() -> None:
    feed = ParsedFeed((entry("/1", "2024-07-01T10:00:00+00:00"),), next_url=f"{E}/news/2")
    walk = after_document(Walk((Spot(f"{E}/news"),)), feed, MAY, ())
    again = after_document(walk, replace(feed, next_url=f"{E}/news/3"), MAY, ())
    assert again.over


def test_robots_txt_names_sitemaps_of_the_house() -> None:
    text = f"""User-agent: *
Disallow: /x
Sitemap: {E}/map.xml
sitemap:https://www.news.example/map2.xml
Sitemap: https://other.example/map.xml
Sitemap: {E}/known.xml
Sitemap: nothing
"""
    robots = Spot(f"{E}/robots.txt", kind="robots")
    walk = after_robots(Walk((Spot(f"{E}/known.xml"), robots)), text, ("www.news.example",))
    assert urls(walk) == [f"{E}/map.xml", "https://www.news.example/map2.xml", f"{E}/known.xml"]


@pytest.mark.parametrize(
    ("spot", "reason", "left", "failed"),
    [
        (Spot(E), Reason.TIMEOUT, 1, 0),
        (Spot(E, tries=1), Reason.HTTP_5XX, 1, 0),
        (Spot(E, tries=2), Reason.HTTP_5XX, 0, 1),
        (Spot(E), Reason.ROBOTS, 0, 1),
        (Spot(E), Reason.HTTP_4XX, 0, 1),
        (Spot(E), Reason.LAYOUT_CHANGED, 0, 1),
        (Spot(E, page=2), Reason.LAYOUT_CHANGED, 0, 0),
        (Spot(E, page=9), Reason.HTTP_4XX, 0, 0),
        (Spot(E, page=9), Reason.BLOCKED, 0, 1),
        (Spot(E, period=("a", "b")), Reason.HTTP_4XX, 0, 0),
        (Spot(E, period=("a", "b")), Reason.EMPTY, 0, 0),
        (Spot(E, kind="robots"), Reason.HTTP_4XX, 0, 0),
        (Spot(E, kind="robots"), Reason.ROBOTS, 0, 0),
    ],
)
def test_what_a_failure_costs(spot: Spot, reason: Reason, left: int, failed: int) -> None:
    walk = after_failure(Walk((spot,)), reason, "why", NOW)
    assert (len(walk.stack), walk.failed, len(walk.problems)) == (left, failed, failed)
    assert bool(walk.waits(NOW)) is bool(left)


def test_a_server_that_asks_for_time_gets_it_within_reason() -> None:
    walk = Walk((Spot(E),))
    for asked, waits in ((60, timedelta(seconds=60)), (86_400, LONGEST_WAIT)):
        after = after_failure(walk, Reason.RATE_LIMITED, "", NOW, timedelta(seconds=asked))
        assert after.waits(NOW) == waits
        assert after.waits(NOW + waits) == timedelta(0)
    # the clock was set back by a day since
    assert after.waits(NOW - timedelta(days=1)) == timedelta(0)


def test_a_host_that_never_answered_is_not_waited_for_again_and_again() -> None:
    down = Walk((Spot(f"{E}/a"), Spot(f"{E}/b", tries=2)))
    down = after_failure(down, Reason.CONNECT, "", NOW)
    assert (urls(down), down.unreachable) == ([f"{E}/a"], 1)
    assert after_failure(down, Reason.CONNECT, "", NOW).over


@given(st.lists(st.builds(
    Spot, url=st.text(max_size=9), period=st.none() | st.tuples(st.text(max_size=3), st.text()),
    depth=st.integers(0, 9), page=st.integers(1, 99), shown=st.text(max_size=4),
)), st.lists(st.text(max_size=5)))  # fmt: skip
def test_a_walk_survives_being_stored(stack: list[Spot], problems: list[str]) -> None:
    walk = Walk(tuple(stack), 3, 2, 1, tuple(problems), NOW.isoformat())
    assert walk_from_json(json.loads(json.dumps(walk_json(walk)))) == walk
