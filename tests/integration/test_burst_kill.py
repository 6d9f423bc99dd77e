"""A burst of alerts is killed with SIGKILL again and again: every one arrives, and a second copy
comes only of a mail that the server took and whose end was not written down yet (promise 5).

By hand with 5,000: `python -m tests.integration.test_burst_kill 5000`.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.mail_material import fill
from jobs.sending import WINDOW
from storage.database import Database
from storage.migrate import ensure
from storage.outbox_tables import alerts
from tests.databases import PostgresServer
from tests.site.mailserver import MailServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
Point = tuple[str, int]
"""A log line and its number; or `mails` and after how many more of them."""


def points(count: int, kills: int) -> list[Point]:
    """Named points of the way of a mail and instants in between, in a random order."""
    dice = random.Random(5)
    share = max(count // (kills + 2), 4)
    named = ["alerts claimed", "message stored", "smtp accepted", "alert answered", "alert sent"]
    chosen: list[Point] = []
    for n in range(kills):
        line = named[n // 2 % len(named)] if n % 2 else "mails"
        most = 1 if line == "alerts claimed" else share
        chosen.append((line, dice.randint(1, most)))
    dice.shuffle(chosen)
    return chosen


class Burst:
    """One outbox, one server, and the processes that are killed over them."""

    def __init__(self, folder: Path, url: str, server: MailServer, count: int) -> None:
        self.folder, self.url, self.server, self.count = folder, url, server, count
        self.db = Database(url)
        ensure(self.db)
        fill(self.db, count, datetime.now(UTC))
        self.dice = random.Random(7)
        self.doubtful: Counter[str] = Counter()
        """How often each mail was taken by the server and not known by us when a kill fell."""

    def start(self, *kill: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.burst_child"]
        command += [self.url, self.server.url(), str(self.folder), *kill]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)

    def killed_at(self, point: Point) -> bool:
        """Run up to the point and kill; False where the burst was over before."""
        line, nth = point
        before = len(self.server.messages)
        if line != "mails":
            child = self.start(line, str(nth))
        else:
            child = self.start()
            while child.poll() is None and len(self.server.messages) < before + nth:
                time.sleep(0.001)
            time.sleep(self.dice.uniform(0, 0.01))
            child.kill()
        child.communicate(timeout=120)
        self.server.wait_until_left()
        if child.returncode != -signal.SIGKILL:
            return False
        self.doubtful.update(self.unwritten(before))
        return True

    def unwritten(self, since: int) -> set[str]:
        """Message-IDs that came from a process and that are not `sent` in the outbox."""
        with self.db.read() as conn:
            rows = conn.execute(select(alerts.c.message_id).where(alerts.c.state == "sent"))
            written = set(rows.scalars())
        return self.copies(since).keys() - written

    def copies(self, since: int = 0) -> dict[str, list[bytes]]:
        """The bytes of mails that came, by Message-ID; without the first `since` of them."""
        found: dict[str, list[bytes]] = {}
        for mail in self.server.messages[since:]:
            head = mail.content.partition(b"\r\n\r\n")[0]
            ident = head.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]
            found.setdefault(ident.decode(), []).append(mail.content)
        return found

    def finish(self) -> None:
        child = self.start()
        _, errors = child.communicate(timeout=600)
        assert child.returncode == 0, errors.decode()

    def check(self) -> int:
        """Nothing lost, nothing doubled but what was in doubt, and that alike; how many it was."""
        with self.db.read() as conn:
            rows = conn.execute(select(alerts.c.message_id, alerts.c.state)).all()
        assert Counter(row.state for row in rows) == {"sent": self.count}
        copies = self.copies()
        assert copies.keys() == {row.message_id for row in rows}
        assert all(len(set(bodies)) == 1 for bodies in copies.values())
        assert {ident: len(bodies) for ident, bodies in copies.items()} == {
            ident: 1 + self.doubtful[ident] for ident in copies
        }
        return sum(self.doubtful.values())


def play(folder: Path, url: str, count: int, kills: int) -> tuple[int, int]:
    """How often it was killed, and how many second copies that cost."""
    with MailServer() as server:
        burst = Burst(folder, url, server, count)
        try:
            killed = 0
            for point in points(count, kills):
                before = sum(burst.doubtful.values())
                killed += burst.killed_at(point)
                assert sum(burst.doubtful.values()) - before <= WINDOW, point
            burst.finish()
            doubled = burst.check()
        finally:
            burst.db.close()
    return killed, doubled


def test_killed_at_twenty_points_of_a_burst(tmp_path: Path) -> None:
    killed, doubled = play(tmp_path, f"sqlite:///{tmp_path / 'news.db'}", 300, 20)
    assert killed == 20
    assert 0 < doubled <= killed * WINDOW


@pytest.mark.postgres
def test_killed_at_six_points_of_a_burst(tmp_path: Path, postgres_server: PostgresServer) -> None:
    with postgres_server.migrated() as url:
        killed, _ = play(tmp_path, url, 80, 6)
    assert killed == 6


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(play(Path(scratch), f"sqlite:///{scratch}/news.db", int(sys.argv[1]), 20))
