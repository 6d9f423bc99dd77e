"""`db`, `init` and `config`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import ensure
from tests import rows
from tests.cli_case import Cli, program


def config(folder: Path, more: str = "") -> None:
    (folder / "wirewatch.toml").write_text(
        f'data_dir = "data"\n[mail]\nsender = "Wire <wire@example.org>"\n{more}'
    )


@pytest.fixture
def outbox(cli: Cli, tmp_path: Path) -> Cli:
    """A desk with an alert in each of three states: 1 pending, 2 sent, 3 held."""
    config(tmp_path)
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    ensure(db)
    rows.add_source(db)
    for state in ("pending", "sent", "held"):
        article = rows.add_article(db, url=f"http://herald.example/{state}")
        rows.add_alert(db, article_id=article, state=state)
    db.close()
    return cli


def test_database_upgrade_check_stats(outbox: Cli, tmp_path: Path) -> None:
    ran = outbox("db", "upgrade", "--json")
    assert ran.only["before"] == ran.only["after"] is not None
    assert (outbox("db", "check").code, outbox("db", "check").out) == (0, "ok\n")
    assert outbox("db", "check", "--json").only == {"ok": True, "problems": []}
    stats = outbox("db", "stats", "--json").only
    assert stats["rows"]["alerts"] == 3
    assert stats["bytes"] > 0
    assert "alerts" in outbox("db", "stats").out


def test_database_check_of_what_is_not_so(cli: Cli, tmp_path: Path) -> None:
    config(tmp_path)
    ran = cli("db", "check")
    assert (ran.code, ran.out) == (1, "")
    assert "no tables" in ran.err
    file = tmp_path / "data" / "wirewatch.db"
    assert not file.exists()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"this is no database" * 400)
    ran = cli("db", "check", "--json")
    assert ran.code == 1
    assert not ran.only["ok"]
    assert cli("articles").code == 3


def test_a_newer_schema_is_2_everywhere(outbox: Cli, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "wirewatch.db")) as connection:
        connection.execute("UPDATE wirewatch_schema SET version_num = '9999'")
        connection.commit()
    for argv in (["articles"], ["watch"], ["db", "upgrade"], ["run", "--once"]):
        ran = program(*argv, cwd=tmp_path) if argv[0] == "run" else outbox(*argv)
        assert (ran.code, ran.out) == (2, "")
        assert "9999" in ran.err
        assert "Traceback" not in ran.err
    ran = outbox("db", "check")
    assert ran.code == 1
    assert "9999" in ran.err


def test_an_older_schema_names_the_command_to_run(outbox: Cli, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "wirewatch.db")) as connection:
        connection.execute("UPDATE wirewatch_schema SET version_num = '0001'")
        connection.commit()
    ran = outbox("articles")
    assert ran.code == 2
    assert "wirewatch db upgrade" in ran.err


def test_backup(outbox: Cli, tmp_path: Path) -> None:
    ran = outbox("db", "backup", "copy.db", "--json")
    assert ran.only == {"file": "copy.db", "bytes": (tmp_path / "copy.db").stat().st_size}
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM alerts").fetchone() == (3,)
    again = outbox("db", "backup", "copy.db")
    assert again.code == 2
    assert "exists" in again.err


def test_backup_of_nothing(cli: Cli, tmp_path: Path) -> None:
    config(tmp_path)
    assert cli("db", "backup", "copy.db").code == 2
    assert not (tmp_path / "copy.db").exists()


def test_a_place_that_cannot_be_written_is_3(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file where a directory should be")
    (tmp_path / "wirewatch.toml").write_text('data_dir = "occupied/data"\n')
    ran = cli("articles")
    assert (ran.code, ran.out) == (3, "")
    assert "occupied" in ran.err


def test_init_writes_what_the_program_reads(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", "etc")
    assert ran.code == 0
    assert "--config etc/wirewatch.toml run" in ran.out
    check = cli("config", "check", "--config", "etc/wirewatch.toml")
    assert (check.code, check.err) == (0, "")
    assert check.out.startswith("ok: ")
    again = cli("init", "etc")
    assert (again.code, again.out) == (2, "")
    assert "exists already" in again.err
    assert len(cli("init", "--json").only["files"]) == 2


def test_config_show_masks_secrets(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(
        '[mail]\nurl = "smtps://user:hunter2@mail.example.org"\n'
        '[database]\nurl = "postgresql+psycopg://u:hunter3@db.example.org/w"\n'
    )
    for argv in (["config", "show"], ["config", "show", "--json"], ["config", "check"]):
        ran = cli(*argv)
        assert ran.code == 0
        assert "hunter" not in ran.out + ran.err
    assert cli("config", "show", "--json").only["database"]["url"].startswith("postgresql+psycopg")


def test_config_check_says_everything_that_is_wrong(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text('timezone = "KST"\n[fetch]\nworkers = 0\nodd = 1\n')
    for argv in (["config", "check"], ["config", "show"], ["articles"], ["watch", "list"]):
        ran = cli(*argv)
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 3
        for line in (1, 3, 4):
            assert f"wirewatch.toml:{line}:" in ran.err
    ran = program("run", cwd=tmp_path)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 3)


def test_config_check_tells_of_warnings(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text('watchlists = ["w.toml"]\n')
    (tmp_path / "w.toml").write_text(
        '[[watchlist]]\nname = "A"\nany = ["x"]\nsources = ["nobody"]\n'
    )
    ran = cli("config", "check")
    assert ran.code == 0
    assert "warning: " in ran.err
    assert "nobody" in cli("config", "check", "--json").only["warnings"][0]


def test_both_kinds_of_database(cli: Cli, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(f'[database]\nurl = "{database_url}"\n')
    ran = cli("db", "check")
    assert (ran.code, ran.out, ran.err) == (0, "ok\n", "")
    stats = cli("db", "stats", "--json").only
    assert stats["bytes"] > 0
    assert set(stats["rows"].values()) <= {0, 1}
    assert cli("db", "upgrade").code == 0
    assert cli("watch", "add", "사드", "THAAD", "사드").code == 0
    assert "사드" in [w["name"] for w in cli("watch", "--json").lines]
    assert len(cli("sources", "--json").lines) >= 3
    assert cli("articles", "--json", "--since", "24h").lines == []
    assert cli("status").code == 1  # nothing was ever polled
    backup = cli("db", "backup", "copy.db")
    assert backup.code == (0 if database_url.startswith("sqlite") else 2)
