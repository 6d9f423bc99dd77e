"""One item of a listing as an entry: its headline, lead and date, by selectors or by look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml.html import HtmlElement

from crawler.pages.document import Page
from crawler.pages.listing_dates import find_date, listed_date
from crawler.pages.listings_shapes import Shape
from crawler.pages.text import collapse, inline_text, paragraphs
from newsroom.model import FeedEntry

MAX_TITLE = 2_000
MAX_LEAD = 20_000
LABEL_LENGTH = 24
"""A line this short before others is the section's name, not the headline."""
_CLOCK = re.compile(r"\d{1,2}:\d\d")


def read_entry(page: Page, shape: Shape, item: HtmlElement, url: str, now: datetime) -> FeedEntry:
    """The item as `shape` says; what it does not say is found by look."""
    title = first_text(page, shape.title, item)
    lead = page.first(shape.lead, item) if shape.lead else None
    if not title:
        title = _guess_title(item)
    raw = _date_text(page, shape, item, {title, inline_text(lead) if lead is not None else ""})
    return made_entry(page, url, title, _summary(lead), raw, now)


def made_entry(
    page: Page, url: str, title: str, summary: str, raw: str | None, now: datetime
) -> FeedEntry:
    """An entry of a listing, capped; `raw` is its date text."""
    return FeedEntry(
        guid=None,
        url=url,
        title=title[:MAX_TITLE],
        summary=summary[:MAX_LEAD],
        published_at=listed_date(raw, timezone=page.timezone, now=now) if raw else None,
        published_raw=raw,
    )


def first_text(page: Page, css: str, item: HtmlElement) -> str:
    """The first non-empty text under the selectors, tried in the order they are written."""
    for part in _parts(css):
        for node in page.all(part, item):
            text = collapse(" ".join(paragraphs(node)))
            if text:
                return text
    return ""


def _parts(css: str) -> Iterator[str]:
    # a comma inside brackets belongs to its selector
    yield from (part.strip() for part in re.split(r",(?![^(\[]*[)\]])", css) if part.strip())


def _guess_title(item: HtmlElement) -> str:
    """The headline of an item whose markup is not known: the first line that is no label."""
    lines = [line for line in paragraphs(item) if find_date(line) != line]
    long = [line for line in lines if len(line) > LABEL_LENGTH]
    if long or lines:
        return (long or lines)[0]
    image = next(item.iter("img"), None)
    return collapse(image.get("alt") or "") if image is not None else ""


def _date_text(page: Page, shape: Shape, item: HtmlElement, known: set[str]) -> str | None:
    """The date the item shows, as written: from its own node, else from the text around."""
    for part in _parts(shape.date):
        for node in page.all(part, item):
            shown = shown_date(node)
            if shown:
                return shown
    around = [line for line in paragraphs(item) if line not in known]
    return find_date(" \n".join(around))


def shown_date(node: HtmlElement) -> str | None:
    """The date text of a node that holds a date: its text, else its `datetime` attribute."""
    text = inline_text(node)
    shown = find_date(text) or (text if _CLOCK.fullmatch(text) else None)
    return shown or collapse(node.get("datetime") or "") or None


def _summary(lead: HtmlElement | None) -> str:
    """The lead's paragraphs; a listing separates them by line breaks in its text."""
    if lead is None:
        return ""
    text = lead.text_content()
    lines = text.split("\n") if "\n" in text.strip() else paragraphs(lead)
    return "\n\n".join(line for part in lines if (line := collapse(part)))
