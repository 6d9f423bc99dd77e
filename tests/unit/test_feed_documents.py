"""Feeds as documents: whatever the text, they are read back by parsers that forgive nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from newsroom.model import ArticleText, Hit
from storage.match_feed import (
    FeedArticle,
    FeedStory,
)
from tests.rows import NOW
from tests.web_case import read_atom
from wirewatch.web.feed_documents import (
    ATOM,
    MAX_BYTES,
    Feed,
    atom_document,
    json_document,
    urn,
)


def feed_of(*stories: FeedStory, name: str = "THAAD") -> Feed:
    return Feed(
        name=name,
        urn=urn("here", "watchlist", 1),
        language="en",
        url="",
        paused_at=None,
        changed_at=NOW,
        stories=stories,
        urn_of=lambda story: urn("here", story),
    )


def story_of(
    title: str, body: str = "", outlet: str = "Herald", url: str | None = None, number: int = 1
) -> FeedStory:
    article = FeedArticle(title=title, url=url, outlet=outlet)
    hits = (Hit("x", "body", 0, len(body), body),) if body else ()
    text = ArticleText(title=title, body=body)
    return FeedStory(number, article, "en", NOW, NOW, text, hits, (article,))


def visible(text: str) -> str:
    """What a reader sees of a text: no characters that are none, blanks as one blank."""
    unseen = r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ufffe\uffff\ufff9-\ufffb]"
    text = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text)
    return re.sub(r"[\ud800-\udfff]", "\ufffd", re.sub(unseen, "", text)).strip()


ANY = st.text(st.characters(), max_size=60)


@given(ANY, ANY, ANY, ANY)
def test_any_text_gives_a_document_that_shows_it(
    title: str, body: str, outlet: str, name: str
) -> None:
    feed = feed_of(story_of(title, body, outlet), name=name)
    root = etree.fromstring(atom_document(feed))
    assert root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}title") == (visible(title) or "…")
    author = root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}author/{{{ATOM}}}name")
    assert author == (visible(outlet) or "…")
    (item,) = json.loads(json_document(feed))["items"]
    assert item["title"] == (visible(title) or "…")
    shown = root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content")
    assert shown == item["content_html"]
    tree = html.fragment_fromstring(shown, create_parent="div")
    assert {element.tag for element in tree.iter()} <= {"div", "p", "ul", "li", "mark"}
    if visible(body):
        marked = "".join("".join(mark.itertext()) for mark in tree.iter("mark"))
        assert "".join(marked.split()) == "".join(visible(body).split())


HOSTILE = [
    "]]>",
    "<![CDATA[x]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00\x0b\x1b[31m\ufffe\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    body = atom_document(feed_of(story_of(text, text, text, url=f"https://x.example/{text}")))
    (entry,) = read_atom(body).entries
    tree = html.fragment_fromstring(
        json.loads(json_document(feed_of(story_of(text, text))))["items"][0]["content_html"],
        create_parent="div",
    )
    assert {element.tag for element in tree.iter()} <= {"div", "p", "ul", "li", "mark"}
    assert visible(text) in entry.title.replace("&lt;", "<") or "&lt;" in text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "", None, "https://u:p@x/"]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    root = etree.fromstring(atom_document(feed_of(story_of("T", "B", url=url))))
    assert root.find(f".//{{{ATOM}}}link") is None
    assert root.find(f".//{{{ATOM}}}content") is not None  # without a link it must have content


def test_a_document_has_a_bound() -> None:
    long = "한미 미사일 " * 400
    stories = [
        replace(story_of(long, long), id=n, others=story_of(long).others * 20) for n in range(100)
    ]
    for write in (atom_document, json_document):
        body = write(feed_of(*stories))
        assert MAX_BYTES / 3 < len(body) <= MAX_BYTES
    few = json.loads(json_document(feed_of(*stories)))["items"]
    assert few[0]["id"] == urn("here", 0)


def test_ids_are_this_databases_own() -> None:
    assert urn("here", "watchlist", 1, "story", 2) == urn("here", "watchlist", 1, "story", 2)
    parts = [("here", 1, 2), ("here", 12), ("there", 1, 2), ("here", 1, "2", 3)]
    assert len({urn(str(a), *rest) for a, *rest in parts}) == 4
