"""Short texts and webhook bodies: made of any content, the same each time, nothing live in them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from alerts.brief import TEXT_LIMIT, TITLE_LIMIT, read_brief, render_brief
from alerts.forms import render_for
from alerts.model import (
    AlertContent,
    ArticleContent,
    DigestContent,
    DigestGroup,
    Excerpt,
    NewContent,
    StoryContent,
)
from alerts.render import subject
from alerts.webhook_body import MAX_BYTES, render_body
from tests.unit.alert_contents import ENGLISH, KOREAN, NOW, SEEN, UNWELL, alert, notice

HOSTILE = "=?utf-8?q?a=0d=0aBcc?=\r\nX: \u202ereversed\x00\u2028 <script>"


def digest(stories: int, article: ArticleContent = ENGLISH) -> AlertContent:
    told = tuple(StoryContent(n, article.title, (article,)) for n in range(1, stories + 1))
    return replace(
        alert(),
        kind="digest",
        story=None,
        digest=DigestContent(
            groups=(DigestGroup("THAAD", told),),
            story_ids=tuple(range(1, stories + 1)),
            thread_ids=(),
            first=SEEN,
            last=SEEN,
            since=SEEN,
            until=NOW,
        ),
    )


UPDATE = replace(
    alert(),
    kind="update",
    answers="[THAAD] the first headline",
    new=(NewContent("The Example Herald", "en", (Excerpt("body", "12 were hurt.", ((0, 2),)),)),),
)


@pytest.mark.parametrize(
    ("content", "event"),
    [
        (alert(), "alert.immediate"),
        (alert(KOREAN), "alert.immediate"),
        (UPDATE, "alert.update"),
        (digest(3), "alert.digest"),
        (notice(), "notice"),
        (replace(notice(), kind="test", notice=None), "test"),
    ],
)
def test_every_kind_names_itself(content: AlertContent, event: str) -> None:
    body = json.loads(render_body(content, now=NOW))
    brief = json.loads(render_brief(content, now=NOW))
    assert body["event"] == brief["event"] == event
    assert body["id"] == brief["id"] == content.message_id
    assert body["title"] == subject(content)
    assert brief["text"]
    assert render_body(content, now=NOW) == render_body(content, now=NOW)
    assert render_brief(content, now=NOW) == render_brief(content, now=NOW)


def test_the_form_is_the_recipients() -> None:
    mail = render_for(alert(), now=NOW)
    assert mail.startswith(b"From: ")
    chat = render_for(alert(recipient="slack://a/b/c"), now=NOW)
    assert read_brief(chat).title == subject(alert())
    hook = json.loads(render_for(alert(recipient="webhook+https://h/x"), now=NOW))
    assert hook["format"] == 1


def test_spans_count_the_text_beside_them() -> None:
    for article, word in ((ENGLISH, "THAAD"), (KOREAN, "사드")):
        body = json.loads(render_body(alert(article), now=NOW))
        (told,) = body["story"]["articles"]
        marked = [s["text"][a:b] for s in told["sentences"] for a, b in s["spans"]]
        assert word in marked
        assert told["sentences"][0]["field"] == "title"


def test_a_text_says_what_a_mail_would_in_short() -> None:
    text = read_brief(render_brief(alert(), now=NOW)).text
    assert ENGLISH.source_name in text
    assert str(ENGLISH.url) in text
    assert "The THAAD battery is to be moved to a new site by the spring" in text
    assert "THAAD (THAAD)" in text
    assert "Example Wire" in text
    assert text.index(str(ENGLISH.url)) < text.index("The THAAD battery")


def test_an_update_says_what_is_new_and_of_what() -> None:
    brief = read_brief(render_brief(UPDATE, now=NOW))
    assert brief.title == "Re: [THAAD] the first headline"
    assert ENGLISH.title in brief.text
    assert "12 were hurt." in brief.text
    assert json.loads(render_body(UPDATE, now=NOW))["news"][0]["sentences"][0]["spans"] == [[0, 2]]


def test_a_long_digest_is_cut_and_says_so() -> None:
    brief = read_brief(render_brief(digest(300), now=NOW))
    assert len(brief.text) <= TEXT_LIMIT + 10
    assert brief.text.endswith("…")
    long = replace(ENGLISH, excerpts=(Excerpt("body", "x" * 9000, ()),) * 8)
    told = render_body(digest(3000, long), now=NOW)
    assert len(told) <= MAX_BYTES
    read = json.loads(told)["digest"]
    shown = sum(len(group["stories"]) for group in read["groups"])
    assert shown + sum(group["more"] for group in read["groups"]) == read["count"] == 3000
    assert len(read["story_ids"]) == 3000


def test_words_from_outside_are_cleaned_and_cut() -> None:
    article = replace(
        ENGLISH, title=HOSTILE * 5000, source_name=HOSTILE * 100, url="javascript:alert(1)"
    )
    content = replace(alert(article), watchlists=(HOSTILE,) * 500)
    brief = read_brief(render_brief(content, now=NOW))
    assert len(brief.title) <= TITLE_LIMIT
    assert len(brief.text) <= TEXT_LIMIT + 10
    body = render_body(content, now=NOW)
    assert len(body) < 100_000
    read = json.loads(body)
    assert read["story"]["url"] is None
    for text in (brief.title, read["title"], read["story"]["title"], *read["watchlists"]):
        assert not any(c in text for c in "\r\n\x00\u202e\u2028")
    assert "javascript:" not in brief.text


def test_source_health_is_told() -> None:
    read = json.loads(render_body(alert(health=UNWELL), now=NOW))["sources"]
    assert read["watched"] == 3
    assert read["problems"][0]["reason"] == "blocked"
