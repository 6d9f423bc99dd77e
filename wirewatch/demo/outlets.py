"""How each outlet writes its addresses, pages and feeds (layouts: templates/)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wirewatch.demo.day import Story
from wirewatch.demo.words import ap_date, colon_date, long_date, rfc_date

_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One played outlet; `id` is its source's in the catalogue."""

    id: str
    name: str
    feeds: tuple[str, ...]
    """Paths; the first shows everything."""
    feed_template: str
    sections: tuple[tuple[str, str], ...] = ()
    """(path, section): feeds that show one section only."""
    home: str = ""
    """What its pages call their own address."""

    def number(self, story: Story) -> str:
        """The outlet's own id of a story."""
        day = f"{story.published:%Y%m%d}"
        if self.id == "koreaherald":
            return day + story.number if story.layout == "koreaherald_c" else story.number
        prefix = "AEN" if self.id == "yonhap-en" else "AKR"
        return f"{prefix}{day}{story.number}{story.revision}{story.desk}"

    def path(self, story: Story) -> str:
        """Path and query of a story's page."""
        if story.layout == "koreaherald_c":
            return f"/view.php?ud={self.number(story)}"
        return f"/{'article' if self.id == 'koreaherald' else 'view'}/{self.number(story)}"

    def shows(self, feed: str, story: Story) -> bool:
        """Whether a story stands in the feed of this path."""
        section = dict(self.sections).get(feed)
        return story.outlet == self.id and section in (None, story.section)


OUTLETS: dict[str, Outlet] = {
    outlet.id: outlet
    for outlet in (
        Outlet(
            id="koreaherald",
            name="The Korea Herald",
            feeds=("/rss/newsAll", "/rss/kh_National"),
            feed_template="koreaherald.xml",
            sections=(("/rss/kh_National", "National"),),
            home="https://www.koreaherald.com",
        ),
        Outlet(
            id="yonhap-en",
            name="Yonhap News Agency",
            feeds=("/RSS/news.xml",),
            feed_template="yonhap_en.xml",
            home="https://en.yna.co.kr",
        ),
        Outlet(
            id="yonhap-ko",
            name="연합뉴스",
            feeds=("/rss/news.xml",),
            feed_template="yonhap_ko.xml",
            home="https://www.yna.co.kr",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A story as it is shown now."""

    story: Story
    title: str
    modified: datetime


def page_of(outlet: Outlet, shown: Shown) -> bytes:
    """A story's page."""
    return _render(
        f"{shown.story.layout}.html",
        story=shown.story,
        title=shown.title,
        paragraphs=shown.story.paragraphs,
        published=shown.story.published,
        modified=shown.modified,
        id=outlet.number(shown.story),
        url=outlet.home + outlet.path(shown.story),
    )


def feed_of(outlet: Outlet, base: str, shown: Sequence[Shown]) -> bytes:
    """A feed with these stories, newest first; their links stand below `base`."""
    items = [
        {
            "id": outlet.number(one.story),
            "title": one.title,
            "link": base + outlet.path(one.story),
            "summary": one.story.summary,
            "byline": one.story.byline,
            "published": one.story.published,
        }
        for one in sorted(shown, key=lambda one: one.story.published, reverse=True)
    ]
    return _render(outlet.feed_template, home=base, items=items)


def login_page() -> bytes:
    """What a feed answers whose owner locked it."""
    return _render("login.html")


def _render(template: str, **values: Any) -> bytes:
    return _templates().get_template(template).render(values).encode()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "ap_date": ap_date,
        "long_date": long_date,
        "rfc_date": rfc_date,
        "colon_date": colon_date,
        "cdata": lambda text: text.replace("]]>", "]]]]><![CDATA[>"),
        "mailbox": lambda name: "".join(c for c in name.lower() if c.isascii() and c.isalpha()),
    }
    return environment
