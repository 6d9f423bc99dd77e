"""WebSub's rules, and hubs as feeds name them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from crawler.feeds import read_feed
from newsroom.hubs import header_links, hub_url, is_signed, lease, renewal, retry, signer

BASE = "https://a.example/news/rss"
HUB = "https://hub.example/"


@pytest.mark.parametrize(
    ("header", "hub", "own"),
    [
        ("", None, None),
        (f'<{HUB}>; rel="hub"', HUB, None),
        (f"<{HUB}>; rel=hub, </rss>; rel=self", HUB, "https://a.example/rss"),
        (f'<{HUB}>; title="a, b"; rel="x hub"', HUB, None),
        (f'<{HUB}>; REL="HUB"', HUB, None),
        (
            "<https://one.example/>; rel=hub, <https://two.example/>; rel=hub",
            "https://one.example/",
            None,
        ),
        ("<javascript:x>; rel=hub", None, None),
        ("<ftp://hub.example/>; rel=hub", None, None),
        (f"<{HUB}>; rel=alternate", None, None),
        (f"{HUB}; rel=hub", None, None),
        (f"<{HUB}>", None, None),
        ("<" * 5_000 + "; rel=" * 5_000, None, None),
    ],
)
def test_a_link_header_names_hub_and_self(header: str, hub: str | None, own: str | None) -> None:
    assert header_links(header, BASE) == (hub, own)


def test_an_endless_address_is_none() -> None:
    assert hub_url(HUB + "x" * 2_000) is None


def rss(links: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>x</title>{links}<item><title>a</title><link>https://a.example/1</link></item>"
        "</channel></rss>"
    ).encode()


ATOM = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><link rel="hub" href="{HUB}"/>'
    '<link rel="self" href="/atom"/><entry><title>a</title><link href="/1"/></entry></feed>'
).encode()
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "feed_url": "https://a.example/feed.json",
    "hubs": [{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": HUB}],
    "items": [{"id": "1", "content_text": "a"}],
}


@pytest.mark.parametrize(
    ("body", "hub", "own"),
    [
        (
            rss(f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{BASE}"/>'),
            HUB,
            BASE,
        ),
        (rss(""), None, None),
        (rss('<atom:link rel="hub" href="file:///etc/passwd"/>'), None, None),
        (ATOM, HUB, "https://a.example/atom"),
        (json.dumps(JSON).encode(), HUB, "https://a.example/feed.json"),
        (json.dumps({**JSON, "hubs": "x", "feed_url": None}).encode(), None, None),
    ],
)
def test_feeds_name_their_hub(body: bytes, hub: str | None, own: str | None) -> None:
    feed = read_feed(body, url=BASE)
    assert (feed.hub, feed.self_url) == (hub, own)
    assert len(feed.entries) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3600", 3600),
        (None, 864_000),
        ("", 864_000),
        ("-5", 864_000),
        ("1e9", 864_000),
        ("99999999999", 864_000),
        ("999999999", 2_592_000),
    ],
)
def test_leases_are_read_and_capped(text: str | None, seconds: int) -> None:
    assert lease(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("given", "after"),
    [
        (timedelta(days=10), timedelta(days=9)),
        (timedelta(hours=4), timedelta(hours=3)),
        (timedelta(0), timedelta(minutes=10)),
    ],
)
def test_a_lease_is_renewed_before_its_end(given: timedelta, after: timedelta) -> None:
    assert renewal(given) == after


def test_failures_are_retried_ever_more_seldom() -> None:
    assert [retry(n) for n in (1, 2, 3)] == [timedelta(minutes=m) for m in (10, 20, 40)]
    assert retry(1_000) == timedelta(days=1)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures_are_checked(method: str) -> None:
    right = hmac.new(b"secret", b"body", method).hexdigest()
    for digest, body, holds in ((right, b"body", True), (right, b"bodx", False), ("", b"", False)):
        found = signer(f"{method}={digest}", "secret")
        assert found is not None
        found[0].update(body)
        assert is_signed(*found) is holds


@pytest.mark.parametrize("header", ["", "md5=00", "sha256", "=x", "none=" + "0" * 64])
def test_an_unknown_method_is_no_signature(header: str) -> None:
    found = signer(header, "secret")
    assert found is None or not is_signed(*found)


def test_our_digest_is_that_of_the_standard_library() -> None:
    found = signer("SHA256=" + hmac.new(b"k", b"x", hashlib.sha256).hexdigest(), "k")
    assert found is not None
    found[0].update(b"x")
    assert is_signed(*found)
