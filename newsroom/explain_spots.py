"""Places in an article that an explanation points at."""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.explain_model import REASONS, Nearest
from newsroom.matching_rules import TEXTS
from newsroom.text import Prepared, sentence_around

_RANKS = {reason: rank for rank, reason in enumerate(REASONS)}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with what is to be said of it; offsets are of the text as stored."""

    term: str
    reason: str
    field: int
    start: int
    end: int
    detail: str = ""
    length: int = 0
    """Letters around it that do not belong to it: the fewer, the nearer."""

    @property
    def order(self) -> tuple[int, int, int, int]:
        """The nearest first."""
        return (_RANKS[self.reason], self.length, self.field, self.start)

    def shown(self, raw: str) -> Nearest:
        """With its text and the sentence around it."""
        left, right = sentence_around(raw, self.start, self.end)
        return Nearest(
            self.term,
            self.reason,
            TEXTS[self.field],
            self.start,
            self.end,
            raw[self.start : self.end],
            raw[left:right],
            left,
            self.detail,
        )


def spot(
    term: str, reason: str, place: tuple[int, int, int], text: Prepared, detail: str = ""
) -> Spot:
    """Point at (field number, start, end) of a folded text."""
    field, start, end = place
    first, last = text.raw_span(start, end)
    return Spot(term, reason, field, first, last, detail)


def slice_of(text: Prepared, start: int, end: int, limit: int = 60) -> str:
    """What stands at a place of the folded text, in one line and not too long."""
    first, last = text.raw_span(start, end)
    line = " ".join(text.raw[first : min(last, first + 4 * limit)].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def word_around(text: Prepared, start: int, end: int, limit: int = 60) -> tuple[int, int]:
    """Widen a place of the folded text by the letters and digits that touch it, `limit` a side."""
    plain = text.plain
    low, high = max(0, start - limit), min(len(plain), end + limit)
    while start > low and plain[start - 1].isalnum():
        start -= 1
    while end < high and plain[end].isalnum():
        end += 1
    return start, end
