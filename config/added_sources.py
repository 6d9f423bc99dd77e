"""Sources kept in the database: the keys of their `[[source]]` tables, laid over the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.document import Document
from config.load import unknown_sources
from config.reading import read_table
from config.settings import Settings
from config.shapes import SourceTable
from config.sources import apply_table, is_sound
from config.toml_lines import Path as Way
from config.values import Bad, quote
from newsroom.errors import ConfigError
from newsroom.model import Source

DATABASE = "the database"
"""How messages name the place where they stand."""
BY_HAND = "db"
SHIPPED = "catalogue"
Definition = Mapping[str, Any]
"""The keys of a `[[source]]` table, as TOML has them."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Sources in force, and what could not be as it was added."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...] = ()


def read_definition(definition: Definition, base: Source | None = None) -> Source:
    """The source that a definition makes (of `base`, where it changes one); raises ConfigError."""
    document = Document(DATABASE, {"source": [definition]}, {})
    way: Way = ("source", 0)

    def refuse(below: Way, bad: Bad) -> None:
        document.refuse(way + below, bad, key=".".join(map(str, below)))

    table = read_table(SourceTable, definition, refuse)
    if table is not None:
        source = apply_table(base, table, BY_HAND)
        if is_sound(source, table, way, document):
            return source
    raise ConfigError(document.problems)


def lay_over(sources: Sequence[Source], definitions: Iterable[Definition]) -> Laid:
    """The files' sources with those of the database added, or changed where the catalogue has them.

    What stands in a file belongs to the file: it wins, and what it leaves of a definition stays
    unused, with a warning. So does a feed that another enabled source has already.
    """
    found = {source.id: source for source in sources}
    owners = {feed: source.id for source in sources if source.enabled for feed in source.feeds}
    warnings: list[str] = []
    for definition in definitions:
        name = str(definition.get("id", ""))
        base = found.get(name)
        if base is not None and base.origin not in (SHIPPED, BY_HAND):
            warnings.append(
                f"source {quote(name)} was added by hand and also stands in {base.origin}, "
                "which decides"
            )
            continue
        try:
            source = read_definition(definition, base)
        except ConfigError as error:
            why = "; ".join(f"{p.key} {p.problem}" for p in error.problems)
            warnings.append(f"source {quote(name)}, added by hand, cannot be read: {why}")
            continue
        source, told = _without_shared(source, owners)
        warnings += told
        found[name] = source
    return Laid(tuple(found.values()), tuple(warnings))


def with_added(settings: Settings, definitions: Iterable[Definition]) -> Settings:
    """The settings with the database's sources in force, and what is to be said of them."""
    laid = lay_over(settings.sources, definitions)
    before = set(unknown_sources(settings.watchlists, settings.sources))
    others = tuple(warning for warning in settings.warnings if warning not in before)
    unknown = unknown_sources(settings.watchlists, laid.sources)
    return replace(settings, sources=laid.sources, warnings=(*others, *unknown, *laid.warnings))


def _without_shared(source: Source, owners: dict[str, str]) -> tuple[Source, list[str]]:
    """The source without the feeds that belong to another; off where nothing is left of it."""
    if not source.enabled:
        return source, []
    shared = [feed for feed in source.feeds if owners.get(feed, source.id) != source.id]
    kept = tuple(feed for feed in source.feeds if feed not in shared)
    owners.update(dict.fromkeys(kept, source.id))
    if not shared:
        return source, []
    told = [
        f"source {quote(source.id)}, added by hand: {quote(feed)} is a feed of source "
        f"{quote(owners[feed])}, which has it"
        for feed in shared
    ]
    enabled = bool(kept or source.listings)
    return replace(source, feeds=kept, enabled=enabled), told
