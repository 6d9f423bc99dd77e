"""What a site's front page, or the head of a feed, tells of the site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from newsroom.identity import host_of, usable_url

WELL_KNOWN = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.json")
"""Where feeds stand that no page names; few, and asked for one after the other."""
SITEMAPS = ("/news-sitemap.xml", "/sitemap.xml")
MOST_SITEMAPS = 3
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_ROBOTS_READ = 512 * 1024


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What was read; everything is the site's own word, capped, links absolute."""

    feeds: tuple[str, ...] = ()
    """Named as feeds by the page's head, then links that look like feeds, each once."""
    sections: tuple[str, ...] = ()
    """Section pages of its navigation, the likeliest lists of news first."""
    sitemaps: tuple[str, ...] = ()
    name: str = ""
    """What the site calls itself."""
    language: str = ""
    home: str = ""
    """Of a feed: the page it belongs to."""


def robots_sitemaps(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, those for news first."""
    text = body[:_ROBOTS_READ].decode("utf-8", "replace")
    links = (usable_url(urljoin(url, found)) for found in _SITEMAP.findall(text)[:200])
    found = dict.fromkeys(link for link in links if link)
    return tuple(sorted(found, key=lambda link: "news" not in link.lower()))[:MOST_SITEMAPS]


def bare_host(url: str) -> str:
    """The host without `www.`, `m.` and their like: what an outlet's own addresses share."""
    name = host_of(url)
    for leading in ("www.", "m.", "mobile.", "amp."):
        name = name.removeprefix(leading)
    return name
