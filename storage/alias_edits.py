"""Alias sets that `watch apply` brings into the database, and takes out of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from newsroom.errors import ConfigError, Problem
from newsroom.model import AliasSet
from storage.aliases import (
    BY_HAND,
    aliases_used,
    drop_aliases,
    read_aliases,
    read_own_aliases,
    write_alias,
)
from storage.codec import watchlist_from_json
from storage.database import Database
from storage.outbox_tables import watchlists
from storage.sync import bump_rules, renew


def put_aliases(db: Database, sets: Mapping[str, tuple[str, ...]], now: datetime) -> None:
    """Put these sets in force (origin `db`), each whole; watchlists that use them get a version.

    One that says already what is in force is left alone, whoever it belongs to. Raises ConfigError,
    changing nothing, for a name that belongs to a file and has other terms there.
    """
    with db.write() as connection:
        db.story_lock(connection)  # no match is committed while the rules change
        own = read_own_aliases(connection)
        in_force = read_aliases(connection)
        edited = {name: terms for name, terms in sets.items() if in_force.get(name) != terms}
        problems = [
            Problem(
                own[name].origin,
                None,
                f"alias.{name}",
                f"the alias set {name!r} belongs to this file",
                "change it there",
            )
            for name in edited
            if name in own and own[name].origin != BY_HAND
        ]
        if problems:
            raise ConfigError(problems)
        for name, terms in edited.items():
            write_alias(connection, AliasSet(name, terms, BY_HAND), own.get(name))
        _renew_all(db, connection, now)


def prune_aliases(db: Database, keep: Collection[str], now: datetime) -> list[str]:
    """Take out the applied sets that are not to be kept; the names of those taken out.

    One that a watchlist uses stays, unless one that ships can stand in its place.
    """
    with db.write() as connection:
        db.story_lock(connection)
        own = read_own_aliases(connection)
        gone = [n for n, alias in own.items() if alias.origin == BY_HAND and n not in keep]
        drop_aliases(connection, gone)
        left = read_aliases(connection)
        missed = {name for name in _used(connection) if name in gone and name not in left}
        for name in missed:
            write_alias(connection, own[name], None)
        _renew_all(db, connection, now)
    return [name for name in gone if name not in missed]


def _renew_all(db: Database, connection: Connection, now: datetime) -> None:
    standing = select(watchlists).where(watchlists.c.removed_at.is_(None)).order_by("id")
    rows = connection.execute(standing).all()
    if renew(connection, rows, read_aliases(connection), now):
        bump_rules(db, connection)


def _used(connection: Connection) -> set[str]:
    standing = select(watchlists.c.definition).where(watchlists.c.removed_at.is_(None))
    found = connection.execute(standing).scalars().all()
    return {name for definition in found for name in aliases_used(watchlist_from_json(definition))}
