"""JSON Feed 1.0 and 1.1, as its specification (jsonfeed.org) has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsroom.model import ParsedFeed
from newsroom.reasons import Reason
from tests.unit.feed_documents import read, reason

V1 = "https://jsonfeed.org/version/1"


def feed(*items: Any, version: str = f"{V1}.1", **top: Any) -> ParsedFeed:
    document = {"version": version, "title": "Port Post", "items": list(items), **top}
    return read(json.dumps(document), content_type="application/feed+json")


def test_version_1_has_one_author_an_item() -> None:
    (entry,) = feed({"id": "1", "title": "A", "author": {"name": "Kim Minji"}}, version=V1).entries
    assert entry.authors == ("Kim Minji",)


def test_version_1_1_has_authors() -> None:
    people = [{"name": "Kim Minji"}, {"url": "https://p.example/"}, {"name": "Lee Han"}]
    (entry,) = feed({"id": "1", "title": "A", "authors": people}).entries
    assert entry.authors == ("Kim Minji", "Lee Han")


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        ({"content_text": "5 < 6 & <b>tags some write here</b>"}, "5 < 6 & tags some write here"),
        ({"content_html": "<p>5 &lt; 6</p><script>x()</script>"}, "5 < 6"),
        ({"content_html": "<p>Long</p>", "content_text": "Plain"}, "Plain"),
        ({"content_html": "<p>Long</p>", "summary": "Short"}, "Short"),
        ({"content_text": ["no", "text"], "content_html": "<p>Long</p>"}, "Long"),
    ],
)
def test_the_best_text_is_taken_without_its_tags(content: dict[str, Any], summary: str) -> None:
    (entry,) = feed({"id": "1", "title": "A", **content}).entries
    assert entry.summary == summary


def test_a_link_list_leads_to_its_own_page_else_to_the_one_it_names() -> None:
    own = {"id": "1", "title": "A", "url": "/a", "external_url": "https://else.example/x"}
    other = {"id": "2", "title": "B", "external_url": "https://else.example/x"}
    hostile = {"id": "3", "title": "C", "url": "javascript:alert(1)"}
    assert [entry.url for entry in feed(own, other, hostile).entries] == [
        "https://news.example.com/a",
        "https://else.example/x",
        None,
    ]


def test_extensions_and_further_pages_are_passed_over() -> None:
    item = {"id": "1", "title": "A", "_port": {"date_published": "1999-01-01"}, "_x": [1]}
    found = feed(item, _blue={"about": "x"}, next_url="https://news.example.com/feed.json?p=2")
    assert [entry.title for entry in found.entries] == ["A"]
    assert found.entries[0].published_at is None
    assert found.next_url is None


@pytest.mark.parametrize(
    ("told", "ended"), [(True, True), (False, False), ("true", False), (1, False), (None, False)]
)
def test_a_feed_that_says_it_has_ended(told: Any, *, ended: bool) -> None:
    assert feed({"id": "1", "title": "A"}, expired=told).ended is ended


@pytest.mark.parametrize("items", [None, {}, "x", 5])
def test_items_that_are_no_list(items: Any) -> None:
    assert read(json.dumps({"version": V1, "items": items})).entries == ()


def test_other_json_is_no_feed() -> None:
    assert reason('{"items": [{"name": "x"}]}') is Reason.NOT_A_FEED
    assert reason('{"version": "1.1", "error": "gone"}') is Reason.NOT_A_FEED
