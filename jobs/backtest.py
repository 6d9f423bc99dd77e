"""Rules tried on stored articles: reading, matching and morphology at the same time.

One thread reads pages, two match them. Two, because while one waits for morphology, which runs in
a process of its own, the other folds and looks for terms.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from newsroom.backtest import Judge, Reckoning, Seen, Tally, Verdict, spread
from newsroom.longer_words import longer_words
from newsroom.matching import Matcher, Rule, applies
from newsroom.model import Hit
from newsroom.ports import Morphology
from newsroom.search_rank import Excerpt, excerpt
from storage.backtest_reading import Page, Period, by_ids, pages
from storage.database import Database

MATCHERS = 2
MOST_READ_FOR_WORDS = 2_000
"""Matched articles that are looked through for longer words."""

_Judged = list[tuple[Seen, list[Verdict | None]]]


@dataclass(frozen=True, slots=True)
class Sample:
    """An article that a rule matches, and the sentence that shows why."""

    listed: dict[str, Any]
    """As the listing of articles shows it."""
    hits: tuple[Hit, ...]
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    articles: int
    """Articles read that are within the sources and languages of a rule."""
    reckonings: tuple[Reckoning, ...]
    """In the order of the rules."""


class Backtest:
    """Rules of different names, tried on the same articles."""

    def __init__(self, db: Database, rules: Sequence[Rule], morphology: Morphology | None) -> None:
        self._db = db
        self._rules = tuple(rules)
        self._morphology = morphology
        self._matcher = Matcher(self._rules, morphology)
        self._judges = [Judge(rule, self._matcher.numbers) for rule in self._rules]

    def sources(self) -> tuple[str, ...]:
        """The sources of all rules; empty: there is one that has no such filter."""
        if not all(rule.sources for rule in self._rules):
            return ()
        return tuple(dict.fromkeys(source for rule in self._rules for source in rule.sources))

    def run(self, period: Period, advance: Callable[[int], object] = lambda _: None) -> Tried:
        """Try the rules on every article of the period; `advance` is told how many more are done.

        Raises StorageError.
        """
        tallies = [Tally(judge) for judge in self._judges]
        read = 0
        for size, judged in self._all(period):
            for seen, verdicts in judged:
                for tally, verdict in zip(tallies, verdicts, strict=True):
                    if verdict is not None:
                        tally.add(seen, verdict)
            read += len(judged)
            advance(size)
        return Tried(read, tuple(tally.reckoning() for tally in tallies))

    def samples(self, name: str, matched: Sequence[Seen]) -> list[Sample]:
        """Some articles that the rule of this name matches, newest first, with full evidence."""
        ids = [seen.article for seen in reversed(spread(matched))]
        found = by_ids(self._db, ids)
        rule = next(rule for rule in self._rules if rule.name == name)
        matcher = Matcher([rule], self._morphology)
        stored = [found[ident] for ident in ids if ident in found]
        results = matcher.match_many(text for _, text in stored)
        return [
            Sample(listed, hits, excerpt(text, hits))
            for (listed, text), matches in zip(stored, results, strict=True)
            for _, hits in matches
        ]

    def longer_words(
        self, terms: Sequence[str], matched: Sequence[Seen]
    ) -> dict[str, dict[str, int]]:
        """The longer words in which matched articles have these Hangul terms, and how often.

        Of more than MOST_READ_FOR_WORDS articles so many are read, evenly spread.
        """
        if not terms or not matched:
            return {}
        ids = [seen.article for seen in spread(matched, MOST_READ_FOR_WORDS)]
        texts = (
            text
            for _, article in by_ids(self._db, ids).values()
            for text in (article.title, article.subtitle, article.summary, article.body)
        )
        return longer_words(texts, terms, self._morphology)

    def _all(self, period: Period) -> Iterator[tuple[int, _Judged]]:
        """Pages in their order: how many articles, and what the rules say of those they are for."""
        with (
            ThreadPoolExecutor(1, "backtest-read") as reader,
            ThreadPoolExecutor(MATCHERS, "backtest-match") as matchers,
        ):
            under_way: deque[tuple[int, Future[_Judged]]] = deque()
            for page in _ahead(pages(self._db, period), reader):
                under_way.append((len(page), matchers.submit(self._judged, page)))
                if len(under_way) > MATCHERS:
                    size, result = under_way.popleft()
                    yield size, result.result()
            for size, result in under_way:
                yield size, result.result()

    def _judged(self, page: Page) -> _Judged:
        wanted = [one for one in page if any(applies(rule, one[1]) for rule in self._rules)]
        scenes = self._matcher.scenes((text for _, text in wanted), evidence=False)
        return [
            (seen, [judge.judge(scene) for judge in self._judges])
            for (seen, _), scene in zip(wanted, scenes, strict=True)
        ]


def _ahead(found: Iterable[Page], reader: ThreadPoolExecutor) -> Iterator[Page]:
    """Yield pages, the next one being read meanwhile."""
    source = iter(found)
    coming = reader.submit(next, source, None)
    while (page := coming.result()) is not None:
        coming = reader.submit(next, source, None)
        yield page
