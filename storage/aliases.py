"""The operator's own alias sets in the tables, and which are in force.

A set that ships gives way to one of the same name that `watch apply` brought, and both to one of
the files; the last two may not say different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from config.aliases import aliases_in_force
from config.terms import unknown_alias
from newsroom.errors import Problem, QueryError
from newsroom.model import AliasSet, Watchlist
from newsroom.query_uses import aliases_of
from storage.database import Database
from storage.outbox_tables import aliases

Aliases = Mapping[str, tuple[str, ...]]

BY_HAND = "db"
"""Origin of what the command line or the page made."""

DATABASE = "the database"
"""Stands where a Problem names a file."""


def load_aliases(db: Database) -> dict[str, tuple[str, ...]]:
    """Every alias set in force by its name, those that ship included."""
    with db.read() as connection:
        return read_aliases(connection)


def load_own_aliases(db: Database) -> dict[str, AliasSet]:
    """The operator's own alone, by name, of files and applied ones."""
    with db.read() as connection:
        return read_own_aliases(connection)


def read_aliases(connection: Connection) -> dict[str, tuple[str, ...]]:
    """What `load_aliases` gives, within a transaction."""
    return aliases_in_force({n: own.members for n, own in read_own_aliases(connection).items()})


def read_own_aliases(connection: Connection) -> dict[str, AliasSet]:
    """What `load_own_aliases` gives, within a transaction."""
    rows = connection.execute(select(aliases).order_by(aliases.c.name))
    return {row.name: AliasSet(row.name, tuple(row.members), row.origin) for row in rows}


def write_alias(connection: Connection, alias: AliasSet, before: AliasSet | None) -> None:
    """Put a set in the place of the one of its name (None: there is none)."""
    values = {"members": list(alias.members), "origin": alias.origin}
    if before is None:
        connection.execute(insert(aliases).values(name=alias.name, **values))
    elif before != alias:
        connection.execute(update(aliases).where(aliases.c.name == alias.name).values(values))


def drop_aliases(connection: Connection, names: Iterable[str]) -> None:
    """Take sets out; one of the same name that ships is in force again."""
    connection.execute(delete(aliases).where(aliases.c.name.in_(sorted(names))))


def put_files_aliases(connection: Connection, configured: Sequence[AliasSet]) -> None:
    """Make the files' sets those of the configuration; applied ones stay.

    One that was applied with the same terms stays where it is.
    """
    standing = read_own_aliases(connection)
    for alias in configured:
        before = standing.get(alias.name)
        if before is None or before.origin != BY_HAND:
            write_alias(connection, alias, before)
    of_files = {name for name, alias in standing.items() if alias.origin != BY_HAND}
    drop_aliases(connection, of_files - {alias.name for alias in configured})


def files_aliases_stand(connection: Connection, configured: Sequence[AliasSet]) -> bool:
    """Whether the files' sets are those of the configuration already, and none is refused."""
    standing = read_own_aliases(connection)
    by_hand = {name for name, alias in standing.items() if alias.origin == BY_HAND}
    of_files = {name: alias for name, alias in standing.items() if name not in by_hand}
    wanted = {alias.name: alias for alias in configured if alias.name not in by_hand}
    return of_files == wanted and not alias_doubles(connection, configured)


def alias_doubles(connection: Connection, configured: Sequence[AliasSet]) -> list[Problem]:
    """Refusals of the files' sets that say other than an applied one of the same name."""
    standing = read_own_aliases(connection)
    hint = (
        "give it another name, or give both the same terms (`wirewatch watch export`, edit it, "
        "`wirewatch watch apply`)"
    )
    return [
        Problem(
            alias.origin,
            None,
            f"alias.{alias.name}",
            f"the alias set {alias.name!r} was also applied by hand, with other terms",
            hint,
        )
        for alias in configured
        if (before := standing.get(alias.name)) is not None
        and before.origin == BY_HAND
        and set(before.members) != set(alias.members)
    ]


def aliases_used(watchlist: Watchlist) -> tuple[str, ...]:
    """Names of the alias sets a stored watchlist uses; none where it cannot be read any more."""
    try:
        return aliases_of(watchlist)
    except QueryError:  # an older program took it; whoever compiles it says so
        return ()


def unknown_aliases(watchlist: Watchlist, in_force: Aliases) -> list[Problem]:
    """Refusals of what a watchlist names and is not there."""
    file = DATABASE if watchlist.origin == BY_HAND else watchlist.origin
    problems = []
    for name in aliases_used(watchlist):
        if name not in in_force:
            bad = unknown_alias(name, in_force)
            wrong = f"the watchlist {watchlist.name!r} uses @{name}: {bad.problem}"
            problems.append(Problem(file, None, "", wrong, bad.hint))
    return problems
