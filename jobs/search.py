"""The archive searched: the index leads to candidates, the matcher says which of them it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from newsroom.matching import Matcher, Rule
from newsroom.model import Hit
from newsroom.ports import Morphology
from newsroom.query import Node
from newsroom.search_plan import ANYTHING, plan
from newsroom.search_rank import Excerpt, excerpt, score
from storage.listing_base import Filters
from storage.search import Candidate
from storage.store import Store

MOST_READ = 20_000
"""Articles looked at one by one for a query that the index can do nothing for."""
MOST_RANKED = 2_000
"""The newest so many that answer are ranked by relevance."""
_FEWEST, _BATCH = 10, 100
"""Candidates matched together, as many as are still wanted: morphology is asked once for them."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that answers the query."""

    listed: dict[str, Any]
    """As the listing of articles shows it."""
    hits: tuple[Hit, ...]
    excerpt: Excerpt
    score: float


class Search:
    """One search over what the index knows by now (`step_index.catch_up` brings it up to date)."""

    def __init__(
        self, store: Store, node: Node, filters: Filters, morphology: Morphology | None = None
    ) -> None:
        """`filters.limit`: how many are wanted; None: all."""
        self._store = store
        self._filters = filters
        self._plan = plan(node)
        self._matcher = Matcher([Rule("query", node)], morphology)
        self.reads_articles = self._plan == ANYTHING
        """The index cannot help: the newest MOST_READ articles are looked at one by one."""
        self.cut = False
        """After a search: there may be more than was looked at, or ranked."""

    def by_date(self) -> Iterator[Found]:
        """What was found, by when it was first seen, newest first, as soon as it is found."""
        yield from islice(self._found(), self._filters.limit)

    def by_relevance(self) -> list[Found]:
        """What was found, by its score, of equals the newest first."""
        found = self._found()
        newest = list(islice(found, MOST_RANKED))
        if len(newest) == MOST_RANKED and next(found, None) is not None:
            self.cut = True
        newest.sort(key=lambda article: -article.score)
        return newest[: self._filters.limit]

    def _found(self) -> Iterator[Found]:
        self.cut = False
        candidates = self._store.search_candidates(self._plan, self._filters)
        read, found = 0, 0
        while batch := list(islice(candidates, self._batch(found))):
            for article in self._matched(batch):
                found += 1
                yield article
            read += len(batch)
            if self.reads_articles and read >= MOST_READ:
                self.cut = next(candidates, None) is not None
                return

    def _batch(self, found: int) -> int:
        limit = self._filters.limit
        return _BATCH if limit is None else min(max(limit - found, _FEWEST), _BATCH)

    def _matched(self, batch: list[Candidate]) -> Iterator[Found]:
        results = self._matcher.match_many(candidate.text for candidate in batch)
        for candidate, matched in zip(batch, results, strict=True):
            for _, hits in matched:
                yield Found(
                    candidate.listed,
                    hits,
                    excerpt(candidate.text, hits),
                    score(candidate.text, hits),
                )
