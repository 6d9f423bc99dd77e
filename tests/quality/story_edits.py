"""What newsrooms do to a text between its first filing and its last reprint, done by rule.

Every choice is drawn from the words of a seed, so the same text is edited alike on every machine.
An edit that would leave too little of a text, or nothing changed, is not made (None).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from tests.quality.story_texts import number

T = TypeVar("T")
_LEFT = {"en": 280, "other": 280, "ko": 130, "cjk": 130}
"""Letters that an edit must leave: a news brief of three or four sentences."""
_SENTENCE = re.compile(r"[.!?。！？][\"'”’」』)]*(?=\s|$|[A-Z가-힣“\"‘「])|\n")
_DATELINE = re.compile(r"^[A-Z][A-Z .,'-]+[^()\n]{0,40}\([A-Z][\w ]+\) ?(?:-+|—) ?")
_KOREAN_LEAD = re.compile(
    r"^[(\[][^()\[\]=\n]{1,20}=[^()\[\]\n]{1,12}[)\]] ?(?:[^=\n▲◇]{1,40}= ?)?"
)
_NAMES = ("Kim Min-su", "Lee Ha-eun", "Park Jin-woo", "Choi Yu-na", "Jung Tae-ho", "Han So-yeong")
_KOREAN_NAMES = ("김민수", "이하은", "박진우", "최유나", "정태호", "한소영")
_TOWNS = ("Sejong", "Gangneung", "Mokpo", "Andong", "Iksan", "Gimcheon")
_KOREAN_TOWNS = ("세종", "강릉", "목포", "안동", "익산", "김천")


class Draft(NamedTuple):
    """What an edit works on."""

    title: str
    body: str
    language: str
    """`en`, `ko`, `cjk` or `other`."""


Edit = Callable[[Draft, str], Draft | None]


def pick(options: Sequence[T], *key: object) -> T:
    """Draw one of several by the words of a key."""
    return options[number(*key) % len(options)]


def letters(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(map(str.isalnum, text))


def pieces(body: str) -> list[str]:
    """Cut a body at sentence ends, blanks kept: the pieces put together are the body again.

    Paragraphs may be glued ("said Sunday.The party"). Pieces of a few letters (`U.S.`, `Mr.`) stay
    with what follows.
    """
    found: list[str] = []
    start = 0
    for match in _SENTENCE.finditer(body):
        end = match.end() + len(body[match.end() :]) - len(body[match.end() :].lstrip())
        if end - start >= 30 or (match[0] == "\n" and end > start):
            found.append(body[start:end])
            start = end
    return [*found, body[start:]] if start < len(body) else found


def headline(draft: Draft, seed: str) -> Draft | None:
    """Another outlet's headline over the same body."""
    words = draft.title.split()
    lead = _KOREAN_LEAD.sub("", _DATELINE.sub("", draft.body)).split()
    half = max(1, len(words) // 2)
    ways = [
        " ".join(lead[:9]),
        " ".join(lead[2:11]),
        " ".join([*words[half:], *words[:half]]),
        " ".join(words[:half]) + " ...",
        {"ko": "무슨 일이 있었나…오늘 나온 소식 정리"}.get(draft.language, "What is known so far"),
        {"ko": "[이슈] "}.get(draft.language, "Watch: ") + " ".join(words[:-2] or words),
    ]
    return draft._replace(title=pick(ways, seed, "headline"))


def lead(cut: int) -> Edit:
    """Drop the first sentences, or paragraphs where there are any."""

    def edit(draft: Draft, seed: str) -> Draft | None:
        parts = draft.body.split("\n\n")
        glue = "\n\n"
        if len(parts) < 4:
            parts, glue = pieces(draft.body), ""
        rest = glue.join(parts[cut:])
        if letters(rest) < 0.6 * letters(draft.body):
            return None
        return _kept(draft, rest)

    return edit


def tail(percent: int) -> Edit:
    """Drop the end, at the sentence end next to that share of the letters."""

    def edit(draft: Draft, seed: str) -> Draft | None:
        parts = pieces(draft.body)
        aim = len(draft.body) * (100 - percent) / 100
        ends = [sum(map(len, parts[:n])) for n in range(1, len(parts))]
        if not ends:
            return None
        end = min(ends, key=lambda at: abs(at - aim))
        if abs(end - aim) > 0.06 * len(draft.body):
            return None
        return _kept(draft, draft.body[:end].rstrip())

    return edit


def credit(draft: Draft, seed: str) -> Draft | None:
    """Credits, captions, datelines and closing notes of a wire or of the outlet that prints it."""
    ways: tuple[Edit, ...] = (_signed, _captioned, _datelined, _undatelined, _noted)
    first = pick(ways, seed, "credit")
    second = pick(ways, seed, "credit again")
    done = first(draft, seed) or _signed(draft, seed)
    if done is None or first is second:
        return done
    return second(done, seed) or done


def _signed(draft: Draft, seed: str) -> Draft | None:
    mark = pick(("(Yonhap)", "[Yonhap]", "(Yonhap News)"), seed)
    if draft.language == "ko":
        mark = pick(("(연합뉴스)", "[연합뉴스]", "(끝)", "<연합뉴스>"), seed)
    bare = re.sub(r"\s*[(\[]Yonhap[)\]]\s*$", "", draft.body)
    if bare != draft.body and number(seed, "unsigned") % 2:
        return draft._replace(body=bare)
    blank = pick((" ", "\n\n"), seed, "where")
    return draft._replace(body=bare + blank + mark)


def _captioned(draft: Draft, seed: str) -> Draft | None:
    town = pick(_TOWNS, seed, "town")
    caption = f"This file photo shows officials gathered at a hall in {town}. (Yonhap)"
    if draft.language == "ko":
        caption = (
            f"{pick(_KOREAN_TOWNS, seed)}에서 열린 행사에 참석한 관계자들. [연합뉴스 자료사진]"
        )
    paragraphs = draft.body.split("\n\n")
    at = number(seed, "caption") % min(3, len(paragraphs) + 1)
    return draft._replace(body="\n\n".join([*paragraphs[:at], caption, *paragraphs[at:]]))


def _datelined(draft: Draft, seed: str) -> Draft | None:
    town = pick(_TOWNS, seed, "dateline")
    line = pick((f"{town.upper()}, May 22 (Yonhap) -- ", f"{town.upper()} -- "), seed)
    if draft.language == "ko":
        town, name = pick(_KOREAN_TOWNS, seed), pick(_KOREAN_NAMES, seed)
        line = pick((f"({town}=연합뉴스) {name} 기자 = ", f"[{town}=뉴시스] {name} 기자 = "), seed)
    return draft._replace(body=line + _KOREAN_LEAD.sub("", _DATELINE.sub("", draft.body)))


def _undatelined(draft: Draft, seed: str) -> Draft | None:
    bare = _KOREAN_LEAD.sub("", _DATELINE.sub("", draft.body))
    return draft._replace(body=bare) if bare != draft.body else None


def _noted(draft: Draft, seed: str) -> Draft | None:
    notes = ("(END)", "Copyright The Daily Ledger. All rights reserved.", "Photo: Yonhap")
    if draft.language == "ko":
        notes = ("<저작권자(c) 새벽일보, 무단 전재-재배포 금지>", "(끝)", "제보는 카카오톡 okjebo")
    return draft._replace(body=f"{draft.body}\n\n{pick(notes, seed, 'note')}")


def byline(draft: Draft, seed: str) -> Draft | None:
    """Another reporter's name, before or after the text, with or without an address."""
    name = pick(_NAMES, seed, "byline")
    address = f"{name.split()[0].lower()}{number(seed) % 90}@ledger.example"
    ways = [
        f"By {name}\n\n{draft.body}",
        f"{draft.body}\n\nBy {name} ({address})",
        f"By {name}, Staff reporter\n\n{draft.body}\n\n{address}",
    ]
    if draft.language == "ko":
        name = pick(_KOREAN_NAMES, seed, "byline")
        ways = [
            f"{draft.body}\n\n{name} 기자 {address}",
            f"{name} 기자\n\n{draft.body}",
            f"{draft.body}\n\n{address}\n\n{name} 온라인 뉴스 기자",
        ]
    return draft._replace(body=pick(ways, seed, "byline way"))


_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "…": "...", "\xa0": " "})
_TYPED: tuple[Callable[[str], str], ...] = (
    lambda text: text.translate(_CURLY),
    lambda text: re.sub(r"\"([^\"\n]{1,300})\"", r"“\1”", text).replace("'", "’"),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace(" ", "\xa0", 40).replace("--", "—"),
    lambda text: re.sub(r" (?=\S)", "  ", text),
    lambda text: re.sub(r"(?<=[.!?]) ", "\n", text),
    lambda text: text.replace("...", "…").replace("-", "‑").replace("%", " percent"),
)


def typing(draft: Draft, seed: str) -> Draft | None:
    """Quotes, dashes, blanks and the normal form of letters, as another system sets them."""
    one, other = pick(_TYPED, seed, "typed"), pick(_TYPED, seed, "typed again")
    done = draft._replace(title=one(draft.title), body=other(one(draft.body)))
    return done if done.body != draft.body else None


def glued(draft: Draft, seed: str) -> Draft | None:
    """Paragraphs run together, with a blank or none; glued ones set apart."""
    if "\n" in draft.body:
        return draft._replace(body=re.sub(r"\s*\n\s*", pick(("", " ", "\n"), seed), draft.body))
    parts = [part.strip() for part in pieces(draft.body)]
    return draft._replace(body="\n\n".join(parts)) if len(parts) > 2 else None


def rewritten(percent: int) -> Edit:
    """A later filing: sentences replaced, reworded, dropped, added, up to a share of the text."""

    def edit(draft: Draft, seed: str) -> Draft | None:
        parts = pieces(draft.body)
        if len(parts) < 6:
            return None
        left = letters(draft.body) * percent / 100
        order = sorted(range(1, len(parts)), key=lambda n: number(seed, n))
        for at in [0, *order] if number(seed, "lead") % 2 else order:
            size = letters(parts[at])
            if size <= left:
                left -= size
                way = pick((_replaced, _reworded, _dropped, _followed), seed, at, "way")
                parts[at] = way(parts[at], draft.language, f"{seed}|{at}")
        done = _kept(draft, "".join(parts))
        return done if done and done.body != draft.body else None

    return edit


def _said(language: str, seed: str) -> str:
    amount = number(seed, "amount") % 970 + 13
    if language == "ko":
        name, town = pick(_KOREAN_NAMES, seed, "said"), pick(_KOREAN_TOWNS, seed, "said")
        return pick(
            (
                f"{town}시 관계자 {name} 씨는 추가 비용이 {amount}억원에 이를 것으로 내다봤다.",
                f"{name} 교수는 이번 일이 {town} 지역에 적지 않은 영향을 줄 것이라고 말했다.",
                f"앞서 {town}에서는 비슷한 일로 {amount}명이 조사를 받은 바 있다.",
                f"담당 부서는 {amount}건을 더 살펴본 뒤 다음 주에 결과를 내놓기로 했다.",
            ),
            seed,
            "sentence",
        )
    name, town = pick(_NAMES, seed, "said"), pick(_TOWNS, seed, "said")
    return pick(
        (
            f"{name}, who heads an office in {town}, put the added cost at {amount} million won.",
            f"A panel in {town} is to meet next week over {amount} cases that remain open.",
            f"{name} said people in {town} had been told of the change by letter.",
            f"The matter had come up before in {town}, where {amount} people were questioned.",
        ),
        seed,
        "sentence",
    )


def _blank(piece: str) -> str:
    return piece[len(piece.rstrip()) :] or " "


def _replaced(piece: str, language: str, seed: str) -> str:
    return _said(language, seed) + _blank(piece)


def _followed(piece: str, language: str, seed: str) -> str:
    return piece.rstrip() + " " + _said(language, seed) + _blank(piece)


def _dropped(piece: str, language: str, seed: str) -> str:
    return ""


def _reworded(piece: str, language: str, seed: str) -> str:
    """Leave out every fifth word or so and turn two of the others round."""
    words = piece.split()
    kept = [word for n, word in enumerate(words) if number(seed, n) % 5]
    at = number(seed, "turn") % max(1, len(kept) - 1)
    kept[at : at + 2] = reversed(kept[at : at + 2])
    return " ".join(kept) + _blank(piece)


def _kept(draft: Draft, body: str) -> Draft | None:
    enough = letters(body) >= _LEFT[draft.language]
    return draft._replace(body=body) if enough and body != draft.body else None


SINGLE: dict[str, Edit] = {
    "headline": headline,
    "lead-1": lead(1),
    "lead-2": lead(2),
    "tail-10": tail(10),
    "tail-20": tail(20),
    "tail-30": tail(30),
    "tail-40": tail(40),
    "tail-50": tail(50),
    "tail-60": tail(60),
    "credit": credit,
    "byline": byline,
    "typing": typing,
    "glued": glued,
    "rewritten-15": rewritten(15),
    "rewritten-30": rewritten(30),
}
_COMBINED = ("headline", "lead-1", "tail-20", "tail-40", "credit", "byline", "typing", "glued")
_SIDES = (
    ("lead-1", "tail-40"),
    ("lead-2", "tail-30"),
    ("rewritten-15", "tail-30"),
    ("tail-20", "tail-50"),
    ("headline", "tail-50"),
    ("credit", "rewritten-30"),
    ("rewritten-15", "rewritten-15"),
    ("glued", "lead-2"),
)


def combined(draft: Draft, seed: str) -> Draft | None:
    """Two or three edits one after the other; at most one of them cuts the tail."""
    order = sorted((*_COMBINED, "rewritten-15"), key=lambda name: number(seed, name))
    chosen: list[str] = []
    for name in order:
        if not (name.startswith("tail") and any(c.startswith("tail") for c in chosen)):
            chosen.append(name)
    done, made = draft, 0
    for name in chosen:
        edited = SINGLE[name](done, seed)
        if edited is not None:
            done, made = edited, made + 1
        if made == 2 + number(seed, "many") % 2:
            return done
    return None


def both_sides(draft: Draft, seed: str) -> tuple[Draft, Draft] | None:
    """Two outlets' different edits of one text."""
    names = pick(_SIDES, seed, "sides")
    one, other = (SINGLE[name](draft, f"{seed}|{n}") for n, name in enumerate(names))
    return (one, other) if one and other else None
