"""What is stored of a match's evidence."""

from __future__ import annotations

from jobs.rules import MOST_HITS, _kept
from newsroom.model import Hit


def hit(term: str, at: int) -> Hit:
    return Hit(term, "body", at, at + 1, "x")


def test_evidence_is_stored_whole() -> None:
    hits = tuple(hit("a", n) for n in range(MOST_HITS))
    assert _kept(hits) == hits


def test_of_endless_evidence_every_term_keeps_its_first_hit() -> None:
    hits = (*(hit("a", n) for n in range(50_000)), hit("b", 60_000), hit("b", 60_001))
    kept = _kept(hits)
    assert len(kept) <= MOST_HITS
    assert kept[:2] == hits[:2]
    assert kept[-1] == hit("b", 60_000)


def test_of_endless_terms_so_many_are_stored() -> None:
    hits = tuple(hit(f"t{n}", n) for n in range(10_000))
    assert _kept(hits) == hits[:MOST_HITS]
