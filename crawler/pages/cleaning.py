"""What on an article page is not the article: bylines, addresses, marks, share and rights text.

The rules hold for every outlet; what only one outlet prints belongs to its class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.pages.furniture import (
    FINAL_MARK,
    OPENING_NOTE,
    RIGHTS,
    RIGHTS_START,
    WHOLE_LINE,
)
from crawler.pages.people import EMAIL, is_person, people

_MAX_RIGHTS = 200
_TAIL_LINES = 8
"""How many last lines may be rights text: above them a story may well be about copyright."""
_TAIL_STEPS = 16
_RUN_IN = re.compile(
    r"(?P<byline>By\s+\S.{2,80}?)\s+(?=[A-Z][A-Z.'/ -]{2,40},\s.{2,50}\(Yonhap\)\s*--)"
)
_STAFF_HOSTS = frozenset({"yna.co.kr", "heraldcorp.com", "koreaherald.com"})
"""Whose addresses are a reporter's wherever they end a story."""
_ADDRESS_WITHIN = 400
_BYLINE = re.compile(r"By:?\s+\S.{1,120}", re.IGNORECASE)
_BYLINE_ROLE = re.compile(
    r"(?:contributing|staff|guest)\s+(?:writer|reporter|correspondent|editor)s?", re.IGNORECASE
)
_KOREAN_BYLINE = re.compile(
    r"[/=\[(■▶◇ ]{0,3}(?:[가-힣A-Za-z0-9·=/()]{1,14}\s?[=/|]?\s){0,2}"
    r"[가-힣]{2,4}(?:\s?[·,ㆍ]?\s?[가-힣]{2,4}){0,4}\s?"
    r"(?:(?:인턴|수습|선임|전문|객원|영상|사진)?기자|특파원|통신원|논설위원|리포터|PD)"
    r"(?:\s외\s?\d+명)?[)\]=/ ]{0,3}"
)
_TAIL_BYLINE = re.compile(r"(?:^|(?<=[.!?\"”’)…]))\s*\(?By\s+[A-Z][^.!?]{2,80}$")
_KOREAN_TAIL = re.compile(
    r"(?:^|(?<=[.!?\"”’)…]))\s*[/=\[(]?\s*[가-힣]{2,4}\s?(?:(?:인턴|수습|선임|전문|객원)?기자|특파원)\s*[\])]?$"
)
_ADDRESS_END = re.compile(rf"[\s(\[</,·]*{EMAIL.pattern}[\s)\]>.]*$")
_SENTENCE_END = re.compile(r"(?:[.!?…\"”’')\]]|^|다|기자|특파원|\bBy [^.!?]{2,60})$")
_HEAD_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A body without furniture, and the raw bylines that stood in it."""

    paragraphs: tuple[str, ...]
    bylines: tuple[str, ...]


def clean(lines: Sequence[str], drop: frozenset[str] = frozenset()) -> Cleaned:
    """Take away what is not the story; `drop` are texts known to be captions or the headline."""
    tail = len(lines) - _TAIL_LINES
    kept = [
        text
        for index, line in enumerate(lines)
        if line not in drop and (text := _strip_marks(line, rights=index >= tail))
    ]
    bylines: list[str] = []
    kept = _clean_head(kept, bylines)
    kept = _clean_tail(kept, bylines)
    return Cleaned(tuple(kept), tuple(bylines))


def is_byline(line: str) -> bool:
    """True for a line that only says who wrote: "By A and B", "홍길동 기자"."""
    if len(line) > 130:
        return False
    bare = EMAIL.sub("", line).strip(" ()<>[]")
    if _BYLINE.fullmatch(bare):
        # "By Tuesday the storm had passed." is a sentence, not a byline.
        return not re.search(r"[.!?]$", bare) and _only_names(bare)
    return _KOREAN_BYLINE.fullmatch(bare) is not None and bool(people([bare]))


def _only_names(byline: str) -> bool:
    rest = re.sub(r"^By:?\s+", "", byline, flags=re.IGNORECASE)
    words = [w for w in re.split(r"[\s,&/|]+", rest) if w not in ("and", "")]
    if len(words) > 14:
        return False
    particles = ("de", "la", "van", "von", "der", "bin", "al", "di", "da")
    lower = [w for w in words if w[0].islower() and w not in particles]
    return not lower or len(words) == 1 or bool(_BYLINE_ROLE.search(rest))


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
        if OPENING_NOTE.match(line):
            lines = _after_note(lines)
        elif run_in:
            bylines.append(run_in["byline"])
            return [line[run_in.end() :], *lines[1:]]
        elif is_byline(line):
            bylines.append(line)
            lines = lines[1:]
        elif _address_only(line) or (bylines and _BYLINE_ROLE.fullmatch(line)):
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


def _clean_tail(lines: list[str], bylines: list[str]) -> list[str]:
    """Drop addresses, bylines and marks that end the story."""
    for _ in range(_TAIL_STEPS):
        if not lines:
            break
        line = lines[-1]
        stripped = FINAL_MARK.sub("", _strip_address(line)).strip()
        had_address = stripped != line
        if is_byline(stripped) or (had_address and is_person(stripped)):
            bylines.append(stripped)
            stripped = ""
        tail = (_TAIL_BYLINE.search(stripped) if had_address else None) or _KOREAN_TAIL.search(
            stripped
        )
        if tail:
            bylines.append(tail.group().strip(" ()[]/="))
            stripped = stripped[: tail.start()].strip()
        if stripped == line:
            break
        if stripped:
            lines[-1] = stripped
        else:
            lines.pop()
    return [line for line in lines if not _address_only(line)]


def _address_only(line: str) -> bool:
    return "@" in line and not EMAIL.sub("", line).strip(" ()[]<>,/·|")


def _strip_address(line: str) -> str:
    """Without a reporter's address at the end; one that is part of a sentence stays."""
    if "@" not in line:
        return line
    found = _ADDRESS_END.search(line, max(0, len(line) - _ADDRESS_WITHIN))
    if found is None:
        return line
    before = line[: found.start()].rstrip()
    if _SENTENCE_END.search(before) or is_person(before):
        return before
    local, _, host = found.group().strip(" ()[]<>.,").partition("@")
    if host.lower() not in _STAFF_HOSTS:
        return line
    # "... he said.mlee@yna.co.kr": the full stop and its word went into the address
    said, stop, _ = local.rpartition(".")
    return f"{before} {said}." if stop else before
