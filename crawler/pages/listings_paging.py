"""Which page of a listing shows the next older articles.

In this order: the operator's selector, `rel=next`, what is known of the outlet, and the pager that
the page itself shows. Never another host than the listing's, never the page itself.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.pages.document import Page
from crawler.pages.text import inline_text
from newsroom.identity import host_of, usable_url

YONHAP_DEPTH = 20
"""Yonhap shows no page behind this one."""
_HERALD_BLOCK = 10
"""`mp` of an old Korea Herald list counts blocks of so many pages."""
_PAGER = "[class*=pag i], [id*=pag i], [role=navigation], nav, .numbering, .navigation, .nav-links"
_CURRENT = re.compile(r"(?:^|[-_ ])(?:on|current|active|selected|now|this)(?:$|[-_ ])", re.I)
_NEXT_WORD = re.compile(
    r"^(?:next(?: page)?|older(?: posts| articles| stories| entries)?|다음(?: ?페이지)?|"
    r"이전 ?(?:글|기사)|下一页|次へ|›|»|→|>)\s*[›»→>]*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:/page/|/p/|/)(\d{1,4})/?$")
_PAGE_KEYS = ("page", "np", "p", "pg", "paged", "pageno", "page_no", "pagenum", "pageindex")
_MAX_PAGERS = 40


def next_page(page: Page, outlet: str | None, css: str = "") -> str | None:
    """The URL of the page with the next older articles; None at the end.

    `outlet` is the name of the outlet's class, `css` the operator's selector of the link.
    """
    if css:
        return _first(page, page.all(css))
    stated = _first(page, page.all("link[rel~=next], a[rel~=next]"))
    if stated is not None:
        return stated
    if outlet == "yonhap":
        return _yonhap(page)
    if outlet == "koreaherald":
        return _herald(page)
    return _shown(page)


def _first(page: Page, nodes: list[HtmlElement]) -> str | None:
    for node in nodes:
        link = node if node.get("href") else next(iter(node.iter("a")), node)
        url = _usable(page, link.get("href") or "")
        if url is not None:
            return url
    return None


def _usable(page: Page, href: str) -> str | None:
    url = usable_url(href, page.url) if href and not href.startswith("#") else None
    if url is None or host_of(url) != host_of(page.url):
        return None
    here, there = urlsplit(page.url), urlsplit(url)
    same = (here.path, here.query) == (there.path, there.query)
    return None if same else url


def _yonhap(page: Page) -> str | None:
    """The number is the path's last part: /news/2, /politics/all/2; twenty pages at most."""
    parts = urlsplit(page.url)
    path = parts.path.rstrip("/")
    numbered = re.search(r"^(.*/[^/]+)/(\d{1,3})$", path)
    base, number = (numbered[1], int(numbered[2])) if numbered else (path, 1)
    shown = page.first("yna-paging")
    stated = (shown.get("max-page") or "") if shown is not None else ""
    last = min(int(stated), YONHAP_DEPTH) if stated.isdecimal() else YONHAP_DEPTH
    if not base or number >= last:
        return None
    return urlunsplit(parts._replace(path=f"{base}/{number + 1}", fragment=""))


def _herald(page: Page) -> str | None:
    """`?page=3&pageTop=true` since late 2024, before `list.php?ct=..&np=..&mp=..`."""
    parts = urlsplit(page.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    old = parts.path.endswith("list.php")
    key = "np" if old else "page"
    stated = query.get(key, "1")
    number = int(stated) if stated.isdecimal() and len(stated) < 6 else 1
    last = _last_shown(page, key)
    if last is not None and last <= number and _shown(page) is None:
        return None
    query[key] = str(number + 1)
    if old:
        query["mp"] = str(-(-(number + 1) // _HERALD_BLOCK))
    else:
        query["pageTop"] = "true"
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))


def _last_shown(page: Page, key: str) -> int | None:
    """The highest page a pager links to; None where there is no pager."""
    numbers = [
        int(value)
        for pager in _pagers(page)
        for anchor in page.all("a[href]", pager)
        for name, value in parse_qsl(urlsplit(anchor.get("href") or "").query)
        if name == key and value.isdecimal() and len(value) < 6
    ]
    return max(numbers, default=None)


def _shown(page: Page) -> str | None:
    """The next page by the page's own pager: the number after the current one, or its arrow."""
    for pager in _pagers(page):
        anchors = page.all("a[href]", pager)
        current = _current(page, pager)
        if current is not None:
            for anchor in anchors:
                if inline_text(anchor) == str(current + 1):
                    url = _usable(page, anchor.get("href") or "")
                    if url is not None:
                        return url
        for anchor in anchors:
            if _says_next(anchor) and not _is_dead(anchor):
                url = _usable(page, anchor.get("href") or "")
                if url is not None and _is_later(url, current):
                    return url
    return None


def _pagers(page: Page) -> list[HtmlElement]:
    """What looks like a pager, the innermost first of those that hold one another."""
    return list(reversed(page.all(_PAGER)))[:_MAX_PAGERS]


def _current(page: Page, pager: HtmlElement) -> int | None:
    for node in pager.iter():
        if not isinstance(node.tag, str):
            continue
        marked = node.get("aria-current") or _CURRENT.search(node.get("class") or "")
        if marked or node.tag in ("strong", "em", "b"):
            text = inline_text(node)
            if text.isdecimal() and len(text) < 6:
                return int(text)
    numbers = [inline_text(anchor) for anchor in page.all("a", pager)]
    if any(number.isdecimal() for number in numbers):
        return _number_of(page.url) or 1
    return None


def _number_of(url: str) -> int | None:
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PAGE_KEYS and value.isdecimal() and len(value) < 6:
            return int(value)
    found = _NUMBERED.search(parts.path)
    return int(found[1]) if found else None


def _is_later(url: str, current: int | None) -> bool:
    """Whether an arrow leads on: some pagers write a jump back to the last page as one."""
    number = _number_of(url)
    return number is None or current is None or number > current


def _says_next(anchor: HtmlElement) -> bool:
    words = {*(anchor.get("class") or "").lower().split()}
    if not words.isdisjoint({"next", "btn-next", "btn_next", "page-next", "pagination-next"}):
        return True
    said = (inline_text(anchor), anchor.get("aria-label") or "", anchor.get("title") or "")
    images = [image.get("alt") or "" for image in anchor.iter("img")]
    return any(_NEXT_WORD.match(text.strip()) for text in (*said, *images) if text.strip())


def _is_dead(anchor: HtmlElement) -> bool:
    words = (anchor.get("class") or "").lower().split()
    return "disabled" in words or anchor.get("aria-disabled") == "true"
