"""One analysed text, asked what the rule of Korean terms wants to know of it."""

from __future__ import annotations

from collections.abc import Iterator

from newsroom.ports import Token

_NOUNS = ("NNG", "NNP", "NNB", "NR", "NP", "SL", "SH", "SN", "XR")
_ATTACHED = ("J", "E", "V", "XSV", "XSA", "XSM")


def is_attached(token: Token) -> bool:
    """Say whether a token is a particle, an ending, or a verb or adjective."""
    return token.tag.startswith(_ATTACHED)


def is_noun(token: Token) -> bool:
    """Say whether a token is a noun, a foreign word or a number."""
    return token.tag.startswith(_NOUNS)


class Reading:
    """The tokens of one text."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens

    def at(self, position: int) -> Iterator[Token]:
        """Yield the tokens that begin at `position` (two may: 인 is 이 + ᆫ)."""
        return (t for t in self.tokens if t.start == position < t.end)

    def is_border(self, position: int) -> bool:
        """Say whether no token goes over `position`; melted ones (드립니다) go over it."""
        return not any(t.start < position < t.end for t in self.tokens)

    def over(self, start: int, end: int) -> Token | None:
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
