"""Real captures: which fields come out right, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import pytest

from crawler.pages.read import read_page
from newsroom.model import PageContent
from tests.corpus.page_truth import (
    Truth,
    fundus_korea,
    korean_outlets,
    token_f1,
    words,
    yonhap,
)
from tests.corpus.paths import CORPUS

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the captures are not beside the checkout"),
]
FIELDS = ("title", "published_at", "modified_at", "authors", "section", "tags")
_FURNITURE = re.compile(
    r"@|영상\s?(?:취재|편집)|사진\s?(?:=|출처)|제보(?:가|하기)|\[(?:전화|메일)\]|저작권"
    r"|[가-힣]{3} 기자(?:\]|$)",
    re.MULTILINE,
)
Row = tuple[str, dict[str, str], float]


def judge(truth: Truth, content: PageContent) -> Row:
    """Per field "ok", "-" (the corpus does not say) or what is wrong; and the body's F1."""
    verdicts: dict[str, str] = {}
    for field in FIELDS:
        expected = getattr(truth, field)
        found = getattr(content, field)
        unsaid = expected is None or expected == () or (field == "modified_at" and found is None)
        verdicts[field] = "-" if unsaid else "ok" if same(expected, found) else f"{found!r}"
    # captions may be missing from our body by contract; the spiders' texts often hold them
    captions = words(" ".join(content.captions))
    body = words(content.body)
    f1 = max(token_f1(body, truth.words), token_f1(body + captions, truth.words))
    return truth.name, verdicts, f1


def same(expected: object, found: object) -> bool:
    """Equal up to what the spiders lost: quotes of titles, seconds, who came after the first."""
    if isinstance(expected, datetime) and isinstance(found, datetime):
        return expected.replace(second=0, microsecond=0) == found.replace(second=0, microsecond=0)
    if isinstance(expected, str) and isinstance(found, str):
        return words(expected) == words(found)
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return expected == found[: len(expected)]
    return expected == found


def table(rows: Iterable[Row]) -> None:
    print(f"\n{'page':28}" + "".join(f"{field:>14}" for field in FIELDS) + f"{'body F1':>9}")
    for name, verdicts, f1 in rows:
        cells = "".join(f"{v if v in ('ok', '-') else 'WRONG':>14}" for v in verdicts.values())
        print(f"{name:28}{cells}{f1:9.3f}")
        for field, verdict in verdicts.items():
            if verdict not in ("ok", "-"):
                print(f"    {field}: {verdict}")


def wrong(rows: Iterable[Row], field: str) -> list[str]:
    return [name for name, verdicts, _ in rows if verdicts[field] not in ("ok", "-")]


def test_every_field_of_the_yonhap_captures() -> None:
    truths = list(yonhap())
    contents = [
        read_page(truth.html, url=truth.url + "?section=news&input=rss") for truth in truths
    ]
    rows = [judge(truth, content) for truth, content in zip(truths, contents, strict=True)]
    table(rows)
    assert len(rows) >= 7
    for truth, content in zip(truths, contents, strict=True):
        assert {field: getattr(content, field) for field in FIELDS} == {
            field: getattr(truth, field) for field in FIELDS
        }
        assert words(content.body) == truth.words
        assert content.canonical_url == content.canonical_link == truth.url
        assert (content.page, content.language, content.credit) == ("yonhap-en", "en", None)
        assert content.dateline == "SEOUL"
        assert content.warnings == ()
        assert content.body.startswith("SEOUL, April 19 (Yonhap) -- ")
        assert "@" not in content.body
        assert not [caption for caption in content.captions if caption in content.body]


def test_korean_outlets_without_a_class() -> None:
    truths = list(korean_outlets())
    contents = [read_page(truth.html, url=truth.url) for truth in truths]
    rows = [judge(truth, content) for truth, content in zip(truths, contents, strict=True)]
    table(rows)
    assert len(rows) >= 23
    assert [content.url for content in contents if _FURNITURE.search(content.body)] == []
    assert wrong(rows, "title") == []
    assert wrong(rows, "published_at") == []
    assert wrong(rows, "authors") == []
    assert sum(f1 for _, _, f1 in rows) / len(rows) >= 0.988
    assert min(f1 for _, _, f1 in rows) >= 0.89


def test_hand_checked_korean_pages() -> None:
    rows = [judge(truth, read_page(truth.html, url=truth.url)) for truth in fundus_korea()]
    table(rows)
    assert len(rows) >= 3
    assert wrong(rows, "title") == []
    assert wrong(rows, "published_at") == []
    assert wrong(rows, "authors") == []
    assert min(f1 for _, _, f1 in rows) >= 0.98
