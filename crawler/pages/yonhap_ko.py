"""Yonhap's Korean pages: three periods, after facts of public scrapers (no capture is known)."""

from __future__ import annotations

import re

from crawler.pages.base import Fields, Layout
from crawler.pages.document import Page
from crawler.pages.text import has_class, paragraphs
from crawler.pages.yonhap_en import edition, story_captions, story_images, story_node, story_tags

_SKIP = has_class(
    "comp-box", "photo-group", "image-zone", "image-zone01", "youtube-group", "video-zone",
    "related-group", "related-zone", "writer-zone", "writer-zone01", "keyword-zone",
    "keyword-zone01", "txt-copyright", "adrs", "stit", "article_ban", "article-ad-box",
    "banner-0-wrap", "ad-box", "aside-box", "aside-box01", "tit-sub", "txt-desc", "sns-share",
    tags=("figure", "figcaption", "aside", "header"),
)  # fmt: skip
_SENT = re.compile(r"송고(?:시간)?|최종\s?수정|입력|\|")


class Korean2025(Layout):
    """2025 on: h1.tit01, .update-time, div.story-news.article."""

    name = "yonhap-ko-2025"

    def matches(self, page: Page) -> bool:
        """A story node below a headline of this period."""
        return _is_korean(page) and page.first("h1.tit01") is not None

    def read(self, page: Page) -> Fields:
        """All fields; the date also from `data-published-time` or "송고2026-01-06 16:46"."""
        story = story_node(page)
        if story is None:
            return Fields()
        stamp = page.first("[data-published-time]")
        shown = stamp.get("data-published-time") if stamp is not None else None
        return Fields(
            title=page.text("h1.tit01"),
            subtitle=page.text(".tit-sub"),
            published=page.meta.get("article:published_time")
            or shown
            or _date(page, ".update-time .txt-time01"),
            bylines=[f"{name} 기자" for name in page.texts(".txt-con .tit-name a")],
            body=paragraphs(story, _SKIP),
            captions=story_captions(page, story),
            images=story_images(page, story),
            tags=story_tags(page),
        )


class Korean2019(Layout):
    """2019-2024: h1.tit, article.story-news.article (a div for special items) in .scroller01."""

    name = "yonhap-ko-2019"

    def matches(self, page: Page) -> bool:
        """A story node on a Korean page; later periods were asked before."""
        return _is_korean(page)

    def read(self, page: Page) -> Fields:
        """All fields; the date from the metadata or the text behind 송고시간."""
        story = story_node(page)
        if story is None:
            return Fields()
        return Fields(
            title=page.text("h1.tit") or page.text("h1.title-type017"),
            subtitle=page.text(".tit-sub"),
            published=page.meta.get("article:published_time") or _date(page, ".update-time"),
            bylines=[f"{name} 기자" for name in page.texts(".writer-zone01 .tit-name a")],
            body=paragraphs(story, _SKIP),
            captions=story_captions(page, story),
            images=story_images(page, story),
            tags=story_tags(page),
        )


class KoreanUntil2018(Layout):
    """Until about 2018: #articleWrap, the date in `.adrs .pblsh` followed by 송고."""

    name = "yonhap-ko-2014"

    def matches(self, page: Page) -> bool:
        """The wrap of this period."""
        return edition(page) == "ko" and page.first("#articleWrap .article") is not None

    def read(self, page: Page) -> Fields:
        """All fields; the subtitle is the bold text above the story."""
        story = page.first("#articleWrap .article")
        if story is None:
            return Fields()
        return Fields(
            title=page.text("#articleWrap h1, #articleWrap h2"),
            subtitle=page.text(".stit", story),
            published=page.meta.get("article:published_time") or _date(page, ".adrs .pblsh"),
            body=paragraphs(story, _SKIP),
            captions=page.texts("figcaption, .txt-desc, .article-img-caption", story),
            images=story_images(page, story),
        )


def _is_korean(page: Page) -> bool:
    return edition(page) == "ko" and story_node(page) is not None


def _date(page: Page, css: str) -> str:
    """The date text of a node without the words around it."""
    return _SENT.sub(" ", page.text(css)).strip()
