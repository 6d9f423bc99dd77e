"""The Korea Herald's stories: what of the story node is text, caption, picture or furniture.

The markup was never clean: photo tables, `div`s left open inside cells and `center`, captions
printed once for each screen size. So a block counts as a photo only while it is short enough to
be one; whatever swallowed the story is read as story.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial

from lxml.html import HtmlElement

from crawler.pages.document import Page
from crawler.pages.signatures import only_names
from crawler.pages.text import collapse, inline_text, paragraphs

_MAX_CAPTION = 600
"""A longer line is no caption."""
_LINES_PER_PHOTO = 2
"""A caption and its repetition or source; a block with more lines took in the story."""
_MIN_REPEAT = 40
"""Shorter paragraphs may be said twice ("Yes.")."""

_PHOTO_CLASSES = frozenset({"article-photo-wrap", "article-img", "img_box", "photo_box"})
_CAPTION_CLASSES = frozenset({"view_con_caption", "img_caption", "article-caption", "caption"})
_FURNITURE = frozenset(
    {
        *("view_tit_icon", "khadv_bg", "view_tit_byline", "view_tit_byline_l", "view_tit_byline_r"),
        *("news_date", "news_title", "view_tit", "view_tit_sub", "title_sec", "stitle_sec"),
        *("writedata", "share", "sns", "sns_area", "news_share", "article-share", "link_copied"),
        *("ad_area", "ad", "article-tags", "article-keyword"),
    }
)
_AFTER = frozenset(
    {
        *("main_r", "main_r_tit", "view_main_c_li", "spot_li", "view_bottom", "main_sec_li"),
        *("related", "related_news", "related-news", "related_article", "article-related"),
        *("most_popular", "popular", "recent_news", "news_list", "category_detail_list"),
        *("reporter_box", "reporter-box", "comment", "copyright", "footer"),
    }
)
"""Where one of these stands behind text, the story is over: a `div` left open above it."""
_SILENT_TAGS = frozenset({"header", "nav", "aside", "form"})
# these are for collapsed lines: a blank is one blank
# small letters only: of "by Friday.khnews@..." the sentence keeps its end
_MAIL = (
    r"(?:[(\[<] ?)?(?<![A-Za-z0-9_%+-])[a-z0-9_%+-]{1,40}(?:\.[a-z0-9_%+-]{1,40})?"
    r"@(?:heraldcorp|koreaherald)\.com\b(?: ?[)\]>])?"
)
_STAFF_MAIL = re.compile(rf" ?{_MAIL}")
# "...said.By Kim Arin (arin@heraldcorp.com)": printed without a blank, and not only at the end
_SIGNED = re.compile(
    r"(?:^|(?<=[.!?…\"”’')\]])) ?By:? "
    rf"(?P<names>[A-Z](?:[^.!?@()]|(?<=\b[A-Z])\.){{1,100}}?) ?(?:{_MAIL} ?)+"
)
_SOURCE_AT_END = re.compile(r"\([^()]{2,60}\)\W*$")


@dataclass(frozen=True, slots=True)
class Story:
    """A story node taken apart; texts are collapsed, captions once each."""

    lines: tuple[str, ...]
    """Without staff addresses and the bylines they followed."""
    bylines: tuple[str, ...]
    """Those bylines: "By Kim Arin"."""
    captions: tuple[str, ...]
    images: tuple[str, ...]
    signed: bool
    """A staff address stood in the text."""


def read_story(page: Page, node: HtmlElement) -> Story:
    """Take the story node apart."""
    captions: list[str] = []
    ended = False
    begun = False

    def skip(child: HtmlElement) -> bool:
        nonlocal ended, begun
        classes = _classes(child)
        if ended:
            return True
        if not classes.isdisjoint(_AFTER) or child.tag == "footer":
            ended = begun
            return True
        if _is_caption(child, classes) or _is_photo(child, classes):
            captions.extend(_captions(page, child))
            return True
        if child.tag in _SILENT_TAGS or not classes.isdisjoint(_FURNITURE):
            return True
        if child.get("id") == "thumimage":
            return True
        begun = begun or bool((child.text or "").strip() or (child.tail or "").strip())
        return False

    begun = bool((node.text or "").strip())
    lines = paragraphs(node, skip)
    captions.extend(_open_captions(page, node))
    kept, bylines = unsigned(_without_repeats(lines, captions, _alts(page, node)))
    images = [link for img in page.all("img", node) if (link := _source(img))]
    return Story(
        lines=tuple(kept),
        bylines=tuple(dict.fromkeys(bylines)),
        captions=tuple(dict.fromkeys(captions)),
        images=tuple(images),
        signed=any(_STAFF_MAIL.search(line) for line in lines),
    )


def unsigned(lines: list[str]) -> tuple[list[str], list[str]]:
    """The (collapsed) lines without staff addresses, and the bylines that stood before those."""
    kept: list[str] = []
    bylines: list[str] = []
    for line in lines:
        text = line
        if "@" in line:
            text = collapse(_STAFF_MAIL.sub("", _SIGNED.sub(partial(_signed, bylines), line)))
        if text:
            kept.append(text)
    return kept, bylines


def _signed(bylines: list[str], found: re.Match[str]) -> str:
    """Note the byline; "By Friday all was over khnews@..." is none and keeps its words."""
    byline = f"By {collapse(found['names'])}"
    if not only_names(byline):
        return found.group()
    bylines.append(byline)
    return " "


def once(text: str) -> str:
    """The text, or its half where it says the same twice ("A man. A man.")."""
    middle = len(text) // 2
    left, right = text[:middle].rstrip(), text[middle:].lstrip()
    return left if left and left == right else text


def _captions(page: Page, block: HtmlElement) -> list[str]:
    """The captions in a photo block: from their own nodes, else all the text it has."""
    nodes = [n for n in block.iter() if isinstance(n.tag, str) and _is_caption(n, _classes(n))]
    texts = [inline_text(n) for n in nodes] or [inline_text(block)]
    return [once(text) for text in texts if text]


def _open_captions(page: Page, node: HtmlElement) -> list[str]:
    """First paragraphs of caption nodes that were left open and took the story in."""
    found: list[str] = []
    for child in node.iter():
        classes = _classes(child)
        if _named_caption(child, classes) and not _is_caption(child, classes):
            found.extend(once(text) for text in paragraphs(child)[:1])
    return found


def _without_repeats(lines: list[str], captions: list[str], alts: frozenset[str]) -> list[str]:
    """Lines that are no captions; a caption shows itself by being printed twice.

    Adds those found to `captions`.
    """
    counts = Counter(lines)
    kept: list[str] = []
    for line in lines:
        single = once(line)
        twice = counts[line] > 1 and _SOURCE_AT_END.search(line) is not None
        repeated = (single != line or twice) and len(single) >= _MIN_REPEAT
        if repeated or line in alts:
            captions.append(single)
        elif single not in captions:
            kept.append(line)
    return kept


def _alts(page: Page, node: HtmlElement) -> frozenset[str]:
    texts = (collapse(img.get("alt") or "") for img in page.all("img[alt]", node))
    return frozenset(text for text in texts if len(text) >= _MIN_REPEAT)


def _is_photo(node: HtmlElement, classes: frozenset[str]) -> bool:
    if node.tag != "figure" and node.tag != "table" and classes.isdisjoint(_PHOTO_CLASSES):
        return False
    images = sum(1 for _ in node.iter("img"))
    return images > 0 and _is_short(node, _LINES_PER_PHOTO * images)


def _named_caption(node: HtmlElement, classes: frozenset[str]) -> bool:
    return node.tag == "figcaption" or not classes.isdisjoint(_CAPTION_CLASSES)


def _is_caption(node: HtmlElement, classes: frozenset[str]) -> bool:
    return _named_caption(node, classes) and _is_short(node, _LINES_PER_PHOTO)


def _is_short(node: HtmlElement, lines: int) -> bool:
    """Whether the block holds few enough letters and lines to be a caption or photos."""
    length = 0
    for text in node.itertext():
        length += len(text.strip())
        if length > _MAX_CAPTION * lines:
            return False
    return len(paragraphs(node)) <= lines


def _classes(node: HtmlElement) -> frozenset[str]:
    return frozenset((node.get("class") or "").split())


def _source(img: HtmlElement) -> str:
    link = img.get("data-src") or img.get("data-original") or img.get("src") or ""
    return "" if link.startswith("data:") else link
