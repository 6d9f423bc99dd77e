"""A FetchRequest as Scrapy wants it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrapy import Request

from crawler.decoding import ACCEPT_ENCODING
from crawler.sniffer import FETCH
from newsroom.model import FetchRequest

RANKS = {"feed": 0, "listing": 1, "page": 2}
"""What goes first within one host: small things that many articles depend on."""

STARTED = "started"
"""Request meta: monotonic seconds when the request was handed to Scrapy."""

_ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
}
_ACCEPT_PAGE = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
_MAX_VALIDATOR = 1024


def rank(fetch: FetchRequest) -> int:
    """The place of a request's kind in its host's queue."""
    return RANKS.get(fetch.kind, len(RANKS))


def scrapy_request(
    fetch: FetchRequest,
    *,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
    started: float,
    dont_filter: bool = True,
) -> Request:
    """The GET for `fetch`, or its POST, which travels along in its meta.

    A form goes to a hub, an interface made for programs: robots.txt is not asked. Raises ValueError
    for a URL without a scheme.
    """
    headers = {
        "Accept": _ACCEPT.get(fetch.kind, _ACCEPT_PAGE),
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    if _usable(fetch.etag):
        headers["If-None-Match"] = fetch.etag or ""
    if _usable(fetch.last_modified):
        headers["If-Modified-Since"] = fetch.last_modified or ""
    meta: dict[str, Any] = {FETCH: fetch, STARTED: started}
    if fetch.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        meta["dont_obey_robotstxt"] = True
    return Request(
        fetch.url,
        method="GET" if fetch.form is None else "POST",
        body=fetch.form,
        callback=callback,
        errback=errback,
        headers=headers,
        meta=meta,
        priority=-rank(fetch),
        dont_filter=dont_filter,
    )


def _usable(validator: str | None) -> bool:
    """A validator came from the server once: it goes back only as one line of plain text."""
    return (
        validator is not None
        and 0 < len(validator) <= _MAX_VALIDATOR
        and validator.isascii()
        and validator.isprintable()
    )
