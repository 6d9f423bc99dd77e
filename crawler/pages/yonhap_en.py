"""Yonhap's pages in English and other foreign languages, and those of its host before 2019."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.pages.base import Fields, Layout
from crawler.pages.document import Page
from crawler.pages.text import has_class, inline_text, paragraphs

# Blocks inside article.story-news that are not the story.
_SKIP = has_class(
    "comp-box", "photo-group", "image-zone", "youtube-group", "video-zone", "related-group",
    "related-zone", "writer-zone01", "keyword-zone", "keyword-zone01", "aside-box01",
    "txt-copyright", "ad-box",
    tags=("figure", "figcaption", "aside", "header"),
)  # fmt: skip
_NO_PHOTOS = has_class(
    "youtube-group", "video-zone", "related-group", "related-zone", "aside-box01", tags=("aside",)
)  # fmt: skip
_EDITIONS = {
    "en": "en", "m-en": "en", "english": "en", "www": "ko", "m": "ko", "cn": "zh", "m-cn": "zh",
    "jp": "ja", "m-jp": "ja", "ar": "ar", "m-ar": "ar", "sp": "es", "m-sp": "es", "es": "es",
    "fr": "fr", "m-fr": "fr", "vn": "vi",
}  # fmt: skip
HOSTS = ("yna.co.kr", "yonhapnews.co.kr")


def edition(page: Page) -> str | None:
    """The page's language: by the edition's host, elsewhere (mirrors) by its own statement."""
    label, _, domain = (urlsplit(page.url).hostname or "").partition(".")
    if domain in HOSTS and label in _EDITIONS:
        return _EDITIONS[label]
    return page.meta.language


def story_node(page: Page) -> HtmlElement | None:
    """The inner story node; the outer article.story-view-zone holds the whole page."""
    return page.first("article.story-news, div.story-news")


def story_images(page: Page, story: HtmlElement) -> list[str]:
    """Links of the pictures in the story."""
    return [link for node in page.all("img", story) if (link := node.get("src") or "")]


def story_captions(page: Page, story: HtmlElement) -> list[str]:
    """Captions of the photos in the story; a video's title is none."""
    nodes = page.all("figcaption .txt-desc, figcaption.txt-desc", story)
    return [inline_text(node) for node in nodes if not any(map(_NO_PHOTOS, node.iterancestors()))]


def story_tags(page: Page) -> list[str]:
    """The keywords: links, or items of a list without links; its heading is neither."""
    zones = (".keyword-zone", ".keyword-zone01")
    return page.texts(", ".join(f"{zone} a" for zone in zones)) or page.texts(
        ", ".join(f"{zone} li" for zone in zones)
    )


class English(Layout):
    """en.yna.co.kr from 2018/19 on, as served in 2023."""

    name = "yonhap-en"

    def matches(self, page: Page) -> bool:
        """A story node on an English page."""
        return edition(page) == "en" and story_node(page) is not None

    def read(self, page: Page) -> Fields:
        """All fields; `.info-con .txt` holds "11:12 April 19, 2023" where the metadata fail."""
        story = story_node(page)
        if story is None:
            return Fields()
        return Fields(
            title=page.text("header.title-article01 h1.tit") or page.text("h1.tit"),
            subtitle=page.text("header.title-article01 .tit-sub"),
            published=page.meta.get("article:published_time") or _info_date(page),
            modified=page.meta.get("article:modified_time"),
            body=paragraphs(story, _SKIP),
            captions=story_captions(page, story),
            images=story_images(page, story),
            section=page.meta.get("article:section"),
            tags=story_tags(page),
        )


class OtherEdition(English):
    """The Chinese, Japanese, Arabic, Spanish and French editions: the same markup."""

    name = "yonhap-world"

    def matches(self, page: Page) -> bool:
        """A story node on a page neither English nor Korean."""
        return edition(page) not in ("en", "ko") and story_node(page) is not None


class EnglishUntil2018(Layout):
    """english.yonhapnews.co.kr: no capture is known; read by the nodes its scrapers named."""

    name = "yonhap-en-2013"

    def matches(self, page: Page) -> bool:
        """An English page with the story node of that time."""
        return edition(page) == "en" and _old_story(page) is not None

    def read(self, page: Page) -> Fields:
        """Headline, story and captions; dates are in the metadata or beside the headline."""
        story = _old_story(page)
        if story is None:
            return Fields()
        return Fields(
            title=page.text("#articleWrap h1") or page.text("#articleWrap h2"),
            published=page.meta.get("article:published_time") or page.text(".pblsh, .date"),
            body=paragraphs(story, _SKIP),
            captions=page.texts("figcaption, .txt-desc, .caption", story),
            images=story_images(page, story),
        )


def _old_story(page: Page) -> HtmlElement | None:
    return page.first("#articleWrap .article, #articleWrap #articleBody")


def _info_date(page: Page) -> str:
    text = page.text(".info-box .info-con .txt")
    label = page.text(".info-box .info-con .txt strong")
    return text.removeprefix(label).strip()
