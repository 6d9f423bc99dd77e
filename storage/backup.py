"""Copies of a live SQLite database, taken through SQLite's backup API.

Copying the file itself under load gives a torn copy, and leaves out what is still in the WAL.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from newsroom.errors import DatabaseUnavailable, StorageError
from storage.database import Database


def backup(db: Database, path: Path) -> None:
    """Write a complete copy of the database to the new file `path`; writers go on meanwhile.

    The copy is checked and on the disk before it gets its name: a file of this name is whole.
    Raises StorageError where `path` exists or the database is PostgreSQL, DatabaseUnavailable
    where the copy cannot be written.
    """
    if db.path is None:
        raise StorageError("a PostgreSQL database is backed up with pg_dump, not by Wirewatch")
    if path.exists():
        raise StorageError(f"{path} exists; name a new file")
    unfinished = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        _copy(db.path, unfinished)
        _sync(unfinished)
        unfinished.rename(path)
        _sync(path.parent)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise DatabaseUnavailable(f"no backup of {db.path} to {path}: {error}") from error


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StorageError(f"{source} is damaged, its copy is worthless: {found}")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
