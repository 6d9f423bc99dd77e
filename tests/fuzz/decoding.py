"""Any bytes read as a query, watchlist terms and an article.

A byte below 0x80 is that character, one above stands for a piece (a word, an operator, a mark),
0xFF for the code point that the four bytes behind it give, six bits each. 0x00 ends a section, 0x01
an entry. So a mutation of one byte changes one character or word, and every text can be reached.
"""

from __future__ import annotations

from typing import NamedTuple

from newsroom.model import ArticleText

PIECES = (
    "AND",
    " OR ",
    " NOT ",
    "NEAR/3",
    " NEAR/8 ",
    "ONEAR/2",
    "title:",
    "body:",
    "summary:",
    "source:",
    "lang:",
    "author:",
    "url:",
    "@states",
    "@empty",
    "@none",
    '"~3',
    '"~10',
    "/a+b/",
    "/사드.?/",
    "/(/",
    "/[^x]*y/",
    "/(a|b)*c{2,9}/",
    "THAAD",
    "Thaad",
    "thaad",
    "US",
    "us",
    "U.S.",
    "u.s",
    "US troops",
    "missile",
    "missiles",
    "missile's",
    "COVID-19",
    "F-35s",
    "air strike",
    "air-strike",
    "café",
    "cafe\u0301",
    "Łódź",
    "İ",
    "ß",
    "ﬁ",
    "don't",
    "O’Brien",
    "3.5",
    "1,000",
    "C++",
    "=Apple",
    "deploy*",
    "deploys",
    "the north. Korea",
    "ＴＨＡＡＤ",
    "．",
    "，",
    "＊",
    "＝",
    "＠",
    "“",
    "”",
    "‘",
    "’",
    "—",
    "…",
    "·",
    "•",
    "\u200b",
    "\u200d",
    "\u200e",
    "\u202e",
    "\ufeff",
    "\u00ad",
    "\u2060",
    "\u3000",
    "\u00a0",
    "\u2028",
    "\x85",
    "\r\n",
    "\n\n",
    ". ",
    ", ",
    ": ",
    "사드",
    "북한",
    "대북한",
    "북한군",
    "북한산",
    "사랑이란",
    "대만",
    "대만해협",
    "대만족",
    "유가족",
    "한미",
    "한·미",
    "접촉한 미국",
    "미군",
    "주한미군사드포대",
    "고고도미사일방어체계",
    "고고도 미사일 방어 체계",
    "감사드립니다",
    "성주",
    "괌",
    "사드가 ",
    "사드를 ",
    "사드배치",
    "ㅅㅏㄷㅡ",
    "\u1109\u1161\u1103\u1173",
    "\u11a8",
    "北",
    "韓美",
    "萨德",
    "サード",
    "каб",
    "Ελλάς",
    "ا",
    "न",
    "😀",
    "\ud800",
    "\U0001f1f0\U0001f1f7",
)
"""What a byte from 0x80 on stands for; past the last the pieces begin again."""
_TIMES = {12: 4, 13: 16, 14: 64, 15: 1_000}
"""How often a body is repeated, by the upper four switches: what is slow may be so at length."""
MOST_TEXT = 20_000
"""Code points of one text of an article."""
MOST_QUERY = 2_000
MOST_ENTRIES = 40


class Fuzzed(NamedTuple):
    """What some bytes stand for."""

    alone: bool
    query: str
    any: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    article: ArticleText


def fuzzed(data: bytes) -> Fuzzed:
    """Read bytes: a byte of switches, then query, any, all, none, title, summary, body, data."""
    switches = data[0] if data else 0
    sections = data[1:].split(b"\0", 8)
    sections += [b""] * (9 - len(sections))
    blank = " " if switches & 1 else ""
    query = _text(sections[0], blank)[:MOST_QUERY]
    wanted, needed, denied = (
        tuple(_text(entry, blank) for entry in section.split(b"\1")[:MOST_ENTRIES] if entry)
        for section in sections[1:4]
    )
    title, summary, body = (_text(section, blank) for section in sections[4:7])
    source, author = (_text(section, "") or None for section in sections[7:9])
    body = _repeated(body, _TIMES.get(switches >> 4, 1), "" if switches & 4 else "\n\n")
    return Fuzzed(
        alone=not switches & 2,
        query=query,
        any=wanted,
        all=needed,
        none=denied,
        article=ArticleText(
            title=title[:MOST_TEXT],
            summary=summary[:MOST_TEXT],
            body=body[:MOST_TEXT],
            source=source,
            language="ko" if switches & 8 else None,
            authors=(author,) if author else (),
            url=source,
        ),
    )


def _repeated(text: str, times: int, between: str) -> str:
    """Repeat a text, not far past the cap."""
    return between.join([text] * min(times, MOST_TEXT // (len(text) + 1) + 1))


def _text(section: bytes, blank: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(section):
        byte = section[at]
        at += 1
        if byte < 0x80:
            parts.append(chr(byte))
        elif byte < 0xFF:
            parts.append(PIECES[(byte - 0x80) % len(PIECES)] + blank)
        else:
            code = 0
            for sixth in section[at : at + 4]:
                code = code << 6 | sixth & 0x3F
            at += 4
            parts.append(chr(code % 0x110000))
    return "".join(parts)


def encoded(text: str) -> bytes:
    """Write a text as bytes that are read as it; for cases written by hand."""
    return b"".join(_encoded(ord(char)) for char in text)


def _encoded(code: int) -> bytes:
    if 1 < code < 0x80:
        return bytes([code])
    return bytes([0xFF, *(0x40 | code >> shift & 0x3F for shift in (18, 12, 6, 0))])
