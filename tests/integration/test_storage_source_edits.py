"""Sources that the database keeps: kept, read in order, taken back, under a version."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from config.added_sources import lay_over
from newsroom.errors import UnknownName
from newsroom.model import Source
from storage.database import Database
from storage.source_edits import (
    forget_source,
    keep_sources,
    peek_sources,
    read_sources,
    sources_version,
)
from storage.sync import sync_sources
from storage.tables import feeds, sources
from tests.rows import NOW, rows

FILED = Source("filed", "Filed", ("filed.example",), ("https://filed.example/f",), origin="w.toml")
PORT = {"id": "port", "name": "항구신문", "feeds": ["https://port.example/rss"], "language": "ko"}
BAY = {"id": "bay", "feeds": ["https://bay.example/rss"], "interval": {"min": "1m"}}


def put(database: Database) -> None:
    laid = lay_over([FILED], read_sources(database).definitions)
    assert laid.warnings == ()
    sync_sources(database, laid.sources, NOW)


def test_they_are_kept_in_the_order_they_came_and_used_when_put_in_place(
    database: Database,
) -> None:
    assert read_sources(database) == (0, ())
    assert keep_sources(database, [PORT, BAY]) == 1
    assert read_sources(database) == (1, (PORT, BAY))
    assert {row.id: row.enabled for row in rows(database, sources)} == {
        "port": False,
        "bay": False,
    }
    put(database)
    found = {row.id: (row.name, row.origin, row.enabled) for row in rows(database, sources)}
    assert found["port"] == ("항구신문", "db", True)
    assert {row.url for row in rows(database, feeds) if row.active} == {
        "https://filed.example/f",
        "https://port.example/rss",
        "https://bay.example/rss",
    }
    put(database)
    assert read_sources(database).definitions == (PORT, BAY)


def test_a_definition_takes_the_place_of_an_earlier_one(database: Database) -> None:
    keep_sources(database, [PORT, BAY])
    put(database)
    changed = {**PORT, "feeds": ["https://port.example/new"]}
    assert keep_sources(database, [changed]) == 2
    assert read_sources(database).definitions == (changed, BAY)
    put(database)
    in_use = {row.url for row in rows(database, feeds) if row.active and "port" in row.url}
    assert in_use == {"https://port.example/new"}


def test_what_is_forgotten_is_out_of_use_and_stays(database: Database) -> None:
    keep_sources(database, [PORT, BAY])
    put(database)
    assert forget_source(database, "port") == 2
    assert sources_version(database) == 2
    put(database)
    (port,) = [row for row in rows(database, sources) if row.id == "port"]
    assert (port.enabled, port.definition) == (False, None)
    assert [row.active for row in rows(database, feeds) if row.source_id == "port"] == [False]
    for name in ("port", "filed", "nobody"):
        with pytest.raises(UnknownName):
            forget_source(database, name)
    assert sources_version(database) == 2


def test_a_database_without_our_tables_keeps_none(database: Database) -> None:
    keep_sources(database, [BAY])
    assert peek_sources(database).definitions == (BAY,)
    with database.write() as connection:
        connection.execute(text("ALTER TABLE sources RENAME COLUMN definition TO older"))
    assert peek_sources(database) == (0, ())
    with database.write() as connection:  # the next test has the same database
        connection.execute(text("ALTER TABLE sources RENAME COLUMN older TO definition"))
