"""What the mail of an update says: what is new first, then the story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.evidence import news_excerpts
from alerts.model import AlertContent, EarlierContent, NewContent, StoryContent
from alerts.render import render
from alerts.view import view
from alerts.view_article import MAX_NEW
from newsroom.model import ArticleText
from newsroom.stories_news import News
from tests.unit.alert_contents import ENGLISH, KOREAN, NOW, SEEN, alert, text_of

TEXT = ArticleText(
    title="Talks in Seongju: 14 villages take part",
    body=(
        "SEONGJU -- Delegates of 14 villages met on Monday.\n\n"
        "The mayor said the first step was taken. A launcher arrives on Dec. 3, he said. "
        '"We were never asked," said Han Ga-sang, who speaks for the farmers.'
    ),
)
KOREAN_TEXT = ArticleText(
    title="성주 대화에 14개 마을 참여",
    body="(성주=가상통신) 14개 마을 대표들이 만났다. 발사대는 12월 3일에 도착한다고 시장이 말했다.",
)


def span(text: ArticleText, kind: str, words: str, field: str = "body") -> News:
    at = getattr(text, field).index(words)
    return News(kind, field, at, at + len(words), words)


def page_of(message: bytes) -> Any:
    return lxml.html.document_fromstring(text_of(message, "html"))


def of_class(within: Any, name: str) -> list[Any]:
    return list(within.find_class(name))


NEWS = (
    span(TEXT, "number", "14 villages", "title"),
    span(TEXT, "number", "14 villages"),
    span(TEXT, "date", "Dec. 3"),
    span(TEXT, "quote", "We were never asked"),
    span(TEXT, "name", "Han Ga-sang"),
)


def test_the_sentence_around_what_is_new() -> None:
    shown = news_excerpts(TEXT, NEWS)
    assert [(e.field, [e.text[a:b] for a, b in e.marks]) for e in shown] == [
        ("title", ["14 villages"]),
        ("body", ["14 villages"]),
        ("body", ["Dec. 3"]),
        ("body", ["We were never asked", "Han Ga-sang"]),  # of one sentence: one line
    ]
    assert shown[0].text == TEXT.title
    assert shown[2].text == "A launcher arrives on Dec. 3, he said."


def test_of_many_the_headline_the_watched_words_and_what_comes_first() -> None:
    term = span(TEXT, "term", "farmers")
    shown = news_excerpts(TEXT, (*NEWS[:3], term), most=3)
    assert [e.text.split()[0] for e in shown] == ["Talks", "SEONGJU", '"We']
    assert len(news_excerpts(TEXT, NEWS, most=2)) == 2


def test_spans_that_do_not_fit_show_nothing() -> None:
    assert news_excerpts(TEXT, [News("name", "body", 0, 5, "Busan")]) == ()
    assert news_excerpts(TEXT, [News("name", "captions", 0, 5, "Busan")]) == ()


def update(language: str = "en") -> AlertContent:
    return alert(
        kind="update",
        new=(
            NewContent("The Example Herald", "en", news_excerpts(TEXT, NEWS)),
            NewContent(
                "가상통신",
                "ko",
                news_excerpts(KOREAN_TEXT, [span(KOREAN_TEXT, "date", "12월 3일")]),
            ),
        ),
        story=StoryContent(
            12,
            ENGLISH.title,
            (replace(ENGLISH, first_by="Example Wire", credit=None),),
            EarlierContent("Earlier headline", "https://a.example/1", "Wire", "en", None, SEEN),
        ),
        language=language,
    )


ENGLISH_UPDATE = """\
New:

The Example Herald
- Talks in Seongju: *14 villages* take part
- SEONGJU -- Delegates of *14 villages* met on Monday.
- A launcher arrives on *Dec. 3*, he said.
- "*We were never asked*," said *Han Ga-sang*, who speaks for the
  farmers.

가상통신
- 발사대는 *12월 3일*에 도착한다고 시장이 말했다.

* * *

Seongju residents ask for talks as *THAAD* battery is moved
The Example Herald · 22 Nov 2026, 12:05 KST
https://news.example.org/view?id=12&part=1

    The *THAAD* battery is to be moved to a new site by the spring, an
    official said.

    A *missile* drill is planned for the same week.

Why: THAAD (THAAD); Missiles (missile)
Also in (first by Example Wire):
- Example Wire
  https://wire.example.org/AEN1
- Late Paper

You were told before of:
- Earlier headline
  Wire · first seen 22 Nov 2026, 12:07 KST
  https://a.example/1

--\x20
"""


def test_an_update_says_first_what_is_new() -> None:
    assert text_of(render(update(), now=NOW)).startswith(ENGLISH_UPDATE)


def test_the_words_of_a_korean_mail() -> None:
    text = text_of(render(update(language="ko"), now=NOW))
    assert text.startswith("새로 나온 내용:\n\nThe Example Herald\n- Talks")
    assert "다른 매체 (최초 보도: Example Wire):" in text
    assert "앞서 알려 드린 기사:\n- Earlier headline\n" in text


def test_the_page_marks_what_is_new() -> None:
    page = page_of(render(update(), now=NOW))
    boxes = of_class(page, "new")
    assert len(boxes) == 1
    marked = [e.text_content() for e in boxes[0].iter("mark")]
    assert marked == [
        "14 villages",
        "14 villages",
        "Dec. 3",
        "We were never asked",
        "Han Ga-sang",
        "12월 3일",
    ]
    assert [e.get("lang") for e in of_class(boxes[0], "line")] == ["en"] * 4 + ["ko"]
    body = page.body.text_content()
    headline = next(iter(page.iter("h1"))).text_content()
    assert body.index("14 villages") < body.index(headline)
    assert [a.text_content() for a in of_class(page, "earlier")[0].iter("a")] == [
        "Earlier headline"
    ]


def test_without_news_there_is_no_box() -> None:
    message = render(alert(KOREAN), now=NOW)
    assert not page_of(message).find_class("new")
    assert "New:" not in text_of(message)


@pytest.mark.parametrize(("articles", "each"), [(1, 40), (3, 40), (8, 40), (30, 40), (2, 1)])
def test_what_is_new_stays_readable(articles: int, each: int) -> None:
    lines = news_excerpts(TEXT, NEWS[2:3]) * each
    content = alert(
        kind="update", new=tuple(NewContent(f"Paper {n}", "en", lines) for n in range(articles))
    )
    shown = view(content).new
    assert 1 <= sum(len(one.lines) for one in shown) <= MAX_NEW
    assert len(shown) == min(articles, 8)
    assert all(one.lines for one in shown)


@given(st.text(max_size=200), st.text(max_size=30), st.integers(0, 200), st.integers(0, 60))
def test_no_text_breaks_the_mail(body: str, name: str, start: int, length: int) -> None:
    news = News("quote", "body", start, start + length, body[start : start + length])
    lines = news_excerpts(ArticleText("x", body=body), [news])
    hostile = f"<script>{name}</script>"
    content = alert(kind="update", new=(NewContent(hostile, name, lines),))
    message = render(content, now=NOW)
    page = page_of(message)
    assert not list(page.iter("script"))
    assert message.count(b"\r\nSubject:") == 1
