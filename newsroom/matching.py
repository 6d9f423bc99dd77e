"""Does an article match a watchlist, and why: the spans that hit.

A Matcher holds any number of rules and reads an article once for all of them: places of all terms
(`matching_scan`), what Korean morphology says of those in Hangul (`korean`), and then only the
rules of which something was found (`matching_rules`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

from newsroom.matching_first import FirstPlaces, Open, settle_all
from newsroom.matching_json import article_from_json, hit_json, hits_json
from newsroom.matching_regex import compile_regex, search
from newsroom.matching_rules import (
    EVERYWHERE,
    TEXTS,
    Clause,
    Place,
    Scene,
    can_hold_unfound,
    clause_of,
    field_numbers,
)
from newsroom.matching_scan import Index
from newsroom.matching_terms import compile_term
from newsroom.model import ArticleText, Hit, Watchlist
from newsroom.ports import Morphology
from newsroom.query import Atom, Node, Regex, expand, watchlist_node
from newsroom.query_parse import parse_query
from newsroom.text import Prepared, prepare

__all__ = [
    "Matcher",
    "Rule",
    "article_from_json",
    "compile_watchlist",
    "hit_json",
    "hits_json",
    "match_rule",
]

Aliases = Mapping[str, tuple[str, ...]]
_NO_ALIASES: Aliases = MappingProxyType({})
_Matched = list[tuple[str, tuple[Hit, ...]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A watchlist made ready for matching."""

    name: str
    node: Node
    """Without aliases."""
    fields: tuple[str, ...] = ("title", "body", "summary")
    """Of `title` (with the subtitle), `summary`, `body`."""
    sources: tuple[str, ...] = ()
    """Source ids; empty: all."""
    languages: tuple[str, ...] = ()
    """Language tags; `en` holds for `en-GB`; empty: all."""


def compile_watchlist(watchlist: Watchlist, aliases: Aliases = _NO_ALIASES) -> Rule:
    """Read a watchlist's terms and query, alias sets put in place.

    Raises QueryError for one that cannot be read, or that names an alias there is not.
    """
    query = None
    if watchlist.query:
        query = parse_query(watchlist.query, alone=not (watchlist.any or watchlist.all))
    node = expand(watchlist_node(watchlist.any, watchlist.all, watchlist.none, query), aliases)
    return Rule(watchlist.name, node, watchlist.fields, watchlist.sources, watchlist.languages)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One rule with its clauses and what counts as its evidence."""

    rule: Rule
    clause: Clause
    evidence: Mapping[int, frozenset[int]]
    """Fields in which a positive atom counts, by atom number."""


class Matcher:
    """Matches articles against many rules at once. Immutable; build a new one when rules change.

    Without a `morphology`, or where it cannot answer, a place that has the letters of a Hangul term
    counts, and its evidence says that it is undecided.
    """

    def __init__(self, rules: Sequence[Rule], morphology: Morphology | None = None) -> None:
        self._morphology = morphology
        self._atoms: dict[Atom, int] = {}
        self._plans = [self._planned(rule) for rule in rules]
        self._by_name = {plan.rule.name: plan for plan in self._plans}
        watching: list[list[int]] = [[] for _ in self._atoms]
        for number, plan in enumerate(self._plans):
            for atom in plan.evidence:
                watching[atom].append(number)
        self._watching = [tuple(numbers) for numbers in watching]
        self._always = [n for n, plan in enumerate(self._plans) if can_hold_unfound(plan.clause)]
        self._written = [atom.written for atom in self._atoms]
        self._regexes = [
            (number, compile_regex(atom.pattern))
            for atom, number in self._atoms.items()
            if isinstance(atom, Regex)
        ]
        with _no_collection():
            self._index = Index(
                (number, compile_term(atom))
                for atom, number in self._atoms.items()
                if not isinstance(atom, Regex)
            )

    @cached_property
    def _first(self) -> FirstPlaces:
        return FirstPlaces(plan.clause for plan in self._plans)

    @property
    def numbers(self) -> Mapping[Atom, int]:
        """The number of each atom of the rules in a scene."""
        return self._atoms

    def _planned(self, rule: Rule) -> _Plan:
        evidence: dict[int, frozenset[int]] = {}
        atoms = self._atoms
        clause = clause_of(
            rule.node,
            lambda atom: atoms.setdefault(atom, len(atoms)),
            field_numbers(rule.fields),
            evidence,
        )
        return _Plan(rule, clause, evidence)

    def match(self, article: ArticleText) -> _Matched:
        """Return (rule name, evidence) for each rule that matches, in the order of the rules.

        Evidence is every hit of the rule's positive atoms, by field (title, subtitle, summary,
        body), then start; overlaps are kept.
        """
        return self._judged(self.scene(article))

    def match_many(self, articles: Iterable[ArticleText]) -> list[_Matched]:
        """The same for several articles, with the morphology asked once for all of them."""
        return [self._judged(scene) for scene in self.scenes(articles)]

    def match_one(self, name: str, article: ArticleText) -> tuple[Hit, ...] | None:
        """Judge one rule by its name; None: no match, or no such rule."""
        plan = self._by_name.get(name)
        return None if plan is None else self._hits(plan, self.scene(article))

    def scene(self, article: ArticleText) -> Scene:
        """Find all terms of all rules in an article."""
        return self.scenes([article])[0]

    def scenes(self, articles: Iterable[ArticleText], *, evidence: bool = True) -> list[Scene]:
        """Find all terms of all rules in several articles.

        Without `evidence` a Hangul term is looked for only until it is known that it stands where a
        rule asks for it: clauses answer the same, and morphology is asked far less.
        """
        open_: list[Open] = []
        scenes = [self._scene(article, open_) for article in articles]
        if open_:
            settle = settle_all if evidence else self._first.settle
            settle(open_, self._morphology)
        return scenes

    def _scene(self, article: ArticleText, open_: list[Open]) -> Scene:
        texts: list[Prepared | None] = [None] * len(TEXTS)
        scene = Scene(article, texts)
        for number, name in enumerate(TEXTS):
            raw = getattr(article, name)
            if raw:
                text = texts[number] = prepare(raw)
                self._look(scene, number, text, open_)
        return scene

    def _look(self, scene: Scene, field: int, text: Prepared, open_: list[Open]) -> None:
        found = scene.found
        places = self._index.scan(text, field)
        for place in places.sure:
            number = place[3]
            if number in found:
                found[number].append(place)
            else:
                found[number] = [place]
        for number, regex in self._regexes:
            for start, end in search(regex, text.cased):
                found.setdefault(number, []).append((field, start, end, number))
        for place, questions in places.asked:
            open_.append((scene, place, questions))

    def _judged(self, scene: Scene) -> _Matched:
        if not scene.found and not self._always:
            return []
        touched = set(self._always)
        for number in scene.found if len(self._plans) > 1 else ():
            touched.update(self._watching[number])
        matched: _Matched = []
        for number in sorted(touched) if len(self._plans) > 1 else range(len(self._plans)):
            plan = self._plans[number]
            hits = self._hits(plan, scene)
            if hits is not None:
                matched.append((plan.rule.name, hits))
        return matched

    def _hits(self, plan: _Plan, scene: Scene) -> tuple[Hit, ...] | None:
        if not applies(plan.rule, scene.article) or not plan.clause.holds(scene):
            return None
        return self._evidence(plan, scene)

    def _evidence(self, plan: _Plan, scene: Scene) -> tuple[Hit, ...]:
        found, evidence = scene.found, plan.evidence
        fewer = found if len(found) < len(evidence) else evidence
        places: list[Place] = []
        for number in fewer:
            if number in found and number in evidence:
                fields = evidence[number]
                if fields == EVERYWHERE:
                    places += found[number]
                else:
                    places += [place for place in found[number] if place[0] in fields]
        places.sort()
        hits: list[Hit] = []
        for field, of_field in groupby(places, key=itemgetter(0)):
            hits += self._of_field(field, list(of_field), scene)
        return tuple(hits)

    def _of_field(self, number: int, places: Sequence[Place], scene: Scene) -> list[Hit]:
        text = scene.texts[number]
        assert text is not None  # noqa: S101 - places were found in it
        field, written, raw, undecided = TEXTS[number], self._written, text.raw, scene.undecided
        new = tuple.__new__  # the constructor of a named tuple takes twice as long
        if text.one_to_one and not undecided:
            return [
                new(Hit, (written[n], field, start, end, raw[start:end], False))
                for _, start, end, n in places
            ]
        hits = []
        for place in places:
            start, end = text.raw_span(place[1], place[2])
            unsure = place in undecided
            hits.append(Hit(written[place[3]], field, start, end, raw[start:end], unsure))
        return hits


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from going through a million new objects again and again.

    None of them is garbage; with 100,000 terms it took two thirds of the time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def match_rule(
    rule: Rule, article: ArticleText, morphology: Morphology | None = None
) -> tuple[Hit, ...] | None:
    """Match one rule; None: no match."""
    matched = Matcher([rule], morphology).match(article)
    return matched[0][1] if matched else None


def applies(rule: Rule, article: ArticleText) -> bool:
    """Judge the filters; what an article does not say, they do not ask."""
    if rule.sources and article.source and article.source not in rule.sources:
        return False
    if not (rule.languages and article.language):
        return True
    language = article.language.lower().replace("_", "-")
    return any(
        language == wanted or language.startswith(f"{wanted}-")
        for wanted in (tag.lower().replace("_", "-") for tag in rule.languages)
    )
