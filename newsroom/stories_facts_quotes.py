"""Quoted sentences, and what of them stays the same however they are cut and marked.

Curly, straight, angular and corner quotes are the same after folding. A quote that a paragraph
leaves open ends with it: newspapers close only the last paragraph of a long quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsroom.stories_facts_keys import Known, Spot, checksum, key
from newsroom.text import prepare

_KINDS = (
    dict.fromkeys('"\u201c\u201d\u201e\u201f«»\u2033＂', '"')
    | dict.fromkeys("'\u2018\u2019\u201a\u201b＇`", "'")
    | dict.fromkeys("「」｢｣", "「")
    | dict.fromkeys("『』", "『")
)
_OPENING = frozenset("\u201c\u201e\u2018「『｢")
_CLOSING = frozenset("\u201d\u2019」』｣")
_BEFORE_OPENING = frozenset(" \n\t\u00a0([{<-\u2013\u2014/=:,·…\"'\u2018\u201c")
_MARK = re.compile(rf"[{''.join(_KINDS)}]|\n\s*\n")
_SENTENCE_END = re.compile(r"[.!?。](?=\s|$)|\n")
_BRACKETED = re.compile(r"\[[^\]]{0,80}\]|\([^)]{0,80}\)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_HANGUL = re.compile("[가-힣]+")
_WORDS_IN_A_ROW = 3
_WORDS = 4
"""Words an English quote must have to be a sentence somebody said."""
_SYLLABLES = 10
"""The same in Hangul syllables."""
_SINGLE = 400
"""Characters a quote in single marks may have: an apostrophe must not open a quote for ever."""
_LONGEST = 20_000
"""Characters of a quote that are read."""
_SAMPLE = 4
_ENOUGH = 0.5
"""Share of a quote's shingles that makes it known. A quote split by `he said`, with a word in
brackets or cut keeps far more, another sentence far less."""


def quotes(plain: str, marked: str) -> Iterator[Spot]:
    """Yield each quoted sentence of a folded text in order.

    `marked` has the same offsets and, if it can be had, the marks as given: curly ones say
    whether they open or close.
    """
    for start, end in _quoted(marked):
        begin = start
        for stop in [m.end() for m in _SENTENCE_END.finditer(plain, start, end)] + [end]:
            first, last = _trimmed(plain, begin, stop)
            begin = stop
            units = _units(plain[first:last])
            if len(units[0]) >= units[1]:
                yield Spot(first, last, key("q", " ".join(units[0])))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between quotation marks, in order, none in another."""
    mark, opened = "", 0
    for match in _MARK.finditer(text):
        sign, at = match.group()[0], match.start()
        kind = _KINDS.get(sign, "")
        if mark and _ends(text, at, kind, sign, mark):
            if mark != "'" or (kind == mark and at - opened <= _SINGLE):
                yield opened, min(at, opened + _LONGEST)
            mark = ""
            if kind in ("", "'") or not _opens_anew(text, at, kind, sign):
                continue
        elif mark:
            continue
        if _opens(text, at, kind, sign):
            mark, opened = kind, match.end()
    if mark and mark != "'":
        yield opened, min(len(text), opened + _LONGEST)


def _opens(text: str, at: int, kind: str, sign: str) -> bool:
    """Say whether a mark begins a quote where none is open."""
    if sign in _OPENING:
        return True
    if not kind or sign in _CLOSING:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    # a straight mark between two letters is the end of a quote whose beginning was cut away
    return bool(after) and not after.isspace() and (not before or before in _BEFORE_OPENING)


def _ends(text: str, at: int, kind: str, sign: str, mark: str) -> bool:
    """Say whether a mark, or the end of the paragraph, ends the open quote."""
    if not kind:
        return True
    if kind != mark:
        return mark == "'" and kind == '"'
    if sign in _CLOSING:
        return kind != "'" or not text[at + 1 : at + 2].isalnum() or text[at + 1] > "\u3000"
    if sign in _OPENING:
        return kind != "'"
    return kind != "'" or not text[at + 1 : at + 2].isalnum() or text[at + 1] > "\u3000"


def _opens_anew(text: str, at: int, kind: str, sign: str) -> bool:
    """Say whether the mark that ends a quote opens the next: its own end was left out."""
    if sign in _OPENING:
        return True
    return text[at - 1 : at].isspace() and _opens(text, at, kind, sign)


def _units(plain: str) -> tuple[list[str], int, int]:
    """Cut a quote into words or syllables; with them how many make a sentence and a shingle."""
    plain = _BRACKETED.sub(" ", plain)
    words = _WORD.findall(plain)
    letters = "".join(words)
    hangul = sum(map(len, _HANGUL.findall(letters)))
    if 2 * hangul >= len(letters):
        return list(letters), _SYLLABLES, 4
    return words, _WORDS, _WORDS_IN_A_ROW


@lru_cache(maxsize=1 << 9)
def shingles(text: str) -> frozenset[str]:
    """Make the keys of a quote's shingles: three words, or four syllables, in a row."""
    units, _, size = _units(prepare(text).plain)
    return frozenset(f"s{number:08x}" for number in _windows(units, size))


def sampled_shingles(plain: str) -> set[str]:
    """Make the keys of some shingles of a whole folded text: each fourth of all there may be.

    Where marks are lost or put elsewhere, a quote is known by what stands in the story anyway.
    """
    units, _, size = _units(plain)
    return {f"s{number:08x}" for number in _windows(units, size) if number % _SAMPLE == 0}


def _windows(units: list[str], size: int) -> Iterator[int]:
    joint = " " if size == _WORDS_IN_A_ROW else ""
    for n in range(max(1, len(units) - size + 1)):
        yield checksum(joint.join(units[n : n + size]))


def is_known_quote(text: str, known: Known) -> bool:
    """Say whether a story has said this in quotes, whole or as a part, or cannot tell."""
    judged = [shingle for shingle in shingles(text) if known.judges(shingle)]
    sampled = [shingle for shingle in judged if int(shingle[1:], 16) % _SAMPLE == 0]
    return _mostly(known, judged) or (bool(sampled) and _mostly(known, sampled))


def _mostly(known: Known, shingles: list[str]) -> bool:
    return sum(map(known.has, shingles)) >= _ENOUGH * len(shingles)
