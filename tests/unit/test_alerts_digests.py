"""What a digest says of itself, what is new in it, its charts, and the one that has nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from alerts.chart import SHOWN_HEIGHT, SHOWN_WIDTH, chart_png
from alerts.evidence import news_excerpts
from alerts.model import (
    AlertContent,
    DigestContent,
    DigestGroup,
    HealthContent,
    NewContent,
    SourceProblem,
    StoryContent,
)
from alerts.render import render, subject
from alerts.strings import EN, KO
from alerts.view_digest import MAX_CHARTS, sparkline
from newsroom.model import ArticleText
from newsroom.stories_news import News
from tests.unit.alert_contents import (
    DESK,
    ENGLISH,
    HEALTHY,
    KOREAN,
    NOW,
    SEEN,
    alert,
    parse,
    text_of,
)
from tests.unit.mail_checks import seen_in

DAY = timedelta(days=1)
COUNTS = (0, 1, 0, 0, 2, 1, 0, 0, 3, 1) * 2 + (4, 9, 6, 3, 1, 0, 0, 1, 0, 2)
STORY = StoryContent(12, ENGLISH.title, (ENGLISH,))


def digest(*groups: DigestGroup, **changes: Any) -> AlertContent:
    """A digest of these groups; `changes` are fields of its DigestContent, or of the mail."""
    ids = tuple(12 + n for n, _ in enumerate(s for g in groups for s in g.stories))
    told: dict[str, Any] = {
        "groups": groups,
        "story_ids": ids,
        "thread_ids": (),
        "first": SEEN - DAY,
        "last": SEEN,
        "since": SEEN - DAY,
        "until": SEEN,
    }
    mine = set(DigestContent.__dataclass_fields__)
    told |= {name: value for name, value in changes.items() if name in mine}
    rest = {name: value for name, value in changes.items() if name not in mine}
    return replace(
        alert(kind="digest", story=None, thread_id=None),
        digest=DigestContent(**told),
        watchlists=tuple(g.watchlist for g in groups) or ("THAAD", "Missiles", "Rice"),
        key=f"digest/daily 08:00/x/{DESK}",
        **rest,
    )


ONE = DigestGroup("THAAD", (STORY,))


@pytest.mark.parametrize(
    ("changes", "expected", "said"),
    [
        ({}, "[THAAD] 1 story, 21-22 Nov", ()),
        ({"late": True}, "[THAAD] 1 story, 21-22 Nov, late", (EN.digest_late,)),
        ({"many": True}, "[THAAD] 1 story, 21-22 Nov", (EN.digest_many,)),
        ({"quiet": True}, "[THAAD] 1 story, 21-22 Nov", (EN.digest_quiet,)),
        ({"over_cap": True}, "[THAAD] 1 story, 21-22 Nov", (EN.digest_over_cap,)),
        ({"released": True}, "[THAAD] 1 story, 21-22 Nov", (EN.digest_released,)),
        ({"part": 2}, "[THAAD] 1 story, 21-22 Nov, part 2", ("Part 2: it goes on",)),
        (
            {"part": 3, "late": True, "language": "ko"},
            "[THAAD] 기사 1건, 11월 21-22일, 지연, 3부",
            ("3부: 앞선", KO.digest_late),
        ),
        (
            {"part": 2, "archive": True},
            "[THAAD] 1 story, 21-22 Nov, from the archive, part 2",
            ("Part 2",),
        ),
    ],
)
def test_what_it_is(changes: dict[str, Any], expected: str, said: tuple[str, ...]) -> None:
    content = digest(ONE, **changes)
    assert subject(content) == expected
    message = render(content, now=NOW)
    assert parse(message)["Subject"] == expected
    words = KO if content.language == "ko" else EN
    text = " ".join(text_of(message).split())
    every = [words.digest_late, words.digest_many, words.digest_quiet, words.digest_over_cap]
    for one in [*every, words.digest_released]:
        assert (f"[{one}]" in text) is (one in said)
    for one in said:
        assert one in text
        assert one in text_of(message, "html")


def test_in_a_late_digest_no_story_says_so_again() -> None:
    group = DigestGroup("THAAD", (StoryContent(12, "", (replace(ENGLISH, late=True),)),))
    assert EN.late in text_of(render(digest(group), now=NOW))
    assert EN.late not in text_of(render(digest(group, late=True), now=NOW))


TEXT = ArticleText(
    title="Talks in Seongju",
    body="Delegates of 14 villages met. A launcher arrives on Dec. 3, he said. Talks go on.",
)


def news(*words: str) -> NewContent:
    spans = []
    for one in words:
        at = TEXT.body.index(one)
        spans.append(News("number", "body", at, at + len(one), one))
    return NewContent("Example Wire", "en", news_excerpts(TEXT, spans))


def test_of_a_story_told_before_what_is_new() -> None:
    told = StoryContent(12, ENGLISH.title, (ENGLISH,), new=(news("14 villages", "Dec. 3"),))
    message = render(digest(DigestGroup("THAAD", (told,))), now=NOW)
    assert (
        "New (Example Wire):\n"
        "  - Delegates of *14 villages* met.\n"
        "  - A launcher arrives on *Dec. 3*, he said.\n"
    ) in text_of(message)
    html = text_of(message, "html")
    assert html.index("battery is moved") < html.index("14 villages") < html.index("Why:")
    assert "14 villages</mark>" in html


def test_a_sentence_that_is_new_is_not_shown_twice() -> None:
    line = next(e for e in ENGLISH.excerpts if e.field == "body")
    new = NewContent("The Example Herald", "en", (replace(line, marks=((4, 9),)),))
    message = render(
        digest(DigestGroup("THAAD", (StoryContent(12, "", (ENGLISH,), new=(new,)),))), now=NOW
    )
    assert " ".join(text_of(message).split()).count("is to be moved to a new site") == 1


def test_a_story_of_several_watchlists_names_them_all() -> None:
    text = text_of(render(digest(ONE), now=NOW))
    assert "Why: THAAD (THAAD); Missiles (missile)\n" in text


@pytest.mark.parametrize(
    ("changes", "expected", "said"),
    [
        ({}, "[THAAD +2] nothing new, 21-22 Nov", "Nothing today; all sources healthy."),
        (
            {"health": HealthContent(3, (SourceProblem("Yonhap", "blocked", SEEN),))},
            "[THAAD +2] nothing new, 21-22 Nov",
            "Nothing today, but not all sources answer as they should: "
            "- Yonhap: blocks us (since 22 Nov 2026, 12:07 KST)",
        ),
        (
            {"health": None},
            "[THAAD +2] nothing new, 21-22 Nov",
            "Nothing today. How the sources are could not be told.",
        ),
        (
            {"first": SEEN - 7 * DAY, "since": SEEN - 7 * DAY},
            "[THAAD +2] nothing new, 15-22 Nov",
            "Nothing in these days; all sources healthy.",
        ),
        (
            {"first": SEEN - DAY / 24, "since": SEEN - DAY / 24},
            "[THAAD +2] nothing new, 22 Nov",
            "Nothing today; all sources healthy.",
        ),
        (
            {"language": "ko"},
            "[THAAD +2] 새 기사 없음, 11월 21-22일",
            "오늘은 새 기사가 없습니다. 모든 수집처가 정상입니다.",
        ),
    ],
)
def test_nothing_to_tell(changes: dict[str, Any], expected: str, said: str) -> None:
    content = digest(**{"health": HEALTHY, **changes})
    message = render(content, now=NOW)
    mail = parse(message)
    assert mail["Subject"] == expected
    assert "X-Wirewatch-Story" not in mail
    assert "References" not in mail
    assert mail["X-Wirewatch-Watchlist"] == "THAAD, Missiles, Rice"
    text = text_of(message)
    assert said in " ".join(text.split())
    assert text.count("Yonhap") == bool(content.health and content.health.problems)
    assert ("수집처" if content.language == "ko" else "You get this because") in text
    assert [p.get_content_type() for p in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def charted(name: str, counts: tuple[int, ...] = COUNTS) -> DigestGroup:
    return DigestGroup(name, (STORY,), per_day=counts)


def test_a_chart_is_shown_where_the_html_refers_to_it() -> None:
    message = render(digest(charted("THAAD"), charted("Rice", (1,) * 30)), now=NOW)
    mail = parse(message)
    assert [p.get_content_type() for p in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    related = next(p for p in mail.walk() if p.get_content_type() == "multipart/related")
    assert related.get_param("type") == "text/html"
    assert not mail.defects
    assert not related.defects
    assert not related.epilogue
    pictures = {p["Content-ID"]: p for p in mail.walk() if p.get_content_type() == "image/png"}
    assert list(pictures) == [f"<{src.removeprefix('cid:')}>" for src in seen_in(message).pictures]
    for picture, counts in zip(pictures.values(), (COUNTS, (1,) * 30), strict=True):
        assert picture.get_content_disposition() == "inline"
        assert picture.get_content() == chart_png(counts)
    html = text_of(message, "html")
    assert 'alt="Chart of the matches a day: THAAD"' in html
    assert "http://" not in html.replace('href="http', "")


def test_what_a_chart_says_in_words() -> None:
    """The last day is that of `until` in the reader's zone; the most is told with its last day."""
    until = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # the 23rd in Seoul
    content = digest(charted("THAAD"), until=until)
    text = text_of(render(content, now=NOW))
    assert f"{sparkline(COUNTS)}\nMatches, 25 Oct-23 Nov: 42; most 9 on 15 Nov\n" in text
    korean = text_of(render(replace(content, language="ko"), now=NOW))
    assert "일치 건수, 10월 25일-11월 23일: 42건, 최다 9건 (11월 15일)\n" in korean
    assert "24 Oct-22 Nov" in text_of(render(replace(content, timezone="UTC"), now=NOW))


def test_over_a_change_of_the_clock_a_day_is_a_day() -> None:
    until = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)  # 1 November, 23:30, the day had 25 hours
    counts = (0,) * 28 + (5, 0)
    content = digest(charted("THAAD", counts), until=until, timezone="America/New_York")
    assert "Matches, 3 Oct-1 Nov: 5; most 5 on 31 Oct\n" in text_of(render(content, now=NOW))


def test_ten_charts_at_most_and_none_of_nothing() -> None:
    groups = [charted("nothing", (0,) * 30), *(charted(f"w{n}") for n in range(12))]
    mail = parse(render(digest(*groups), now=NOW))
    kinds = [p.get_content_type() for p in mail.walk()]
    assert kinds.count("image/png") == MAX_CHARTS
    assert len(render(digest(*groups), now=NOW)) < 60_000


def test_the_same_bytes_again_with_charts() -> None:
    content = digest(charted("THAAD"), charted("Rice"))
    assert render(content, now=NOW) == render(content, now=NOW)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((), ""),
        ((0, 0), "··"),
        ((0, 1), "·█"),
        ((1, 8, 4), "▁█▄"),
        ((1, 1000), "▁█"),
        ((999, 1000), "██"),
    ],
)
def test_sparklines(counts: tuple[int, ...], shown: str) -> None:
    assert sparkline(counts) == shown


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_charts_show_each_day_that_has_any(counts: list[int]) -> None:
    data = chart_png(tuple(counts))
    assert len(data) < 3000
    with Image.open(BytesIO(data)) as opened:
        picture = opened.convert("RGBA")
    assert picture.size == (2 * SHOWN_WIDTH, 2 * SHOWN_HEIGHT)
    tall = []
    for day, count in enumerate(counts):
        middle = (2 * day + 1) * picture.width // (2 * len(counts))
        column = [picture.getpixel((middle, y)) for y in range(picture.height)]
        tall.append(sum(pixel == (0x4A, 0x82, 0xD8, 255) for pixel in column))
        assert bool(tall[-1]) is bool(count)
    assert picture.getchannel("A").getpixel((0, 0)) == 0  # between two bars the ground is clear
    order = sorted(range(len(counts)), key=counts.__getitem__)
    assert [tall[i] for i in order] == sorted(tall)


def test_korean_stories_in_an_english_digest_keep_their_language() -> None:
    group = DigestGroup("사드·미사일", (StoryContent(12, "", (KOREAN,)),))
    message = render(digest(group), now=NOW)
    assert parse(message)["Subject"] == "[사드·미사일] 1 story, 21-22 Nov"
    assert 'lang="ko"' in text_of(message, "html")
