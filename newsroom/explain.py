"""Why an article matches a watchlist, and why it does not: which clause failed, and what came
nearest to what it looks for.

The verdict is the matcher's own: the same scene, judged by the same clauses. What came nearest is
searched for only where a clause failed, with a bound on the terms, the places and the letters that
are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from newsroom.explain_failing import Failing
from newsroom.explain_model import Clause, Excluded, Explanation
from newsroom.explain_written import written
from newsroom.matching import Matcher, Rule, applies, compile_watchlist
from newsroom.matching_rules import TEXTS, Scene, clause_of, field_numbers
from newsroom.matching_rules import Clause as Judge
from newsroom.matching_scan import Place
from newsroom.model import ArticleText, Hit, Watchlist
from newsroom.ports import Morphology
from newsroom.query import (
    TEXT_FIELDS,
    Alias,
    And,
    Atom,
    Field,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Term,
    any_of,
    expand,
    not_any,
    parse_term,
)
from newsroom.query_parse import parse_query

Aliases = Mapping[str, tuple[str, ...]]
_NO_ALIASES: Aliases = MappingProxyType({})
_LISTED = 100
"""Parts of one clause that are listed; those of a query are fewer, as it has a length."""


def explain(rule: Rule, article: ArticleText, morphology: Morphology | None = None) -> Explanation:
    """Explain one rule over one article."""
    return _explained(rule, article, morphology, (), _NO_ALIASES)


def explain_watchlist(
    watchlist: Watchlist,
    article: ArticleText,
    morphology: Morphology | None = None,
    aliases: Aliases = _NO_ALIASES,
) -> Explanation:
    """Explain a watchlist over one article, by the keys and with the aliases its author wrote.

    Raises QueryError for one that cannot be read, as `compile_watchlist` does.
    """
    rule = compile_watchlist(watchlist, aliases)
    return _explained(rule, article, morphology, tuple(_asked(watchlist)), aliases)


def _asked(watchlist: Watchlist) -> Iterable[tuple[str, Node]]:
    """What each key of a watchlist asks for: parts that `watchlist_node` joins."""
    if watchlist.any:
        yield "any", any_of(map(parse_term, watchlist.any))
    for entry in watchlist.all:
        yield "all", parse_term(entry)
    for entry in watchlist.none:
        yield "none", not_any(parse_term(entry))
    if watchlist.query:
        alone = not (watchlist.any or watchlist.all)
        yield "query", parse_query(watchlist.query, alone=alone)


def _explained(
    rule: Rule,
    article: ArticleText,
    morphology: Morphology | None,
    asked: Sequence[tuple[str, Node]],
    aliases: Aliases,
) -> Explanation:
    matcher = Matcher([rule], morphology)
    scene, numbers = matcher.scene(article), matcher.numbers
    evidence: dict[int, frozenset[int]] = {}
    fields = field_numbers(rule.fields)
    judge = clause_of(rule.node, numbers.__getitem__, fields, evidence)
    tree = _Tree(scene, numbers, aliases, morphology)
    holds = judge.holds(scene)
    matched = applies(rule, article) and bool(holds)
    if asked:
        parts = tuple(tree.clause(key, node, fields) for key, node in asked)
        whole = And(tuple(node for _, node in asked))
        clause = Clause("", "and", written(whole), holds, parts=parts)
    else:
        clause = tree.clause("", rule.node, fields)
    hits = tree.evidence(evidence) if matched else ()
    return Explanation(rule.name, matched, hits, tuple(_excluded(rule, article)), clause)


def _excluded(rule: Rule, article: ArticleText) -> Iterable[Excluded]:
    for name, wanted, says in (
        ("sources", rule.sources, article.source),
        ("languages", rule.languages, article.language),
    ):
        alone = Rule(rule.name, rule.node, **{name: wanted})
        if says and not applies(alone, article):
            yield Excluded(name, wanted, says)


class _Tree:
    """Clauses as people wrote them, each with the verdict of the matcher's own clause."""

    def __init__(
        self,
        scene: Scene,
        numbers: Mapping[Atom, int],
        aliases: Aliases,
        morphology: Morphology | None,
    ) -> None:
        self._scene = scene
        self._numbers = numbers
        self._aliases = aliases
        self._written = {number: atom.written for atom, number in numbers.items()}
        self._failing = Failing(scene, numbers, morphology)

    def clause(self, key: str, node: Node, fields: frozenset[int], *, why: bool = True) -> Clause:
        """Judge a part; `why`: where it fails, tell what came nearest."""
        plain = expand(node, self._aliases)
        evidence: dict[int, frozenset[int]] = {}
        judge = clause_of(plain, self._numbers.__getitem__, fields, evidence)
        holds = judge.holds(self._scene)
        failing = why and holds is False
        kind, parts = _kind(node)
        if parts:
            inner = fields & field_numbers([node.name]) if isinstance(node, Field) else fields
            listed = tuple(self.clause("", p, inner, why=failing) for p in parts[:_LISTED])
            return Clause(key, kind, written(node), holds, parts=listed)
        hits = self._hits_of(judge, evidence, near=kind == "near") if holds else ()
        nearest, more = self._failing.why(plain, fields) if failing else ((), 0)
        return Clause(key, kind, written(node), holds, hits, nearest, more)

    def evidence(self, evidence: Mapping[int, frozenset[int]]) -> tuple[Hit, ...]:
        """Every hit of atoms in the fields in which they count, in the order of the texts."""
        return self._hits(
            place
            for number, fields in evidence.items()
            for place in self._scene.found.get(number, ())
            if place[0] in fields
        )

    def _hits_of(
        self, judge: Judge, evidence: Mapping[int, frozenset[int]], *, near: bool
    ) -> tuple[Hit, ...]:
        if not near:
            return self.evidence(evidence)
        scene = self._scene
        stretches = [(n, *span) for n in range(len(TEXTS)) for span in judge.spans(scene, n)]
        return self._hits(
            place
            for number in evidence
            for place in scene.found.get(number, ())
            if any(n == place[0] and s <= place[1] and place[2] <= e for n, s, e in stretches[:100])
        )

    def _hits(self, places: Iterable[Place]) -> tuple[Hit, ...]:
        hits = []
        for place in sorted(places):
            number, start, end, atom = place
            text = self._scene.texts[number]
            if text is not None:
                first, last = text.raw_span(start, end)
                undecided = place in self._scene.undecided
                slice_ = text.raw[first:last]
                hits.append(Hit(self._written[atom], TEXTS[number], first, last, slice_, undecided))
        return tuple(hits)


def _kind(node: Node) -> tuple[str, tuple[Node, ...]]:
    """Name a node's kind, with the parts that are to be explained one by one."""
    match node:
        case And(parts):
            return "and", parts
        case Or(parts):
            plain = all(isinstance(part, Term | Phrase | Regex | Alias) for part in parts)
            return "or", () if plain else parts
        case Not():
            return "not", ()
        case Near():
            return "near", ()
        case Field(name, part) if name in TEXT_FIELDS:
            _, parts = _kind(part)
            return "field", (part,) if parts else ()
        case Field():
            return "data", ()
        case _:
            return "term", ()
