"""In which zone the dates of a page are that name none."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from config.catalogue import load_catalogue
from crawler.pages.registry import outlet_for

KOREA = "Asia/Seoul"
_KOREAN_HOST = re.compile(r"\.kr$|korea|(^|\.)yonhapnews", re.IGNORECASE)
_KOREAN_PAGE = re.compile(
    rb"""<html[^>]{0,500}\slang\s*=\s*["']?ko|charset\s*=\s*["']?(euc-kr|cp949|ks_c)""",
    re.IGNORECASE,
)
_HEAD = 4_096


def zone_of(url: str, page: str | None, body: bytes) -> str:
    """The zone of a page's outlet, where its host or page class is in the catalogue.

    Of others: Korean by their host, their language or their encoding, else UTC.
    """
    host = _host(url)
    outlet = outlet_for(url, page)
    sources = load_catalogue()
    for source in sources:
        if host in source.hosts:
            return source.timezone
    for source in sources:
        if outlet is not None and source.page == outlet.name:
            return source.timezone
    if _KOREAN_HOST.search(host) or _KOREAN_PAGE.search(body[:_HEAD]):
        return KOREA
    return "UTC"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
