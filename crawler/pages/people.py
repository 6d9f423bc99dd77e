"""Who wrote it: people as the byline spells them; a desk, an account or an address is nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.pages.text import collapse, unique

EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
)
_EMPTY_BRACKETS = re.compile(r"[(\[<]\s*[)\]>]")
_LEAD = re.compile(r"^(?:By(?:\s*:)?(?:\s+|$)|글\s*[·ㆍ:=]\s*|취재\s*[·ㆍ:=]\s*)", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|;|/|&|\||·|ㆍ|・|\b(?:and|und|et)\b)\s*")
_KOREAN_ROLE = re.compile(
    r"\s*(?:(?:인턴|수습|선임|전문|객원|사진|촬영|영상|의학전문|시민|명예|취재|북한전문|편집|대|책임)?기자"
    r"|특파원|통신원|논설위원|해설위원|앵커|아나운서|캐스터|리포터|에디터|칼럼니스트|편집위원|기상캐스터|PD|VJ)"
    r"(?![가-힣])"
)
_ENGLISH_ROLE = re.compile(
    r"(?:,?\s+(?:(?:Senior|Chief|Junior|Intern|Contributing|Guest|Special)\s+)*"
    r"(?:Staff\s+)?(?:[Rr]eporter|[Ww]riter|[Cc]orrespondent|[Ee]ditor|[Ii]ntern|[Cc]olumnist)s?)$"
)
_OTHERS = re.compile(r"\s*외\s?\d+\s?[명인]$")
_HANGUL = re.compile(r"[가-힣]{2,4}")
_COMPOUND = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "어금", "망절")
_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공"
    "현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감호계"
    "라리림량로룡뇌온음빈동승좌순팽갈빙범묵내시"
)
_DESK = (
    "영문", "경제", "정치", "사회", "문화", "뉴스", "국제", "스포츠", "북한", "편집", "디지털",
    "온라인", "데스크", "기획", "취재", "특별", "산업", "외교", "국방", "연합", "기사", "자료",
    "종합", "제보", "제공", "신문", "방송", "일보", "닷컴", "미디어", "통신", "헤럴드", "관리자",
    "센터", "전국부", "체육부", "대변인", "연예",
)  # fmt: skip
_DESK_ENDS = re.compile(r"(?:부|팀|실|국|처|단|센터|뉴스|신문|일보|방송|통신)$")
_ORGANISATION = frozenset(
    {
        "admin", "agencies", "agency", "anadolu", "ansa", "ap", "apa", "afp", "associated",
        "bloomberg", "board",
        "bureau", "business", "club", "content", "contributor", "contributors", "corps",
        "culture", "daily", "desk", "dpa", "economy", "efe", "editor", "editorial", "editors",
        "entertainment", "epa", "guest", "herald", "international", "jiji", "joint",
        "khnews", "korea", "korean", "kyodo", "local", "media", "national", "network",
        "news", "newspaper", "newsis", "newsroom", "newswire", "online", "politics", "pool",
        "post", "press", "reporter", "reporters", "reuters", "service", "services",
        "special", "sports", "staff", "studio", "team", "the", "times", "today", "tribune",
        "upi", "video", "web", "webmaster", "wire", "wires", "world", "writer", "writers",
        "xinhua", "yna", "yonhap",
    }
)  # fmt: skip
_PARTICLES = frozenset(
    {
        "af", "al", "ap", "av", "bin", "bint", "da", "de", "del", "della", "den", "der", "des",
        "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "st", "ten", "ter",
        "van", "vom", "von", "y", "zu", "zum", "zur",
    }
)  # fmt: skip
_NO_NAMES = frozenset(
    {
        "a", "an", "and", "as", "at", "but", "by", "end", "for", "from", "he", "her", "his", "i",
        "in", "it", "its", "more", "no", "not", "of", "on", "or", "our", "see", "she", "thank",
        "that", "their", "they", "this", "to", "us", "we", "with", "write", "yes", "you", "your",
        "admiral", "ambassador", "captain", "chairman", "chief", "colonel", "commander",
        "deputy", "director", "foreign", "gen", "general", "governor", "justice", "king", "lt",
        "maj", "mayor", "minister", "ministry", "mr", "mrs", "ms", "president", "prime",
        "prince", "professor", "queen", "rep", "secretary", "sen", "senator", "spokesman",
        "spokesperson", "spokeswoman", "vice",
        "america", "asia", "busan", "china", "east", "europe", "japan", "north", "russia",
        "seoul", "south", "states", "united", "west",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    }
)  # fmt: skip
"""Words of titles, places and sentences: "Prime Minister Han", "No Comment", "South Korea"."""
_VERB = re.compile(r"(?:다|요|죠|까|니)$")
_WORD = re.compile(r"[A-Za-zÀ-ɏ.’'-]+")
_FOREIGN = re.compile(r"[가-힣]{1,8}(?:\s[가-힣]{1,8}){1,4}")
_NO_NAME = re.compile(r"\d|@|[a-z]\.[a-z]{2,4}$")
_MAX_NAME = 60


def people(raw: Iterable[str]) -> tuple[str, ...]:
    """The people in bylines or metadata author texts, in order, each once.

    A text may hold several names ("By A and B", "홍길동 김철수 기자"), roles, addresses and links.
    """
    return unique(name for text in raw for name in _names(text))


def is_person(name: str) -> bool:
    """True for what can be a person's name: not a desk, an agency, an account or an address."""
    if not 1 < len(name) <= _MAX_NAME or _NO_NAME.search(name):
        return False
    if has_hangul(name):
        return _is_korean_name(name)
    words = name.split()
    if not 1 <= len(words) <= 5 or any(w.lower().strip(".,") in _ORGANISATION for w in words):
        return False
    if name.isascii():
        # "kimsoo" is an account; "de la Cruz" has a capital somewhere
        if len(words) > 1 and any(w[0].islower() and w not in _PARTICLES for w in words):
            return False
        return all(_WORD.fullmatch(w) for w in words) and any(w[0].isupper() for w in words)
    return all(any(c.isalpha() for c in w) for w in words)


def is_full_name(name: str) -> bool:
    """True for what nobody would take for anything but a person's full name.

    For a name that stands alone, without "By" or a role: stricter than `is_person`.
    """
    if not is_person(name):
        return False
    if has_hangul(name):
        return _HANGUL.fullmatch(name) is not None and not _VERB.search(name)
    words = name.split()
    if not 1 < len(words) < 6 or any(w.lower().strip(".,") in _NO_NAMES for w in words):
        return False
    # "J." and "Jr." end in a full stop, a sentence's last word does too
    return all(
        w in _PARTICLES or (w[0].isupper() and (not w.endswith(".") or len(w) < 4)) for w in words
    )


def _names(text: str) -> list[str]:
    if "://" in text or "www." in text or ".com/" in text:
        return []
    text = _EMPTY_BRACKETS.sub(" ", EMAIL.sub(" ", collapse(text)))
    text = collapse(_LEAD.sub("", text)).rstrip(" =:·|/,")
    text = _OTHERS.sub("", text.rpartition("=")[2])  # "도쿄=홍길동 특파원": where, then who
    names: list[str] = []
    for part in _AND.split(text[:500]):
        part = collapse(_ENGLISH_ROLE.sub("", _KOREAN_ROLE.sub(" ", part))).strip(" ()[]<>=:.")
        pieces = part.split()
        if len(pieces) > 1 and all(_HANGUL.fullmatch(p) and is_person(p) for p in pieces):
            names.extend(pieces)  # "홍길동 김철수 기자": several names before one role
        elif is_person(part):
            names.append(part)
        else:
            # "연합뉴스 홍길동", "정치부 홍길동": the desk goes, the name stays
            names.extend(p for p in pieces if _HANGUL.fullmatch(p) and is_person(p))
    return names


def _is_korean_name(name: str) -> bool:
    if (len(name) > 3 and _DESK_ENDS.search(name)) or any(desk in name for desk in _DESK):
        return False
    if _HANGUL.fullmatch(name):
        return name[0] in _SURNAMES and (len(name) < 4 or name.startswith(_COMPOUND))
    return _FOREIGN.fullmatch(name) is not None


def has_hangul(text: str) -> bool:
    """True for a text with a Hangul syllable in it."""
    return any("가" <= c <= "힣" for c in text)
