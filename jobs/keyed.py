"""Entries with their keys: what a feed or listing showed, made ready to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from jobs.desk import Desk
from newsroom.identity import canonical_url, host_of, title_key
from newsroom.model import FeedEntry, RejectedEntry, Source
from storage.claims import KeyedEntry
from storage.entries import entry_story


def named(entries: Sequence[FeedEntry]) -> tuple[list[FeedEntry], list[RejectedEntry]]:
    """Entries that can be known by something, and those that cannot."""
    known = [entry for entry in entries if entry.url or entry.guid or entry.title]
    nameless = [
        RejectedEntry(repr(entry), "neither link nor guid nor title: nothing to know it by")
        for entry in entries
        if not (entry.url or entry.guid or entry.title)
    ]
    return known, nameless


async def with_stories(
    desk: Desk, entries: Sequence[KeyedEntry], source_id: str, now: datetime
) -> tuple[list[KeyedEntry], frozenset[str]]:
    """The entries, new ones with what their stories need, and the canonical URLs unknown so far.

    It is worked out before the story lock is taken.
    """
    shown = [entry.canonical_url for entry in entries if entry.canonical_url]
    unknown = await desk.call(desk.store.unknown_urls, shown)
    if not unknown:
        return list(entries), unknown
    return await desk.call(_with_stories, entries, unknown, source_id, now), unknown


def _with_stories(
    entries: Sequence[KeyedEntry], unknown: frozenset[str], source_id: str, now: datetime
) -> list[KeyedEntry]:
    """The entries, new ones with what their stories need: worked out before the lock is taken."""
    return [
        replace(entry, story=entry_story(entry, source_id, now))
        if entry.canonical_url in unknown
        else entry
        for entry in entries
    ]


def keyed(entry: FeedEntry, source: Source | None) -> KeyedEntry:
    """An entry with the keys its identity is decided by."""
    canonical = None
    if entry.url is not None:
        page, hosts = (source.page, source.hosts) if source else (None, ())
        canonical = canonical_url(entry.url, page=page, hosts=hosts) or None
    return KeyedEntry(
        entry=entry,
        canonical_url=canonical,
        title_key=title_key(entry.title),
        page_host=host_of(entry.url) if canonical and entry.url else None,
    )
