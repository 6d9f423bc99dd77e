"""Stops downloads that cannot become an article or a feed, at the headers or the first bytes."""

from __future__ import annotations

from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers

from crawler.sniff import refused_magic, refused_type
from newsroom.model import FetchRequest

FETCH = "fetch"
"""Request meta: the FetchRequest a request serves."""
STOP_AFTER = "stop_after"
"""Request meta: bytes after which the rest is not wanted."""
_RECEIVED = "sniffed_bytes"


class Sniffer:
    """An extension on Scrapy's two download signals."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to this crawler's downloads."""
        made = cls()
        crawler.signals.connect(made.headers_received, signals.headers_received)
        crawler.signals.connect(made.bytes_received, signals.bytes_received)
        return made

    def headers_received(self, headers: Headers, request: Request, **_: Any) -> None:
        """Refuse a page or listing whose type is no text; feeds come under any type."""
        request.meta[_RECEIVED] = 0
        fetch = request.meta.get(FETCH)
        if not isinstance(fetch, FetchRequest) or fetch.kind == "feed":
            return
        if refused_type((headers.get("Content-Type") or b"").decode("latin-1")):
            raise StopDownload(fail=False)

    def bytes_received(self, data: bytes, request: Request, **_: Any) -> None:
        """Look at the first bytes; count where only a beginning is wanted."""
        seen = request.meta.get(_RECEIVED, 0)
        request.meta[_RECEIVED] = seen + len(data)
        if seen == 0 and FETCH in request.meta and refused_magic(data[:64]):
            raise StopDownload(fail=False)
        limit = request.meta.get(STOP_AFTER)
        if limit is not None and seen + len(data) >= limit:
            raise StopDownload(fail=False)
