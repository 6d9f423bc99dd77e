"""What an outlet's page class is made of, and how raw fields become a PageContent.

An `Outlet` names its hosts and its layouts, newest first. A `Layout` says whether a page is its
own and reads raw `Fields` from it. Everything that holds for all outlets (dates to instants, the
cleaning of the body, people, dateline, credit, fallbacks to metadata) is done here, once.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from crawler.pages.cleaning import clean
from crawler.pages.document import Page
from crawler.pages.metadata import MAX_TITLE
from crawler.pages.people import people
from crawler.pages.text import collapse, unique
from crawler.pages.wire import find_dateline
from crawler.pages.wire_credit import Evidence, read_credit
from newsroom.agencies import agency_at
from newsroom.dates import parse_date
from newsroom.identity import canonical_url
from newsroom.model import PageContent

_FLASH = re.compile(r"^\s*(?:\[(?:속보|긴급|\d보)\]|\((?:URGENT|\d보)\))", re.IGNORECASE)
_TOO_SHORT = 80
"""Width of a body below which it is not the story; a Hangul syllable counts two."""
_PAYWALL_TEASER = 1_200
_MAX_LIST = 100


@dataclass(slots=True)
class Fields:
    """What a layout found, raw. Empty means: not on the page; then metadata are asked."""

    title: str = ""
    """The headline node's text; without it the metadata's, less the site's suffix."""
    subtitle: str = ""
    published: str = ""
    """Date text as the page wrote it; a zone-less one is in the source's zone."""
    modified: str = ""
    bylines: list[str] = field(default_factory=list)
    """Byline texts from nodes of their own ("By Kim Minji"); those in the body are found anyway."""
    body: list[str] = field(default_factory=list)
    """Paragraphs in order, furniture still in them; captions already left out."""
    captions: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    """Links as written."""
    section: str = ""
    tags: list[str] = field(default_factory=list)
    wire: str | None = None
    """The agency, where the layout itself knows it."""
    signed: bool = False
    """An address of the outlet's own staff stood in the text and is left out of `body`."""
    metadata_authors: bool = True
    """False where the metadata's author texts are known to be worthless."""
    warnings: list[str] = field(default_factory=list)


class Layout(ABC):
    """One generation of an outlet's article pages."""

    name: ClassVar[str]
    """Name in `PageContent.page`: `yonhap-en`, `koreaherald-b`."""

    @abstractmethod
    def matches(self, page: Page) -> bool:
        """True if the page is of this generation; cheap."""

    @abstractmethod
    def read(self, page: Page) -> Fields:
        """Read the raw fields of a page that matches."""


class Outlet(ABC):
    """One outlet: its hosts and layouts. Instances hold no state."""

    name: ClassVar[str]
    """What `page` in the catalogue and `--page` say: `yonhap`, `koreaherald`."""
    hosts: ClassVar[tuple[str, ...]] = ()
    """Host names without port; a sub-domain of one counts too."""
    layouts: ClassVar[tuple[Layout, ...]] = ()
    """Tried in order; the first that matches and finds a body wins."""
    agency: ClassVar[str | None] = None
    """Its own agency name: its stories carry no credit to itself."""
    suffixes: ClassVar[tuple[str, ...]] = ()
    """What its titles end in behind a separator: "Yonhap News Agency"."""

    def language(self, page: Page) -> str | None:
        """The language of the page; by default as the page states it."""
        return page.meta.language


def build(page: Page, outlet: Outlet, name: str, fields: Fields) -> PageContent:
    """Finish raw fields into a PageContent: the contract of `try page` (DESIGN §8)."""
    if page.own is not None:
        fields = page.own.over(fields)
    meta = page.meta
    read = partial(parse_date, timezone=page.timezone)
    title = collapse(fields.title)[:MAX_TITLE] or _meta_title(page, outlet.suffixes)
    captions = unique(collapse(text) for text in fields.captions)[:_MAX_LIST]
    drop = frozenset({*captions, title, collapse(fields.subtitle), *map(collapse, fields.bylines)})
    lines = [text for line in fields.body if (text := collapse(line))]
    cleaned = clean(lines, drop, _writers(page, fields))
    dateline = find_dateline(cleaned.paragraphs)
    bylines = [*fields.bylines, *cleaned.bylines]
    if dateline and dateline.byline:
        bylines.append(dateline.byline)
    authors = people(bylines)
    stated: list[str] = []
    if fields.metadata_authors:
        stated = [text for place in meta.authors for text in place]
        authors = authors or stated_people(page)
    authors = tuple(name for name in authors if name not in meta.site_names)
    evidence = Evidence(
        url=page.url,
        lines=lines,
        body=cleaned.paragraphs,
        dateline=dateline,
        bylines=bylines,
        stated=stated,
        has_people=bool(authors),
        signed=fields.signed,
        images=[*fields.images, *meta.images],
        house=(*outlet.suffixes, *meta.site_names),
    )
    credit = fields.wire or read_credit(evidence)
    own = outlet.agency or agency_at(page.url)
    published = _first_date([fields.published, *meta.published], read)
    modified = _first_date([fields.modified, *meta.modified], read)
    images = (page.absolute(link) for link in (*meta.images, *fields.images) if not _is_logo(link))
    content = PageContent(
        url=page.url,
        canonical_url=canonical_url(page.url, page=outlet.name if outlet.layouts else None),
        title=title,
        subtitle=collapse(fields.subtitle),
        published_at=published,
        modified_at=modified,
        authors=authors[:_MAX_LIST],
        credit=None if credit == own else credit,
        dateline=dateline.place if dateline else None,
        section=collapse(fields.section) or meta.section or None,
        language=outlet.language(page),
        body="\n\n".join(cleaned.paragraphs),
        captions=captions,
        images=unique(link for link in images if link)[:_MAX_LIST],
        tags=unique(collapse(tag).lstrip("#") for tag in fields.tags or meta.keywords)[:_MAX_LIST],
        page=name,
        canonical_link=meta.canonical_link,
    )
    return _judge(content, page, fields.warnings)


def stated_people(page: Page) -> tuple[str, ...]:
    """The people the first place in the metadata names; the site's own name is nobody."""
    sites = frozenset(name.casefold() for name in page.meta.site_names)
    for place in page.meta.authors:
        found = tuple(name for name in people(place) if name.casefold() not in sites)
        if found:
            return found
    return ()


def _writers(page: Page, fields: Fields) -> frozenset[str]:
    """Everyone the page names as a writer, wherever: the metadata, a byline, the lead."""
    lead = find_dateline(fields.body)
    stated = [*fields.bylines, *([lead.byline] if lead else [])]
    return frozenset(people([*stated, *(text for place in page.meta.authors for text in place)]))


def strip_suffix(title: str, suffixes: Iterable[str]) -> str:
    """The title without the site's name behind "|", "-", "–", "<", ":" or "::"."""
    title = collapse(title)
    for suffix in suffixes:
        head, found, tail = title.rpartition(suffix)
        if found and not tail.strip() and re.search(r"[|\-–—<:·]\s*$", head):
            return re.sub(r"[\s|\-–—<:·]+$", "", head)
    return title


def _is_logo(link: str) -> bool:
    """True for the house logo that stands in for a missing picture, and for inline data."""
    return link.startswith("data:") or "logo" in link.rpartition("/")[2].lower()


def _meta_title(page: Page, suffixes: tuple[str, ...]) -> str:
    return next((strip_suffix(title, suffixes) for title in page.meta.titles), "")


def _first_date(raw: Iterable[str], read: Callable[[str], datetime | None]) -> datetime | None:
    """The first text that is a date; a date alone (midnight) gives way to one with a time."""
    day: datetime | None = None
    for text in raw:
        instant = read(text) if text else None
        if instant is None:
            continue
        if ":" in text or re.search(r"\d{12}", text) or "시" in text:
            return instant
        day = day or instant
    return day


def _judge(content: PageContent, page: Page, warnings: list[str]) -> PageContent:
    """Add what is to be said about how well the page could be read."""
    found = list(warnings)
    if not content.title:
        found.append("no_title")
    if not content.body:
        found.append("no_body")
    if content.published_at is None:
        found.append("no_date")
    if page.meta.json_ld_invalid:
        found.append("json_ld_invalid")
    width = sum(1 + ("가" <= c <= "힣") for c in content.body[:_PAYWALL_TEASER])
    free = str(page.meta.article.get("isAccessibleForFree", "true")).lower() not in ("false", "0")
    if not free:
        found.append("paywall")
    short = width < _TOO_SHORT and not (content.body and _FLASH.match(content.title))
    is_partial = short or (not free and width < _PAYWALL_TEASER)
    if is_partial:
        found.append("partial")
    return replace(content, warnings=unique(found), partial=is_partial)
