"""The closest stretches of text in which one span of each of several kinds stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Span = tuple[int, int]

_MOST = 1_000
"""Spans of one kind that are looked at; the first ones."""
_KINDS = 50
"""Kinds up to which stretches in any order are looked for; a phrase may have a thousand words."""
_LISTED = 50
"""Stretches that are listed."""


def closest(parts: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """List stretches, the shortest first, each with its spans in order of the text.

    None where a kind has no span; those in which spans overlap come last.
    """
    if not parts or not all(parts) or len(parts) > _KINDS:
        return []
    last: dict[int, Span] = {}
    found: list[list[Span]] = []
    for start, end, kind in _marked(parts):
        last[kind] = (start, end)
        if len(last) == len(parts):
            found.append(sorted(last.values()))
    return _shortest(found)


def closest_in_order(parts: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """The same where the spans follow one another in the order of the parts."""
    if not parts or not all(parts):
        return []
    chains: list[list[Span] | None] = [None] * len(parts)
    found: list[list[Span]] = []
    for start, end, kind in sorted(_marked(parts), key=lambda mark: (mark[0], -mark[2])):
        before = chains[kind - 1] if kind else []
        if before is None or (before and before[-1][1] > start):
            continue
        chains[kind] = chain = [*before, (start, end)]
        if kind == len(parts) - 1:
            found.append(chain)
    return _shortest(found)


def _marked(parts: Sequence[Sequence[Span]]) -> list[tuple[int, int, int]]:
    most = max(20, 2 * _MOST // len(parts))
    return sorted((start, end, n) for n, spans in enumerate(parts) for start, end in spans[:most])


def _shortest(windows: list[list[Span]]) -> list[list[Span]]:
    return sorted(windows, key=_key)[:_LISTED]


def _key(window: Sequence[Span]) -> tuple[bool, int]:
    overlap = any(left[1] > right[0] for left, right in pairwise(window))
    return overlap, window[-1][1] - window[0][0]
