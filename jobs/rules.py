"""The rules in force, compiled once and swapped whole when watchlists change."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsroom.errors import QueryError
from newsroom.matching import Matcher, Rule, compile_watchlist
from newsroom.model import ArticleText, Hit
from newsroom.ports import Morphology
from newsroom.schedules import read_quiet, read_schedule
from newsroom.timetable import Terms
from storage.aliases import load_aliases
from storage.claims import FoundMatch, TellRule
from storage.database import Database
from storage.edits import paused_recipients
from storage.sync import StoredWatchlist, load_watchlists, rules_in_force

MOST_HITS = 2_000
"""Hits of one match that are stored."""

log = logging.getLogger("wirewatch.jobs")


@dataclass(frozen=True)
class RuleSet:
    """Every watchlist in force, under the version number the database gave it."""

    version: int
    stored: tuple[StoredWatchlist, ...]
    tell: tuple[TellRule, ...]
    matcher: Matcher
    terms: Mapping[str, tuple[Terms, ...]] = field(default_factory=dict)
    """Recipient → the notify rules that bind them; those who are paused, or whose watchlist is,
    are left out."""

    def find(self, text: ArticleText) -> list[FoundMatch]:
        """All watchlists that match, with their evidence."""
        return self.find_many([text])[0]

    def find_many(self, texts: Sequence[ArticleText]) -> list[list[FoundMatch]]:
        """The same for several texts, morphology asked once for all."""
        by_name = {item.watchlist.name: item for item in self.stored}
        return [
            [
                FoundMatch(by_name[name].id, by_name[name].version, _kept(hits))
                for name, hits in matched
            ]
            for matched in self.matcher.match_many(texts)
        ]

    def watchlist(self, watchlist_id: int) -> StoredWatchlist | None:
        """The watchlist with this id, if it is in force."""
        return next((item for item in self.stored if item.id == watchlist_id), None)

    def tells(self, watchlist_id: int, recipient: str) -> bool:
        """Whether this recipient is to hear of this watchlist now."""
        rule = next((rule for rule in self.tell if rule.watchlist_id == watchlist_id), None)
        return rule is not None and not rule.paused and recipient in rule.recipients

    def terms_of(self, recipient: str) -> tuple[Terms, ...]:
        """Every notify rule that tells this recipient now, the oldest watchlist's first."""
        return self.terms.get(recipient, ())

    def rematch(self, watchlist_id: int, text: ArticleText) -> tuple[Hit, ...] | None:
        """Judge a text by the present rule of one watchlist; None: no match."""
        stored = self.watchlist(watchlist_id)
        return None if stored is None else self.matcher.match_one(stored.watchlist.name, text)


def read_rules(db: Database, morphology: Morphology | None = None) -> RuleSet:
    """The rules as the database has them now; `morphology` decides their Hangul terms."""
    version, stored, aliases = load_rules(db)
    paused = paused_recipients(db)
    tell = tuple(
        TellRule(
            watchlist_id=item.id,
            added_at=item.added_at,
            paused=item.paused_at is not None,
            recipients=_recipients(item, paused),
            update_interval=item.watchlist.update_interval,
            edits=item.watchlist.edits,
        )
        for item in stored
    )
    matcher = Matcher(list(_compiled(stored, aliases)), morphology)
    return RuleSet(version, tuple(stored), tell, matcher, _terms(stored, tell))


def load_rules(
    db: Database,
) -> tuple[int, Sequence[StoredWatchlist], Mapping[str, tuple[str, ...]]]:
    """What belongs together of the rules: their version is read before and after."""
    while True:
        before = rules_in_force(db)
        stored = load_watchlists(db)
        aliases = load_aliases(db)
        if rules_in_force(db) == before:
            return before, stored, aliases


def _terms(
    stored: Sequence[StoredWatchlist], tell: Sequence[TellRule]
) -> dict[str, tuple[Terms, ...]]:
    told = {rule.watchlist_id: rule.recipients for rule in tell if not rule.paused}
    found: dict[str, list[Terms]] = {}
    for item in stored:
        for rule in item.watchlist.notify:
            terms = Terms(
                item.id,
                read_schedule(rule.when),
                rule.timezone,
                read_quiet(rule.quiet) if rule.quiet else None,
                item.watchlist.priority == "high",
                rule.send_empty,
                rule.max_per_hour,
            )
            for recipient in dict.fromkeys(rule.to):
                if recipient in told.get(item.id, ()):
                    found.setdefault(recipient, []).append(terms)
    return {recipient: tuple(terms) for recipient, terms in found.items()}


def _compiled(
    stored: Sequence[StoredWatchlist], aliases: Mapping[str, tuple[str, ...]]
) -> Iterator[Rule]:
    """Every rule that can be read; one that an older program wrote otherwise stops no other."""
    for item in stored:
        try:
            yield compile_watchlist(item.watchlist, aliases)
        except QueryError as error:
            extra = {"watchlist": item.watchlist.name, "why": str(error)}
            log.error("watchlist cannot be read, nothing matches it", extra=extra)


def _kept(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The evidence that is stored: of a page that repeats a term without end, a part.

    Every term keeps its first hit, as far as there is room.
    """
    if len(hits) <= MOST_HITS:
        return hits
    first = dict.fromkeys(hits[: MOST_HITS // 2])
    shown = {hit.term for hit in first}
    for hit in hits[MOST_HITS // 2 :]:
        if len(first) == MOST_HITS:
            break
        if hit.term not in shown:
            shown.add(hit.term)
            first[hit] = None
    return tuple(first)


def _recipients(item: StoredWatchlist, paused: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """Everybody the watchlist names once, without those who paused it."""
    named = dict.fromkeys(address for rule in item.watchlist.notify for address in rule.to)
    return tuple(a for a in named if (item.watchlist.name, a) not in paused)
