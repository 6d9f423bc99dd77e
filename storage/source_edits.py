"""Sources kept in the database: the keys of a `[[source]]` table each (DESIGN §7).

What they come to is decided where the configuration is read; here they are kept, and a version
says that they changed, so that a running service takes them over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, inspect, null, select, update

from newsroom.errors import UnknownName
from storage.database import Database
from storage.tables import meta, sources

SOURCES_VERSION = "sources_version"
"""Key in `meta`; grows with every edit by hand."""


class Kept(NamedTuple):
    """The definitions as they stand, oldest place first, under their version."""

    version: int
    definitions: tuple[dict[str, Any], ...]


def read_sources(db: Database) -> Kept:
    """What the database keeps of sources added by hand."""
    query = (
        select(sources.c.definition)
        .where(sources.c.definition.is_not(None))
        .order_by(sources.c.position, sources.c.id)
    )
    with db.read() as connection:
        version = _version(connection)
        found = connection.execute(query).scalars().all()
    return Kept(version, tuple(one for one in found if isinstance(one, dict)))


def peek_sources(db: Database) -> Kept:
    """The same of any database, also one without our tables, or an older program's."""
    with db.read() as connection:
        looked = inspect(connection)
        tables = (sources.name, meta.name)
        if not all(map(looked.has_table, tables)):
            return Kept(0, ())
        columns = {column["name"] for column in looked.get_columns(sources.name)}
    return read_sources(db) if sources.c.definition.name in columns else Kept(0, ())


def sources_version(db: Database) -> int:
    """The version of the sources added by hand; 0 before the first."""
    with db.read() as connection:
        return _version(connection)


def keep_sources(db: Database, definitions: Sequence[Mapping[str, Any]]) -> int:
    """Keep these definitions, each in place of an earlier one of its id; the new version.

    They come into use when the configuration is put into the tables the next time.
    """
    with db.write() as connection:
        last = connection.execute(select(func.max(sources.c.position))).scalar() or 0
        for place, definition in enumerate(definitions, last + 1):
            kept = {"definition": dict(definition)}
            fresh = {
                "id": definition["id"],
                "name": definition.get("name", definition["id"]),
                "language": definition.get("language", "en"),
                "timezone": definition.get("timezone", "UTC"),
                "enabled": False,  # until its feeds are in the tables too
                "position": place,
                "origin": "db",
            }
            statement = db.insert(sources).values(**fresh, **kept)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept))
        return _bump(db, connection)


def forget_source(db: Database, source_id: str) -> int:
    """Take back what was added by hand of a source; all that was seen of it stays.

    Returns the new version. Raises UnknownName where nothing of it was added by hand.
    """
    with db.write() as connection:
        taken = connection.execute(
            update(sources)
            .where(sources.c.id == source_id, sources.c.definition.is_not(None))
            .values(definition=null())
        )
        if taken.rowcount != 1:
            raise UnknownName(
                f"no source {source_id!r} was added by hand; see `wirewatch sources list`"
            )
        return _bump(db, connection)


def _version(connection: Connection) -> int:
    kept = connection.execute(select(meta.c.value).where(meta.c.key == SOURCES_VERSION)).scalar()
    return int(kept or 0)


def _bump(db: Database, connection: Connection) -> int:
    version = _version(connection) + 1
    statement = db.insert(meta).values(key=SOURCES_VERSION, value=str(version))
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": str(version)})
    )
    return version
