"""Folding of characters: what differs on the page but not to a reader becomes the same.

NFC and NFD, full- and half-width forms, compatibility jamo, accents on Latin letters, letter case,
smart quotes, hyphens and middle dots are folded; zero-width and direction marks are dropped. It is
not NFKC: `²`, `㈜` or `①` stay what they are, because a reader would not type `2` for them.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties: soft hyphen, zero-width and
# direction marks, variation selectors, Hangul fillers, tags.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SIGNS = (
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032`\u00b4\ua78c", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u301d\u301e\u301f", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2043\u2212\ufe63", "-")
    | dict.fromkeys("\u2015\u2500\u2e3a\u2e3b\ufe58", "\u2014")
    # U+318D and U+119E are letters (arae-a) that Korean newsrooms type for the middle dot
    | dict.fromkeys("\u30fb\u2027\u2219\u22c5\u318d\u119e", "\u00b7")
)
# Latin letters whose stroke, dot or ligature Unicode does not decompose
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
)
_UNFOLDED = frozenset(map(chr, range(ord("가"), ord("힣") + 1))) | frozenset(
    char for char in map(chr, range(128)) if char != "`" and not char.isupper()
)
_FEW_FOLDS = 40
"""Characters up to which replacing one after the other is faster than going through the text."""
_COMPAT_VOWELS = frozenset(map(chr, range(0x314F, 0x3164)))
_COMPAT_CONSONANTS = frozenset(map(chr, range(0x3131, 0x314F)))


class Folded(NamedTuple):
    """A text folded, with the way back. `cased` and `plain` have the same length."""

    cased: str
    """All folding but that of letter case."""
    plain: str
    """Case folded too."""
    starts: array[int] | None
    """Where in the raw text each character's unit begins; None: at the same index."""
    ends: array[int] | None
    """Where in the raw text each character's unit ends; None: one further."""


def fold(raw: str) -> Folded:
    """Fold a text. Any string is fine, lone surrogates included."""
    if raw.isascii() and "`" not in raw:
        return Folded(raw, raw.lower(), None, None)
    cased: dict[str, str] = {}
    plain: dict[str, str] = {}
    others: list[str] = []
    for char in set(raw) - _UNFOLDED:
        simple = simple_fold(char)
        if simple is None:
            others.append(char)
            continue
        if simple[0] != char:
            cased[char] = simple[0]
        if simple[1] != char:
            plain[char] = simple[1]
    if not others:
        return Folded(_folded(raw, cased), _folded(raw, plain), None, None)
    return _fold_apart(raw, others, _folded(raw, cased), _folded(raw, plain))


def _folded(raw: str, folds: dict[str, str]) -> str:
    """Put one character for another. No fold leads to a character that is folded itself."""
    if len(folds) > _FEW_FOLDS:
        return raw.translate(_table(folds))
    for char, folded in folds.items():
        raw = raw.replace(char, folded)
    return raw


def _table(folds: dict[str, str]) -> dict[int, str]:
    return {ord(char): folded for char, folded in folds.items()}


_COUNTED = array("L", range(1 << 14))


def _count(start: int, end: int) -> array[int]:
    """The numbers from `start` to `end`: copied where they are known, which most texts need."""
    if end <= len(_COUNTED):
        return _COUNTED[start:end]
    return array("L", range(start, end))


def _fold_apart(raw: str, others: list[str], cased: str, plain: str) -> Folded:
    """Fold what needs its neighbours unit by unit; `cased` and `plain` have all else folded.

    Characters that are not simple melt only into each other and into the one before them.
    """
    runs = re.compile(f".?[{''.join(map(re.escape, others))}]+", re.DOTALL)
    parts: list[Folded] = []
    done = 0

    def simple_to(end: int) -> None:
        places, ends = _count(done, end), _count(done + 1, end + 1)
        parts.append(Folded(cased[done:end], plain[done:end], places, ends))

    for run in runs.finditer(raw):
        simple_to(run.start())
        fold_ = _fold_run if run.end() - run.start() <= _WORD else _fold_units
        parts.append(_moved(fold_(run.group()), run.start()))
        done = run.end()
    simple_to(len(raw))
    starts, ends = array("L"), array("L")
    for part in parts:
        starts += part.starts or array("L")
        ends += part.ends or array("L")
    return Folded("".join(p.cased for p in parts), "".join(p.plain for p in parts), starts, ends)


@lru_cache(maxsize=1 << 15)
def simple_fold(char: str) -> tuple[str, str] | None:
    """Fold one character that stands for one character whatever its neighbours; else None."""
    if "가" <= char <= "힣":
        return char, char
    if _IGNORABLE.match(char):
        return None
    mapped = _sign(char)
    if _joins(mapped) or _is_compat_jamo(mapped):
        return None
    cased = _fold_unit(mapped)
    if len(cased) != 1:
        return None
    plain = _plain(cased)
    return (cased, plain) if len(plain) == 1 else None


def _sign(char: str) -> str:
    """Undo width forms, then fold quotes, hyphens and dots."""
    if "\ud800" <= char <= "\udfff":  # half of a character: it stands for nothing
        return "\ufffd"
    kind, _, code = unicodedata.decomposition(char).partition(" ")
    if kind in ("<wide>", "<narrow>"):
        char = chr(int(code, 16))
    return _SIGNS.get(char, char)


def _is_compat_jamo(char: str) -> bool:
    return "\u3131" <= char <= "\u318e"


def _joins(char: str) -> bool:
    """A character that may melt into the one before it, or conjoining jamo that others join."""
    return unicodedata.combining(char) != 0 or "\u1100" <= char <= "\u11ff"


def _is_latin(char: str) -> bool:
    return char.isalpha() and (char.isascii() or unicodedata.name(char, "").startswith("LATIN "))


@lru_cache(maxsize=1 << 14)
def _fold_unit(unit: str) -> str:
    """Fold a base character with its marks, letter case kept."""
    apart = unicodedata.normalize("NFD", unit)
    if not _is_latin(apart[0]):
        return "".join(_SIGNS.get(c, c) for c in unicodedata.normalize("NFC", apart))
    bare = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return bare.translate(_LETTERS)


@lru_cache(maxsize=1 << 14)
def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFC", char.casefold())
    return "".join(_SIGNS.get(c, c) for c in folded)


_WORD = 64
"""Characters up to which a stretch is worth remembering."""


@lru_cache(maxsize=1 << 13)
def _fold_run(run: str) -> Folded:
    """Fold a stretch that needs its neighbours; decomposed words come again and again."""
    return _fold_units(run)


def _moved(part: Folded, by: int) -> Folded:
    starts = array("L", [start + by for start in part.starts or ()])
    return part._replace(starts=starts, ends=array("L", [end + by for end in part.ends or ()]))


def _fold_units(raw: str) -> Folded:
    """Fold unit by unit, keeping where each came from."""
    cased: list[str] = []
    plain: list[str] = []
    starts = array("L")
    ends = array("L")
    for unit, start, end in _units(raw):
        for char in _fold_unit(unit):
            small = _plain(char)
            # ß and ﬁ fold to two letters: the cased text takes the same room
            shown = char if len(small) == 1 else small
            cased.append(shown)
            plain.append(small)
            starts.extend([start] * len(small))
            ends.extend([end] * len(small))
    return Folded("".join(cased), "".join(plain), starts, ends)


def _units(raw: str) -> Iterator[tuple[str, int, int]]:
    """Cut into base characters with what joins them: (unit, start, end in `raw`)."""
    unit = ""
    start = end = 0
    for char, at in _conjoin([(_sign(c), i) for i, c in enumerate(raw) if not _IGNORABLE.match(c)]):
        if unit and _belongs(unit, char):
            unit += char
        else:
            if unit:
                yield unit, start, end
            unit, start = char, at
        end = at + 1
    if unit:
        yield unit, start, end


def _belongs(unit: str, char: str) -> bool:
    if unicodedata.combining(char):
        return True
    if "\u1161" <= char <= "\u1175":
        return len(unit) == 1 and "\u1100" <= unit <= "\u1112"
    if "\u11a8" <= char <= "\u11c2":
        syllable = unicodedata.normalize("NFC", unit)
        return (
            len(syllable) == 1 and "가" <= syllable <= "힣" and (ord(syllable) - 0xAC00) % 28 == 0
        )
    return False


def _conjoin(chars: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Turn compatibility jamo (ㅅㅏㄷㅡ) into conjoining ones, as a keyboard would join them.

    A consonant after consonant and vowel closes the syllable unless a vowel follows it.
    """
    open_syllable = False
    for n, (char, at) in enumerate(chars):
        if not _is_compat_jamo(char):
            open_syllable = False
            yield char, at
            continue
        after = chars[n + 1][0] if n + 1 < len(chars) else ""
        final = _final(char) if open_syllable and after not in _COMPAT_VOWELS else None
        before = chars[n - 1][0] if n else ""
        open_syllable = char in _COMPAT_VOWELS and before in _COMPAT_CONSONANTS and final is None
        yield final or unicodedata.normalize("NFKC", char), at


def _final(char: str) -> str | None:
    name = unicodedata.name(char, "").replace("LETTER", "JONGSEONG")
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return None
