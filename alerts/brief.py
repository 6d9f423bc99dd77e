"""An alert in a few lines of plain text, for chats, telephones and whatever else Apprise reaches.

The document is kept as the mail's bytes are: rendered once, and every attempt sends the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from alerts.events import event_of
from alerts.model import AlertContent
from alerts.render import subject
from alerts.sanitise import clean
from alerts.strings import Strings
from alerts.view import ArticleView, MailView, NewView, Segment, view
from alerts.view_shapes import EditView

TITLE_LIMIT = 240
TEXT_LIMIT = 3000
SENTENCES = 2
"""Shown of one article."""
MOST_ARTICLES = 3
MOST_NEW = 4
MOST_OUTLETS = 5
DIGEST_STORIES = 20
_NOTICE_LINES = 12


@dataclass(frozen=True, slots=True)
class Brief:
    """A short message, as it is handed to a service."""

    title: str
    text: str


def render_brief(content: AlertContent, *, now: datetime) -> bytes:
    """The message as a compact JSON document: `event`, `id`, `at`, `stories`, `title`, `text`."""
    if content.digest is not None:
        stories = list(content.digest.story_ids)
    else:
        stories = [content.story.id] if content.story else []
    document = {
        "event": event_of(content),
        "id": content.message_id,
        "at": now.isoformat(),
        "stories": stories,
        "title": clean(subject(content), TITLE_LIMIT),
        "text": _text(content),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def read_brief(message: bytes) -> Brief:
    """Title and text of a stored message; raises ValueError for one that is none."""
    document = json.loads(message)
    if not isinstance(document, dict):
        raise ValueError("a brief message is a JSON object")
    title, text = document.get("title"), document.get("text")
    if not isinstance(title, str) or not isinstance(text, str):
        raise ValueError("a brief message has a title and a text")
    return Brief(title, text)


def _text(content: AlertContent) -> str:
    """Blocks with a blank line between, as many as there is room for; the first is always there."""
    shown = view(content, stories=DIGEST_STORIES)
    words = shown.words
    if content.digest is not None:
        blocks: Iterable[str] = _digest(shown)
    elif content.story is not None:
        blocks = _story(shown, content)
    else:
        blocks = shown.paragraphs[:_NOTICE_LINES]
    kept: list[str] = []
    room = TEXT_LIMIT
    for block in blocks:
        room -= len(block) + 2
        if kept and room < 0:
            kept.append("…")
            break
        kept.append(block[:TEXT_LIMIT])
    return "\n\n".join(kept) or words.untitled


def _story(shown: MailView, content: AlertContent) -> Iterator[str]:
    new = [*_edits(shown.edits, shown.words), *_new(shown.new, shown.words)]
    for number, article in enumerate(shown.articles[:MOST_ARTICLES]):
        # an update's subject is the first mail's: what it is about now stands in the text
        headline = number > 0 or content.kind == "update"
        yield _article(article, shown.words, headline=headline, sentences=0 if new else SENTENCES)
        if not number:
            yield from new


def _new(new: Sequence[NewView], words: Strings) -> Iterator[str]:
    lines = [f"{one.name}: {_plain(line)}" for one in new for line in one.lines]
    if lines:
        yield "\n".join([f"{words.new}:", *(f"- {line}" for line in lines[:MOST_NEW])])


def _edits(edits: Sequence[EditView], words: Strings) -> Iterator[str]:
    for one in edits:
        headline = [f"{words.headline}: {_plain(one.headline)}"] if one.headline else []
        lines = [*headline, *map(_plain, one.lines)][:MOST_NEW]
        yield "\n".join([f"{one.name}: {one.said}", *(f"- {line}" for line in lines)])


def _digest(shown: MailView) -> Iterator[str]:
    if shown.heading:
        yield shown.heading
    yield from shown.paragraphs
    for group in shown.groups:
        if group.heading:
            yield group.heading
        for article in group.articles:
            yield _lines(_plain(article.headline), article.byline, article.url or "")
        if group.more:
            yield group.more


def _article(article: ArticleView, words: Strings, *, headline: bool, sentences: int) -> str:
    """The link comes early: what cuts a message cuts its end."""
    why = "; ".join(one.text for one in article.why)
    outlets = ", ".join(link.name for link in article.also_in[:MOST_OUTLETS])
    if len(article.also_in) > MOST_OUTLETS:
        outlets += f" +{len(article.also_in) - MOST_OUTLETS}"
    return _lines(
        _plain(article.headline) if headline else "",
        article.byline,
        article.url or "",
        *(f"[{remark}]" for remark in article.remarks),
        *(f"> {_plain(line)}" for line in article.excerpts[:sentences]),
        f"{words.why}: {why}" if why else "",
        f"{article.also_label}: {outlets}" if outlets else "",
    )


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _plain(pieces: Iterable[Segment]) -> str:
    return "".join(_CHANGES.get(piece.change, "{}").format(piece.text) for piece in pieces)


_CHANGES = MappingProxyType({"-": "[-{}-]", "+": "{{+{}+}}"})
