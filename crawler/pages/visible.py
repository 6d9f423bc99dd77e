"""Dates and bylines as a page shows them to readers, for pages whose metadata say nothing."""

from __future__ import annotations

import re

from crawler.pages.document import Page
from crawler.pages.people import people
from crawler.pages.text import inline_text, unique
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
_STAMP = re.compile(
    r"(?:19|20)\d\d\s?[./년-]\s?\d{1,2}\s?[./월-]\s?\d{1,2}\s?[일.]?[T\s,|(]{0,3}"
    r"(?:[가-힣]\)?\s?)?(?:오전|오후|AM|PM)?\s?\d{1,2}(?::|시\s?)\d{2}(?:분|:\d{2})?"
)
_LABEL = re.compile(
    r"^(?:published|updated|posted|input|입력|등록|승인|기사\s?입력|작성|송고(?:시간)?)\s*(?:on|at)?\s*[:|]?\s*",
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
    short = unique(text for text in texts if len(text) < _MAX_TEXT)
    return next(([text] for text in short if people([text])), [])
