"""The mail of a digest: its header, its stories by watchlist, and its size whatever is in it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.model import (
    AlertContent,
    ArticleContent,
    DigestContent,
    DigestGroup,
    Excerpt,
    MatchReason,
    OtherCopy,
    StoryContent,
)
from alerts.render import MAX_BYTES, render, subject
from alerts.when import days
from newsroom.delivery import digest_key, message_id, safe_filename, thread_id
from tests.unit.alert_contents import DESK, ENGLISH, HEALTHY, KOREAN, NOW, SEEN, parse, text_of

SINCE = datetime(2026, 10, 24, 3, 10, tzinfo=UTC)
HEADER = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "Auto-Submitted",
    "References",
    "X-Wirewatch-Watchlist",
    "X-Wirewatch-Story",
    "X-Wirewatch-Alert",
    "MIME-Version",
    "Content-Type",
]


def digest(
    *groups: tuple[str, Sequence[ArticleContent]],
    archive: bool = True,
    more: int = 0,
    **changes: Any,
) -> AlertContent:
    """A digest of these stories, numbered from 12; `more` are not read for the mail."""
    number = 12
    made = []
    for name, articles in groups:
        stories = []
        for article in articles:
            stories.append(StoryContent(number, article.title, (article,)))
            number += 1
        made.append(DigestGroup(name, tuple(stories), more))
        number += more
    ids = tuple(range(12, number))
    key = digest_key("archive", "2026-10-24..2026-11-23.1", DESK)
    content = AlertContent(
        kind="digest",
        key=key,
        alert_id=7,
        recipient=DESK,
        sender="Wirewatch <wirewatch@example.org>",
        message_id=message_id(key, "example.org"),
        thread_id=None,
        created_at=SEEN,
        watchlists=tuple(name for name, _ in groups),
        digest=DigestContent(
            groups=tuple(made),
            story_ids=ids,
            thread_ids=tuple(thread_id(DESK, story, "example.org") for story in ids),
            first=SEEN - timedelta(days=1),
            last=SEEN,
            since=SINCE,
            until=SEEN,
            archive=archive,
        ),
        timezone="Asia/Seoul",
        health=HEALTHY,
    )
    return replace(content, **changes)


def test_the_header() -> None:
    message = render(digest(("THAAD", [ENGLISH, KOREAN])), now=NOW)
    mail = parse(message)
    assert mail.keys() == HEADER
    assert mail["Subject"] == "[THAAD] 2 stories, 21-22 Nov, from the archive"
    assert mail["X-Wirewatch-Story"] == "12, 13"
    assert mail["X-Wirewatch-Watchlist"] == "THAAD"
    assert mail["X-Wirewatch-Alert"] == "7"
    wanted = [thread_id(DESK, story, "example.org") for story in (12, 13)]
    assert str(mail["References"]).split() == wanted
    assert mail["Message-ID"] == message_id(
        digest_key("archive", "2026-10-24..2026-11-23.1", DESK), "example.org"
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert message.isascii()
    assert b"\n" not in message.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (digest(("THAAD", [ENGLISH])), "[THAAD] 1 story, 21-22 Nov, from the archive"),
        (
            digest(("THAAD", [ENGLISH]), ("Rice", [KOREAN]), ("Talks", [ENGLISH])),
            "[THAAD +2] 3 stories, 21-22 Nov, from the archive",
        ),
        (digest(("THAAD", [ENGLISH] * 14), archive=False), "[THAAD] 14 stories, 21-22 Nov"),
        (
            digest(("사드·미사일", [KOREAN]), language="ko"),
            "[사드·미사일] 기사 1건, 11월 21-22일, 지난 기사",
        ),
        (
            digest(("A very long name of a watchlist that would crowd all out", [ENGLISH])),
            "[A very long name of a watchlist that wo…] 1 story, 21-22 Nov, from the archive",
        ),
        (
            digest(("a\r\nBcc: v@example.org", [ENGLISH])),
            "[a Bcc: v@example.org] 1 story, 21-22 Nov, from the archive",
        ),
    ],
)
def test_subjects(content: AlertContent, expected: str) -> None:
    assert subject(content) == expected
    assert parse(render(content, now=NOW))["Subject"] == expected


SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    ("first", "last", "english", "korean"),
    [
        ("2026-11-22T00:00", "2026-11-23T00:00", "22-23 Nov", "11월 22-23일"),
        ("2026-11-22T00:00", "2026-11-22T14:59", "22 Nov", "11월 22일"),
        ("2026-11-22T00:00", "2026-11-22T15:00", "22-23 Nov", "11월 22-23일"),  # Seoul's midnight
        ("2026-10-30T00:00", "2026-11-02T00:00", "30 Oct-2 Nov", "10월 30일-11월 2일"),
        ("2026-11-23T00:00", "2026-11-22T00:00", "22-23 Nov", "11월 22-23일"),
        (
            "2025-12-30T00:00",
            "2026-01-02T00:00",
            "30 Dec 2025-2 Jan 2026",
            "2025년 12월 30일-2026년 1월 2일",
        ),
        ("2025-11-22T00:00", "2025-11-23T00:00", "22-23 Nov 2025", "2025년 11월 22-23일"),
        ("2025-11-22T00:00", "2025-11-22T00:00", "22 Nov 2025", "2025년 11월 22일"),
        (
            "2025-10-30T00:00",
            "2025-11-02T00:00",
            "30 Oct-2 Nov 2025",
            "2025년 10월 30일-11월 2일",
        ),
    ],
)
def test_days(first: str, last: str, english: str, korean: str) -> None:
    a, b = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    assert days(a, b, SEOUL, "en", year=2026) == english
    assert days(a, b, SEOUL, "ko", year=2026) == korean


def test_the_text() -> None:
    """From the archive, with its period, in the first line; stories under their watchlists."""
    text = text_of(render(digest(("THAAD", [ENGLISH]), ("사드", [KOREAN])), now=NOW))
    lines = text.splitlines()
    assert lines[0] == "From the archive, 24 Oct-22 Nov 2026: 2 stories"
    assert "THAAD (1)\n=========\n" in text
    assert "사드 (1)\n========\n" in text
    first, second = text.index("*THAAD* battery"), text.index("주민들, *사드* 포대")
    assert first < text.index("사드 (1)") < second
    for part in (
        "https://news.example.org/view?id=12&part=1\n",
        "The Example Herald · 22 Nov 2026, 12:05 KST",
        "    The *THAAD* battery is to be moved",
        "Why: THAAD (THAAD); Missiles (missile)",
        "- Example Wire\n  https://wire.example.org/AEN1",
        "You get this because desk@example.org is named in: THAAD, 사드.",
        "To stop:",
    ):
        assert part in text


def test_korean_words() -> None:
    text = text_of(render(digest(("사드", [KOREAN] * 2), language="ko", more=3), now=NOW))
    assert text.splitlines()[0] == "지난 기사, 2026년 10월 24일-11월 22일: 기사 5건"
    assert "여기에 싣지 않은 기사 3건이 더 있습니다." in text
    assert "    wirewatch matches --watchlist '사드'\n" in text


def test_a_watchlist_alone_needs_no_heading() -> None:
    text = text_of(render(digest(("THAAD", [ENGLISH])), now=NOW))
    assert "THAAD (1)" not in text


def test_a_scheduled_one_says_nothing_of_an_archive() -> None:
    message = render(digest(("THAAD", [ENGLISH]), archive=False), now=NOW)
    assert text_of(message).splitlines()[0] == "1 story, 21-22 Nov"
    assert "archive" not in parse(message)["Subject"]


LONG = "가" * 290 + ". "


def crowded(number: int) -> ArticleContent:
    """A story with as much of everything as there can be."""
    return replace(
        KOREAN,
        title=f"{number} " + "사드 " * 140,
        url=f"https://ko.example.org/{number}?" + "a" * 1900,
        excerpts=tuple(
            Excerpt("body", LONG + f"사드 {n}", ((len(LONG), len(LONG) + 2),)) for n in range(5)
        ),
        reasons=(MatchReason("사드" * 50, ("사드",) * 40),),
        also_in=tuple(
            OtherCopy(f"매체 {n}", f"https://a{n}.example/{'b' * 1900}") for n in range(50)
        ),
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_thousand_stories(language: str) -> None:
    """All are listed in the header, 200 at most in the body, the rest counted; under a megabyte."""
    stories = [replace(ENGLISH, title=f"Story {n}") for n in range(200)]
    content = digest(("THAAD", stories), more=800, language=language)
    message = render(content, now=NOW)
    mail = parse(message)
    ids = [int(number) for number in str(mail["X-Wirewatch-Story"]).split(",")]
    assert ids == list(range(12, 1012))
    assert len(str(mail["References"]).split()) == 20
    head = message.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n") if b"Unsubscribe" not in line)
    text = text_of(message)
    assert text.count("\nStory ") + text.startswith("Story ") == 200
    assert "    wirewatch matches --watchlist THAAD\n" in text
    assert ("800 stories more" if language == "en" else "기사 800건") in text
    assert len(message) < MAX_BYTES


def test_crowded_stories_stay_under_a_megabyte() -> None:
    content = digest(("사드" * 100, [crowded(n) for n in range(200)]), more=100_000)
    message = render(content, now=NOW)
    assert len(message) < MAX_BYTES
    mail = parse(message)
    assert mail.keys() == HEADER
    listed = str(mail["X-Wirewatch-Story"]).split(",")
    assert 10_000 < len(listed) < 100_200, "a header of 100 kB would be cut by servers"
    shown = text_of(message).count("\n\n* * *\n\n") + 1
    assert shown >= 6
    assert f"{100_200 - shown:,}".replace(",", "") in text_of(message)


@pytest.mark.parametrize(
    "name", ["it's mine", "$(rm -rf ~)", "a b", "사드 미사일", "--json", "a\nb", "`x`"]
)
def test_the_command_can_be_typed(name: str) -> None:
    """The name is quoted for a shell as it stands in the mail."""
    text = text_of(render(digest((name, [ENGLISH]), more=1), now=NOW))
    (line,) = (line for line in text.splitlines() if line.startswith("    wirewatch "))
    assert shlex.split(line) == ["wirewatch", "matches", "--watchlist", " ".join(name.split())]


@given(title=st.text(max_size=80), name=st.text(max_size=40), source=st.text(max_size=40))
def test_no_text_adds_a_header(title: str, name: str, source: str) -> None:
    article = replace(ENGLISH, title=title, source_name=source)
    mail = parse(render(digest((name, [article]), (title, [KOREAN])), now=NOW))
    assert mail.keys() == HEADER
    assert mail["X-Wirewatch-Story"] == "12, 13"


def test_html_is_escaped() -> None:
    article = replace(
        ENGLISH,
        title="<script>alert(1)</script>",
        url="javascript:alert(1)",
        source_name='"><img src=x>',
    )
    html = text_of(render(digest(("<b>x</b>", [article]), ("y", [KOREAN])), now=NOW), "html")
    for part in ("<script", "javascript:", "<img", "<b>x"):
        assert part not in html
    assert "http" in html


def test_the_same_bytes_again() -> None:
    content = digest(("THAAD", [ENGLISH, KOREAN]))
    assert render(content, now=NOW) == render(content, now=NOW)


def test_keys() -> None:
    key = digest_key("archive", "2026-10-24..2026-11-23.1", "a/b@example.org")
    assert key == "digest/archive/2026-10-24..2026-11-23.1/a/b@example.org"
    assert digest_key("daily 08:00", "2026-11-23/08:00", "x", copy=4) == (
        "digest/daily 08:00/2026-11-23:08:00r4/x"
    )
    assert safe_filename(key).startswith("digest-archive-")
