"""What a driver's error means: try again later, damaged, or a bug of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc as sa

from newsroom.errors import DatabaseUnavailable, StorageError

# Primary result codes of SQLite that time or a person's hand heals: the file is locked, full,
# read-only, unreadable for now. SQLITE_ERROR (1) is wrong SQL and stays a bug.
_SQLITE_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_CONFLICTS = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn what a driver raises inside into our errors, chained; `name` is put before."""
    try:
        yield
    except sa.TimeoutError as error:
        raise DatabaseUnavailable(f"{name}: no connection came free; try again later") from error
    except sa.DBAPIError as error:
        kind = classify(error)
        if kind is None:
            raise
        raise kind(f"{name}: {_first_line(error.orig)}") from error


def classify(error: sa.DBAPIError) -> type[StorageError] | None:
    """DatabaseUnavailable for what passes, StorageError for damage, None for a bug of ours."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        primary = code & 0xFF  # the rest is SQLite's extended code
        if primary in _SQLITE_PASSING:
            return DatabaseUnavailable
        return StorageError if primary in _SQLITE_DAMAGED else None
    if isinstance(error.orig, sqlite3.Error):
        return None
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith("54"):
        return None  # a limit of the program (an index row too long): trying again never helps
    # psycopg: OperationalError holds connection, resource, conflict and operator's classes
    if isinstance(error, sa.OperationalError | sa.InterfaceError) or error.connection_invalidated:
        return DatabaseUnavailable
    if state == "25006":
        return DatabaseUnavailable  # read-only: the server has become a standby
    return None


def is_conflict(error: DatabaseUnavailable) -> bool:
    """True where PostgreSQL broke off this transaction in favour of another."""
    cause = error.__cause__
    origin = cause.orig if isinstance(cause, sa.DBAPIError) else None
    return getattr(origin, "sqlstate", None) in _CONFLICTS


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), "unknown error")
