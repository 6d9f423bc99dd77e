"""Brings the configured sources and their feeds into the tables, writing what differs alone.

What is to change is found by reading, so that a program that finds nothing to change takes no
write lock. Nothing but the tables says what they hold: whoever wrote them, from whatever
configuration, and whichever backup they came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update

from newsroom.identity import host_of
from newsroom.model import Source
from storage.database import Database
from storage.tables import feeds, sources

Values = dict[str, Any]

SOURCE_COLUMNS = ("name", "language", "timezone", "enabled", "position", "origin")
FEED_COLUMNS = ("kind", "host", "configured", "active", "interval_s", "interval_max_s")
MOVED = {"moved_to": None, "moved_since": None, "moved_seen": 0, "moved_at": None}


@dataclass
class _Changes:
    """What the tables lack."""

    sources: list[Values] = field(default_factory=list)
    """Whole rows, new or other than configured."""
    new_feeds: list[Values] = field(default_factory=list)
    edits: list[tuple[Table, Any, Values]] = field(default_factory=list)
    """(table, id, columns that differ with what they should be)."""

    def __bool__(self) -> bool:
        return bool(self.sources or self.new_feeds or self.edits)

    def edit(self, table: Table, row: Row[Any], wanted: Mapping[str, Any]) -> None:
        """Note what of a row differs."""
        present = row._mapping
        other = {key: value for key, value in wanted.items() if present[key] != value}
        if other:
            self.edits.append((table, row.id, other))


def sync_sources(db: Database, configured: Sequence[Source], now: datetime) -> None:
    """Make the tables' sources and feeds those of the configuration, in its order.

    A new feed is due now, so is one that comes back. Listings are polled where a source has no
    feeds, else looked at on demand. A source or feed that is configured no more is not polled any
    more. Where all of that is so already, nothing is written and no writer is waited for.
    """
    with db.read() as connection:
        if not _changes(connection, configured, now):
            return
    with db.write() as connection:
        db.story_lock(connection)
        _write(db, connection, _changes(connection, configured, now))


def _changes(connection: Connection, configured: Sequence[Source], now: datetime) -> _Changes:
    columns = [sources.c[name] for name in ("id", "paused_at", *SOURCE_COLUMNS)]
    standing: dict[str, Any] = {row.id: row for row in connection.execute(select(*columns))}
    shown: dict[str, dict[str, Any]] = {}
    known = [feeds.c[name] for name in ("id", "source_id", "url", *FEED_COLUMNS, *MOVED)]
    for row in connection.execute(select(*known)):
        shown.setdefault(row.source_id, {})[row.url] = row
    changes = _Changes()
    for position, source in enumerate(configured):
        mine: Row[Any] | None = standing.pop(source.id, None)
        values = _source_values(source, position)
        if mine is None or any(mine._mapping[key] != value for key, value in values.items()):
            changes.sources.append({"id": source.id, **values})
        paused = mine is not None and mine.paused_at is not None
        _feed_changes(changes, source, shown.pop(source.id, {}), now, paused=paused)
    for row in standing.values():
        changes.edit(sources, row, {"enabled": False})
    for left in shown.values():
        _left(changes, left.values())
    return changes


def _source_values(source: Source, position: int) -> Values:
    return {
        "name": source.name,
        "language": source.language,
        "timezone": source.timezone,
        "enabled": source.enabled,
        "position": position,
        "origin": source.origin,
    }


def _feed_changes(
    changes: _Changes,
    source: Source,
    known: dict[str, Row[Any]],
    now: datetime,
    *,
    paused: bool,
) -> None:
    wanted = dict.fromkeys(source.listings, "listing") | dict.fromkeys(source.feeds, "feed")
    for url, kind in wanted.items():
        polled = kind == "feed" or not source.feeds  # all there is to see new articles by
        active = polled and source.enabled and not paused
        values = {
            "kind": kind,
            "host": host_of(url),
            "configured": True,
            "active": active,
            "interval_max_s": int(source.interval_max.total_seconds()),
        }
        _feed_change(changes, known.pop(url, None), source, url, values, now)
    _left(changes, known.values())


def _feed_change(
    changes: _Changes,
    row: Row[Any] | None,
    source: Source,
    url: str,
    values: Values,
    now: datetime,
) -> None:
    shortest, longest = int(source.interval_min.total_seconds()), values["interval_max_s"]
    if row is None:
        due = now if values["active"] else None
        fresh = {"source_id": source.id, "url": url, "interval_s": shortest, "next_poll_at": due}
        changes.new_feeds.append(values | fresh)
        return
    values["interval_s"] = min(max(row.interval_s, shortest), longest)
    if not row.configured:  # somebody chose this address anew: where it led before is forgotten
        values |= MOVED
    comes_back = values["active"] and not row.active
    changes.edit(feeds, row, values)
    if comes_back:  # among what was just noted: `active` differs
        changes.edits[-1][2]["next_poll_at"] = now


def _left(changes: _Changes, rows: Iterable[Row[Any]]) -> None:
    """What is configured no more stays, out of use."""
    for row in rows:
        changes.edit(feeds, row, {"configured": False, "active": False})


def _write(db: Database, connection: Connection, changes: _Changes) -> None:
    if changes.sources:
        statement = db.insert(sources)
        there = {name: statement.excluded[name] for name in SOURCE_COLUMNS}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=there)
        connection.execute(statement, changes.sources)
    if changes.new_feeds:
        connection.execute(insert(feeds), changes.new_feeds)
    alike: dict[tuple[Table, tuple[str, ...]], list[Values]] = {}
    for table, which, values in changes.edits:
        alike.setdefault((table, tuple(values)), []).append({"which": which, **values})
    for (table, _), rows in alike.items():
        connection.execute(update(table).where(table.c.id == bindparam("which")), rows)
