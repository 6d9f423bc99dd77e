"""What the archive's index is asked for a query: a condition that every match meets.

It is weaker than the query: order, distance, fields other than the title, boundaries and the
verdict on Korean words are left to the matcher; what the index cannot know is ANYTHING. The law:
what the matcher finds in an article, `holds(plan(query), index_entries(article))`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from newsroom.matching_plurals import plurals
from newsroom.query import And, Field, Near, Node, Or, Phrase, Term
from newsroom.search_text import (
    CAPITALS,
    LANGUAGE,
    LONGEST,
    SOURCE,
    TITLE,
    WHOLE,
    language_tags,
    pairs,
    runs,
    slug,
    squeezed,
)
from newsroom.text import Prepared, Script, Word, prepare

MOST_PARTS = 2_000
"""Entries one plan asks for; a larger query reads the articles themselves."""
DEEPEST = 16
"""Brackets within brackets that are carried over; below that the matcher alone decides."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """An entry, or every entry that begins so."""

    entry: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """Each part holds; with no parts it holds for all articles."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """A part holds at least; with no parts it holds for none."""

    parts: tuple[Plan, ...]


Plan = Lookup | Every | Some

ANYTHING = Every(())
NOTHING = Some(())


def plan(node: Node) -> Plan:
    """What to ask the index for a query whose aliases were expanded; ANYTHING: it cannot help."""
    found = _node(node, "", DEEPEST)
    if found == ANYTHING or _size(found) > MOST_PARTS:
        return ANYTHING
    return some([found, Lookup(WHOLE)])


def source_plan(source: str) -> Plan:
    """Articles of this source, and perhaps of one that is named alike."""
    return Lookup(SOURCE + slug(source))


def language_plan(language: str) -> Plan:
    """Articles in this language, whatever the country (`en` holds for `en-GB`)."""
    return Lookup(LANGUAGE + language_tags(language)[-1])


def every(parts: Iterable[Plan]) -> Plan:
    """Join by AND, without what says nothing."""
    flat: dict[Plan, None] = {}
    for part in parts:
        if part == NOTHING:
            return NOTHING
        flat.update(dict.fromkeys(part.parts if isinstance(part, Every) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else Every(tuple(flat))


def some(parts: Iterable[Plan]) -> Plan:
    """Join by OR, without what says nothing."""
    flat: dict[Plan, None] = {}
    for part in parts:
        if part == ANYTHING:
            return ANYTHING
        flat.update(dict.fromkeys(part.parts if isinstance(part, Some) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else Some(tuple(flat))


def holds(wanted: Plan, entries: Collection[str]) -> bool:
    """Judge a plan over the entries of one article, as the databases do over all of them."""
    match wanted:
        case Lookup(entry, prefix):
            return any(e.startswith(entry) for e in entries) if prefix else entry in entries
        case Every(parts):
            return all(holds(part, entries) for part in parts)
        case Some(parts):
            return any(holds(part, entries) for part in parts)


def _size(wanted: Plan) -> int:
    return 1 if isinstance(wanted, Lookup) else sum(map(_size, wanted.parts))


def _node(node: Node, place: str, depth: int) -> Plan:
    """`place`: TITLE inside `title:`, else empty."""
    if not depth:
        return ANYTHING
    match node:
        case Term() | Phrase():
            return _words(node, place)
        case And(parts) | Near(parts):
            return every(_node(part, place, depth - 1) for part in parts)
        case Or(parts):
            return some(_node(part, place, depth - 1) for part in parts)
        case Field(name, part):
            return _field(name, part, place, depth - 1)
        case _:  # Not and Regex: what is not there, and what has no words; an alias has its own
            return ANYTHING


def _field(name: str, part: Node, place: str, depth: int) -> Plan:
    match name:
        case "title":
            return _node(part, TITLE, depth)
        case "body" | "summary":
            return _node(part, place, depth)
        case "source":
            # what an article does not say does not count against it
            return some([_value(part, source_plan, depth), Lookup(SOURCE)])
        case "lang":
            return some([_value(part, language_plan, depth), Lookup(LANGUAGE)])
        case _:
            return ANYTHING


def _value(part: Node, made: Callable[[str], Plan], depth: int) -> Plan:
    """A data field's condition: its atoms are values, not words."""
    if not depth:
        return ANYTHING
    match part:
        case Term() | Phrase() if not part.prefix:
            return made(part.text)
        case And(parts):
            return every(_value(inner, made, depth - 1) for inner in parts)
        case Or(parts):
            return some(_value(inner, made, depth - 1) for inner in parts)
        case _:
            return ANYTHING


def _words(atom: Term | Phrase, place: str) -> Plan:
    text = prepare(atom.text)
    found: list[Plan] = []
    chain = ""
    for number, word in enumerate(text.words):
        if word.script != Script.LATIN:
            chain += squeezed(word.key)
            continue
        found += _chain(chain, place)
        chain = ""
        last = number == len(text.words) - 1
        found.append(_latin(atom, text, word, place, last=last))
    return every(found + _chain(chain, place))


def _chain(chain: str, place: str) -> list[Plan]:
    """Hangul and Han: the blanks and dots inside are the author's choice, and the text's."""
    if len(chain) == 1:
        return [Lookup(place + chain, prefix=True)]
    return [Lookup(place + pair) for pair in sorted(pairs(chain))]


def _latin(atom: Term | Phrase, text: Prepared, word: Word, place: str, *, last: bool) -> Plan:
    prefix = last and atom.prefix
    forms = {word.key}
    if last and not (atom.prefix or atom.exact or word.clitic):
        forms |= plurals(word.key) | {f"{word.key}s"}
    plain = some(_runs(form, place, prefix=prefix) for form in sorted(forms))
    if prefix or not word.key.isalnum() or not _capitals_only(text.cased[word.start : word.end]):
        return plain
    capitals = some(_run(CAPITALS, form) for form in sorted(forms))
    return every([plain, capitals]) if place else capitals


def _runs(key: str, place: str, *, prefix: bool) -> Plan:
    cut = runs(key)
    return every(_run(place, run, prefix=prefix and n == len(cut) - 1) for n, run in enumerate(cut))


def _run(sign: str, run: str, *, prefix: bool = False) -> Lookup:
    return Lookup(sign + run[:LONGEST], prefix or len(run) >= LONGEST)


def _capitals_only(spelled: str) -> bool:
    """A word of 2-3 capitals matches capitals only (DESIGN §7); digits do not count."""
    letters = [c for c in spelled if c.isalpha()]
    return spelled.isascii() and 2 <= len(letters) <= 3 and all(c.isupper() for c in letters)
