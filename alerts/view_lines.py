"""Single lines of a mail: names, sentences with their marks, counts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alerts.model import Excerpt
from alerts.sanitise import clean, clean_span
from alerts.strings import Strings
from alerts.view_shapes import Line, Segment

NAME_LIMIT = 100
HEADLINE_LIMIT = 300
EXCERPT_LIMIT = 500
LINE_LIMIT = 1000
MAX_NAMES = 50
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_CUT = (Segment("…"),)


def segments(text: str, marks: Iterable[tuple[int, int]], limit: int) -> Line:
    """Cut a text at its marks and clean each piece; at most about `limit` code points in all.

    Marks that overlap what came before, or lie outside the text, are dropped.
    """
    shown: list[Segment] = []
    left = limit
    for piece, marked in _pieces(text, marks, limit):
        part = clean_span(piece[: 2 * limit])
        part = part.lstrip() if not shown else part
        if len(part) > left:
            shown.append(Segment(part[: max(left - 1, 0)].rstrip() + "…", marked))
            break
        if part:
            shown.append(Segment(part, marked))
            left -= len(part)
    return tuple(shown)


def _pieces(text: str, marks: Iterable[tuple[int, int]], limit: int) -> Iterable[tuple[str, bool]]:
    at = 0
    for start, end in marks:
        if at <= start < end <= len(text):
            if start > at:
                yield text[at:start], False
            yield text[start:end], True
            at = end
    # The tail is cut before it is cleaned: a field may be megabytes long.
    yield text[at : at + 2 * limit], False


def sentence(excerpt: Excerpt) -> Line:
    """A sentence of evidence, with dots where it was cut; empty where nothing of it can be seen."""
    pieces = segments(excerpt.text, excerpt.marks, EXCERPT_LIMIT)
    if not pieces:
        return ()
    if excerpt.cut_before:
        pieces = _CUT + pieces
    return pieces + _CUT if excerpt.cut_after else pieces


def language_tag(tag: str) -> str:
    """A BCP 47 tag fit for a `lang` attribute; empty (unknown) where it is none."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def count_stories(count: int, words: Strings) -> str:
    """`14 stories`."""
    return words.story if count == 1 else words.stories.format(count=count)


def names(found: Iterable[str]) -> str:
    """Names with commas between them, as many as there is room for."""
    shown = list(found)
    more = f" +{len(shown) - MAX_NAMES}" if len(shown) > MAX_NAMES else ""
    return ", ".join(clean(n, NAME_LIMIT) for n in shown[:MAX_NAMES]) + more
