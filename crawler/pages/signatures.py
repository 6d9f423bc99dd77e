"""Bylines as lines of their own, and how a story is signed at its end: names, then addresses.

A sentence may stand before an address just as a name may. So a name without "By" or a role is
taken for a byline only where it can be nothing else: it is a writer of the story, or the address
is plainly that person's.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from crawler.pages.people import EMAIL, has_hangul, is_full_name, is_person, people

_STAFF_HOSTS = frozenset({"yna.co.kr", "heraldcorp.com", "koreaherald.com"})
"""Whose addresses are a reporter's wherever they end a story."""
_ADDRESS_WITHIN = 400
_BYLINE = re.compile(r"By:?\s+\S.{1,120}", re.IGNORECASE)
BYLINE_ROLE = re.compile(
    r"(?:contributing|staff|guest)\s+(?:writer|reporter|correspondent|editor)s?", re.IGNORECASE
)
_ROLE = (
    r"(?:(?:인턴|수습|선임|전문|객원|영상|사진)?기자|특파원|통신원|논설위원|리포터|PD)"
    r"(?:\s외\s?\d+명)?"
)
_KOREAN_BYLINE = re.compile(
    r"[/=\[(■▶◇ ]{0,3}(?:[가-힣A-Za-z0-9·=/()]{1,14}\s?[=/|]?\s){0,2}"
    rf"[가-힣]{{2,4}}(?:\s?[·,ㆍ]?\s?[가-힣]{{2,4}}){{0,4}}\s?{_ROLE}[)\]=/ ]{{0,3}}"
)
_ROLE_END = re.compile(rf"\s?[가-힣]{{0,2}}{_ROLE}[)\]=/ ]{{0,3}}$")
_DESK_END = re.compile(r"(?:부|팀|실|국|센터)$")
_PARTICLE = re.compile(r"[가-힣](?:은|는|이|가|을|를|의|에|도)$")
_AFTER_SENTENCE = r"(?:^|(?<=[.!?\"”’)…]))"
_TAIL_BYLINE = re.compile(rf"{_AFTER_SENTENCE}\s*\(?(?P<byline>By\s+[A-Z][^.!?]{{2,80}})$")
_KOREAN_TAIL = re.compile(
    rf"{_AFTER_SENTENCE}\s*[/=\[(【]?\s*"
    rf"(?P<byline>(?:[가-힣A-Za-z]{{2,8}}\s)?[가-힣]{{2,4}}\s?{_ROLE})\s*[\])】]?$"
)
_BRACKETED = re.compile(r"[\[(【]\s*(?P<byline>[^\[\](){}【】=]{4,80})[\])】]\s*(?=\S)")
_BROADCASTER = (
    r"(?:[KMSEOCBT]B[SC]|YTN|MBN|JTBC|KNN|TJB|채널A|TV\s?조선|\S{0,6}뉴스|\S{0,6}TV|\S{1,6}방송)"
)
_SIGN_OFF = re.compile(
    rf"(?:지금까지\s[^.,]{{1,30}}에서\s)?{_BROADCASTER}(?:\s?뉴스)?\s(?P<name>[가-힣]{{2,4}}?)"
    r"(?:\s?(?:기자|앵커|특파원))?(?P<said>입니다|이었습니다|였습니다)?\.?"
)
_TAIL_NAME = re.compile(rf"{_AFTER_SENTENCE}\s*(?P<byline>[^\s.!?][^.!?]{{1,58}})$")
_ADDRESS_END = re.compile(rf"[\s(\[</,·]*{EMAIL.pattern}[\s)\]>.]*$")
_SENTENCE_END = re.compile(r"(?:[.!?…\"”’')\]]|^|다|기자|특파원|\bBy [^.!?]{2,60})$")


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A last line without its signature, and the raw byline that stood there."""

    text: str
    byline: str = ""


def is_byline(line: str) -> bool:
    """True for a line that only says who wrote: "By A and B", "홍길동 기자"."""
    if len(line) > 130:
        return False
    bare = EMAIL.sub("", line).strip(" ()<>[]")
    if _BYLINE.fullmatch(bare):
        # "By Tuesday the storm had passed." is a sentence, not a byline.
        return not re.search(r"[.!?]$", bare) and only_names(bare)
    return _KOREAN_BYLINE.fullmatch(bare) is not None and _names_somebody(bare)


def only_names(byline: str) -> bool:
    """True where nothing but names and roles follows "By"."""
    rest = re.sub(r"^By:?\s+", "", byline, flags=re.IGNORECASE)
    words = [w for w in re.split(r"[\s,&/|]+", rest) if w not in ("and", "")]
    if len(words) > 14:
        return False
    particles = ("de", "la", "van", "von", "der", "bin", "al", "di", "da")
    lower = [w for w in words if w[0].islower() and w not in particles]
    return not lower or len(words) == 1 or bool(BYLINE_ROLE.search(rest))


def address_only(line: str) -> bool:
    """True for a line of addresses and nothing else."""
    return "@" in line and not EMAIL.sub("", line).strip(" ()[]<>,/·|")


def unsign(line: str, writers: Collection[str]) -> Unsigned:
    """Take one signature from the end of a story's last line; `writers` are the names known."""
    text, address = _strip_address(line)
    sign_off = _SIGN_OFF.fullmatch(text)
    if sign_off and (address or sign_off["said"]) and is_full_name(sign_off["name"]):
        return Unsigned("", sign_off["name"])
    signed = _signs(text, address, writers) if address else _is_writer(text, writers)
    if signed or is_byline(text):
        return Unsigned("", text)
    patterns = (_TAIL_BYLINE, _TAIL_NAME, _KOREAN_TAIL) if address else (_KOREAN_TAIL,)
    for pattern in patterns:
        tail = pattern.search(text)
        if tail and _is_tail(pattern, tail["byline"], writers):
            return Unsigned(text[: tail.start()].strip(), tail["byline"].strip())
    return Unsigned(text)


def read_bracketed(line: str) -> Unsigned | None:
    """A first line and the byline in brackets before it: "[한빛일보 홍길동 기자] 비가 왔다."."""
    found = _BRACKETED.match(line)
    if found is None or not is_byline(found["byline"]):
        return None
    return Unsigned(line[found.end() :], found["byline"])


def _is_tail(pattern: re.Pattern[str], byline: str, writers: Collection[str]) -> bool:
    if pattern is _TAIL_NAME:
        return _is_writer(byline, writers)
    return only_names(byline) if pattern is _TAIL_BYLINE else is_byline(byline)


def _names_somebody(byline: str) -> bool:
    """True where a name, or name and desk, stands before the role: no "그는 신문 기자"."""
    if not people([byline]):
        return False
    words = _ROLE_END.sub("", byline).replace("=", " ").split()
    if any(_PARTICLE.search(word) and not is_person(word) for word in words[:-1]):
        return False
    last = re.split(r"[·,ㆍ/(\[■▶◇]", words[-1])[-1] if words else ""
    return len(last) > 4 or is_person(last) or _DESK_END.search(last) is not None


def _signs(name: str, address: str, writers: Collection[str]) -> bool:
    """True for a name that signs the story with its address."""
    if not is_full_name(name):
        return False
    hangul = has_hangul(name)
    comparable = [known for known in writers if has_hangul(known) is hangul]
    if comparable:
        return _is_writer(name, comparable)
    if hangul:
        return len(name) > 2
    local = "".join(filter(str.isalpha, address.partition("@")[0].lower()))
    parts = [_letters(word) for word in name.split()]
    return any(len(part) > 2 and part in local for part in parts)


def _is_writer(name: str, writers: Collection[str]) -> bool:
    """True for a writer's name, "Hyunjung" being "Hyun-jung"."""
    return _letters(name) in map(_letters, writers)


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name.casefold()))


def _strip_address(line: str) -> tuple[str, str]:
    """The line and the reporter's address at its end; one that is part of a sentence stays."""
    if "@" not in line:
        return line, ""
    found = _ADDRESS_END.search(line, max(0, len(line) - _ADDRESS_WITHIN))
    if found is None:
        return line, ""
    before = line[: found.start()].rstrip()
    address = found.group().strip(" ()[]<>.,/·")
    if _SENTENCE_END.search(before) or is_full_name(before) or _SIGN_OFF.fullmatch(before):
        return before, address
    local, _, host = address.partition("@")
    if host.lower() not in _STAFF_HOSTS:
        return line, ""
    # "... he said.mlee@yna.co.kr": the full stop and its word went into the address
    said, stop, _ = local.rpartition(".")
    return (f"{before} {said}." if stop else before), address
