"""Where in a text each of very many terms stands.

Every term has anchors: the letters of its first two words, or its first stretch of another script.
All anchors are looked for in one pass of an Aho-Corasick automaton over text in which nothing but
letters is left; at each place found the term is compared in full. Most English terms are plain
words, for which a few bytes around the place decide; the others are compared word by word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from newsroom import korean
from newsroom.matching_anchors import SQUEEZED, Anchors, Entry, add_anchors
from newsroom.matching_terms import CompiledTerm
from newsroom.text import JOINED, Prepared
from newsroom.text_fold import fold
from newsroom.text_narrow import APART, BLANK

_STRETCH = re.compile(r"[^\s·.\-]+")
# What may stand beside a plain word and settles that it is one. An apostrophe may open a clitic.
_APOSTROPHES = frozenset("'‘’")
_BEFORE = frozenset("\t\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~\xa0‘’“”–—…•«»")
_AFTER = _BEFORE - _APOSTROPHES | {""}
_BREAKS = frozenset(",;:…—|•")
"""Signs that no phrase goes over."""
_FEW = 200
"""Anchors up to which a text is looked through as it is before it is folded."""
_UNSURE = 0x01
_WIDEST = 7
"""Blanks between two words from which on it does not matter what follows."""
_RUN = re.compile("[^\x00-\x7f]+")
_FEW_RUNS = 100
"""Stretches beyond ASCII up to which each is looked at."""

_SIMPLE = re.compile("[\x00-\x7f가-힣‘’“”·…—■□▲△▼▽○●◇◆※★☆▶→←↑↓【】「」『』《》〈〉]*")
"""Text in which the letters of every anchor can be looked for as it is: but for the letter case
of ASCII it has only what folds to itself, or a sign that folds to another one."""


def _utf8() -> bytes:
    """The table of `_is_absent`: small letters and digits, blanks, and what it must not judge.

    Of longer characters it knows signs alone: those that begin with C2, or with E2 and 80 or 90-A9,
    and go on with one of 80 and 90-A9; invisible signs and letters have another byte among theirs.
    """
    table = bytearray([_UNSURE]) * 256
    for code in range(128):
        char = chr(code)
        table[code] = ord(char.lower()) if char.isalnum() else BLANK
    for code in (0xC2, 0xE2, 0x80, *range(0x90, 0xAA)):
        table[code] = BLANK
    return bytes(table)


_UTF8 = _utf8()


Place = tuple[int, int, int, int]
"""(field number, start, end, term number); offsets are of the folded text."""


class Places:
    """Where the terms stand in one text: settled places, and those morphology must decide."""

    __slots__ = ("asked", "field", "sure")

    def __init__(self, field: int) -> None:
        self.field = field
        self.sure: list[Place] = []
        self.asked: list[tuple[Place, tuple[korean.Question, ...]]] = []


class Index:
    """Many terms with their numbers, ready to be found in text. Immutable."""

    def __init__(self, terms: Iterable[tuple[int, CompiledTerm]]) -> None:
        latin, wide = Anchors(), Anchors()
        for number, term in terms:
            add_anchors(number, term, latin, wide)
        self._heads = dict(enumerate(latin.heads.values(), len(latin.entries)))
        self._latin_entries = [*latin.entries.values(), *([],) * len(latin.heads)]
        self._wide_entries = list(wide.entries.values())
        self._few = len(self._latin_entries) <= _FEW
        self._quick = [_quick(entries) for entries in self._latin_entries]
        # the blank in front is part of the pattern: places inside words are not found at all
        patterns = [pattern.encode() for pattern in (*latin.entries, *latin.heads)]
        self._latin = BytesAhoCorasick(patterns)
        self._gate = BytesAhoCorasick(_gate_patterns(patterns) if self._few else [])
        self._wide = AhoCorasick(list(wide.entries))

    def scan(self, text: Prepared, field: int = 0) -> Places:
        """Find every place of every term; in no certain order. `field` marks them."""
        places = Places(field)
        if self._latin_entries and not (self._few and self._is_absent(text)):
            self._scan_latin(text, places)
        if self._wide_entries and not (text.raw.isascii() or _is_western(text)):
            self._scan_wide(text, places)
        return places

    def _is_absent(self, text: Prepared) -> bool:
        """Say for certain that no Latin anchor is in a text, without folding it.

        Of a few terms most articles have none, and folding would take most of the time.
        """
        raw = text.raw
        letters = raw.encode("utf-8", "surrogatepass").translate(_UTF8)
        unsure = _UNSURE in letters
        if not unsure and not self._is_gated(letters):
            return True  # longer characters made wider gaps of it, and even so there is none
        if raw.isascii():
            return False
        if unsure and text.is_narrow:
            letters = text.letters
        elif not unsure or _is_simple(raw):
            letters = raw.encode("ascii", "replace").translate(_UTF8)
        else:
            return False
        return not self._is_gated(letters)

    def _is_gated(self, letters: bytes) -> bool:
        return bool(self._gate.find_matches_as_indexes(b" " + letters + b"    "))

    def _scan_latin(self, text: Prepared, places: Places) -> None:
        letters = b" " + text.letters + b"    "
        chars = text.raw if text.one_to_one else text.cased
        field, sure, entries = places.field, places.sure, self._latin_entries
        quick, narrow, heads = self._quick, text.is_narrow, self._heads
        for number, start, stop in self._latin.find_matches_as_indexes(letters, overlapping=True):
            # `letters` has one blank in front, so the word begins at `start` of the folded text
            term, gap = quick[number]
            if (
                term >= 0
                and letters[stop] == BLANK
                and (narrow or not start or chars[start - 1] in _BEFORE)
                and (not gap or chars[start + gap] == " ")
            ):
                if chars[stop - 1 : stop] in _AFTER:
                    sure.append((field, start, stop - 1, term))
                    continue
                if (end := _behind_apostrophe(chars, stop - 1)) is not None:
                    sure.append((field, start, end, term))
                    continue
            if number in heads:
                # a comma and the like part a phrase: nothing to look at then
                if _BREAKS.isdisjoint(chars[stop - 4 : stop - 2]):
                    _over_gap(heads[number], letters, text, start, stop, places)
                continue
            for entry in entries[number]:
                end = _plain_end(entry, letters, chars, start, stop) if entry.plain else None
                if end is None:
                    _compare(entry, text, start, places)
                elif end:
                    sure.append((field, start, end, entry.number))

    def _scan_wide(self, text: Prepared, places: Places) -> None:
        letters = text.raw if _SIMPLE.fullmatch(text.raw) else text.plain
        squeezed = "".join(letters.split())
        for sign in SQUEEZED:
            if sign in squeezed:
                squeezed = squeezed.replace(sign, "")
        found = self._wide.find_matches_as_indexes(squeezed, overlapping=True)
        if not found:
            return
        unbroken = self._wide.find_matches_as_indexes(letters, overlapping=True)
        if len(unbroken) < len(found):
            begins = _unsqueezed(letters, [start for _, start, _ in found])
        else:  # nothing is broken up by blanks or signs, as mostly
            found, begins = unbroken, [start for _, start, _ in unbroken]
        for (number, _, _), start in zip(found, begins, strict=True):
            for entry in self._wide_entries[number]:
                _compare(entry, text, start, places)


def _unsqueezed(letters: str, positions: Iterable[int]) -> list[int]:
    """Lead positions among the letters alone back to the text with its blanks and signs."""
    stretches = [stretch.span() for stretch in _STRETCH.finditer(letters)]
    begins = list(accumulate((end - start for start, end in stretches), initial=0))
    found = []
    for position in positions:
        n = bisect_right(begins, position) - 1
        found.append(stretches[n][0] + position - begins[n])
    return found


def _is_western(text: Prepared) -> bool:
    return text.is_narrow and APART not in text.letters


def _plain_end(entry: Entry, letters: bytes, chars: str, start: int, stop: int) -> int | None:
    """Return where a term of plain words ends if it stands here; 0: it does not; None: compare.

    `stop` is where its anchor ends in `letters`, which has one blank more in front than `chars`.
    """
    end = stop
    rest = entry.rest
    if rest:
        if not letters.startswith(rest, end):
            if letters[end] != BLANK or letters[end + 1] not in (rest[1], BLANK):
                return 0
            return None if _may_differ(entry, letters, end) else 0
        end += len(rest)
    if letters[end] != BLANK:
        end = letters.find(BLANK, end)
        if letters[start + 1 + entry.last : end] not in entry.forms:
            return 0
        if entry.case is not None:
            return None
    end -= 1
    if start and chars[start - 1] not in _BEFORE:
        return None
    for gap in entry.gaps:
        if chars[start + gap] != " ":
            return None
    if entry.case is not None and not entry.case(chars[start:end]):
        return 0
    return end if chars[end : end + 1] in _AFTER else _behind_apostrophe(chars, end)


def _may_differ(entry: Entry, letters: bytes, at: int) -> bool:
    """Say whether the words that a phrase goes on with may stand here in another spelling.

    That is: with dots between letters, with more than a blank before one, or as an odd plural.
    """
    words = entry.words
    for n, word in enumerate(words):
        if letters.startswith(word, at):
            at += len(word)
            continue
        if letters[at] != BLANK:
            return False
        odd = letters[at + 2] == BLANK or (entry.odd and n == len(words) - 1)
        return letters[at + 1] == BLANK or (letters[at + 1] == word[1] and odd)
    return True


def _gate_patterns(patterns: Iterable[bytes]) -> list[bytes]:
    """Make of the anchors what is looked for in text that was not folded.

    There a typographic sign is three blanks wide. Without the blank in front few patterns are found
    faster, by their rarest letters; a short first word keeps it: many words end in `on` or `the`.
    """
    made: dict[bytes, None] = {}
    for pattern in patterns:
        word, gap, initial = pattern.partition(b"  ")
        word = word if gap and len(word) <= 4 else word.lstrip()
        if not gap:
            made[word] = None
        elif initial.isspace():
            made[word + b" " * _WIDEST] = None
        else:
            made.update((word + b" " * width + initial, None) for width in range(2, _WIDEST))
    return list(made)


def _is_simple(raw: str) -> bool:
    """Say whether all beyond ASCII stays apart from ASCII words when it is folded."""
    return _SIMPLE.fullmatch(raw) is not None or _are_apart(raw)


def _are_apart(raw: str) -> bool:
    runs = set(_RUN.findall(raw))
    return len(runs) <= _FEW_RUNS and all(len(r) < 64 and _is_apart(r) for r in runs)


@lru_cache(maxsize=1 << 14)
def _is_apart(run: str) -> bool:
    """Say of characters beyond ASCII that they neither become ASCII letters nor melt away.

    Then they part words, or stand beside one, in the folded text as they do in this one.
    """
    folded = fold(f"a{run}").plain
    return len(folded) > 1 and not any(c.isascii() and c.isalnum() for c in folded[1:])


def _behind_apostrophe(chars: str, end: int) -> int | None:
    """Return where a word that ends at `end` ends with its possessive; None: look closer."""
    if chars[end] not in _APOSTROPHES:
        return None
    if chars[end + 1 : end + 2] in _AFTER:  # it closes a quotation, or the missiles' range
        return end
    if chars[end + 1 : end + 2] in "sS" and chars[end + 2 : end + 3] in _AFTER:
        return end + 2
    return None


def _quick(entries: Sequence[Entry]) -> tuple[int, int]:
    """Say of an anchor that is one whole term in any letter case: its number, where its gap is."""
    if len(entries) != 1:
        return -1, 0
    entry = entries[0]
    if not entry.plain or entry.rest or entry.case is not None:
        return -1, 0
    return entry.number, entry.gaps[0] if entry.gaps else 0


def _over_gap(
    heads: Mapping[bytes, Sequence[Entry]],
    letters: bytes,
    text: Prepared,
    start: int,
    stop: int,
    places: Places,
) -> None:
    """Compare phrases of which only the first word, with a wide gap behind, is known to stand."""
    # the anchor ends in the second word's first letter, or in one more blank
    ahead = letters[stop - 1 : stop + 80]
    words = ahead.split(None, 1)
    entries = heads.get(words[0], ()) if words else ()
    if not entries:
        return
    following = stop - 2 + len(ahead) - len(ahead.lstrip())
    # the last dot of an initialism is its own
    if entries[0].solid and text.gap(stop - 4, following) > JOINED:
        return
    for entry in entries:
        _compare(entry, text, start, places)


def _compare(entry: Entry, text: Prepared, start: int, places: Places) -> None:
    """Compare a term with the text word by word."""
    term = entry.term
    spans = term.spans_at(text, start)
    if spans is None:
        return
    start, end = spans[0][0], spans[-1][1]
    if not term.parts:
        places.sure.append((places.field, start, end, entry.number))
        return
    last = len(term.pieces) - 1
    questions = tuple(
        korean.question(
            text,
            spans[part.first][0],
            spans[part.last][1],
            part.text,
            prefix=term.prefix and part.last == last,
        )
        for part in term.parts
    )
    places.asked.append(((places.field, start, end, entry.number), questions))
