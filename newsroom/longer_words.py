"""Longer words a Hangul term was found in: names that contain it, to be taken out by `none`.

한미 is part of 한미동맹, and of the name 한미약품; only the rule's author can say which is meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from newsroom.model import Watchlist
from newsroom.ports import Morphology, Token
from newsroom.query import Term, atoms, parse_term

MOST = 12
"""Longer words that are told of a term."""

_SYLLABLES = 2
"""Of the terms that are looked into: names seldom contain a longer one that is not meant."""
_ANALYSED = 2_000
"""Words a morphology is asked about at most, the most frequent first."""
_RUN = re.compile("[가-힣]+")
_NO_NAME = ("J", "E", "V", "XSV", "XSA")
"""Tags of what follows a name in its word: particles, endings, copula, verbs made of it."""


def short_terms(watchlist: Watchlist) -> tuple[str, ...]:
    """The Hangul terms of two syllables a watchlist looks for, each once; raises QueryError."""
    nodes = [parse_term(entry) for entry in (*watchlist.any, *watchlist.all)]
    found = [node for node in nodes if isinstance(node, Term)]
    if watchlist.query:
        from newsroom.query_parse import parse_query  # its grammar takes 70 ms: only for queries

        query = parse_query(watchlist.query, alone=False)
        found += [atom for atom in atoms(query) if isinstance(atom, Term)]
    words = (unicodedata.normalize("NFC", term.text) for term in found if not term.prefix)
    return tuple(dict.fromkeys(w for w in words if len(w) == _SYLLABLES and _RUN.fullmatch(w)))


def longer_words(
    texts: Iterable[str],
    terms: Sequence[str],
    morphology: Morphology | None = None,
    *,
    most: int = MOST,
) -> dict[str, dict[str, int]]:
    """Words that contain a term and are longer, with how often they came, most frequent first.

    Words are what stands between blanks and signs. With a morphology they are told without
    particles and endings (한미약품은: 한미약품); those that are the term then (사드가), or do not
    have it any more (감사드립니다), are left out. So are terms without such words.
    """
    runs = _runs_with(texts, frozenset(terms))
    names = _names([run for run, _ in runs.most_common(_ANALYSED)], morphology)
    counted: dict[str, Counter[str]] = {}
    for run, count in runs.items():
        name = names.get(run, run)
        for term in terms:
            if term in name and term != name:
                counted.setdefault(term, Counter())[name] += count
    return {term: _first(counted[term], most) for term in terms if term in counted}


def _first(words: Counter[str], most: int) -> dict[str, int]:
    ordered = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:most])


def _runs_with(texts: Iterable[str], terms: frozenset[str]) -> Counter[str]:
    """Every Hangul run that holds a term and more, counted."""
    lengths = {len(term) for term in terms}
    known: dict[str, bool] = {}
    runs: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.findall(unicodedata.normalize("NFC", text)):
            if run not in known:
                known[run] = any(piece in terms for piece in _pieces(run, lengths))
            if known[run]:
                runs[run] += 1
    return runs


def _pieces(run: str, lengths: Iterable[int]) -> Iterator[str]:
    for length in lengths:
        if length < len(run):
            yield from (run[at : at + length] for at in range(len(run) - length + 1))


def _names(runs: Sequence[str], morphology: Morphology | None) -> Mapping[str, str]:
    """Each run without what its last morphemes add to a name."""
    if morphology is None or not runs:
        return {}
    analysed = zip(runs, morphology(runs), strict=True)
    return {run: _name(run, tokens) for run, tokens in analysed if tokens is not None}


def _name(run: str, tokens: Sequence[Token]) -> str:
    end = len(run)
    for token in reversed(tokens):
        if not token.tag.startswith(_NO_NAME):
            break
        end = min(end, token.start)
    return run[:end]
