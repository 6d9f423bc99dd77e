"""Reads a page, or the head of a feed, for what it tells of its site: feeds, sections, language.

Runs in a worker process: the bytes are a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.feed_bytes import feed_text
from crawler.pages.document import Page, parse
from crawler.pages.text import collapse, inline_text
from newsroom.errors import PageError
from newsroom.front_page import FrontPage, bare_host
from newsroom.identity import article_id, canonical_url, usable_url
from newsroom.reasons import Reason

MOST_FEEDS = 40
MOST_SECTIONS = 12
MAX_NAME = 200
_HEAD = 65_536
_LINKS = 5_000
_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/json",
        "text/xml",
        "application/xml",
    }
)
_FEED_LINK = re.compile(
    r"(?:^|[/._?=&-])(?:rss\d?|atom|feeds?)(?:$|[/._?=&-])|\.(?:rss|rdf)$", re.I
)
_COMMENTS = re.compile(r"comments?(?:/|$|[-_.?])|/replies/|댓글", re.IGNORECASE)
_NAVIGATION = "nav a[href], header a[href], [role=navigation] a[href], #gnb a[href], .gnb a[href]"
_LATEST = re.compile(r"latest|all|recent|breaking|최신|전체|속보|newest", re.IGNORECASE)
_NEWS = re.compile(
    r"news|nation|politic|world|business|econom|society|korea|정치|경제|사회|국제|뉴스|북한|외교",
    re.IGNORECASE,
)
_NO_SECTION = re.compile(
    r"log-?in|sign-?(?:in|up)|subscri|member|about|contact|privacy|terms|search|video|photo|shop"
    r"|로그인|회원|구독|검색|포토|영상|회사",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"<(?:dc:)?language>\s*(?:<!\[CDATA\[)?\s*([A-Za-z_-]{2,12})"
    r"|xml:lang\s*=\s*[\"']([A-Za-z_-]{2,12})|\"language\"\s*:\s*\"([A-Za-z_-]{2,12})\""
)
_HOME = re.compile(
    r"<link>\s*(?:<!\[CDATA\[)?\s*(https?://[^\s<\]]{1,2000})"
    r"|\"home_page_url\"\s*:\s*\"(https?:[^\"\s]{1,2000})\""
)


def read_front(body: bytes, *, url: str, content_type: str = "") -> FrontPage:
    """Read an HTML page, or a feed, for what it tells of its site.

    Raises PageError (`empty`, `too_large`, `parse_error`) and nothing else.
    """
    try:
        head = body[:_HEAD].lstrip()
        if head[:1] in (b"{", b"[") or (head[:1] == b"<" and b"<html" not in head.lower()):
            hints = _feed_hints(body, url, content_type)
            if hints is not None:
                return hints
        return _front(parse(body, url=url, content_type=content_type, timezone="UTC"))
    except PageError:
        raise
    except Exception as error:  # any fault that a hostile page provokes is that page's own
        raise PageError(Reason.PARSE_ERROR, f"{url}: {type(error).__name__}: {error}") from error


def _feed_hints(body: bytes, url: str, content_type: str) -> FrontPage | None:
    text = feed_text(body[:_HEAD], content_type)
    if not re.search(r"<(?:rss|feed|rdf:rdf|channel)\b|\"items\"|jsonfeed", text, re.IGNORECASE):
        return None
    language, home = _LANGUAGE.search(text), _HOME.search(text)
    return FrontPage(
        language=next(filter(None, language.groups()), "") if language else "",
        home=usable_url(next(filter(None, home.groups())).replace("\\/", "/")) or ""
        if home
        else "",
    )


def _front(page: Page) -> FrontPage:
    base = page.first("base[href]")
    root = usable_url(base.get("href") or "", page.url) if base is not None else None
    anchors = page.all("a[href]")[:_LINKS]
    own = bare_host(page.url)
    stated = [*_alternates(page, root or page.url), *_feed_links(anchors, root or page.url, own)]
    feeds = dict.fromkeys(link for link in stated if not _COMMENTS.search(link))
    maps = (usable_url(node.get("href") or "", page.url) for node in page.all("link[rel=sitemap]"))
    return FrontPage(
        feeds=tuple(feeds)[:MOST_FEEDS],
        sections=tuple(_sections(page, root or page.url, own))[:MOST_SECTIONS],
        sitemaps=tuple(link for link in maps if link)[:3],
        name=collapse(next(iter(page.meta.site_names), ""))[:MAX_NAME],
        language=(page.meta.html_lang or page.meta.get("og:locale"))[:20],
    )


def _alternates(page: Page, base: str) -> Iterator[str]:
    for node in page.all("link[rel][href]"):
        kind = (node.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" not in (node.get("rel") or "").lower().split() or kind not in _FEED_TYPES:
            continue
        link = usable_url(node.get("href") or "", base)
        if link and not _COMMENTS.search(node.get("title") or ""):
            yield link


def _feed_links(anchors: list[HtmlElement], base: str, own: str) -> Iterator[str]:
    """Links that look like feeds, of the site's own hosts or a service for feeds."""
    for anchor in anchors:
        link = usable_url(anchor.get("href") or "", base)
        if link and _FEED_LINK.search(link.partition("://")[2]):
            host = bare_host(link)
            if host.endswith(own) or own.endswith(host) or "feed" in host or "rss" in host:
                yield link


def _sections(page: Page, base: str, own: str) -> list[str]:
    """Links of the navigation that may be lists of news, the likeliest first."""
    found: dict[str, int] = {}
    for anchor in page.all(_NAVIGATION)[:_LINKS]:
        link = usable_url(anchor.get("href") or "", base)
        text = inline_text(anchor)
        if not link or bare_host(link) != own or not 0 < len(text) <= 30:
            continue
        link = link.partition("#")[0]
        words = f"{text} {link.partition('://')[2].partition('/')[2]}"
        if link.rstrip("/") == page.url.rstrip("/") or _NO_SECTION.search(words):
            continue
        if _FEED_LINK.search(link) or article_id(canonical_url(link)) is not None:
            continue
        found.setdefault(link, 0 if _LATEST.search(words) else 1 if _NEWS.search(words) else 2)
    return sorted(found, key=lambda link: found[link])
