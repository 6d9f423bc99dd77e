"""Plain text out of what feeds put into titles and summaries: HTML, half-escaped HTML, or text."""

from __future__ import annotations

import html
import re

import lxml.etree
import lxml.html

from crawler.pages.text import collapse, paragraphs

MAX_TITLE = 2_000
MAX_SUMMARY = 100_000
"""Code points kept; nobody's headline or article is longer."""
_LOOK_AT = 4
"""How many times the cap is read of markup, which is longer than its text."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_KNOWN = (
    "a|abbr|acronym|article|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|figcaption"
    "|figure|font|h[1-6]|head|hr|html|i|iframe|img|ins|kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s|section"
    "|small|span|strike|strong|sub|sup|table|tbody|td|th|title|tr|tt|u|ul|wbr"
)
_KNOWN_TAG = re.compile(rf"<(/?)({_KNOWN})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_CLOSING_TAG = re.compile(rf"</(?:{_KNOWN})\s*>", re.IGNORECASE)
_BREAK = re.compile(r"br|p|div|li|t[dhr]|h[1-6r]|blockquote", re.IGNORECASE)
_SILENT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)|<[!?][^>]*>", re.DOTALL)
_NO_TAG = re.compile(r"<(?!/?[A-Za-z!])")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def clean(value: object) -> str:
    """The value as a string without characters no text may hold; "" for anything else."""
    return _ILLEGAL.sub("", value) if isinstance(value, str) else ""


def one_line(value: object, limit: int = MAX_TITLE, *, markup: bool = True) -> str:
    """A title, a name, a tag: known tags dropped, entities resolved, one line.

    Only tags HTML knows are tags: `<속보>` and `a < b` are what somebody wrote; and so is what an
    entity made: `&lt;i&gt;` is the text `<i>`. Entities are resolved twice, because titles come
    escaped twice as often as they come with a literal `&amp;`. `markup` False: the feed declared
    plain text; then only a closing tag shows that it is HTML all the same.
    """
    text = clean(value)[: limit * _LOOK_AT]
    if "<" in text and (markup or _CLOSING_TAG.search(text)):
        text = _KNOWN_TAG.sub(_tag_gap, _COMMENT.sub("", _SILENT.sub("", text)))
    return collapse(clean(unescape(unescape(text))))[:limit].rstrip()


def prose(value: object, *, markup: bool, limit: int = MAX_SUMMARY) -> str:
    """A summary: paragraphs separated by blank lines, each on one line.

    `markup` says whether the feed declared HTML; text that holds tags HTML knows is taken as HTML
    all the same.
    """
    text = clean(value)[: limit * _LOOK_AT]
    if "<" in text and (markup or _KNOWN_TAG.search(text)):
        parts = _html_paragraphs(text)
    else:
        parts = [collapse(part) for part in _BLANK_LINE.split(unescape(text))]
    parts = [collapse(clean(unescape(part))) for part in parts]
    return "\n\n".join(part for part in parts if part)[:limit].rstrip()


def unescape(text: str) -> str:
    """Resolve complete character references; `&copy=1` of a URL is none."""
    return _ENTITY.sub(_resolve, text) if "&" in text else text


def _resolve(found: re.Match[str]) -> str:
    return html.unescape(found.group())


def _tag_gap(found: re.Match[str]) -> str:
    return " " if _BREAK.fullmatch(found.group(2)) else ""


def _html_paragraphs(text: str) -> list[str]:
    text = _NO_TAG.sub("&lt;", _COMMENT.sub("", text))
    try:
        root = lxml.html.document_fromstring(text)
    except (lxml.etree.LxmlError, ValueError):  # nothing but comments and tags without text
        return []
    return paragraphs(root)
