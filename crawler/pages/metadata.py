"""What a page says of itself: meta tags, links, JSON-LD."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.pages import jsonld
from crawler.pages.text import collapse, unique

_MAX_VALUES = 200
_MAX_CONTENT = 20_000
MAX_TITLE = 1_000
"""Characters of a headline that are kept."""
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "article:published",
    "og:regdate", "og:pubdate", "pubdate", "publishdate", "publish_date", "publication_date",
    "article_date_original", "parsely-pub-date", "sailthru.date", "dc.date.issued",
    "dcterms.created", "dc.date", "regdate", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "datemodified", "article:modified",
    "og:updated_time", "lastmod", "last-modified", "dcterms.modified",
)  # fmt: skip
_AUTHOR = (
    "article:author", "og:article:author", "author", "dable:author", "dc.creator", "byl",
    "parsely-author", "sailthru.author", "twitter:creator:name",
)  # fmt: skip
_SECTION = ("article:section", "og:article:section", "section", "parsely-section")
_TAGS = ("article:tag", "og:article:tag", "news_keywords", "keywords", "parsely-tags")
_COMMA = re.compile(r"\s*[,;|]\s*")


@dataclass(frozen=True)
class Metadata:
    """A page's statements about itself, raw; the site's suffixes are still on its titles."""

    url: str
    tags: dict[str, list[str]] = field(default_factory=dict)
    """Meta contents by lower-case name, property or itemprop, in document order."""
    blocks: list[jsonld.Block] = field(default_factory=list)
    json_ld_invalid: bool = False
    title_tag: str = ""
    html_lang: str = ""
    canonical: str = ""

    @classmethod
    def read(cls, root: HtmlElement, url: str) -> Metadata:
        """Collect everything in one pass over the tree."""
        tags: dict[str, list[str]] = {}
        scripts: list[str] = []
        title = canonical = ""
        for node in root.iter("meta", "title", "link", "script"):
            if node.tag == "meta":
                _add_meta(node, tags)
            elif node.tag == "script":
                if "ld+json" in (node.get("type") or "").lower():
                    scripts.append(node.text or "")
            elif node.tag == "title":
                # later ones belong to inline SVG pictures
                title = title or collapse(node.text_content())
            elif not canonical and "canonical" in (node.get("rel") or "").lower().split():
                canonical = (node.get("href") or "").strip()
        blocks, invalid = jsonld.read(scripts)
        lang = (root.get("lang") or root.get("xml:lang") or "").strip()
        return cls(url, tags, blocks, invalid, title, lang, canonical)

    @cached_property
    def article(self) -> jsonld.Block:
        """The JSON-LD article; empty where there is none."""
        return jsonld.article(self.blocks)

    def get(self, *names: str) -> str:
        """The first non-empty meta content under these names, tried in order."""
        return next((value for name in names for value in self.tags.get(name, ()) if value), "")

    @property
    def titles(self) -> tuple[str, ...]:
        """Candidate headlines, the most trusted first."""
        headline = jsonld.string(self.article.get("headline"))
        return unique(
            collapse(text)[:MAX_TITLE]
            for text in (headline, self.get("og:title"), self.get("twitter:title"), self.title_tag)
        )

    @property
    def published(self) -> tuple[str, ...]:
        """Raw dates of publication, the most trusted first."""
        stated = jsonld.string(self.article.get("datePublished"))
        # a page of another type (a fact check, a film) tells its date there too
        others = (
            () if self.article else (jsonld.string(b.get("datePublished")) for b in self.blocks)
        )
        return unique([stated, *self._each(_PUBLISHED), *others])

    @property
    def modified(self) -> tuple[str, ...]:
        """Raw dates of the last change, the most trusted first."""
        return unique([jsonld.string(self.article.get("dateModified")), *self._each(_MODIFIED)])

    @property
    def authors(self) -> tuple[tuple[str, ...], ...]:
        """Raw author texts by place, the most trusted first: JSON-LD, then meta by meta.

        People, desks, accounts and addresses alike; the same person may be spelt differently.
        """
        stated = unique(jsonld.strings(self.article.get("author")))
        return tuple(found for found in (stated, *map(unique, map(self._named, _AUTHOR))) if found)

    @property
    def site_names(self) -> tuple[str, ...]:
        """What the site calls itself; a title may end in it, and it is nobody's name."""
        stated = jsonld.strings(self.article.get("publisher"))
        return unique([self.get("og:site_name"), self.get("application-name"), *stated])

    @property
    def section(self) -> str:
        """The page's section as it names it."""
        section = jsonld.string(self.article.get("articleSection"))
        return collapse(self.get(*_SECTION) or section)

    @property
    def keywords(self) -> tuple[str, ...]:
        """Keywords of the page, split at commas."""
        raw = [*jsonld.strings(self.article.get("keywords")), *self._each(_TAGS)]
        return unique(collapse(part).lstrip("#") for text in raw for part in _COMMA.split(text))

    @property
    def images(self) -> tuple[str, ...]:
        """The page's main pictures, as it wrote the links."""
        image = self.article.get("image")
        raw = image if isinstance(image, list) else [image]
        links = [item.get("url") if isinstance(item, dict) else item for item in raw[:16]]
        stated = [link for link in links if isinstance(link, str)]
        return unique([*self.tags.get("og:image", ()), *stated])

    @property
    def language(self) -> str | None:
        """Two-letter language of the page; None where it states none."""
        stated = jsonld.string(self.article.get("inLanguage"))
        for text in (self.html_lang, stated, self.get("og:locale", "content-language")):
            if re.match(r"[A-Za-z]{2}(?![A-Za-z])", text):
                return text[:2].lower()
        return None

    @property
    def canonical_link(self) -> str | None:
        """rel=canonical, else og:url, absolute http(s); None where neither is usable."""
        for link in (self.canonical, self.get("og:url")):
            try:
                absolute = urljoin(self.url, link) if link else ""
                parts = urlsplit(absolute)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.hostname:
                return absolute
        return None

    def _named(self, name: str) -> list[str]:
        return self.tags.get(name, [])

    def _each(self, names: tuple[str, ...]) -> list[str]:
        return [value for name in names for value in self.tags.get(name, ())]


def _add_meta(node: HtmlElement, tags: dict[str, list[str]]) -> None:
    content = collapse((node.get("content") or "")[:_MAX_CONTENT])
    if not content:
        return
    for attribute in ("property", "name", "itemprop"):
        name = node.get(attribute)
        if name:
            values = tags.setdefault(name.strip().lower(), [])
            if len(values) < _MAX_VALUES:
                values.append(content)
