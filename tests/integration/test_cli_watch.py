"""`watch`: watchlists by hand, over a database of the command's own making."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.watchlist_files import load_watchlists
from tests.cli_case import Cli

FILE = """
[[watchlist]]
name = "Missiles"
any = ["ICBM", "미사일"]
notify = [{ to = ["desk@example.org", "ops@example.org"] }]
"""


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "wirewatch.toml").write_text('data_dir = "data"\ntimezone = "Asia/Seoul"\n')
    (tmp_path / "watchlists.toml").write_text(FILE, encoding="utf-8")
    return cli


def names(desk: Cli) -> list[str]:
    return [line["name"] for line in desk("watch", "list", "--json").lines]


def test_the_files_watchlists_are_listed_before_the_first_run(desk: Cli) -> None:
    (line,) = desk("watch", "--json").lines
    assert line["any"] == ["ICBM", "미사일"]
    assert line["in"] == ["title", "body", "summary"]
    assert line["origin"].endswith("watchlists.toml")
    assert (line["paused_at"], line["paused_recipients"]) == (None, [])
    assert "미사일" in desk("watch", "list").out


def test_add_and_remove(desk: Cli) -> None:
    ran = desk(
        "watch",
        "add",
        "사드",
        "THAAD",
        "사드",
        "THAAD",
        "--to",
        "a@Example.NET",
        "--to",
        "b@example.net",
    )
    assert (ran.code, ran.err) == (0, "")
    assert "a@example.net, b@example.net" in ran.out
    line = desk("watch", "show", "사드", "--json").only
    assert (line["any"], line["origin"]) == (["THAAD", "사드"], "db")
    assert line["notify"][0]["to"] == ["a@example.net", "b@example.net"]
    assert line["notify"][0]["timezone"] == "Asia/Seoul"
    assert names(desk) == ["Missiles", "사드"]
    again = desk("watch", "add", "사드", "other")
    assert again.code == 2
    assert "added before" in again.err
    assert desk("watch", "remove", "사드").code == 0
    assert names(desk) == ["Missiles"]
    assert desk("watch", "remove", "사드").code == 1
    assert desk("watch", "show", "사드").code == 1


def test_without_recipients_it_says_that_nobody_is_mailed(desk: Cli) -> None:
    ran = desk("watch", "add", "Quiet", "US troops")
    assert ran.code == 0
    assert "nobody is mailed" in ran.out
    assert desk("watch", "show", "Quiet", "--json").only["notify"] == []


def test_terms_that_look_like_options_stand_after_two_dashes(desk: Cli) -> None:
    ran = desk("watch", "add", "--json", "--", "N", "-gate")
    assert ran.only == {
        "watchlist": "N",
        "any": ["-gate"],
        "query": None,
        "to": [],
        "longer_words": {},
    }


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["remove", "Missiles"], "watchlists.toml"),
        (["add", "Missiles", "ICBM"], "watchlists.toml"),
        (["apply", "other.toml"], "watchlists.toml"),
        (["add", "N", "*"], "TERM"),
        (["add", "N", "x", "--to", "nobody"], "has no @"),
        (["add", " ", "x"], "NAME"),
    ],
)
def test_refusals(argv: list[str], said: str, desk: Cli, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(FILE.replace("ICBM", "SLBM"), encoding="utf-8")
    before = desk("watch", "--json").out
    ran = desk("watch", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert desk("watch", "--json").out == before


def test_pausing_works_on_a_files_watchlist_and_survives(desk: Cli, tmp_path: Path) -> None:
    assert desk("watch", "pause", "Missiles").code == 0
    assert desk("watch", "pause", "Missiles", "--for", "ops@example.org").code == 0
    (tmp_path / "watchlists.toml").write_text(FILE + "# touched\n", encoding="utf-8")
    line = desk("watch", "show", "Missiles", "--json").only
    assert line["paused_at"] is not None
    assert line["paused_recipients"] == ["ops@example.org"]
    assert "ops@example.org" in desk("watch", "show", "Missiles").out
    assert desk("watch", "resume", "Missiles").code == 0
    ran = desk("watch", "resume", "Missiles", "--for", "ops@example.org", "--json")
    assert ran.only == {"watchlist": "Missiles", "paused": False, "for": "ops@example.org"}
    line = desk("watch", "show", "Missiles", "--json").only
    assert (line["paused_at"], line["paused_recipients"]) == (None, [])
    assert desk("watch", "pause", "Missiles", "--for", "who@example.org").code == 1
    assert desk("watch", "pause", "Nothing").code == 1
    assert desk("watch", "resume", "Nothing").code == 1


def test_apply_replaces_the_named_ones_and_prunes(desk: Cli, tmp_path: Path) -> None:
    desk("watch", "add", "A", "old", "--to", "a@example.net")
    desk("watch", "add", "B", "kept")
    desk("watch", "pause", "A")
    (tmp_path / "new.toml").write_text(
        '[[watchlist]]\nname = "A"\nany = ["new"]\n[[watchlist]]\nname = "C"\nall = ["x y"]\n'
    )
    ran = desk("watch", "apply", "new.toml", "--json")
    assert ran.lines == [
        {"watchlist": "A", "done": "replaced", "longer_words": {}},
        {"watchlist": "C", "done": "added", "longer_words": {}},
    ]
    line = desk("watch", "show", "A", "--json").only
    assert (line["any"], line["notify"]) == (["new"], [])
    assert line["paused_at"] is not None
    assert names(desk) == ["Missiles", "A", "B", "C"]
    again = desk("watch", "apply", "new.toml")
    assert (again.code, again.out) == (0, "A: unchanged\nC: unchanged\n")
    assert "nothing to do" in again.err
    ran = desk("watch", "apply", "new.toml", "--prune")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "A: unchanged\nC: unchanged\nB: removed\n"
    assert names(desk) == ["Missiles", "A", "C"]


def test_apply_of_a_wrong_file_changes_nothing(desk: Cli, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(
        '[[watchlist]]\nname = "A"\nany = ["new"]\n[[watchlist]]\nname = "B"\nanyy = ["x"]\n'
    )
    ran = desk("watch", "apply", "new.toml")
    assert (ran.code, ran.out) == (2, "")
    assert "new.toml:6" in ran.err
    assert names(desk) == ["Missiles"]


def test_export_is_what_apply_reads(desk: Cli, tmp_path: Path) -> None:
    desk("watch", "add", '따옴표 "x"', "사드", "=THAAD", "--to", "a@example.net")
    ran = desk("watch", "export")
    assert (ran.code, ran.err) == (0, "")
    exported = tmp_path / "exported.toml"
    exported.write_text(ran.out, encoding="utf-8")
    found, _ = load_watchlists(exported)
    assert [w.name for w in found] == ["Missiles", '따옴표 "x"']
    assert found[0].notify[0].to == ("desk@example.org", "ops@example.org")
    assert found[1].any == ("사드", "=THAAD")


WHOLE = """
[[watchlist]]
name = "전부"
any = ["THAAD", "=US troops", "사드"]
all = ["성주"]
none = ["사드 후작"]
in = ["title"]
sources = ["yonhap-ko"]
languages = ["ko", "en"]
priority = "high"
update_interval = "never"
edits = true
[[watchlist.notify]]
to = ["b@example.org", "a@example.org"]
when = "weekdays 07:30,17:00"
timezone = "UTC"
quiet = "22:00-06:30"
send_empty = true
max_per_hour = 3
[[watchlist.notify]]
to = ["c@example.org"]
"""


def test_what_was_exported_can_be_applied_whoever_owns_it(desk: Cli, tmp_path: Path) -> None:
    (tmp_path / "watchlists.toml").write_text(FILE + WHOLE, encoding="utf-8")
    desk("watch", "add", "Mine", "missile", "--to", "a@example.net")
    desk("watch", "pause", "Missiles")
    before = desk("watch", "--json").out
    (tmp_path / "x").write_text(desk("watch", "export").out, encoding="utf-8")
    for more in ([], ["--prune"]):
        ran = desk("watch", "apply", "x", "--json", *more)
        assert ran.code == 0, ran.err
        assert [line["done"] for line in ran.lines] == ["unchanged"] * 3
    assert desk("watch", "--json").out == before
    (tmp_path / "x").write_text(FILE + '[[watchlist]]\nname = "New"\nany = ["x"]\n', "utf-8")
    assert desk("watch", "apply", "x").out == "Missiles: unchanged\nNew: added\n"
    assert names(desk) == ["Missiles", "전부", "Mine", "New"]


def test_the_builtin_example_is_kept_where_the_applied_file_names_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WIREWATCH_DATA_DIR", str(tmp_path / "data"))
    exported = cli("watch", "export").out
    (tmp_path / "x").write_text(exported, encoding="utf-8")
    assert cli("watch", "apply", "x").out == "THAAD: unchanged\n"
    assert cli("watch", "show", "THAAD", "--json").only["origin"] == "builtin"
    (tmp_path / "x").write_text('[[watchlist]]\nname = "B"\nany = ["b"]\n' + exported, "utf-8")
    assert cli("watch", "apply", "x").code == 0
    assert {line["name"]: line["origin"] for line in cli("watch", "--json").lines} == {
        "THAAD": "db",
        "B": "db",
    }


def test_the_builtin_example_goes_with_the_first_own_one(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WIREWATCH_DATA_DIR", str(tmp_path / "data"))
    assert [line["origin"] for line in cli("watch", "--json").lines] == ["builtin"]
    refused = cli("watch", "remove", "THAAD")
    assert refused.code == 2
    assert "built-in example" in refused.err
    cli("watch", "add", "Mine", "missile")
    assert names(cli) == ["Mine"]
    cli("watch", "remove", "Mine")
    assert names(cli) == ["THAAD"]
