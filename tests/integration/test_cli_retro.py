"""`watch retro`, and `--retro` of `watch add` and `watch apply`: what they say and do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load
from tests.cli_case import Cli, program
from tests.rows import add_article
from wirewatch.app import open_database

NOW = datetime.now(UTC)
FILE = """
[[watchlist]]
name = "THAAD"
any = ["THAAD"]
notify = [{ to = ["desk@example.org"] }]

[[watchlist]]
name = "Rice"
any = ["rice"]
"""
OFF = "".join(
    f'[[source]]\nid = "{source}"\nenabled = false\n'
    for source in ("koreaherald", "yonhap-en", "yonhap-ko")
)


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Cli:
    config = tmp_path / "wirewatch.toml"
    config.write_text(f'data_dir = "data"\ntimezone = "Asia/Seoul"\n{OFF}')
    (tmp_path / "watchlists.toml").write_text(FILE)
    db = open_database(load(config, environ={}, cwd=tmp_path))
    for n, (title, days) in enumerate((("THAAD moved", 2), ("THAAD talks", 10), ("Rice is in", 3))):
        url = f"https://herald.example/{n}"
        add_article(
            db,
            "koreaherald",
            title=title,
            url=url,
            canonical_url=url,
            first_seen_at=NOW - timedelta(days=days),
            matched_mark=1,
        )
    db.close()
    return cli


def test_it_says_what_it_did(desk: Cli, tmp_path: Path) -> None:
    ran = desk("watch", "retro", "THAAD")
    assert (ran.code, ran.err) == (0, "")
    assert "3 articles first seen since " in ran.out
    assert "THAAD meets 2 of them" in ran.out
    assert "desk@example.org: 2 stories go (alert 1) as one digest from the archive" in ran.out
    again = desk("watch", "retro", "THAAD")
    assert "desk@example.org: nothing to tell that was not told before" in again.out
    assert program("run", "--once", cwd=tmp_path).code == 0
    (alert,) = desk("alerts", "--json").lines
    assert (alert["kind"], alert["state"], alert["story"]) == ("digest", "sent", None)
    assert len(list((tmp_path / "data" / "outbox").glob("*.eml"))) == 1


def test_as_json(desk: Cli) -> None:
    line = desk("watch", "retro", "THAAD", "--days", "5", "--json").only
    since = datetime.fromisoformat(line.pop("since"))
    until = datetime.fromisoformat(line.pop("until"))
    assert until - since == timedelta(days=5)
    assert line == {
        "retro": ["THAAD"],
        "dry_run": False,
        "articles": 2,
        "matched": {"THAAD": 1},
        "new_matches": 1,
        "digests": [
            {"recipient": "desk@example.org", "alert": 1, "stories": 1, "in_waiting_alerts": 0}
        ],
    }


def test_a_rehearsal(desk: Cli) -> None:
    ran = desk("watch", "retro", "THAAD", "--dry-run")
    assert "2 stories would go as one digest from the archive" in ran.out
    assert desk("alerts", "--json").lines == []
    assert desk("matches", "--json").lines == []


def test_since(desk: Cli) -> None:
    day = (NOW - timedelta(days=12)).date()
    assert desk("watch", "retro", "THAAD", "--since", day, "--json").only["articles"] == 3
    assert desk("watch", "retro", "THAAD", "--since", "60h", "--json").only["articles"] == 1


def test_nobody_is_told(desk: Cli) -> None:
    ran = desk("watch", "retro", "Rice")
    assert "Rice meets 1 of them" in ran.out
    assert "nobody is to be told of it" in ran.out
    desk("watch", "pause", "THAAD")
    assert "THAAD is paused: it tells nobody" in desk("watch", "retro", "THAAD").out
    assert len(desk("matches", "--json").lines) == 3


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["Nothing"], 1, "there is no watchlist 'Nothing'"),
        (["THAAD", "--days", "3", "--since", "1d"], 2, "not both"),
        (["THAAD", "--days", "0"], 2, "--days"),
        (["THAAD", "--since", "someday"], 2, "is no time"),
        (["THAAD", "--since", "2099-01-01"], 2, "it lies ahead"),
    ],
)
def test_refusals(desk: Cli, argv: list[str], code: int, said: str) -> None:
    ran = desk("watch", "retro", *argv)
    assert ran.code == code
    assert said in ran.err
    assert desk("alerts", "--json").lines == []


def test_with_add(desk: Cli) -> None:
    ran = desk("watch", "add", "Talks", "talks", "--to", "desk@example.org", "--retro", "30")
    assert "Talks meets 1 of them" in ran.out
    assert "1 story go (alert 1)" not in ran.out
    assert "1 story goes (alert 1) as one digest" in ran.out
    lines = desk("watch", "add", "Moved", "moved", "--retro", "30", "--json").lines
    assert [line.get("retro") for line in lines] == [None, ["Moved"]]


def test_with_apply(desk: Cli, tmp_path: Path) -> None:
    """All of the file's watchlists are told in one digest; applied again, there is nothing."""
    own = tmp_path / "own.toml"
    own.write_text(
        "".join(
            f'[[watchlist]]\nname = "{name}"\nany = ["{word}"]\n'
            'notify = [{ to = ["desk@example.org"] }]\n'
            for name, word in (("Moves", "moved"), ("Fields", "rice"))
        )
    )
    lines = desk("watch", "apply", own, "--retro", "30", "--json").lines
    assert lines[-1]["retro"] == ["Moves", "Fields"]
    assert [one["stories"] for one in lines[-1]["digests"]] == [2]
    (alert,) = desk("alerts", "--json").lines
    assert alert["watchlists"] == ["Moves", "Fields"]
    again = desk("watch", "apply", own, "--retro", "30", "--json").lines[-1]
    assert [one["stories"] for one in again["digests"]] == [0]


def test_alerts_know_it(desk: Cli, tmp_path: Path) -> None:
    desk("watch", "retro", "THAAD")
    shown = desk("alerts", "show", "1", "--json").only
    assert (shown["kind"], shown["story"], len(shown["stories"])) == ("digest", None, 2)
    story = shown["stories"][0]
    assert [a["id"] for a in desk("alerts", "--story", story, "--json").lines] == [1]
    assert [a["id"] for a in desk("alerts", "--watchlist", "THAAD", "--json").lines] == [1]
    assert "digest" in desk("alerts", "show", "1").out
    assert desk("alerts", "hold", "1").code == 0
    assert desk("alerts", "resend", "1").code == 0
    assert program("run", "--once", cwd=tmp_path).code == 0
    states = [alert["state"] for alert in desk("alerts", "--json").lines]
    assert states == ["sent", "held"]
