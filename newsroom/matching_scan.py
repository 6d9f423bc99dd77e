"""Where in a text each of very many terms stands.

Every term has anchors: the letters of its first two words, or its first stretch of another script.
All anchors are looked for in one pass of an Aho-Corasick automaton over text in which nothing but
letters is left; at each place found the term is compared in full. Most English terms are plain
words, for which a few bytes around the place decide; the others are compared word by word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from newsroom import korean
from newsroom.matching_terms import CompiledTerm, Piece, any_case
from newsroom.text import JOINED, Prepared, Script
from newsroom.text_narrow import APART, BLANK

_MOST_DOTTED = 5
"""Letters up to which a word not typed in capitals is looked for with dots too (t.h.a.a.d.)."""
_SQUEEZED = "·-."
_STRETCH = re.compile(r"[^\s·.\-]+")
# What may stand beside a plain word and settles that it is one. An apostrophe may open a clitic.
_APOSTROPHES = frozenset("'‘’")
_BEFORE = frozenset("\t\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~\xa0‘’“”–—…•«»")
_AFTER = _BEFORE - _APOSTROPHES | {""}
_PLAIN = re.compile(r"[a-z]{2,}\Z")
_CLITICS = frozenset({"re", "ve", "ll"})
"""Words that also hang on others: we're."""
_BREAKS = frozenset(",;:…—|•")
"""Signs that no phrase goes over."""
_NO_FORMS: frozenset[bytes] = frozenset()


_FEW = 200
"""Anchors up to which a text is looked through as it is before it is folded."""
_UNSURE = 0x01


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


@dataclass(slots=True)
class _Entry:
    """A term under one of its anchors."""

    number: int
    term: CompiledTerm
    plain: bool = False
    """Small letters a-z only: the bytes around decide unless something else touches them."""
    solid: bool = True
    """The anchor has its first word without dots between the letters."""
    rest: bytes = b""
    """The words of a phrase behind the second, a blank before each."""
    words: tuple[bytes, ...] = ()
    """The same, one by one."""
    odd: bool = False
    """Its last word has a plural that begins otherwise (men)."""
    gaps: tuple[int, ...] = ()
    """Where in the term the blanks are, from its start."""
    case: Callable[[str], bool] | None = None
    """Rule of letter case where there is one."""
    forms: frozenset[bytes] = _NO_FORMS
    """Plural forms of its last word."""
    last: int = 0
    """Where its last word begins, from its start."""


Place = tuple[int, int, int, int]
"""(field number, start, end, term number); offsets are of the folded text."""


class Places:
    """Where the terms stand in one text: settled places, and those morphology must decide."""

    __slots__ = ("asked", "field", "sure")

    def __init__(self, field: int) -> None:
        self.field = field
        self.sure: list[Place] = []
        self.asked: list[tuple[Place, tuple[korean.Question, ...]]] = []


@dataclass(slots=True)
class _Anchors:
    """Patterns of one automaton with the terms under each."""

    numbers: dict[str, int] = field(default_factory=dict)
    entries: list[tuple[_Entry, ...]] = field(default_factory=list)
    heads: dict[str, dict[bytes, tuple[_Entry, ...]]] = field(default_factory=dict)
    """First words of phrases with more than a blank behind: the phrases by their second word."""

    def add(self, pattern: str, entry: _Entry) -> None:
        number = self.numbers.setdefault(pattern, len(self.entries))
        if number == len(self.entries):
            self.entries.append((entry,))
        else:
            self.entries[number] += (entry,)


class Index:
    """Many terms with their numbers, ready to be found in text. Immutable."""

    def __init__(self, terms: Iterable[tuple[int, CompiledTerm]]) -> None:
        latin, wide = _Anchors(), _Anchors()
        for number, term in terms:
            _anchor(number, term, latin, wide)
        self._heads = {len(latin.entries) + n: h for n, h in enumerate(latin.heads.values())}
        self._latin_entries = [*latin.entries, *((),) * len(latin.heads)]
        self._wide_entries = wide.entries
        self._few = len(self._latin_entries) <= _FEW
        self._quick = [_quick(entries) for entries in self._latin_entries]
        # the blank in front is part of the pattern: places inside words are not found at all
        patterns = [pattern.encode() for pattern in (*latin.numbers, *latin.heads)]
        self._latin = BytesAhoCorasick(patterns)
        # without it few patterns are found faster, by their rarest letters
        self._gate = BytesAhoCorasick([_bare(p) for p in patterns] if self._few else [])
        self._wide = AhoCorasick(list(wide.numbers))

    def scan(self, text: Prepared, field: int = 0) -> Places:
        """Find every place of every term; in no certain order. `field` marks them."""
        places = Places(field)
        if self._latin_entries and not (self._few and self._is_absent(text.raw)):
            self._scan_latin(text, places)
        if self._wide_entries and not (text.is_narrow and APART not in text.letters):
            self._scan_wide(text, places)
        return places

    def _is_absent(self, raw: str) -> bool:
        """Say for certain that no Latin anchor is in a text, without folding it.

        Of a few terms most articles have none, and folding would take most of the time.
        """
        letters = b" " + raw.encode("utf-8", "surrogatepass").translate(_UTF8) + b"  "
        if _UNSURE in letters:
            return False
        return not self._gate.find_matches_as_indexes(letters)

    def _scan_latin(self, text: Prepared, places: Places) -> None:
        letters = b" " + text.letters + b"  "
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
                if _BREAKS.isdisjoint(chars[stop - 3 : stop - 1]):
                    _over_gap(heads[number], letters, text, start, stop, places)
                continue
            for entry in entries[number]:
                end = _plain_end(entry, letters, chars, start, stop) if entry.plain else None
                if end is None:
                    _compare(entry, text, start, places)
                elif end:
                    sure.append((field, start, end, entry.number))

    def _scan_wide(self, text: Prepared, places: Places) -> None:
        squeezed = "".join(text.plain.split())
        for sign in _SQUEEZED:
            if sign in squeezed:
                squeezed = squeezed.replace(sign, "")
        found = self._wide.find_matches_as_indexes(squeezed, overlapping=True)
        if not found:
            return
        stretches = list(_STRETCH.finditer(text.plain))
        begins: list[int] = []
        total = 0
        for stretch in stretches:
            begins.append(total)
            total += stretch.end() - stretch.start()
        for number, start, _ in found:
            n = bisect_right(begins, start) - 1
            at = stretches[n].start() + start - begins[n]
            for entry in self._wide_entries[number]:
                _compare(entry, text, at, places)


def _plain_end(entry: _Entry, letters: bytes, chars: str, start: int, stop: int) -> int | None:
    """Return where a term of plain words ends if it stands here; 0: it does not; None: compare.

    `stop` is where its anchor ends in `letters`, which has one blank more in front than `chars`.
    """
    end = stop
    rest = entry.rest
    if rest:
        if not letters.startswith(rest, end):
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


def _may_differ(entry: _Entry, letters: bytes, at: int) -> bool:
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


def _bare(pattern: bytes) -> bytes:
    """Drop the blank in front, but for a short first word: too many words end in `on` or `the`."""
    return pattern if pattern.endswith(b"  ") and len(pattern) < 8 else pattern.lstrip()


def _behind_apostrophe(chars: str, end: int) -> int | None:
    """Return where a word that ends at `end` ends with its possessive; None: look closer."""
    if chars[end] not in _APOSTROPHES:
        return None
    if chars[end + 1 : end + 2] in _AFTER:  # it closes a quotation, or the missiles' range
        return end
    if chars[end + 1 : end + 2] in "sS" and chars[end + 2 : end + 3] in _AFTER:
        return end + 2
    return None


def _quick(entries: Sequence[_Entry]) -> tuple[int, int]:
    """Say of an anchor that is one whole term in any letter case: its number, where its gap is."""
    if len(entries) != 1:
        return -1, 0
    entry = entries[0]
    if not entry.plain or entry.rest or entry.case is not None:
        return -1, 0
    return entry.number, entry.gaps[0] if entry.gaps else 0


def _over_gap(
    heads: Mapping[bytes, Sequence[_Entry]],
    letters: bytes,
    text: Prepared,
    start: int,
    stop: int,
    places: Places,
) -> None:
    """Compare phrases of which only the first word, with a wide gap behind, is known to stand."""
    ahead = letters[stop : stop + 80]
    words = ahead.split(None, 1)
    entries = heads.get(words[0], ()) if words else ()
    if not entries:
        return
    following = stop + len(ahead) - len(ahead.lstrip()) - 1
    # the last dot of an initialism is its own
    if entries[0].solid and text.gap(stop - 3, following) > JOINED:
        return
    for entry in entries:
        _compare(entry, text, start, places)


def _compare(entry: _Entry, text: Prepared, start: int, places: Places) -> None:
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


def _anchor(number: int, term: CompiledTerm, latin: _Anchors, wide: _Anchors) -> None:
    head = term.head
    if head.script != Script.LATIN or not head.key.isascii():
        last = term.parts[0].last if head.script == Script.HANGUL else 0
        letters = "".join(piece.key for piece in term.pieces[: last + 1])
        wide.add("".join(c for c in letters if c not in _SQUEEZED), _Entry(number, term))
        return
    quick, slow = _latin_entry(number, term), _Entry(number, term)
    spelled = _spellings(head)
    if len(term.pieces) == 1:
        for form in (form for form in head.forms if not form.startswith(head.key)):
            latin.add(f" {form}", quick)
        for n, way in enumerate(spelled):
            latin.add(f" {way}", slow if n else quick)
        return
    second = term.pieces[1]
    if head.clitic or second.gap or second.script != Script.LATIN or not second.key.isascii():
        for way in spelled:
            latin.add(f" {way} ", slow)
        return
    seconds = _spellings(second)
    seconds += [form for form in second.forms if not form.startswith(second.key)]
    for n, way in enumerate(spelled):
        for m, following in enumerate(seconds):
            latin.add(f" {way} {following}", slow if n or m else quick)
        heads = latin.heads.setdefault(f" {way}  ", {})
        for following in {*seconds, *second.forms}:
            first = following.split()[0].encode()
            heads[first] = (*heads.get(first, ()), _Entry(number, term, solid=not n))


def _spellings(piece: Piece) -> list[str]:
    """Letters of a word as the text may have them: as they are, and with dots between."""
    key = "".join(c if c.isalnum() else " " for c in piece.key)
    dotted = 2 <= len(key) <= _MOST_DOTTED or (piece.shouted and len(key) > 1)
    return [key, " ".join(key)] if dotted else [key]


def _latin_entry(number: int, term: CompiledTerm) -> _Entry:
    """Work out whether a few bytes decide, and which."""
    words = [piece.key.encode() for piece in term.pieces]
    rules = {piece.case for piece in term.pieces} - {any_case}
    if term.prefix or term.exact or not all(map(_is_plain, term.pieces)):
        return _Entry(number, term)
    if rules and len(words) > 1:  # each word has a rule of its own
        return _Entry(number, term)
    rest = tuple(b" " + word for word in words[2:])
    forms = frozenset(form.encode() for form in term.pieces[-1].forms)
    starts = list(accumulate((len(word) + 1 for word in words[:-1]), initial=0))
    return _Entry(
        number,
        term,
        plain=True,
        rest=b"".join(rest),
        words=rest,
        odd=not all(form.startswith(words[-1]) for form in forms),
        gaps=tuple(start - 1 for start in starts[1:]),
        case=rules.pop() if rules else None,
        forms=forms,
        last=starts[-1],
    )


def _is_plain(piece: Piece) -> bool:
    """Say whether nothing but its letters matters of a word."""
    return (
        piece.script == Script.LATIN
        and _PLAIN.match(piece.key) is not None
        and piece.key not in _CLITICS
        and not (piece.clitic or piece.gap or piece.dotted)
    )
