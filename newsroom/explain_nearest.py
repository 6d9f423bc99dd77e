"""What came nearest to terms that do not stand where they should: a search with loosened rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

import re2
from ahocorasick_rs import AhoCorasick

from newsroom.explain_loose import (
    Loose,
    anchors,
    index_of,
    scan,
    standing,
    variants,
    words_of,
)
from newsroom.explain_near import phrase_spot
from newsroom.explain_spots import Spot, slice_of, spot, word_around
from newsroom.explain_words import Squeezed, case_detail, inside_detail, spelled_apart
from newsroom.korean import Question
from newsroom.matching_regex import compile_regex, search
from newsroom.matching_rules import Scene
from newsroom.matching_scan import Place
from newsroom.matching_terms import CompiledTerm, compile_term
from newsroom.ports import Morphology
from newsroom.query import Atom, Regex
from newsroom.text import Prepared, Script, prepare

LOOKED_INTO = 300
"""Terms of one article whose letters stand somewhere and that are looked into."""
READ = 200_000
"""Code points of each text that are searched; a news article has 5,000."""
_OCCURRENCES = 100
"""Places inside other words that are compared for one term in one text."""


class Nearby:
    """One article, asked what came nearest to terms it does not have."""

    def __init__(
        self,
        scene: Scene,
        places: Mapping[Atom, Sequence[Place]],
        morphology: Morphology | None = None,
    ) -> None:
        """`places`: where in the article each atom stands, in whatever field."""
        self._scene = scene
        self._places = places
        self._morphology = morphology
        self._left = LOOKED_INTO
        self._refused: dict[Spot, tuple[Prepared, tuple[int, int], tuple[Question, ...]]] = {}
        self._texts = [_cut(text) for text in scene.texts]
        self._squeezed = {n: Squeezed(text) for n, text in enumerate(self._texts) if text}

    def spots(self, atoms: Iterable[Atom], fields: Collection[int]) -> dict[Atom, Spot | str]:
        """The nearest place of each atom that does not stand in `fields`.

        A text instead of a place says what of it stands nowhere; an atom that was not looked into
        is left out.
        """
        found: dict[Atom, Spot | str] = {}
        loose: list[Atom] = []
        for atom in dict.fromkeys(atoms):
            elsewhere = self._elsewhere(atom, fields)
            if elsewhere is not None:
                found[atom] = elsewhere
            else:
                loose.append(atom)
        looked = self._with_letters(loose, fields, found)
        found |= self._look(looked, sorted(fields))
        return found

    def _elsewhere(self, atom: Atom, fields: Collection[int]) -> Spot | None:
        for number, start, end, _ in sorted(self._places.get(atom, ())):
            text = self._scene.texts[number]
            if number not in fields and text is not None:
                return spot(atom.written, "field", (number, start, end), text)
        return None

    def _with_letters(
        self, atoms: Sequence[Atom], fields: Collection[int], found: dict[Atom, Spot | str]
    ) -> list[Atom]:
        """Keep what has its letters in the text, as much of it as may be looked into."""
        stems: dict[Atom, tuple[str, ...]] = {}
        whole: dict[Atom, str] = {}
        for atom in atoms:
            if isinstance(atom, Regex):
                stems[atom], whole[atom] = (), ""
            else:
                stems[atom], whole[atom] = anchors(atom)
        seen = self._seen({*whole.values(), *(a for of in stems.values() for a in of)}, fields)
        kept: list[Atom] = []
        for atom in atoms:
            missing = [n for n, stem in enumerate(stems[atom]) if stem not in seen]
            if missing:
                whole_atom = len(missing) == len(stems[atom])
                found[atom] = "" if whole_atom else _missing(atom, missing)
            else:
                kept.append(atom)
        kept.sort(key=lambda atom: whole[atom] not in seen)
        kept = kept[: self._left]
        self._left -= len(kept)
        return kept

    def _seen(self, letters: Set[str], fields: Collection[int]) -> set[str]:
        patterns = sorted(letters - {""})
        automaton = AhoCorasick(patterns)
        seen: set[int] = set()
        for number, _ in self._of(fields):
            text = self._squeezed[number].letters
            seen.update(n for n, *_ in automaton.find_matches_as_indexes(text, overlapping=True))
        return {patterns[n] for n in seen}

    def _of(self, fields: Iterable[int]) -> Iterator[tuple[int, Prepared]]:
        for number in sorted(fields):
            text = self._texts[number]
            if text is not None:
                yield number, text

    def _look(self, atoms: Sequence[Atom], fields: Sequence[int]) -> dict[Atom, Spot | str]:
        best: dict[Atom, Spot] = {}

        def offer(atom: Atom, one: Spot | None) -> None:
            if one is not None and (atom not in best or one.order < best[atom].order):
                best[atom] = one

        terms: dict[Atom, CompiledTerm] = {
            atom: compile_term(atom) for atom in atoms if not isinstance(atom, Regex)
        }
        for atom, one in self._loosened(terms, fields):
            offer(atom, one)
        for atom in atoms:
            if isinstance(atom, Regex):
                offer(atom, self._any_case(atom, fields))
        for atom, term in terms.items():
            for number, text in self._of(fields):
                for one in _in_words(term, number, text, self._squeezed[number]):
                    offer(atom, one)
            if atom not in best and len(term.pieces) > 1:
                offer(atom, self._parted(term, fields))
        found: dict[Atom, Spot | str] = {a: self._with_reading(one) for a, one in best.items()}
        for atom in atoms:
            if atom not in found:
                found[atom] = self._nowhere(terms.get(atom), fields)
        return found

    def _loosened(
        self, terms: Mapping[Atom, CompiledTerm], fields: Sequence[int]
    ) -> Iterator[tuple[Atom, Spot]]:
        loose = [(atom, variant) for atom, term in terms.items() for variant in variants(term)]
        index = index_of(variant.term for _, variant in loose)
        for number, text in self._of(fields):
            sure, asked = scan(index, text)
            refused = {(loose[n][0], s, e) for n, s, e, _ in asked if loose[n][1].kind == "asked"}
            for n, start, end, questions in asked:
                atom, variant = loose[n]
                if variant.kind == "asked":
                    one = spot(variant.term.written, "boundary", (number, start, end), text)
                    self._refused[one] = (text, (start, end), questions)
                    low, high = word_around(text, start, end)
                    yield atom, replace(one, length=high - low - (end - start))
                elif (atom, start, end) not in refused:
                    yield atom, _loose_spot(terms[atom], variant, number, text, start, end)
            for n, start, end in sure:
                atom, variant = loose[n]
                yield atom, _loose_spot(terms[atom], variant, number, text, start, end)

    def _with_reading(self, one: Spot) -> Spot:
        """Add to a place that morphology refused how it reads the word."""
        refused = self._refused.get(replace(one, length=0))
        if refused is None:
            return one
        return replace(one, detail=inside_detail(*refused, self._morphology))

    def _any_case(self, atom: Regex, fields: Sequence[int]) -> Spot | None:
        try:
            pattern = compile_regex(f"(?i){atom.pattern}")
        except re2.error:
            return None
        for number, text in self._of(fields):
            for start, end in search(pattern, text.cased):
                detail = "letter case counts in a pattern; (?i) before it turns that off"
                return spot(atom.written, "case", (number, start, end), text, detail)
        return None

    def _parted(self, term: CompiledTerm, fields: Sequence[int]) -> Spot | None:
        words = words_of(term)
        index = index_of(words)
        nearest: Spot | None = None
        apart: list[tuple[int, int, int] | None] = [None] * len(words)
        for number, text in self._of(fields):
            parts: list[list[tuple[int, int]]] = [[] for _ in words]
            for n, start, end in standing(index, text):
                parts[n].append((start, end))
                apart[n] = apart[n] or (number, start, end)
            one = phrase_spot(term.written, number, text, parts)
            if one is not None and (nearest is None or _width(one) < _width(nearest)):
                nearest = one
        if nearest is not None or None in apart:
            return nearest
        first = apart[0]
        text_of_first = self._texts[first[0]] if first else None
        if first is None or text_of_first is None:
            return None
        detail = "its words stand in different texts"
        return spot(term.written, "phrase", first, text_of_first, detail)

    def _nowhere(self, term: CompiledTerm | None, fields: Sequence[int]) -> str:
        """Say which words of a phrase are missing."""
        if term is None or len(term.pieces) < 2:
            return ""
        index = index_of(words_of(term))
        stand = {n for _, text in self._of(fields) for n, *_ in standing(index, text)}
        missing = [p.key for n, p in enumerate(term.pieces) if n not in stand]
        return f"nowhere: {', '.join(missing)}" if len(missing) < len(term.pieces) else ""


def _cut(text: Prepared | None) -> Prepared | None:
    return text if text is None or len(text.raw) <= READ else prepare(text.raw[:READ])


def _missing(atom: Atom, missing: Sequence[int]) -> str:
    pieces = () if isinstance(atom, Regex) else compile_term(atom).pieces
    return f"nowhere: {', '.join(pieces[n].key for n in missing)}"


def _width(one: Spot) -> int:
    return one.end - one.start


def _loose_spot(
    term: CompiledTerm, variant: Loose, number: int, text: Prepared, start: int, end: int
) -> Spot:
    """Say in what a place differs that a variant of the term was found at."""
    place = (number, start, end)
    if variant.kind == "case":
        reason, detail = case_detail(term, variant.term, text, start, end)
        return spot(term.written, reason, place, text, detail)
    detail = {
        "longer": f"a longer word: {slice_of(text, start, end)}",
        "joined": "written as one word; list it as a term of its own",
        "one": "the singular; a term finds its plurals, not the other way round",
    }[variant.kind]
    one = spot(term.written, "form", place, text, detail)
    letters = sum(len(piece.key) for piece in term.pieces)
    return replace(one, length=max(0, end - start - letters) if variant.kind == "longer" else 0)


def _in_words(
    term: CompiledTerm, number: int, text: Prepared, squeezed: Squeezed
) -> Iterator[Spot]:
    """Yield places where a Latin word's letters stand inside others, or parted by blanks."""
    head = term.head
    if len(term.pieces) > 1:
        return
    yield from spelled_apart(term, number, text, squeezed)
    if head.script != Script.LATIN:
        return
    for n, found in enumerate(re.finditer(re.escape(head.key), text.plain)):
        if n == _OCCURRENCES:
            return
        start, end = found.span()
        word = text.word_at(start)
        if word is None or (word.start == start and word.script == Script.LATIN):
            continue
        low, high = word_around(text, start, end)
        detail = f"inside {slice_of(text, low, high)}"
        one = spot(term.written, "boundary", (number, start, end), text, detail)
        yield replace(one, length=high - low - (end - start))
