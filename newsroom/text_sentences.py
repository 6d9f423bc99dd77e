"""Where sentences end, in English, Korean, Chinese and Japanese news text."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ABBREVIATIONS = _set(
    "mr mrs ms dr prof gen lt col maj sgt capt cmdr adm rep reps sen sens gov pres st jr sr inc ltd"
    " co corp vs jan feb mar apr jun jul aug sep sept oct nov dec dept univ approx fig vol ave"
    " blvd mt ft rev hon messrs mme mlle brig pvt spc supt"
)
_BEFORE_NUMBER = frozenset({"no", "nos", "art", "sec", "ch", "pp"})
# words that open a sentence rather than go on after U.S. or a.m.
_OPENERS = _set(
    "a an the this that these those it its he she they we i but and however in on at as after"
    " before if when while meanwhile there his her their our some many no both"
)
_CLOSERS = "\"'”’)]}»」』》〉】"
_OPENING = "\"'“‘([{«「『《〈【"
_BLANK_LINE = re.compile(r"(?>\r\n|[\r\n\v\f\x85\u2028])\s*[\r\n\v\f\x85\u2028]|\u2029")
_TERMINATOR = re.compile(r"[.!?。！？｡।؟]")
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")
_WORD_AFTER = re.compile(r"[^\W\d_]+")


def ends_sentence(text: str, at: int) -> bool:
    """Say whether the terminator `text[at]` ends a sentence (True at the end of the text)."""
    char = text[at]
    if char in "。！？｡।؟":
        return True
    after = at + 1
    while after < len(text) and text[after] in _CLOSERS:
        after += 1
    if after == len(text):
        return True
    if char in "!?":
        return text[after].isspace() or _is_wide(text[after])
    if text[after].isspace():
        return _dot_before_blank(text, at, after)
    return _dot_inside(text, at, text[after])


def _dot_inside(text: str, at: int, after: str) -> bool:
    """Judge a dot with no blank behind it: glued paragraphs, but not 한.미, 3.5 or yna.co.kr."""
    before = text[at - 1] if at else ""
    if _is_wide(after):
        return before in ("다", "요", "까", "죠")
    return before.islower() and after.isupper()


def _dot_before_blank(text: str, at: int, blank: int) -> bool:
    if at == 0 or text[at - 1] == "." or text[at - 1].isspace():
        return at > 0 and text[at - 1].isspace()
    following = text[blank : blank + 40].lstrip().lstrip(_OPENING)
    if following[:1].islower():
        return False
    word = _WORD_BEFORE.search(text, max(0, at - 20), at)
    if word is None:
        return True
    name = word.group().lower()
    if name in _ABBREVIATIONS:
        return False
    if name in _BEFORE_NUMBER and following[:1].isdigit():
        return False
    if len(name) == 1 and name.isascii():
        # an initial (J. Edgar) or the last letter of an initialism (U.S.)
        opener = _WORD_AFTER.match(following)
        return opener is not None and opener.group().lower() in _OPENERS
    return True


def _is_wide(char: str) -> bool:
    return "\u3040" <= char <= "\u9fff" or "가" <= char <= "힣"


def has_blank_line(text: str) -> bool:
    """Say whether a stretch of text holds a paragraph break."""
    return _BLANK_LINE.search(text) is not None


def sentence_breaks(text: str) -> list[int]:
    """List where sentences and paragraphs end, by the terminator or the first line break."""
    ends = [m.start() for m in _TERMINATOR.finditer(text) if ends_sentence(text, m.start())]
    return sorted(ends + [m.start() for m in _BLANK_LINE.finditer(text)])


def sentence_around(text: str, start: int, end: int, limit: int = 400) -> tuple[int, int]:
    """Find the sentence that holds `text[start:end]`, as (start, end) in code points of `text`.

    It never leaves the paragraph and always holds the whole span. A sentence longer than `limit`
    is cut at blanks to a window around the span.
    """
    left, right = _paragraph(text, start, end)
    for match in _TERMINATOR.finditer(text, left, right):
        if not ends_sentence(text, match.start()):
            continue
        stop = match.end()
        while stop < right and text[stop] in _CLOSERS:
            stop += 1
        if stop <= start:
            left = stop
        elif match.start() >= end - 1 and stop >= end:
            right = stop
            break
    while left < start and text[left].isspace():
        left += 1
    while right > end and text[right - 1].isspace():
        right -= 1
    return (left, right) if right - left <= limit else _window(text, start, end, left, right, limit)


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    left, right = 0, len(text)
    for match in _BLANK_LINE.finditer(text):
        if match.end() <= start:
            left = match.end()
        elif match.start() >= end:
            right = match.start()
            break
    return left, right


def _window(text: str, start: int, end: int, left: int, right: int, limit: int) -> tuple[int, int]:
    room = max(0, limit - (end - start))
    low = max(left, start - room // 2)
    high = min(right, low + max(limit, end - low))
    low = max(left, min(low, high - limit))
    while left < low < start and not text[low - 1].isspace():
        low += 1
    while end < high < right and not text[high].isspace():
        high -= 1
    while low < start and text[low].isspace():
        low += 1
    while high > end and text[high - 1].isspace():
        high -= 1
    return low, high
