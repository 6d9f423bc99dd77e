"""Boxes beside a listing's own list: popular stories, navigation, what others wrote."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.pages.text import inline_text

_SIDE_BOX = frozenset(
    {
        *("main_r", "spot_li", "view_main_c_li", "most_popular", "most-popular", "popular"),
        *("ranking", "rank", "aside"),
    }
)
_SIDE_HEADING = re.compile(
    r"most (?:popular|read|viewed|liked|shared|commented)|trending|popular (?:news|stories)"
    r"|editor'?s'? picks?|recommended|you may (?:also )?like"
    r"|많이 본|인기 ?(?:기사|뉴스)|핫뉴스|랭킹|추천 ?(?:기사|뉴스)|주요 ?뉴스|실시간",
    re.IGNORECASE,
)
_DEPTH = 4
_HEADING_LENGTH = 48


def outside_side_boxes(items: list[HtmlElement]) -> list[HtmlElement]:
    """The items whose list is no such box."""
    parents = {item.getparent() for item in items}
    side = {parent for parent in parents if is_side_box(parent)}
    return [item for item in items if item.getparent() not in side]


def is_side_box(box: HtmlElement | None, depth: int = _DEPTH) -> bool:
    """Whether a list is a box of popular stories: by its class or the heading before it."""
    for _ in range(depth):
        if box is None or box.tag in ("body", "html"):
            return False
        classes = {*(box.get("class") or "").lower().split(), (box.get("id") or "").lower()}
        if box.tag == "aside" or not classes.isdisjoint(_SIDE_BOX):
            return True
        before = box.getprevious()
        if before is not None and before.tag != box.tag and _is_side_heading(before):
            return True
        box = box.getparent()
    return False


def _is_side_heading(node: HtmlElement) -> bool:
    if not isinstance(node.tag, str):
        return False
    text = inline_text(node)
    return len(text) <= _HEADING_LENGTH and _SIDE_HEADING.search(text) is not None
