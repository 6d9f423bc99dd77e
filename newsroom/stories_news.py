"""What of an article's text is new to its story, as it is kept and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class News:
    """One span of something the story had not said before."""

    kind: str
    """`number`, `date`, `quote`, `name`, `term`, or `edit`."""
    field: str
    """`title`, `summary` or `body`."""
    start: int
    end: int
    """Code points of the field's text as stored."""
    text: str
    """Exactly that slice."""
    edit: int = 0
    """Of kind `edit`: the id of what the outlet changed in the page; it has no span of its own."""


MOST_NEWS = 200
"""Spans of one text that are kept: a page that is all new is shown by its beginning."""


def edit_news(edit: int) -> News:
    """That the outlet changed its page, as what is new in it."""
    return News("edit", "title", 0, 0, "", edit)


def news_json(news: Sequence[News]) -> list[dict[str, Any]]:
    """News as the tables keep it."""
    return [
        {"kind": n.kind, "field": n.field, "start": n.start, "end": n.end, "text": n.text}
        | ({"edit": n.edit} if n.edit else {})
        for n in news[:MOST_NEWS]
    ]


def news_from_json(value: Any) -> tuple[News, ...]:
    """News as the tables kept it."""
    return tuple(News(**span) for span in value)
