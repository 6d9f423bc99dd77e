"""A mail of each kind with one text in every place that somebody else can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from alerts.model import (
    AlertContent,
    ArticleContent,
    DigestContent,
    DigestGroup,
    EarlierContent,
    Excerpt,
    HealthContent,
    MatchReason,
    NewContent,
    NoticeContent,
    OtherCopy,
    SourceProblem,
    StoryContent,
)
from alerts.render import render
from alerts.sanitise import clean
from tests.unit.alert_contents import DESK, ENGLISH, NOW, SEEN, alert, notice
from tests.unit.mail_checks import assert_harmless, fields_of, seen_in

TOKEN = "7." + "A" * 22
PER_DAY = (0, 1, 2) * 10


def mails_with(text: str) -> Iterator[tuple[AlertContent, list[str]]]:
    """Contents, and the header fields their mails must have."""
    article = _article(text)
    new = (NewContent(text, text, (Excerpt("body", text, ((0, len(text) // 2),)),)),)
    story = StoryContent(
        12, text, (article, article), EarlierContent(text, text, text, text, None, SEEN)
    )
    health = HealthContent(3, (SourceProblem(text, text, SEEN),))
    names = ("THAAD", text)
    told = fields_of(story=True, named=True, stories=True, one_click=False)
    yield alert(article, story=story, watchlists=names, new=new, health=health), told
    update = alert(
        kind="update",
        story=story,
        watchlists=names,
        answers=text,
        new=new,
        alert_id=text,
        base_url="https://watch.example.org",
        stop_token=TOKEN,
        language="ko",
    )
    yield update, fields_of(story=True, named=True, stories=True, one_click=True)
    yield _digest(text, replace(story, new=new), health), told
    empty = fields_of(story=False, named=True, stories=False, one_click=False)
    yield _empty(text, health), empty
    said = notice(
        notice=NoticeContent(text, (text, text), about=f"source:{text}", since=SEEN),
        health=health,
        stop_token=text,
        base_url=text,
    )
    yield said, fields_of(story=False, named=False, stories=False, one_click=False)


def _article(text: str) -> ArticleContent:
    return ArticleContent(
        title=text,
        url=text,
        source_name=text,
        language=text,
        published_at=NOW,
        first_seen_at=NOW,
        credit=text,
        state=text,
        excerpts=(Excerpt("title", text, ()), Excerpt("body", text, ((0, len(text) // 2),))),
        reasons=(MatchReason(text, (text, "x"), (text,)),),
        also_in=(OtherCopy(text, f"https://a.example/{text}"), OtherCopy("A", text)),
        first_by=text,
        late=True,
        page_pending=True,
    )


def _digest(text: str, story: StoryContent, health: HealthContent) -> AlertContent:
    digest = DigestContent(
        groups=(
            DigestGroup(text, (story,), more=3, per_day=PER_DAY),
            DigestGroup(f"x{text}", (story,), per_day=PER_DAY),
        ),
        story_ids=(12, 13),
        thread_ids=("<thread.1@example.org>", text),
        first=SEEN - timedelta(days=1),
        last=SEEN,
        since=SEEN - timedelta(days=1),
        until=SEEN,
        part=2,
    )
    return _digest_of(text, digest, health)


def _empty(text: str, health: HealthContent) -> AlertContent:
    digest = DigestContent(
        (), (), (), SEEN - timedelta(days=1), SEEN, SEEN - timedelta(days=1), SEEN
    )
    return _digest_of(text, digest, health)


def _digest_of(text: str, digest: DigestContent, health: HealthContent) -> AlertContent:
    return alert(
        kind="digest",
        key=f"digest/daily/{text}",
        story=None,
        thread_id=None,
        digest=digest,
        watchlists=("THAAD", text),
        health=health,
        stop_token=text,
        base_url=text,
        recipient=DESK,
        sender=f"{clean(text, 30)} <wirewatch@example.org>",
        timezone=text,
    )


def all_styles() -> set[str]:
    """Every style attribute the template writes."""
    styles: set[str] = set()
    for content, _ in mails_with("plain"):
        shown = replace(content, base_url="https://watch.example.org", stop_token=TOKEN)
        styles |= seen_in(render(shown, now=NOW)).styles
    unmarked = alert(replace(ENGLISH, reasons=(MatchReason("w", ("t", "u"), ("u",)),)))
    return styles | seen_in(render(unmarked, now=NOW)).styles


def assert_all_harmless(text: str, styles: set[str]) -> None:
    """Render each mail with this text, and look at what came of it."""
    for content, fields in mails_with(text):
        assert_harmless(render(content, now=NOW), fields, styles)
