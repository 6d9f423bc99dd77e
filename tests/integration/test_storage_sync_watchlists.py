"""Watchlists in force: versions, effective times, what is withdrawn, whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsroom.errors import ConfigError, UnknownName
from newsroom.model import NotifyRule, Watchlist
from storage.database import Database
from storage.edits import (
    add_watchlist,
    pause_watchlist,
    paused_recipients,
    remove_watchlist,
    resume_watchlist,
)
from storage.outbox_tables import alert_watchlists, alerts, watchlists
from storage.sync import load_watchlists, sync_watchlists
from tests.rows import NOW, add_alert, add_article, add_delivery, add_match, add_source, rows

LATER = NOW + timedelta(hours=1)
TO = NotifyRule(("desk@example.org", "night@example.org"))
THAAD = Watchlist("THAAD", any=("THAAD", "사드"), notify=(TO,), origin="watchlists.toml")
DRONES = Watchlist("Drones", any=("drone",), notify=(TO,), origin="watchlists.toml")
EXAMPLE = Watchlist("Example", any=("THAAD",), origin="builtin")
OWN = Watchlist("Mine", any=("Seongju",), notify=(TO,), origin="db")


def in_force(db: Database) -> dict[str, int]:
    return {stored.watchlist.name: stored.version for stored in load_watchlists(db)}


def row(db: Database, name: str) -> object:
    (found,) = [r for r in rows(db, watchlists) if r.name == name]
    return found


class TestVersions:
    def test_new_ones_take_effect_now(self, database: Database) -> None:
        assert sync_watchlists(database, [THAAD, DRONES], NOW) == 1
        stored = load_watchlists(database)
        assert [s.watchlist for s in stored] == [THAAD, DRONES]
        assert {(s.version, s.added_at, s.effective_at, s.paused_at) for s in stored} == {
            (1, NOW, NOW, None)
        }

    def test_the_same_again_changes_nothing(self, database: Database) -> None:
        sync_watchlists(database, [THAAD], NOW)
        before = rows(database, watchlists)
        assert sync_watchlists(database, [THAAD], LATER) == 1
        assert rows(database, watchlists) == before

    def test_nothing_at_all_is_version_nought(self, database: Database) -> None:
        assert sync_watchlists(database, [], NOW) == 0
        assert load_watchlists(database) == ()

    def test_a_changed_rule_takes_effect_now(self, database: Database) -> None:
        sync_watchlists(database, [THAAD, DRONES], NOW)
        changed = replace(THAAD, any=("THAAD",))
        assert sync_watchlists(database, [changed, DRONES], LATER) == 2
        found = row(database, "THAAD")
        assert (found.version, found.effective_at, found.added_at) == (2, LATER, NOW)
        assert row(database, "Drones").version == 1
        assert load_watchlists(database)[0].watchlist == changed

    def test_who_is_told_is_taken_over_without_a_new_rule(self, database: Database) -> None:
        sync_watchlists(database, [THAAD], NOW)
        changed = replace(THAAD, notify=(), priority="high")
        # a running service sees by the number that it must read again
        assert sync_watchlists(database, [changed], LATER) == 2
        assert load_watchlists(database)[0].watchlist == changed
        assert load_watchlists(database)[0].version == 1
        assert row(database, "THAAD").effective_at == NOW

    def test_a_removed_one_stays_out_of_force(self, database: Database) -> None:
        sync_watchlists(database, [THAAD, DRONES], NOW)
        assert sync_watchlists(database, [DRONES], LATER) == 2
        assert in_force(database) == {"Drones": 1}
        assert row(database, "THAAD").removed_at == LATER

    def test_one_that_comes_back_begins_anew(self, database: Database) -> None:
        sync_watchlists(database, [THAAD, DRONES], NOW)
        first = row(database, "THAAD").id
        sync_watchlists(database, [DRONES], NOW)
        assert sync_watchlists(database, [THAAD, DRONES], LATER) == 3
        found = row(database, "THAAD")
        assert (found.id, found.version, found.removed_at) == (first, 2, None)
        assert (found.added_at, found.effective_at) == (LATER, LATER)


class TestWhose:
    def test_the_example_stands_only_alone(self, database: Database) -> None:
        sync_watchlists(database, [EXAMPLE], NOW)
        assert in_force(database) == {"Example": 1}
        sync_watchlists(database, [EXAMPLE, THAAD], NOW)
        assert in_force(database) == {"THAAD": 1}
        sync_watchlists(database, [EXAMPLE], NOW)
        assert in_force(database) == {"Example": 2}

    def test_one_made_by_hand_stays_and_drives_the_example_out(self, database: Database) -> None:
        sync_watchlists(database, [EXAMPLE], NOW)
        assert add_watchlist(database, OWN, NOW) == 2
        assert in_force(database) == {"Mine": 1}
        sync_watchlists(database, [EXAMPLE], NOW)
        sync_watchlists(database, [THAAD], NOW)
        assert in_force(database) == {"Mine": 1, "THAAD": 1}
        assert remove_watchlist(database, "Mine", NOW) == 4
        assert in_force(database) == {"THAAD": 1}

    def test_a_file_cannot_take_a_name_made_by_hand(self, database: Database) -> None:
        add_watchlist(database, OWN, NOW)
        before = rows(database, watchlists)
        with pytest.raises(ConfigError, match=r"watchlists\.toml.*'Mine'.*watch remove"):
            sync_watchlists(database, [THAAD, replace(THAAD, name="Mine")], LATER)
        assert rows(database, watchlists) == before

    def test_by_hand_nobody_changes_a_file(self, database: Database) -> None:
        sync_watchlists(database, [THAAD], NOW)
        for edit in (
            lambda: add_watchlist(database, replace(OWN, name="THAAD"), NOW),
            lambda: add_watchlist(database, replace(OWN, name="THAAD"), NOW, replacing=True),
            lambda: remove_watchlist(database, "THAAD", NOW),
        ):
            with pytest.raises(ConfigError, match=r"watchlists\.toml"):
                edit()
        assert load_watchlists(database)[0].watchlist == THAAD

    def test_the_example_is_not_removed_by_hand(self, database: Database) -> None:
        sync_watchlists(database, [EXAMPLE], NOW)
        with pytest.raises(ConfigError, match="built-in"):
            remove_watchlist(database, "Example", NOW)
        assert add_watchlist(database, replace(OWN, name="Example"), LATER) == 2
        assert load_watchlists(database)[0].watchlist.origin == "db"

    def test_a_second_of_one_name_replaces_only_when_told(self, database: Database) -> None:
        add_watchlist(database, replace(OWN, origin="anything"), NOW)
        other = replace(OWN, any=("Gimcheon",))
        with pytest.raises(ConfigError, match="watch apply"):
            add_watchlist(database, other, NOW)
        add_watchlist(database, other, LATER, replacing=True)
        (stored,) = load_watchlists(database)
        assert (stored.watchlist, stored.version, stored.effective_at) == (other, 2, LATER)

    def test_removed_by_hand_and_added_again(self, database: Database) -> None:
        add_watchlist(database, OWN, NOW)
        pause_watchlist(database, "Mine", NOW)
        remove_watchlist(database, "Mine", NOW)
        with pytest.raises(UnknownName, match="watch list"):
            remove_watchlist(database, "Mine", NOW)
        add_watchlist(database, OWN, LATER)
        (stored,) = load_watchlists(database)
        assert (stored.version, stored.added_at, stored.paused_at) == (2, LATER, None)


class TestWithdrawn:
    """Unsent alerts of a watchlist or recipient that left."""

    @pytest.fixture
    def db(self, database: Database) -> Database:
        sync_watchlists(database, [THAAD, DRONES], NOW)
        add_source(database)
        return database

    def alert(self, db: Database, *names: str, **values: object) -> int:
        article = add_article(db, first_seen_at=NOW)
        told = tuple(add_match(db, row(db, name).id, article) for name in names)
        return add_alert(db, article_id=article, told=told, **values)

    def states(self, db: Database) -> list[tuple[str, str | None, list[str]]]:
        names = {r.id: r.name for r in rows(db, watchlists)}
        told = [(r.alert_id, names[r.watchlist_id]) for r in rows(db, alert_watchlists)]
        return [
            (a.state, a.reason, sorted(n for i, n in told if i == a.id)) for a in rows(db, alerts)
        ]

    @pytest.mark.parametrize("state", ["pending", "deferred"])
    def test_with_its_only_watchlist_an_alert_is_cancelled(self, db: Database, state: str) -> None:
        self.alert(db, "THAAD", state=state)
        self.alert(db, "Drones", state=state)
        sync_watchlists(db, [DRONES], LATER)
        assert self.states(db) == [
            ("cancelled", "watchlist removed", []),
            (state, None, ["Drones"]),
        ]

    def test_with_another_left_it_goes_without_the_removed(self, db: Database) -> None:
        self.alert(db, "THAAD", "Drones")
        sync_watchlists(db, [DRONES], LATER)
        assert self.states(db) == [("pending", None, ["Drones"])]

    @pytest.mark.parametrize("state", ["sent", "held", "folded", "sending", "cancelled"])
    def test_what_is_not_waiting_stays(self, db: Database, state: str) -> None:
        self.alert(db, "THAAD", state=state, reason="as it was")
        sync_watchlists(db, [DRONES], LATER)
        assert self.states(db) == [(state, "as it was", ["THAAD"])]

    def test_one_that_may_have_been_taken_goes_out_unchanged(self, db: Database) -> None:
        alert = self.alert(db, "THAAD", state="deferred")
        add_delivery(db, alert, outcome="deferred", definite=True)
        add_delivery(db, alert, outcome="uncertain", definite=False)
        sync_watchlists(db, [DRONES], LATER)
        assert self.states(db) == [("deferred", None, ["THAAD"])]

    def test_one_that_was_refused_for_now_is_cancelled_whole_or_not_at_all(
        self, db: Database
    ) -> None:
        for names in (("THAAD",), ("THAAD", "Drones")):
            alert = self.alert(db, *names, state="deferred")
            add_delivery(db, alert, outcome="deferred", definite=True)
        sync_watchlists(db, [DRONES], LATER)
        assert self.states(db) == [
            ("cancelled", "watchlist removed", []),
            ("deferred", None, ["Drones", "THAAD"]),  # its bytes name both already
        ]

    def test_a_recipient_who_left_is_not_told(self, db: Database) -> None:
        self.alert(db, "THAAD", recipient="desk@example.org")
        self.alert(db, "THAAD", recipient="night@example.org")
        self.alert(db, "Drones", recipient="night@example.org")
        desk_only = replace(THAAD, notify=(NotifyRule(("desk@example.org",)),))
        sync_watchlists(db, [desk_only, DRONES], LATER)
        assert self.states(db) == [
            ("pending", None, ["THAAD"]),
            ("cancelled", "recipient removed", []),
            ("pending", None, ["Drones"]),
        ]

    def test_a_cancelled_alert_frees_its_key(self, db: Database) -> None:
        alert = self.alert(db, "THAAD")
        (old,) = [a for a in rows(db, alerts) if a.id == alert]
        sync_watchlists(db, [DRONES], LATER)
        add_alert(db, article_id=old.article_id)  # the same key once more

    def test_pausing_withdraws_what_waits(self, db: Database) -> None:
        self.alert(db, "THAAD")
        pause_watchlist(db, "THAAD", LATER)
        assert self.states(db) == [("cancelled", "watchlist paused", [])]

    def test_pausing_one_recipient_leaves_the_others(self, db: Database) -> None:
        self.alert(db, "THAAD", recipient="desk@example.org")
        self.alert(db, "THAAD", recipient="night@example.org")
        pause_watchlist(db, "THAAD", LATER, "night@example.org")
        assert self.states(db) == [
            ("pending", None, ["THAAD"]),
            ("cancelled", "recipient paused", []),
        ]


class TestPauses:
    def test_a_pause_survives_a_reload_and_is_no_new_rule(self, database: Database) -> None:
        version = sync_watchlists(database, [THAAD], NOW)
        pause_watchlist(database, "THAAD", LATER)
        pause_watchlist(database, "THAAD", LATER + timedelta(hours=1))
        paused = sync_watchlists(database, [THAAD], LATER)
        assert paused > version
        assert sync_watchlists(database, [THAAD], LATER) == paused
        assert load_watchlists(database)[0].paused_at == LATER
        assert load_watchlists(database)[0].version == 1
        resume_watchlist(database, "THAAD")
        assert load_watchlists(database)[0].paused_at is None

    def test_a_recipient_pauses_and_returns(self, database: Database) -> None:
        sync_watchlists(database, [THAAD, DRONES], NOW)
        for _ in range(2):
            pause_watchlist(database, "THAAD", NOW, "desk@example.org")
        sync_watchlists(database, [THAAD, DRONES], LATER)
        assert paused_recipients(database) == {("THAAD", "desk@example.org")}
        resume_watchlist(database, "THAAD", "desk@example.org")
        assert paused_recipients(database) == frozenset()

    def test_unknown_names_are_named(self, database: Database) -> None:
        sync_watchlists(database, [THAAD], NOW)
        for edit in (
            lambda: pause_watchlist(database, "Nobody", NOW),
            lambda: resume_watchlist(database, "Nobody"),
            lambda: pause_watchlist(database, "THAAD", NOW, "nobody@example.org"),
        ):
            with pytest.raises(UnknownName, match="obody"):
                edit()
