"""Terms with their rules loosened: what is looked for when a term itself does not stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from newsroom.korean import Question
from newsroom.matching_plurals import plurals
from newsroom.matching_scan import Index
from newsroom.matching_terms import CompiledTerm, HangulPart, Piece, any_case, compile_term
from newsroom.query import Phrase, Term
from newsroom.text import JOINED, Prepared, Script
from newsroom.text_fold import fold

_NO_FORMS = frozenset[str]()
_WORD = re.compile("[a-z]+")

Found = tuple[int, int, int]
"""(number of a term, start, end) in the folded text."""
Asked = tuple[int, int, int, tuple[Question, ...]]
"""The same with what morphology is to be asked."""


class Loose(NamedTuple):
    """A variant of a term."""

    kind: str
    """`asked` (the term itself: what morphology refused), `case`, `longer`, `joined`, `one`."""
    term: CompiledTerm


def variants(term: CompiledTerm) -> Iterator[Loose]:
    """Yield what is looked for instead of a term."""
    if term.parts:
        yield Loose("asked", term)
    if term.alone:
        yield Loose("case", replace(term, alone=False))
    last = term.pieces[-1]
    if not any(piece.script == Script.LATIN for piece in term.pieces):
        return
    pieces = tuple(map(_any_case, term.pieces))
    ending = _with_plurals(pieces[-1], term)
    loose = replace(term, pieces=(*pieces[:-1], ending), exact=False, alone=False)
    yield Loose("case", loose)
    if last.script != Script.LATIN or term.prefix or last.clitic:
        return
    yield Loose("longer", replace(loose, prefix=True))
    for one in _singulars(last.key):
        yield Loose("one", replace(loose, pieces=(*pieces[:-1], replace(ending, key=one))))
    if len(pieces) > 1 and all(piece.script == Script.LATIN for piece in pieces):
        key = "".join(piece.key for piece in pieces)
        whole = replace(ending, key=key, gap=JOINED, forms=plurals(key))
        yield Loose("joined", CompiledTerm(term.written, (whole,), prefix=False))


def words_of(term: CompiledTerm) -> list[CompiledTerm]:
    """Each word of a phrase as a term of its own, in any case; Hangul by its letters alone."""
    found = []
    for n, piece in enumerate(term.pieces):
        last = n == len(term.pieces) - 1
        alone = _with_plurals(_any_case(piece), term) if last else _any_case(piece)
        prefix = term.prefix and last
        parts = (HangulPart(0, 0, piece.key),) if piece.script == Script.HANGUL else ()
        pieces = (replace(alone, gap=JOINED),)
        found.append(CompiledTerm(term.written, pieces, prefix, parts=parts))
    return found


def anchors(atom: Term | Phrase) -> tuple[tuple[str, ...], str]:
    """Letters of each word without which hardly a variant of it can stand; the first word whole.

    They are to be looked for in squeezed text.
    """
    if isinstance(atom, Term):  # of a list of 100,000 terms most are done with here
        key = fold(atom.text).plain
        if _WORD.fullmatch(key):
            return (_stem(key),), key
    pieces = compile_term(atom).pieces
    return tuple(_stem(squeeze(piece.key)) for piece in pieces), squeeze(pieces[0].key)


def _stem(key: str) -> str:
    """Leave the ending away that another form of the word may have."""
    return key[: max(3, len(key) - 3)] if len(key) > 3 and _WORD.fullmatch(key) else key


def squeeze(plain: str) -> str:
    """Drop blanks and what a term may be spelled with or without."""
    return "".join(plain.split()).replace("·", "").replace("-", "").replace(".", "")


def scan(index: Index, text: Prepared) -> tuple[list[Found], list[Asked]]:
    """Find the terms of an index in a text: settled places, and what morphology must decide."""
    places = index.scan(text)
    sure = sorted((n, start, end) for _, start, end, n in places.sure)
    asked = [(n, start, end, questions) for (_, start, end, n), questions in places.asked]
    return sure, asked


def standing(index: Index, text: Prepared) -> list[Found]:
    """Find the terms of an index by their letters alone."""
    sure, asked = scan(index, text)
    return sorted([*sure, *((n, start, end) for n, start, end, _ in asked)])


def index_of(terms: Iterable[CompiledTerm]) -> Index:
    """Make terms ready to be found; their numbers are their places."""
    return Index(enumerate(terms))


def _any_case(piece: Piece) -> Piece:
    return replace(piece, case=any_case, dotted=False, forms=_NO_FORMS)


def _with_plurals(piece: Piece, term: CompiledTerm) -> Piece:
    if piece.script != Script.LATIN or term.prefix or piece.clitic:
        return piece
    return replace(piece, forms=plurals(piece.key))


def _singulars(key: str) -> list[str]:
    guesses = dict.fromkeys((key[:-1], key[:-2], f"{key[:-3]}y", f"{key[:-3]}man"))
    return [one for one in guesses if len(one) > 1 and key in plurals(one)]
