"""What grouping gets right of the labelled articles, pair by pair.

All pairs of a batch count: two articles of one story that were joined (tp) or not (fn), and two of
different stories that were joined (fp). An article that may stand in any story counts in no pair.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from newsroom.stories import StoryInput, together
from tests.quality.measure import Score
from tests.quality.story_batches import Batch, Item

Grouping = Callable[[Sequence[StoryInput]], Sequence[Sequence[int]]]
"""Says which articles are one story, by their places."""


class Pair(NamedTuple):
    """Two articles of a batch and what was said of them."""

    batch: str
    set: str
    language: str
    kind: str
    """What the two are to each other: the edit's kind; of two edits both kinds; of two stories what
    they have in common."""
    one: Item
    other: Item
    expected: bool
    found: bool


class Measured(NamedTuple):
    """Everything that was said of some batches."""

    pairs: list[Pair]
    """Those that are one story or were made one; all others were rightly left apart."""
    apart: int
    """How many those others are."""
    pulled: list[tuple[str, str, str]]
    """Round-ups that made two stories one: shape and the two."""
    roundups: int


def measured(batches: Iterable[Batch], grouping: Grouping = together) -> Measured:
    """Group each batch once and compare all of its pairs."""
    whole = Measured([], 0, [], 0)
    for batch in batches:
        found = grouping([item.article for item in batch.items])
        story_of = {place: n for n, places in enumerate(found) for place in places}
        stories = [str(story_of[place]) for place in range(len(batch.items))]
        pairs = _pairs(batch, stories)
        labelled = sum(item.story is not None for item in batch.items)
        whole = Measured(
            whole.pairs + pairs,
            whole.apart + labelled * (labelled - 1) // 2 - len(pairs),
            whole.pulled + _pulled(batch, stories),
            whole.roundups + len(batch.apart),
        )
    return whole


def score(pairs: Iterable[Pair]) -> Score:
    """Count pairs; those rightly left apart are not among them."""
    counts = Counter((pair.expected, pair.found) for pair in pairs)
    return Score(counts[True, True], counts[False, True], counts[True, False], 0)


def by(pairs: Iterable[Pair], key: Callable[[Pair], str]) -> dict[str, Score]:
    """Count apart by what `key` says of a pair, in the order of its words."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[key(pair)].append(pair)
    return {name: score(groups[name]) for name in sorted(groups)}


def _pairs(batch: Batch, stories: Sequence[str]) -> list[Pair]:
    """Pairs of one story, said or true; found through the two groupings, not by trying all."""
    together: set[tuple[int, int]] = set()
    for names in ([item.story for item in batch.items], stories):
        members: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(names):
            if name is not None and batch.items[index].story is not None:
                members[name].append(index)
        for indexes in members.values():
            together.update(combinations(indexes, 2))
    return [
        _pair(batch, batch.items[a], batch.items[b], stories[a] == stories[b])
        for a, b in sorted(together)
        if frozenset((batch.items[a].story, batch.items[b].story)) not in batch.either
    ]


def _pair(batch: Batch, one: Item, other: Item, found: bool) -> Pair:
    expected = one.story == other.story
    kinds = sorted({one.kind, other.kind} - {"original"})
    kind = " + ".join(kinds) or "originals"
    language = one.language if one.language == other.language else "mixed"
    if not expected:
        kind = "two stories"
    return Pair(batch.name, batch.set, language, kind, one, other, expected, found)


def _pulled(batch: Batch, stories: Sequence[str]) -> list[tuple[str, str, str]]:
    said: dict[str, set[str]] = defaultdict(set)
    for item, story in zip(batch.items, stories, strict=True):
        if item.story is not None:
            said[item.story].add(story)
    return [(shape, one, two) for shape, one, two in batch.apart if said[one] & said[two]]
