"""Only as much asked of morphology as it takes to know which terms stand where they count.

Whether a rule holds depends on one place of each term, not on all of them: an article about the
United States has 미국 ten times, and the first that is the term settles it. The exception is what
stands under NEAR: every place of its terms is decided, in texts where they may be near at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsroom import korean
from newsroom.matching_rules import AnyOf, Clause, Place, Scene, Together, walk
from newsroom.ports import Morphology

Open = tuple[Scene, Place, tuple[korean.Question, ...]]
"""(scene, place, questions) of a place not yet decided."""


_ENOUGH = 1_000
"""Places of one term in one text that are decided where one of them is the term."""
_ROUNDS = 5


class FirstPlaces:
    """Which places of which atoms make no difference once one of them is decided."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._near: list[tuple[Together, frozenset[int]]] = []
        self._uses: dict[int, set[frozenset[int]]] = {}
        for clause in clauses:
            for part in walk(clause):
                if isinstance(part, Together):
                    numbers = (p.numbers for p in walk(part) if isinstance(p, AnyOf))
                    self._near.append((part, frozenset().union(*numbers)))
                elif isinstance(part, AnyOf):
                    for number in part.numbers:
                        self._uses.setdefault(number, set()).add(part.fields)

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
        by_scene: dict[int, list[Open]] = {}
        for place in open_:
            by_scene.setdefault(id(place[0]), []).append(place)
        for places in by_scene.values():
            every = self._every(places) if self._near else ()
            groups: dict[tuple[int, frozenset[frozenset[int]]], list[Open]] = {}
            for place in places:
                _, (field, _, _, number), _ = place
                if (number, field) in every:
                    yield [place]
                    continue
                counts = frozenset(f for f in self._uses.get(number, ()) if field in f)
                if counts:  # else it is of a field that no rule looks at
                    groups.setdefault((number, counts), []).append(place)
            yield from groups.values()

    def _every(self, places: Sequence[Open]) -> set[tuple[int, int]]:
        """Of which atoms in which texts of one article each place has to be decided."""
        scene = places[0][0]
        most = {number: list(found) for number, found in scene.found.items()}
        for _, place, _ in places:
            most.setdefault(place[3], []).append(place)
        likely = Scene(scene.article, scene.texts, most)
        return {
            (number, field)
            for clause, numbers in self._near
            for field in clause.fields
            if not numbers.isdisjoint(most) and clause.spans(likely, field)
            for number in numbers
        }


def settle_all(open_: Sequence[Open], morphology: Morphology | None) -> None:
    """Have every place decided; of a page that repeats a term without end, enough of them.

    Where none of the first thousands is the term, the next one counts as undecided: a hostile page
    costs a bounded time and hides nothing.
    """
    groups: dict[tuple[int, int, int], list[Open]] = {}
    for place in open_:
        scene, (field, _, _, number), _ = place
        groups.setdefault((id(scene), field, number), []).append(place)
    waiting = list(groups.values())
    for _ in range(_ROUNDS):
        asked = [place for places in waiting for place in places[:_ENOUGH]]
        for place, verdict in zip(asked, decided(asked, morphology), strict=True):
            _put(place, verdict)
        waiting = [places[_ENOUGH:] for places in waiting if not _stands(places[0])]
        waiting = [places for places in waiting if places]
        if not waiting:
            return
    for places in waiting:
        _put(places[0], None)


def _stands(place: Open) -> bool:
    """Say whether a place of the same term was found in the same text."""
    scene, (field, _, _, number), _ = place
    return any(at[0] == field for at in scene.found.get(number, ()))


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
