"""A page's content as the line `try page` prints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newsroom.model import PageContent


def as_json(content: PageContent) -> dict[str, Any]:
    """The contract's object of DESIGN §8: its keys in its order, nothing else.

    Instants are ISO 8601 in UTC ("2023-04-19T02:12:32+00:00") or null; lists are never null.
    """
    return {
        "url": content.url,
        "canonical_url": content.canonical_url,
        "title": content.title,
        "subtitle": content.subtitle,
        "published_at": _iso(content.published_at),
        "modified_at": _iso(content.modified_at),
        "authors": list(content.authors),
        "credit": content.credit,
        "dateline": content.dateline,
        "section": content.section,
        "language": content.language,
        "body": content.body,
        "captions": list(content.captions),
        "images": list(content.images),
        "tags": list(content.tags),
        "page": content.page,
        "warnings": list(content.warnings),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
