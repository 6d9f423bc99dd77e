"""`watch pause --for`, `resume --for`, `show` and `feed`: who is told no more, and who may read."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsroom.tokens import stop_token
from storage.database import Database
from storage.installation import secret
from storage.match_feed import feed_key_by_name
from storage.stopping import stop_by_token
from tests.cli_case import Cli
from tests.rows import NOW, add_alert, add_article, add_match, add_source

FILE = """
[[watchlist]]
name = "Missiles / 미사일"
any = ["ICBM", "미사일"]
notify = [{ to = ["desk@example.org", "ops@example.org"] }]
"""
NAME = "Missiles / 미사일"
MAIN = 'data_dir = "data"\ntimezone = "Asia/Seoul"\n'


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "wirewatch.toml").write_text(MAIN)
    (tmp_path / "watchlists.toml").write_text(FILE, encoding="utf-8")
    return cli


def database(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'data' / 'wirewatch.db'}")


def pauses(desk: Cli) -> list[tuple[str, str]]:
    line = desk("watch", "show", NAME, "--json").only
    return [(pause["recipient"], pause["why"]) for pause in line["pauses"]]


def test_a_recipient_of_a_file_is_paused_and_stays_so(desk: Cli, tmp_path: Path) -> None:
    assert desk("watch", "pause", NAME, "--for", "ops@EXAMPLE.org").code == 0
    again = FILE.replace('"ICBM"', '"SLBM"').replace("ops@", 'else@example.org", "ops@')
    (tmp_path / "watchlists.toml").write_text(again, encoding="utf-8")
    assert pauses(desk) == [("ops@example.org", "by hand")]
    shown = desk("watch", "show", NAME).out
    assert "SLBM" in shown
    assert "# not told       ops@example.org, by hand since 20" in shown
    assert desk("watch", "pause", NAME, "--for", "ops@example.org").code == 0
    assert desk("watch", "resume", NAME, "--for", "ops@Example.org").code == 0
    assert pauses(desk) == []


def test_a_pause_outlives_a_recipients_leaving(desk: Cli, tmp_path: Path) -> None:
    desk("watch", "pause", NAME, "--for", "ops@example.org")
    gone = FILE.replace(', "ops@example.org"', "")
    for text in (gone, FILE):
        (tmp_path / "watchlists.toml").write_text(text, encoding="utf-8")
        assert pauses(desk) == [("ops@example.org", "by hand")]


def test_who_unsubscribed_is_shown_and_can_be_resumed(desk: Cli, tmp_path: Path) -> None:
    desk("watch", "list")
    db = database(tmp_path)
    add_source(db, "elsewhere")
    match = add_match(db, 1, add_article(db, "elsewhere"))
    alert = add_alert(db, told=(match,), state="sent")
    token = stop_token(secret(db), alert, "desk@example.org")
    assert stop_by_token(db, secret(db), token, NOW) is not None
    db.close()
    shown = desk("watch", "show", NAME).out
    assert "desk@example.org, unsubscribed by link since 2026-11-23 12:10" in shown
    line = desk("watch", "show", NAME, "--json").only
    assert line["pauses"] == [
        {
            "recipient": "desk@example.org",
            "since": "2026-11-23T03:10:00+00:00",
            "why": "unsubscribed by link",
        }
    ]
    assert line["paused_recipients"] == ["desk@example.org"]
    assert desk("watch", "resume", NAME, "--for", "desk@example.org").code == 0
    assert pauses(desk) == []


def test_show_and_feed_print_where_matches_are_read(desk: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(f'base_url = "https://desk.example.org/w/"\n{MAIN}')
    ran = desk("watch", "feed", NAME)
    assert (ran.code, ran.err) == (0, "")
    db = database(tmp_path)
    key = feed_key_by_name(db, secret(db), NAME)
    db.close()
    atom = f"https://desk.example.org/w{key.path('atom')}"
    assert ran.out.splitlines() == [atom, atom.replace(".atom", ".json")]
    assert f"# feed           {atom}\n" in desk("watch", "show", NAME).out
    line = desk("watch", "show", NAME, "--json").only
    assert line["feeds"] == {"atom": atom, "json": atom.replace(".atom", ".json")}


def test_without_base_url_the_paths_are_printed_with_a_hint(desk: Cli, tmp_path: Path) -> None:
    ran = desk("watch", "feed", NAME)
    assert ran.code == 0
    assert all(line.startswith("/feeds/") for line in ran.out.splitlines())
    assert "http://127.0.0.1:8787; set base_url" in ran.err
    assert "set base_url" in desk("watch", "show", NAME).out
    (tmp_path / "wirewatch.toml").write_text(MAIN + "[web]\nenabled = false\n")
    assert "set web.enabled" in desk("watch", "feed", NAME).err


def test_renewing_gives_other_addresses_that_stay(desk: Cli) -> None:
    first = desk("watch", "feed", NAME, "--json").only
    renewed = desk("watch", "feed", NAME, "--renew", "--json").only
    assert (first["renewed"], renewed["renewed"]) == (False, True)
    assert not set(first["feeds"].values()) & set(renewed["feeds"].values())
    assert desk("watch", "feed", NAME, "--json").only["feeds"] == renewed["feeds"]


@pytest.mark.parametrize(
    "argv",
    [["feed"], ["feed", "--renew"], ["show"], ["pause", "--for", "a@example.org"], ["resume"]],
)
def test_a_watchlist_that_is_not_there(desk: Cli, argv: list[str]) -> None:
    ran = desk("watch", argv[0], "Nobody", *argv[1:])
    assert (ran.code, ran.out) == (1, "")
    assert "there is no watchlist 'Nobody'" in ran.err


def test_nobody_is_paused_whom_it_does_not_tell(desk: Cli) -> None:
    ran = desk("watch", "pause", NAME, "--for", "who@example.org")
    assert ran.code == 1
    assert "does not tell" in ran.err
