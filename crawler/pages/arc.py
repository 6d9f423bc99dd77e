"""Pages of the Arc publishing system: the story is data in a script, not markup.

Used by Chosun Ilbo and many papers abroad; `Fusion.globalContent={...};` holds `content_elements`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement, fragment_fromstring

from crawler.pages.text import inline_text

_START = "Fusion.globalContent="
_MAX_CHARS = 4_000_000
_TEXTS = frozenset({"text", "header", "paragraph"})


@dataclass(frozen=True, slots=True)
class ArcStory:
    """The story in a page's script: paragraphs, and raw bylines; both empty for other pages."""

    paragraphs: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()


def read_arc(root: HtmlElement) -> ArcStory:
    """The story of the page's script; an empty one for a page that is not Arc's."""
    for script in root.iter("script"):
        source = script.text or ""
        start = source.find(_START)
        if start >= 0:
            return _story(source, start + len(_START))
    return ArcStory()


def _story(source: str, start: int) -> ArcStory:
    if len(source) > _MAX_CHARS:
        return ArcStory()
    try:
        content: Any = json.JSONDecoder(strict=False).raw_decode(source, start)[0]
    except (ValueError, RecursionError):
        return ArcStory()
    lines: list[str] = []
    for element in _dicts(content, "content_elements"):
        markup = element.get("content")
        if element.get("type") in _TEXTS and isinstance(markup, str) and markup.strip():
            lines.append(inline_text(fragment_fromstring(markup, create_parent="div")))
    credited = content.get("credits") if isinstance(content, dict) else None
    bylines = [_byline(person) for person in _dicts(credited, "by")]
    return ArcStory(tuple(filter(None, lines)), tuple(filter(None, bylines)))


def _dicts(holder: object, key: str) -> list[dict[str, Any]]:
    values = holder.get(key) if isinstance(holder, dict) else None
    return [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []


def _byline(person: dict[str, Any]) -> str:
    """The byline as printed; `name` puts Korean given names first ("길동 홍")."""
    extra = person.get("additional_properties")
    original = extra.get("original") if isinstance(extra, dict) else None
    printed = original.get("byline") if isinstance(original, dict) else None
    found = printed or person.get("name")
    return found if isinstance(found, str) else ""
