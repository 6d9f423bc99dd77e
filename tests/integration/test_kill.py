"""Killed with SIGKILL at every named point, nothing is lost and nothing comes twice (promise 5).

Everything is real: the program in a process of its own, a news site and an SMTP server on
loopback, a database of each kind. The point is proven reached by the line the program logs there.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.sending import WINDOW
from tests.prose import prose
from tests.site.feeds import article, rss
from tests.site.mailserver import MailServer
from tests.site.server import Site

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ITEMS = 6
MATCHING = 4
POINTS = [
    ("feed claimed", 1),
    ("feed fetched", 1),
    ("poll commits", 1),
    ("poll committed", 1),
    ("page claimed", 1),
    ("page fetched", 2),
    ("match commits", 1),
    ("match commits", ITEMS + 1),
    ("match committed", 1),
    ("alerts claimed", 1),
    ("message stored", 2),
    ("smtp accepted", 2),
]


def expected_titles(items: int, matching: int) -> set[str]:
    return {f"THAAD story {n}" for n in range(min(items, matching))}


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


class World:
    """A site, a mail server, a configuration, and the program run against them."""

    def __init__(self, folder: Path, url: str, site: Site, mail: MailServer, items: int) -> None:
        self.folder, self.mail, self.items = folder, mail, items
        self.config = folder / "wirewatch.toml"
        titles = [f"THAAD story {n}" if n < MATCHING else f"Rice {n}" for n in range(items)]
        if items > ITEMS:
            titles = [f"THAAD story {n}" for n in range(items)]
        self.expected = {t for t in titles if t.startswith("THAAD")}
        now = datetime.now(UTC)
        site.page(
            "/rss",
            rss(
                {"title": t, "link": site.url(f"/a/{n}"), "guid": str(n), "pubDate": now}
                for n, t in enumerate(titles)
            ),
            content_type="application/rss+xml",
        )
        for n, title in enumerate(titles):
            site.page(f"/a/{n}", article(title, [f"{title}.", *prose(n).split("\n\n")]))
        self.config.write_text(
            f"""
data_dir = "data"
watchlists = ["watchlists.toml"]
[database]
url = "{url}"
[mail]
url = "{mail.url()}"
[fetch]
allow_private_networks = ["127.0.0.0/8"]
workers = 1
[[source]]
id = "koreaherald"
enabled = false
[[source]]
id = "yonhap-en"
enabled = false
[[source]]
id = "yonhap-ko"
enabled = false
[[source]]
id = "local"
name = "Local News"
feeds = ["{site.url("/rss")}"]
page = "generic"
delay = "0s"
backfill_alerts = "all"
"""
        )
        (folder / "watchlists.toml").write_text(
            '[[watchlist]]\nname = "THAAD"\nany = ["THAAD"]\n'
            '[[watchlist.notify]]\nto = ["desk@example.org"]\n'
        )

    def start(self, line: str = "-", nth: int = 1) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.kill_child", str(self.config), line, str(nth)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)

    def run(self, line: str = "-", nth: int = 1) -> tuple[int, str]:
        child = self.start(line, nth)
        _, errors = child.communicate(timeout=120)
        return child.returncode, errors.decode()

    def copies(self) -> dict[str, list[bytes]]:
        """The bytes of every mail that came, by Message-ID."""
        found: dict[str, list[bytes]] = defaultdict(list)
        for message in self.mail.messages:
            found[message.parsed["Message-ID"]].append(message.content)
        return found

    def told(self) -> set[str]:
        subjects = [message.parsed["Subject"] for message in self.mail.messages]
        return {subject.removeprefix("[THAAD] ").partition(" — ")[0] for subject in subjects}


@pytest.mark.parametrize(("line", "nth"), POINTS)
def test_killed_at_a_named_point(
    line: str, nth: int, database_url: str, tmp_path: Path, mail: MailServer
) -> None:
    with Site() as site:
        world = World(tmp_path, database_url, site, mail, ITEMS)
        code, errors = world.run(line, nth)
        assert f"reached: {line}" in errors
        assert code == -signal.SIGKILL
        code, errors = world.run()
        assert code == 0, errors
    assert world.told() == world.expected
    copies = world.copies()
    assert len(copies) == len(world.expected)
    doubled = [bodies for bodies in copies.values() if len(bodies) > 1]
    # what the server took while an answer was being written down goes again
    assert len(doubled) in ((1, 2) if line == "smtp accepted" else (0,))
    assert all(set(bodies) == {bodies[0]} for bodies in doubled)


KILLS = 20
RUN_ITEMS = 50
"""More of one poll would go as one digest."""


def test_killed_at_random_instants(tmp_path: Path, mail: MailServer) -> None:
    """A run of 50 items is killed twenty times; one pass afterwards, and every alert is there."""
    instants = random.Random(20)
    with Site() as site:
        world = World(tmp_path, f"sqlite:///{tmp_path / 'news.db'}", site, mail, RUN_ITEMS)
        killed = 0
        for _ in range(KILLS):
            before = len(mail.messages)
            child = world.start()
            # into the run: after the first request of this process, anywhere up to its end
            _wait_for_work(child, site, mail, before)
            time.sleep(instants.uniform(0, 0.6))
            child.kill()
            child.communicate(timeout=60)
            killed += child.returncode == -signal.SIGKILL
        code, errors = world.run()
        assert code == 0, errors
    assert killed >= KILLS // 2, "too few runs were killed before their end"
    assert world.told() == world.expected
    copies = world.copies()
    assert len(copies) == RUN_ITEMS
    assert all(len(set(bodies)) == 1 for bodies in copies.values())
    # a second copy only where a kill fell between the server's 250 and our commit
    assert sum(len(bodies) - 1 for bodies in copies.values()) <= killed * WINDOW


def _wait_for_work(
    child: subprocess.Popen[bytes], site: Site, mail: MailServer, mails: int
) -> None:
    requests = len(site.seen)
    deadline = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < deadline:
        if len(site.seen) > requests or len(mail.messages) > mails:
            return
        time.sleep(0.01)
