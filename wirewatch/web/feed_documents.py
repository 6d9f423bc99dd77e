"""A watchlist's matches as Atom 1.0 (RFC 4287) and JSON Feed 1.1.

All text comes from pages and feeds of others: it is cleaned as for mails, so that any XML parser
takes it, and stands escaped in the small HTML of an entry. An entry is a story; its id is made of
the database's own word, the watchlist and the story, and never changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from alerts.sanitise import clean, safe_url
from alerts.view_lines import language_tag
from storage.match_feed import FeedArticle, FeedStory
from wirewatch.web.feed_sentences import Sentence, sentences

ATOM = "http://www.w3.org/2005/Atom"
XML = "{http://www.w3.org/XML/1998/namespace}"
MAX_BYTES = 1024 * 1024
"""Of a document; the oldest stories go where it would be longer."""
TITLE_LIMIT = 300
NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Feed:
    """What a document is made of."""

    name: str
    """The watchlist's."""
    urn: str
    """Of the feed itself."""
    language: str
    url: str
    """Where the document is found; empty where nobody said."""
    paused_at: datetime | None
    changed_at: datetime
    """Where there is no story, since when."""
    stories: tuple[FeedStory, ...]
    urn_of: Callable[[int], str]
    """The id of a story's entry."""


def urn(installation: str, *parts: object) -> str:
    """`urn:uuid:...`, the same for the same things of this database, and no other's."""
    name = "/".join(map(str, ("wirewatch", installation, *parts)))
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def atom_document(feed: Feed) -> bytes:
    """The Atom document, UTF-8."""
    return _capped(feed, _atom)


def json_document(feed: Feed) -> bytes:
    """The JSON Feed document, UTF-8."""
    return _capped(feed, _json)


def _capped(feed: Feed, write: Callable[[Feed, Sequence[FeedStory]], bytes]) -> bytes:
    stories = feed.stories
    while len(document := write(feed, stories)) > MAX_BYTES and stories:
        stories = stories[: len(stories) * 3 // 4]
    return document


def _atom(feed: Feed, stories: Sequence[FeedStory]) -> bytes:
    prefixes: Any = {None: ATOM}
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=prefixes)
    root.set(f"{XML}lang", feed.language)
    _add(root, "id", feed.urn)
    _add(root, "title", _feed_title(feed))
    _add(root, "subtitle", _subtitle(feed))
    _add(root, "updated", _instant(_updated(feed, stories)))
    _add(root, "generator", "Wirewatch")
    if feed.url:
        _add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    for story in stories:
        _atom_entry(root, feed, story)
    body = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return bytes(body)


def _atom_entry(root: Any, feed: Feed, story: FeedStory) -> None:
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    if tag := language_tag(story.language):
        entry.set(f"{XML}lang", tag)
    _add(entry, "id", feed.urn_of(story.id))
    _add(entry, "title", _title(story.article))
    if url := safe_url(story.article.url):
        _add(entry, "link", rel="alternate", type="text/html", href=url)
    _add(entry, "published", _instant(story.published_at))
    _add(entry, "updated", _instant(story.updated_at))
    author = etree.SubElement(entry, f"{{{ATOM}}}author")
    _add(author, "name", _outlet(story.article))
    found = sentences(story.text, story.hits)
    if found:
        _add(entry, "summary", _marked(found[0]), type="html")
    # an entry without a link has to have content (RFC 4287 4.1.2)
    _add(entry, "content", _html(story, found), type="html")


def _add(parent: Any, name: str, text: str = "", /, **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None


def _json(feed: Feed, stories: Sequence[FeedStory]) -> bytes:
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _feed_title(feed),
        "description": _subtitle(feed),
        "language": feed.language,
    }
    if feed.url:
        document["feed_url"] = feed.url
    document["items"] = [_json_item(feed, story) for story in stories]
    return json.dumps(document, ensure_ascii=False).encode()


def _json_item(feed: Feed, story: FeedStory) -> dict[str, Any]:
    found = sentences(story.text, story.hits)
    item: dict[str, Any] = {"id": feed.urn_of(story.id), "title": _title(story.article)}
    if url := safe_url(story.article.url):
        item["url"] = url
    item["content_html"] = _html(story, found)
    if found:
        item["summary"] = "".join(piece.text for piece in found[0])
    item["date_published"] = _instant(story.published_at)
    item["date_modified"] = _instant(story.updated_at)
    item["authors"] = [{"name": _outlet(story.article)}]
    if tag := language_tag(story.language):
        item["language"] = tag
    return item


def _feed_title(feed: Feed) -> str:
    return f"{clean(feed.name, NAME_LIMIT)} · Wirewatch"


def _subtitle(feed: Feed) -> str:
    name = clean(feed.name, NAME_LIMIT)
    if feed.language == "ko":
        return f"감시 목록: {name}" + (" (발송 중단 중)" if feed.paused_at else "")
    return f"What the watchlist {name} found" + (
        " (paused: it is recorded, and nobody is told)" if feed.paused_at else ""
    )


def _updated(feed: Feed, stories: Sequence[FeedStory]) -> datetime:
    return max((story.updated_at for story in stories), default=feed.changed_at)


def _title(article: FeedArticle) -> str:
    return clean(article.title, TITLE_LIMIT) or "…"


def _outlet(article: FeedArticle) -> str:
    return clean(article.outlet, NAME_LIMIT) or "…"


def _html(story: FeedStory, found: Iterable[Sentence]) -> str:
    parts = [f"<p>{_marked(sentence)}</p>" for sentence in found]
    others = "".join(f"<li>{_linked(article)}</li>" for article in story.others)
    parts += [f"<ul>{others}</ul>"] if others else []
    return "".join(parts) or f"<p>{escape(_title(story.article))}</p>"


def _marked(sentence: Sentence) -> str:
    return "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text)
        for piece in sentence
    )


def _linked(article: FeedArticle) -> str:
    text = escape(f"{_outlet(article)}: {_title(article)}")
    url = safe_url(article.url)
    return f'<a href="{escape(url)}">{text}</a>' if url else text


def _instant(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
