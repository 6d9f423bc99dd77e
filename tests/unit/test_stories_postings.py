"""Postings: found through the directory as by looking through all of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories_postings import Postings
from newsroom.stories_sketch import Hashes

HASHES = st.frozensets(
    st.one_of(st.integers(0, 30), st.integers(0, 2**32 - 1), st.sampled_from([0, 2**32 - 1])),
    min_size=1,
    max_size=12,
)
ROWS = st.lists(HASHES, min_size=1, max_size=40)


def array(hashes: frozenset[int]) -> Hashes:
    return np.array(sorted(hashes), np.uint32)


def of(rows: list[frozenset[int]], first: int = 0) -> Postings:
    return Postings.of([(first + n, array(hashes)) for n, hashes in enumerate(rows)])


def found(postings: Postings, asked: int, most: int = 1_000) -> list[int]:
    begin, end = postings.find(np.array([asked], np.uint32))
    return postings.rows(begin, end, most).tolist()


def having(rows: list[frozenset[int]], asked: int) -> list[int]:
    return [n for n, hashes in enumerate(rows) if asked in hashes]


@given(ROWS, HASHES)
def test_each_hash_leads_to_its_rows_in_order(
    rows: list[frozenset[int]], asked: frozenset[int]
) -> None:
    postings = of(rows)
    for one in {*asked, *rows[0]}:
        assert found(postings, one) == having(rows, one)
        assert found(postings, one, 2) == having(rows, one)[-2:]


@given(ROWS, ROWS, HASHES)
def test_merged_they_are_as_made_at_once(
    rows: list[frozenset[int]], more: list[frozenset[int]], asked: frozenset[int]
) -> None:
    merged = of(rows).merged(of(more, len(rows)))
    assert len(merged) == sum(map(len, rows)) + sum(map(len, more))
    for one in {*asked, *rows[0], *more[0]}:
        assert found(merged, one) == having([*rows, *more], one)


@given(st.data(), ROWS, HASHES)
def test_what_is_gone_is_left_out(
    data: st.DataObject, rows: list[frozenset[int]], asked: frozenset[int]
) -> None:
    alive = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    left = of(rows).renumbered(alive, np.cumsum(alive, dtype=np.int64) - 1)
    kept = [hashes for hashes, lives in zip(rows, alive, strict=True) if lives]
    for one in {*asked, *rows[0]}:
        assert found(left, one) == having(kept, one)


def test_a_shingle_that_everybody_has() -> None:
    rows = [frozenset({7, 1_000 + n}) for n in range(500)]
    postings = of(rows)
    assert found(postings, 7) == list(range(500))
    assert found(postings, 7, 20) == list(range(480, 500))
    assert [found(postings, 1_000 + n) for n in (0, 250, 499)] == [[0], [250], [499]]
    assert found(postings, 8) == []
