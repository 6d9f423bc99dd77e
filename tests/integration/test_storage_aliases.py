"""Alias sets in the database: whose they are, which are in force, what an edited one changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from config.aliases import shipped_aliases
from newsroom.errors import ConfigError
from newsroom.model import AliasSet, NotifyRule, Watchlist
from storage.alias_edits import prune_aliases, put_aliases
from storage.aliases import load_aliases, load_own_aliases
from storage.codec import watchlist_json
from storage.database import Database
from storage.edits import add_watchlist, pause_watchlist, remove_watchlist
from storage.outbox_tables import alerts, watchlists
from storage.sync import load_watchlists, rules_in_force, sync_watchlists
from tests.rows import NOW, add_alert, add_article, add_match, add_source, rows

LATER = NOW + timedelta(hours=1)
FILE = "watchlists.toml"
THAAD = AliasSet("thaad", ("THAAD", "사드"), FILE)
TO = (NotifyRule(("desk@example.org",)),)
FILES = Watchlist("Files", any=("@thaad",), notify=TO, origin=FILE)
PLAIN = Watchlist("Plain", any=("missile",), origin=FILE)
MINE = Watchlist("Mine", query="title:(@usa NEAR/5 (@thaad OR ICBM))", notify=TO, origin="db")
SHIPPED = shipped_aliases()


def versions(db: Database) -> dict[str, int]:
    return {stored.watchlist.name: stored.version for stored in load_watchlists(db)}


def own(db: Database) -> dict[str, tuple[tuple[str, ...], str]]:
    return {name: (a.members, a.origin) for name, a in load_own_aliases(db).items()}


class TestWhichAreInForce:
    def test_those_that_ship(self, database: Database) -> None:
        assert load_aliases(database) == SHIPPED
        assert own(database) == {}

    def test_applied_ones_lie_over_them_and_the_files_too(self, database: Database) -> None:
        put_aliases(database, {"usa": ("USA",), "mine": ("x", "y")}, NOW)
        sync_watchlists(database, [], NOW, [THAAD, AliasSet("china", ("PRC",), FILE)])
        assert load_aliases(database) == {
            **SHIPPED,
            "usa": ("USA",),
            "mine": ("x", "y"),
            "thaad": ("THAAD", "사드"),
            "china": ("PRC",),
        }

    def test_the_files_sets_are_those_of_the_configuration(self, database: Database) -> None:
        sync_watchlists(database, [], NOW, [THAAD, AliasSet("b", ("x",), FILE)])
        sync_watchlists(database, [], NOW, [replace(THAAD, members=("萨德",), origin="other.toml")])
        assert own(database) == {"thaad": (("萨德",), "other.toml")}
        sync_watchlists(database, [], NOW)
        assert own(database) == {}

    def test_applied_ones_outlive_the_configuration(self, database: Database) -> None:
        put_aliases(database, {"thaad": ("THAAD", "사드")}, NOW)
        sync_watchlists(database, [], NOW, [THAAD])
        sync_watchlists(database, [], NOW)
        assert own(database) == {"thaad": (("THAAD", "사드"), "db")}


class TestRefusals:
    def test_a_file_says_other_than_what_was_applied(self, database: Database) -> None:
        put_aliases(database, {"thaad": ("THAAD",)}, NOW)
        with pytest.raises(ConfigError) as refused:
            sync_watchlists(database, [PLAIN, FILES], NOW, [THAAD])
        (problem,) = refused.value.problems
        assert (problem.file, problem.key) == (FILE, "alias.thaad")
        assert "also applied by hand, with other terms" in problem.problem
        assert "another name" in problem.hint
        assert versions(database) == {}
        # the same terms in another order are the same
        put_aliases(database, {"thaad": ("사드", "THAAD")}, NOW)
        sync_watchlists(database, [PLAIN, FILES], NOW, [THAAD])

    def test_applying_other_terms_than_a_file_says(self, database: Database) -> None:
        sync_watchlists(database, [FILES], NOW, [THAAD])
        with pytest.raises(
            ConfigError, match=r"alias\.thaad: the alias set 'thaad' belongs to this"
        ):
            put_aliases(database, {"thaad": ("THAAD",), "other": ("x",)}, NOW)
        assert own(database) == {"thaad": (THAAD.members, FILE)}
        put_aliases(database, {"thaad": THAAD.members, "usa": SHIPPED["usa"]}, NOW)
        assert own(database) == {"thaad": (THAAD.members, FILE)}

    def test_a_watchlist_with_an_alias_that_there_is_not(self, database: Database) -> None:
        with pytest.raises(ConfigError, match="'Mine' uses @thaad: there is no alias @thaad"):
            add_watchlist(database, MINE, NOW)
        with pytest.raises(ConfigError, match=r"'X' uses @usaa: .* write @usa"):
            add_watchlist(database, Watchlist("X", any=("@usaa",)), NOW)
        assert versions(database) == {}

    def test_a_file_lets_go_of_a_set_that_is_used_by_hand(self, database: Database) -> None:
        sync_watchlists(database, [FILES], NOW, [THAAD])
        add_watchlist(database, MINE, NOW)
        with pytest.raises(ConfigError, match="the database: the watchlist 'Mine' uses @thaad"):
            sync_watchlists(database, [PLAIN], LATER)
        assert versions(database) == {"Files": 1, "Mine": 1}
        assert own(database) == {"thaad": (THAAD.members, FILE)}
        remove_watchlist(database, "Mine", LATER)
        sync_watchlists(database, [PLAIN], LATER)
        assert own(database) == {}


class TestVersions:
    def test_an_edited_set_gives_all_that_use_it_a_version(self, database: Database) -> None:
        before = sync_watchlists(database, [FILES, PLAIN], NOW, [THAAD])
        before = add_watchlist(database, MINE, NOW)
        assert sync_watchlists(database, [FILES, PLAIN], LATER, [THAAD]) == before
        edited = replace(THAAD, members=(*THAAD.members, "萨德"))
        assert sync_watchlists(database, [FILES, PLAIN], LATER, [edited]) == before + 1
        assert versions(database) == {"Files": 2, "Plain": 1, "Mine": 2}
        stored = {s.watchlist.name: s for s in load_watchlists(database)}
        assert (stored["Mine"].added_at, stored["Mine"].effective_at) == (NOW, LATER)
        assert stored["Mine"].watchlist == MINE

    def test_an_applied_one_too_over_what_ships(self, database: Database) -> None:
        sync_watchlists(database, [FILES, PLAIN], NOW, [THAAD])
        before = add_watchlist(database, MINE, NOW)
        put_aliases(database, {"usa": ("USA",), "other": ("x",)}, LATER)
        assert rules_in_force(database) == before + 1
        assert versions(database) == {"Files": 1, "Plain": 1, "Mine": 2}
        assert sync_watchlists(database, [FILES, PLAIN], LATER, [THAAD]) == before + 1

    def test_a_set_that_nobody_uses_changes_no_rule(self, database: Database) -> None:
        before = sync_watchlists(database, [PLAIN], NOW)
        put_aliases(database, {"other": ("x",)}, LATER)
        assert sync_watchlists(database, [PLAIN], LATER, [THAAD]) == before

    def test_order_and_doubles_decide_nothing(self, database: Database) -> None:
        before = sync_watchlists(database, [FILES], NOW, [THAAD])
        other = replace(THAAD, members=("사드", "THAAD", "사드"))
        assert sync_watchlists(database, [FILES], LATER, [other]) == before
        assert load_aliases(database)["thaad"] == ("사드", "THAAD", "사드")

    def test_alerts_and_pauses_stay(self, database: Database) -> None:
        sync_watchlists(database, [FILES], NOW, [THAAD])
        pause_watchlist(database, "Files", NOW)
        add_source(database)
        article_id = add_article(database)
        (stored,) = load_watchlists(database)
        match_id = add_match(database, stored.id, article_id)
        add_alert(database, article_id=article_id, told=(match_id,))
        sync_watchlists(database, [FILES], LATER, [replace(THAAD, members=("x",))])
        (stored,) = load_watchlists(database)
        assert (stored.version, stored.paused_at) == (2, NOW)
        assert [alert.state for alert in rows(database, alerts)] == ["pending"]


class TestPruning:
    def test_what_is_used_stays_unless_one_ships(self, database: Database) -> None:
        put_aliases(
            database, {"thaad": ("THAAD",), "usa": ("USA",), "old": ("x",), "new": ("y",)}, NOW
        )
        sync_watchlists(database, [], NOW, [AliasSet("files", ("z",), FILE)])
        before = add_watchlist(database, MINE, NOW)
        assert prune_aliases(database, {"new"}, LATER) == ["old", "usa"]
        assert set(own(database)) == {"thaad", "new", "files"}
        assert load_aliases(database)["usa"] == SHIPPED["usa"]
        assert versions(database) == {"Mine": 2}
        assert rules_in_force(database) == before + 1


def test_a_watchlist_that_cannot_be_read_any_more_stops_nothing(database: Database) -> None:
    add_watchlist(database, Watchlist("Old", any=("x",)), NOW)
    with database.write() as connection:
        broken = watchlist_json(Watchlist("Old", query="a and (", origin="db"))
        connection.execute(update(watchlists).values(definition=broken))
    sync_watchlists(database, [FILES], LATER, [THAAD])
    put_aliases(database, {"usa": ("USA",)}, LATER)
    assert prune_aliases(database, set(), LATER) == ["usa"]
    assert versions(database) == {"Old": 1, "Files": 1}
