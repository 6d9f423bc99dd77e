"""Any bytes read as a batch of articles, and what must hold of its stories.

A byte below 0x80 is that character, one above stands for a piece, 0xFF for the code point of the
four bytes behind it (six bits each). 0x00 ends a field, 0x01 an article.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from newsroom.stories import Relation, StoryInput, group
from newsroom.stories_marks import Marks, marks_of, pack, unpack
from newsroom.stories_ties import Evidence
from tests.fuzz.decoding import encoded
from tests.unit.stories_case import tied

LEAD = "The ministry said that the old bridge in Byeolgok would be closed for repairs this week. "
MORE = "Engineers counted 12 cracks and 3.5 tons of rust, and 1,200 people will have to walk. "
OTHER = "A festival of lanterns opened by the river with songs, dancers and a very long dinner. "
KOREAN = "국방부는 하늘산에 있는 기지의 경사면을 한미가 함께 점검하기로 했다고 밝혔다. "
PIECES = (
    LEAD, MORE, OTHER, KOREAN, LEAD.upper(), LEAD[:40], KOREAN[:20], "\n\n", "\n", "  ", "\u2029",
    "SEOUL, March 5 (Yonhap) -- ", "SEOUL -- ", "(서울=연합뉴스) 홍길동 기자 = ", "韩联社北京电 ",
    "(Yonhap)", "(AP-Yonhap)", "[연합뉴스]", "(END)", "(끝)", "By Hong Gil-dong", "홍길동 기자",
    "gildong@yna.co.kr", "@", "=", " -- ", "(", ")", "[", "]", "무단 전재", "All rights reserved",
    "(ATTN: ADDS)", "[속보]", "[1보]", "[2보]", "(URGENT)", "(LEAD)", "(2nd LD)", "(종합2보)",
    "N. Korea fires 2 missiles", "N. Korea fires 3 missiles", "북한, 탄도미사일 2발 발사",
    "https://en.yna.co.kr/view/AEN20240305003800320", "https://en.yna.co.kr/view/AEN20240305003851320",
    "https://news.example/1", "koreaherald", "yonhap-en", "yonhap-ko", "1", "12", "1,200", "3.5",
    "\u0301", "\u200b", "\u202e", "\ufeff", "\u1109\u1161", "\ufdfa", "\ud800", "\U0001f600", "İ",
    "\u3000", "萨德", "サード", "e\u0301", "０", "，",
)  # fmt: skip
_START = datetime(2024, 3, 5, tzinfo=UTC)
_HOURS = (0, 0, 1, 2, 3, 4, 12, 19, 30, 24 * 6, 24 * 7, 24 * 7 + 1, 24 * 15)
_TIMES = (1, 1, 1, 2, 3, 30, 1_000)
MOST_ARTICLES = 12
MOST_TEXT = 20_000


class Batch(NamedTuple):
    """What some bytes stand for."""

    data: bytes
    articles: tuple[StoryInput, ...]


def batch(data: bytes) -> Batch:
    """Read bytes: of each article its time, its length, then title, body, url and source."""
    parts = data.split(b"\1")[:MOST_ARTICLES]
    return Batch(data, tuple(_article(n, part) for n, part in enumerate(parts)))


def _article(number: int, part: bytes) -> StoryInput:
    when, times = (part[0], part[1]) if len(part) > 1 else (0, 0)
    fields = [*part[2:].split(b"\0", 3), b"", b"", b"", b""]
    title, body, url, source = (_text(field) for field in fields[:4])
    body = (body * min(_TIMES[times % len(_TIMES)], MOST_TEXT // (len(body) + 1) + 1))[:MOST_TEXT]
    hour = _HOURS[when % len(_HOURS)]
    at = None if when > 240 else _START + timedelta(hours=hour, minutes=when // 16)
    return StoryInput(f"a{number}", title[:MOST_TEXT], body, at, url or None, source or None)


def _text(field: bytes) -> str:
    parts: list[str] = []
    at = 0
    while at < len(field):
        byte = field[at]
        at += 1
        if byte < 0x80:
            parts.append(chr(byte))
        elif byte < 0xFF:
            parts.append(PIECES[(byte - 0x80) % len(PIECES)])
        else:
            code = 0
            for sixth in field[at : at + 4]:
                code = code << 6 | sixth & 0x3F
            at += 4
            parts.append(chr(code % 0x110000))
    return "".join(parts)


def written(*articles: tuple[int, int, str, str, str, str]) -> bytes:
    """Write articles as bytes that are read as them; for cases written by hand."""
    return b"\1".join(
        bytes([when, times]) + b"\0".join(encoded(text) for text in texts)
        for when, times, *texts in articles
    )


def check(case: Batch) -> bool:
    """Assert what must hold of a batch; whether any two of it are one story."""
    _check_damaged(case.data)
    marked = [
        marks_of(a.title, a.body, source=a.source, url=a.url, at=a.published_at)
        for a in case.articles
    ]
    for mark in marked:
        _check_packed(mark)
    for n, one in enumerate(marked):
        for other in marked[:n]:
            _check_tie(one, other)
    return _check_group(case.articles)


def _check_damaged(data: bytes) -> None:
    for some in (data, b"\1" + data):
        try:
            pack(unpack(some))
        except ValueError:
            continue


def _check_packed(mark: Marks) -> None:
    if mark.source is not None and "\n" in mark.source:
        return  # no source's id has one
    read = unpack(pack(replace(mark, source="x" if mark.source else None)))
    assert np.array_equal(read.sketch.hashes, mark.sketch.hashes)
    assert np.array_equal(read.title_words, mark.title_words)
    assert np.array_equal(read.numbers, mark.numbers)
    assert (read.exact, read.title, read.family) == (mark.exact, mark.title, mark.family)
    assert (read.flash, read.weight, read.at) == (mark.flash, mark.weight, mark.at)
    assert read.sketch.size == mark.sketch.size


def _check_tie(one: Marks, other: Marks) -> None:
    window = timedelta(days=7)
    here, there = tied(one, other, window), tied(other, one, window)
    strong = [
        None if tied is None or tied.evidence is Evidence.FLASH else tied for tied in (here, there)
    ]
    assert strong[0] == strong[1], strong
    assert here is None or 0 <= here.share <= 1


def _check_group(articles: tuple[StoryInput, ...]) -> bool:
    placed = group(articles)
    assert [p.article for p in placed] == [a.id for a in articles]
    story_of = {p.article: p.story for p in placed}
    for place in placed:
        assert story_of[place.story] == place.story
        assert (place.relation is Relation.FIRST) == (place.article == place.story)
    times = {a.id: a.published_at for a in articles}
    for article, story in story_of.items():
        began, at = times[story], times[article]
        assert at is None or (began is not None and began <= at)
    turned = {p.article: p.story for p in group(articles[::-1])}
    assert _parts(story_of) == _parts(turned), "stories depend on the order of input"
    return len(set(story_of.values())) < len(articles)


def _parts(story_of: dict[str, str]) -> set[frozenset[str]]:
    parts: dict[str, set[str]] = {}
    for article, story in story_of.items():
        parts.setdefault(story, set()).add(article)
    return {frozenset(part) for part in parts.values()}
