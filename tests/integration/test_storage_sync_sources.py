"""Sources and feeds of the configuration, in the tables; pauses by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from newsroom.errors import UnknownName
from newsroom.model import Source
from storage.database import Database
from storage.edits import pause_source, resume_source
from storage.outbox_tables import notices
from storage.sync import sync_sources
from storage.tables import feeds, sources
from tests.rows import NOW, add_notice, rows

LATER = NOW + timedelta(hours=1)
HERALD = Source(
    id="herald",
    name="The Herald",
    hosts=("www.herald.example",),
    feeds=("https://www.herald.example/rss/a", "http://WWW.Herald.example:8080/rss/b"),
    listings=("https://www.herald.example/list",),
    timezone="Asia/Seoul",
)
AGENCY = Source(
    "agency", "통신사", ("agency.example",), ("https://agency.example/f",), language="ko"
)


def feed(db: Database, url: str) -> object:
    (found,) = [row for row in rows(db, feeds) if row.url == url]
    return found


def actives(db: Database) -> dict[str, bool]:
    return {row.url.rpartition("/")[2]: row.active for row in rows(db, feeds)}


def change(db: Database, url: str, **values: object) -> None:
    with db.write() as connection:
        connection.execute(update(feeds).where(feeds.c.url == url).values(**values))


def test_new_sources_are_due_now(database: Database) -> None:
    sync_sources(database, [HERALD, AGENCY], NOW)
    assert [(s.id, s.position, s.language, s.enabled) for s in rows(database, sources)] == [
        ("agency", 1, "ko", True),
        ("herald", 0, "en", True),
    ]
    a, b = (feed(database, url) for url in HERALD.feeds)
    assert (a.next_poll_at, a.interval_s, a.interval_max_s) == (NOW, 120, 3600)
    assert (a.host, b.host) == ("www.herald.example", "www.herald.example:8080")
    assert (a.kind, a.verdict, a.attempts) == ("feed", "new", 0)
    listing = feed(database, HERALD.listings[0])
    assert (listing.kind, listing.active, listing.next_poll_at) == ("listing", False, None)


def test_the_same_again_changes_nothing(database: Database) -> None:
    sync_sources(database, [HERALD, AGENCY], NOW)
    change(database, HERALD.feeds[0], next_poll_at=LATER, interval_s=900, etag='"x"')
    before = rows(database, feeds), rows(database, sources)
    sync_sources(database, [HERALD, AGENCY], LATER)
    assert (rows(database, feeds), rows(database, sources)) == before


@pytest.mark.parametrize(
    ("had", "shortest", "longest", "has"),
    [(900, 120, 3600, 900), (900, 120, 600, 600), (120, 300, 3600, 300), (120, 120, 240, 120)],
)
def test_an_interval_is_kept_within_new_bounds(
    database: Database, had: int, shortest: int, longest: int, has: int
) -> None:
    sync_sources(database, [AGENCY], NOW)
    change(database, AGENCY.feeds[0], interval_s=had)
    bounded = replace(
        AGENCY,
        interval_min=timedelta(seconds=shortest),
        interval_max=timedelta(seconds=longest),
    )
    sync_sources(database, [bounded], NOW)
    row = feed(database, AGENCY.feeds[0])
    assert (row.interval_s, row.interval_max_s) == (has, longest)


def test_what_left_the_configuration_stays_out_of_use(database: Database) -> None:
    sync_sources(database, [HERALD, AGENCY], NOW)
    change(database, HERALD.feeds[0], next_poll_at=LATER)
    sync_sources(database, [replace(HERALD, feeds=HERALD.feeds[1:])], NOW)
    assert actives(database) == {"a": False, "b": True, "list": False, "f": False}
    assert {s.id: s.enabled for s in rows(database, sources)} == {"agency": False, "herald": True}
    assert {f.url[-1]: f.configured for f in rows(database, feeds)} == {
        "a": False,
        "b": True,
        "t": True,
        "f": False,
    }
    sync_sources(database, [HERALD, AGENCY], LATER - timedelta(minutes=5))
    assert actives(database) == {"a": True, "b": True, "list": False, "f": True}
    assert feed(database, HERALD.feeds[0]).next_poll_at == LATER - timedelta(minutes=5)  # due now
    assert feed(database, HERALD.feeds[1]).next_poll_at == NOW  # never stopped


def test_nothing_configured_is_nothing_polled(database: Database) -> None:
    sync_sources(database, [HERALD], NOW)
    sync_sources(database, [], NOW)
    assert set(actives(database).values()) == {False}


def test_a_disabled_source_is_not_polled(database: Database) -> None:
    sync_sources(database, [replace(AGENCY, enabled=False)], NOW)
    assert actives(database) == {"f": False}
    assert feed(database, AGENCY.feeds[0]).next_poll_at is None
    resume_source(database, "agency", NOW)  # by hand nobody enables what is disabled in a file
    assert actives(database) == {"f": False}
    sync_sources(database, [AGENCY], LATER)
    assert feed(database, AGENCY.feeds[0]).next_poll_at == LATER


def test_a_feed_that_is_named_as_listing_too_is_a_feed(database: Database) -> None:
    sync_sources(database, [replace(AGENCY, listings=AGENCY.feeds)], NOW)
    (row,) = rows(database, feeds)
    assert (row.kind, row.active) == ("feed", True)


def test_one_address_in_two_sources_is_two_feeds(database: Database) -> None:
    sync_sources(database, [AGENCY, replace(AGENCY, id="other")], NOW)
    assert [row.source_id for row in rows(database, feeds)] == ["agency", "other"]


def test_a_pause_survives_a_reload(database: Database) -> None:
    sync_sources(database, [HERALD, AGENCY], NOW)
    pause_source(database, "herald", NOW)
    pause_source(database, "herald", LATER)  # a second time is the same pause
    sync_sources(database, [HERALD, AGENCY], LATER)
    assert actives(database) == {"a": False, "b": False, "list": False, "f": True}
    assert {s.id: s.paused_at for s in rows(database, sources)} == {"agency": None, "herald": NOW}
    resume_source(database, "herald", LATER)
    assert actives(database) == {"a": True, "b": True, "list": False, "f": True}
    assert feed(database, HERALD.feeds[0]).next_poll_at == LATER


def test_resuming_brings_back_only_what_is_configured(database: Database) -> None:
    sync_sources(database, [HERALD], NOW)
    sync_sources(database, [replace(HERALD, feeds=HERALD.feeds[1:])], NOW)
    pause_source(database, "herald", NOW)
    resume_source(database, "herald", NOW)
    assert actives(database) == {"a": False, "b": True, "list": False}


def test_resuming_gives_a_quarantined_feed_another_chance(database: Database) -> None:
    sync_sources(database, [AGENCY], NOW)
    row = feed(database, AGENCY.feeds[0])
    change(database, AGENCY.feeds[0], quarantined_at=NOW, crashes=3, next_poll_at=None)
    add_notice(database, f"feed:{row.id}:quarantined")
    add_notice(database, f"feed:{row.id}:gone")
    add_notice(database, "feed:4711:gone")
    resume_source(database, "agency", LATER)
    again = feed(database, AGENCY.feeds[0])
    assert (again.quarantined_at, again.crashes, again.next_poll_at) == (None, 0, LATER)
    assert [n.over_at for n in rows(database, notices)] == [LATER, LATER, None]


@pytest.mark.parametrize("edit", [pause_source, resume_source])
def test_an_unknown_source_is_named(database: Database, edit: object) -> None:
    with pytest.raises(UnknownName, match=r"'nobody'.*sources list"):
        edit(database, "nobody", NOW)  # type: ignore[operator]
