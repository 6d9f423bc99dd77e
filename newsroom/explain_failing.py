"""Why a clause failed: what came nearest to what it wants, what stands that it forbids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newsroom.explain_model import REASONS, Nearest
from newsroom.explain_near import near_spot
from newsroom.explain_nearest import Nearby
from newsroom.explain_spots import Spot, spot
from newsroom.explain_written import written
from newsroom.matching_rules import (
    EVERYWHERE,
    TEXTS,
    Scene,
    Together,
    clause_of,
    field_numbers,
)
from newsroom.matching_scan import Place
from newsroom.model import ArticleText
from newsroom.ports import Morphology
from newsroom.query import TEXT_FIELDS, And, Atom, Field, Near, Node, Not, Or, Phrase, Regex, Term

TOLD = 20
"""Nearest places that are told of one clause."""
_DENYING = 3
"""Places of one forbidden term that are told."""
_RANKS = {reason: rank for rank, reason in enumerate(REASONS)}
_Found = Spot | Nearest
_ATOMS = (Term, Phrase, Regex)


class Failing:
    """One article, asked why clauses without aliases do not hold for it."""

    def __init__(
        self, scene: Scene, numbers: Mapping[Atom, int], morphology: Morphology | None
    ) -> None:
        self._scene = scene
        self._numbers = numbers
        places = {atom: scene.found.get(number, ()) for atom, number in numbers.items()}
        self._places: Mapping[Atom, Sequence[Place]] = places
        self._nearby = Nearby(scene, places, morphology)

    def why(self, node: Node, fields: frozenset[int]) -> tuple[tuple[Nearest, ...], int]:
        """Tell why `node` does not hold in `fields`: (the nearest first, how many more)."""
        found, left = self._lacking(node, fields)
        ordered = sorted(dict.fromkeys(found), key=_order)
        shown = []
        for one in ordered[:TOLD]:
            if isinstance(one, Spot):
                shown.append(one.shown(getattr(self._scene.article, TEXTS[one.field])))
            else:
                shown.append(one)
        return tuple(shown), left + len(ordered) - len(shown)

    def _lacking(self, node: Node, fields: frozenset[int]) -> tuple[list[_Found], int]:
        """Why it does not hold; where it does hold: nothing."""
        match node:
            case Term() | Phrase() | Regex():
                return self._atoms([node], fields)
            case Or(parts):
                atoms = [part for part in parts if isinstance(part, _ATOMS)]
                found, left = self._atoms(atoms, fields)
                others = [part for part in parts if not isinstance(part, _ATOMS)]
                return self._joined(others, fields, found, left)
            case And(parts):
                failing = [part for part in parts if self._judged(part, fields) is False]
                return self._joined(failing, fields, [], 0)
            case Not(part):
                return self._standing(part, fields), 0
            case Near():
                return self._not_near(node, fields)
            case Field(name, part) if name in TEXT_FIELDS:
                return self._lacking(part, fields & field_numbers([name]))
            case Field():
                return [_data(node, self._scene.article)], 0
            case _:
                return [], 0

    def _joined(
        self, parts: Sequence[Node], fields: frozenset[int], found: list[_Found], left: int
    ) -> tuple[list[_Found], int]:
        for part in parts:
            more, also_left = self._lacking(part, fields)
            found += more
            left += also_left
        return found, left

    def _atoms(self, atoms: Sequence[Atom], fields: frozenset[int]) -> tuple[list[_Found], int]:
        lacking = [atom for atom in dict.fromkeys(atoms) if not self._of(atom, fields)]
        spots = self._nearby.spots(lacking, fields)
        found: list[_Found] = []
        for atom in lacking:
            near = spots.get(atom)
            if isinstance(near, str):
                found.append(Nearest(atom.written, "absent", detail=near))
            elif near is not None:
                found.append(near)
        return found, len(lacking) - len(spots)

    def _not_near(self, node: Near, fields: frozenset[int]) -> tuple[list[_Found], int]:
        judge = clause_of(node, self._numbers.__getitem__, EVERYWHERE)
        texts = self._scene.texts
        if not isinstance(judge, Together):
            return [], 0
        for number in sorted(EVERYWHERE):
            spans = judge.spans(self._scene, number)
            text = texts[number]
            if spans and text is not None:
                if number in fields:
                    return [], 0
                return [spot(written(node), "field", (number, *spans[0]), text)], 0
        spans_of = {
            n: [part.spans(self._scene, n) for part in judge.parts]
            for n in sorted(fields)
            if texts[n] is not None
        }
        apart = near_spot(written(node), node, texts, spans_of)
        if apart is not None:
            return [apart], 0
        lacking = [
            part
            for k, part in enumerate(node.parts)
            if not any(spans[k] for spans in spans_of.values())
        ]
        return self._joined(lacking, fields, [], 0)

    def _standing(self, node: Node, fields: frozenset[int]) -> list[_Found]:
        """Why it does hold."""
        match node:
            case Term() | Phrase() | Regex():
                return self._denied(node, fields)
            case And(parts) | Or(parts):
                held = [part for part in parts if self._judged(part, fields)]
                return [one for part in held[:TOLD] for one in self._standing(part, fields)]
            case Not(part):
                return self._lacking(part, fields)[0]
            case Near():
                return self._denied_stretches(node, fields)
            case Field(name, part) if name in TEXT_FIELDS:
                return self._standing(part, fields & field_numbers([name]))
            case Field():
                return [_data(node, self._scene.article)]
            case _:
                return []

    def _denied(self, atom: Atom, fields: frozenset[int]) -> list[_Found]:
        found: list[_Found] = []
        for place in self._of(atom, fields)[:_DENYING]:
            text = self._scene.texts[place[0]]
            reason = "undecided" if place in self._scene.undecided else "denied"
            if text is not None:
                found.append(spot(atom.written, reason, place[:3], text))
        return found

    def _denied_stretches(self, node: Near, fields: frozenset[int]) -> list[_Found]:
        judge = clause_of(node, self._numbers.__getitem__, fields)
        return [
            spot(written(node), "denied", (number, *span), text)
            for number, text in enumerate(self._scene.texts)
            if text is not None
            for span in judge.spans(self._scene, number)[:_DENYING]
        ]

    def _of(self, atom: Atom, fields: frozenset[int]) -> list[Place]:
        return sorted(place for place in self._places.get(atom, ()) if place[0] in fields)

    def _judged(self, node: Node, fields: frozenset[int]) -> bool | None:
        return clause_of(node, self._numbers.__getitem__, fields).holds(self._scene)


def _order(one: _Found) -> tuple[int, int, int, int]:
    return one.order if isinstance(one, Spot) else (_RANKS[one.reason], 0, len(TEXTS), 0)


def _data(node: Field, article: ArticleText) -> Nearest:
    """What an article's data say instead of what is asked of them."""
    says = {
        "source": article.source,
        "lang": article.language,
        "author": ", ".join(article.authors),
        "section": article.section,
        "credit": article.credit,
        "url": article.url,
    }[node.name]
    detail = f"the article says {says}" if says else "the article does not say"
    return Nearest(written(node), "data", node.name, text=says or "", detail=detail)
