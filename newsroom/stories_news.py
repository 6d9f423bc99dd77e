"""What of an article's text is new to its story, as it is kept and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class News:
    """One span of something the story had not said before."""

    kind: str
    """`number`, `date`, `quote`, `name` or `term`."""
    field: str
    """`title`, `summary` or `body`."""
    start: int
    end: int
    """Code points of the field's text as stored."""
    text: str
    """Exactly that slice."""


MOST_NEWS = 200
"""Spans of one text that are kept: a page that is all new is shown by its beginning."""


def news_json(news: Sequence[News]) -> list[dict[str, Any]]:
    """News as the tables keep it."""
    return [
        {"kind": n.kind, "field": n.field, "start": n.start, "end": n.end, "text": n.text}
        for n in news[:MOST_NEWS]
    ]


def news_from_json(value: Any) -> tuple[News, ...]:
    """News as the tables kept it."""
    return tuple(News(**span) for span in value)
