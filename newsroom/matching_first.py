"""Only as much asked of morphology as it takes to know which terms stand where they count.

Whether a rule holds depends on one place of each term, not on all of them: an article about the
United States has 미국 ten times, and the first that is the term settles it. The exception is what
stands under NEAR: every place of its terms is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsroom import korean
from newsroom.matching_rules import AnyOf, Clause, Place, Scene, Together, walk
from newsroom.ports import Morphology

Open = tuple[Scene, Place, tuple[korean.Question, ...]]
"""(scene, place, questions) of a place not yet decided."""


class FirstPlaces:
    """Which places of which atoms make no difference once one of them is decided."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        near: set[int] = set()
        uses: dict[int, set[frozenset[int]]] = {}
        for clause in clauses:
            for part in walk(clause):
                if isinstance(part, Together):
                    near.update(*(p.numbers for p in walk(part) if isinstance(p, AnyOf)))
                elif isinstance(part, AnyOf):
                    for number in part.numbers:
                        uses.setdefault(number, set()).add(part.fields)
        self._near = near
        self._uses = uses

    def settle(self, open_: Sequence[Open], morphology: Morphology | None) -> None:
        """Have places decided until one of each kind is the term, in rounds over all articles.

        Those that morphology cannot judge count and are `undecided`, and the next is asked.
        """
        waiting = list(self._grouped(open_))
        size = 1
        while waiting:
            asked = [place for places in waiting for place in places[:size]]
            verdicts = iter(decided(asked, morphology))
            left = []
            for places in waiting:
                settled = False
                for place in places[:size]:
                    settled = _put(place, next(verdicts)) or settled
                if not settled and len(places) > size:
                    left.append(places[size:])
            waiting, size = left, size * 2

    def _grouped(self, open_: Iterable[Open]) -> Iterable[list[Open]]:
        groups: dict[tuple[int, int, frozenset[frozenset[int]]], list[Open]] = {}
        for place in open_:
            scene, (field, _, _, number), _ = place
            if number in self._near:
                yield [place]
                continue
            counts = frozenset(f for f in self._uses.get(number, ()) if field in f)
            if counts:  # else it is of a field that no rule looks at
                groups.setdefault((id(scene), number, counts), []).append(place)
        yield from groups.values()


def settle_all(open_: Sequence[Open], morphology: Morphology | None) -> None:
    """Have every place decided, in one call."""
    for place, verdict in zip(open_, decided(open_, morphology), strict=True):
        _put(place, verdict)


def decided(open_: Sequence[Open], morphology: Morphology | None) -> list[bool | None]:
    """What morphology says of each place: the term, not the term, or None."""
    asked = [question for *_, questions in open_ for question in questions]
    verdicts = iter(korean.decide(asked, morphology))
    found = []
    for *_, questions in open_:
        answers = [next(verdicts) for _ in questions]
        found.append(False if False in answers else None if None in answers else True)
    return found


def _put(place: Open, verdict: bool | None) -> bool:
    """Take a place up unless it is none; True where it is the term for certain."""
    scene, at, _ = place
    if verdict is False:
        return False
    scene.found.setdefault(at[3], []).append(at)
    if verdict is None:
        scene.undecided.add(at)
    return verdict is True
