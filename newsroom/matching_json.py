"""Articles in and matches out as JSON objects: the contract of `try match` (DESIGN §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsroom.model import ArticleText, Hit

_TEXTS = ("title", "subtitle", "summary", "body")
_OPTIONAL = ("source", "language", "section", "credit", "url")


def article_from_json(obj: object) -> tuple[str, ArticleText]:
    """Read an article line into (id, article).

    A text that is missing or null is empty; unknown keys are passed over. Raises ValueError with
    what is wrong with the line.
    """
    if not isinstance(obj, Mapping):
        raise ValueError(f"an article is a JSON object, not {_kind(obj)}")
    title, subtitle, summary, body = (text_of(obj, key) or "" for key in _TEXTS)
    source, language, section, credit, url = (text_of(obj, key) or None for key in _OPTIONAL)
    article = ArticleText(
        title=title,
        subtitle=subtitle,
        summary=summary,
        body=body,
        source=source,
        language=language,
        section=section,
        authors=_authors(obj),
        credit=credit,
        url=url,
    )
    return id_of(obj), article


def hits_json(article_id: str, watchlist: str, hits: Sequence[Hit]) -> dict[str, Any]:
    """Build the line of one match; offsets are code points of the given text."""
    return {
        "article": article_id,
        "watchlist": watchlist,
        "hits": [hit_json(hit) for hit in hits],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """Build one piece of evidence; `undecided` stands only where it is true."""
    values = hit._asdict()
    if not hit.undecided:
        del values["undecided"]
    return values


def id_of(obj: Mapping[str, object]) -> str:
    """Return a line's `id`, which must be text or a number."""
    value = obj.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise ValueError(f"id: expected text or a number, got {_kind(value)}")
    return value


def text_of(obj: Mapping[str, object], key: str) -> str | None:
    """Return a line's text under `key`; None where it lacks one."""
    value = obj.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"{key}: expected text, got {_kind(value)}")


def _authors(obj: Mapping[str, object]) -> tuple[str, ...]:
    value = obj.get("authors")
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ValueError("authors: expected a list of texts")


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "empty text" if not value else "text"
    return "a list" if isinstance(value, Sequence) else "an object"
