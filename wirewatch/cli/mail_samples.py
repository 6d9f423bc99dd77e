"""A sample mail of each kind, filled by hand: every name, number and sentence is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from alerts.evidence import excerpts, news_excerpts, reason
from alerts.model import (
    AlertContent,
    AlertKind,
    ArticleContent,
    DigestContent,
    DigestGroup,
    EarlierContent,
    HealthContent,
    NewContent,
    NoticeContent,
    OtherCopy,
    SourceCoverage,
    SourceGap,
    SourceProblem,
    StoryContent,
)
from newsroom.delivery import message_id, thread_id
from newsroom.model import ArticleText, Hit
from newsroom.stories_news import News

KINDS: tuple[AlertKind, ...] = ("immediate", "update", "digest", "notice")
SENDER = "Wirewatch <wirewatch@example.org>"
READER = "desk@example.org"
OPERATOR = "operator@example.org"
BASE_URL = "https://wirewatch.example.org"
_TOKEN = "1.AAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105 - the form of one; it opens nothing
_HOUR = timedelta(hours=1)
_PER_DAY = (
    0,
    1,
    0,
    0,
    2,
    1,
    0,
    0,
    3,
    1,
    1,
    0,
    0,
    0,
    2,
    4,
    9,
    6,
    3,
    1,
    0,
    0,
    1,
    0,
    2,
    1,
    0,
    3,
    5,
    7,
)
_PER_DAY_KO = (
    1,
    0,
    2,
    1,
    3,
    0,
    0,
    1,
    2,
    2,
    0,
    1,
    0,
    0,
    4,
    6,
    11,
    8,
    4,
    2,
    1,
    0,
    1,
    2,
    0,
    1,
    3,
    2,
    4,
    6,
)

ENGLISH = ArticleText(
    title="Seongju residents ask for talks before THAAD battery moves",
    body=(
        "SEONGJU -- Residents of three villages asked the defense ministry for talks on Monday.\n\n"
        "The THAAD battery is to be moved to a new site in the county by the spring, an official "
        "of the ministry said. No date has been named. A missile drill is planned for the same "
        "week, and the road to the old site will be closed for it."
    ),
    language="en",
)
LATER = ArticleText(
    title="Seongju talks on THAAD battery set for Dec. 3",
    body=(
        "SEONGJU -- The talks that three villages had asked for will be held on Dec. 3.\n\n"
        'A delegation of 14 people will take part, the county said. "We only ask to be heard," '
        "said Han Ga-sang, who speaks for the farmers. The THAAD battery stays until then."
    ),
    language="en",
)
KOREAN = ArticleText(
    title="성주 주민들, 사드 포대 이전 앞두고 대화 요구",
    body=(
        "(성주=가상통신) 김가상 기자 = 세 마을 주민들이 23일 국방부에 대화를 요구했다.\n\n"
        "국방부 관계자는 내년 봄까지 사드 포대를 군 안의 새 부지로 옮길 계획이라고 밝혔다. 정확한 "
        "날짜는 정해지지 않았다. 같은 주에 미사일 훈련도 예정되어 있다."
    ),
    language="ko",
)
KOREAN_LATER = ArticleText(
    title="성주 사드 대화, 다음 달 3일 열린다",
    body=(
        "(성주=가상통신) 김가상 기자 = 세 마을이 요구한 대화가 12월 3일 열린다.\n\n"
        "군은 대표단 14명이 참여한다고 밝혔다. 사드 포대는 그때까지 옮기지 않는다."
    ),
    language="ko",
)
DRILL = ArticleText(
    title="Navy to hold missile drill off the east coast",
    body=(
        "DONGHAE -- The navy will hold a missile drill off the east coast next week.\n\n"
        "Fishing boats were told to keep away from Tuesday to Thursday. It is the third missile "
        "drill of the year in these waters."
    ),
    language="en",
)
FERRY = ArticleText(
    title="서해 여객선, 미사일 훈련으로 사흘간 우회",
    body=(
        "(인천=가상통신) 이가상 기자 = 서해 여객선 두 편이 사흘 동안 다른 항로로 다닌다.\n\n"
        "미사일 훈련이 끝나는 27일부터는 평소 항로로 돌아간다고 해운사가 밝혔다."
    ),
    language="ko",
)


def sample(
    kind: AlertKind, *, language: str, timezone: str, now: datetime, empty: bool = False
) -> AlertContent:
    """A mail of this kind as it could go at `now`; `empty`: a digest with nothing in it."""
    korean = language == "ko"
    key = f"{kind}/sample/0/{READER}"
    content = AlertContent(
        kind=kind,
        key=key,
        alert_id=1,
        recipient=OPERATOR if kind == "notice" else READER,
        sender=SENDER,
        message_id=message_id(key, "example.org"),
        thread_id=thread_id(READER, 12, "example.org"),
        created_at=now,
        watchlists=_names(korean=korean)[:2],
        timezone=timezone,
        language=language,
        base_url=BASE_URL,
        stop_token=_TOKEN,
        health=HealthContent(12),
    )
    if kind == "notice":
        return _notice(content, now, korean=korean)
    if kind == "digest":
        return _digest(content, now, korean=korean, empty=empty)
    return _story(content, now, korean=korean)


def _names(*, korean: bool) -> tuple[str, ...]:
    return ("사드", "미사일 훈련") if korean else ("THAAD", "Missiles")


def _story(content: AlertContent, now: datetime, *, korean: bool) -> AlertContent:
    first = _first(now - _HOUR / 10, korean=korean)
    if content.kind == "immediate":
        return replace(content, story=StoryContent(12, first.title, (first,)))
    later = _later(now - _HOUR / 10, korean=korean)
    told = EarlierContent(
        first.title, first.url, first.source_name, first.language, now - 5 * _HOUR, now - 5 * _HOUR
    )
    return replace(
        content,
        new=_news(korean=korean),
        story=StoryContent(12, later.title, (later,), told),
        answers=f"[{', '.join(content.watchlists)}] {first.title} — {first.source_name}",
    )


def _first(at: datetime, *, korean: bool) -> ArticleContent:
    names = _names(korean=korean)
    copies: tuple[OtherCopy, ...]
    if korean:
        copies = (OtherCopy("The Example Herald", "https://herald.example.com/article/1201"),)
        return _article(KOREAN, "가상통신", {names[0]: "사드", names[1]: "미사일"}, at, copies)
    copies = (
        OtherCopy("가상통신", "https://wire.example.com/view/AKR1201"),
        OtherCopy("Example Times"),
    )
    terms = {names[0]: "THAAD", names[1]: "missile"}
    return replace(
        _article(ENGLISH, "The Example Herald", terms, at, copies), credit="Example Wire"
    )


def _later(at: datetime, *, korean: bool) -> ArticleContent:
    name = _names(korean=korean)[0]
    if korean:
        return _article(KOREAN_LATER, "가상통신", {name: "사드"}, at)
    return _article(LATER, "The Example Herald", {name: "THAAD"}, at)


def _news(*, korean: bool) -> tuple[NewContent, ...]:
    text, source = (KOREAN_LATER, "가상통신") if korean else (LATER, "The Example Herald")
    said = (
        {"date": "12월 3일", "number": "14명"}
        if korean
        else {
            "date": "Dec. 3",
            "number": "14 people",
            "quote": "We only ask to be heard",
            "name": "Han Ga-sang",
        }
    )
    spans = [News(kind, "body", *_span(text.body, words), words) for kind, words in said.items()]
    return (NewContent(source, text.language or "", news_excerpts(text, spans)),)


def _digest(content: AlertContent, now: datetime, *, korean: bool, empty: bool) -> AlertContent:
    names = _names(korean=korean)
    stories = (
        StoryContent(12, "", (_later(now - 2 * _HOUR, korean=korean),), new=_news(korean=korean)),
        StoryContent(13, "", (_first(now - 9 * _HOUR, korean=not korean),)),
    )
    others = (
        StoryContent(14, "", (_drill(now - 3 * _HOUR, names[1]),)),
        StoryContent(15, "", (_ferry(now - 20 * _HOUR, names[1]),)),
    )
    groups = (
        DigestGroup(names[0], _named(stories, names), per_day=_PER_DAY_KO if korean else _PER_DAY),
        DigestGroup(names[1], others, per_day=_PER_DAY if korean else _PER_DAY_KO),
    )
    told = () if empty else (12, 14, 13, 15)
    stale = () if empty else (SourceProblem("Example Times", "stale", now - 30 * _HOUR),)
    gap = SourceGap(now - 12 * _HOUR, now - 11 * _HOUR, 4, recovered=4)
    well = tuple(SourceCoverage(f"Example {n}", 96, 96) for n in range(1, 12))
    return replace(
        content,
        thread_id=None,
        health=HealthContent(
            12, stale, (SourceCoverage("Example Herald", 95, 96, () if empty else (gap,)), *well)
        ),
        digest=DigestContent(
            groups=() if empty else groups,
            story_ids=told,
            thread_ids=tuple(thread_id(READER, story, "example.org") for story in told),
            first=now - (24 if empty else 20) * _HOUR,
            last=now if empty else now - 2 * _HOUR,
            since=now - 24 * _HOUR,
            until=now,
        ),
    )


def _named(stories: Sequence[StoryContent], names: Sequence[str]) -> tuple[StoryContent, ...]:
    """Stories as these watchlists met them."""
    return tuple(
        replace(
            story,
            articles=tuple(
                replace(
                    article,
                    reasons=tuple(
                        replace(found, watchlist=name)
                        for found, name in zip(article.reasons, names, strict=False)
                    ),
                )
                for article in story.articles
            ),
        )
        for story in stories
    )


def _drill(at: datetime, name: str) -> ArticleContent:
    return _article(DRILL, "Example Times", {name: "missile"}, at)


def _ferry(at: datetime, name: str) -> ArticleContent:
    return _article(FERRY, "가상통신", {name: "미사일"}, at)


def _notice(content: AlertContent, now: datetime, *, korean: bool) -> AlertContent:
    since = now - 2 * _HOUR
    title = "Example Times: 응답 없음" if korean else "Example Times: silent"
    line = (
        "https://times.example.com/rss: 접근을 차단함, HTTP 403"
        if korean
        else "https://times.example.com/rss: blocks us, HTTP 403"
    )
    return replace(
        content,
        thread_id=None,
        watchlists=(),
        stop_token="",
        notice=NoticeContent(title, (line,), about="source:example-times", since=since),
        health=HealthContent(12, (SourceProblem("Example Times", "blocked", since),)),
    )


def _article(
    text: ArticleText,
    source: str,
    terms: Mapping[str, str],
    at: datetime,
    also_in: tuple[OtherCopy, ...] = (),
) -> ArticleContent:
    """An article that each of these watchlists met by its term."""
    hits = {name: _hits(text, term) for name, term in terms.items()}
    return ArticleContent(
        title=text.title,
        url=_URLS[source].format(number=1000 + len(text.body)),
        source_name=source,
        language=text.language or "",
        published_at=at,
        first_seen_at=at,
        excerpts=excerpts(text, [hit for found in hits.values() for hit in found]),
        reasons=tuple(reason(name, found) for name, found in hits.items()),
        also_in=also_in,
    )


_URLS = MappingProxyType(
    {
        "The Example Herald": "https://herald.example.com/article/{number}",
        "Example Times": "https://times.example.com/news/{number}",
        "가상통신": "https://wire.example.com/view/AKR{number}",
    }
)


def _hits(text: ArticleText, term: str) -> list[Hit]:
    """Where a term stands first in title and body."""
    found = [
        (field, value) for field in ("title", "body") if term in (value := getattr(text, field))
    ]
    return [Hit(term, field, *_span(value, term), term) for field, value in found]


def _span(text: str, words: str) -> tuple[int, int]:
    at = text.index(words)
    return at, at + len(words)
