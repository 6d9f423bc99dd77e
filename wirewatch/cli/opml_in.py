"""From the outlines of an OPML file to sources: grouped, checked, without those there are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.added_sources import read_definition
from config.opml import MAX_BYTES, MAX_URL, Outline
from config.urls import web_url
from config.values import Bad, identifier, language, plain_text, zone
from newsroom.discovery import feed_key, guess_zone, plain_language, suggest_id
from newsroom.errors import ConfigError
from newsroom.model import Source

_SHOWN = 200


@dataclass(slots=True)
class Imported:
    """What an OPML file comes to."""

    definitions: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """(address, why)."""


@dataclass(slots=True)
class _Group:
    """The feeds of one source to be."""

    first: Outline
    feeds: list[str] = field(default_factory=list)


def read_bytes(file: str) -> bytes:
    """A file's bytes, or standard input's, at most a little more than may be read."""
    if file == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(file).open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def definitions_of(
    outlines: Iterable[Outline], owners: Mapping[str, Source], taken: Iterable[str]
) -> Imported:
    """Definitions of new sources; `owners` have feeds already (by `feed_key`), `taken` are ids.

    Feeds belong together by the id an export of ours gave them, else by host and title. A bad
    outline costs only itself.
    """
    imported = Imported()
    groups: dict[tuple[str, str], _Group] = {}
    seen: set[str] = set()
    for outline in outlines:
        why, host = _refused(outline, owners, seen)
        if why:
            imported.skipped.append((outline.url[:_SHOWN], why))
            continue
        seen.add(feed_key(outline.url))
        key = ("", outline.id) if outline.id else (host, outline.title.casefold())
        groups.setdefault(key, _Group(outline)).feeds.append(outline.url)
    ids = set(taken)
    for group in groups.values():
        definition = _definition(group, ids)
        try:
            read_definition(definition)
        except ConfigError as error:
            why = "; ".join(f"{p.key} {p.problem}" for p in error.problems)
            imported.skipped += [(feed[:_SHOWN], why) for feed in group.feeds]
            continue
        ids.add(definition["id"])
        imported.definitions.append(definition)
    return imported


def _refused(outline: Outline, owners: Mapping[str, Source], seen: set[str]) -> tuple[str, str]:
    """(why an outline is skipped, or nothing; its host)."""
    if len(outline.url) > MAX_URL:
        return f"its address is longer than {MAX_URL} characters", ""
    try:
        web_url(outline.url)
    except Bad as bad:
        return bad.problem, ""
    key = feed_key(outline.url)
    owner = owners.get(key)
    if owner is not None:
        off = "" if owner.enabled else f", which is off: say `wirewatch sources add {owner.id}`"
        return f"is a feed of source {owner.id!r} already{off}", ""
    if key in seen:
        return "stands in the file twice", ""
    return "", urlsplit(outline.url).netloc.lower()


def _definition(group: _Group, taken: set[str]) -> dict[str, Any]:
    outline = group.first
    host = _host(outline)
    tag = outline.language if outline.id else plain_language(outline.language)
    spoken = _fit(language, tag) or "en"
    own = _fit(identifier, outline.id)
    return {
        "id": own if own and own not in taken else suggest_id(host, spoken, taken),
        "name": _fit(lambda text: plain_text(text, ""), outline.title) or host,
        "feeds": group.feeds,
        "language": spoken,
        "timezone": _fit(zone, outline.timezone) or guess_zone(host, spoken, ()).name,
    }


def _host(outline: Outline) -> str:
    """Of the site, which tells more than a feed service's."""
    try:
        site = web_url(outline.site.partition("#")[0])
    except Bad:
        site = outline.url
    return urlsplit(site).netloc.lower()


def _fit(read: Any, text: str) -> str:
    """A value of the file that may be used; empty where it may not."""
    try:
        return str(read(text)) if text else ""
    except Bad:
        return ""
