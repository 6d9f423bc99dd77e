"""One analysed text, asked what the rule of Korean terms wants to know of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from newsroom.ports import Token

_ATTACHED = ("J", "E", "V", "XSV", "XSA", "XSM")
_AFTER_NO_COPULA = "다라란래랬랍"
"""With what endings begin before which the copula goes unspelled: 사드다, 사드라고."""
_PEOPLE = 3
"""Syllables of the shortest name of a people."""
_NAMES = ("NNG", "NNP")


def is_attached(token: Token) -> bool:
    """Say whether a token is a particle, an ending, or a verb or adjective."""
    return token.tag.startswith(_ATTACHED)


def is_known_noun(token: Token) -> bool:
    """Say whether a token is a noun of the dictionary that stands by itself."""
    return token.known and token.tag in _NAMES


def are_particles(tokens: Sequence[Token]) -> bool:
    """Say whether these are particles, or the copula with its endings, and nothing else."""
    copula = False
    for before, token in pairwise((None, *tokens)):
        if token is None:
            continue
        if token.tag.startswith("VCP"):
            copula = True
        elif token.tag.startswith("E"):
            if not copula or not (_is_spelled(before) or token.form[0] in _AFTER_NO_COPULA):
                return False
        elif not token.tag.startswith("J"):
            return False
    return bool(tokens)


def _is_spelled(token: Token | None) -> bool:
    return token is not None and token.end > token.start


class Reading:
    """The tokens of one text."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens

    def at(self, position: int) -> Iterator[Token]:
        """Yield the tokens that begin at `position` (two may: 인 is 이 + ᆫ)."""
        return (t for t in self.tokens if t.start == position < t.end)

    def over(self, position: int) -> Iterable[Token]:
        """Yield the tokens that go over `position`; melted ones (드립니다) do."""
        return (t for t in self.tokens if t.start < position < t.end)

    def is_border(self, position: int) -> bool:
        """Say whether no token goes over `position`."""
        return not any(True for _ in self.over(position))

    def before(self, position: int) -> Token | None:
        """Return the token that ends at `position`, if one does."""
        return next((t for t in self.tokens if t.end == position), None)

    def holding(self, start: int, end: int) -> Token | None:
        """Return the one token that holds [start, end) and more, if there is one."""
        for token in self.tokens:
            if token.start <= start and end <= token.end and token.end - token.start > end - start:
                return token
        return None

    def inside(self, start: int, end: int) -> list[Token]:
        """List the tokens within [start, end), those without a letter of their own too."""
        return [
            t
            for t in self.tokens
            if start <= t.start and t.end <= end and (t.end > t.start or start < t.start < end)
        ]

    def after(self, position: int, stop: int) -> list[Token]:
        """List the tokens that begin in [position, stop)."""
        return [t for t in self.tokens if position <= t.start < stop]

    def is_one_noun(self) -> bool:
        """Say whether the text is one noun of the dictionary, an object particle aside."""
        stem = self._stem()
        return len(stem) == 1 and is_known_noun(stem[0])

    def is_people(self) -> bool:
        """Say whether the text is one known noun that ends in 인, a people: 한국인."""
        stem = self._stem()
        if len(stem) == 2 and stem[1][:2] == ("인", "XSN"):
            return is_known_noun(stem[0])
        return self.is_one_noun() and stem[0].form.endswith("인") and stem[0].end >= _PEOPLE

    def is_one_name(self) -> bool:
        """Say whether the whole text is one proper noun of the dictionary."""
        return self.is_one_noun() and self.tokens[0].tag == "NNP"

    def is_nouns(self, *, prefixed: bool = False) -> bool:
        """Say whether the text is known nouns alone, the first of two syllables or more.

        `prefixed`: or of one with a prefix, 신 + 항.
        """
        stem = self._stem()
        if prefixed and len(stem) > 1 and stem[0].tag == "XPN":
            stem = stem[1:]
        elif not stem or stem[0].end < 2:
            return False
        return is_known_noun(stem[0]) and all(
            is_known_noun(t) or t.tag in ("XSN", "SL", "NNB") for t in stem
        )

    def is_noun_of_kind(self) -> bool:
        """Say whether the text is one known noun, with a suffix or not: 미인, 한국인."""
        stem = self._stem()
        if len(stem) == 2 and stem[1].tag == "XSN":
            return is_known_noun(stem[0])
        return len(stem) == 1 and is_known_noun(stem[0]) and stem[0].end > 1

    def is_pronoun(self) -> bool:
        """Say whether the text is one pronoun or numeral, as names of firms have them."""
        return len(self.tokens) == 1 and self.tokens[0].tag in ("NP", "NR")

    def is_guess(self) -> bool:
        """Say whether the text is one noun the dictionary does not have."""
        stem = self._stem()
        return len(stem) == 1 and stem[0].tag.startswith("NN") and not stem[0].known

    def ends_small(self) -> bool:
        """Say whether the last noun is a stray syllable: 미디어 + 파."""
        last = self._stem()[-1]
        return last.end - last.start < 2 and last.tag != "XSN"

    def _stem(self) -> tuple[Token, ...]:
        return self.tokens[:-1] if self.tokens and self.tokens[-1].tag == "JKO" else self.tokens
