"""`backfill` on the command line: exit codes, its account, and the hand-over to a service."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.backfill import ROOT, SOURCE, Archive, configure
from newsroom.backfilling import Walk
from storage.backfills import Backfill
from tests.cli_case import Cli
from tests.site.behaviour import late
from tests.site.server import Exchange, Site
from wirewatch.cli.backfilling import _code

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def command(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "wirewatch", "--config", str(config), *words]


def call(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(config, "backfill", *words),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_is_wrong_is_said_before_anything_is_asked(
    site: Site, tmp_path: Path, cli: Cli
) -> None:
    config = configure(tmp_path, site)
    text = config.read_text()
    bare = '\n[[source]]\nid = "bare"\nfeeds = ["https://bare.example/rss"]\n'
    config.write_text(text + bare)
    for words, said in (
        (("nobody", "--since", "2026-01-01"), "no source 'nobody'"),
        ((SOURCE, "--since", "soon"), "'soon' is no time"),
        ((SOURCE, "--since", "2126-01-01"), "lies ahead"),
        ((SOURCE, "--since", "2026-02-01", "--until", "2026-01-01"), "not before --until"),
        ((SOURCE,), "name a source and --since"),
        (("bare", "--since", "2026-01-01"), "neither archives nor listings"),
    ):
        done = cli("--config", config, "backfill", *words)
        assert (done.code, said in done.err) == (2, True), done.err
    assert site.seen == []
    listed = cli("--config", config, "backfill", "--list", "--json")
    assert (listed.code, listed.out) == (0, "")


@pytest.mark.parametrize(
    ("state", "looked", "failed", "interrupted", "code"),
    [
        ("done", 3, 0, False, 0),
        ("done", 3, 2, False, 0),
        ("done", 0, 0, False, 0),  # no archive page of those days: nothing was published
        ("done", 0, 2, False, 3),  # no archive could be read
        ("fetching", 3, 0, False, 3),  # the host of the pages went away
        ("walking", 3, 0, True, 130),
    ],
)
def test_exit_codes(state: str, looked: int, failed: int, interrupted: bool, code: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    walk = Walk((), looked, failed)
    ended = Backfill(1, SOURCE, at, at, False, state, walk, 0, 0, at, None, "")
    assert _code(ended, interrupted=interrupted) == code


def test_a_stretch_is_brought_in_and_listed(site: Site, tmp_path: Path, cli: Cli) -> None:
    site.robots = "User-agent: *\nDisallow: /2026/10/30/"
    archive = Archive(site, 12, per_map=5, each=timedelta(hours=6))
    config = configure(tmp_path, site)
    # of 29 and 30 October the four stories of a day each; robots.txt keeps us from the latter
    words = (SOURCE, "--since", "2026-10-29", "--until", "2026-10-30")
    done = call(config, *words, "--json")
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    assert line.pop("seconds") > 0
    assert line == {
        "source": SOURCE,
        "since": "2026-10-29T00:00:00+00:00",
        "until": "2026-10-31T00:00:00+00:00",
        "listed": 8,
        "new": 8,
        "fetched": 4,
        "failed": 4,
        "state": "done",
    }
    assert {path.rpartition("/")[0] for path in archive.asked()} == {"/2026/10/29"}
    rows = cli("--config", config, "backfill", "--list", "--json").lines
    assert [(row["id"], row["state"], row["new"]) for row in rows] == [(1, "done", 8)]


def test_interrupted_it_ends_in_order_and_says_how_to_go_on(site: Site, tmp_path: Path) -> None:
    archive = Archive(site, 15, per_map=15, each=timedelta(hours=6))
    answer = archive._answer

    def slowly(exchange: Exchange) -> None:
        exchange.pause(0.1)
        answer(exchange)

    site.otherwise(slowly)
    config = configure(tmp_path, site)
    words = ("backfill", SOURCE, "--since", "2026-10-01")
    child = subprocess.Popen(
        command(config, *words), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    while child.poll() is None and sum(archive.asked().values()) < 5:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "to go on: wirewatch backfill local --since 2026-10-01" in said
    done = call(config, SOURCE, "--since", "2026-10-01", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["fetched"] == 15
    assert max(archive.asked().values()) == 1


def test_a_service_that_lives_does_the_work(site: Site, tmp_path: Path) -> None:
    archive = Archive(site, 20, per_map=10, each=timedelta(hours=6))
    config = configure(tmp_path, site)
    site.route("/rss", late(0.0, b"<rss version='2.0'><channel><title>x</title></channel></rss>"))
    service = subprocess.Popen(
        command(config, "run", "--no-web"), cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        site.wait_for("/rss", patience=60)
        done = call(config, SOURCE, "--since", "2026-10-01", "--json")
        assert service.poll() is None
    finally:
        service.terminate()
        _, logged = service.communicate(timeout=30)
    assert done.returncode == 0, done.stderr
    assert "the service does the work" in done.stderr
    line = json.loads(done.stdout)
    assert (line["state"], line["fetched"]) == ("done", 20)
    assert len(archive.asked()) == 20
    assert max(archive.asked().values()) == 1
    assert "backfill committed" in logged
