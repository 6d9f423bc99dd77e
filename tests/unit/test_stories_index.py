"""The index of sketches against a plain model: dictionaries that are looked through whole."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from newsroom import stories_index
from newsroom.stories_index import PROPOSED, StoryIndex
from newsroom.stories_sketch import EMPTY, Sketch


def of(*hashes: int) -> Sketch:
    return Sketch(np.array(sorted(set(hashes)), np.uint32), len(set(hashes)))


def drawn(seed: int, count: int = 60) -> Sketch:
    """The sketch of a text that is like no other."""
    hashes = np.unique(np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32))
    return Sketch(hashes, len(hashes))


def filled(count: int) -> StoryIndex:
    index = StoryIndex()
    for number in range(count):
        index.put(number, drawn(number), float(number))
    return index


def test_an_article_that_shares_shingles_is_found_among_thousands() -> None:
    index = filled(5_000)
    assert len(index) == 5_000
    for number in (0, 1, 255, 256, 2_499, 4_998, 4_999):
        whole = drawn(number)
        assert index.like(whole)[0] == number
        half = whole.hashes[::2].tolist()
        assert index.like(of(*half, *drawn(number + 10**6, 30).hashes.tolist()))[0] == number
    assert index.like(drawn(10**7)) == []


def test_those_that_share_most_come_first() -> None:
    index = StoryIndex()
    index.put(1, of(*range(100, 140)), 0)
    index.put(2, of(*range(100, 160)), 0)
    index.put(3, of(*range(100, 110)), 0)
    assert index.like(of(*range(100, 160))) == [2, 1, 3]
    assert index.like(of(*range(100, 160)), limit=1) == [2]


def test_one_shingle_is_chance_but_of_a_text_of_one() -> None:
    index = StoryIndex()
    index.put(1, of(*range(60)), 0)
    index.put(2, of(7_000), 0)
    assert index.like(of(5, *range(1_000, 1_050))) == []
    assert index.like(of(*range(20), *range(1_000, 1_040))) == [1]
    assert index.like(of(5, 6, 7)) == [1]
    assert index.like(of(7_000)) == [2]


def test_an_empty_sketch_is_known_and_never_found() -> None:
    index = StoryIndex()
    index.put(7, EMPTY, 0)
    assert 7 in index
    assert len(index) == 1
    assert index.like(EMPTY) == []
    assert index.like(of(1, 2, 3)) == []
    index.drop(7)
    index.drop(8)
    assert len(index) == 0


@pytest.mark.parametrize("between", [0, 300, 3_000])
def test_put_again_takes_the_place_of_what_was(between: int) -> None:
    index = StoryIndex()
    index.put(-1, of(1, 2, 3), 0)
    for number in range(between):
        index.put(number, drawn(number, 20), 0)
    index.put(-1, of(7, 8, 9), 0)
    assert index.like(of(1, 2, 3)) == []
    assert index.like(of(7, 8, 9)) == [-1]
    assert len(index) == between + 1


def test_what_is_older_is_forgotten_whole() -> None:
    index = filled(2_000)
    index.forget(1_500.0)
    assert len(index) == 500
    assert 1_499 not in index
    assert 1_500 in index
    assert index.like(drawn(1_499)) == []
    assert index.like(drawn(1_500)) == [1_500]
    index.forget(1e12)
    assert len(index) == 0
    assert index.like(drawn(1_999)) == []
    index.put(5, drawn(5), 5)
    assert index.like(drawn(5)) == [5]


def test_room_is_given_back() -> None:
    index = filled(3_000)
    full = index.size
    index.forget(2_900.0)
    assert index.size < full / 5


def test_a_phrase_that_everybody_prints_does_not_hide_the_rare_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Postings of common shingles are beyond the budget; a rare one is read all the same."""
    monkeypatch.setattr(stories_index, "POSTINGS", 100)
    common = tuple(range(40))
    index = StoryIndex()
    for number in range(2_000):
        index.put(number, of(*common, 10_000 + 2 * number, 10_001 + 2 * number), 0)
    for number in (0, 700, 1_999):
        asked = of(*common, 10_000 + 2 * number, 10_001 + 2 * number)
        assert index.like(asked)[0] == number
    rows, _ = index._postings(of(*common).hashes)
    assert 0 < len(rows) <= 100 * (len(index._runs) + 1) + stories_index.FLUSH


def test_the_rarest_are_read_first_and_one_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories_index, "POSTINGS", 10)

    def wanted(*counts: int) -> tuple[list[int], bool]:
        chosen, whole = StoryIndex._wanted(np.array(counts))
        return np.flatnonzero(chosen).tolist(), whole

    assert wanted(0, 7, 3, 0, 5) == ([2, 4], False)
    assert wanted(50, 40) == ([1], False)
    assert wanted(0, 4, 6) == ([1, 2], True)
    assert wanted(0, 0) == ([], True)


class Model(RuleBasedStateMachine):
    """Whatever is put, dropped and forgotten, the index answers as looking through all would."""

    FLUSH, GROWTH = 3, 2
    ARTICLES = st.integers(-3, 12)
    SKETCHES = st.frozensets(st.integers(0, 40), max_size=8)

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(stories_index, "FLUSH", self.FLUSH)
        self.patch.setattr(stories_index, "GROWTH", self.GROWTH)
        self.index = StoryIndex()
        self.known: dict[int, tuple[frozenset[int], int]] = {}

    def teardown(self) -> None:
        self.patch.undo()

    @rule(article=ARTICLES, hashes=SKETCHES, seen=st.integers(0, 20))
    def put(self, article: int, hashes: frozenset[int], seen: int) -> None:
        self.index.put(article, of(*hashes), float(seen))
        self.known[article] = (hashes, seen)

    @rule(many=st.dictionaries(ARTICLES, SKETCHES, max_size=6), seen=st.integers(0, 20))
    def put_many(self, many: dict[int, frozenset[int]], seen: int) -> None:
        self.index.put_many((a, of(*hashes), float(seen)) for a, hashes in many.items())
        self.known |= {a: (hashes, seen) for a, hashes in many.items()}

    @rule(article=ARTICLES)
    def drop(self, article: int) -> None:
        self.index.drop(article)
        self.known.pop(article, None)

    @rule(before=st.integers(0, 21))
    def forget(self, before: int) -> None:
        self.index.forget(float(before))
        self.known = {a: k for a, k in self.known.items() if k[1] >= before}

    @rule()
    def compact(self) -> None:
        self.index._compact()

    @rule(hashes=SKETCHES)
    def like(self, hashes: frozenset[int]) -> None:
        counts = Counter({a: len(hashes & known) for a, (known, _) in self.known.items()})
        found = self.index.like(of(*hashes))
        assert len(found) == len(set(found))
        assert set(found) == {
            a for a, (known, _) in self.known.items() if self.enough(counts[a], hashes, known)
        }
        assert [counts[a] for a in found] == sorted((counts[a] for a in found), reverse=True)
        assert len(found) <= PROPOSED

    @staticmethod
    def enough(count: int, one: frozenset[int], other: frozenset[int]) -> bool:
        fewer = min(len(one), len(other))
        return bool(fewer) and count >= max(stories_index.LEAST * fewer, min(2, fewer / 2))

    @invariant()
    def knows_what_it_should(self) -> None:
        assert len(self.index) == len(self.known)
        assert all(article in self.index for article in self.known)
        assert 99 not in self.index


Model.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestModel = Model.TestCase


def test_compaction_and_merging_change_no_answer() -> None:
    index = filled(1_500)
    for number in range(0, 1_500, 3):
        index.drop(number)
    asked = [drawn(number) for number in range(0, 1_500, 37)]
    before = [index.like(one) for one in asked]
    index._compact()
    assert [index.like(one) for one in asked] == before
    assert len(index) == 1_000
