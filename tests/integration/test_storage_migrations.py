"""The schema: made, upgraded, refused; equal to the tables; whole after a kill at any step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, inspect, text

from newsroom.errors import DatabaseUnavailable, SchemaMismatch, StorageError
from storage import migrate
from storage.backup import backup
from storage.database import Database
from storage.migrate import VERSION_TABLE, context_options, ensure, head, revision
from storage.tables import metadata
from tests.rows import add_source, rows

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bare(bare_url: str) -> Iterator[Database]:
    """A database of each kind without any table."""
    db = Database(bare_url)
    yield db
    db.close()


def tables_of(db: Database) -> set[str]:
    with db.read() as connection:
        return set(inspect(connection).get_table_names())


def make_older(db: Database, to: str = "0001") -> None:
    """Bring an empty database to an earlier step."""
    with db.maintenance() as connection:
        command.upgrade(migrate._config(connection), to)


def definitions(connection: Connection) -> list[tuple[str, ...]]:
    """The schema as the database itself spells it, indexes with their conditions."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    else:
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT conrelid::regclass::text || conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace UNION ALL "
            "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, "
            "character_maximum_length, is_nullable, column_default, is_identity) "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        )
    found = connection.exec_driver_sql(query).all()
    return [
        tuple(" ".join(str(value).split()) for value in row)
        for row in found
        if VERSION_TABLE not in str(row)
    ]


def test_an_empty_database_gets_its_tables(bare: Database) -> None:
    ensure(bare)
    assert set(metadata.tables) <= tables_of(bare)
    assert revision(bare) == head()
    ensure(bare)  # and again is nothing
    add_source(bare)


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts=context_options())
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    ("database_url", "bare_url"),
    [
        ("sqlite", "sqlite"),
        pytest.param("postgresql", "postgresql", marks=pytest.mark.postgres),
    ],
    indirect=True,
)
def test_so_it_is_in_the_databases_own_words(database: Database, bare: Database) -> None:
    with bare.write() as connection:
        metadata.create_all(connection)
        declared = definitions(connection)
    with database.read() as connection:
        migrated = definitions(connection)
    if database.dialect == "sqlite":
        # columns stand in the order they came in; everything else word for word
        declared = [(name, "".join(sorted(sql))) for name, sql in declared]
        migrated = [(name, "".join(sorted(sql))) for name, sql in migrated]
    assert migrated == declared


def _source_ids(db: Database) -> list[str]:
    with db.read() as conn:
        return list(conn.execute(text("SELECT id FROM sources")).scalars())


def test_an_older_file_is_backed_up_and_upgraded(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    make_older(db)
    with db.write() as conn:  # in the words of the schema it has
        conn.execute(
            text(
                "INSERT INTO sources (id, name, language, timezone, enabled, position, origin)"
                " VALUES ('herald', 'Herald', 'en', 'Asia/Seoul', 1, 0, 'catalogue')"
            )
        )
    ensure(db)
    assert revision(db) == head()
    assert _source_ids(db) == ["herald"]
    db.close()
    before = Database(f"sqlite:///{tmp_path / 'old.db.schema-0001.backup'}")
    assert revision(before) == "0001"
    assert _source_ids(before) == ["herald"]
    before.close()


def test_an_earlier_backup_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "old.db.schema-0001.backup").write_text("dear to somebody")
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    make_older(db)
    ensure(db)
    db.close()
    assert (tmp_path / "old.db.schema-0001.backup").read_text() == "dear to somebody"
    assert (tmp_path / "old.db.schema-0001.2.backup").exists()


def test_no_upgrade_without_its_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    make_older(db)

    def full(*_: object) -> None:
        raise DatabaseUnavailable("disk full")

    monkeypatch.setattr(migrate, "backup", full)
    with pytest.raises(DatabaseUnavailable):
        ensure(db)
    assert revision(db) == "0001"
    db.close()


def test_an_older_server_is_upgraded_only_when_told(bare: Database) -> None:
    make_older(bare)
    forbidden = None if bare.dialect == "postgresql" else False
    with pytest.raises(SchemaMismatch, match="wirewatch db upgrade"):
        ensure(bare, upgrade=forbidden)
    assert revision(bare) == "0001"
    ensure(bare, upgrade=True)
    assert revision(bare) == head()


@pytest.mark.parametrize("upgrade", [None, True, False])
def test_a_newer_schema_is_refused_and_left_alone(database: Database, upgrade: bool | None) -> None:
    with database.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="newer"):
        ensure(database, upgrade=upgrade)
    assert revision(database) == "9999"


def test_tables_of_somebody_else_are_refused(bare: Database) -> None:
    with bare.write() as connection:
        connection.execute(text("CREATE TABLE articles (id INTEGER)"))
    with pytest.raises(SchemaMismatch, match="empty database"):
        ensure(bare)
    assert tables_of(bare) == {"articles"}


def test_two_that_start_at_once_both_find_a_schema(bare: Database) -> None:
    failures = list[BaseException]()
    start = threading.Barrier(3)

    def begin() -> None:
        start.wait(30)
        try:
            ensure(bare)
        except BaseException as error:  # noqa: BLE001 - carried to the main thread
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert revision(bare) == head()


@pytest.mark.parametrize("from_step", [None, "0001"])
@pytest.mark.parametrize("fail_at", [1, 5, 10])
def test_a_step_that_fails_leaves_everything_as_it_was(
    bare: Database, from_step: str | None, fail_at: int
) -> None:
    if from_step:
        make_older(bare)
    before, seen = tables_of(bare), list[str]()

    def fail(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE" in statement and VERSION_TABLE not in statement:
            seen.append(statement)
            if len(seen) == fail_at:
                raise RuntimeError("pulled the plug")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError, match="plug"):
            ensure(bare, upgrade=True)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert tables_of(bare) == before
    ensure(bare, upgrade=True)
    assert revision(bare) == head()


KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from storage.database import Database
from storage.migrate import ensure

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, *rest):
    global left
    if statement.lstrip().startswith(("CREATE", "ALTER", "INSERT", "UPDATE")):
        left -= 1
        if left == 0:
            print("reached", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

ensure(Database(sys.argv[1]))
print("done", flush=True)
"""


@pytest.mark.parametrize("statements", [1, 2, 9, 30, 50])
def test_killed_in_the_middle_the_file_is_usable(tmp_path: Path, statements: int) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(statements)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stdout == "reached\n", ran.stderr
    assert ran.returncode == -signal.SIGKILL
    db = Database(url)
    assert tables_of(db) == set()  # one transaction: nothing of it is there
    ensure(db)
    assert revision(db) == head()
    db.close()


def test_a_backup_is_whole_while_somebody_writes(sqlite_database: Database, tmp_path: Path) -> None:
    for number in range(50):
        add_source(sqlite_database, f"source-{number:02}")
    target = tmp_path / "kept" / "copy.db"
    with sqlite_database.write() as connection:
        connection.execute(text("UPDATE sources SET name = 'uncommitted'"))
        backup(sqlite_database, target)
    copy = Database(f"sqlite:///{target}")
    names = {row.name for row in rows(copy, metadata.tables["sources"])}
    assert len(names) == 50
    assert "uncommitted" not in names
    copy.close()
    assert sorted(p.name for p in target.parent.iterdir() if ".part" in p.name) == []


def test_a_backup_overwrites_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("dear to somebody")
    with pytest.raises(StorageError, match="exists"):
        backup(sqlite_database, taken)
    assert taken.read_text() == "dear to somebody"


def test_a_backup_that_cannot_be_written_says_so(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnavailable, match="no backup"):
        backup(sqlite_database, tmp_path / "file" / "copy.db")


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_is_backed_up_by_its_own_tools(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="pg_dump"):
        backup(database, tmp_path / "copy.db")
