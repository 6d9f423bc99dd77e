"""A retro-match killed with SIGKILL at every named point: run again, each recipient has one mail.

The program runs in a process of its own over a database of each kind; mails are kept as files.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from config.load import load
from storage.database import Database
from storage.tables import articles, stories
from tests.rows import add_article
from wirewatch.app import open_database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STORIES = 250
"""More than one page of articles."""
PEOPLE = ["a@example.org", "b@example.org"]

POINTS = [
    ("retro matches recorded", 1),  # before its commit
    ("retro matches recorded", 2),  # the first page is committed
    ("retro digest commits", 1),
    ("retro digest committed", 1),
    ("retro digest commits", 2),  # one recipient has a digest, the other not yet
    ("retro digest committed", 2),
]
AFTER = [
    ("alerts claimed", 1),
    ("message stored", 1),
    ("message stored", 2),
    ("alert answered", 1),
]
"""Points of the pass that delivers it."""


class World:
    """A configuration without feeds, and stored articles that a watchlist meets."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.config = folder / "wirewatch.toml"
        off = "".join(
            f'[[source]]\nid = "{source}"\nenabled = false\n'
            for source in ("koreaherald", "yonhap-en", "yonhap-ko")
        )
        self.config.write_text(f'data_dir = "data"\n[database]\nurl = "{url}"\n{off}')
        to = ", ".join(f'"{who}"' for who in PEOPLE)
        (folder / "watchlists.toml").write_text(
            f'[[watchlist]]\nname = "THAAD"\nany = ["THAAD"]\n[[watchlist.notify]]\nto = [{to}]\n'
        )
        db = open_database(load(self.config, environ={}, cwd=folder))
        try:
            self._fill(db)
        finally:
            db.close()

    def _fill(self, db: Database) -> None:
        first = add_article(db, "koreaherald", title="THAAD story", matched_mark=1)
        with db.write() as conn:  # one transaction: the disk is waited for once
            row = dict(
                conn.execute(select(articles).where(articles.c.id == first)).mappings().one()
            )
            for n in range(1, STORIES):
                at = datetime.now(UTC) - timedelta(hours=n % 200 + 1)
                url = f"https://herald.example/{n}"
                made = insert(stories).values(first_seen_at=at).returning(stories.c.id)
                own = {"story_id": conn.execute(made).scalar_one(), "title": f"THAAD story {n}"}
                own |= {"url": url, "canonical_url": url, "first_seen_at": at}
                values = {name: value for name, value in row.items() if name != "id"} | own
                conn.execute(insert(articles).values(values))

    def python(self, *argv: object) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", *map(str, argv)],
            cwd=ROOT,
            capture_output=True,
            timeout=240,
            check=False,
        )
        return done.returncode, done.stderr.decode()

    def look_back(self, line: str = "-", nth: int = 1) -> tuple[int, str]:
        return self.python("tests.retro_child", self.config, "THAAD", line, nth)

    def deliver(self, line: str = "-", nth: int = 1) -> tuple[int, str]:
        return self.python("tests.kill_child", self.config, line, nth)

    def check(self) -> None:
        """Every recipient has one mail with every story."""
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in (self.folder / "data" / "outbox").glob("*.eml")
        ]
        assert sorted(mail["To"] for mail in mails) == PEOPLE
        for mail in mails:
            assert len(set(str(mail["X-Wirewatch-Story"]).split(", "))) == STORIES
            assert f" {STORIES} stories, " in mail["Subject"]


@pytest.mark.parametrize(("line", "nth"), POINTS)
def test_killed_while_it_looks_back(tmp_path: Path, database_url: str, line: str, nth: int) -> None:
    world = World(tmp_path, database_url)
    code, errors = world.look_back(line, nth)
    assert code == -signal.SIGKILL, errors
    assert f"reached: {line}" in errors
    for _ in range(2):
        code, errors = world.look_back()
        assert code == 0, errors
    code, errors = world.deliver()
    assert code == 0, errors
    world.check()


@pytest.mark.parametrize(("line", "nth"), AFTER)
def test_killed_while_it_is_delivered(tmp_path: Path, line: str, nth: int) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'news.db'}")
    code, errors = world.look_back()
    assert code == 0, errors
    code, errors = world.deliver(line, nth)
    assert code == -signal.SIGKILL, errors
    code, errors = world.deliver()
    assert code == 0, errors
    world.check()


def test_two_look_back_at_once(tmp_path: Path, database_url: str) -> None:
    """Two processes, asked for the same at the same time, tell it once."""
    world = World(tmp_path, database_url)
    command = [sys.executable, "-m", "tests.retro_child", str(world.config), "THAAD", "-"]
    children = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    for child in children:
        _, errors = child.communicate(timeout=240)
        assert child.returncode == 0, errors.decode()
    code, told = world.deliver()
    assert code == 0, told
    world.check()
