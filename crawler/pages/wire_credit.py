"""Which agency's text an outlet prints.

What says so, the surest first: the dateline, the agency's name in brackets behind the last
sentence, the byline, a rights line or a reporter's address of the agency, and, where nobody of
the outlet is named or signs, the agency's photo.

A name in brackets also ends captions, and captions stray into texts. So a text that a person
signed with an address of the outlet is the outlet's own, whatever name ends it; and an agency
that only helped ("With Yonhap", "Yonhap contributed") is not its author.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.pages.people import EMAIL, people
from crawler.pages.wire import Dateline
from newsroom.agencies import agencies_in, agency_at, agency_called
from newsroom.urls import host_of

# the lines are collapsed: a blank is one blank
_FINAL = re.compile(r"[(\[] ?(?:(?:Quelle|Source)s?: ?)?([^()\[\]]{2,40}?) ?[)\]]\W*$")
_BARE = re.compile(r"(?:(?:^|[\s.])[/|<]|^)\s?([가-힣A-Za-z0-9 ]{2,20}?)\s?>?$")
"""Korean papers: "비가 왔다. /연합뉴스", "<연합뉴스>"; just as often of a photo."""
_TAIL = 3
"""Last paragraphs among which the story's end is looked for; captions may stand below it."""
_MAX_CAPTION = 500
_CAPTION = re.compile(
    r"^(?:This|An?|In this|The)\s(?:\w+\s){0,2}(?:photo|image|picture|graphic)\b"
    r"|\((?:left|right|center|centre|[LRC]|(?:second|third|fourth) from (?:left|right)"
    r"|(?:front|back) row)\b"
    r"|\b(?:is|are) (?:seen|pictured|shown) (?:in|at|on|during|with|here|\w+ing)\b"
    r"|\bposes? for\b|\b[Ff]ile photo\b"
    r"|^사진은\s|사진\s?=|자료\s?사진|모습\.?$|\d{4}\.\s?\d{1,2}\.\s?\d{1,2}\.?$"
)
_SOURCE = re.compile(r"\([^()]{2,60}\)\W*$")
_NOTE = re.compile(r"^(?:※|--\s|—\s|#)|\bEd\.?\)?$")
_BY = re.compile(r"^\s*by:?\s+", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|with)\b|[&·ㆍ+]|기자\s?[,/]", re.IGNORECASE)
"""Between a writer and an agency: both wrote it."""
_AFFILIATED = re.compile(r"[,/|(]|\s[-–—]\s")
_RIGHTS = re.compile(
    r"(?:저작권자?|copyrights?) ?(?:[:=] ?)?(?:ⓒ|©|\(c\)) ?(?:\d{4} ?)?([가-힣A-Za-z0-9 ]{2,24})",
    re.IGNORECASE,
)
_RIGHTS_WITHIN = 8
_SIGNED_WITHIN = 4
_NO_WRITER = re.compile(r"^(?:photo|jebo|web|help|info)", re.IGNORECASE)
_SISTER = re.compile(r"연합뉴스\s?TV", re.IGNORECASE)
"""Its reporters write under addresses of the agency, but their own texts."""
_PHOTO = re.compile(r"(?:^|[._-])(?:YNA\.[0-9]{8}\.)?PYH[0-9]{14,}")
"""`rcv.YNA.20251118.PYH2025111800990006200_P1.jpg`: a photo as Yonhap delivers it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of a page tells who wrote its text."""

    body: Sequence[str]
    """The story's paragraphs, without furniture."""
    dateline: Dateline | None = None
    bylines: Sequence[str] = ()
    """Byline texts as the page shows them."""
    stated: Sequence[str] = ()
    """What its metadata say instead; there an outlet may name itself on every page."""
    has_people: bool = False
    """The page names a person as its author."""
    lines: Sequence[str] = ()
    """The text as it stood on the page, addresses and rights lines still in it."""
    signed: bool = False
    """An address of the outlet's staff stood in it and is in `lines` no more."""
    images: Sequence[str] = ()
    """Links of the story's pictures."""
    house: Sequence[str] = ()
    """What the outlet calls itself."""
    url: str = ""


def read_credit(page: Evidence) -> str | None:
    """The agency whose text this is; None where nothing says that it is any agency's."""
    if page.dateline and page.dateline.agency:
        return page.dateline.agency
    if page.has_people and _is_signed(page):
        return None
    sign = _final_sign(page)
    return sign or _of_bylines(page) or _of_rights(page) or _of_address(page) or _of_photo(page)


def _final_sign(page: Evidence) -> str | None:
    """The name behind the story's last sentence, notes and captions below it passed over."""
    for paragraph in reversed(page.body[-_TAIL:]):
        if _NOTE.search(paragraph) or (EMAIL.search(paragraph) and len(paragraph) < 80):
            continue
        named = _FINAL.search(paragraph)
        found = named or (None if page.has_people else _BARE.search(paragraph))
        agencies = agencies_in(found[1]) if found else []
        text = paragraph[: found.start()].rstrip() if found else paragraph
        is_caption = len(text) <= _MAX_CAPTION and _CAPTION.search(text) is not None
        if agencies and all(agencies) and not is_caption:
            return agencies[0]
        if not is_caption and not (_SOURCE.search(paragraph) and len(text) <= _MAX_CAPTION):
            return None
    return None


def _of_bylines(page: Evidence) -> str | None:
    stated = (*page.bylines, *page.stated)
    return next((found for line in stated if (found := _of_byline(line))), None)


def _of_byline(byline: str) -> str | None:
    """ "Yonhap", "연합뉴스 홍길동 기자", "Hong Gil-dong, AP"; not "Hong Gil-dong and Yonhap"."""
    text = _BY.sub("", byline).strip()
    agencies = agencies_in(text)
    if agencies and agencies[0] and (all(agencies) or not people([text])):
        return agencies[0]
    first, _, rest = text.partition(" ")
    if rest and (agency := agency_called(first)) and people([rest]):
        return agency
    if _AND.search(text):
        return None
    parts = _AFFILIATED.split(text)
    return next((found for part in parts[1:] if (found := agency_called(part))), None)


def _of_rights(page: Evidence) -> str | None:
    """The holder in "<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>" below a text."""
    for line in page.lines[-_RIGHTS_WITHIN:]:
        found = _RIGHTS.search(line)
        words = found[1].split()[:3] if found else []
        for count in range(len(words), 0, -1):
            if agency := agency_called(" ".join(words[:count])):
                return agency
    return None


def _of_address(page: Evidence) -> str | None:
    """The agency whose reporter's address ends the text: "hong@yna.co.kr"."""
    last = page.lines[-_SIGNED_WITHIN:]
    if any(_SISTER.search(line) for line in last):
        return None
    for line in last:
        address = line.rstrip(" ()[]<>.끝").rpartition(" ")[2].lstrip("([<")
        local, _, host = address.partition("@")
        if not EMAIL.fullmatch(address) or _NO_WRITER.search(local) or _CAPTION.search(line):
            continue

        if agency := agency_at(f"https://{host}/"):
            return agency
    return None


def _of_photo(page: Evidence) -> str | None:
    """Yonhap for its photo, where no person, no address and not the house stands for the text."""
    if page.has_people or page.signed or not page.body:
        return None
    if any(EMAIL.search(line) for line in page.lines):
        return None
    house = {_plain(name) for name in page.house}
    if any(_plain(_BY.sub("", byline)) in house for byline in page.bylines):
        return None
    names = (re.split(r"[?#]", link)[0].rpartition("/")[2] for link in page.images)
    return "Yonhap" if any(_PHOTO.search(name) for name in names) else None


def _is_signed(page: Evidence) -> bool:
    """Whether an address of the page's own outlet stands in the text."""
    if page.signed:
        return True
    home = host_of(page.url)
    hosts = (found.partition("@")[2].lower() for line in page.lines for found in _mails(line))
    return any(home == host or home.endswith(f".{host}") for host in hosts)


def _mails(line: str) -> list[str]:
    return EMAIL.findall(line) if "@" in line else []


def _plain(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("the ")
