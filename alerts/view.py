"""What a mail shows, worked out once for its text and its HTML: cleaned, capped, localised."""

from __future__ import annotations

from alerts.model import AlertContent, DigestContent, StoryContent
from alerts.strings import strings
from alerts.view_article import MAX_EXCERPTS, article_view, earlier_view, new_views
from alerts.view_digest import (
    MAX_STORIES,
    digest_heading,
    digest_remarks,
    group_views,
    nothing_told,
)
from alerts.view_edits import edit_views
from alerts.view_footer import footer_view, problems
from alerts.view_lines import (
    EXCERPT_LIMIT,
    HEADLINE_LIMIT,
    LINE_LIMIT,
    MAX_NAMES,
    NAME_LIMIT,
    language_tag,
    segments,
)
from alerts.view_notice import notice_view
from alerts.view_shapes import ArticleView, MailView, NewView, Segment
from alerts.when import zone

__all__ = [
    "EXCERPT_LIMIT",
    "HEADLINE_LIMIT",
    "LINE_LIMIT",
    "MAX_ARTICLES",
    "MAX_EXCERPTS",
    "MAX_NAMES",
    "MAX_STORIES",
    "NAME_LIMIT",
    "ArticleView",
    "MailView",
    "NewView",
    "Segment",
    "language_tag",
    "segments",
    "view",
]

MAX_ARTICLES = 20


def view(content: AlertContent, *, stories: int = MAX_STORIES) -> MailView:
    """Work out what the mail shows; of a digest at most so many `stories`."""
    if content.story is not None:
        return _story(content, content.story)
    if content.digest is not None:
        return _digest(content, content.digest, stories)
    return _other(content)


def _story(content: AlertContent, story: StoryContent) -> MailView:
    words, where = strings(content.language), zone(content.timezone)
    earlier = story.earlier
    return _blank(content)._replace(
        edits=edit_views(content.edits, words, where) if content.edits else (),
        new=new_views(content.new) if content.new else (),
        articles=tuple(article_view(a, words, where) for a in story.articles[:MAX_ARTICLES]),
        earlier=None if earlier is None else earlier_view(earlier, words, where),
    )


def _digest(content: AlertContent, digest: DigestContent, stories: int) -> MailView:
    words, where = strings(content.language), zone(content.timezone)
    paragraphs = (words.archive_intro,) if digest.archive else ()
    points: tuple[str, ...] = ()
    if not digest.story_ids:
        paragraphs = (nothing_told(content, digest, words),)
        points = problems(content.health, words, where) if content.health else ()
    return _blank(content)._replace(
        heading=digest_heading(digest, words, where, content.created_at),
        remarks=digest_remarks(digest, words),
        paragraphs=paragraphs,
        points=points,
        groups=group_views(content, digest, words, where, stories),
    )


def _other(content: AlertContent) -> MailView:
    words, where = strings(content.language), zone(content.timezone)
    if content.notice is None:
        return _blank(content)._replace(heading=words.test_title, paragraphs=(words.test_line,))
    shown = notice_view(content.notice, words, where, content.created_at)
    return _blank(content)._replace(
        heading=shown.heading, paragraphs=shown.paragraphs, command=shown.command
    )


def _blank(content: AlertContent) -> MailView:
    words, where = strings(content.language), zone(content.timezone)
    return MailView(
        words=words,
        heading="",
        remarks=(),
        paragraphs=(),
        points=(),
        command="",
        edits=(),
        new=(),
        articles=(),
        earlier=None,
        groups=(),
        footer=footer_view(content, words, where),
    )
