"""Small feed documents, written for the tests after what outlets send; all texts are invented."""

from __future__ import annotations

import pytest

from crawler.feeds import read_feed
from newsroom.errors import FeedError
from newsroom.model import FeedEntry, ParsedFeed
from newsroom.reasons import Reason

URL = "https://news.example.com/rss/all.xml"


def rss(items: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{head}\n<rss version="2.0"><channel><title>Desk</title>{items}</channel></rss>'


def item(
    title: str = "Radar ready", link: str = "https://news.example.com/a/1", more: str = ""
) -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def atom(entries: str, attributes: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"{attributes}>'
        f"<title>Desk</title>{entries}</feed>"
    )


def read(
    document: str | bytes, *, timezone: str = "Asia/Seoul", content_type: str = ""
) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return read_feed(body, url=URL, content_type=content_type, timezone=timezone)


def only(document: str | bytes, *, content_type: str = "") -> FeedEntry:
    """The one entry of a document."""
    feed = read(document, content_type=content_type)
    assert len(feed.entries) == 1
    assert not feed.rejected
    return feed.entries[0]


def reason(document: str | bytes, *, content_type: str = "") -> Reason:
    """Why a document is refused."""
    with pytest.raises(FeedError) as caught:
        read(document, content_type=content_type)
    assert caught.value.message
    return caught.value.reason
