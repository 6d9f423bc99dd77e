"""How far apart the parts of a NEAR or the words of a phrase stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from newsroom.explain_spots import Spot, slice_of, spot
from newsroom.explain_windows import Span, closest, closest_in_order
from newsroom.matching_near import extents, words_apart
from newsroom.matching_rules import TEXTS
from newsroom.query import Near
from newsroom.text import CLAUSE, PARAGRAPH, SENTENCE, Prepared

_LONGEST = 10_000
"""Code points of the longest stretch that is looked at for where its sentences end."""
_COUNTED = 10_000
"""Words between that are counted at most."""


def near_spot(
    term: str,
    near: Near,
    texts: Sequence[Prepared | None],
    spans: dict[int, list[list[Span]]],
) -> Spot | None:
    """Say why parts that all stand somewhere are not near; None where one stands nowhere.

    `spans` are those of each part by field number.
    """
    for number, parts in sorted(spans.items()):
        text = texts[number]
        windows = closest(parts)
        if text is not None and windows:
            return _in_one_text(term, near, text, number, parts, _best(text, windows))
    first: list[tuple[int, Span]] = []
    for part in range(len(near.parts)):
        places = [(n, of[part][0]) for n, of in sorted(spans.items()) if of[part]]
        if not places:
            return None
        first.append(places[0])
    number, (start, end) = first[0]
    text = texts[number]
    fields = ", ".join(dict.fromkeys(TEXTS[n] for n, _ in first))
    detail = f"they stand in different texts: {fields}"
    return None if text is None else spot(term, "distance", (number, start, end), text, detail)


def _in_one_text(
    term: str,
    near: Near,
    text: Prepared,
    number: int,
    parts: list[list[Span]],
    window: list[Span],
) -> Spot:
    if near.ordered:
        turned = extents(text, parts, near.distance, ordered=False)
        if turned:
            detail = "near enough, but the other way round"
            return spot(term, "order", (number, *turned[0]), text, detail)
    place = (number, window[0][0], window[-1][1])
    return spot(term, "distance", place, text, _distance(near, text, window))


def _best(text: Prepared, windows: Sequence[list[Span]]) -> list[Span]:
    """Choose the first stretch that is within a sentence, else the first."""
    within = (window for window in windows if _strength(text, window) < SENTENCE)
    return next(within, windows[0])


def _strength(text: Prepared, window: Sequence[Span]) -> int:
    """Judge the strongest break in a stretch; one too long for a sentence is not read."""
    if window[-1][0] - window[0][1] > _LONGEST:
        return SENTENCE
    return max(text.gap(left[1], right[0]) for left, right in pairwise(window))


def _distance(near: Near, text: Prepared, window: list[Span]) -> str:
    first, last = window[0], window[-1]
    if any(left[1] > right[0] for left, right in pairwise(window)):
        return "they stand on the same words"
    strength = _strength(text, window)
    if strength >= SENTENCE:
        return f"a {'paragraph' if strength == PARAGRAPH else 'sentence'} ends between them"
    words = words_apart(text, first[1], last[0], _COUNTED)
    if words is None:
        return f"a sentence ends between them, or more than {_COUNTED} words stand there"
    return f"{words} word{'s' * (words != 1)} apart, {near.distance} allowed"


def phrase_spot(
    term: str, number: int, text: Prepared, parts: Sequence[Sequence[Span]]
) -> Spot | None:
    """Say by what the words of a phrase are parted where they stand closest in one text."""
    chains = closest_in_order(parts)
    if chains:
        chain = _best(text, chains)
        place = (number, chain[0][0], chain[-1][1])
        return spot(term, "phrase", place, text, _parted(text, chain))
    windows = closest(parts)
    if not windows:
        return None
    window = _best(text, windows)
    place = (number, window[0][0], max(end for _, end in window))
    return spot(term, "phrase", place, text, "its words stand in another order")


def _parted(text: Prepared, chain: Sequence[Span]) -> str:
    gaps = [(text.gap(left[1], right[0]), left[1], right[0]) for left, right in pairwise(chain)]
    strength, end, start = max(gaps, key=lambda gap: gap[0])
    if strength >= SENTENCE:
        return f"a {'paragraph' if strength == PARAGRAPH else 'sentence'} ends between its words"
    for _, end, start in gaps:
        if any(char.isalnum() for char in text.plain[end:start]):
            return f"between its words stands: {slice_of(text, end, start)}"
    if strength == CLAUSE:
        return f"between its words stands: {slice_of(text, end, start) or 'a break'}"
    return "its words are parts of other words there"
