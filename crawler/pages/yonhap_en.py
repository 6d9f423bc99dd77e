"""Yonhap's English pages: those of en.yna.co.kr, and those of its host before 2019."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.pages.base import Fields, Layout
from crawler.pages.document import Page
from crawler.pages.text import has_class, paragraphs

# Blocks inside article.story-news that are not the story.
_SKIP = has_class(
    "comp-box", "photo-group", "image-zone", "youtube-group", "video-zone", "related-group",
    "related-zone", "writer-zone01", "keyword-zone01", "aside-box01", "txt-copyright", "ad-box",
    tags=("figure", "figcaption", "aside", "header"),
)  # fmt: skip


def story_images(page: Page, story: HtmlElement) -> list[str]:
    """Links of the pictures in the story."""
    return [link for node in page.all("img", story) if (link := node.get("src") or "")]


class English(Layout):
    """en.yna.co.kr as served in 2023, stories back to 2019 included."""

    name = "yonhap-en"

    def matches(self, page: Page) -> bool:
        """The story node, under an English headline or on an English page."""
        if page.first("article.story-news, div.story-news") is None:
            return False
        return page.first("header.title-article01") is not None or _is_english(page)

    def read(self, page: Page) -> Fields:
        """All fields; `.info-con .txt` holds "11:12 April 19, 2023" where the metadata fail."""
        story = page.first("article.story-news, div.story-news")
        assert story is not None  # noqa: S101 - matches() found it
        return Fields(
            title=page.text("header.title-article01 h1.tit") or page.text("h1.tit"),
            subtitle=page.text("header.title-article01 h2.tit-sub"),
            published="" if page.meta.published else _info_date(page),
            body=paragraphs(story, _SKIP),
            captions=page.texts("figcaption .txt-desc", story),
            images=story_images(page, story),
            tags=page.texts(".keyword-zone01 .list a"),
        )


class EnglishUntil2018(Layout):
    """english.yonhapnews.co.kr: no capture is known; read by the nodes its scrapers named."""

    name = "yonhap-en-2013"

    def matches(self, page: Page) -> bool:
        """An old host or an old story node, on an English page."""
        old = urlsplit(page.url).hostname == "english.yonhapnews.co.kr"
        return old and self._story(page) is not None

    def read(self, page: Page) -> Fields:
        """Headline, story paragraphs and captions; dates are in the metadata or the text."""
        story = self._story(page)
        assert story is not None  # noqa: S101 - matches() found it
        return Fields(
            title=page.text("#articleWrap h1, #articleWrap h2, .view_tit h1, h1.tit"),
            published="" if page.meta.published else page.text(".pblsh, .date, .share_info .date"),
            body=paragraphs(story, _SKIP),
            captions=page.texts("figcaption, .txt-desc, .caption", story),
            images=story_images(page, story),
        )

    def _story(self, page: Page) -> HtmlElement | None:
        return page.first("#articleWrap .article, #articleWrap, .article, article")


def _is_english(page: Page) -> bool:
    return page.meta.language == "en"


def _info_date(page: Page) -> str:
    text = page.text(".info-box .info-con .txt")
    label = page.text(".info-box .info-con .txt strong")
    return text.removeprefix(label).strip()
