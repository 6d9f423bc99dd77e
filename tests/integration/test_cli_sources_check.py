"""`sources check` as a program of its own, against outlets that answer well and badly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsroom.advice import ADVICE
from newsroom.reasons import Reason
from tests.cli_case import ROOT, Cli, program
from tests.site.behaviour import status
from tests.site.feeds import article, rss
from tests.site.server import Exchange, Site

HERE = datetime.now(UTC).replace(microsecond=0)
TEXT = ("The battery stays where it is, the ministry said on Monday. " * 6,) * 2
CATALOGUE = ("koreaherald", "yonhap-en", "yonhap-ko")


def feed_of(site: Site, *, age: timedelta = timedelta(hours=1), extra: str = "") -> bytes:
    first: dict[str, Any] = {"title": "Battery stays", "link": site.url("/story"), "guid": "1"}
    second: dict[str, Any] = {"title": "Old news", "link": site.url("/old-story"), "guid": "2"}
    at = HERE - age
    return rss(
        [
            {**second, "pubDate": (at - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")},
            {**first, "pubDate": at},
        ],
        extra=extra,
    )


@pytest.fixture
def outlet() -> Iterator[Site]:
    with Site() as site:
        link = '<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
        site.page("/rss", feed_of(site, extra=link + "<ttl>15</ttl>"), content_type="text/xml")
        site.page("/stale", feed_of(site, age=timedelta(days=30)), content_type="text/xml")
        site.page("/story", article("Battery stays", TEXT))
        site.page("/login", "<html><body><form>Please log in</form></body></html>")
        site.page("/empty", rss([]), content_type="text/xml")
        site.route("/wall", status(403))
        site.route("/slow-down", status(429, Retry_After="600"))
        site.route("/moved", _moved(site.url("/rss")))
        site.route("/gone", status(410))
        yield site


def _moved(to: str) -> Any:
    def act(exchange: Exchange) -> None:
        exchange.answer(301, b"", {"Location": to})

    return act


def configure(folder: Path, **feeds: str) -> None:
    text = """
data_dir = "data"
[fetch]
allow_private_networks = ["127.0.0.0/8"]
obey_robots = false
workers = 1
"""
    for known in CATALOGUE:
        text += f'[[source]]\nid = "{known}"\nenabled = false\n'
    for name, url in feeds.items():
        text += f'[[source]]\nid = "{name}"\nname = "{name}"\nfeeds = ["{url}"]\ndelay = "0s"\n'
    (folder / "wirewatch.toml").write_text(text)


def test_everything_is_tried_and_explained(tmp_path: Path, outlet: Site) -> None:
    wanted = {
        "well": ("/rss", "ok"),
        "stale": ("/stale", "stale"),
        "login": ("/login", "not_a_feed"),
        "empty": ("/empty", "empty"),
        "wall": ("/wall", "blocked"),
        "limited": ("/slow-down", "rate_limited"),
        "moved": ("/moved", "moved"),
        "gone": ("/gone", "gone"),
    }
    configure(tmp_path, **{name: outlet.url(path) for name, (path, _) in wanted.items()})
    ran = program("sources", "check", "--json", cwd=tmp_path)
    assert ran.code == 1, ran.err
    feeds = {line["source"]: line for line in ran.lines if line["kind"] == "feed"}
    assert {name: line["verdict"] for name, line in feeds.items()} == {
        name: verdict for name, (_, verdict) in wanted.items()
    }
    for line in feeds.values():
        assert line["advice"] == ADVICE[Reason(line["verdict"])]
    well = feeds["well"]
    assert (well["http_status"], well["items"], well["undated"]) == (200, 2, 0)
    assert well["without_zone"] == 1
    assert well["newest_title"] == "Battery stays"
    assert 3_600 <= well["newest_age_s"] < 7_200
    assert (well["hub"], well["hint_s"]) == ("https://hub.example/", 900)
    assert feeds["limited"]["retry_after_s"] == 600
    assert feeds["moved"]["redirects"] == [{"status": 301, "url": outlet.url("/rss")}]
    pages = {line["source"]: line for line in ran.lines if line["kind"] == "page"}
    assert set(pages) == {"well", "stale", "moved"}
    page = pages["well"]
    assert (page["verdict"], page["url"], page["page"]) == ("ok", outlet.url("/story"), "generic")
    assert page["body_chars"] > 300
    assert not (tmp_path / "data").exists()  # nothing is written down


def test_one_source_for_people_and_one_that_cannot_be_reached(tmp_path: Path, outlet: Site) -> None:
    configure(tmp_path, well=outlet.url("/rss"), nobody="http://127.0.0.1:9/rss")
    ran = program("sources", "check", "well", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "2 addresses asked, 0 not as they should be\n")
    assert ran.out.startswith(f"well: ok: feed {outlet.url('/rss')}\n")
    assert "1 without a zone in the date" in ran.out
    assert outlet.hits("/rss") == 1
    ran = program("sources", "check", "nobody", cwd=tmp_path)
    assert ran.code == 3
    assert "nobody: connect: feed http://127.0.0.1:9/rss" in ran.out
    assert ADVICE[Reason.CONNECT] in ran.out


def test_an_unknown_source(tmp_path: Path, cli: Cli) -> None:
    configure(tmp_path, well="http://127.0.0.1:9/rss")
    ran = cli("sources", "check", "nobody")
    assert ran.code == 2
    assert "there is no source 'nobody'" in ran.err


def test_every_reason_has_advice_and_the_docs_give_it() -> None:
    assert set(ADVICE) == set(Reason)
    assert all(text for reason, text in ADVICE.items() if reason is not Reason.OK)
    page = (ROOT / "docs" / "sources-check.md").read_text("utf-8")
    for reason, text in ADVICE.items():
        assert reason is Reason.OK or f"| `{reason.value}` | {text} |" in page
