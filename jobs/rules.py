"""The rules in force, compiled once and swapped whole when watchlists change."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from newsroom.matching import Matcher, compile_watchlist, match_rule
from newsroom.model import ArticleText, Hit
from storage.claims import FoundMatch, TellRule
from storage.database import Database
from storage.edits import paused_recipients
from storage.sync import StoredWatchlist, load_watchlists, rules_in_force

log = logging.getLogger("wirewatch.jobs")


@dataclass(frozen=True)
class RuleSet:
    """Every watchlist in force, under the version number the database gave it."""

    version: int
    stored: tuple[StoredWatchlist, ...]
    tell: tuple[TellRule, ...]
    matcher: Matcher

    def find(self, text: ArticleText) -> list[FoundMatch]:
        """All watchlists that match, with their evidence."""
        by_name = {item.watchlist.name: item for item in self.stored}
        return [
            FoundMatch(by_name[name].id, by_name[name].version, hits)
            for name, hits in self.matcher.match(text)
        ]

    def watchlist(self, watchlist_id: int) -> StoredWatchlist | None:
        """The watchlist with this id, if it is in force."""
        return next((item for item in self.stored if item.id == watchlist_id), None)

    def tells(self, watchlist_id: int, recipient: str) -> bool:
        """Whether this recipient is to hear of this watchlist now."""
        rule = next((rule for rule in self.tell if rule.watchlist_id == watchlist_id), None)
        return rule is not None and not rule.paused and recipient in rule.recipients

    def rematch(self, watchlist_id: int, text: ArticleText) -> tuple[Hit, ...] | None:
        """Judge a text by the present rule of one watchlist; None: no match."""
        stored = self.watchlist(watchlist_id)
        if stored is None:
            return None
        return match_rule(compile_watchlist(stored.watchlist), text)


def read_rules(db: Database) -> RuleSet:
    """The rules as the database has them now."""
    version, stored = load_rules(db)
    paused = paused_recipients(db)
    tell = tuple(
        TellRule(
            watchlist_id=item.id,
            added_at=item.added_at,
            paused=item.paused_at is not None,
            recipients=_recipients(item, paused),
        )
        for item in stored
    )
    matcher = Matcher([compile_watchlist(item.watchlist) for item in stored])
    return RuleSet(version, tuple(stored), tell, matcher)


def load_rules(db: Database) -> tuple[int, Sequence[StoredWatchlist]]:
    """Version and watchlists that belong together: the version is read on both sides."""
    while True:
        before = rules_in_force(db)
        stored = load_watchlists(db)
        if rules_in_force(db) == before:
            return before, stored


def _recipients(item: StoredWatchlist, paused: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """Everybody the watchlist names once, without those who paused it."""
    named = dict.fromkeys(address for rule in item.watchlist.notify for address in rule.to)
    return tuple(a for a in named if (item.watchlist.name, a) not in paused)
