"""The closest stretch of text in which one span of each of several kinds stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Span = tuple[int, int]

_MOST = 2_000
"""Spans of one kind that are looked at; the first ones."""


def closest(parts: Sequence[Sequence[Span]]) -> list[Span] | None:
    """Return the spans of the shortest stretch, in order of the text; None: a kind has none.

    They may overlap where no better stretch is there.
    """
    if not parts or not all(parts):
        return None
    marked = _marked(parts)
    last: dict[int, Span] = {}
    best: list[Span] | None = None
    for start, end, kind in marked:
        last[kind] = (start, end)
        if len(last) == len(parts):
            window = sorted(last.values())
            if best is None or _key(window) < _key(best):
                best = window
    return best


def closest_in_order(parts: Sequence[Sequence[Span]]) -> list[Span] | None:
    """The same, one after the other in the order of the parts; None: there is no such stretch."""
    if not parts or not all(parts):
        return None
    chains: list[list[Span] | None] = [None] * len(parts)
    best: list[Span] | None = None
    for start, end, kind in sorted(_marked(parts), key=lambda mark: (mark[0], -mark[2])):
        before = chains[kind - 1] if kind else []
        if before is None or (before and before[-1][1] > start):
            continue
        chains[kind] = chain = [*before, (start, end)]
        if kind == len(parts) - 1 and (best is None or _key(chain) < _key(best)):
            best = chain
    return best


def _marked(parts: Sequence[Sequence[Span]]) -> list[tuple[int, int, int]]:
    return sorted((start, end, n) for n, spans in enumerate(parts) for start, end in spans[:_MOST])


def _key(window: Sequence[Span]) -> tuple[bool, int]:
    overlap = any(left[1] > right[0] for left, right in pairwise(window))
    return overlap, window[-1][1] - window[0][0]
