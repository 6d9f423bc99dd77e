"""The news agencies whose texts other outlets print: what they are called and where they live.

One name stands for each, in English: "연합뉴스" is `Yonhap`, "로이터통신" is `Reuters`.
"""

from __future__ import annotations

import re

from newsroom.urls import host_of

_NAMES = {
    "Yonhap": ("yonhap", "yonhap news", "yonhap news agency", "yna", "연합뉴스", "연합"),
    "AP": ("ap", "associated press", "ap통신"),
    "AFP": ("afp", "agence france-presse", "agence france presse", "afp통신"),
    "Reuters": ("reuters", "thomson reuters", "로이터", "로이터통신", "로이터연합뉴스"),
    "Bloomberg": ("bloomberg", "bloomberg news", "블룸버그", "블룸버그통신", "블룸버그뉴스"),
    "Xinhua": ("xinhua", "xinhua news agency", "신화", "신화통신"),
    "Kyodo": ("kyodo", "kyodo news", "교도", "교도통신"),
    "Jiji": ("jiji", "jiji press", "지지통신"),
    "dpa": ("dpa", "dpa통신"),
    "APA": ("apa", "austria presse agentur"),
    "sda": ("sda", "keystone-sda"),
    "EPA": ("epa", "epa통신"),
    "EFE": ("efe", "efe통신"),
    "UPI": ("upi", "united press international", "upi통신"),
    "TASS": ("tass", "itar-tass", "타스", "타스통신"),
    "Newsis": ("newsis", "뉴시스"),
    "News1": ("news1", "news 1", "뉴스1"),
}
_BY_NAME = {name: agency for agency, names in _NAMES.items() for name in names}
_HOSTS = {
    "yna.co.kr": "Yonhap", "yonhapnews.co.kr": "Yonhap", "newsis.com": "Newsis",
    "news1.kr": "News1", "apnews.com": "AP", "ap.org": "AP", "afp.com": "AFP",
    "reuters.com": "Reuters", "bloomberg.com": "Bloomberg", "bloomberg.net": "Bloomberg",
    "xinhuanet.com": "Xinhua", "kyodonews.net": "Kyodo", "kyodonews.jp": "Kyodo",
    "jiji.com": "Jiji", "dpa.com": "dpa", "efe.com": "EFE", "upi.com": "UPI", "tass.com": "TASS",
    "tass.ru": "TASS",
}  # fmt: skip
_SPLIT = re.compile(r"\s*(?:[,/&·ㆍ=-]|\band\b)\s*")
_MARKS = "=/[]()<>【】 \t\xa0"


def agency_called(text: str) -> str | None:
    """The agency that this is the name of, and nothing beside it; None for any other text."""
    name = " ".join(text.strip(_MARKS).lower().split()).removeprefix("the ")
    return _BY_NAME.get(name)


def agencies_in(text: str) -> list[str | None]:
    """What a credit names, in its order, None for what is no agency ("AP-Yonhap", "LG/Yonhap").

    A name that holds a separator ("Agence France-Presse") is tried whole first.
    """
    whole = agency_called(text)
    if whole:
        return [whole]
    return [agency_called(part) for part in _SPLIT.split(text.strip(_MARKS)) if part]


def agency_at(url: str) -> str | None:
    """The agency on whose own site this address lies; None for every other outlet."""
    host = host_of(url).partition(":")[0]
    while host:
        if host in _HOSTS:
            return _HOSTS[host]
        host = host.partition(".")[2]
    return None
