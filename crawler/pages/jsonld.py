"""JSON-LD as pages really carry it: with comments, control characters, lists and graphs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]

_ARTICLE = frozenset(
    {
        "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BlogPosting",
        "OpinionNewsArticle", "BackgroundNewsArticle", "ReviewNewsArticle", "LiveBlogPosting",
        "AdvertiserContentArticle", "TechArticle", "Report", "Posting",
    }
)  # fmt: skip
_MAX_CHARS = 2_000_000
_MAX_NODES = 5_000
# A string is matched first so that `https://` inside one is never taken for a comment. Every
# branch also matches what is never closed: a branch that could fail late would be quadratic.
_STRING_OR_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*+"?)|//[^\n]*+|/\*.*?(?:\*/|\Z)', re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPERS = re.compile(r"^\s*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)|(?:-->|\]\]>|//\]\]>)\s*;?\s*$")


def read(scripts: list[str]) -> tuple[list[Block], bool]:
    """All typed objects of the page's JSON-LD scripts, and whether one could not be read."""
    blocks: list[Block] = []
    invalid = False
    for script in scripts:
        if not script.strip():
            continue
        try:
            value = _loads(script)
        except (ValueError, RecursionError):
            invalid = True
            continue
        blocks.extend(_typed(value))
    return blocks, invalid


def article(blocks: list[Block]) -> Block:
    """The first block that is an article; an empty one where there is none."""
    return next((block for block in blocks if _ARTICLE.intersection(types(block))), {})


def types(block: Block) -> list[str]:
    """The block's types without a schema prefix."""
    kinds = block.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return [
        name.rsplit("/", 1)[-1].removeprefix("schema:") for name in names if isinstance(name, str)
    ]


def strings(value: object) -> list[str]:
    """The texts in a value that may be a text, an object with a name, or a list of such."""
    values = value if isinstance(value, list) else [value]
    found: list[str] = []
    for item in values[:64]:
        text = item.get("name", item.get("url")) if isinstance(item, dict) else item
        if isinstance(text, list):
            found.extend(part for part in text if isinstance(part, str))
        elif isinstance(text, str):
            found.append(text)
    return [html.unescape(text).strip() for text in found if text.strip()]


def string(value: object) -> str:
    """The first text of such a value, or an empty one."""
    return next(iter(strings(value)), "")


def _loads(script: str) -> Any:
    if len(script) > _MAX_CHARS:
        raise ValueError("JSON-LD too large")
    script = _WRAPPERS.sub("", script)
    try:
        return json.loads(script, strict=False)
    except ValueError:
        # Seen on Yonhap's pages: //-comments behind values; elsewhere raw line breaks in strings.
        plain = _STRING_OR_COMMENT.sub(lambda found: found.group(1) or " ", script)
        plain = _TRAILING_COMMA.sub(r"\1", _CONTROLS.sub(" ", plain))
        return json.loads(plain, strict=False)


def _typed(value: object) -> Iterator[Block]:
    """Every object with a type, outer before inner, within @graph and lists too."""
    queue: list[object] = [value]
    for _ in range(_MAX_NODES):
        if not queue:
            return
        item = queue.pop(0)
        if isinstance(item, list):
            queue[:0] = item[:500]
        elif isinstance(item, dict):
            if "@type" in item:
                yield item
            queue.extend(
                inner for key in ("@graph", "mainEntity", "itemListElement", "mainEntityOfPage")
                if isinstance(inner := item.get(key), (list, dict))
            )  # fmt: skip
