"""A watchlist's tree made ready: what is asked of a text once the places of all terms are known.

Clauses answer True, False or None: what an article's data do not say at all (its source, its
language) is no reason for or against, and drops out of the clause it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from newsroom.matching_data import DataTest, data_test
from newsroom.matching_near import Span, extents
from newsroom.matching_scan import Place
from newsroom.model import ArticleText
from newsroom.query import TEXT_FIELDS, And, Atom, Field, Near, Node, Not, Or, Phrase, Regex, Term
from newsroom.text import Prepared

__all__ = [
    "EVERYWHERE",
    "TEXTS",
    "AllHold",
    "AnyOf",
    "Clause",
    "Fails",
    "OneHolds",
    "Place",
    "Says",
    "Scene",
    "Together",
    "can_hold_unfound",
    "clause_of",
    "field_numbers",
    "walk",
]

TEXTS = ("title", "subtitle", "summary", "body")
"""Every text of an article in the order of evidence; fields are numbered by their place here."""

_NUMBERS = {"title": frozenset({0, 1}), "summary": frozenset({2}), "body": frozenset({3})}
EVERYWHERE = frozenset(range(len(TEXTS)))


@dataclass(slots=True)
class Scene:
    """An article with all places of all terms in it."""

    article: ArticleText
    texts: list[Prepared | None]
    """By field number; None where it is empty."""
    found: dict[int, list[Place]] = field(default_factory=dict)
    """By atom number."""
    undecided: set[Place] = field(default_factory=set)
    """Those that morphology could not decide."""


class Clause(Protocol):
    """A part of a rule."""

    @property
    def node(self) -> Node:
        """What it was made from."""
        ...

    def holds(self, scene: Scene) -> bool | None:
        """Judge an article; None: it does not apply."""
        ...

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """Where it holds in one text, for what is asked of places (NEAR)."""
        ...


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of many terms stands in one of the fields."""

    node: Node
    numbers: frozenset[int]
    fields: frozenset[int]

    def holds(self, scene: Scene) -> bool:
        """Judge an article."""
        found = scene.found
        fewer, more = (
            (self.numbers, found) if len(self.numbers) < len(found) else (found, self.numbers)
        )
        return any(
            place[0] in self.fields for number in fewer if number in more for place in found[number]
        )

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """Every place of every term."""
        if number not in self.fields:
            return []
        found = scene.found
        return sorted(
            (start, end)
            for atom in (self.numbers if len(self.numbers) < len(found) else found)
            if atom in self.numbers and atom in found
            for of, start, end, _ in found[atom]
            if of == number
        )


@dataclass(frozen=True, slots=True)
class AllHold:
    """Every part holds."""

    node: Node
    parts: tuple[Clause, ...]

    def holds(self, scene: Scene) -> bool | None:
        """Judge an article; parts that do not apply are passed over."""
        applied = False
        for part in self.parts:
            verdict = part.holds(scene)
            if verdict is False:
                return False
            applied = applied or verdict is True
        return True if applied or not self.parts else None

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """No single place."""
        return []


@dataclass(frozen=True, slots=True)
class OneHolds:
    """One part holds at least."""

    node: Node
    parts: tuple[Clause, ...]

    def holds(self, scene: Scene) -> bool | None:
        """Judge an article; parts that do not apply are passed over."""
        applied = not self.parts
        for part in self.parts:
            verdict = part.holds(scene)
            if verdict:
                return True
            applied = applied or verdict is False
        return False if applied else None

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """Every place of every part."""
        return sorted({span for part in self.parts for span in part.spans(scene, number)})


@dataclass(frozen=True, slots=True)
class Fails:
    """The part does not hold."""

    node: Node
    part: Clause

    def holds(self, scene: Scene) -> bool | None:
        """Judge an article."""
        verdict = self.part.holds(scene)
        return None if verdict is None else not verdict

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """What is absent stands nowhere."""
        return []


@dataclass(frozen=True, slots=True)
class Together:
    """The parts stand near one another."""

    node: Near
    parts: tuple[Clause, ...]
    fields: frozenset[int]

    def holds(self, scene: Scene) -> bool:
        """Judge an article."""
        return any(self.spans(scene, number) for number in sorted(self.fields))

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """Every stretch in which they do."""
        text = scene.texts[number]
        if text is None or number not in self.fields:
            return []
        parts: list[list[Span]] = []
        for part in self.parts:
            parts.append(part.spans(scene, number))
            if not parts[-1]:
                return []
        return extents(text, parts, self.node.distance, ordered=self.node.ordered)


@dataclass(frozen=True, slots=True)
class Says:
    """The article's data say it: its source, language, authors, section, credit or address."""

    node: Field
    test: DataTest

    def holds(self, scene: Scene) -> bool | None:
        """Judge an article."""
        return self.test(scene.article)

    def spans(self, scene: Scene, number: int) -> list[Span]:
        """Data are no place."""
        return []


def clause_of(
    node: Node,
    number_of: Callable[[Atom], int],
    fields: frozenset[int] = EVERYWHERE,
    evidence: dict[int, frozenset[int]] | None = None,
    *,
    positive: bool = True,
) -> Clause:
    """Make a tree without aliases ready. `number_of` numbers its atoms.

    `evidence` takes up which atoms are positive, with the numbers of the fields they count in.
    """

    def within(part: Node, inside: frozenset[int] = fields, *, sign: bool = positive) -> Clause:
        return clause_of(part, number_of, inside, evidence, positive=sign)

    def numbered(atom: Atom) -> int:
        number = number_of(atom)
        if positive and evidence is not None:
            evidence[number] = evidence.get(number, frozenset()) | fields
        return number

    match node:
        case Term() | Phrase() | Regex():
            return AnyOf(node, frozenset({numbered(node)}), fields)
        case And(parts):
            return AllHold(node, tuple(map(within, parts)))
        case Or(parts):
            plain = [part for part in parts if isinstance(part, Term | Phrase | Regex)]
            others = tuple(within(p) for p in parts if not isinstance(p, Term | Phrase | Regex))
            if not plain:
                return OneHolds(node, others)
            any_of = AnyOf(Or(tuple(plain)), frozenset(map(numbered, plain)), fields)
            return (
                OneHolds(node, (any_of, *others)) if others else AnyOf(node, any_of.numbers, fields)
            )
        case Not(part):
            return Fails(node, within(part, sign=not positive))
        case Near(parts):
            return Together(node, tuple(map(within, parts)), fields)
        case Field(name, part) if name in TEXT_FIELDS:
            return within(part, fields & _NUMBERS[name])
        case Field():
            return Says(node, data_test(node))
        case _:
            raise ValueError(f"{node!r} is expanded before a rule is made of it")


def field_numbers(names: Sequence[str]) -> frozenset[int]:
    """Numbers of the texts that `in` names."""
    return frozenset().union(*(_NUMBERS[name] for name in names))


def can_hold_unfound(clause: Clause) -> bool:
    """Say whether it may hold for an article in which none of its terms stands."""
    match clause:
        case AllHold(_, parts):
            return all(map(can_hold_unfound, parts))
        case OneHolds(_, parts):
            return any(map(can_hold_unfound, parts))
        case Fails() | Says():
            return True
        case _:
            return False


def walk(clause: Clause) -> Iterator[Clause]:
    """Yield a clause and all below it."""
    yield clause
    match clause:
        case AllHold(_, parts) | OneHolds(_, parts) | Together(_, parts):
            for part in parts:
                yield from walk(part)
        case Fails(_, part):
            yield from walk(part)
