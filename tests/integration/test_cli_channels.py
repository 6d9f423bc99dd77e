"""Recipients that are URLs on the command line: taken wherever an address is, shown masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsroom.recipients import lane_of, shown
from tests.cli_case import Cli
from tests.site.server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        yield started


@pytest.fixture
def url(site: Site) -> str:
    return f"webhook+{site.url('/hook/5ecret')}"


@pytest.fixture(autouse=True)
def _configured(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text('data_dir = "data"\n[webhook]\nsecret_file = "hook"\n')
    (tmp_path / "hook").write_text("s3cret\n")


def test_a_test_by_webhook(cli: Cli, site: Site, url: str, tmp_path: Path) -> None:
    site.page("/hook/5ecret", b"ok")
    sent = cli("alerts", "test", url, "--json").only
    assert sent == {
        "recipient": shown(url),
        "channel": lane_of(url),
        "message_id": sent["message_id"],
        "reply": "200 OK",
    }
    (seen,) = site.requests("/hook/5ecret")
    assert seen.headers["x-wirewatch-event"] == "test"
    assert seen.headers["x-wirewatch-delivery"] == sent["message_id"]
    assert seen.headers["x-wirewatch-signature"].startswith("sha256=")
    assert json.loads(seen.body)["event"] == "test"
    assert not (tmp_path / "data" / "wirewatch.db").exists()


def test_a_test_by_apprise(cli: Cli, site: Site) -> None:
    site.page("/chat/5ecret", b"ok")
    ran = cli("alerts", "test", f"json://{site.host}/chat/5ecret")
    assert (ran.code, ran.err) == (0, "")
    assert "5ecret" not in ran.out
    assert json.loads(site.seen[0].body)["title"].startswith("[Wirewatch]")


@pytest.mark.parametrize(
    ("status", "said"), [(401, "401"), (404, "404"), (500, "500"), (302, "redirects")]
)
def test_one_that_cannot_be_handed_over_exits_3(
    cli: Cli, site: Site, url: str, status: int, said: str
) -> None:
    site.page("/hook/5ecret", b"", status=status)
    ran = cli("alerts", "test", url)
    assert ran.code == 3
    assert said in ran.err
    assert "5ecret" not in ran.err


@pytest.mark.parametrize("address", ["https://h.example/5ecret", "slack://5ecret", "syslog://"])
def test_one_that_cannot_be_used_exits_2(cli: Cli, address: str) -> None:
    ran = cli("alerts", "test", address)
    assert ran.code == 2
    assert "5ecret" not in ran.err


def test_watchlists_take_urls_and_show_them_masked(cli: Cli, url: str) -> None:
    added = cli("watch", "add", "THAAD", "THAAD", "--to", url, "--to", "desk@example.org")
    assert added.code == 0
    for argv in (("list",), ("show", "THAAD"), ("list", "--json"), ("show", "THAAD", "--json")):
        ran = cli("watch", *argv)
        assert ran.code == 0
        assert shown(url)[-9:] in ran.out
        assert "5ecret" not in added.out + ran.out
    exported = cli("watch", "export").out
    assert url in exported


@pytest.mark.parametrize("as_shown", [True, False])
def test_a_url_is_paused_as_it_is_written_and_as_it_is_shown(
    cli: Cli, url: str, *, as_shown: bool
) -> None:
    cli("watch", "add", "THAAD", "THAAD", "--to", url)
    named = shown(url) if as_shown else url
    paused = cli("watch", "pause", "THAAD", "--for", named)
    assert paused.code == 0
    line = cli("watch", "show", "THAAD", "--json").only
    assert line["paused_recipients"] == [shown(url)]
    resumed = cli("watch", "resume", "THAAD", "--for", named)
    assert resumed.code == 0
    assert cli("watch", "show", "THAAD", "--json").only["paused_recipients"] == []
    assert "5ecret" not in paused.out + resumed.out


def test_somebody_it_does_not_tell_is_not_named_in_full(cli: Cli, url: str) -> None:
    cli("watch", "add", "THAAD", "THAAD", "--to", "desk@example.org")
    ran = cli("watch", "pause", "THAAD", "--for", url)
    assert ran.code != 0
    assert "5ecret" not in ran.out + ran.err
