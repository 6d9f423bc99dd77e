"""The outlets of the replay: who they are, and how each writes its addresses, pages and feeds.

The agency's and The Korea Herald's pages and feeds are the demo's; the other outlets are known to
no page class and are written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from tests.replay import wording
from tests.replay.material import BEGIN, KST
from tests.replay.plans import Filing
from tests.site.feeds import Value, rss
from wirewatch.demo import outlets as known
from wirewatch.demo.day import Story as KnownStory

PUBLISHED_BEFORE = timedelta(minutes=4)
"""An outlet's own time of a filing lies so long before the poll that finds it."""


@dataclass(frozen=True)
class Outlet:
    """One outlet of one language; `slot` is its letter in plans."""

    id: str
    name: str
    language: str
    slot: str
    page: str = "generic"
    feed: str = "/rss"


OUTLETS = (
    Outlet("yonhap-en", "Yonhap News Agency", "en", "W", "yonhap", "/RSS/news.xml"),
    Outlet("koreaherald", "The Korea Herald", "en", "H", "koreaherald", "/rss/newsAll"),
    Outlet("harbor-times", "Harbor Times", "en", "A"),
    Outlet("peninsula-post", "Peninsula Post", "en", "B"),
    Outlet("east-gazette", "East Gazette", "en", "C"),
    Outlet("strait-monitor", "Strait Monitor", "en", "D"),
    Outlet("yonhap-ko", "연합뉴스", "ko", "W", "yonhap", "/rss/news.xml"),
    Outlet("hangang", "한강일보", "ko", "H"),
    Outlet("namdo", "남도뉴스", "ko", "A"),
    Outlet("dongseo", "동서신문", "ko", "B"),
    Outlet("bada", "바다일보", "ko", "C"),
    Outlet("saebyeok", "새벽프레스", "ko", "D"),
)
BY_SLOT = {(outlet.language, outlet.slot): outlet for outlet in OUTLETS}


def outlet_of(filing: Filing) -> Outlet:
    """Who prints it."""
    return BY_SLOT[filing.story.language, filing.step.outlet]


def path_of(filing: Filing) -> str:
    """Where its page stands; a filing that replaces another has that one's."""
    outlet = outlet_of(filing)
    if outlet.id in known.OUTLETS:
        return known.OUTLETS[outlet.id].path(_known_story(filing, BEGIN + filing.story.start))
    return f"/news/{filing.story.serial}{outlet.slot.lower()}"


def published(filing: Filing) -> datetime:
    """When its outlet says it was printed; outlets of one poll are a minute apart."""
    behind = timedelta(minutes="WHABCD".index(filing.step.outlet) / 3)
    return BEGIN + filing.at - PUBLISHED_BEFORE + behind


@dataclass(frozen=True)
class Shown:
    """A filing as its outlet shows it; `first` is when that address was first wording."""

    filing: Filing
    first: datetime


def page(shown: Shown) -> bytes:
    """The article's page."""
    filing, outlet = shown.filing, outlet_of(shown.filing)
    if outlet.id in known.OUTLETS:
        story = _known_story(filing, shown.first)
        one = known.Shown(story, story.title, published(filing))
        return known.page_of(known.OUTLETS[outlet.id], one)
    return _plain_page(shown, outlet).encode()


def feed(outlet: Outlet, base: str, shown: Iterable[Shown]) -> bytes:
    """The feed, newest first; links stand below `base`."""
    ordered = sorted(shown, key=lambda one: one.first, reverse=True)
    if outlet.id in known.OUTLETS:
        stories = [_known_story(one.filing, one.first) for one in ordered]
        entries = [known.Shown(story, story.title, story.published) for story in stories]
        return known.feed_of(known.OUTLETS[outlet.id], base, entries)
    items: list[dict[str, Value]] = [
        {
            "title": wording.title(one.filing),
            "link": base + path_of(one.filing) + "?utm_source=rss",
            "guid": path_of(one.filing),
            "description": wording.summary(one.filing),
            "pubDate": one.first,
        }
        for one in ordered
    ]
    return rss(items, title=outlet.name, link=base)


def _known_story(filing: Filing, first: datetime) -> KnownStory:
    outlet, story, step = outlet_of(filing), filing.story, filing.step
    korean = story.language == "ko"
    agency = step.outlet == "W"
    body = wording.paragraphs(filing)
    serial = f"9{story.serial[1:]}" if step.flash else story.serial
    return KnownStory(
        key=story.key,
        outlet=outlet.id,
        layout=_LAYOUTS[outlet.id],
        at=filing.at,
        published=first,
        title=wording.title(filing),
        paragraphs=tuple(wording.datelined(filing, body, f"{first:%b}. {first.day}")),
        summary=wording.summary(filing),
        number=serial if agency else f"1098{serial}",
        revision=step.revision,
        desk=story.desk,
        section="National",
        byline=story.byline if agency else "Yonhap",
        attn=_ATTN.get(step.revision, "") if agency and not korean else "",
        caption="" if step.flash else story.caption,
        tags=(story.place,),
        same_as="" if agency else story.key,
    )


_LAYOUTS = {
    "yonhap-en": "yonhap_en",
    "yonhap-ko": "yonhap_ko",
    "koreaherald": "koreaherald_d",
}
_ATTN = {"51": "ADDS more info in 3rd para", "52": "RECASTS headline", "53": "UPDATES throughout"}


def _plain_page(shown: Shown, outlet: Outlet) -> str:
    filing = shown.filing
    english = outlet.language == "en"
    title = escape(wording.title(filing))
    body = wording.datelined(
        filing, wording.paragraphs(filing), f"{shown.first:%b}. {shown.first.day}"
    )
    body[-1] += " (Yonhap)" if english else " (연합뉴스)"
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in body)
    when = shown.first.astimezone(KST).isoformat()
    names = (
        ("By Yonhap", "Related stories", "All rights reserved.")
        if english
        else ("연합뉴스", "관련 기사", "무단 전재 및 재배포 금지")
    )
    byline, related, rights = names
    photo = ""
    if outlet.slot in "AC":
        photo = (
            f'<figure><img src="/photo/{filing.story.serial}.jpg" alt="">'
            f"<figcaption>{escape(filing.story.caption)}</figcaption></figure>"
        )
    return f"""<!doctype html>
<html lang="{outlet.language}"><head><meta charset="utf-8">
<title>{title} - {escape(outlet.name)}</title>
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="{escape(outlet.name)}">
<meta property="article:published_time" content="{when}"></head>
<body><header><a href="/">{escape(outlet.name)}</a></header>
<main><article><h1>{title}</h1><p class="byline">{byline}</p>
{photo}
{text}
</article></main>
<aside><h2>{related}</h2><ul><li><a href="/news/1">{_RELATED[outlet.language]}</a></li></ul></aside>
<footer>{escape(outlet.name)}. {rights}</footer></body></html>"""


_RELATED = {
    "en": "Council of a mountain town debates the price of chestnuts",
    "ko": "산골 읍의회, 밤 값을 두고 사흘째 토론",
}
