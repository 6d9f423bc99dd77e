"""What a watchlist asks for: the tree's parts, and how trees are made, joined and looked into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from newsroom.errors import QueryError
from newsroom.query_nodes import (
    DATA_FIELDS,
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
)
from newsroom.query_terms import is_alias_name, parse_term
from newsroom.text import Script, prepare

__all__ = [
    "DATA_FIELDS",
    "TEXT_FIELDS",
    "Alias",
    "And",
    "Atom",
    "Field",
    "Near",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Regex",
    "Term",
    "aliases_in",
    "all_of",
    "any_of",
    "atoms",
    "expand",
    "is_alias_name",
    "not_any",
    "parse_term",
    "watchlist_node",
]


def all_of(parts: Iterable[Node]) -> Node:
    """Join by AND: an And among the parts gives up its own parts, a single part stays itself."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, And):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """Join by OR: an Or among the parts gives up its own parts, a single part stays itself."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, Or):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def not_any(part: Node) -> Node:
    """Deny a part; what is denied twice is the part itself."""
    return part.part if isinstance(part, Not) else Not(part)


def watchlist_node(
    any: Iterable[str],  # noqa: A002 - the key's name in a watchlist
    all: Iterable[str],  # noqa: A002 - the same
    none: Iterable[str],
    query: Node | None = None,
) -> Node:
    """Join the keys of a watchlist: one of `any`, each of `all`, none of `none`, and the query.

    The tree is equal to the one that parse_query reads from the same things written as a query.
    `query` is what `parse_query` returned, with `alone=False` where `any` or `all` has an entry.
    Raises QueryError for an entry that cannot be read, and where there is nothing to look for.
    """
    wanted = [parse_term(entry) for entry in any]
    parts: list[Node] = [any_of(wanted)] if wanted else []
    parts.extend(parse_term(entry) for entry in all)
    if not parts and query is None:
        raise QueryError("nothing to look for", "write at least one term under any, all or query")
    parts.extend(not_any(parse_term(entry)) for entry in none)
    if query is not None:
        parts.append(query)
    return all_of(parts)


def aliases_in(node: Node) -> tuple[str, ...]:
    """List the names of alias sets that a tree asks for, each once, in order of writing."""
    return tuple(dict.fromkeys(_alias_names(node)))


def _alias_names(node: Node) -> Iterable[str]:
    match node:
        case Alias(name):
            return (name,)
        case And(parts) | Or(parts) | Near(parts):
            return [name for part in parts for name in _alias_names(part)]
        case Not(part) | Field(_, part):
            return _alias_names(part)
        case _:
            return ()


def expand(node: Node, aliases: Mapping[str, tuple[str, ...]]) -> Node:
    """Put in place of each alias an Or of its members, as written.

    Raises QueryError for an unknown alias, an empty one, and a member that cannot be read or names
    an alias itself: sets do not nest.
    """
    members = {name: _members(name, aliases) for name in aliases_in(node)}
    return _replace(node, members) if members else node


def _replace(node: Node, members: Mapping[str, Node]) -> Node:
    match node:
        case Alias(name):
            return members[name]
        case And(parts):
            return all_of(_replace(part, members) for part in parts)
        case Or(parts):
            return any_of(_replace(part, members) for part in parts)
        case Not(part):
            return not_any(_replace(part, members))
        case Near(parts, distance, ordered):
            return Near(tuple(_replace(part, members) for part in parts), distance, ordered)
        case Field(name, part):
            return Field(name, _replace(part, members))
        case _:
            return node


def _members(name: str, aliases: Mapping[str, tuple[str, ...]]) -> Node:
    if name not in aliases:
        raise QueryError(f"there is no alias @{name}", _instead_of(name, aliases))
    parts: list[Node] = []
    for entry in aliases[name]:
        try:
            member = parse_term(entry)
        except QueryError as error:
            raise QueryError(f"alias @{name}: {error.problem}", error.hint, error.column) from None
        if isinstance(member, Alias):
            raise QueryError(
                f"alias @{name} names the alias @{member.name}", "write that one's terms out"
            )
        parts.append(_alone(member))
    if not parts:
        raise QueryError(f"alias @{name} has no terms", "write its terms in [alias], or leave it")
    return any_of(parts)


def _alone(member: Atom) -> Atom:
    """Keep a headline's single Han letter (北) from being found inside Chinese words (北京)."""
    if isinstance(member, Term) and len(member.text) == 1 and not member.prefix:
        word = prepare(member.text).words[0]
        return replace(member, alone=True) if word.script == Script.HAN else member
    return member


def _instead_of(name: str, aliases: Mapping[str, tuple[str, ...]]) -> str:
    by_fold = {known.casefold(): known for known in aliases}
    # two syllables of which one is right are near; three of five letters are not
    likeness = 0.65 if name.isascii() else 0.5
    near = get_close_matches(name.casefold()[:64], by_fold, n=3, cutoff=likeness)
    if near:
        return "write " + " or ".join(f"@{by_fold[fold]}" for fold in near)
    return f"add {name} = [...] to [alias], or write the terms out"


def atoms(node: Node, *, positive: bool = True) -> tuple[Atom, ...]:
    """List the atoms in order of writing: those whose hits are evidence, or the others."""
    match node:
        case Term() | Phrase() | Regex():
            return (node,) if positive else ()
        case And(parts) | Or(parts) | Near(parts):
            return tuple(atom for part in parts for atom in atoms(part, positive=positive))
        case Not(part):
            return atoms(part, positive=not positive)
        case Field(name, part):
            return atoms(part, positive=positive) if name in TEXT_FIELDS else ()
        case Alias():
            return ()
