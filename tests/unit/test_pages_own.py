"""The operator's own selectors: what they find wins, what they miss is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.pages.read import read_page
from newsroom.model import PageContent, PageRules

PARAGRAPH = "The ferry between the two ports will run again from Monday, the operator said today."
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Ferry runs again | Port Post</title>
<meta property="article:published_time" content="2026-11-20T09:00:00+09:00">
<meta name="author" content="Web Desk"><meta name="sec" content="Harbour">
</head><body><nav>Home</nav>
<h1>Port Post</h1><h2 class="t">Ferry runs <b>again</b></h2><p class="sub">After two weeks</p>
<span class="by">By Kim Minji</span><span class="by">By Lee Han</span>
<div class="when">Filed: 2026.11.23 10:30 | read 12 times</div>
<div class="c"><p>{PARAGRAPH}</p><aside>Buy a ticket now</aside>
<div class="c"><p>{PARAGRAPH[::-1]}</p></div><p class="by">By Kim Minji</p></div>
<article><p>{PARAGRAPH} Elsewhere.</p></article>
</body></html>""".encode()


def read(
    rules: PageRules | None, page: bytes = PAGE, url: str = "https://port.example/1"
) -> PageContent:
    return read_page(page, url=url, timezone="Asia/Seoul", css=rules)


def test_every_field_is_the_operators() -> None:
    content = read(
        PageRules(
            title="h2.t",
            subtitle=".sub",
            body="div.c",
            published=".when",
            authors=".by",
            section="meta[name=sec]",
            remove=("aside", ".by"),
        )
    )
    assert content.title == "Ferry runs again"
    assert content.subtitle == "After two weeks"
    assert content.body == f"{PARAGRAPH}\n\n{PARAGRAPH[::-1]}"
    assert content.published_at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert content.authors == ("Kim Minji", "Lee Han")
    assert content.section == "Harbour"
    assert not [w for w in content.warnings if w.startswith("css_")]


def test_what_is_not_named_is_read_as_ever() -> None:
    plain = read(None)
    content = read(PageRules(section="meta[name=sec]"))
    assert content.section == "Harbour"
    assert (content.title, content.body, content.published_at) == (
        plain.title,
        plain.body,
        plain.published_at,
    )


def test_what_is_not_found_is_said_and_read_otherwise() -> None:
    content = read(PageRules(title="h3.gone", body="#gone", published="h1", authors=".gone"))
    plain = read(None)
    assert (content.title, content.body) == (plain.title, plain.body)
    assert content.published_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert [w for w in content.warnings if w.startswith("css_")] == [
        "css_title_missing",
        "css_published_missing",
        "css_authors_missing",
        "css_body_missing",
    ]


def test_they_win_over_a_page_class() -> None:
    page = PAGE.replace(b"<article>", b'<article id="articleText" itemprop="articleBody">')
    content = read(
        PageRules(body="div.c", title="h2.t"), page, "https://www.koreaherald.com/article/1"
    )
    assert content.title == "Ferry runs again"
    assert content.body.startswith(PARAGRAPH)


@pytest.mark.parametrize("remove", [("html",), ("body",), ("*",), ("p", "p", "div")])
def test_to_remove_too_much_breaks_nothing(remove: tuple[str, ...]) -> None:
    content = read(PageRules(body="div.c", title="h2.t", remove=remove))
    assert content.title == "Ferry runs again"
    assert ("Monday" in content.body) == (remove == ("html",))  # the root cannot be taken out
