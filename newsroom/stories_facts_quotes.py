"""Quoted sentences, and what of them stays the same however they are cut and marked.

Curly, straight, angular and corner quotes are the same after folding. A quote that a paragraph
leaves open ends with it: newspapers close only the last paragraph of a long quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories_facts_keys import Known, Spot, checksum, key
from newsroom.text import prepare

_MARK = re.compile(r"[\"'「」『』]|\n\s*\n")
_CLOSERS = {"「": "」", "『": "』"}
_SENTENCE_END = re.compile(r"[.!?。](?=\s|$)|\n")
_BRACKETED = re.compile(r"\[[^\]]{0,80}\]|\([^)]{0,80}\)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_WORDS = 4
"""Words an English quote must have to be a sentence somebody said."""
_SYLLABLES = 10
"""The same in Hangul syllables."""
_SINGLE = 400
"""Characters a quote in single marks may have: an apostrophe must not open a quote for ever."""
_LONGEST = 20_000
"""Characters of a quote that are read."""
_ENOUGH = 0.5
"""Share of a quote's shingles that makes it known. A quote split by `he said`, with a word in
brackets or cut keeps far more, another sentence far less."""


def quotes(cased: str) -> Iterator[Spot]:
    """Yield each quoted sentence of a folded text in order."""
    for start, end in _quoted(cased):
        begin = start
        for stop in [m.end() for m in _SENTENCE_END.finditer(cased, start, end)] + [end]:
            first, last = _trimmed(cased, begin, stop)
            begin = stop
            units = _units(cased[first:last])
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
        char, at = match.group()[0], match.start()
        if mark and (char == "\n" or at - opened > _LONGEST):
            if mark == '"':
                yield opened, at
            mark = ""
            continue
        if not mark:
            if char != "\n" and _opens(text, at, char):
                mark, opened = char, match.end()
            continue
        if _closes(text, at, char, mark):
            if mark != "'" or at - opened <= _SINGLE:
                yield opened, at
            mark = ""
        if char == '"' and (mark == "'" or (mark == '"' and _opens(text, at, char))):
            if mark == '"':
                yield opened, at
            mark, opened = char, match.end()
    if mark == '"':
        yield opened, min(len(text), opened + _LONGEST)


def _opens(text: str, at: int, char: str) -> bool:
    if char in _CLOSERS:
        return True
    if char not in "\"'":
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not after or after.isspace():
        return False
    return not before.isalnum() if char == "'" else True


def _closes(text: str, at: int, char: str, mark: str) -> bool:
    if char != _CLOSERS.get(mark, mark):
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in "\"'" and before.isspace() and after and not after.isspace():
        return False  # it opens another
    return char != "'" or not after.isalnum() or after > "\u3000"


def _units(text: str) -> tuple[list[str], int, int]:
    """Cut a quote into words or syllables; with them how many make a sentence and a shingle."""
    plain = _BRACKETED.sub(" ", prepare(text).plain)
    words = _WORD.findall(plain)
    letters = "".join(words)
    hangul = sum("가" <= char <= "힣" for char in letters)
    if 2 * hangul >= len(letters):
        return list(letters), _SYLLABLES, 4
    return words, _WORDS, 3


def shingles(text: str) -> set[str]:
    """Make the keys of a quote's shingles: three words, or four syllables, in a row."""
    units, _, size = _units(text)
    joint = " " if size == 3 else ""
    return {
        f"s{checksum(joint.join(units[n : n + size])):08x}"
        for n in range(max(1, len(units) - size + 1))
    }


def is_known_quote(text: str, known: Known) -> bool:
    """Say whether a story has quoted this, whole or as a part, or cannot tell."""
    judged = [shingle for shingle in shingles(text) if known.judges(shingle)]
    return sum(map(known.has, judged)) >= _ENOUGH * len(judged)
