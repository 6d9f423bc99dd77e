"""`run`, as a program of its own: single passes, the service, its signals."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli_case import Cli, program, running
from tests.site import behaviour
from tests.site.feeds import article, rss
from tests.site.mailserver import Fault, MailServer
from tests.site.server import Site

PATIENCE = 60.0
"""Seconds until a test gives up; never how long anything should take."""
TEXT = ("The battery stays where it is, the ministry said on Monday. " * 6,) * 2


class Desk:
    """A folder with a configuration that watches one site and mails to one server."""

    def __init__(self, folder: Path, site: Site, mail: MailServer) -> None:
        self.folder, self.site, self.mail = folder, site, mail
        self.settings()
        self.watchlist("THAAD")

    def settings(self, more: str = "") -> None:
        (self.folder / "wirewatch.toml").write_text(
            f"""
data_dir = "data"
watchlists = ["w.toml"]
[mail]
url = "{self.mail.url()}"
[fetch]
allow_private_networks = ["127.0.0.0/8"]
obey_robots = false
timeout = "5s"
workers = 1
[web]
listen = "127.0.0.1:0"
{more}
[[source]]
id = "news"
name = "Example News"
feeds = ["{self.site.url("/rss")}"]
delay = "0s"
interval = {{ min = "1s", max = "1s" }}
backfill_alerts = "all"
"""
            + "".join(
                f'[[source]]\nid = "{known}"\nenabled = false\n'
                for known in ("koreaherald", "yonhap-en", "yonhap-ko")
            )
        )

    def watchlist(self, *terms: str) -> None:
        text = f'[[watchlist]]\nname = "W"\nany = {json.dumps(terms)}\n'
        text += '[[watchlist.notify]]\nto = ["desk@example.org"]\n'
        beside = self.folder / "w.toml.new"
        beside.write_text(text)
        beside.replace(self.folder / "w.toml")

    def show(self, *titles: str) -> None:
        items: list[dict[str, str | datetime | None]] = []
        for n, title in enumerate(titles):
            own = f"This is what {title.lower()} means, he said."  # else it would be a wall
            self.site.page(f"/{n}", article(title, (*TEXT, own)))
            items.append(
                {
                    "title": title,
                    "link": self.site.url(f"/{n}"),
                    "guid": str(n),
                    "pubDate": datetime.now(UTC),
                }
            )
        self.site.page("/rss", rss(items), content_type="application/rss+xml")

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    @contextlib.contextmanager
    def service(self, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
        with running("run", *argv, cwd=self.folder) as process:
            wait_until(lambda: "started" in self.log(), process)
            yield process


def wait_until(
    condition: Callable[[], bool], process: subprocess.Popen[bytes] | None = None
) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        assert process is None or process.poll() is None, "the service ended"
        time.sleep(0.05)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Site() as site, MailServer() as mail:
        yield Desk(tmp_path, site, mail)


def once(desk: Desk, *argv: str) -> Any:
    return program("run", "--once", *argv, cwd=desk.folder)


def test_a_pass_mails_once_and_the_next_one_nothing(desk: Desk, cli: Cli) -> None:
    desk.show("THAAD stays", "Rice harvest")
    ran = once(desk, "--json")
    assert ran.code == 0, ran.err
    assert "1 feed polled" in ran.err
    assert "1 mail handed over" in ran.err
    assert ran.only["polls"] == {"ok": 1}
    assert ran.only["mails"]["sent"] == 1
    (mail,) = desk.mail.messages
    assert mail.recipient == "desk@example.org"
    assert "THAAD stays" in mail.parsed["Subject"]
    again = once(desk, "--all")
    assert (again.code, again.out) == (0, "")
    assert len(desk.mail.messages) == 1
    assert {a["state"] for a in cli("articles", "--json").lines} == {"fetched"}
    assert cli("status").code == 0


def test_nothing_due_is_done(desk: Desk) -> None:
    desk.settings('[[source]]\nid = "off"\nfeeds = ["http://127.0.0.1:1/"]\nenabled = false\n')
    desk.show()
    text = (desk.folder / "wirewatch.toml").read_text()
    (desk.folder / "wirewatch.toml").write_text(text.replace('delay = "0s"', "enabled = false"))
    ran = once(desk)
    assert ran.code == 0
    assert "0 feeds polled" in ran.err


def test_one_failing_feed_is_told_and_none_reachable_is_3(desk: Desk) -> None:
    desk.site.route("/rss", behaviour.status(500))
    ran = once(desk, "--all")
    assert ran.code == 0
    assert "1 http_5xx" in ran.err
    desk.site.close()
    ran = once(desk, "--all")
    assert ran.code == 3
    assert "1 connect" in ran.err


def test_no_mail_handed_over_is_3_and_they_go_later(desk: Desk) -> None:
    desk.show("THAAD stays")
    desk.mail.stop()
    ran = once(desk)
    assert ran.code == 3
    assert "mail server cannot be used" in ran.err
    assert "Traceback" not in ran.err


def test_the_database_failing_is_3(desk: Desk) -> None:
    (desk.folder / "data").write_text("a file where a directory should be")
    ran = once(desk)
    assert ran.code == 3
    assert "Traceback" not in ran.err


def test_the_service_works_and_stops_at_sigterm(desk: Desk) -> None:
    desk.show("Rice harvest")
    with desk.service() as process:
        desk.site.wait_for("/0")
        desk.show("Rice harvest", "THAAD stays")
        desk.mail.wait_for(1, PATIENCE)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "did not end in time" not in desk.log()
    assert "Traceback" not in desk.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_the_midst_of_a_request_that_hangs(desk: Desk, number: int) -> None:
    desk.site.route("/rss", behaviour.hang())
    with desk.service("--no-web") as process:
        desk.site.wait_for("/rss")
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert "Traceback" not in desk.log()


def test_it_stops_while_the_mail_server_says_nothing(desk: Desk) -> None:
    desk.mail.faults = [Fault("content")]
    desk.show("THAAD stays")
    with desk.service("--no-web") as process:
        wait_until(lambda: any(line == "DATA" for _, line in desk.mail.commands), process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "Traceback" not in desk.log()
    desk.mail.faults = []
    assert once(desk).code == 0
    assert len(desk.mail.wait_for(1, PATIENCE)) == 1


def test_a_changed_watchlist_is_read_and_a_wrong_one_refused(desk: Desk, cli: Cli) -> None:
    desk.show("Rice harvest")
    with desk.service("--no-web") as process:
        desk.site.wait_for("/0")
        desk.watchlist("@wrong")
        wait_until(lambda: "configuration refused" in desk.log(), process)
        assert cli("articles").code == 2  # whoever asks now is told what is wrong with the file
        desk.watchlist("Barley")
        wait_until(lambda: "configuration read again" in desk.log(), process)
        desk.show("Rice harvest", "Barley harvest")
        desk.mail.wait_for(1, PATIENCE)
    assert "Barley" in desk.mail.messages[0].parsed["Subject"]


def test_status_tells_that_a_wrong_file_was_refused(desk: Desk, cli: Cli) -> None:
    desk.show("Rice harvest")
    right = desk.folder / "right.toml"
    text = (desk.folder / "wirewatch.toml").read_text().replace('"w.toml"', '"right-w.toml"')
    right.write_text(text)
    (desk.folder / "right-w.toml").write_text((desk.folder / "w.toml").read_text())

    def notices() -> list[Any]:
        return list(cli("status", "--config", right, "--json").only["notices"])

    with desk.service("--no-web") as process:
        desk.watchlist("@wrong")
        wait_until(lambda: bool(notices()), process)
        wrong = cli("status")
        assert (wrong.code, wrong.out) == (2, "")
        assert "w.toml" in wrong.err
        (notice,) = notices()
        assert notice["subject"] == "configuration"
        assert "the old one stays in force" in notice["text"]
        asked = cli("status", "--config", right)
        assert asked.code == 1
        assert "the old one stays in force" in asked.err
        desk.watchlist("Barley")
        wait_until(lambda: not notices(), process)
        assert cli("status").code == 0


def test_sighup_reads_again_though_nothing_changed(desk: Desk) -> None:
    desk.show("Rice harvest")
    with desk.service("--no-web") as process:
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration read again" in desk.log(), process)


def test_a_watchlist_added_by_hand_is_picked_up(desk: Desk, cli: Cli) -> None:
    desk.show("Rice harvest")
    with desk.service("--no-web"):
        desk.site.wait_for("/0")
        assert cli("watch", "add", "By hand", "Barley", "--to", "ops@example.org").code == 0
        desk.show("Rice harvest", "Barley harvest")
        desk.mail.wait_for(1, PATIENCE)
    assert desk.mail.messages[0].recipient == "ops@example.org"


def test_health_over_http_unless_switched_off(desk: Desk) -> None:
    desk.show("Rice harvest")
    with contextlib.closing(behaviour_port()) as free:
        port = free.getsockname()[1]
    text = (desk.folder / "wirewatch.toml").read_text()
    (desk.folder / "wirewatch.toml").write_text(text.replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    with desk.service() as process:
        wait_until(lambda: healthy(port), process)
    with desk.service("--no-web") as process:
        desk.site.wait_for("/0")
        assert not healthy(port)


def behaviour_port() -> Any:
    import socket

    return socket.create_server(("127.0.0.1", 0))


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False


def test_warnings_are_told(desk: Desk) -> None:
    desk.show("Rice harvest")
    text = (desk.folder / "w.toml").read_text()
    (desk.folder / "w.toml").write_text(text.replace("any =", 'sources = ["nobody"]\nany ='))
    assert "nobody" in once(desk).err
    with desk.service("--no-web"):
        assert "nobody" in desk.log()
