"""One database behind a few verbs: what commits, what waits, and what its faults become."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import exc as sa
from sqlalchemy import insert, select, text, update

import storage.database
from newsroom.errors import DatabaseUnavailable, StorageError
from storage.database import Database
from storage.outbox_tables import alerts
from storage.tables import feeds, meta
from tests.rows import NOW, add, add_alert, rows


def put(db: Database, key: str, value: str = "1") -> None:
    with db.write() as connection:
        connection.execute(insert(meta).values(key=key, value=value))


def test_a_write_is_there_after_it_and_gone_after_an_exception(database: Database) -> None:
    put(database, "kept")

    def broken() -> None:
        with database.write() as connection:
            connection.execute(insert(meta).values(key="lost", value="1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert [row.key for row in rows(database, meta)] == ["kept"]


def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises((DatabaseUnavailable, sa.DBAPIError)), database.read() as connection:
        connection.execute(insert(meta).values(key="x", value="1"))
    assert rows(database, meta) == []
    put(database, "x")  # and the connection is as good as before


def test_a_read_sees_one_state(database: Database) -> None:
    put(database, "a")
    with database.read() as connection:
        before = connection.execute(select(meta.c.key)).scalars().all()
        put(database, "b")
        assert connection.execute(select(meta.c.key)).scalars().all() == before == ["a"]


def test_bugs_pass_through(database: Database) -> None:
    put(database, "a")
    with pytest.raises(sa.IntegrityError):
        put(database, "a")
    with pytest.raises(sa.DBAPIError), database.read() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))
    with pytest.raises(sa.IntegrityError):
        add_alert(database, story_id=4711)  # foreign keys are enforced


def test_read_then_write_from_many_threads_loses_nothing(database: Database) -> None:
    put(database, "count", "0")

    def step() -> None:
        for _ in range(20):
            with database.write() as connection:
                found = connection.execute(select(meta.c.value).with_for_update()).scalar_one()
                connection.execute(update(meta).values(value=str(int(found) + 1)))

    threads = [threading.Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(database, meta)[0].value == "80"


def test_instants_come_back_aware_and_exact(database: Database) -> None:
    seoul = datetime(2026, 11, 23, 12, 10, 1, 234567, tzinfo=timezone(timedelta(hours=9)))
    add_alert(database, due_at=seoul)
    row = rows(database, alerts)[0]
    assert row.due_at == seoul
    assert row.due_at.tzinfo is UTC
    with pytest.raises(sa.StatementError, match="naive"):
        add_alert(database, due_at=datetime(2026, 1, 1))  # noqa: DTZ001 - it is to be refused


@pytest.mark.parametrize("kind", ["update", "nothing"])
def test_insert_knows_conflicts(database: Database, kind: str) -> None:
    put(database, "a", "old")
    statement = database.insert(meta).values(key="a", value="new")
    with database.write() as connection:
        if kind == "update":
            on = statement.on_conflict_do_update(index_elements=["key"], set_={"value": "new"})
        else:
            on = statement.on_conflict_do_nothing()
        connection.execute(on)
    assert rows(database, meta)[0].value == ("new" if kind == "update" else "old")


def test_leases_run_on_the_databases_clock_or_on_ours(database: Database) -> None:
    with database.read() as connection:
        now, end = connection.execute(
            select(database.lease_now(NOW), database.lease_end(NOW, 90.5))
        ).one()
    if database.dialect == "sqlite":
        assert (now, end) == (NOW, NOW + timedelta(seconds=90.5))
    else:
        assert timedelta(seconds=90) < end - now < timedelta(seconds=91)
        assert abs(now - datetime.now(UTC)) < timedelta(minutes=5)


def test_the_story_lock_lets_one_transaction_in(database: Database) -> None:
    inside, order = threading.Event(), list[str]()

    def second() -> None:
        inside.wait(30)
        with database.write() as connection:
            database.story_lock(connection)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with database.write() as connection:
        database.story_lock(connection)
        inside.set()
        thread.join(0.2)  # it would be in by now if nothing held it
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_sqlite_is_durable_and_checks_keys(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_locked_file_is_unavailable_for_now(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "BUSY_SECONDS", 0.05)
    impatient = Database(f"sqlite:///{sqlite_database.path}")
    with sqlite_database.write() as connection:
        connection.execute(insert(meta).values(key="a", value="1"))
        with pytest.raises(DatabaseUnavailable, match="locked") as caught, impatient.write():
            pass
        assert isinstance(caught.value.__cause__, sa.OperationalError)
        assert rows(impatient, meta) == []  # readers never wait
    put(impatient, "b")
    impatient.close()


def test_a_writer_of_our_own_that_hangs_is_reported(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "BUSY_SECONDS", 0.02)
    with sqlite_database.write(), pytest.raises(DatabaseUnavailable, match="another writer"):
        put(sqlite_database, "never")


def test_a_full_disk_is_unavailable_for_now(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DatabaseUnavailable, match="full"):
        put(sqlite_database, "big", "x" * 100_000)
    assert rows(sqlite_database, meta) == []


def test_a_damaged_file_is_found_at_opening(sqlite_database: Database) -> None:
    path = sqlite_database.path
    assert path is not None
    for number in range(200):
        put(sqlite_database, f"key {number}", "v" * 500)
    sqlite_database.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 8 * 4096)
        file.write(b"\xa5" * 6 * 4096)
    with pytest.raises(StorageError, match="copy a backup") as caught:
        Database(f"sqlite:///{path}")
    assert all(word in str(caught.value) for word in ("stop Wirewatch", "-wal", f"to {path}"))
    assert "restore" not in str(caught.value)  # there is no such command
    assert not isinstance(caught.value, DatabaseUnavailable)


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear editor, " * 1000)
    with pytest.raises(StorageError, match="`wirewatch db backup`"):
        Database(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"Dear editor")


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnavailable, match="cannot be made"):
        Database(f"sqlite:///{tmp_path}/file/deeper/wirewatch.db")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/a/b/wirewatch.db")
    with db.write() as connection:
        meta.create(connection)
    db.close()
    with closing(sqlite3.connect(tmp_path / "a/b/wirewatch.db")) as file:
        assert file.execute("SELECT count(*) FROM meta").fetchone() == (0,)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root@localhost/x",
        "not a url",
        "postgresql+asyncpg://x/y",
    ],
)
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="sqlite:///FILE"):
        Database(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_password_never_shows(scheme: str) -> None:
    db = Database(f"{scheme}://desk:s3cret@127.0.0.1:1/news")
    assert db.dialect == "postgresql"
    assert db.url_masked == "postgresql+psycopg://desk:***@127.0.0.1:1/news"
    with pytest.raises(DatabaseUnavailable) as caught, db.read():
        pass
    assert "s3cret" not in str(caught.value)
    db.close()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
class TestPostgresql:
    """Faults only a server has."""

    def test_a_connection_that_was_killed_is_replaced(self, database: Database) -> None:
        def killed() -> None:
            with database.write() as connection:
                pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
                with database.write() as other:
                    other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
                connection.execute(insert(meta).values(key="a", value="1"))

        with pytest.raises(DatabaseUnavailable):
            killed()
        put(database, "b")
        assert [row.key for row in rows(database, meta)] == ["b"]

    def test_the_victim_of_a_deadlock_runs_again(self, database: Database) -> None:
        put(database, "a", "0")
        put(database, "b", "0")
        barrier, runs = threading.Barrier(2), list[str]()

        def cross(first: str, second: str) -> None:
            def step() -> None:
                runs.append(first)
                with database.write() as connection:
                    for key in (first, second):
                        connection.execute(
                            update(meta).where(meta.c.key == key).values(value=first)
                        )
                        if len(runs) <= 2 and key == first:
                            barrier.wait(30)

            database.retry(step)

        threads = [threading.Thread(target=cross, args=pair) for pair in (("a", "b"), ("b", "a"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        # one of them was the victim, and went again; both where both looked at the same instant
        assert len(runs) in (3, 4)
        values = {row.value for row in rows(database, meta)}
        assert len(values) == 1

    def test_a_missing_server_is_unavailable_not_retried_for_ever(self, database: Database) -> None:
        tries = list[int]()

        def step() -> None:
            tries.append(1)
            raise DatabaseUnavailable("gone")

        with pytest.raises(DatabaseUnavailable):
            database.retry(step)
        assert len(tries) == 1


def test_a_due_index_is_used(sqlite_database: Database) -> None:
    """The plan of the look-up that runs every few seconds."""
    add(sqlite_database, meta, key="a", value="b")
    query = select(feeds.c.id).where(feeds.c.active, feeds.c.next_poll_at <= NOW)
    with sqlite_database.read() as connection:
        sql = str(query.compile(connection, compile_kwargs={"literal_binds": False}))
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN " + sql, ("2026-11-23 03:10:00.000000",)
        ).all()
    assert "ix_feeds_due" in str(plan)
