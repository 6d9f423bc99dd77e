"""Dates and writers that only readers are shown."""

from __future__ import annotations

import pytest

from crawler.pages.document import Page, parse
from crawler.pages.read import read_page
from crawler.pages.visible import visible_authors, visible_date

URL = "https://post.hanbit.example/7"


def page(body: str, head: str = "") -> Page:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return parse(html.encode(), url=URL, content_type="text/html", timezone="Europe/Vienna")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p class=byline>By Ada Berg</p>", ["By Ada Berg"]),
        ("<p class=byline>Von Ada Berg</p>", ["Ada Berg"]),
        ("<p class=author>Par Bo Holm</p>", ["Bo Holm"]),
        (
            "<div class=article-byline><span>Ada Berg</span><span>Bo Holm</span><b>4 min</b></div>",
            ["Ada Berg", "Bo Holm"],
        ),
        ("<li class=authors__item><span>von </span><b>Ada Berg</b></li>", ["Ada Berg"]),
        ("<div class=story-author>Redaktion</div>", []),
        ("<div class=story-author>Prime Minister Berg</div>", []),
        ("<a class=teaser><div class=teaser-author>Von Ada Berg</div></a>", []),
        ("<div class=related-stories><i class=x-byline>Ada Berg</i></div>", []),
        (f"<div class=authorship>Ada Berg<p>{'It rained. ' * 20}</p></div>", []),
        ("<p>Ada Berg</p>", []),
    ],
)
def test_writers(body: str, expected: list[str]) -> None:
    assert visible_authors(page(body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<span class=meta_date>erstellt: <b>2026-04-01 15:25</b></span>", "2026-04-01 15:25"),
        ("<span class=meta_date>Veröffentlicht: 1 April 2026, 15:25</span>", "1 April 2026, 15:25"),
        ("<p class=info>no date</p>", ""),
    ],
)
def test_dates(body: str, expected: str) -> None:
    assert visible_date(page(body)) == expected


STORY = "".join(
    f"<p>The bridge held through storm number {n}, the city said.</p>" for n in range(9)
)
SCRIPT = '<script type="application/ld+json">%s</script>'
LD = SCRIPT % '{"@type":"%s","headline":"Bridge holds","author":"%s"%s}'
TOLD = "\\n".join(
    ["Ada Berg", *(f"The bridge held through storm {n}, the city said." for n in range(12))]
)


@pytest.mark.parametrize(
    ("head", "lead", "expected"),
    [
        (LD % ("NewsArticle", "Hanbit", ',"publisher":{"name":"Hanbit"}'), "", ()),
        (
            LD % ("NewsArticle", "Hanbit", ',"publisher":{"name":"Hanbit"}')
            + "<meta name=author content='Ada Berg'>",
            "",
            ("Ada Berg",),
        ),
        (LD % ("NewsArticle", "Bo Holm", ""), "<p class=byline>Ada Berg</p>", ("Bo Holm",)),
        (LD % ("NewsArticle", "", f',"articleBody":"{TOLD}"'), "", ("Ada Berg",)),
        ("", "<p>Prime Minister Berg</p>", ()),
    ],
)
def test_the_site_itself_is_nobody(head: str, lead: str, expected: tuple[str, ...]) -> None:
    body = f"<html><head>{head}</head><body><article><h1>Bridge holds</h1>{lead}{STORY}</article>"
    content = read_page(body.encode(), url=URL)
    assert content.authors == expected
    assert content.body.startswith(("The bridge", "Prime Minister"))


def test_a_page_of_another_type_tells_its_date() -> None:
    head = SCRIPT % '{"@type":"ClaimReview","datePublished":"2026-05-13 15:44"}'
    assert page("", head).meta.published == ("2026-05-13 15:44",)
    article = SCRIPT % '{"@type":"NewsArticle"}'
    assert page("", head + article).meta.published == ()
