"""Does an article match a watchlist, and why: the spans that hit.

A Matcher holds any number of rules and reads an article once for all of them. Terms are found by
their first word in a dictionary and then compared in place; a faster scan for very many terms
replaces `Index` only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsroom.errors import QueryError
from newsroom.matching_index import Index
from newsroom.matching_json import article_from_json, hits_json
from newsroom.matching_terms import compile_term
from newsroom.model import ArticleText, Hit, Watchlist
from newsroom.ports import Morphology
from newsroom.query import And, Atom, Node, Not, Or, Phrase, Term, atoms, parse_term
from newsroom.text import prepare

__all__ = [
    "Matcher",
    "Rule",
    "article_from_json",
    "compile_watchlist",
    "hits_json",
    "match_rule",
]

_FIELDS = (("title", "title"), ("subtitle", "title"), ("summary", "summary"), ("body", "body"))
"""Every text of an article in the order of evidence, with the name `in` has for it."""

_FieldHits = Mapping[str, Sequence[Hit]]
"""Hits of one atom by field."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A watchlist made ready for matching."""

    name: str
    node: Node
    fields: tuple[str, ...] = ("title", "body", "summary")
    """Of `title` (with the subtitle), `summary`, `body`."""
    sources: tuple[str, ...] = ()
    """Source ids; empty: all."""
    languages: tuple[str, ...] = ()
    """Language tags; `en` holds for `en-GB`; empty: all."""


def compile_watchlist(watchlist: Watchlist) -> Rule:
    """Read a watchlist's terms; raises QueryError for one that cannot be read."""
    if watchlist.query:
        raise QueryError(
            "queries are not read by this version", "write the terms under any, all and none"
        )
    if not (watchlist.any or watchlist.all):
        raise QueryError("nothing to look for", "write at least one term under any or all")
    parts: list[Node] = []
    if watchlist.any:
        parts.append(Or(tuple(map(parse_term, watchlist.any))))
    parts.extend(map(parse_term, watchlist.all))
    parts.extend(Not(parse_term(term)) for term in watchlist.none)
    return Rule(
        watchlist.name, And(tuple(parts)), watchlist.fields, watchlist.sources, watchlist.languages
    )


class Matcher:
    """Matches articles against many rules at once. Immutable; build a new one when rules change."""

    def __init__(self, rules: Sequence[Rule], morphology: Morphology | None = None) -> None:
        self._rules = tuple(rules)
        self._watching: dict[Atom, list[int]] = {}
        every: dict[Atom, None] = {}
        for number, rule in enumerate(self._rules):
            for atom in dict.fromkeys(atoms(rule.node)):
                self._watching.setdefault(atom, []).append(number)
                every[atom] = None
            every.update(dict.fromkeys(atoms(rule.node, positive=False)))
        self._index = Index([(atom, compile_term(atom)) for atom in every], morphology)

    def match(self, article: ArticleText) -> list[tuple[str, tuple[Hit, ...]]]:
        """Return (rule name, evidence) for each rule that matches, in the order of the rules.

        Evidence is every hit of the rule's positive atoms, by field (title, subtitle, summary,
        body), then start; overlaps are kept.
        """
        found: dict[Atom, dict[str, list[Hit]]] = {}
        for field, _ in _FIELDS:
            self._scan(field, getattr(article, field), found)
        touched = {number for atom in found for number in self._watching.get(atom, ())}
        matched: list[tuple[str, tuple[Hit, ...]]] = []
        for number in sorted(touched):
            hits = _judge(self._rules[number], article, found)
            if hits is not None:
                matched.append((self._rules[number].name, hits))
        return matched

    def _scan(self, field: str, raw: str, found: dict[Atom, dict[str, list[Hit]]]) -> None:
        if not raw:
            return
        text = prepare(raw)
        for atom, start, end in self._index.scan(text):
            first, last = text.raw_span(start, end)
            hit = Hit(atom.written, field, first, last, raw[first:last])
            found.setdefault(atom, {}).setdefault(field, []).append(hit)


def match_rule(
    rule: Rule, article: ArticleText, morphology: Morphology | None = None
) -> tuple[Hit, ...] | None:
    """Match one rule; None: no match."""
    matched = Matcher([rule], morphology).match(article)
    return matched[0][1] if matched else None


def _judge(
    rule: Rule, article: ArticleText, found: Mapping[Atom, _FieldHits]
) -> tuple[Hit, ...] | None:
    if not _applies(rule, article):
        return None
    fields = [field for field, name in _FIELDS if name in rule.fields]
    if not _holds(rule.node, found, fields):
        return None
    positive = dict.fromkeys(atoms(rule.node))
    hits: dict[Hit, None] = {}
    for field in fields:
        of_field = [h for atom in positive for h in found.get(atom, {}).get(field, ())]
        hits.update(dict.fromkeys(sorted(of_field, key=lambda hit: (hit.start, hit.end))))
    return tuple(hits)


def _applies(rule: Rule, article: ArticleText) -> bool:
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


def _holds(node: Node, found: Mapping[Atom, _FieldHits], fields: Sequence[str]) -> bool:
    match node:
        case Term() | Phrase():
            return any(field in found.get(node, {}) for field in fields)
        case And(parts):
            return all(_holds(part, found, fields) for part in parts)
        case Or(parts):
            return any(_holds(part, found, fields) for part in parts)
        case Not(part):
            return not _holds(part, found, fields)
