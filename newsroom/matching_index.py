"""Where in a text each of many terms stands: the seam that a faster scan would replace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsroom import korean
from newsroom.matching_terms import CompiledTerm
from newsroom.ports import Morphology
from newsroom.query import Atom
from newsroom.text import Prepared, Script, Word

_Entry = tuple[Atom, CompiledTerm]


class Index:
    """Terms by their first word: whole for Latin, the first character for Hangul and Han."""

    def __init__(self, terms: Sequence[_Entry], morphology: Morphology | None) -> None:
        self._morphology = morphology
        self._words: dict[str, list[_Entry]] = {}
        self._prefixes: dict[str, list[_Entry]] = {}
        self._letters: dict[str, list[_Entry]] = {}
        for entry in terms:
            self._add(entry)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def _add(self, entry: _Entry) -> None:
        term = entry[1]
        head = term.head
        if head.script != Script.LATIN:
            self._letters.setdefault(head.key[0], []).append(entry)
        elif term.prefix and len(term.pieces) == 1:
            self._prefixes.setdefault(head.key, []).append(entry)
        else:
            # only a term of a single word has plural forms in its head
            for key in {head.key, *head.forms}:
                self._words.setdefault(key, []).append(entry)

    def scan(self, text: Prepared) -> Iterator[tuple[Atom, int, int]]:
        """Yield each occurrence (atom, start, end) in the folded text, by start."""
        for word in text.words:
            if word.script == Script.LATIN:
                yield from self._latin(text, word)
            elif self._letters:
                yield from self._wide(text, word)

    def _latin(self, text: Prepared, word: Word) -> Iterator[tuple[Atom, int, int]]:
        yield from _compare(self._words.get(word.key, ()), text, word.start)
        for length in self._lengths:
            if length > len(word.key):
                break
            yield from _compare(self._prefixes.get(word.key[:length], ()), text, word.start)

    def _wide(self, text: Prepared, word: Word) -> Iterator[tuple[Atom, int, int]]:
        hangul = word.script == Script.HANGUL
        # without morphology only the beginning of a Hangul word can be a term
        stop = word.start + 1 if hangul and self._morphology is None else word.end
        for start in range(word.start, stop):
            entries = self._letters.get(text.plain[start], ())
            for atom, begin, end in _compare(entries, text, start):
                if not hangul or korean.is_term(text, begin, end, atom.text, self._morphology):
                    yield atom, begin, end


def _compare(
    entries: Sequence[_Entry], text: Prepared, start: int
) -> Iterator[tuple[Atom, int, int]]:
    for atom, term in entries:
        end = term.end_at(text, start)
        if end is not None:
            yield atom, start, end
