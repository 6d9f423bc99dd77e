"""What of the state of sources, outbox and disk is worth a notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsroom.notices_facts import (
    MEGABYTE,
    FeedState,
    Looked,
    SourceState,
    Space,
    Speech,
    Waiting,
    disk_looked,
    group_text,
    is_trouble,
    listed,
    looks_of,
    outbox_looked,
    size,
    source_looked,
)
from newsroom.notices_words import EN, KO, notice_words
from newsroom.page_verdicts import PageVerdict
from newsroom.reasons import Reason

NOW = datetime(2026, 8, 15, 3, 0, tzinfo=UTC)
SPEECH = Speech(EN, {"blocked": "blocks us", "dns": "host name not found"}, "{:%H:%M}".format)
GIGABYTE = 1000 * MEGABYTE


def feed(verdict: str, failures: int = 0, minutes: int | None = None, **more: Any) -> FeedState:
    since = None if minutes is None else NOW - timedelta(minutes=minutes)
    values = {"url": "https://news.example/rss", "last_ok_at": None, **more}
    return FeedState(verdict=verdict, failures=failures, failing_since=since, **values)


def waits(**wait: float) -> dict[str, datetime]:
    return {"last_poll_at": NOW, "next_poll_at": NOW + timedelta(**wait)}


TROUBLE: list[tuple[str, FeedState, bool]] = [
    ("fine", feed("ok"), False),
    ("never polled", feed("new"), False),
    ("one failure, whatever its age", feed("timeout", 1, 300), False),
    ("three failures at once", feed("timeout", 3, 29), False),
    ("three failures in half an hour", feed("timeout", 3, 30), True),
    ("two failures in half an hour", feed("http_5xx", 2, 119), False),
    ("two failures of a feed polled rarely", feed("http_5xx", 2, 120), True),
    ("blocked once", feed("blocked", 1, 60), False),
    ("blocked twice", feed("blocked", 2, 30), True),
    ("a page where a feed was", feed("not_a_feed", 2, 30), True),
    ("not there", feed("http_4xx", 2, 30), True),
    ("moved to nowhere", feed("moved", 2, 30), True),
    ("an empty feed", feed("empty", 2, 30), False),
    ("empty for long", feed("empty", 3, 30), True),
    ("asked to slow down", feed("rate_limited", 1, 0, **waits(minutes=60)), False),
    ("asked to stay away for longer", feed("rate_limited", 1, 0, **waits(minutes=61)), True),
    ("the same with a server error", feed("http_5xx", 1, 0, **waits(minutes=61)), True),
    ("the same with a time-out is our own wait", feed("timeout", 1, 0, **waits(hours=3)), False),
    (
        "polled rarely anyway",
        feed("rate_limited", 1, 0, interval=timedelta(hours=3), **waits(hours=3)),
        False,
    ),
    (
        "polled rarely, asked for more",
        feed("rate_limited", 1, 0, interval=timedelta(hours=3), **waits(hours=4)),
        True,
    ),
    ("our own back-off", feed("http_5xx", 2, 29, **waits(hours=4)), False),
    ("judged stale by its many polls", feed("stale"), True),
    ("judged to have another layout", feed("layout_changed"), True),
    ("redirected a while", feed("moved", verdict_since=NOW - timedelta(minutes=29)), False),
    ("redirected for good", feed("moved", verdict_since=NOW - timedelta(minutes=30)), True),
    ("a reason nobody knows yet", feed("haunted", 3, 30), True),
]


@pytest.mark.parametrize(("what", "state", "trouble"), TROUBLE, ids=[c[0] for c in TROUBLE])
def test_when_a_feed_is_trouble(what: str, state: FeedState, trouble: bool) -> None:
    assert is_trouble(state, NOW) is trouble


def test_every_reason_becomes_trouble_in_time() -> None:
    for reason in Reason:
        assert is_trouble(feed(reason.value, 9, 600), NOW) is (reason is not Reason.OK)


def looked(*feeds: FeedState) -> Looked:
    return source_looked(SourceState("yonhap", "Yonhap", feeds), NOW, SPEECH)


def test_a_source_that_is_silent() -> None:
    bad = feed("dns", 3, 45, last_ok_at=NOW - timedelta(hours=1))
    found = looked(bad).finding
    assert found is not None
    assert found.subject == "source:yonhap"
    assert found.since == NOW - timedelta(minutes=45)
    assert found.text.splitlines() == [
        "Yonhap: silent · host name not found",
        "https://news.example/rss: host name not found; it last answered as it should at 02:00",
    ]


def test_one_feed_of_many() -> None:
    found = looked(feed("ok"), feed("blocked", 2, 31, http_status=403), feed("new")).finding
    assert found is not None
    assert found.text.splitlines() == [
        "Yonhap: 1 of 3 feeds silent · blocks us",
        "https://news.example/rss: blocks us, HTTP 403; it has never answered as it should",
    ]


def test_it_is_told_how_long_a_site_wants_to_be_left_alone() -> None:
    later = NOW + timedelta(hours=4)
    found = looked(feed("rate_limited", 1, 0, last_poll_at=NOW, next_poll_at=later)).finding
    assert found is not None
    assert found.text.endswith("it asks not to be asked before 07:00")


def test_reasons_that_differ_are_not_in_the_title() -> None:
    found = looked(feed("blocked", 2, 31), feed("dns", 3, 45)).finding
    assert found is not None
    assert found.text.splitlines()[0] == "Yonhap: silent"


def test_evidence_stands_beside_what_was_judged() -> None:
    found = looked(feed("stale", 0, 600, evidence="nothing new since noon")).finding
    assert found is not None
    assert found.since == NOW - timedelta(hours=10)
    assert found.text.endswith("(nothing new since noon)")


def test_each_matter_of_a_source_has_a_subject_of_its_own() -> None:
    long_ago = NOW - timedelta(hours=36)
    pages = PageVerdict("blocked", long_ago, "8 of 10 cannot be had")
    feeds = (
        feed("moved", 0, 31, verdict_since=NOW - timedelta(minutes=31)),
        feed("layout_changed", 0, 31, listing=True),
        feed("ok"),
    )
    looks = looks_of(SourceState("yonhap", "Yonhap", feeds, pages), NOW, SPEECH)
    assert [(one.subject, one.over) for one in looks] == [
        ("source:yonhap", True),
        ("source:yonhap:moved", False),
        ("source:yonhap:listings", False),
        ("source:yonhap:pages", False),
    ]
    titles = [one.finding.text.splitlines()[0] for one in looks if one.finding]
    assert titles == [
        "Yonhap: feed moved",
        "Yonhap: listings cannot be read · layout_changed",
        "Yonhap: article pages · blocks us",
    ]
    well = looks_of(SourceState("yonhap", "Yonhap", (feed("ok"),)), NOW, SPEECH)
    assert all(one.over and one.finding is None for one in well)


@pytest.mark.parametrize(
    ("verdict", "hours", "begins"),
    [("blocked", 35, False), ("blocked", 36, True), ("layout_changed", 0, True), ("ok", 99, False)],
)
def test_a_listing_is_looked_at_twice_before_it_is_told(
    verdict: str, hours: int, begins: bool
) -> None:
    listing = feed(verdict, listing=True, verdict_since=NOW - timedelta(hours=hours))
    looks = looks_of(SourceState("yonhap", "Yonhap", (listing,)), NOW, SPEECH)
    assert [one.subject for one in looks if one.finding] == ["source:yonhap:listings"] * begins


BANDS: list[tuple[str, list[FeedState], bool]] = [
    ("all fine", [feed("ok"), feed("ok")], True),
    ("failing, not yet for long: nothing changes", [feed("ok"), feed("dns", 1, 5)], False),
    ("a feed given up has its own notice", [feed("gone", 1, 500, given_up=True)], True),
    ("quarantined, beside a good one", [feed("parse_error", 9, 500, given_up=True)], True),
]


@pytest.mark.parametrize(("what", "feeds", "over"), BANDS, ids=[c[0] for c in BANDS])
def test_when_a_source_is_well(what: str, feeds: list[FeedState], over: bool) -> None:
    assert looked(*feeds) == Looked("source:yonhap", None, over)


@pytest.mark.parametrize(
    ("minutes", "begins", "over"),
    [
        (None, False, True),
        (9, False, True),
        (10, False, False),
        (29, False, False),
        (30, True, False),
    ],
)
def test_when_the_outbox_is_stuck(minutes: int | None, begins: bool, over: bool) -> None:
    waiting = None if minutes is None else Waiting(12, NOW - timedelta(minutes=minutes))
    found = outbox_looked(waiting, NOW, SPEECH)
    assert (found.finding is not None, found.over) == (begins, over)
    if found.finding:
        assert found.finding.text.splitlines()[0] == "outbox stuck: 12 alerts wait"
        assert "02:30" in found.finding.text
        assert found.finding.since == NOW


def test_one_stuck_alert() -> None:
    found = outbox_looked(Waiting(1, NOW - timedelta(hours=1)), NOW, SPEECH).finding
    assert found is not None
    assert found.text.startswith("outbox stuck: 1 alert waits\n")


DISKS: list[tuple[str, float, float, bool, bool]] = [
    # what, total GB, free GB, low, well
    ("small, half full", 8, 4, False, True),
    ("small, under 500 MB", 8, 0.499, True, False),
    ("small, at 500 MB: between", 8, 0.5, False, False),
    ("small, at 700 MB", 8, 0.7, False, True),
    ("a twentieth", 100, 4.99, True, False),
    ("between 5 and 7 in a hundred", 100, 6, False, False),
    ("7 in a hundred", 100, 7, False, True),
    ("great: 10 GB will do", 4000, 10, False, False),
    ("great: under 10 GB", 4000, 9.9, True, False),
    ("great: well at 14 GB", 4000, 14, False, True),
    ("smaller than what we ask for", 0.4, 0.4, True, False),
]


@pytest.mark.parametrize(("what", "total", "free", "low", "well"), DISKS, ids=[c[0] for c in DISKS])
def test_when_a_disk_is_low(what: str, total: float, free: float, low: bool, well: bool) -> None:
    space = Space("/data", round(total * GIGABYTE), round(free * GIGABYTE))
    found = disk_looked([space], NOW, SPEECH)
    assert (found.finding is not None, found.over) == (low, well)
    if found.finding:
        assert found.finding.subject == "disk"


def test_the_fullest_disk_gives_the_title() -> None:
    spaces = [
        Space("/data", 100 * GIGABYTE, 2 * GIGABYTE),
        Space("/db", 8 * GIGABYTE, 320 * MEGABYTE),
        Space("/other", 8 * GIGABYTE, 4 * GIGABYTE),
    ]
    found = disk_looked(spaces, NOW, SPEECH).finding
    assert found is not None
    assert found.text.splitlines() == [
        "disk low: 320 MB free",
        "/data: 2.0 GB of 100.0 GB free",
        "/db: 320 MB of 8.0 GB free",
    ]


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 MB"), (999_999_999, "999 MB"), (1_200_000_000, "1.2 GB")]
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_long_lists_say_how_many_more() -> None:
    lines = [str(n) for n in range(45)]
    assert listed(lines, EN) == [*lines[:20], "and 25 more"]
    assert listed(lines[:20], EN) == lines[:20]


def test_a_mail_of_many_names_each_by_its_title() -> None:
    texts = [f"Outlet {n}: silent\nhttps://news.example/{n}" for n in range(4)]
    assert group_text("source", texts, EN).splitlines() == [
        "4 sources silent",
        *(f"Outlet {n}: silent" for n in range(4)),
    ]
    assert group_text("mailbox", texts, EN).startswith("4 notices\n")
    assert group_text("alert", texts, KO).startswith("보류된 알림 4건\n")


def test_words_by_language() -> None:
    assert notice_words("ko") is KO
    assert notice_words("de") is EN
    korean = Speech(KO, {"dns": "호스트 이름을 찾을 수 없음"}, "{:%H:%M}".format)
    state = SourceState("yonhap-ko", "연합뉴스", (feed("dns", 3, 45),))
    found = source_looked(state, NOW, korean).finding
    assert found is not None
    assert found.text.splitlines()[0] == "연합뉴스: 응답 없음 · 호스트 이름을 찾을 수 없음"
