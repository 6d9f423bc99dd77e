"""An alert as the JSON a webhook is sent (docs/channels.md): made once, the same on every attempt.

All text is cleaned and capped as in mails; spans count code points of the text beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from alerts.events import event_of
from alerts.model import (
    AlertContent,
    ArticleContent,
    DigestContent,
    EarlierContent,
    EditContent,
    Excerpt,
    HealthContent,
    MatchReason,
    NewContent,
    NoticeContent,
    StoryContent,
)
from alerts.render import subject
from alerts.sanitise import clean, safe_url
from alerts.view import (
    EXCERPT_LIMIT,
    HEADLINE_LIMIT,
    LINE_LIMIT,
    MAX_ARTICLES,
    MAX_EXCERPTS,
    MAX_NAMES,
    MAX_STORIES,
    NAME_LIMIT,
    language_tag,
    segments,
)
from alerts.view_edits import change_line
from newsroom.edits_diff import Piece

FORMAT = 1
"""Grows when a key changes its meaning or goes; new keys may come at any time."""
MAX_BYTES = 1_000_000
"""A digest that is larger shows fewer stories."""
MAX_STORY_IDS = 10_000

Json = dict[str, Any]


def render_body(content: AlertContent, *, now: datetime) -> bytes:
    """The whole body, UTF-8."""
    stories = MAX_STORIES
    body = _body(content, stories, now)
    while content.digest is not None and len(body) > MAX_BYTES and stories:
        stories //= 2
        body = _body(content, stories, now)
    return body


def _body(content: AlertContent, stories: int, now: datetime) -> bytes:
    document = {
        "format": FORMAT,
        "event": event_of(content),
        "id": content.message_id,
        "alert": content.alert_id,
        "created_at": _instant(content.created_at),
        "rendered_at": _instant(now),
        "title": subject(content),
        "watchlists": [clean(name, NAME_LIMIT) for name in content.watchlists[:MAX_NAMES]],
        "story": _story(content.story) if content.story else None,
        "news": _news(content.new),
        "edit": [_edit(one) for one in content.edits[:MAX_ARTICLES]],
        "digest": _digest(content.digest, stories) if content.digest else None,
        "notice": _notice(content.notice) if content.notice else None,
        "sources": _health(content.health) if content.health else None,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _story(story: StoryContent) -> Json:
    lead = story.articles[0] if story.articles else None
    return {
        "id": story.id,
        "title": clean(lead.title if lead else story.title, HEADLINE_LIMIT),
        "url": safe_url(lead.url) if lead else None,
        "source": clean(lead.source_name, NAME_LIMIT) if lead else None,
        "published_at": _instant(lead.published_at) if lead else None,
        "articles": [_article(article) for article in story.articles[:MAX_ARTICLES]],
        "earlier": _earlier(story.earlier) if story.earlier else None,
        "news": _news(story.new),
        "edit": [_edit(one) for one in story.edits[:MAX_ARTICLES]],
    }


def _article(article: ArticleContent) -> Json:
    return {
        "title": clean(article.title, HEADLINE_LIMIT),
        "url": safe_url(article.url),
        "source": clean(article.source_name, NAME_LIMIT),
        "language": language_tag(article.language) or None,
        "published_at": _instant(article.published_at),
        "first_seen_at": _instant(article.first_seen_at),
        "state": article.state,
        "credit": clean(article.credit, NAME_LIMIT) if article.credit else None,
        "late": article.late,
        "page_pending": article.page_pending,
        "sentences": _sentences(article.excerpts),
        "matched": [_reason(reason) for reason in article.reasons[:MAX_NAMES]],
        "also_in": [
            {"source": clean(copy.source_name, NAME_LIMIT), "url": safe_url(copy.url)}
            for copy in article.also_in[:MAX_NAMES]
        ],
        "first_by": clean(article.first_by, NAME_LIMIT) if article.first_by else None,
    }


def _sentences(excerpts: Sequence[Excerpt]) -> list[Json]:
    shown = []
    for excerpt in excerpts[:MAX_EXCERPTS]:
        text, spans = "", []
        for piece in segments(excerpt.text, excerpt.marks, EXCERPT_LIMIT):
            if piece.marked:
                spans.append([len(text), len(text) + len(piece.text)])
            text += piece.text
        if text:
            cut = {"cut_before": excerpt.cut_before, "cut_after": excerpt.cut_after}
            shown.append({"field": excerpt.field, "text": text, "spans": spans} | cut)
    return shown


def _reason(reason: MatchReason) -> Json:
    return {
        "watchlist": clean(reason.watchlist, NAME_LIMIT),
        "terms": _names(reason.terms),
        "undecided": _names(reason.undecided),
    }


def _news(new: Sequence[NewContent]) -> list[Json]:
    return [
        {
            "source": clean(one.source_name, NAME_LIMIT),
            "language": language_tag(one.language) or None,
            "sentences": _sentences(one.excerpts),
        }
        for one in new[:MAX_ARTICLES]
    ]


def _edit(edit: EditContent) -> Json:
    return {
        "source": clean(edit.source_name, NAME_LIMIT),
        "language": language_tag(edit.language) or None,
        "kinds": list(edit.kinds),
        "found_at": _instant(edit.at),
        "seen_at": _instant(edit.seen_at),
        "withdrawn": edit.withdrawn,
        "headline": _change(edit.headline, HEADLINE_LIMIT),
        "sentences": [_change(line, EXCERPT_LIMIT) for line in edit.lines[:MAX_EXCERPTS]],
    }


def _change(pieces: Sequence[Piece], limit: int) -> list[list[str]]:
    """Pairs of sign (`=`, `-`, `+`) and text."""
    return [[piece.change or "=", piece.text] for piece in change_line(pieces, limit)]


def _earlier(article: EarlierContent) -> Json:
    return {
        "title": clean(article.title, HEADLINE_LIMIT),
        "url": safe_url(article.url),
        "source": clean(article.source_name, NAME_LIMIT),
        "published_at": _instant(article.published_at),
    }


def _digest(digest: DigestContent, most: int) -> Json:
    groups = []
    for group in digest.groups:
        few = group.stories[: max(most, 0)]
        most -= len(few)
        groups.append(
            {
                "watchlist": clean(group.watchlist, NAME_LIMIT),
                "stories": [_story(story) for story in few],
                "more": len(group.stories) + group.more - len(few),
            }
        )
    return {
        "since": _instant(digest.since),
        "until": _instant(digest.until),
        "part": digest.part,
        "archive": digest.archive,
        "late": digest.late,
        "quiet": digest.quiet,
        "over_cap": digest.over_cap,
        "count": len(digest.story_ids),
        "story_ids": list(digest.story_ids[:MAX_STORY_IDS]),
        "groups": groups,
    }


def _notice(notice: NoticeContent) -> Json:
    lines = [clean(line, LINE_LIMIT) for line in notice.lines[:MAX_NAMES]]
    return {"title": clean(notice.title, HEADLINE_LIMIT), "lines": [one for one in lines if one]}


def _health(health: HealthContent) -> Json:
    return {
        "watched": health.sources,
        "problems": [
            {
                "source": clean(problem.source_name, NAME_LIMIT),
                "reason": problem.reason,
                "since": _instant(problem.since),
            }
            for problem in health.problems[:MAX_NAMES]
        ],
    }


def _names(names: Iterable[str]) -> list[str]:
    return [clean(name, NAME_LIMIT) for name in list(names)[:MAX_NAMES]]


def _instant(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None
