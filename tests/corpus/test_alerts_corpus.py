"""Hostile strings as title, outlet, agency, watchlist and sentence: nothing in the mail lives."""

from __future__ import annotations

import json
from typing import cast

import lxml.html
import pytest

from alerts.address import envelope_address
from alerts.model import (
    ArticleContent,
    Excerpt,
    MatchReason,
    NewContent,
    OtherCopy,
    StoryContent,
)
from alerts.render import render, subject
from tests.corpus.paths import CORPUS, corpus
from tests.unit.alert_contents import NOW, alert, parse, text_of

pytestmark = corpus
FIELDS = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"]
FIELDS += ["Auto-Submitted", "References", "X-Wirewatch-Watchlist", "X-Wirewatch-Story"]
FIELDS += ["X-Wirewatch-Alert", "MIME-Version", "Content-Type"]
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "p", "a", "mark"}
ELEMENTS |= {"span", "hr"}
ATTRIBUTES = {"lang", "charset", "name", "content", "style", "class", "href", "data-css-inline"}


def everywhere(text: str) -> bytes:
    """A mail with the text in each place a page or a feed can reach."""
    article = ArticleContent(
        title=text,
        url=text,
        source_name=text,
        language=text,
        published_at=NOW,
        first_seen_at=NOW,
        credit=text,
        state=text,
        excerpts=(Excerpt("title", text, ()), Excerpt("body", text, ((0, len(text) // 2),))),
        reasons=(MatchReason(text, (text,)),),
        also_in=(OtherCopy(text, f"https://a.example/{text}"), OtherCopy("A", text)),
    )
    content = alert(
        article,
        story=StoryContent(12, text, (article,)),
        watchlists=("THAAD", text),
        new=(NewContent(text, text, (Excerpt("body", text, ((0, len(text) // 2),)),)),),
    )
    message = render(content, now=NOW)
    assert str(parse(message)["Subject"]).split() == subject(content).split()
    return message


def assert_harmless(message: bytes) -> None:
    mail = parse(message)
    assert mail.keys() == FIELDS
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    page = lxml.html.document_fromstring(text_of(message, "html"))
    elements = [e for e in page.iter() if isinstance(e.tag, str)]
    assert {e.tag for e in elements} <= ELEMENTS
    for element in elements:
        assert set(element.keys()) <= ATTRIBUTES
        if element.tag != "html" and element.tag != "body":
            assert "url(" not in element.get("style", "")
        href = element.get("href", "https://")
        assert href.startswith(("http://", "https://"))
        assert not set(href) & set("\"'<> \t\r\n") - {"'"}


def texts(name: str) -> list[str]:
    path = CORPUS / "hostile" / name
    if path.suffix == ".json":
        return cast(list[str], json.loads(path.read_text("utf-8")))
    return path.read_text("utf-8", "replace").splitlines()


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("mail/header_and_title_injection.json", 37),
        ("mail/bad_addresses.json", 15),
        ("strings/blns.json", 500),
        ("crlf/crlfinjection.txt", 10),
    ],
)
def test_hostile_strings_add_nothing(name: str, at_least: int) -> None:
    found = texts(name)
    assert len(found) >= at_least
    for text in found:
        assert_harmless(everywhere(text))


def test_cross_site_scripting_lists_stay_text() -> None:
    """Several thousand lines: some to a mail, each in places of its own."""
    found = texts("xss/xss-payload-list.txt")
    assert len(found) > 1000
    for start in range(0, len(found), 8):
        lines = found[start : start + 8]
        articles = tuple(
            ArticleContent(
                title=line,
                url=line,
                source_name=line,
                language="en",
                published_at=None,
                first_seen_at=NOW,
                excerpts=(Excerpt("body", line, ((0, 1),)),),
                also_in=(OtherCopy(line, line),),
            )
            for line in lines
        )
        content = alert(story=StoryContent(12, lines[0], articles), watchlists=tuple(lines))
        assert_harmless(render(content, now=NOW))


def test_bad_addresses_reach_no_envelope_that_says_more() -> None:
    for address in texts("mail/bad_addresses.json"):
        envelope = envelope_address(address)
        assert envelope is None or not set(envelope) & set(' <>,;:()"\\\r\n\t')
        assert_harmless(render(alert(recipient=address), now=NOW))
