"""Credit lines: who filmed, cut, drew and lent, as lists of "영상취재 : 홍길동 / 화면제공 : ...".

These people did not write the story; their lines go, and nobody in them becomes an author.
"""

from __future__ import annotations

import re

from crawler.pages.people import is_full_name, people

_MAX_LINE = 160
_MAX_NAMES = 40
_WORK = r"(?:취재|편집|촬영|제공|출처|캡처|디자인|제작|조사|그래픽|감독|기자)"
_SURE = re.compile(
    rf"사진(?:\s?{_WORK})*|(?:영상|화면|그래픽|자료|자막|CG|촬영|타이틀)(?:\s?{_WORK})+|촬영"
)
"""Labels that nothing but a credit carries."""
_USUAL = re.compile(r"취재|편집|글|글\s?[·ㆍ]\s?사진|영상|그래픽")
"""Labels of credits where they name people; else they may head a paragraph."""
_OTHER = re.compile(
    r"구성|기획|연출|제작|디자인|오디오|음향|작가|리서처|인턴|VJ|CG|PD|AD|자막|출처"
)
"""Labels that stand beside those."""
_PAIR = re.compile(r"(?P<label>[가-힣A-Z][가-힣A-Z·ㆍ ]{0,14}?)\s?[:=：]\s?(?P<names>[^:=：]+)")
_UNMARKED = re.compile(r"(?P<label>사진\s?출처)\s(?P<names>[^:=：]+)")
_BREAKS = re.compile(rf"\s*[/,|]\s*|\s+(?=[가-힣]{{1,4}}\s?{_WORK}\s?[:=：])")
_SENTENCE = re.compile(r"[.?!\"“”]|(?:다|요|라고|하며)$|(?:다고|라고)\s")


def read_credits(line: str) -> tuple[str, ...] | None:
    """The bylines in a line of credits, mostly none; None for a line that is no such thing."""
    if len(line) > _MAX_LINE:
        return None
    sure = False
    bylines: list[str] = []
    seen = False
    for part in _BREAKS.split(line.strip(" ()[]【】<>▲■*")):
        pair = _PAIR.fullmatch(part) or _UNMARKED.fullmatch(part)
        if pair is None:
            # "홍길동 / 사진출처 ..." before a label, "심청, 홍길동 기자" behind one
            if not people([part]) or _SENTENCE.search(part):
                return None
            if not seen:
                bylines.append(part)
            continue
        seen = True
        label, names = pair["label"].strip(), pair["names"].strip()
        if len(names) > _MAX_NAMES or _SENTENCE.search(names):
            return None
        if _SURE.fullmatch(label):
            sure = True
        elif _USUAL.fullmatch(label):
            sure = sure or _is_people(names)
        elif not _OTHER.fullmatch(label):
            return None
    return tuple(bylines) if sure else None


def _is_people(names: str) -> bool:
    return bool(people([f"{names} 기자"])) and all(is_full_name(name) for name in people([names]))
