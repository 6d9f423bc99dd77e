"""What of an article's text makes it the same text: everything else is furniture of the outlet.

An outlet that reprints wire copy word by word still changes the dateline (`SEOUL, April 19
(Yonhap) --` or `SEOUL --` or none), the credit, the byline, quotes, hyphens and blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories_signs import MOST_SIGNS, Signs
from newsroom.text import prepare

_AGENCY = (
    r"(?:Yonhap(?: News(?: Agency)?)?|AP|AFP|EPA|Reuters|TASS|Xinhua|Kyodo|Newsis|News1|UPI|dpa"
    r"|연합뉴스|뉴시스|뉴스1|로이터|신화|교도|타스|韩联社|聯合ニュース)"
)
_CREDIT = rf"[(\[]{_AGENCY}(?:[-/=, ]+{_AGENCY})*[)\]]"
_CREDITS = re.compile(rf"[(\[](?:{_AGENCY}(?:[-/=, ]+{_AGENCY})*[)\]]|(?:END|끝|完)\)\s*$)")
_FLASH = re.compile(
    r"\s*(?:[\[(<](?:속보|긴급|\d보)[\])>]|\((?:\w+ )?(?:URGENT|FLASH)\)|\[(?:URGENT|FLASH)\])"
)
_CAPTION = re.compile(rf"{_CREDIT}\s*$", re.IGNORECASE)
# [연합뉴스 자료사진]   [국방부 제공. 재판매 및 DB 금지]   (사진=연합뉴스)   (Yonhap file photo)
_PHOTO_CREDIT = re.compile(
    r"[(\[](?:(?:사진|그래픽|영상) ?[=:][^()\[\]\n]{1,40}"
    r"|[^()\[\]\n]{0,40}(?:자료 ?사진|(?: |TV|^)제공|캡처|DB ?금지|file photo|pool photo)"
    r"|(?:photo by|courtesy of)[^()\[\]\n]{1,40})[)\]]\s*$",
    re.IGNORECASE,
)
# ... 점검하고 있다. 2026.5.18 hong@yna.co.kr
_DATED_CAPTION = re.compile(r"20\d\d\. ?\d{1,2}\. ?\d{1,2}\.?\s*$")
_BY = r"(?:By (?:[A-Z][\w.'-]{1,30} ){1,4}?)?"
_DATELINES = (
    # SEOUL, April 19 (Yonhap) --   SEOUL (AP) -   By Kim Min-su SEOUL, April 19 (Yonhap) --
    re.compile(rf"{_BY}[A-Z][A-Z.'-]{{1,40}}[^()\n]{{0,70}}?{_CREDIT} ?(?:-+|—) "),
    # JEONJU, South Korea --   SEOUL, April 19 -
    re.compile(r"[A-Z][A-Z.'-]{1,40}[^()\n]{0,40}? (?:--?|—) "),
    # (서울=연합뉴스) 홍길동 기자 =   [서울=뉴시스]
    re.compile(r"[(\[][^()\[\]=\n]{1,40}=[^()\[\]\n]{1,20}[)\]] ?(?:[^=\n]{1,60}=(?= |$))?"),
    re.compile(r"(?:韩联社|新华社)[^电\n]{0,24}电"),
)
_BEFORE_AT = re.compile(r"(?<![\w.+-])\(?[\w.+-]{1,64}\Z")
_FROM_AT = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\)?")
_BYLINE = re.compile(
    r"^By [A-Z][\w.'-]*(?:,? (?:and|of|the|d[ei]|v[ao]n|staff|reporter|writer|[A-Z][\w.'-]*)){0,8}$"
    r"|^[가-힣]{2,4} ?(?:기자|특파원|통신원|인턴기자)$|^\(?(?:END|끝)\)?$"
    # Published : May 3, 2026 - 10:11   입력 2026.05.03. 10:11
    r"|(?:Published|Updated|Posted|입력|수정|승인|등록|송고) ?:?[^\d\n]{0,12}\d[^\n]{0,24}\d:\d\d"
)
_BYLINE_TAIL = re.compile(r"\s?By [A-Z][\w'-]+(?: [A-Z][\w'-]+){1,3}\s*$")
_ATTENTION = re.compile(r"(?:\(ATTN: [^()\n]{0,300}\)\s*)+")
# patterns begin with letters, all of them: only so are they looked for fast
_NOTICE = re.compile(
    r"무단 ?(?:전재|복제)|저작권자|재배포 ?금지|All rights reserved|all rights reserved"
)
_THANKS = "contributed to this "
_MARKS = re.compile(
    r"\((?:\w+ )?(?:LEAD|LD|URGENT)\)|\((?:종합\d?보?|\d보)\)"
    r"|\[(?:속보|긴급|단독|\d보|종합\d?보?)\]"
)
_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n|\u2029")
_NO_LETTERS = re.compile(r"[\W_]+")
_NOTICE_LENGTH = 200
"""A paragraph that speaks of rights and is not longer, in characters, is a notice."""
_CAPTION_LENGTH = 500
"""A caption is not longer, in characters; a paragraph of the story that cites its agency may be."""


def letters(text: str) -> str:
    """Keep the letters and digits of a text, folded: what is left when outlets' typing is gone."""
    return letters_only(prepare(text).plain)


def letters_only(folded: str) -> str:
    """Keep the letters and digits of a short folded text; of a long one `Signs` does it faster."""
    return _NO_LETTERS.sub("", folded)


def weight(folded: str) -> int:
    """Measure a text in letters; a Hangul syllable or a Han character says as much as two."""
    return Signs(folded).weight


def bare_title(title: str) -> str:
    """Fold a title without its marks: (LEAD), (2nd LD), (종합), [속보]."""
    return letters_only(unmarked(title))


def unmarked(title: str) -> str:
    """Fold a title but for its blanks and signs; its marks go."""
    return _MARKS.sub("", prepare(title[:1000]).cased).casefold()


def is_flash(title: str) -> bool:
    """Say whether a headline is marked as a flash: [속보], [1보], (URGENT)."""
    return _FLASH.match(prepare(title[:300]).cased) is not None


def plain_story(headline: str, body: str) -> str:
    """Fold a body without captions, dateline, byline, credits, notices and a repeated headline.

    A line a paragraph; `headline` in bare letters.
    """
    cased = prepare(body[:MOST_SIGNS]).cased
    kept = []
    for start, end in _story_spans(headline, cased):
        paragraph = _without_addresses(cased[start:end])
        if "By " in paragraph[-90:]:
            paragraph = _BYLINE_TAIL.sub("", paragraph)
        kept.append(paragraph)
    whole = "\n".join(kept)
    whole = _CREDITS.sub("", whole) if "(" in whole or "[" in whole else whole
    return whole.casefold()  # what is folded but for its case


def story_paragraphs(title: str, body: str) -> list[tuple[int, int]]:
    """Spans of the body as given that are the story's own words: furniture is left out."""
    text = prepare(body[:MOST_SIGNS])
    return [text.raw_span(*span) for span in _story_spans(bare_title(title), text.cased)]


def _story_spans(headline: str, cased: str) -> list[tuple[int, int]]:
    """Spans of the folded body that tell the story; captions and notices are no part of it."""
    told = list(_paragraphs(cased))
    noticed = any(mark in cased for mark in ("@", "(ATTN:", _THANKS))
    noticed = noticed or _NOTICE.search(cased) is not None
    if noticed:
        told = [
            (start, _before_notice(cased, start, b))
            for a, b in told
            if (start := _behind_attention(cased, a, b)) < b
        ]
    told = [(a, b) for a, b in told if (not noticed and b - a >= 80) or _is_story(cased[a:b])]
    kept: list[tuple[int, int]] = []
    for start, end in told:
        # the agency's name ends a whole story or a caption, never a paragraph between
        closes = cased[end - 1] in ")]" and end - start <= _CAPTION_LENGTH
        if closes and _is_caption(cased, start, end, last=(start, end) == told[-1]):
            continue
        if not kept:
            start = _behind_dateline(cased, start, end)
            first = cased[start : min(end, start + _CAPTION_LENGTH)]
            if letters_only(first.casefold()) == headline:
                continue
        kept.append((start, end))
    return kept


def _is_caption(cased: str, start: int, end: int, *, last: bool) -> bool:
    """A photo's credit ends a caption; an agency's the whole story too."""
    if _PHOTO_CREDIT.search(cased, start, end):
        return not last or (start > 0 and end - start <= _NOTICE_LENGTH)
    return not last and _CAPTION.search(cased, start, end) is not None


def _behind_attention(cased: str, start: int, end: int) -> int:
    """Where a paragraph begins but for a note to editors, which may be glued to the story."""
    note = _ATTENTION.match(cased, start, end)
    return note.end() if note else start


def _before_notice(cased: str, start: int, end: int) -> int:
    """Where a paragraph ends but for a notice glued to it: one that short is nothing else."""
    if end - start <= _NOTICE_LENGTH:
        return end
    found = _NOTICE.search(cased, end - _NOTICE_LENGTH, end)
    return found.start() if found else end


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in _BETWEEN_PARAGRAPHS.finditer(text):
        yield from _stripped(text, at, gap.start())
        at = gap.end()
    yield from _stripped(text, at, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _behind_dateline(cased: str, start: int, end: int) -> int:
    for dateline in _DATELINES:
        found = dateline.match(cased, start, end)
        if found:
            start = found.end()
    return start


def _without_addresses(text: str) -> str:
    """Drop e-mail addresses; only what stands around an @ is looked at."""
    at = text.find("@")
    if at < 0:
        return text
    kept = []
    begin = 0
    while at >= 0:
        domain = _FROM_AT.match(text, at, at + 300)
        name = _BEFORE_AT.search(text, max(begin, at - 66), at) if domain else None
        if domain and name:
            kept.append(text[begin : name.start()])
            begin = domain.end()
        at = text.find("@", max(at + 1, begin))
    return "".join([*kept, text[begin:]])


def _is_story(paragraph: str) -> bool:
    bare = _without_addresses(paragraph).strip()
    if not bare:
        return False
    if len(bare) < 80 and _BYLINE.search(bare):
        return False
    if _DATED_CAPTION.search(bare[-20:]):
        return False
    return len(bare) > _NOTICE_LENGTH or not (_THANKS in bare or _NOTICE.search(bare))
