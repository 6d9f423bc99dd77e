"""`[[source]]` tables laid over the catalogue: new outlets, or other values for known ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from config.document import Document
from config.hosts import netloc
from config.reading import read_table
from config.shapes import SourceTable
from config.toml_lines import Path as Way
from config.values import Bad, kind_of, quote
from newsroom.model import PageRules, Source

_LISTS = ("hosts", "feeds", "listings", "archives")
_SHIPPED = "catalogue"


def merge_sources(
    catalogue: Iterable[Source], document: Document, *, origin: str
) -> tuple[Source, ...]:
    """The catalogue with the document's tables applied, in order; problems go to the document."""
    sources = {source.id: source for source in catalogue}
    seen: dict[str, int] = {}
    for index, raw in enumerate(_tables(document)):
        way: Way = ("source", index)
        table = read_table(SourceTable, raw, partial(_refuse, document, way))
        if table is None:
            continue
        if table.id in seen:
            first = document.line(("source", seen[table.id], "id"))
            wrong = f'"{table.id}" is already the id of the source at line {first}'
            document.refuse((*way, "id"), Bad(wrong, "write all its keys into one [[source]]"))
            continue
        seen[table.id] = index
        source = apply_table(sources.get(table.id), table, origin)
        if is_sound(source, table, way, document):
            sources[source.id] = source
    _refuse_shared_feeds(sources.values(), seen, document)
    return tuple(sources.values())


def _tables(document: Document) -> list[object]:
    raw = document.data.get("source", [])
    if not isinstance(raw, list):
        document.refuse(("source",), Bad(f"is {kind_of(raw)}, not a list", "write [[source]]"))
        return []
    return raw


def _refuse(document: Document, way: Way, below: Way, bad: Bad) -> None:
    document.refuse(way + below, bad)


def apply_table(base: Source | None, table: SourceTable, origin: str) -> Source:
    """The source with the keys that the table names; a new one where there is no `base`."""
    named = table.model_fields_set
    changes: dict[str, Any] = {key: getattr(table, key) for key in named - {"interval", "css"}}
    if table.interval is not None:
        changes |= {
            f"interval_{end}": getattr(table.interval, end)
            for end in table.interval.model_fields_set
        }
    if table.css is not None:
        changes["css"] = PageRules(**table.css.model_dump())
    if base is None:
        base = Source(id=table.id, name=table.id, hosts=(), feeds=())
    elif base.origin == _SHIPPED and not base.enabled and named & {"feeds", "listings"}:
        # an outlet that ships switched off: who writes down where to look wants it looked at
        changes.setdefault("enabled", True)
    source = replace(base, **changes, origin=origin)
    if source.hosts:
        return source
    return replace(source, hosts=_hosts_of(source.feeds + source.listings))


def _hosts_of(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(netloc(urlsplit(url)) for url in urls))


def is_sound(source: Source, table: SourceTable, way: Way, document: Document) -> bool:
    """Whether the source is whole; what is not is noted."""
    before = len(document.problems)
    if not source.feeds and not source.listings:
        hint = 'write feeds = ["https://www.example.org/rss.xml"]'
        document.refuse((*way, "feeds"), Bad("the source has neither feeds nor listings", hint))
    if source.interval_min > source.interval_max:
        hint = 'write min no longer than max, like interval = { min = "2m", max = "60m" }'
        document.refuse((*way, "interval"), Bad("min is longer than max", hint))
    for key in _LISTS:
        items: tuple[str, ...] = getattr(table, key) or ()
        for index, item in enumerate(items):
            if item in items[:index]:
                twice = Bad(f"{quote(item)} stands here twice", "write it once")
                document.refuse((*way, key, index), twice)
    if table.hosts == ():
        document.refuse((*way, "hosts"), Bad("is empty", "leave it out, or name a host"))
    return len(document.problems) == before


def _refuse_shared_feeds(
    sources: Iterable[Source], tables: dict[str, int], document: Document
) -> None:
    """A feed belongs to one source: its entries get that one's name, zone and language."""
    owners: dict[str, str] = {}
    for source in (s for s in sources if s.enabled):
        for index, feed in enumerate(source.feeds):
            owner = owners.setdefault(feed, source.id)
            if owner != source.id and source.id in tables:
                wrong = f'{quote(feed)} is a feed of source "{owner}" already'
                way = ("source", tables[source.id], "feeds", index)
                document.refuse(
                    way, Bad(wrong, f'leave it out, or set enabled = false in "{owner}"')
                )
