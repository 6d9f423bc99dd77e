"""What of an article's text makes it the same text: everything else is furniture of the outlet.

An outlet that reprints wire copy word by word still changes the dateline (`SEOUL, April 19
(Yonhap) --` or `SEOUL --` or none), the credit, the byline, quotes, hyphens and blanks.
"""

from __future__ import annotations

import re

from newsroom.text import Script, prepare

_AGENCY = (
    r"(?:Yonhap(?: News(?: Agency)?)?|AP|AFP|EPA|Reuters|TASS|Xinhua|Kyodo|Newsis|News1|UPI|dpa"
    r"|연합뉴스|뉴시스|뉴스1|로이터|신화|교도|타스|韩联社|聯合ニュース)"
)
_CREDIT = rf"[(\[]{_AGENCY}(?:[-/=, ]+{_AGENCY})*[)\]]"
_CREDITS = re.compile(rf"{_CREDIT}|\((?:END|끝|完)\)\s*$")
_CAPTION = re.compile(rf"{_CREDIT}\s*$")
_DATELINES = (
    # SEOUL, April 19 (Yonhap) --   SEOUL (AP) -
    re.compile(rf"^[A-Z][A-Z.'-]{{1,40}}[^()\n]{{0,70}}?{_CREDIT} ?(?:-+|—) "),
    # JEONJU, South Korea --   SEOUL, April 19 -
    re.compile(r"^[A-Z][A-Z.'-]{1,40}[^()\n]{0,40}? (?:--?|—) "),
    # (서울=연합뉴스) 홍길동 기자 =   [서울=뉴시스]
    re.compile(r"^[(\[][^()\[\]=\n]{1,40}=[^()\[\]\n]{1,20}[)\]] ?(?:[^=\n]{1,60}=(?= |$))?"),
    re.compile(r"^(?:韩联社|新华社)[^电\n]{0,24}电"),
)
_ADDRESS = re.compile(r"(?<![\w.+-])\(?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\)?")
_BYLINE = re.compile(
    r"^By [A-Z][\w.' -]{2,60}$|^[가-힣]{2,4} ?(?:기자|특파원|통신원|인턴기자)$|^\(?(?:END|끝)\)?$"
)
_BYLINE_TAIL = re.compile(r"\s?By [A-Z][\w'-]+(?: [A-Z][\w'-]+){1,3}\s*$")
_NOTICE = re.compile(r"^\(ATTN:|무단 ?(?:전재|복제)|저작권자|재배포 ?금지|[Aa]ll rights reserved")
_MARKS = re.compile(
    r"\((?:\w+ )?(?:LEAD|LD|URGENT)\)|\((?:종합\d?보?|\d보)\)"
    r"|\[(?:속보|긴급|단독|\d보|종합\d?보?)\]"
)
_PARAGRAPHS = re.compile(r"\n\s*\n|\u2029")
_CAPTION_LENGTH = 500
"""A caption is not longer, in characters; a paragraph of the story that cites its agency may be."""


def letters(text: str) -> str:
    """Keep the letters and digits of a text, folded: what is left when outlets' typing is gone."""
    return "".join(c for c in prepare(text).plain if c.isalnum())


def weight(folded: str) -> int:
    """Measure a text in letters; a Hangul syllable or a Han character says as much as two."""
    wide = sum(w.end - w.start for w in prepare(folded).words if w.script != Script.LATIN)
    return len(folded) + wide


def bare_title(title: str) -> str:
    """Fold a title without its marks: (LEAD), (2nd LD), (종합), [속보]."""
    return letters(_MARKS.sub("", prepare(title).cased))


def bare_body(title: str, body: str) -> str:
    """Fold a body without captions, dateline, byline, credits, notices and a repeated title."""
    headline = bare_title(title)
    stripped = (p.strip() for p in _PARAGRAPHS.split(prepare(body).cased))
    paragraphs = [p for p in stripped if _is_story(p)]
    kept: list[str] = []
    for n, paragraph in enumerate(paragraphs):
        last = n == len(paragraphs) - 1
        # the agency's name ends a whole story or a caption, never a paragraph between
        if not last and len(paragraph) <= _CAPTION_LENGTH and _CAPTION.search(paragraph):
            continue
        if not kept:
            for dateline in _DATELINES:
                paragraph = dateline.sub("", paragraph, count=1)
            if letters(paragraph) == headline:
                continue
        kept.append(_BYLINE_TAIL.sub("", _ADDRESS.sub("", paragraph)))
    return letters(_CREDITS.sub("", "\n".join(kept)))


def _is_story(paragraph: str) -> bool:
    bare = _ADDRESS.sub("", paragraph).strip()
    return bool(bare) and not (_BYLINE.search(bare) or _NOTICE.search(bare))
