"""`wirewatch demo` as a newcomer runs it: in an empty folder, with nothing set, to its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.unit.demo_case import day
from wirewatch.demo.expect import expected_subjects

pytestmark = pytest.mark.xdist_group("demo")  # it is played once

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "wirewatch"]


def bare_environment(home: Path) -> dict[str, str]:
    """What a program started by hand needs, and a configuration that must not be read."""
    home.mkdir(exist_ok=True)
    (home / "wirewatch.toml").write_text("this is no configuration")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "WIREWATCH_CONFIG": str(home / "wirewatch.toml"),
        "http_proxy": "http://127.0.0.1:9",
    }


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder the demo made, and what it said."""
    folder = tmp_path_factory.mktemp("empty")
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [*PROGRAM, "demo"],
        cwd=folder,
        env=bare_environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert [path.name for path in folder.iterdir()] == ["wirewatch-demo"]
    assert [path.name for path in home.iterdir()] == ["wirewatch.toml"]
    return folder / "wirewatch-demo", done.stdout


def command(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "--config", str(folder / "wirewatch.toml"), *args],
        cwd=folder.parent,
        env=bare_environment(folder.parent / "home"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_the_expected_mails_are_there_and_no_other(ran: tuple[Path, str]) -> None:
    folder, said = ran
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (folder / "outbox").glob("*.eml")
    ]
    start = day()
    assert sorted(str(mail["Subject"]) for mail in mails) == sorted(expected_subjects(start))
    assert {str(mail["To"]) for mail in mails} == {"desk@example.org"}
    assert len({str(mail["Message-ID"]) for mail in mails}) == len(mails)
    assert "All as it had to be: 8 mails" in said


def test_every_mail_has_a_page_beside_it_that_shows_its_words(ran: tuple[Path, str]) -> None:
    outbox = ran[0] / "outbox"
    names = {path.stem for path in outbox.iterdir()}
    assert {path.name for path in outbox.iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("eml", "html")
    }
    pages = [path.read_text(encoding="utf-8") for path in outbox.glob("*.html")]
    assert sum(any(word in page for word in ("THAAD", "사드")) for page in pages) >= 5
    assert not any("src=" in page for page in pages)


def test_the_account_tells_each_kind_of_event(ran: tuple[Path, str]) -> None:
    said = ran[1]
    for event in ("new", "match", "mail", "told", "edited", "feed", "page", "304", "no match"):
        assert any(line[27:37].strip() == event for line in said.splitlines() if "연합" not in line)
    assert "*Terminal High Altitude Area Defense*" in said
    assert "\x1b" not in said


def test_the_commands_it_names_work_on_what_it_left(ran: tuple[Path, str]) -> None:
    folder = ran[0]
    listed = command(folder, "articles", "--json")
    articles = [json.loads(line) for line in listed.stdout.splitlines()]
    assert listed.returncode == 0, listed.stderr
    assert len(articles) == len(day().stories)
    assert {article["state"] for article in articles} == {"fetched", "failed"}
    alerts = [json.loads(a) for a in command(folder, "alerts", "--json").stdout.splitlines()]
    assert sorted(alert["state"] for alert in alerts) == ["sent"] * 8
    assert [alert["kind"] for alert in alerts].count("update") == 1
    sources = [
        json.loads(s) for s in command(folder, "sources", "list", "--json").stdout.splitlines()
    ]
    enabled = {source["id"]: source for source in sources if source["enabled"]}
    assert set(enabled) == {"koreaherald", "yonhap-en", "yonhap-ko"}
    assert enabled["koreaherald"]["verdict"] == "ok"
    assert enabled["koreaherald"]["reason"] == "not_a_feed"
    assert all(
        feed["url"].startswith("http://127.0.0.1:")
        for source in enabled.values()
        for feed in source["feeds"]
    )
    assert command(folder, "config", "check").returncode == 0


def test_ctrl_c_ends_it_in_order(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*PROGRAM, "demo", str(tmp_path / "day")],
        cwd=tmp_path,
        env=bare_environment(tmp_path / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert running.stdout is not None
    for line in running.stdout:
        if " new " in line:
            break
    running.send_signal(signal.SIGINT)
    rest, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert errors == ""
    assert rest.splitlines()[-1] == f"Interrupted. What came so far is in {tmp_path / 'day'}"
    assert command(tmp_path / "day", "articles").returncode == 0
