"""How terms are looked for: the anchor of each, and what to know of it where the anchor is found.

An anchor is the letters of a term's first two words, as they stand in a text in which every other
sign is a blank, or its first stretch of letters of another script. A term may have several: with
dots between the letters of an initialism, with an odd plural, with more than a blank between words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from newsroom.matching_terms import CompiledTerm, Piece, any_case
from newsroom.text import Script

SQUEEZED = "·-."
"""Signs that are left out, as blanks are, of the text in which other scripts are looked for."""
_MOST_DOTTED = 5
"""Letters up to which a word not typed in capitals is looked for with dots too (t.h.a.a.d.)."""
_PLAIN = re.compile(r"[a-z]{2,}\Z")
_CLITICS = frozenset({"re", "ve", "ll"})
"""Words that also hang on others: we're."""
_NO_FORMS: frozenset[bytes] = frozenset()


@dataclass(slots=True)
class Entry:
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


@dataclass(slots=True)
class Anchors:
    """Patterns of one automaton with the terms under each."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    heads: dict[str, dict[bytes, list[Entry]]] = field(default_factory=dict)
    """First words of phrases with two blanks and the next letter behind, or with three blanks: the
    phrases by their second word."""

    def add(self, pattern: str, entry: Entry) -> None:
        """Put a term under a pattern."""
        self.entries.setdefault(pattern, []).append(entry)

    def add_head(self, pattern: str, second: bytes, entry: Entry) -> None:
        """Put a phrase under its first word."""
        self.heads.setdefault(pattern, {}).setdefault(second, []).append(entry)


def add_anchors(number: int, term: CompiledTerm, latin: Anchors, wide: Anchors) -> None:
    """Put a term under each of its anchors."""
    head = term.head
    if head.script != Script.LATIN or not head.key.isascii():
        last = term.parts[0].last if head.script == Script.HANGUL else 0
        letters = "".join(piece.key for piece in term.pieces[: last + 1])
        wide.add("".join(c for c in letters if c not in SQUEEZED), Entry(number, term))
        return
    quick, slow = _latin_entry(number, term), Entry(number, term)
    spelled = _spellings(head)
    if len(term.pieces) == 1:
        for way in [key for key in head.forms if not key.startswith(head.key)] + spelled[:1]:
            latin.add(f" {way}", quick)
        for way in spelled[1:]:
            latin.add(f" {way}", slow)
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
        entry = Entry(number, term, solid=False) if n else slow
        for following in {*seconds, *second.forms}:
            first = following.partition(" ")[0].encode()
            latin.add_head(f" {way}  {following[0]}", first, entry)
            latin.add_head(f" {way}   ", first, entry)


def _spellings(piece: Piece) -> list[str]:
    """Letters of a word as the text may have them: as they are, and with dots between."""
    key = "".join(c if c.isalnum() else " " for c in piece.key)
    dotted = 2 <= len(key) <= _MOST_DOTTED or (piece.shouted and len(key) > 1)
    return [key, " ".join(key)] if dotted else [key]


def _latin_entry(number: int, term: CompiledTerm) -> Entry:
    """Work out whether a few bytes decide, and which."""
    if term.prefix or term.exact or not all(map(_is_plain, term.pieces)):
        return Entry(number, term)
    words = [piece.key.encode() for piece in term.pieces]
    rest = tuple(b" " + word for word in words[2:])
    forms = frozenset(form.encode() for form in term.pieces[-1].forms)
    starts = list(accumulate((len(word) + 1 for word in words[:-1]), initial=0))
    return Entry(
        number,
        term,
        plain=True,
        rest=b"".join(rest),
        words=rest,
        odd=not all(form.startswith(words[-1]) for form in forms),
        gaps=tuple(start - 1 for start in starts[1:]),
        case=_case_of(term.pieces, starts),
        forms=forms,
        last=starts[-1],
    )


def _case_of(pieces: Sequence[Piece], starts: Sequence[int]) -> Callable[[str], bool] | None:
    """Make one rule of letter case of those of the words; None where any case will do."""
    rules = [
        (slice(start, start + len(piece.key)), piece.case)
        for start, piece in zip(starts, pieces, strict=True)
        if piece.case is not any_case
    ]
    if not rules:
        return None
    return lambda spelled: all(rule(spelled[place]) for place, rule in rules)


def _is_plain(piece: Piece) -> bool:
    """Say whether nothing but its letters matters of a word."""
    return (
        piece.script == Script.LATIN
        and _PLAIN.match(piece.key) is not None
        and piece.key not in _CLITICS
        and not (piece.clitic or piece.gap or piece.dotted)
    )
