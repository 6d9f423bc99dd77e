"""A configuration that the tables hold already: nothing is written, and no writer waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from newsroom.model import AliasSet, NotifyRule, Source, Watchlist
from storage.database import Database
from storage.edits import add_watchlist, pause_source, remove_watchlist, resume_source
from storage.outbox_tables import watchlists
from storage.source_edits import forget_source, keep_sources
from storage.sync import load_watchlists, sync_sources, sync_watchlists
from storage.tables import feeds, sources
from tests.rows import NOW, rows

LATER = NOW + timedelta(hours=1)
HERALD = Source(
    id="herald",
    name="The Herald",
    hosts=("herald.example",),
    feeds=("https://herald.example/a", "https://herald.example/b"),
    listings=("https://herald.example/list",),
)
AGENCY = Source("agency", "통신사", ("agency.example",), ("https://agency.example/f",))
TOLD = (NotifyRule(to=("desk@example.org",)),)
FILES = Watchlist("missiles", any=("missile", "@arms"), notify=TOLD, origin="w.toml")
EXAMPLE = Watchlist("example", any=("THAAD",))
ARMS = AliasSet("arms", ("howitzer", "자주포"), "w.toml")


def sync(db: Database) -> int:
    sync_sources(db, [HERALD, AGENCY], LATER)
    return sync_watchlists(db, [EXAMPLE, FILES], LATER, [ARMS])


def test_the_same_again_waits_for_no_writer(database: Database) -> None:
    version = sync(database)
    with database.write() as connection:
        database.story_lock(connection)
        assert sync(database) == version


def in_force(db: Database) -> list[object]:
    keys = ("id", "url", "active", "configured", "interval_s", "host")
    fed = [tuple(getattr(row, key) for key in keys) for row in rows(db, feeds) if row.configured]
    had = [(row.id, row.name, row.enabled, row.position) for row in rows(db, sources)]
    told = [(w.id, w.watchlist) for w in load_watchlists(db)]
    return [sorted(fed), sorted(had), told]


def test_two_configurations_by_turns_each_put_theirs_in_force(database: Database) -> None:
    sync(database)
    first = in_force(database)
    sync_sources(database, [replace(AGENCY, name="Agency", feeds=("https://x.example/",))], LATER)
    sync_watchlists(database, [EXAMPLE], LATER)
    assert in_force(database) != first
    assert [w.watchlist.name for w in load_watchlists(database)] == ["example"]
    sync(database)
    assert in_force(database) == first


def edit_feed(db: Database) -> None:
    with db.write() as connection:
        connection.execute(update(feeds).values(active=False, host="", interval_s=1))


def edit_source(db: Database) -> None:
    with db.write() as connection:
        connection.execute(update(sources).values(enabled=False, name="?"))


def edit_watchlist(db: Database) -> None:
    with db.write() as connection:
        connection.execute(update(watchlists).values(rule_hash="of an older program"))


@pytest.mark.parametrize("edit", [edit_feed, edit_source, edit_watchlist])
def test_what_another_program_wrote_is_mended(
    database: Database, edit: Callable[[Database], None]
) -> None:
    sync(database)
    before = in_force(database)
    version = sync(database)
    edit(database)
    again = sync(database)
    assert in_force(database) == before
    assert (again > version) is (edit is edit_watchlist)


def test_pauses_and_kept_sources_need_no_other_configuration(database: Database) -> None:
    sync(database)
    before = in_force(database)
    pause_source(database, "herald", NOW)
    keep_sources(database, [{"id": "agency", "name": "Other"}, {"id": "fresh"}])
    sync(database)
    assert {row.active for row in rows(database, feeds) if row.source_id == "herald"} == {False}
    forget_source(database, "agency")
    resume_source(database, "herald", NOW)
    sync(database)
    assert in_force(database)[0] == before[0]


def test_the_example_comes_back_when_the_last_one_by_hand_goes(database: Database) -> None:
    sync_watchlists(database, [EXAMPLE], NOW)
    add_watchlist(database, Watchlist("own", any=("missile",), notify=TOLD), NOW)
    sync_watchlists(database, [EXAMPLE], NOW)
    assert [w.watchlist.name for w in load_watchlists(database)] == ["own"]
    remove_watchlist(database, "own", NOW)
    sync_watchlists(database, [EXAMPLE], NOW)
    assert [w.watchlist.name for w in load_watchlists(database)] == ["example"]
