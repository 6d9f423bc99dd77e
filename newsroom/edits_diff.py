"""Two versions of a text, word by word: what went, what came, what stayed.

Typographic differences (white space, quotation marks, dashes, invisible signs, Unicode form) are
no differences. The work is bounded whatever the texts are: a passage that shares too little is told
as gone and come whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from newsroom.text_fold import fold
from newsroom.text_sentences import sentence_breaks

MOST_CHARACTERS = 100_000
"""Characters of a text that are compared word by word; what follows is compared as a whole."""
MOST_STEPS = 400_000
"""Comparisons that one diff may cost."""
CONTEXT = 160
"""Characters of unchanged text shown on either side of a change, within its sentence."""
_ABSORBED = 3
"""Letters of an unchanged stretch between two changes up to which it is told as changed."""

_TOKEN = re.compile(
    r"\s+|\d+(?:[.,:]\d+)*|[가-힣]+|[^\W\d_가-힣]+(?:['\u2019][^\W\d_가-힣]+)*|.", re.DOTALL
)
_PARAGRAPH = re.compile(r"\n\s*\n\s*")
_CLOSERS = "\"'”’)]}»」』》〉】.!?。！？"


class Piece(NamedTuple):
    """A stretch of a diff."""

    sign: str
    """`=` in both (as the later text has it), `-` gone, `+` come."""
    text: str


class Token(NamedTuple):
    """A word, a number, a mark or a blank."""

    text: str
    key: str
    """What it is compared by; a space for every blank."""


class _Steps:
    """What a diff may still cost."""

    def __init__(self, left: int) -> None:
        self.left = left


def tokens(text: str) -> list[Token]:
    """Cut a text; the tokens joined are the text."""
    found: list[Token] = []
    unseen = ""
    for match in _TOKEN.finditer(text):
        word = match.group()
        key = _key(word)
        if key:
            found.append(Token(unseen + word, key))
            unseen = ""
        elif found:  # a sign that nobody sees belongs to what stands before it
            found[-1] = found[-1]._replace(text=found[-1].text + word)
        else:
            unseen += word
    if unseen:
        found.append(Token(unseen, " "))
    return found


def keys(text: str) -> list[str]:
    """A text made comparable: its words, numbers and marks, without blanks."""
    return [token.key for token in tokens(text[:MOST_CHARACTERS]) if token.key != " "]


def diff(before: str, after: str, *, steps: int = MOST_STEPS) -> tuple[Piece, ...]:
    """Tell two versions apart.

    The pieces `=` and `+` joined are `after`; `=` and `-` joined are `before`, but for
    typographic differences. No two neighbours have the same sign, and `-` stands before `+`.
    """
    left = _Steps(steps)
    one, one_rest = before[:MOST_CHARACTERS], before[MOST_CHARACTERS:]
    other, other_rest = after[:MOST_CHARACTERS], after[MOST_CHARACTERS:]
    found = list(_by_paragraph(_paragraphs(one), _paragraphs(other), left))
    if one_rest == other_rest:
        found.append(Piece("=", other_rest))
    else:
        found += [Piece("-", one_rest), Piece("+", other_rest)]
    return _tidy(found)


def changed_lines(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """The changes with the rest of their sentences, those of one sentence in one line.

    A piece that is cut ends or begins with `…`.
    """
    lines: list[tuple[Piece, ...]] = []
    line: list[Piece] = []
    for at, piece in enumerate(pieces):
        if piece.sign != "=":
            line.append(piece)
            continue
        first, last = at == 0, at == len(pieces) - 1
        begin, end = piece.text[: 2 * CONTEXT], piece.text[-2 * CONTEXT :]
        breaks = sentence_breaks(begin)
        if not (first or last or breaks or len(piece.text) > 2 * CONTEXT):
            line.append(piece)
            continue
        if line:
            if tail := _tail(line, begin, breaks):
                line.append(Piece("=", tail))
            lines.append(tuple(line))
        head = "" if last else _head(end, sentence_breaks(end))
        line = [Piece("=", head)] if head else []
    if any(piece.sign != "=" for piece in line):
        lines.append(tuple(line))
    return tuple(lines)


def _tail(line: Sequence[Piece], text: str, breaks: Sequence[int]) -> str:
    """What belongs to the last change's sentence of the text after it."""
    said = line[-1].text.rstrip()
    if said and said[-1] in _CLOSERS and _closes(said):
        return ""
    end = len(text)
    if breaks:
        end = breaks[0]
        while end < len(text) and text[end] in _CLOSERS:
            end += 1
    kept = text[:end]
    if len(kept) <= CONTEXT:
        return kept.rstrip()
    return kept[:CONTEXT].rsplit(None, 1)[0] + "…"


def _closes(said: str) -> bool:
    return any(at >= len(said) - 4 for at in sentence_breaks(said))


def _head(text: str, breaks: Sequence[int]) -> str:
    """What belongs to the next change's sentence of the text before it."""
    start = 0
    if breaks:
        start = breaks[-1]
        while start < len(text) and text[start] in _CLOSERS:
            start += 1
    kept = text[start:].lstrip()
    if len(kept) <= CONTEXT:
        return kept
    parts = kept[-CONTEXT:].split(None, 1)
    return "…" + parts[-1]


@lru_cache(maxsize=4096)
def _key(word: str) -> str:
    if word.isspace():
        return " "
    if word.isascii() or len(word) > 200:
        return word
    return fold(word).cased


def _paragraphs(text: str) -> list[str]:
    found = []
    at = 0
    for match in _PARAGRAPH.finditer(text):
        found.append(text[at : match.end()])
        at = match.end()
    if at < len(text):
        found.append(text[at:])
    return found


def _by_paragraph(one: list[str], other: list[str], left: _Steps) -> Iterator[Piece]:
    ours, theirs = [tokens(p) for p in one], [tokens(p) for p in other]
    names, others = [_name(p) for p in ours], [_name(p) for p in theirs]
    for from_, to, start, end in _blocks(names, others, left):
        if to == from_ and start == end:
            continue
        if names[from_:to] == others[start:end]:
            yield Piece("=", "".join(other[start:end]))
            continue
        gone = [token for paragraph in ours[from_:to] for token in paragraph]
        come = [token for paragraph in theirs[start:end] for token in paragraph]
        yield from _by_word(gone, come, left)


def _name(paragraph: Iterable[Token]) -> str:
    return " ".join(token.key for token in paragraph if token.key != " ")


def _by_word(gone: list[Token], come: list[Token], left: _Steps) -> Iterator[Piece]:
    ours, theirs = [t.key for t in gone], [t.key for t in come]
    for from_, to, start, end in _blocks(ours, theirs, left):
        if ours[from_:to] == theirs[start:end]:
            yield Piece("=", "".join(t.text for t in come[start:end]))
        else:
            yield Piece("-", "".join(t.text for t in gone[from_:to]))
            yield Piece("+", "".join(t.text for t in come[start:end]))


def _blocks(
    one: Sequence[str], other: Sequence[str], left: _Steps
) -> Iterator[tuple[int, int, int, int]]:
    """Stretches (from, to, from, to) that cover both sides, those alike apart from the others."""
    head = 0
    while head < len(one) and head < len(other) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    to, end = len(one) - tail, len(other) - tail
    yield 0, head, 0, head
    i, j = head, head
    for x, y, length in _runs(one[head:to], other[head:end], left):
        yield i, head + x, j, head + y
        i, j = head + x + length, head + y + length
        yield i - length, i, j - length, j
    yield i, to, j, end
    yield to, len(one), end, len(other)


def _runs(one: Sequence[str], other: Sequence[str], left: _Steps) -> list[tuple[int, int, int]]:
    """(start, start, length) of what both have in the same order, by Myers' greedy algorithm.

    Empty where that would cost more than is left.
    """
    n, m = len(one), len(other)
    if not n or not m:
        return []
    reach = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(n + m + 1):
        trace.append(dict(reach))
        left.left -= 2 * d + 1
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            start = x
            while x < n and x - k < m and one[x] == other[x - k]:
                x += 1
            left.left -= x - start
            reach[k] = x
            if x >= n and x - k >= m:
                return _walked_back(trace, n, m)
        if left.left < 0:
            return []
    return []


def _walked_back(trace: list[dict[int, int]], n: int, m: int) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    x, y = n, m
    for d in range(len(trace) - 1, -1, -1):
        reach, k = trace[d], x - y
        down = k == -d or (k != d and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        from_x = reach[before] if d else 0
        from_y = from_x - before if d else 0
        begun = from_x if down or not d else from_x + 1
        if x > begun:
            runs.append((begun, begun - k, x - begun))
        x, y = from_x, from_y
    return runs[::-1]


def _tidy(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Changes with next to nothing between them are one; `-` before `+`."""
    found: list[Piece] = []
    gone, come, between = "", "", ""
    for sign, text in pieces:
        if not text:
            continue
        if sign == "=":
            if gone or come:
                between += text
            elif found:
                found[-1] = Piece("=", found[-1].text + text)
            else:
                found.append(Piece("=", text))
            continue
        if between and not _slight(between):
            found += [p for p in (Piece("-", gone), Piece("+", come)) if p.text]
            found.append(Piece("=", between))
            gone = come = between = ""
        gone, come, between = gone + between, come + between, ""
        if sign == "-":
            gone += text
        else:
            come += text
    found += [p for p in (Piece("-", gone), Piece("+", come), Piece("=", between)) if p.text]
    return tuple(found)


def _slight(text: str) -> bool:
    """Too little to be read as unchanged: `of`, a comma; never a number or a paragraph's end."""
    letters = [c for c in text if c.isalpha()]
    return (
        len(letters) <= _ABSORBED
        and not any("가" <= c <= "힣" for c in letters)
        and not any(c.isdigit() for c in text)
        and "\n\n" not in text
        and not any(c in ".!?。" for c in text)
    )
