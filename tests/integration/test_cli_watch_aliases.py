"""`watch` with queries and alias sets, over a database of the command's own making."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsroom.matching import Matcher, compile_watchlist
from newsroom.model import ArticleText, Hit
from storage.aliases import load_aliases
from storage.database import Database
from storage.sync import load_watchlists
from tests.cli_case import Cli
from tests.rows import add_article, add_source

FILE = """
[[watchlist]]
name = "Missiles"
any = ["@rockets", "ICBM"]

[alias]
rockets = ["rocket", "로켓"]
"""
APPLIED = """
[[watchlist]]
name = "Drones"
query = "title:@drones OR x"
none = ["@usa"]

[alias]
drones = ["drone", "드론"]
"""


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "wirewatch.toml").write_text('data_dir = "data"\ntimezone = "Asia/Seoul"\n')
    (tmp_path / "watchlists.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "drones.toml").write_text(APPLIED, encoding="utf-8")
    return cli


def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'data' / 'wirewatch.db'}")


def versions(desk: Cli) -> dict[str, int]:
    return {line["name"]: line["version"] for line in desk("watch", "--json").lines}


class TestAdd:
    def test_a_query_alone(self, desk: Cli) -> None:
        query = 'title:THAAD OR ("missile defense" NEAR/8 (Seongju OR 성주))'
        ran = desk("watch", "add", "N", "--query", query, "--json")
        assert ran.only["query"] == query
        assert ran.only["any"] == []
        assert desk("watch", "show", "N", "--json").only["query"] == query
        shown = desk("watch", "show", "N").out
        assert 'query = "title:THAAD OR (\\"missile defense\\"' in shown
        assert "Seongju" in desk("watch", "list").out

    def test_terms_aliases_and_a_query(self, desk: Cli) -> None:
        ran = desk("watch", "add", "N", "@rockets", "@north-korea", "x", "--query", "NOT test")
        assert (ran.code, ran.err) == (0, "")
        assert "any of @rockets, @north-korea, x and NOT test" in ran.out
        line = desk("watch", "show", "N", "--json").only
        assert (line["any"], line["query"]) == (["@rockets", "@north-korea", "x"], "NOT test")

    @pytest.mark.parametrize(
        ("argv", "said"),
        [
            (["N"], "say what to look for: TERM..., or --query Q"),
            (["N", "--query", "a and b"], "and is not in capitals (at character 3); write AND"),
            (["N", "--query", ""], "the query is empty"),
            (["N", "--query", "NOT a"], "would match every article"),
            (["N", "@rocketts"], "there is no alias @rocketts; write @rockets"),
            (["N", "a", "--query", "b @nort-korea"], "write @north-korea"),
            (["N", "@"], "@ without a name"),
        ],
    )
    def test_refusals(self, argv: list[str], said: str, desk: Cli) -> None:
        ran = desk("watch", "add", *argv)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert list(versions(desk)) == ["Missiles"]


class TestApply:
    def test_the_files_alias_sets_outlive_the_command(self, desk: Cli, tmp_path: Path) -> None:
        ran = desk("watch", "apply", "drones.toml", "--json")
        assert ran.lines == [
            {"alias": "drones", "done": "added"},
            {"watchlist": "Drones", "done": "added", "longer_words": {}},
        ]
        assert desk("watch", "add", "Mine", "@drones").code == 0
        again = desk("watch", "apply", "drones.toml")
        assert again.out == "@drones: unchanged\nDrones: unchanged\n"
        assert "nothing to do" in again.err
        (tmp_path / "drones.toml").write_text(APPLIED.replace('"드론"', '"드론", "UAV"'), "utf-8")
        assert desk("watch", "apply", "drones.toml").out.startswith("@drones: replaced\n")
        assert versions(desk) == {"Missiles": 1, "Drones": 2, "Mine": 2}

    def test_an_alias_may_be_the_configurations(self, desk: Cli, tmp_path: Path) -> None:
        (tmp_path / "x").write_text('[[watchlist]]\nname = "X"\nany = ["@rockets"]\n')
        assert desk("watch", "apply", "x").out == "X: added\n"
        (tmp_path / "x").write_text('[[watchlist]]\nname = "X"\nany = ["@rocketts"]\n')
        refused = desk("watch", "apply", "x")
        assert refused.code == 2
        assert "x:3" in refused.err
        assert "write @rockets" in refused.err

    def test_a_files_alias_set_is_not_changed(self, desk: Cli, tmp_path: Path) -> None:
        other = FILE.replace('"rocket"', '"booster"').replace("Missiles", "Boosters")
        (tmp_path / "x").write_text(other, encoding="utf-8")
        refused = desk("watch", "apply", "x")
        assert (refused.code, refused.out) == (2, "")
        assert "watchlists.toml: alias.rockets: the alias set 'rockets' belongs" in refused.err
        assert versions(desk) == {"Missiles": 1}

    def test_pruning_takes_alias_sets_too(self, desk: Cli, tmp_path: Path) -> None:
        desk("watch", "apply", "drones.toml")
        (tmp_path / "x").write_text('[[watchlist]]\nname = "X"\nany = ["y"]\n')
        ran = desk("watch", "apply", "x", "--prune")
        assert ran.out == "X: added\nDrones: removed\n@drones: removed\n"
        assert desk("watch", "add", "Mine", "@drones").code == 2


class TestClashes:
    def test_what_was_made_by_hand_can_be_removed_though_a_file_has_its_name(
        self, desk: Cli, tmp_path: Path
    ) -> None:
        desk("watch", "add", "Mine", "x")
        mine = FILE.replace("Missiles", "Mine")
        (tmp_path / "watchlists.toml").write_text(mine, encoding="utf-8")
        refused = desk("watch", "list")
        assert refused.code == 2
        assert "say `wirewatch watch remove`" in refused.err
        assert desk("watch", "remove", "Mine").code == 0
        assert list(versions(desk)) == ["Mine"]

    def test_an_applied_alias_set_can_be_given_the_files_terms(
        self, desk: Cli, tmp_path: Path
    ) -> None:
        desk("watch", "apply", "drones.toml")
        wanted = FILE + 'drones = ["UAV"]\n'
        (tmp_path / "watchlists.toml").write_text(wanted, encoding="utf-8")
        refused = desk("watch", "list")
        assert refused.code == 2
        assert "alias.drones: the alias set 'drones' was also applied by hand" in refused.err
        (tmp_path / "x").write_text('[alias]\ndrones = ["UAV"]\n')
        assert desk("watch", "apply", "x").out == "@drones: replaced\n"
        assert versions(desk) == {"Missiles": 1, "Drones": 2}


ARTICLES = [
    ArticleText(title="A drone over the base", summary="", body=""),
    ArticleText(title="드론이 떴다", summary="", body="로켓은 없다"),
    ArticleText(title="US drone over the base", summary="", body=""),
    ArticleText(title="A rocket", summary="", body="USA"),
    ArticleText(title="ICBM, 美 본토", summary="", body=""),
]


def matched(db: Database) -> list[list[tuple[str, tuple[Hit, ...]]]]:
    aliases = load_aliases(db)
    rules = [compile_watchlist(item.watchlist, aliases) for item in load_watchlists(db)]
    return [Matcher(rules).match(article) for article in ARTICLES]


def test_what_was_exported_matches_the_same_in_an_empty_database(
    desk: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk("watch", "apply", "drones.toml")
    (tmp_path / "x").write_text('[alias]\nunused = ["z"]\nusa = ["=US", "USA", "美"]\n', "utf-8")
    desk("watch", "apply", "x")
    desk("watch", "add", "Mine", "@usa", "--query", "NOT @seoul")
    exported = desk("watch", "export").out
    assert "unused" not in exported
    assert "seoul = " not in exported  # it ships
    assert 'usa = ["=US", "USA", "美"]' in exported
    assert desk("watch", "show", "Missiles").out.count("[alias]") == 1
    db = database(tmp_path)
    before = matched(db)
    db.close()
    assert [name for found in before for name, _ in found] == [
        "Drones", "Missiles", "Drones", "Mine", "Missiles", "Mine", "Missiles", "Mine",
    ]  # fmt: skip

    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    (tmp_path / "other" / "wirewatch.toml").write_text('data_dir = "data"\n')
    (tmp_path / "other" / "exported.toml").write_text(exported, encoding="utf-8")
    ran = desk("watch", "apply", "exported.toml")
    assert ran.code == 0, ran.err
    db = database(tmp_path / "other")
    assert [sorted(found) for found in matched(db)] == [sorted(found) for found in before]
    db.close()


class TestLongerWords:
    @pytest.fixture(autouse=True)
    def archive(self, desk: Cli, tmp_path: Path) -> None:
        desk("watch", "list")
        db = database(tmp_path)
        add_source(db)
        bodies = ["한미약품은 새 약을 냈다. 한미약품이 밝혔다.", "한미가 주한미군을", "관계 없다"]
        for number, body in enumerate(bodies):
            add_article(db, canonical_url=f"https://herald.example/{number}", body=body)
        db.close()

    def test_they_are_told_when_a_rule_is_saved(self, desk: Cli, tmp_path: Path) -> None:
        ran = desk("watch", "add", "N", "한미", "THAAD", "--json")
        assert ran.only["longer_words"] == {"한미": {"한미약품": 2, "주한미군": 1}}
        (tmp_path / "x").write_text('[[watchlist]]\nname = "X"\nany = ["한미"]\n', "utf-8")
        ran = desk("watch", "apply", "x")
        assert ran.out.splitlines()[1:] == [
            "한미 was found in 한미약품 (2), 주한미군 (1)",
            "a longer word that is not meant belongs under none, in a watchlist file",
        ]
