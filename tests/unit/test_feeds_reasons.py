"""Bytes that are no usable feed, and the stable reason each is refused under."""

from __future__ import annotations

import contextlib
import io
from datetime import timedelta

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import feed_bytes
from crawler.feeds import read_feed
from newsroom.errors import FeedError
from newsroom.reasons import Reason
from tests.unit.feed_documents import URL, atom, item, only, read, reason, rss

LOGIN = (
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action='/login'>"
    "<input name=user></form><p>Members: see our &lt;rss&gt; feed</p></body></html>"
)


@pytest.mark.parametrize("content_type", ["", "text/html", "application/rss+xml"])
def test_fault_51_a_login_page_is_not_a_feed(content_type: str) -> None:
    assert reason(LOGIN, content_type=content_type) is Reason.NOT_A_FEED


def test_fault_51_xhtml_with_an_xml_declaration_is_not_a_feed() -> None:
    page = LOGIN.replace("<!DOCTYPE html>", '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y">')
    assert reason(page) is Reason.NOT_A_FEED


def test_fault_52_a_consent_page_with_a_feed_content_type() -> None:
    page = "<html><body><h1>Before you continue</h1><item><title>x</title></item></body></html>"
    assert reason(page, content_type="application/atom+xml; charset=utf-8") is Reason.NOT_A_FEED


@pytest.mark.parametrize(
    "body",
    [
        '{"error": "no such feed"}',
        '[{"error": 1}]',
        "[]",
        '{"items": []}',
        '{"items": [1, 2]}',
        "{",
        '{"rss": {"channel": {}}}',
    ],
)
def test_fault_53_a_json_error_as_xml(body: str) -> None:
    assert reason(body, content_type="application/xml") is Reason.NOT_A_FEED


@pytest.mark.parametrize(
    "body",
    [
        b"Service unavailable",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"\x1f\x8b\x08\x00" + b"\x00" * 64,
        b"PK\x03\x04",
        b"<?xml version='1.0'?>",
        b"<?xml version='1.0'?><opml version='2.0'><body/></opml>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url/></urlset>",
        b"<error><item><title>x</title></item></error>",
        b"<!-- <rss> --><html><body>x</body></html>",
        b"Talk of <rss",
    ],
)
def test_other_documents_are_not_feeds(body: bytes) -> None:
    assert reason(body) is Reason.NOT_A_FEED


@pytest.mark.parametrize("body", [b"", b"\n \t", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_an_empty_answer_is_empty(body: bytes) -> None:
    assert reason(body) is Reason.EMPTY


@pytest.mark.parametrize(
    "document",
    [
        rss(""),
        atom(""),
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel/></rdf:RDF>',
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "items": []}',
    ],
)
def test_a_feed_without_items_is_a_feed_without_entries(document: str) -> None:
    assert read(document).entries == ()


def test_a_feed_cut_before_its_first_item_is_a_parse_error() -> None:
    assert reason(rss(item())[:80]) is Reason.PARSE_ERROR


def test_a_feed_cut_after_some_items_gives_those() -> None:
    document = rss(item(title="First") + item(title="Second") + item(title="Third"))
    whole = read(document[: document.index("Third")])
    assert [e.title for e in whole.entries][:2] == ["First", "Second"]


def test_too_many_bytes_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_bytes, "MAX_BYTES", 100)
    assert reason(b"x" * 101) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"/etc/passwd",
        b"file:///etc/passwd",
        b"http://169.254.169.254/latest/meta-data/",
        b"../../etc/hosts",
    ],
)
def test_fault_73_a_body_that_is_a_path_or_address_is_text(body: bytes) -> None:
    assert reason(body) is Reason.NOT_A_FEED


# each makes feedparser 6.0 raise something of its own
CRASHERS = [
    b"<rss><channel><item><title>x</title></width></item></channel></rss>",
    b"<rss><channel><item><title>x</title></creativecommons:license></item></channel></rss>",
]
HEALED = [
    "<rss><channel><item><title>x&#99999999999999999999;</title></item></channel></rss>",
    "<rss><channel><item><title>x&#xD800;</title></item></channel></rss>",
    "<rss><channel><item><title>x&#x110000;</title></item></channel></rss>",
]


@pytest.mark.parametrize("body", CRASHERS)
def test_what_feedparser_raises_is_a_parse_error(body: bytes) -> None:
    with pytest.raises((TypeError, KeyError)):
        feedparser.parse(io.BytesIO(body))
    assert reason(body) is Reason.PARSE_ERROR


@pytest.mark.parametrize("document", HEALED)
def test_fault_61_references_that_kill_feedparser_are_replaced(document: str) -> None:
    with pytest.raises((OverflowError, ValueError)):
        feedparser.parse(io.BytesIO(document.encode()))
    assert only(document).title == "x\N{REPLACEMENT CHARACTER}"


PIECES = """
<rss <channel <item <entry <feed <title <link <description <guid <textinput <image <georss:point
<dcterms:valid <media:rating <itunes:owner <source </item> </width> </title> </rss> /> > <![CDATA[
]]> <!-- --> &#x &#99999999999; &nbsp; & ; <?xml ?> <!DOCTYPE <!ENTITY [ ] xmlns:a='b'
{"items": [{}]} \x00 \xff xml:base='//x' type='xhtml' mode='base64'
"""


@settings(max_examples=100)
@given(
    pieces=st.lists(st.one_of(st.sampled_from(PIECES.split()), st.text(max_size=4)), max_size=25)
)
def test_no_heap_of_pieces_raises_anything_but_a_feed_error(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "replace")
    for document in (body, b"<rss><channel><item>" + body):
        try:
            feed = read_feed(document, url=URL)
        except FeedError:
            continue
        items = sum(document.lower().count(sign) for sign in (b"<item", b"<entry", b"{"))
        assert len(feed.entries) + len(feed.rejected) <= items


@settings(max_examples=100)
@given(
    body=st.binary(max_size=200),
    content_type=st.sampled_from(["", "text/xml; charset=utf-16", "x"]),
)
def test_no_bytes_raise_anything_but_a_feed_error(body: bytes, content_type: str) -> None:
    with contextlib.suppress(FeedError):
        assert read_feed(body, url=URL, content_type=content_type).entries


def test_one_bad_item_is_kept_raw_and_costs_no_other() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "items":'
        ' [{"id": "1", "title": "First"}, "no item", [2], {"id": "3", "title": "Third"}]}'
    )
    assert [e.title for e in feed.entries] == ["First", "Third"]
    assert [r.raw for r in feed.rejected] == ["'no item'", "['2']"]
    assert "must be an object" in feed.rejected[0].reason


def test_a_rejected_item_is_kept_up_to_20_kilobytes() -> None:
    long = "x" * 50_000
    feed = read(
        f'{{"version": "https://jsonfeed.org/version/1", "items": ["{long}", {{"id": "1"}}]}}'
    )
    assert len(feed.rejected[0].raw) == 20_000


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<ttl>15</ttl>", timedelta(minutes=15)),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            timedelta(hours=1),
        ),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
    ],
)
def test_the_feeds_own_wish_is_told(head: str, expected: timedelta | None) -> None:
    document = rss(head + item()).replace(
        "<rss ", '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    )
    feed = read(document)
    assert feed.ttl == expected
    assert feed.title == "Desk"


def test_fault_91_a_feed_that_links_to_its_next_page_is_one_document() -> None:
    more = '<link rel="next" href="https://news.example.com/rss/all.xml?page=2"/>'
    entry = only(atom(more + "<entry><id>urn:1</id><title>One</title></entry>"))
    assert entry.title == "One"
    assert entry.url is None
