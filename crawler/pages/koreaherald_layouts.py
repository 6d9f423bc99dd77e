"""The four generations of The Korea Herald's article pages, 2011 to today.

Old articles are shown in the layout of the day they are fetched: the `ud` in a URL says nothing
of it.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.pages.base import Fields, Layout, strip_suffix
from crawler.pages.document import Page
from crawler.pages.koreaherald_story import read_story
from crawler.pages.text import collapse, inline_text, paragraphs, unique

SUFFIXES = ("The Korea Herald", "Korea Herald", "koreaherald.com")

_LABEL = re.compile(r"(?:Published|Posted|Updated|Modified)\s*:?\s*", re.IGNORECASE)
_UPDATED = re.compile(r"\s*(?:Last\s+)?(?:Updated|Modified)\b", re.IGNORECASE)
_BYLINE = re.compile(r"By\s+(?P<names>\S.{0,120})")
_BYLINE_END = re.compile(
    r"\s*(?:\b(?:Published|Posted|Updated)\b|Link copied|[|·]).*$", re.IGNORECASE
)


class LayoutD(Layout):
    """Late 2024 on: article#articleText, everything else in JSON-LD."""

    name = "koreaherald-d"

    def matches(self, page: Page) -> bool:
        """The story is an `article` element."""
        return self._story(page) is not None

    def read(self, page: Page) -> Fields:
        """All fields; dates without a zone come from JSON-LD."""
        node = self._story(page)
        assert node is not None  # noqa: S101 - matches() found it
        fields = _story_fields(page, node)
        fields.title = _headline(page)
        fields.subtitle = page.text("h2.news_title, h2.article-subtitle, .news_sub_title")
        if not page.meta.published:
            fields.published, fields.modified = read_dates(page.texts("p.news_date, .article-date"))
        _add_header(fields, _header_bylines(page, node))
        return fields

    def _story(self, page: Page) -> HtmlElement | None:
        return page.first("article#articleText, article.article-body, article.news_content")


class LayoutC(Layout):
    """Mid 2023 to late 2024: h1.news_title, p.news_date."""

    name = "koreaherald-c"

    def matches(self, page: Page) -> bool:
        """The headline or date node of this layout, and a story node."""
        return (
            page.first("h1.news_title, p.news_date") is not None and self._story(page) is not None
        )

    def read(self, page: Page) -> Fields:
        """All fields; "Published : Sept. 6, 2017 - 16:49" in the source's zone."""
        node = self._story(page)
        assert node is not None  # noqa: S101 - matches() found it
        fields = _story_fields(page, node)
        fields.title = page.text("h1.news_title")
        fields.subtitle = page.text("h2.news_title")
        fields.published, fields.modified = read_dates(page.texts(".news_date"))
        _add_header(fields, _header_bylines(page, node))
        return fields

    def _story(self, page: Page) -> HtmlElement | None:
        for css in ("#articleText", "div.text_box"):
            node = page.first(css)
            if node is not None and inline_text(node):
                return node
        return None


class LayoutB(Layout):
    """About 2016 to mid 2023: h1.view_tit and one or more div.view_con_t."""

    name = "koreaherald-b"

    def matches(self, page: Page) -> bool:
        """The headline or a text block of this layout."""
        return page.first("h1.view_tit, .view_con_t") is not None and self._story(page) is not None

    def read(self, page: Page) -> Fields:
        """All fields; "Published : Apr 18, 2022 - 16:41   Updated : ..." in the source's zone."""
        node = self._story(page)
        assert node is not None  # noqa: S101 - matches() found it
        fields = _story_fields(page, node)
        fields.title = page.text("h1.view_tit, .view_tit h1")
        fields.subtitle = page.text("h2.view_tit_sub, .view_tit_sub")
        fields.published, fields.modified = read_dates(page.texts(".view_tit_byline_r"))
        header = page.texts(".view_tit_byline_l") or _header_bylines(page, node)
        _add_header(fields, header)
        return fields

    def _story(self, page: Page) -> HtmlElement | None:
        node = page.first("#articleText")
        if node is not None and inline_text(node):
            return node
        # markup broken before #articleText closed it early: the wrapper holds the text blocks
        block = page.first(".view_con_t")
        if block is None:
            return None
        parent = block.getparent()
        several = parent is not None and len(page.all(".view_con_t", parent)) > 1
        return parent if several else block


class LayoutA(Layout):
    """About 2011 to 2015: .nview with h1.title_sec."""

    name = "koreaherald-a"

    def matches(self, page: Page) -> bool:
        """The headline of this layout and the story node."""
        return (
            page.first("h1.title_sec, .nview .writedata") is not None
            and page.first("#articleText") is not None
        )

    def read(self, page: Page) -> Fields:
        """All fields; "Published : 2014-07-14 20:47" in the source's zone."""
        node = page.first("#articleText")
        assert node is not None  # noqa: S101 - matches() found it
        fields = _story_fields(page, node)
        fields.title = page.text("h1.title_sec")
        fields.subtitle = page.text("h4.stitle_sec")
        dates = page.texts(".writedata .date") or page.texts(".writedata")
        fields.published, fields.modified = read_dates(dates)
        _add_header(fields, _header_bylines(page, node))
        return fields


LAYOUTS: tuple[Layout, ...] = (LayoutD(), LayoutC(), LayoutB(), LayoutA())
"""Newest first."""


def read_dates(texts: list[str]) -> tuple[str, str]:
    """The raw (published, updated) of "Published : A   Updated : B", in one text or several."""
    text = collapse(" ".join(texts))
    head, *tail = _UPDATED.split(text, maxsplit=1)
    published = _LABEL.sub("", head).strip(" :|")
    updated = tail[0].strip(" :|") if tail else ""
    return published, updated


def _story_fields(page: Page, node: HtmlElement) -> Fields:
    story = read_story(page, node)
    return Fields(
        bylines=list(story.bylines),
        body=list(story.lines),
        captions=list(story.captions),
        images=list(story.images),
        signed=story.signed,
    )


def _add_header(fields: Fields, header: list[str]) -> None:
    """Put the headline's bylines first; "Bae Hyunjung" there is "Bae Hyun-jung" below the story."""
    known = {_letters(byline) for byline in header}
    signed = [byline for byline in fields.bylines if _letters(byline) not in known]
    fields.bylines = [*header, *signed]


def _letters(byline: str) -> str:
    return "".join(char for char in byline.casefold() if char.isalpha())


def _headline(page: Page) -> str:
    """The stated title; where that was cut, or none is stated, the heading on the page."""
    stated = next((strip_suffix(title, SUFFIXES) for title in page.meta.titles), "")
    headings = page.texts("h1")[:10]
    if stated and not stated.endswith(("...", "…")):
        return stated
    start = stated.rstrip(".… ")
    return next((h for h in headings if h.startswith(start) and h not in SUFFIXES), stated)


def _header_bylines(page: Page, story: HtmlElement) -> list[str]:
    """Lines "By ..." in the block that holds the headline, outside the story.

    How layouts A, C and D mark their bylines is not known; that they stand by the headline is.
    """
    block = page.first("h1.news_title, h1.title_sec, h1.view_tit, h1")
    while block is not None and block.tag != "html":
        lines, holds_story = _lines_before(block, story)
        found = [match["names"] for line in lines if (match := _BYLINE.match(line))]
        if found or holds_story:
            return list(unique(f"By {_BYLINE_END.sub('', name)}" for name in found))
        block = block.getparent()
    return []


def _lines_before(block: HtmlElement, story: HtmlElement) -> tuple[list[str], bool]:
    """The lines of `block` up to the story, and whether the story stands in it.

    What follows the story names the authors of other stories.
    """
    reached = False

    def skip(node: HtmlElement) -> bool:
        nonlocal reached
        reached = reached or node is story
        return reached

    return paragraphs(block, skip), reached
