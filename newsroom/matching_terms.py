"""One term made ready: its words with their rules, and how it is compared with a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsroom import korean
from newsroom.matching_plurals import plurals
from newsroom.query import Phrase, Term
from newsroom.text import JOINED, Prepared, Script, Word, prepare

CaseRule = Callable[[str], bool]
"""Judges a word as the text spells it."""


def any_case(_spelled: str) -> bool:
    """Accept every spelling."""
    return True


def _capitals(spelled: str) -> bool:
    return spelled == spelled.upper()


def _capitals_or_initial(spelled: str) -> bool:
    return _capitals(spelled) or (spelled[:1].isupper() and spelled[1:] == spelled[1:].lower())


def case_rule(spelled: str, *, exact: bool) -> CaseRule:
    """Choose the rule of letter case for one word of a term as its author spelled it.

    2-3 capitals match capitals only (US), 4-5 also one initial capital (THAAD, Thaad); digits do
    not count (MH370 has two). Anything else matches any case.
    """
    if exact:
        return spelled.__eq__
    letters = [c for c in spelled if c.isalpha()]
    if not all(c.isupper() for c in letters):
        return any_case
    if 2 <= len(letters) <= 3:
        return _capitals
    return _capitals_or_initial if 4 <= len(letters) <= 5 else any_case


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a term."""

    script: str
    key: str
    """Folded."""
    clitic: str
    gap: int
    """How strong a gap before it the term itself has: Washington, D.C. goes over a comma."""
    case: CaseRule
    forms: frozenset[str]
    """Plural forms that match too; only the last word of a term has any."""
    dotted: bool
    """Written with dots in small letters (u.s.): then small letters need dots in the text too."""
    letters: re.Pattern[str] | None
    """How a Hangul piece may be spelled."""
    shouted: bool = False
    """Typed in capitals."""


@dataclass(frozen=True, slots=True)
class HangulPart:
    """Neighbouring pieces of a term with Hangul in them: they are one name to morphology."""

    first: int
    """Number of its first piece."""
    last: int
    text: str
    """As typed, folded, blanks included."""


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """A term ready to be looked up."""

    written: str
    pieces: tuple[Piece, ...]
    prefix: bool
    exact: bool = False
    """Letter case counts and plurals do not match."""
    alone: bool = False
    """One Han character that counts only with no other beside it: 北 of a headline, not 北京."""
    parts: tuple[HangulPart, ...] = ()

    @property
    def head(self) -> Piece:
        """The first word, by which the term is found."""
        return self.pieces[0]

    def spans_at(self, text: Prepared, start: int) -> list[tuple[int, int]] | None:
        """Return where its pieces stand if the term stands at `start` of the folded text.

        Of Hangul it says only that the letters are there; morphology decides.
        """
        spans: list[tuple[int, int]] = []
        end = start
        last = len(self.pieces) - 1
        for n, piece in enumerate(self.pieces):
            if n:
                following = text.next_start(end, piece.gap)
                if following is None:
                    return None
                start = following
            found = _piece_end(piece, text, start, last=n == last, prefix=self.prefix)
            if found is None:
                return None
            end = found
            spans.append((start, end))
        return None if self.alone and _has_company(text, spans[0][0], end) else spans


def _has_company(text: Prepared, start: int, end: int) -> bool:
    """Say whether another letter stands before the span, or a Han or kana one behind it.

    22日 and 논의中 are no headline's states; 北미사일 and 美, 中 are.
    """
    word = text.word_at(start)
    return (word is not None and word.end > end) or text.plain[start - 1 : start].isalnum()


def _piece_end(piece: Piece, text: Prepared, start: int, *, last: bool, prefix: bool) -> int | None:
    if piece.script == Script.HAN:
        end = start + len(piece.key)
        return end if text.plain.startswith(piece.key, start) else None
    if piece.letters is not None:
        match = piece.letters.match(text.plain, start)
        return match.end() if match else None
    word = text.word_from(start)
    if word is None or word.script != Script.LATIN:
        return None
    if not last:
        fits = word.clitic == piece.clitic and word.key == piece.key and _cased(piece, text, word)
        return word.tail if fits else None
    if not _last_word(piece, text, word, prefix=prefix):
        return None
    # a possessive is part of the match, other clitics (they'll) are words of their own
    return word.tail if word.clitic == "'s" else word.end


def _last_word(piece: Piece, text: Prepared, word: Word, *, prefix: bool) -> bool:
    if piece.clitic and word.clitic != piece.clitic:
        return False
    if prefix:
        return word.key.startswith(piece.key) and _cased(piece, text, word, len(piece.key))
    if word.key == piece.key:
        return _cased(piece, text, word)
    return word.key in piece.forms and _plural_cased(piece, text, word)


def _spelled(text: Prepared, word: Word) -> str:
    spelled = text.cased[word.start : word.end]
    return spelled if len(spelled) == len(word.key) else spelled.replace(".", "")


def _cased(piece: Piece, text: Prepared, word: Word, length: int | None = None) -> bool:
    if piece.dotted and word.end - word.start > len(word.key):
        return True
    return piece.case(_spelled(text, word)[:length])


def _plural_cased(piece: Piece, text: Prepared, word: Word) -> bool:
    """Judge the case of a plural: the s of ICBMs is small, and of ITs must be (ITS is a word)."""
    if piece.case is any_case:
        return True
    spelled = _spelled(text, word)
    base, ending = spelled[: len(piece.key)], spelled[len(piece.key) :]
    return piece.case(base) and (
        ending.islower() or (piece.case is _capitals_or_initial and _capitals(base))
    )


@lru_cache(maxsize=1 << 14)
def compile_term(atom: Term | Phrase) -> CompiledTerm:
    """Make a term ready; the same term of several watchlists is compiled once."""
    text = prepare(atom.text)
    words = text.words
    syllables = sum(len(w.key) for w in words)
    if any(w.script != Script.HANGUL for w in words):
        syllables = 0
    pieces: list[Piece] = []
    for n, word in enumerate(words):
        gap = text.gap(words[n - 1].tail, word.start) if n else JOINED
        pieces.append(_piece(atom, text, word, gap, syllables, last=n == len(words) - 1))
    hangul = any(word.script == Script.HANGUL for word in words)
    parts = tuple(_hangul_parts(text, words)) if hangul else ()
    return CompiledTerm(
        atom.written,
        tuple(pieces),
        atom.prefix,
        exact=atom.exact,
        alone=isinstance(atom, Term) and atom.alone,
        parts=parts,
    )


def _hangul_parts(text: Prepared, words: list[Word]) -> Iterator[HangulPart]:
    """Yield stretches of pieces that are Hangul or touch it: 2차전지, 고고도 미사일, 韓美훈련."""
    first = 0
    for n, word in enumerate(words):
        following = words[n + 1] if n + 1 < len(words) else None
        if following is not None and (
            following.start == word.end or {word.script, following.script} == {Script.HANGUL}
        ):
            continue
        if any(w.script == Script.HANGUL for w in words[first : n + 1]):
            yield HangulPart(first, n, text.cased[words[first].start : word.end])
        first = n + 1


def _piece(
    atom: Term | Phrase, text: Prepared, word: Word, gap: int, syllables: int, *, last: bool
) -> Piece:
    spelled = _spelled(text, word)
    dotted = word.end - word.start > len(word.key) and not _capitals(spelled)
    case = case_rule(spelled.upper() if dotted else spelled, exact=atom.exact)
    letters = korean.pattern(word.key, syllables) if word.script == Script.HANGUL else None
    takes_plural = (
        last and word.script == Script.LATIN and not (atom.exact or atom.prefix or word.clitic)
    )
    forms: frozenset[str] = frozenset()
    if takes_plural:
        forms = plurals(word.key) if case is any_case else frozenset({f"{word.key}s"})
    shouted = spelled.isupper()
    return Piece(word.script, word.key, word.clitic, gap, case, forms, dotted, letters, shouted)
