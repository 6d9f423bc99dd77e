"""`alerts addresses` and `alerts release`."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import Database
from storage.held import hold_address
from storage.migrate import ensure
from tests import rows
from tests.cli_case import Cli

TO = "desk@example.org"


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Cli:
    """An address that is held, with one alert."""
    (tmp_path / "wirewatch.toml").write_text('data_dir = "data"\ntimezone = "Asia/Seoul"\n')
    db = Database(f"sqlite:///{tmp_path}/data/wirewatch.db")
    ensure(db)
    rows.add_source(db)
    rows.add_alert(db, article_id=rows.add_article(db), recipient=TO)
    hold_address(db, TO, "5.1.1 no such user", 7, rows.NOW)
    db.close()
    return cli


def test_addresses_are_listed_and_released(desk: Cli) -> None:
    ran = desk("alerts", "addresses", "--json")
    assert ran.only == {
        "recipient": TO,
        "since": "2026-11-23T03:10:00+00:00",
        "reason": "5.1.1 no such user",
        "alert": 7,
        "waiting": 1,
    }
    shown = desk("alerts", "addresses")
    assert (shown.code, TO in shown.out, "no such user" in shown.out) == (0, True, True)
    assert desk("alerts", "--json").only["reason"] == "address held: 5.1.1 no such user"
    ran = desk("alerts", "release", "Desk@EXAMPLE.org")
    assert (ran.code, ran.out) == (0, f"{TO} is used again: 1 alert goes\n")
    assert desk("alerts", "--json").only["state"] == "pending"
    ran = desk("alerts", "addresses")
    assert (ran.code, ran.out, ran.err) == (0, "", "no address is held\n")


def test_an_address_that_is_not_held(desk: Cli) -> None:
    ran = desk("alerts", "release", "other@example.org")
    assert ran.code == 1
    assert "alerts addresses" in ran.err
    assert desk("alerts", "release", TO, "--json").only == {"recipient": TO, "released": 1}
    assert desk("alerts", "release", TO).code == 1
