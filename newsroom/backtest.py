"""What a rule would have cost: reckoned from what it says of one article after another.

Nothing but numbers is kept of an article, so that a year of them can be gone through. Articles are
added in the order in which they were first seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple, TypeVar

from newsroom.matching import Rule, applies
from newsroom.matching_rules import Scene, clause_of, field_numbers
from newsroom.query import Atom, atoms

T = TypeVar("T")

SAMPLES = 5


class Seen(NamedTuple):
    """An article of the archive."""

    article: int
    story: int
    at: datetime
    """When it was first seen, aware."""


class Verdict(NamedTuple):
    """What a rule says of an article. Atoms are numbered as in its scene."""

    matched: bool
    undecided: bool = False
    """It matches only if letters that morphology could not judge are the term."""
    found: tuple[int, ...] = ()
    """Positive atoms that stand in a field in which they count."""
    needed: tuple[int, ...] = ()
    """Those of them without any of which it would not match."""
    barred: tuple[int, ...] = ()
    """Denied atoms without any of which it would match, though it does not."""


class Judge:
    """One rule, asked article by article. Immutable; may be shared between threads."""

    def __init__(self, rule: Rule, numbers: Mapping[Atom, int]) -> None:
        """`numbers`: of the matcher whose scenes are judged."""
        self.rule = rule
        self._evidence: dict[int, frozenset[int]] = {}
        self._clause = clause_of(
            rule.node, numbers.__getitem__, field_numbers(rule.fields), self._evidence
        )
        self.wanted = {numbers[atom]: atom.written for atom in atoms(rule.node)}
        """How its positive atoms are written, in order of writing."""
        self.denied = {numbers[a]: a.written for a in atoms(rule.node, positive=False)}

    def judge(self, scene: Scene) -> Verdict | None:
        """Judge an article; None where the rule's sources and languages leave it out."""
        if not applies(self.rule, scene.article):
            return None
        matched = bool(self._clause.holds(scene))
        found = tuple(self._found(scene))
        if not matched:
            barred = (n for n in self.denied if n in scene.found and self._without(scene, n))
            return Verdict(False, found=found, barred=tuple(barred))
        needed = tuple(n for n in found if not self._without(scene, n))
        return Verdict(True, bool(scene.undecided) and not self._decided(scene), found, needed)

    def _found(self, scene: Scene) -> Iterator[int]:
        evidence, found = self._evidence, scene.found
        for number in found if len(found) < len(evidence) else evidence:
            if number in found and number in evidence:
                fields = evidence[number]
                if any(place[0] in fields for place in found[number]):
                    yield number

    def _without(self, scene: Scene, number: int) -> bool:
        """Say whether the rule held if an atom stood nowhere."""
        places = scene.found.pop(number)
        holds = bool(self._clause.holds(scene))
        scene.found[number] = places
        return holds

    def _decided(self, scene: Scene) -> bool:
        """Say whether the rule holds by the places that are certain alone."""
        certain = {
            number: [place for place in places if place not in scene.undecided]
            for number, places in scene.found.items()
        }
        return bool(self._clause.holds(Scene(scene.article, scene.texts, certain)))


@dataclass(frozen=True, slots=True)
class TermShare:
    """What one term brings to a rule."""

    term: str
    articles: int
    """Articles in which it stands, matched or not."""
    lost_articles: int
    """Articles that match, and would not if the term stood nowhere."""
    lost_stories: int
    """Stories of which no article would match then."""


@dataclass(frozen=True, slots=True)
class TermBar:
    """What one denied term keeps out by itself."""

    term: str
    articles: int
    stories: int
    """Stories of which no other article matches."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a rule would have cost."""

    matched: tuple[Seen, ...]
    """In the order in which they were first seen."""
    undecided: int
    """How many of them match only if what morphology could not judge is the term."""
    terms: tuple[TermShare, ...]
    """Of every positive term, the one that most would be lost without first."""
    bars: tuple[TermBar, ...]
    """Of every denied term, the one that keeps most out first."""

    @property
    def stories(self) -> frozenset[int]:
        """The stories of what matched: one alert of each to every recipient."""
        return frozenset(seen.story for seen in self.matched)


class Tally:
    """Adds up the verdicts of one rule."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._matched: list[Seen] = []
        self._undecided = 0
        self._found: Counter[int] = Counter()
        self._lost: dict[int, Counter[int]] = {}
        self._barred: dict[int, Counter[int]] = {}

    def add(self, seen: Seen, verdict: Verdict) -> None:
        """Count an article."""
        self._found.update(verdict.found)
        if verdict.matched:
            self._matched.append(seen)
            self._undecided += verdict.undecided
        for number in verdict.needed:
            self._lost.setdefault(number, Counter())[seen.story] += 1
        for number in verdict.barred:
            self._barred.setdefault(number, Counter())[seen.story] += 1

    def reckoning(self) -> Reckoning:
        """Sum up."""
        of_story = Counter(seen.story for seen in self._matched)
        terms = [self._share(n, term, of_story) for n, term in self._judge.wanted.items()]
        bars = [self._bar(n, term, of_story) for n, term in self._judge.denied.items()]
        terms.sort(key=lambda one: (-one.lost_articles, -one.lost_stories, -one.articles))
        bars.sort(key=lambda one: (-one.articles, -one.stories))
        return Reckoning(tuple(self._matched), self._undecided, tuple(terms), tuple(bars))

    def _share(self, number: int, term: str, of_story: Mapping[int, int]) -> TermShare:
        lost = self._lost.get(number, Counter())
        whole = sum(count == of_story[story] for story, count in lost.items())
        return TermShare(term, self._found[number], lost.total(), whole)

    def _bar(self, number: int, term: str, of_story: Mapping[int, int]) -> TermBar:
        kept = self._barred.get(number, Counter())
        return TermBar(term, kept.total(), sum(story not in of_story for story in kept))


class Day(NamedTuple):
    """One local date."""

    date: date
    articles: int
    alerts: int
    """Stories of which the first article that matched was first seen on it."""


def per_day(matched: Iterable[Seen], begin: datetime, until: datetime, zone: tzinfo) -> list[Day]:
    """Count what matched by the local date of first sight, from `begin` to `until` (exclusive).

    `matched` is in the order in which it was first seen. A story alerts once, on its first day.
    """
    first, last = _date(begin, zone), _date(until - timedelta(microseconds=1), zone)
    articles: Counter[date] = Counter()
    alerts: Counter[date] = Counter()
    told: set[int] = set()
    for seen in matched:
        on = _date(seen.at, zone)
        articles[on] += 1
        if seen.story not in told:
            told.add(seen.story)
            alerts[on] += 1
    dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [Day(on, articles[on], alerts[on]) for on in dates]


def _date(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Difference:
    """What two rules say of the same articles."""

    only_old: tuple[Seen, ...]
    only_new: tuple[Seen, ...]
    both: int
    """Articles that both match."""
    stories_only_old: int
    """Stories that the new rule would not tell of."""
    stories_only_new: int
    stories_both: int


def difference(old: Reckoning, new: Reckoning) -> Difference:
    """Compare what two rules match."""
    olds = {seen.article for seen in old.matched}
    news = {seen.article for seen in new.matched}
    return Difference(
        only_old=tuple(seen for seen in old.matched if seen.article not in news),
        only_new=tuple(seen for seen in new.matched if seen.article not in olds),
        both=len(olds & news),
        stories_only_old=len(old.stories - new.stories),
        stories_only_new=len(new.stories - old.stories),
        stories_both=len(old.stories & new.stories),
    )


def spread(items: Sequence[T], most: int = SAMPLES) -> list[T]:
    """Choose the first, the last, and others evenly between, in their order."""
    if len(items) <= most:
        return list(items)
    last = len(items) - 1
    return [items[round(n * last / (most - 1))] for n in range(most)]
