"""What on an article page is not the article: bylines, addresses, marks, share and rights text.

The rules hold for every outlet; what only one outlet prints belongs to its class.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crawler.pages.credits import read_credits
from crawler.pages.furniture import (
    FINAL_MARK,
    FINAL_PHOTO,
    OPENING_NOTE,
    RIGHTS,
    RIGHTS_START,
    WHOLE_LINE,
)
from crawler.pages.people import people
from crawler.pages.signatures import BYLINE_ROLE, address_only, is_byline, read_bracketed, unsign

_MAX_RIGHTS = 200
_TAIL_LINES = 8
"""How many last lines may be rights text: above them a story may well be about copyright."""
_TAIL_STEPS = 16
_RUN_IN = re.compile(
    r"(?P<byline>By\s+\S.{2,80}?)\s+(?=[A-Z][A-Z.'/ -]{2,40},\s.{2,50}\(Yonhap\)\s*--)"
)
_HEAD_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A body without furniture, and the raw bylines that stood in it."""

    paragraphs: tuple[str, ...]
    bylines: tuple[str, ...]


def clean(
    lines: Sequence[str], drop: frozenset[str] = frozenset(), writers: Collection[str] = ()
) -> Cleaned:
    """Take away what is not the story.

    `drop` are texts known to be captions or the headline, `writers` names the page gives elsewhere.
    """
    tail = len(lines) - _TAIL_LINES
    bylines: list[str] = []
    kept: list[str] = []
    for index, line in enumerate(lines):
        text = "" if line in drop else _strip_marks(line, rights=index >= tail)
        credited = read_credits(text) if text else None
        if credited is not None:
            bylines.extend(credited)
        elif text:
            kept.append(text)
    kept = _clean_head(kept, bylines)
    kept = _clean_tail(kept, bylines, {*writers, *people(bylines)})
    return Cleaned(tuple(kept), tuple(bylines))


def _strip_marks(line: str, *, rights: bool) -> str:
    """The line without marks and, if asked, rights text; empty where it was nothing else."""
    if WHOLE_LINE.fullmatch(line):
        return ""
    line = FINAL_MARK.sub("", line)
    if not rights:
        return line
    if len(line) <= _MAX_RIGHTS and RIGHTS.search(line):
        start = RIGHTS_START.search(line)
        return line[: start.start()].strip() if start else ""
    start = RIGHTS_START.search(line, max(0, len(line) - _MAX_RIGHTS))
    if start and RIGHTS.search(line, start.start()):
        return line[: start.start()].strip()
    return line


def _clean_head(lines: list[str], bylines: list[str]) -> list[str]:
    """Drop editors' notes and bylines before the story; stop at its first paragraph."""
    dropped = 0
    while lines and dropped < _HEAD_DEPTH:
        line = lines[0]
        run_in = _RUN_IN.match(line)
        bracketed = read_bracketed(line)
        if OPENING_NOTE.match(line):
            lines = _after_note(lines)
        elif run_in:
            bylines.append(run_in["byline"])
            return [line[run_in.end() :], *lines[1:]]
        elif bracketed:
            bylines.append(bracketed.byline)
            return [bracketed.text, *lines[1:]]
        elif is_byline(line):
            bylines.append(line)
            lines = lines[1:]
        elif address_only(line) or (bylines and BYLINE_ROLE.fullmatch(line)):
            lines = lines[1:]
        else:
            break
        dropped += 1
    return lines


def _after_note(lines: list[str]) -> list[str]:
    """The lines behind "(ATTN: ...)", which may run over two; never closed it takes its line."""
    for taken in (1, 2):
        depth = 0
        text = " ".join(lines[:taken])
        for position, character in enumerate(text):
            depth += (character == "(") - (character == ")")
            if depth == 0:
                rest = text[position + 1 :].strip()
                return [rest, *lines[taken:]] if rest else lines[taken:]
    return lines[1:]


def _clean_tail(lines: list[str], bylines: list[str], writers: Collection[str]) -> list[str]:
    """Drop addresses, bylines and marks that end the story; notes ("※ ...") below them stay."""
    notes: list[str] = []
    while lines and lines[-1].startswith("※"):
        notes.insert(0, lines.pop())
    for _ in range(_TAIL_STEPS):
        if not lines:
            break
        unsigned = unsign(lines[-1], writers)
        text = FINAL_PHOTO.sub("", FINAL_MARK.sub("", unsigned.text)).strip()
        if unsigned.byline:
            bylines.append(unsigned.byline)
        if text == lines[-1]:
            break
        if text:
            lines[-1] = text
        else:
            lines.pop()
    return [line for line in [*lines, *notes] if not address_only(line)]
