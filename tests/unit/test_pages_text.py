"""Paragraphs out of markup, characters out of bytes, objects out of JSON-LD."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

from crawler.pages import jsonld
from crawler.pages.charset import decode
from crawler.pages.document import parse
from crawler.pages.text import collapse, has_class, inline_text, paragraphs

KOREAN = "도깨비섬에서 똠방각하가 펲시콜라를 마셨다."  # EUC-KR has no 똠, CP949 has


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div><p>One</p><p> Two </p></div>", ["One", "Two"]),
        ("<div>One<br>Two<br><br>Three</div>", ["One", "Two", "Three"]),
        ("<div>One <b>bold</b> word<p>Two</p>tail</div>", ["One bold word", "Two", "tail"]),
        ("<p>a<span>b</span>c</p>", ["abc"]),
        ("<p>a&nbsp;&amp; b&#8203;c&rsquo;s</p>", ["a & b\u200bc’s"]),
        ("<div>x<script>var a = '<p>';</script>y<style>p{}</style>z</div>", ["xyz"]),
        ("<div><p>One</p><div class='ad box'>Buy<p>now</p></div>after</div>", ["One", "after"]),
        ("<div><p>One<figure>F</figure>Two</p></div>", ["One", "Two"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
        ("<div> \n\t </div>", []),
    ],
)
def test_paragraphs(markup: str, expected: list[str]) -> None:
    skip = has_class("ad", tags=("figure",))
    assert paragraphs(fragment_fromstring(markup), skip) == expected


def test_deep_markup_is_read_without_recursion() -> None:
    body = b"<div>" * 1500 + b"deep" + b"</div>" * 1500
    page = parse(body, url="https://x.example/a", content_type="", timezone="UTC")
    assert inline_text(page.root) == "deep"


@given(st.text())
def test_collapsed_text_has_single_blanks_only(text: str) -> None:
    assert collapse(collapse(text)) == collapse(text)
    assert "  " not in collapse(text)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (KOREAN.encode(), "text/html; charset=UTF-8"),
        (KOREAN.encode(), ""),
        (b"\xef\xbb\xbf" + KOREAN.encode(), "text/html; charset=euc-kr"),
        (KOREAN.encode(), "text/html; charset=euc-kr"),  # mislabelled
        (KOREAN.encode("cp949"), "text/html; charset=EUC-KR"),
        (KOREAN.encode("cp949"), "text/html; charset=ks_c_5601-1987"),
        (KOREAN.encode("cp949"), "text/html; charset=no-such"),
        (KOREAN.encode("cp949") * 3, "text/html"),
        (KOREAN.encode("cp949") * 3, "text/html; charset=utf-8"),  # mislabelled
        (b"\xff\xfe" + KOREAN.encode("utf-16-le"), ""),
        (KOREAN.encode("utf-16-be"), "text/html; charset=utf-16-be"),
        (b"<meta content='text/html; charset=euc-kr'>" + KOREAN.encode("cp949"), ""),
        (b" " * 5000 + b"<meta charset='euc-kr'>" + KOREAN.encode("cp949"), "text/html"),
    ],
)  # fmt: skip
def test_decode(body: bytes, content_type: str) -> None:
    assert KOREAN in decode(body, content_type)


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    text = decode(KOREAN.encode() * 20 + b"\xec\x9d", "text/html; charset=utf-8")
    assert text.startswith(KOREAN)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_decode_never_raises(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)


@pytest.mark.parametrize(
    ("script", "headline"),
    [
        ('{"@type": "NewsArticle", "headline": "H"}', "H"),
        ('[{"@type": "Organization"}, {"@type": ["NewsArticle"], "headline": "H"}]', "H"),
        ('{"@graph": [{"@type": "WebPage"}, {"@type": "Article", "headline": "H"}]}', "H"),
        ('{"@type": "http://schema.org/NewsArticle", "headline": "H"}', "H"),
        ('{"@type": "NewsArticle", // first\n "headline": "H" /* last */, }', "H"),
        ('{"@type": "NewsArticle", "url": "https://x.example/a", //x\n "headline": "H"}', "H"),
        ('{"@type": "NewsArticle", "description": "two\nlines\tand \x01", "headline": "H"}', "H"),
        ('<!-- {"@type": "NewsArticle", "headline": "H"} -->', "H"),
        ('{"@type": "NewsArticle", "headline": "A &amp; B"}', "A & B"),
        ('{"@type": "NewsArticle", "headline": ["H", "I"]}', "H"),
        ('{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "H"}}', "H"),
        ('{"@type": "Person", "headline": "no"}', ""),
        ("[]", ""),
        ("null", ""),
    ],
)
def test_json_ld(script: str, headline: str) -> None:
    blocks, invalid = jsonld.read([script])
    assert not invalid
    assert jsonld.string(jsonld.article(blocks).get("headline")) == headline


@pytest.mark.parametrize("script", ["{", "var a = 1;", '{"a": "b}', "[" * 100_000, "/*" * 100_000])
def test_json_ld_that_is_none(script: str) -> None:
    assert jsonld.read([script]) == ([], True)


KEYS = st.sampled_from(["@type", "@graph", "name", "headline", "author", "itemListElement"])
LEAVES = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "NewsArticle", "x&amp;"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=60)
def test_json_ld_of_any_shape(value: object) -> None:
    blocks, invalid = jsonld.read([json.dumps(value)])
    assert not invalid
    article = jsonld.article(blocks)
    assert isinstance(jsonld.strings(article.get("author")), list)
