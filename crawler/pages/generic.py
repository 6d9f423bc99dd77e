"""Pages of outlets without a class: metadata first, then trafilatura for the body."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement, fragment_fromstring

from crawler.pages import jsonld
from crawler.pages.arc import read_arc
from crawler.pages.base import Fields, Outlet, build, stated_people, strip_suffix
from crawler.pages.containers import story_paragraphs
from crawler.pages.document import Page
from crawler.pages.people import is_full_name
from crawler.pages.text import collapse, paragraphs, unique
from crawler.pages.visible import visible_authors, visible_date
from newsroom.model import PageContent

_CAPTIONS = "figcaption, .caption, .img_caption, .photo_caption, .image-caption, .wp-caption-text"
_SEPARATOR = re.compile(r"\s+(?:\||-|–|—|<|::|:|·|»|//)\s+|\s*\|\s*")
_MIN_ARTICLE_BODY = 400
_MARKUP = re.compile(r"</(?:p|div|a|span|em|h2)>|<br", re.IGNORECASE)
_MAX_HEADINGS = 20
_MAX_CUTS = 8
_MIN_SIGNED = 4
_MAX_NAME = 40
_ARC_SHARE = 0.3
"""Below this share of the script's text the markup does not hold the story."""


class Generic(Outlet):
    """No outlet in particular."""

    name = "generic"


OUTLET = Generic()


def read_generic(page: Page, outlet: Outlet | None = None) -> PageContent:
    """Read any article page; `outlet` where its class knew the site but not this page."""
    stated = list(page.own.body) if page.own else []
    body = stated or story_paragraphs(page) or _article_body(page.meta.article)
    bylines: tuple[str, ...] = ()
    if not body:
        # Arc's data before trafilatura prunes the tree; its lists of links make it second choice
        arc = read_arc(page.root)
        body = _extract(page.root, page.url)
        if sum(map(len, body)) < _ARC_SHARE * sum(map(len, arc.paragraphs)):
            body, bylines = list(arc.paragraphs), arc.bylines
    if not bylines and not stated_people(page):
        bylines = tuple(visible_authors(page)) or _signed_first(body)
    fields = Fields(
        title=_title(page, outlet),
        published="" if page.meta.published else visible_date(page),
        bylines=list(bylines),
        body=body,
        captions=page.texts(_CAPTIONS)[:50],
        warnings=["layout_changed"] if outlet is not None else [],
    )
    return build(page, outlet or OUTLET, OUTLET.name, fields)


def _signed_first(body: list[str]) -> tuple[str, ...]:
    """The name that stands alone above a story; nothing else on the page says who wrote it."""
    signed = len(body) > _MIN_SIGNED and len(body[0]) < _MAX_NAME and is_full_name(body[0])
    return (body[0],) if signed else ()


def _article_body(article: jsonld.Block) -> list[str]:
    """The paragraphs of JSON-LD's articleBody, where it is whole and still has its paragraphs."""
    text = jsonld.string(article.get("articleBody"))
    if len(text) < _MIN_ARTICLE_BODY or text.endswith(("...", "…")):
        return []
    if _MARKUP.search(text):
        return paragraphs(fragment_fromstring(text, create_parent="div"))
    lines = [line for part in text.splitlines() if (line := collapse(part))]
    return lines if len(lines) > 2 else []


def _extract(root: HtmlElement, url: str) -> list[str]:
    """The main text by trafilatura (precision), one paragraph a line."""
    # imported here: it costs half a second and 60 MB that a known outlet's page never needs
    from trafilatura import bare_extraction

    # it warns on every page without a story, which is no news to the log of a crawler
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = bare_extraction(
        root,
        url=url,
        favor_precision=True,
        include_comments=False,
        with_metadata=False,
        deduplicate=False,
    )
    text = getattr(found, "text", None) or ""
    return [line for part in text.split("\n") if (line := collapse(part))]


def _title(page: Page, outlet: Outlet | None) -> str:
    """The headline as published: the stated title, less whatever the page's h1 does not say."""
    headings = [
        text for node in page.all("h1, h2")[:_MAX_HEADINGS] if (text := " ".join(paragraphs(node)))
    ]
    stated = page.meta.titles
    for title in stated:
        if title in headings:
            return title
        for part in _heads(title):
            if part in headings:
                return part
    if not stated:
        return headings[0] if headings else ""
    title = strip_suffix(stated[0], outlet.suffixes if outlet else ())
    return strip_suffix(title, _site_names(page))


def _heads(title: str) -> list[str]:
    """The title's beginnings at each separator, the longest first."""
    cuts = [found.start() for found in _SEPARATOR.finditer(title)]
    return [title[:cut].strip() for cut in reversed(cuts[-_MAX_CUTS:])]


def _site_names(page: Page) -> tuple[str, ...]:
    host = re.split(r"[.-]", urlsplit(page.url).hostname or "")
    names = list(page.meta.site_names)
    for title in page.meta.titles:
        tail = _SEPARATOR.split(title)[-1]
        words = re.findall(r"\w{4,}", tail.lower())
        if len(words) <= 4 and any(word in host for word in words):
            names.append(tail)  # "Bridge opens | The Hanbit Post" on post.hanbit.example
    return unique(names)
