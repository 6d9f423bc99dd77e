"""Where Korean outlets without a class of their own keep the story.

Most Korean news sites run one of a few publishing systems whose body nodes have telling names;
general extraction loses short broadcast scripts there, or takes the print copy as well.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.pages.document import Page
from crawler.pages.text import collapse, paragraphs

_NODES = (
    "#article-view-content-div",  # nd-soft, used by hundreds of local papers
    "#dic_area, #newsct_article",
    "#cont_newstext",
    "#newsViewArea",
    "#CmAdContent",
    "#articleBodyContents, #articleBody, #article_body, #articletxt, #article_txt",
    "#textBody, #news_body_area, #newsEndContents, #harmonyContainer",
    ".article_detail_body, .article-body-text, .article_txt, .news_txt, .art_txt",
    ".text_area, .article_view, .view_con_t, .story-news",
    "[itemprop='articleBody']",
)
_SILENT = frozenset({"figure", "figcaption", "aside", "nav", "header", "footer"})
_JUNK = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|adsbygoogle|banner|blind|btns?|button|byline|caption|copyright|hide"
    r"|journalist|more[_-]articles?|photo_desc|player|popup|reaction|related|relation|reporters?"
    r"|share|sns|subscribe|summary_view|tags?|toast|tooltip|writer)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""A word of a class name or id; sites combine them freely ("btn-area reaction-btns")."""
_HANGUL = re.compile(r"[가-힣]")
_MIN_HANGUL = 80
_MAX_LINKED = 0.25
_MAX_OUTSIDE = 4


def story_paragraphs(page: Page) -> list[str]:
    """The paragraphs of the first known node that is dense Korean text; empty where none is."""
    for css in _NODES:
        nodes = page.all(css)
        if len(nodes) > _MAX_OUTSIDE:
            continue  # a list of stories, not one story
        for node in nodes:
            lines = paragraphs(node, _is_junk)
            text = "".join(lines)
            dense = _linked(node) <= _MAX_LINKED * len(text)
            if dense and len(_HANGUL.findall(text)) >= _MIN_HANGUL:
                return lines
    return []


def _is_junk(node: HtmlElement) -> bool:
    if node.tag in _SILENT:
        return True
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return names != " " and _JUNK.search(names) is not None


def _linked(node: HtmlElement) -> int:
    return sum(len(collapse(link.text_content())) for link in node.iter("a"))
