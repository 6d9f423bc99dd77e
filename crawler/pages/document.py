"""One page, parsed once: its tree, its metadata, and short ways to ask for nodes."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import cast
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.pages.charset import decode
from crawler.pages.metadata import Metadata
from crawler.pages.own import Own
from crawler.pages.text import inline_text
from newsroom.errors import PageError
from newsroom.reasons import Reason

MAX_BYTES = 16 * 1024 * 1024
"""Larger bodies are refused; libxml2 itself cuts trees deeper than 2,048."""
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|article|div|p|h1|table|br)\b", re.I
)
_MAX_TEXTS = 200
_MARKUP_WITHIN = 262_144
_NOT_HTML = re.compile(r"^(?:image|audio|video|font)/|/(?:pdf|json|zip|rss\+xml|atom\+xml)\b", re.I)


@lru_cache(maxsize=512)
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


class Page:
    """A parsed page. `root` is the tree (comments and processing instructions dropped)."""

    def __init__(self, root: HtmlElement, url: str, timezone: str) -> None:
        self.root = root
        self.url = url
        self.timezone = timezone
        self.own: Own | None = None
        """What the operator's selectors found, where the source has any."""

    @cached_property
    def meta(self) -> Metadata:
        """The page's meta tags, links and JSON-LD, read once."""
        return Metadata.read(self.root, self.url)

    def all(self, css: str, within: HtmlElement | None = None) -> list[HtmlElement]:
        """Every node the CSS selector finds, in document order."""
        # a translated selector always gives elements; the stubs allow whatever XPath can give
        return cast(list[HtmlElement], _selector(css)(self.root if within is None else within))

    def first(self, css: str, within: HtmlElement | None = None) -> HtmlElement | None:
        """The first node the CSS selector finds."""
        found = self.all(css, within)
        return found[0] if found else None

    def text(self, css: str, within: HtmlElement | None = None) -> str:
        """The text of the first node found, on one line; empty where there is none."""
        node = self.first(css, within)
        return "" if node is None else inline_text(node)

    def texts(self, css: str, within: HtmlElement | None = None) -> list[str]:
        """The non-empty texts of the nodes found (at most 200), each on one line."""
        nodes = self.all(css, within)[:_MAX_TEXTS]
        return [text for node in nodes if (text := inline_text(node))]

    def absolute(self, link: str | None) -> str | None:
        """The link as an absolute http(s) URL; None for any other scheme or a broken one."""
        if not link or not link.strip():
            return None
        try:
            url = urljoin(self.url, link.strip())
            parts = urlsplit(url)
        except ValueError:
            return None
        return url if parts.scheme in ("http", "https") and parts.hostname else None


def parse(body: bytes, *, url: str, content_type: str, timezone: str) -> Page:
    """Parse bytes leniently; raises PageError (`empty`, `too_large`, `parse_error`)."""
    if len(body) > MAX_BYTES:
        raise PageError(Reason.TOO_LARGE, f"{url}: page of {len(body)} bytes, cap {MAX_BYTES}")
    text = decode(body, content_type).replace("\x00", "")
    if not text.strip():
        raise PageError(Reason.EMPTY, f"{url}: the page is empty")
    if _NOT_HTML.search(content_type) or not _MARKUP.search(text, 0, _MARKUP_WITHIN):
        raise PageError(Reason.PARSE_ERROR, f"{url}: not an HTML page")
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise PageError(Reason.PARSE_ERROR, f"{url}: {error}") from error
    return Page(root, url, timezone)
