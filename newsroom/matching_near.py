"""Near one another: which spans of several parts stand within so many words."""

from __future__ import annotations

from collections.abc import Sequence

from newsroom.text import Prepared, Script, Word

Span = tuple[int, int]
"""Start and end in the folded text."""

_MOST_STEPS = 20_000
"""Combinations looked at in one text; a page that repeats the words ten thousand times has no
more to say."""


def words_apart(text: Prepared, end: int, start: int, most: int) -> int | None:
    """Count from a word that ends at `end` to one that begins at `start`: neighbours are 1 apart.

    None where it is more than `most`, where the second does not begin behind the first, or where a
    sentence or paragraph ends between them. Every Han or kana character counts as a word.
    """
    if start < end:
        return None
    first, last = _whole(text, end - 1).tail, _whole(text, start).start
    apart = 1 + max(0, text.count_before(last) - text.count_before(first))
    return apart if apart <= most and text.is_one_sentence(end, start) else None


def _whole(text: Prepared, position: int) -> Word:
    """Return the word around a position, so that 사드|를 and 주한|미군 are no two words."""
    word = text.word_at(position)
    if word is None or word.script == Script.HAN:
        return Word(position, position + 1, Script.HAN, "", "")
    return word


def extents(
    text: Prepared, parts: Sequence[Sequence[Span]], distance: int, *, ordered: bool
) -> list[Span]:
    """Return the stretches in which one span of every part stands within `distance` words.

    Spans of a stretch do not overlap; with `ordered` they come in the order of the parts.
    """
    if not all(parts):
        return []
    marked = sorted((start, end, n) for n, spans in enumerate(parts) for start, end in spans)
    found: dict[Span, None] = {}
    steps = _MOST_STEPS
    everything = frozenset(range(len(parts)))
    # stretches begun: (place in `marked` to go on from, first start, first end, last end, missing)
    begun = [
        (place + 1, start, end, end, everything - {n})
        for place, (start, end, n) in enumerate(marked)
        if not ordered or n == 0
    ]
    begun.reverse()
    while begun and steps:
        place, start, first_end, last_end, missing = begun.pop()
        if not missing:
            found[start, last_end] = None
            continue
        wanted = min(missing) if ordered else None
        for at in range(place, len(marked)):
            steps -= 1
            next_start, next_end, n = marked[at]
            if next_start >= last_end:
                if words_apart(text, first_end, next_start, distance) is None:
                    break
                if n in missing and wanted in (None, n):
                    begun.append((at + 1, start, first_end, next_end, missing - {n}))
            if not steps:
                break
    return sorted(found)
