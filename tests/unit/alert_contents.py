"""Contents of mails for the tests that render them; every name and text is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from alerts.evidence import excerpts, reason
from alerts.model import (
    AlertContent,
    ArticleContent,
    HealthContent,
    NoticeContent,
    OtherCopy,
    SourceProblem,
    StoryContent,
)
from newsroom.delivery import alert_key, message_id, thread_id
from newsroom.model import ArticleText, Hit

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
SEEN = datetime(2026, 11, 22, 3, 7, tzinfo=UTC)
DESK = "desk@example.org"
HEALTHY = HealthContent(3)
UNWELL = HealthContent(3, (SourceProblem("Yonhap (English)", "blocked", SEEN),))


def hit(article: ArticleText, field: str, term: str, nth: int = 0) -> Hit:
    text: str = getattr(article, field)
    at = -1
    for _ in range(nth + 1):
        at = text.index(term, at + 1)
    return Hit(term, field, at, at + len(term), term)


ENGLISH_TEXT = ArticleText(
    title="Seongju residents ask for talks as THAAD battery is moved",
    summary="Residents of Seongju asked for talks on Sunday.",
    body=(
        "SEONGJU -- Residents of three villages asked the ministry for talks on Sunday.\n\n"
        "The THAAD battery is to be moved to a new site by the spring, an official said. "
        "No date has been named. A missile drill is planned for the same week."
    ),
)
KOREAN_TEXT = ArticleText(
    title="성주 주민들, 사드 포대 이전 앞두고 대화 요구",
    summary="성주 주민들이 22일 대화를 요구했다.",
    body=(
        "(성주=가상통신) 김가상 기자 = 세 마을 주민들이 22일 국방부에 대화를 요구했다.\n\n"
        "관계자는 내년 봄까지 사드 포대를 새 부지로 옮길 계획이라고 밝혔다. 정확한 날짜는 정해지지 "
        "않았다. 같은 주에 미사일 훈련도 예정되어 있다."
    ),
    language="ko",
)
ENGLISH = ArticleContent(
    title=ENGLISH_TEXT.title,
    url="https://news.example.org/view?id=12&part=1",
    source_name="The Example Herald",
    language="en",
    published_at=datetime(2026, 11, 22, 3, 5, tzinfo=UTC),
    first_seen_at=SEEN,
    credit="Example Wire",
    excerpts=excerpts(
        ENGLISH_TEXT,
        [
            hit(ENGLISH_TEXT, "title", "THAAD"),
            hit(ENGLISH_TEXT, "body", "THAAD"),
            hit(ENGLISH_TEXT, "body", "missile"),
        ],
    ),
    reasons=(
        reason("THAAD", [hit(ENGLISH_TEXT, "title", "THAAD")]),
        reason("Missiles", [hit(ENGLISH_TEXT, "body", "missile")]),
    ),
    also_in=(OtherCopy("Example Wire", "https://wire.example.org/AEN1"), OtherCopy("Late Paper")),
)
KOREAN = ArticleContent(
    title=KOREAN_TEXT.title,
    url="https://ko.example.org/view/AKR1",
    source_name="가상통신",
    language="ko",
    published_at=datetime(2026, 11, 22, 3, 5, tzinfo=UTC),
    first_seen_at=SEEN,
    excerpts=excerpts(
        KOREAN_TEXT, [hit(KOREAN_TEXT, "title", "사드"), hit(KOREAN_TEXT, "body", "사드")]
    ),
    reasons=(reason("사드·미사일", [hit(KOREAN_TEXT, "title", "사드")]),),
)


def alert(article: ArticleContent = ENGLISH, **changes: object) -> AlertContent:
    """An immediate alert on one article; `changes` are fields of AlertContent."""
    kind = str(changes.get("kind", "immediate"))
    key = alert_key(kind, DESK, 12, 0)
    content = AlertContent(
        kind="immediate",
        key=key,
        alert_id=7,
        recipient=DESK,
        sender="Wirewatch <wirewatch@example.org>",
        message_id=message_id(key, "example.org"),
        thread_id=thread_id(DESK, 12, "example.org"),
        created_at=SEEN,
        watchlists=("THAAD", "Missiles"),
        story=StoryContent(12, article.title, (article,)),
        timezone="Asia/Seoul",
        health=HEALTHY,
    )
    return replace(content, **changes)  # type: ignore[arg-type]  # names are checked by replace


def notice(**changes: object) -> AlertContent:
    """A notice on a source."""
    content = AlertContent(
        kind="notice",
        key="notice/yonhap/2026-11-22",
        alert_id=8,
        recipient="ops@example.org",
        sender="Wirewatch <wirewatch@example.org>",
        message_id=message_id("notice/yonhap/2026-11-22", "example.org"),
        thread_id=None,
        created_at=SEEN,
        notice=NoticeContent("Yonhap: silent since 03:10", ("Three feeds answer with 403.",)),
        timezone="Asia/Seoul",
        health=UNWELL,
    )
    return replace(content, **changes)  # type: ignore[arg-type]  # names are checked by replace


def parse(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=policy.SMTPUTF8)


def text_of(message: bytes, kind: str = "plain") -> str:
    part = parse(message).get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")
