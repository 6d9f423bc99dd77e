"""Datelines: where a story was filed, and by which agency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsroom.agencies import agencies_in

_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTH = rf"{_MONTHS}[a-z]*\.?"
_ENGLISH = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.'’/ \-]{1,60}?)"
    rf"(?:,\s(?P<region>(?!{_MONTHS})[A-Z][A-Za-z.' \-]{{1,30}}?))?"
    rf"(?P<date>,?\s{_MONTH}\s\d{{1,2}}(?:,\s\d{{4}})?)?"
    r"(?:\s?\((?P<agency>[A-Za-z][A-Za-z0-9 .&/\-]{1,40})\))?"
    r"\s*(?P<dash>--|—|–|-)\s*(?P<next>\S)"
)
_KOREAN = re.compile(
    r"[(\[]\s*(?P<place>[가-힣A-Za-z][가-힣A-Za-z·ㆍ,/\s]{0,40}?)"
    r"\s*=\s*(?P<agency>[^)\]=]{1,20}?)\s*[)\]]"
    r"(?:\s*(?P<names>[^=()\[\]]{2,80}?)\s*=\s)?"
)
_CAPTION_DATE = re.compile(r"\d{4}\.\s?\d{1,2}\.\s?\d{1,2}\.?(?:\s*\S+@\S+)?$")
"""How Korean agencies end a caption; it opens with the formula of a lead."""

_LEAD_WITHIN = 4


@dataclass(frozen=True, slots=True)
class Dateline:
    """The formula a story opens with: "SEOUL, May 1 (Yonhap) --", "(서울=연합뉴스) 홍길동 기자 =".

    `place` is the place alone, `agency` the canonical name of the agency in it or None, `byline`
    the raw names in the Korean formula.
    """

    place: str
    agency: str | None = None
    byline: str = ""


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline a story's first paragraph begins with; None where there is none."""
    korean = _KOREAN.match(paragraph)
    if korean:
        agency = agency_name(korean["agency"])
        return Dateline(korean["place"].strip(), agency, korean["names"] or "")
    english = _ENGLISH.match(paragraph)
    if english is None:
        return None
    if not english["date"] and not english["agency"]:
        # A bare "BEIJING -- Senior ...": a hyphen, a short acronym or "BTS -- the band" is none.
        letters = sum(c.isalpha() for c in english["place"])
        if english["dash"] == "-" or letters < 4 or english["next"].islower():
            return None
    agency = agency_name(english["agency"]) if english["agency"] else None
    return Dateline(english["place"].strip(" ,"), agency)


def find_dateline(body: Sequence[str]) -> Dateline | None:
    """The story's dateline: of its first paragraph, or of an agency's lead below subtitles."""
    for index, paragraph in enumerate(body[:_LEAD_WITHIN]):
        if len(body) > 1 and _CAPTION_DATE.search(paragraph):
            continue
        dateline = read_dateline(paragraph)
        if dateline and (index == 0 or dateline.agency):
            return dateline
    return None


def agency_name(text: str) -> str | None:
    """The agency a credit names first ("Yonhap", "AP-Yonhap", "연합뉴스"); None for no agency."""
    return next((agency for agency in agencies_in(text) if agency), None)
