"""Watchlists matched against stored articles, once, and what is found told in one digest each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from jobs.rules import load_rules
from newsroom.errors import UnknownName
from newsroom.matching import Matcher, compile_watchlist
from newsroom.ports import Morphology
from storage.claims import FoundMatch, LaggingArticle
from storage.codec import recipients
from storage.database import Database
from storage.edits import paused_recipients
from storage.retro import (
    Asked,
    Period,
    RulesMoved,
    count_stored,
    record_matches,
    stored,
    stored_again,
)
from storage.retro_telling import Told, tell
from storage.sync import StoredWatchlist

log = logging.getLogger("wirewatch.jobs")

TRIES = 3
"""Times the archive is read for watchlists that are edited meanwhile."""
_AGAIN = 3
"""Times an article is matched whose text changes just then; its new text is matched anyway."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a retro-match found, and whom it tells."""

    articles: int
    """Articles read."""
    matched: Mapping[str, int]
    """How many of them each watchlist meets."""
    new: int
    """Matches that were not recorded before; 0 in a rehearsal."""
    told: tuple[Told, ...]
    """Every recipient, in order; those who paused the watchlists are left out."""
    paused: tuple[str, ...]
    """Watchlists that are paused: they tell nobody."""


@dataclass
class _Reading:
    """What one reading of the archive gathers."""

    articles: int = 0
    new: int = 0
    by_watchlist: dict[int, list[int]] = field(default_factory=dict)


class Retro:
    """One request: these watchlists, over the articles first seen in this period."""

    def __init__(
        self,
        db: Database,
        names: Sequence[str],
        period: Period,
        morphology: Morphology | None = None,
        *,
        rehearse: bool = False,
    ) -> None:
        """`rehearse`: nothing is recorded, and nobody told."""
        self._db = db
        self._names = tuple(dict.fromkeys(names))
        self._period = period
        self._morphology = morphology
        self._rehearse = rehearse

    def count(self) -> int:
        """How many articles are to be read."""
        return count_stored(self._db, self._period)

    def run(self, now: datetime, advance: Callable[[int], object] = lambda _: None) -> Found:
        """Match, record and tell; `advance` hears how many more articles are done.

        Can be run again after it was broken off anywhere: what was told is not told again. Raises
        UnknownName for a watchlist there is not, StorageError.
        """
        for left in range(TRIES - 1, -1, -1):
            try:
                return self._run(now, advance)
            except RulesMoved:
                if not left:
                    raise
                log.info("watchlists were edited, the archive is read again")
        raise AssertionError("unreachable")

    def _run(self, now: datetime, advance: Callable[[int], object]) -> Found:
        wanted, matcher = self._rules()
        by_name = {item.watchlist.name: item for item in wanted}
        read = _Reading()
        for page in stored(self._db, self._period):
            self._page(page, matcher, by_name, read, now)
            advance(len(page))
        asked = [
            Asked(item.id, item.version, tuple(dict.fromkeys(read.by_watchlist.get(item.id, ()))))
            for item in wanted
        ]
        told = tuple(
            self._db.retry(partial(self._tell, who, asked, now)) for who in self._recipients(wanted)
        )
        return Found(
            articles=read.articles,
            matched={
                item.watchlist.name: len(one.article_ids)
                for item, one in zip(wanted, asked, strict=True)
            },
            new=read.new,
            told=told,
            paused=tuple(item.watchlist.name for item in wanted if item.paused_at is not None),
        )

    def _rules(self) -> tuple[list[StoredWatchlist], Matcher]:
        _, every, aliases = load_rules(self._db)
        by_name = {item.watchlist.name: item for item in every}
        for name in self._names:
            if name not in by_name:
                raise UnknownName(f"there is no watchlist {name!r}; see `wirewatch watch list`")
        wanted = [by_name[name] for name in self._names]
        rules = [compile_watchlist(item.watchlist, aliases) for item in wanted]
        return wanted, Matcher(rules, self._morphology)

    def _page(
        self,
        page: list[LaggingArticle],
        matcher: Matcher,
        by_name: Mapping[str, StoredWatchlist],
        read: _Reading,
        now: datetime,
    ) -> None:
        read.articles += len(page)
        for _ in range(_AGAIN):
            found = list(_found(page, matcher, by_name))
            moved: tuple[int, ...] = ()
            if found and not self._rehearse:
                new, moved = self._db.retry(partial(record_matches, self._db, found, now))
                read.new += new
            for article, matched in found:
                if article.id not in moved:
                    for match in matched:
                        read.by_watchlist.setdefault(match.watchlist_id, []).append(article.id)
            if not moved:
                return
            page = stored_again(self._db, moved)

    def _tell(self, recipient: str, asked: Sequence[Asked], now: datetime) -> Told:
        return tell(self._db, recipient, asked, self._period, now, rehearse=self._rehearse)

    def _recipients(self, wanted: Sequence[StoredWatchlist]) -> list[str]:
        """Everybody one of the watchlists tells now."""
        paused = paused_recipients(self._db)
        named = {
            who: None
            for item in wanted
            if item.paused_at is None
            for who in sorted(recipients(item.watchlist))
            if (item.watchlist.name, who) not in paused
        }
        return list(named)


def _found(
    page: Sequence[LaggingArticle], matcher: Matcher, by_name: Mapping[str, StoredWatchlist]
) -> Iterator[tuple[LaggingArticle, list[FoundMatch]]]:
    """The articles of a page that match; morphology is asked once for all."""
    results = matcher.match_many(article.text for article in page)
    for article, matched in zip(page, results, strict=True):
        if matched:
            yield (
                article,
                [FoundMatch(by_name[n].id, by_name[n].version, hits) for n, hits in matched],
            )
