"""Dates and bylines as a page shows them to readers, for pages whose metadata say nothing."""

from __future__ import annotations

import re

from crawler.pages.document import Page
from crawler.pages.people import is_full_name, people
from crawler.pages.text import collapse, inline_text, unique
from newsroom.dates import parse_date

_DATE_NODES = (
    ".date, .news_date, .article_date, .article-date, .published, .publish-date, .pblsh,"
    " .update-time, .datetime, .timestamp, .writedata, .write_date, .info_date, .txt-time,"
    " [class*='date'], [class*='Date'], [class*='time'], [class*='info'], [class*='byline']"
)
_BYLINES = (
    "[rel~='author'], [itemprop='author'], .byline, .author, .author-name, .journalist_name,"
    " .reporter_name, .writer, .article-author"
)
_NAMED_BYLINES = "[class*='byline'], [class*='author'], [class*='person']"
"""Looser names of such nodes, where only what is plainly a full name counts."""
_ELSEWHERE = re.compile(
    r"appetizer|teaser|card|comment|related|recommend|newsletter", re.IGNORECASE
)
"""Class names of what leads to other stories, with their writers."""
_FROM = re.compile(r"^(?:[Vv]on|[Pp]ar|[Pp]or|[Aa]v|[Dd]oor|[Oo]leh|[Dd]i)\s*:?\s+(?=[A-ZÀ-Þ])")
_STAMP = re.compile(
    r"(?:19|20)\d\d\s?[./년-]\s?\d{1,2}\s?[./월-]\s?\d{1,2}\s?[일.]?[T\s,|(]{0,3}"
    r"(?:[가-힣]\)?\s?)?(?:오전|오후|AM|PM)?\s?\d{1,2}(?::|시\s?)\d{2}(?:분|:\d{2})?"
)
_LABEL = re.compile(
    r"^(?:published|updated|posted|input|erstellt|veröffentlicht|stand|publié|publicado|입력|등록|승인|기사\s?입력|작성|송고(?:시간)?)\s*(?:on|at)?\s*[:|]?\s*",
    re.IGNORECASE,
)
_MAX_NODES = 40
_MAX_TEXT = 120


def visible_date(page: Page) -> str:
    """Raw text of the first date shown: a `time` element, a node named for it, a stamp."""
    for node in page.all("time[datetime]")[:_MAX_NODES]:
        raw = node.get("datetime") or ""
        if parse_date(raw, timezone=page.timezone):
            return raw
    for node in page.all(_DATE_NODES)[:_MAX_NODES]:
        text = inline_text(node)
        found = _STAMP.search(text[:_MAX_TEXT])
        if found:
            return found.group()
        text = _LABEL.sub("", text)
        if 6 < len(text) < _MAX_TEXT and parse_date(text, timezone=page.timezone):
            return text
    return ""


def visible_authors(page: Page) -> list[str]:
    """Raw bylines of nodes named for them; empty where they name nobody."""
    texts = [inline_text(node) for node in page.all(_BYLINES)[:_MAX_NODES]]
    short = unique(_FROM.sub("", text) for text in texts if len(text) < _MAX_TEXT)
    named = next(([text] for text in short if people([text])), [])
    return named or _spelt_out(page)


def _spelt_out(page: Page) -> list[str]:
    """Full names that each stand alone in the first node that sounds like a byline's."""
    for node in page.all(_NAMED_BYLINES)[:_MAX_NODES]:
        if any(_ELSEWHERE.search(up.get("class") or "") for up in (node, *node.iterancestors())):
            continue
        pieces = unique(collapse(str(piece)).strip(" ,;|") for piece in node.itertext())
        if not pieces or sum(map(len, pieces)) > _MAX_TEXT:
            continue
        names = [name for piece in pieces if is_full_name(name := _FROM.sub("", piece))]
        if names:
            return names
    return []
