"""One database, SQLite or PostgreSQL, behind the few verbs all of storage uses.

Transactions are explicit and short. On SQLite a writer takes the file's write lock at BEGIN (a
plain BEGIN that reads and then writes fails with BUSY_SNAPSHOT, whatever the timeout) and writers
of one process queue up in turn; readers never wait. synchronous=FULL: what was committed is on
the disk, because a mail may go out right after.

What the driver says of a locked, vanished, full or failing database becomes DatabaseUnavailable;
after a failed COMMIT nobody knows whether it is in the file, so every step can be run again.
IntegrityError and wrong SQL pass through: they are bugs.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, literal, text
from sqlalchemy import exc as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.schema import Table

from newsroom.errors import DatabaseUnavailable, StorageError
from storage.faults import is_conflict, translated
from storage.types import UtcDateTime, json_text

T = TypeVar("T")

BUSY_SECONDS = 10.0
"""How long a writer waits for the file's lock; then DatabaseUnavailable."""

STORY_LOCK = 0x57495245
"""Key of the advisory lock under which stories are looked up and assigned."""


class Database:
    """An open database; safe to share between threads. Close it when done.

    `url` is an SQLAlchemy URL: `sqlite:///FILE`, `postgresql://...` or `postgresql+psycopg://...`.
    An existing SQLite file is checked at opening unless `check` is False.

    Raises StorageError for a URL that names no such database and for a damaged file,
    DatabaseUnavailable where it cannot be opened for now.
    """

    engine: Engine
    """The engine writers use. PostgreSQL's readers use it too."""
    dialect: str
    """`sqlite` or `postgresql`."""
    url_masked: str
    """The URL without its password, fit for logs and messages."""
    path: Path | None
    """SQLite's file; None on PostgreSQL."""

    def __init__(self, url: str, *, check: bool = True) -> None:
        parsed = _parse(url)
        self.url_masked = parsed.render_as_string(hide_password=True)
        self.dialect = parsed.get_backend_name()
        self.path = Path(str(parsed.database)) if self.dialect == "sqlite" else None
        self._writers = threading.Lock()
        if self.path is not None:
            existing = _prepare_file(self.path)
            self.engine = _sqlite_engine(parsed, begin="BEGIN IMMEDIATE")
            self._readers = _sqlite_engine(parsed, begin="BEGIN", read_only=True)
            if check and existing:
                self._quick_check()
        else:
            self.engine = self._readers = _postgresql_engine(parsed)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back on any exception."""
        with translated(self.url_masked), self._turn(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state and cannot write."""
        with translated(self.url_masked), self._readers.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(
                    postgresql_readonly=True, isolation_level="REPEATABLE READ"
                )
            with connection.begin():
                yield connection

    @contextmanager
    def maintenance(self) -> Iterator[Connection]:
        """A write transaction for changing the schema.

        On SQLite foreign keys are not enforced while tables are rebuilt, and all of them are
        checked before the commit.
        """
        if self.path is None:
            with self.write() as connection:
                yield connection
            return
        rebuilding = _sqlite_engine(self.engine.url, begin="BEGIN IMMEDIATE", foreign_keys=False)
        try:
            with translated(self.url_masked), self._turn(), rebuilding.begin() as connection:
                yield connection
                dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if dangling:
                    raise StorageError(f"{self.path}: rows point nowhere: {dangling[:3]}")
        finally:
            rebuilding.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One writer of this process at a time on SQLite: its own lock is unfair to waiters."""
        if self.path is None:
            yield
            return
        if not self._writers.acquire(timeout=BUSY_SECONDS * 3):
            raise DatabaseUnavailable(f"{self.url_masked}: another writer holds the database")
        try:
            yield
        finally:
            self._writers.release()

    def insert(self, table: Table) -> Any:
        """The dialect's INSERT, which knows on_conflict_do_nothing and on_conflict_do_update."""
        if self.dialect == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def lease_now(self, now: datetime) -> ColumnElement[datetime]:
        """The instant leases are judged by: the database's clock on PostgreSQL, else `now`."""
        if self.dialect == "postgresql":
            return func.clock_timestamp(type_=UtcDateTime())
        return literal(now, UtcDateTime())

    def lease_end(self, now: datetime, seconds: float) -> ColumnElement[datetime]:
        """When a lease taken at `now` for `seconds` ends, on the clock of `lease_now`."""
        if self.dialect == "postgresql":
            return func.clock_timestamp(type_=UtcDateTime()) + literal(timedelta(seconds=seconds))
        return literal(now + timedelta(seconds=seconds), UtcDateTime())

    def story_lock(self, connection: Connection) -> None:
        """Hold the story look-up for this transaction alone, until it ends."""
        self.advisory_lock(connection, STORY_LOCK)

    def advisory_lock(self, connection: Connection, key: int) -> None:
        """Let one transaction at a time past this point; SQLite's write lock does it already."""
        if self.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def retry(self, step: Callable[[], T], attempts: int = 3) -> T:
        """Run `step` (a whole transaction), again where PostgreSQL chose it as a conflict's victim.

        Serialization failures and deadlocks only; other errors, and the last one, pass through.
        """
        for _ in range(attempts - 1):
            try:
                return step()
            except DatabaseUnavailable as error:
                if not is_conflict(error):
                    raise
        return step()

    def close(self) -> None:
        """Give every connection back; a transaction still open elsewhere is rolled back."""
        self._readers.dispose()
        self.engine.dispose()

    def _quick_check(self) -> None:
        hint = (
            "stop Wirewatch, move it away together with its -wal and -shm files, and copy a "
            f"backup (a file that `wirewatch db backup` wrote) to {self.path}"
        )
        try:
            with self.read() as connection:
                found = connection.exec_driver_sql("PRAGMA quick_check(3)").scalars().all()
        except DatabaseUnavailable:
            self.close()
            raise
        except (StorageError, sa.DBAPIError) as error:
            self.close()
            raise StorageError(f"{self.path} is damaged or no database: {error}; {hint}") from error
        if found != ["ok"]:
            self.close()
            raise StorageError(f"{self.path} is damaged: {'; '.join(map(str, found))}; {hint}")


def _parse(url: str) -> URL:
    accepted = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    try:
        parsed = make_url(url)
    except sa.ArgumentError as error:
        raise StorageError(f"the database url cannot be read; {accepted}") from error
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:":
            raise StorageError(f"a database in memory keeps nothing; {accepted}")
        return parsed.set(drivername="sqlite+pysqlite")
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StorageError(f"no database of kind {parsed.drivername!r} is known; {accepted}")


def _prepare_file(path: Path) -> bool:
    """Make the file's directory; True where the file exists with something in it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path.is_file() and path.stat().st_size > 0
    except OSError as error:
        raise DatabaseUnavailable(f"{path.parent} cannot be made or read: {error}") from error


def _sqlite_engine(
    url: URL, *, begin: str, read_only: bool = False, foreign_keys: bool = True
) -> Engine:
    engine = create_engine(
        url,
        json_serializer=json_text,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        pool_timeout=60,
    )

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the begin event below speaks, not the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url,
        json_serializer=json_text,
        pool_pre_ping=True,  # a restarted server costs a reconnect, not a failed step
        connect_args={
            "connect_timeout": 10,
            "application_name": "wirewatch",
            "options": "-c timezone=UTC -c lock_timeout=30s",
        },
    )
