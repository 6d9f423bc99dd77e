"""The database fails at each transaction of a pass in turn; afterwards nothing is lost or doubled.

Faults 107-109 and 114: a full disk, an fdatasync nobody knows the outcome of, a lock that is held
too long, a server that ends the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from newsroom.errors import DatabaseUnavailable, StorageError
from storage.database import Database
from storage.outbox_tables import alerts
from storage.search_tables import search_due
from storage.tables import articles, feeds, polls
from tests.newsdesk import START, Newsdesk, item, newsdesk, watchlist
from tests.prose import prose
from tests.rows import rows
from tests.scripted_channel import ScriptedChannel

Write = Callable[[], AbstractContextManager[Connection]]
TO = ("one@example.org", "two@example.org")


class Failing:
    """Counts write transactions; the n-th fails in its own way."""

    def __init__(self, db: Database, how: str, nth: int) -> None:
        self.left, self.how = nth, how
        self._write: Write = db.write
        db.write = self.write  # type: ignore[method-assign] # the fault is injected here

    @property
    def reached(self) -> bool:
        return self.left <= 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.left -= 1
        if self.left != 0:
            with self._write() as connection:
                yield connection
        elif self.how == "in doubt":  # committed, and the answer is an error
            with self._write() as connection:
                yield connection
            raise DatabaseUnavailable("disk I/O error")
        elif self.how == "killed":
            with self._write() as connection:
                yield connection
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        else:
            with self._write() as connection:
                yield connection
                raise DatabaseUnavailable("database or disk is full")


async def one_life(folder: Path, url: str, how: str, nth: int) -> bool:
    """A pass with the n-th transaction failing, and two without; False where there was no n-th."""
    async with newsdesk(folder, url=url, watchlists=[watchlist(to=TO)]) as desk:
        channel = ScriptedChannel()
        desk.desk.channel = channel
        desk.feed(item(1, "THAAD one"), item(2, "Rice"), item(3, "THAAD three"))
        desk.page(1, "THAAD one", "The first of them.")
        desk.page(2, "Rice", "Nothing of interest.")
        failing = Failing(desk.db, how, nth)
        try:
            await desk.run()
        except DatabaseUnavailable:
            assert failing.reached
        reached, failing.left = failing.reached, 0
        if desk.db.dialect == "postgresql":
            let_leases_run_out(desk.db)
        for _ in range(2):
            await desk.run(minutes=20)
        check(desk, channel)
        return reached


def let_leases_run_out(db: Database) -> None:
    """They go by the server's clock there, which no test moves."""
    with db.write() as conn:
        for table in (feeds, articles, alerts):
            leased = table.c.lease_owner.is_not(None)
            conn.execute(update(table).where(leased).values(lease_until=START - timedelta(days=9)))


def check(desk: Newsdesk, channel: ScriptedChannel) -> None:
    assert len(rows(desk.db, articles)) == 3
    assert [row.state for row in rows(desk.db, alerts)] == ["sent"] * 4
    assert len(channel.accepted) == len(channel.by_id()) == 4
    for table in (feeds, articles, alerts):
        assert all(row.lease_owner is None for row in rows(desk.db, table))
    assert all(row.matched_mark == row.text_mark for row in rows(desk.db, articles))
    assert rows(desk.db, search_due) == []


HOW = ["refused", "in doubt"]


def play(tmp_path: Path, make: Callable[[], AbstractContextManager[str]], how: str) -> int:
    """Every transaction of a pass in turn; how many there are."""
    nth = 0
    while True:
        nth += 1
        folder = tmp_path / f"life-{nth}"
        folder.mkdir()
        with make() as url:
            if not asyncio.run(one_life(folder, url, how, nth)):
                return nth - 1


@pytest.mark.parametrize("how", HOW)
def test_each_transaction_on_sqlite(tmp_path: Path, how: str) -> None:
    @contextmanager
    def make() -> Iterator[str]:
        yield f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}"

    assert play(tmp_path, make, how) > 15


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("how", [*HOW, "killed"])
def test_each_transaction_on_postgresql(
    tmp_path: Path, how: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server")
    assert play(tmp_path, server.migrated, how) > 15


def test_a_full_disk_stops_the_work_and_heals_alone(tmp_path: Path) -> None:
    """The file may not grow: nothing is claimed for ever, nothing lost, no mail twice."""

    async def main() -> None:
        async with newsdesk(tmp_path, watchlists=[watchlist(to=TO)]) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            desk.feed(*(item(n, f"THAAD {n}", prose(n, 200)) for n in range(20)))
            write: Write = desk.db.write

            @contextmanager
            def full() -> Iterator[Connection]:
                with write() as conn:
                    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
                    conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
                    try:
                        yield conn
                    finally:
                        conn.exec_driver_sql("PRAGMA max_page_count=1000000")

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(desk.db, "write", full)
                with pytest.raises(StorageError, match="full"):
                    await desk.run()
            assert rows(desk.db, articles) == []
            assert channel.tried == []
            await desk.run(minutes=10)
            assert len(channel.accepted) == len(channel.by_id()) == 40
            assert [row.reason for row in rows(desk.db, polls)] == ["ok"]

    asyncio.run(main())


def test_a_lock_held_too_long_costs_a_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else keeps the file locked (fault 109): exit by an error, then all goes on."""
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)

    async def main() -> None:
        async with newsdesk(tmp_path, watchlists=[watchlist(to=TO)]) as desk:
            channel = ScriptedChannel()
            desk.desk.channel = channel
            desk.feed(item(1, "THAAD"))
            other = Database(f"sqlite:///{desk.db.path}", check=False)
            with other.write(), pytest.raises(DatabaseUnavailable):
                await desk.run()
            other.close()
            with desk.db.read() as conn:
                assert conn.execute(select(polls)).all() == []
            await desk.run(hours=1)
            assert len(channel.accepted) == 2

    asyncio.run(main())
