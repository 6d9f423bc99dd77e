"""Brings the configured watchlists and alias sets into the tables; sources have their own way.

Nothing is deleted: what left the configuration stays with all that was seen of it, out of use.
Pauses by hand live in the database alone and survive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from newsroom.errors import ConfigError, Problem
from newsroom.model import AliasSet, Watchlist
from storage.aliases import (
    BY_HAND,
    Aliases,
    alias_doubles,
    aliases_used,
    files_aliases_stand,
    load_aliases,
    put_files_aliases,
    read_aliases,
    unknown_aliases,
)
from storage.codec import recipients, rule_hash, watchlist_from_json, watchlist_json
from storage.database import Database
from storage.due import release_waiting_for_digests
from storage.matching import RULES_VERSION, rules_version
from storage.outbox_tables import watchlists
from storage.source_sync import sync_sources
from storage.tables import meta
from storage.withdraw import withdraw

__all__ = [
    "BUILTIN",
    "BY_HAND",
    "StoredWatchlist",
    "bump_rules",
    "load_aliases",
    "load_watchlists",
    "put_in_force",
    "renew",
    "rules_in_force",
    "sync_sources",
    "sync_watchlists",
    "take_out",
]

BUILTIN = "builtin"


@dataclass(frozen=True, slots=True)
class StoredWatchlist:
    """A watchlist in force, with what the database knows of it."""

    id: int
    version: int
    """+ 1 whenever what decides matching changes."""
    effective_at: datetime
    """When this version came into force: articles seen before keep their matches."""
    added_at: datetime
    """Articles first seen before it alert nobody."""
    paused_at: datetime | None
    watchlist: Watchlist


def sync_watchlists(
    db: Database,
    configured: Sequence[Watchlist],
    now: datetime,
    aliases: Sequence[AliasSet] = (),
) -> int:
    """Put the files' watchlists (and the built-in example) in force; returns the rules' version.

    The version grows whenever anything that decides matching, or who is told, changed. Watchlists
    made by hand stay; the example stands only while there is no other. `aliases` are the files'
    own sets; every watchlist that uses one whose terms changed gets a new version. Raises
    ConfigError, changing nothing, where a file uses the name of one made by hand (an alias set:
    with other terms), and where a watchlist would be left with an alias that there is not.
    Where all of it is so already, nothing is written and no writer is waited for.
    """
    with db.read() as connection:
        if _stands(connection, configured, aliases):
            return rules_version(connection)
    with db.write() as connection:
        db.story_lock(connection)  # no match is committed while the rules change
        rows = {row.name: row for row in connection.execute(select(watchlists).order_by("id"))}
        standing = {name for name, row in rows.items() if row.removed_at is None}
        by_hand = {name for name in standing if rows[name].origin == BY_HAND}
        wanted = [w for w in configured if w.origin != BUILTIN]
        doubles = [*_doubles(wanted, by_hand), *alias_doubles(connection, aliases)]
        if doubles:
            raise ConfigError(doubles)
        if not wanted and not by_hand:
            wanted = list(configured)
        put_files_aliases(connection, aliases)
        in_force = read_aliases(connection)
        changed = renew(connection, [rows[name] for name in sorted(by_hand)], in_force, now)
        for watchlist in wanted:
            changed |= put_in_force(connection, rows.get(watchlist.name), watchlist, now, in_force)
        for name in standing - by_hand - {w.name for w in wanted}:
            take_out(connection, rows[name].id, now)
            changed = True
        return bump_rules(db, connection) if changed else rules_version(connection)


def _stands(
    connection: Connection, configured: Sequence[Watchlist], aliases: Sequence[AliasSet]
) -> bool:
    """Whether putting these in force would write nothing, and refuse nothing."""
    query = select(watchlists).where(watchlists.c.removed_at.is_(None))
    rows = {row.name: row for row in connection.execute(query)}
    by_hand = {name for name, row in rows.items() if row.origin == BY_HAND}
    wanted = [w for w in configured if w.origin != BUILTIN]
    if _doubles(wanted, by_hand) or not files_aliases_stand(connection, aliases):
        return False
    if not wanted and not by_hand:
        wanted = list(configured)
    if rows.keys() != by_hand | {w.name for w in wanted}:
        return False
    in_force = read_aliases(connection)
    using = [w for name in by_hand if aliases_used(w := _watchlist_of(rows[name]))]
    if any(unknown_aliases(w, in_force) for w in (*using, *wanted)):
        return False
    if any(rule_hash(w, in_force) != rows[w.name].rule_hash for w in (*using, *wanted)):
        return False
    return all(
        (rows[w.name].origin, rows[w.name].definition) == (w.origin, watchlist_json(w))
        for w in wanted
    )


def _doubles(wanted: Sequence[Watchlist], by_hand: set[str]) -> list[Problem]:
    return [
        Problem(
            w.origin,
            None,
            "name",
            f"the watchlist {w.name!r} was also added by hand",
            f"give it another name, or say `wirewatch watch remove` {w.name!r} first",
        )
        for w in wanted
        if w.name in by_hand
    ]


def renew(
    connection: Connection, rows: Sequence[Row[Any]], in_force: Aliases, now: datetime
) -> bool:
    """Give standing watchlists a new version where alias sets they use changed; True if any did.

    Raises ConfigError where one of them uses a set that is not there any more.
    """
    using = [w for w in map(_watchlist_of, rows) if aliases_used(w)]
    problems = [problem for w in using for problem in unknown_aliases(w, in_force)]
    if problems:
        raise ConfigError(problems)
    by_name = {row.name: row for row in rows}
    changed = False
    for watchlist in using:
        row = by_name[watchlist.name]
        if rule_hash(watchlist, in_force) != row.rule_hash:
            changed |= put_in_force(connection, row, watchlist, now, in_force)
    return changed


def _watchlist_of(row: Row[Any]) -> Watchlist:
    return watchlist_from_json(row.definition)


def put_in_force(
    connection: Connection,
    row: Row[Any] | None,
    watchlist: Watchlist,
    now: datetime,
    in_force: Aliases,
) -> bool:
    """Write a definition down, new, changed or come back; True where rules change by it.

    Who is told belongs to the rules in force: a running service must take that over too.
    `in_force` are the alias sets. Raises ConfigError where it uses one that is not among them.
    """
    problems = unknown_aliases(watchlist, in_force)
    if problems:
        raise ConfigError(problems)
    digest = rule_hash(watchlist, in_force)
    values: dict[str, Any] = {
        "origin": watchlist.origin,
        "definition": watchlist_json(watchlist),
        "rule_hash": digest,
    }
    fresh = {"added_at": now, "effective_at": now, "removed_at": None}
    if row is None:
        connection.execute(
            insert(watchlists).values(name=watchlist.name, version=1, **values, **fresh)
        )
        return True
    back = row.removed_at is not None
    changed = back or row.rule_hash != digest
    if back:
        values |= {**fresh, "version": row.version + 1}
    elif changed:
        values |= {"effective_at": now, "version": row.version + 1}
    connection.execute(update(watchlists).where(watchlists.c.id == row.id).values(values))
    withdraw(connection, row.id, keep=recipients(watchlist), reason="recipient removed")
    return changed or row.definition != values["definition"]


def take_out(connection: Connection, watchlist_id: int, now: datetime) -> None:
    """Remove a watchlist: its row, matches and sent alerts stay, its unsent alerts do not go."""
    connection.execute(
        update(watchlists).where(watchlists.c.id == watchlist_id).values(removed_at=now)
    )
    withdraw(connection, watchlist_id, keep=frozenset(), reason="watchlist removed")


def bump_rules(db: Database, connection: Connection) -> int:
    """Say that what decides matching, or who is told, has changed; the new version.

    What waits for a digest is judged anew.
    """
    version = rules_version(connection) + 1
    statement = db.insert(meta).values(key=RULES_VERSION, value=str(version))
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": str(version)})
    )
    release_waiting_for_digests(connection)
    return version


def load_watchlists(db: Database) -> tuple[StoredWatchlist, ...]:
    """The watchlists in force, oldest first; paused ones too."""
    query = select(watchlists).where(watchlists.c.removed_at.is_(None)).order_by(watchlists.c.id)
    with db.read() as connection:
        return tuple(
            StoredWatchlist(
                id=row.id,
                version=row.version,
                effective_at=row.effective_at,
                added_at=row.added_at,
                paused_at=row.paused_at,
                watchlist=watchlist_from_json(row.definition),
            )
            for row in connection.execute(query)
        )


def rules_in_force(db: Database) -> int:
    """The version of the rules in force; 0 before any were read."""
    with db.read() as connection:
        return rules_version(connection)
