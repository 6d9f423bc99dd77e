"""Looking after a database: is it sound, and how much is in it."""

from __future__ import annotations

from sqlalchemy import Connection, func, inspect, select, text

import storage.outbox_tables  # noqa: F401 - its tables join the metadata
from storage.database import Database
from storage.listing_base import Json
from storage.migrate import head, revision
from storage.search_tables import SEARCH_INDEX
from storage.tables import metadata

_MOST = 20
"""Findings that are told; a broken file has thousands."""


def problems(db: Database) -> list[str]:
    """What is wrong with the database, a line each; empty where all is well.

    Reads all of an SQLite file: its pages and indexes, and whether every row points to one that
    exists. PostgreSQL looks after itself: there the schema alone is looked at.
    """
    there = db.path is None or db.path.is_file()  # to look into a file that is not there makes it
    found = revision(db) if there else None
    if found is None:
        return [f"{db.url_masked} holds no tables of Wirewatch yet; `wirewatch run` makes them"]
    told = []
    if found != head():
        told.append(f"the schema is {found}, this program's is {head()}; see `db upgrade`")
    with db.read() as connection:
        if db.path is not None:
            told += _file_problems(connection)
        wanted = {*metadata.tables, SEARCH_INDEX}
        missing = wanted - set(inspect(connection).get_table_names())
    if found == head():
        told += [f"the table {name} is missing" for name in sorted(missing)]
    return told


def stats(db: Database) -> Json:
    """Rows by table, the size in bytes, the schema's revision."""
    with db.read() as connection:
        rows = {
            table.name: int(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
            )
            for table in metadata.sorted_tables
        }
        size = _size(connection, db)
    return {"database": db.url_masked, "schema": revision(db), "bytes": size, "rows": rows}


def _file_problems(connection: Connection) -> list[str]:
    pages = connection.execute(text(f"PRAGMA integrity_check({_MOST})")).scalars().all()
    told = [str(page) for page in pages if page != "ok"]
    dangling = connection.execute(text("PRAGMA foreign_key_check")).all()[:_MOST]
    return told + [f"row {row[1]} of {row[0]} points to no row of {row[2]}" for row in dangling]


def _size(connection: Connection, db: Database) -> int:
    if db.path is None:
        statement = "SELECT pg_database_size(current_database())"
        return int(connection.execute(text(statement)).scalar_one())
    beside = (db.path, db.path.with_name(f"{db.path.name}-wal"))
    return sum(path.stat().st_size for path in beside if path.exists())
