"""The article this product is asked to catch, wrapped in layout C at run time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.pages.read import read_page
from tests.corpus.paths import FACTS, corpus
from tests.unit.koreaherald_pages import CAPTION_FORMS, layout_c

pytestmark = corpus
URL = "https://www.koreaherald.com/view.php?ud=20170620000657"


@pytest.mark.parametrize("plain_breaks", [False, True])
@pytest.mark.parametrize("form", CAPTION_FORMS)
def test_the_example_article_comes_out_as_its_table_says(form: str, plain_breaks: bool) -> None:
    lines = (FACTS / "example_article.txt").read_text(encoding="utf-8").splitlines()
    texts = [line.strip() for line in lines if line.strip()]
    title = "Korea, China agree to maintain close communication on THAAD"
    start = next(n for n, text in enumerate(texts) if text.startswith("BEIJING -- Senior"))
    at = next(n for n, text in enumerate(texts) if "(Yonhap) A South Korean" in text)
    caption = texts[at][: (len(texts[at]) - 1) // 2]
    assert texts[at] == f"{caption} {caption}"
    story = [text for text in texts[start:] if text != texts[at]]
    body = layout_c(
        title=title,
        byline="a2017001",
        published="June 20, 2017 - 14:09",
        paragraphs=story,
        caption=caption,
        caption_at=at - start,
        caption_form=form,
        plain_breaks=plain_breaks,
    )
    page = read_page(body, url=URL)
    assert page.page == "koreaherald-c"
    assert page.title == title
    assert page.published_at == datetime(2017, 6, 20, 5, 9, tzinfo=UTC)
    assert page.authors == ()
    assert page.credit == "Yonhap"
    assert page.dateline == "BEIJING"
    assert page.captions == (caption,)
    assert page.body == "\n\n".join(story)
    assert page.body.startswith("BEIJING -- Senior officials")
    assert page.body.endswith("a boost to that end. (Yonhap)")
    assert page.body.count("THAAD") + page.title.count("THAAD") >= 5
    assert page.canonical_url == URL
