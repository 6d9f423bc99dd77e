"""What the operator's own CSS selectors find on an article page; it wins, field by field."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.pages.listing_dates import find_date
from crawler.pages.text import collapse, inline_text, paragraphs, unique
from newsroom.dates import parse_date
from newsroom.model import PageRules

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.pages.base import Fields
    from crawler.pages.document import Page

_MAX_NODES = 50


@dataclass(frozen=True, slots=True)
class Own:
    """Raw fields by the selectors; empty: it names none, or none was found."""

    title: str = ""
    subtitle: str = ""
    body: tuple[str, ...] = ()
    published: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    missing: tuple[str, ...] = ()
    """A warning for each selector that found nothing, `css_body_missing`."""

    def over(self, fields: Fields) -> Fields:
        """The fields as read otherwise, with these put in their place."""
        for name in ("title", "subtitle", "published", "section"):
            if value := getattr(self, name):
                setattr(fields, name, value)
        if self.body:
            fields.body = list(self.body)
        if self.authors:
            fields.bylines = list(self.authors)
            fields.metadata_authors = False
        fields.warnings = [*fields.warnings, *self.missing]
        return fields


def read_own(page: Page, rules: PageRules) -> Own:
    """Read the page by the operator's rules; what they remove is taken out of its tree.

    Title, date, authors and section are read before that: a byline may be removed from the story
    and named as the byline.
    """
    found: dict[str, str | tuple[str, ...]] = {
        "title": _first(page, rules.title),
        "subtitle": _first(page, rules.subtitle),
        "published": _date(page, rules.published),
        "authors": _texts(page, rules.authors),
        "section": _first(page, rules.section),
    }
    for selector in rules.remove:
        for node in page.all(selector):
            with suppress(AssertionError):  # the root itself stays
                node.drop_tree()
    found["body"] = _body(page, rules.body)
    missing = tuple(
        f"css_{name}_missing" for name, value in found.items() if getattr(rules, name) and not value
    )
    return Own(**found, missing=missing)  # type: ignore[arg-type]  # the names decide the types


def _texts(page: Page, selector: str) -> tuple[str, ...]:
    if not selector:
        return ()
    return unique(map(_text, page.all(selector)[:_MAX_NODES]))


def _first(page: Page, selector: str) -> str:
    return next(iter(_texts(page, selector)), "")


def _text(node: HtmlElement) -> str:
    """A node's text; of a <meta>, what it states."""
    if node.tag == "meta":
        return collapse(node.get("content") or "")
    return inline_text(node)


def _date(page: Page, selector: str) -> str:
    """The first text that is a date: an attribute made for it, the node's text, a part of that."""
    if not selector:
        return ""
    texts = []
    for node in page.all(selector)[:_MAX_NODES]:
        text = _text(node)
        texts += [node.get("datetime") or "", node.get("content") or "", text]
        texts.append(find_date(text) or "")
    stated = [text for text in texts if text]
    dated = (text for text in stated if parse_date(text, timezone=page.timezone) is not None)
    return next(dated, "")


def _body(page: Page, selector: str) -> tuple[str, ...]:
    """The paragraphs of every node found, one inside another read once."""
    if not selector:
        return ()
    nodes = page.all(selector)[:_MAX_NODES]
    chosen = set(nodes)
    outer = [node for node in nodes if not any(up in chosen for up in node.iterancestors())]
    return tuple(line for node in outer for line in paragraphs(node))
