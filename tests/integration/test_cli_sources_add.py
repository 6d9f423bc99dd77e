"""`sources add`, `remove`, `import`, `export`: outlets without code, against a real server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli_case import Cli, program, running
from tests.site.feeds import rss
from tests.site.server import Site

STORY = "The ferry between the two ports will run again from Monday, the operator said. " * 6
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FEED = "application/rss+xml"


def story(number: int) -> str:
    date = (AT + timedelta(hours=number)).isoformat()
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry news {number}'
        f' | Port Post</title><meta property="article:published_time" content="{date}">'
        f'<meta name="author" content="Kim Minji"></head><body><article><h1>Ferry news {number}'
        f"</h1><p>{STORY}</p><p>{STORY[::-1]}</p></article></body></html>"
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as played:
        items = [
            {
                "title": f"Ferry news {n}",
                "link": played.url(f"/news/{n}"),
                "guid": f"g{n}",
                "raw": f"<pubDate>Fri, 20 Nov 2026 {12 + n}:00:00 +0900</pubDate>",
            }
            for n in range(4)
        ]
        for n in range(4):
            played.page(f"/news/{n}", story(n))
        played.page("/feeds/all.xml", rss(items, title="Port Post: all"), content_type=FEED)
        played.page("/feeds/none.xml", rss([], title="Port Post: none"), content_type=FEED)
        played.page(
            "/",
            '<!doctype html><html lang="en-GB"><head><title>Port Post</title>'
            '<meta property="og:site_name" content="Port Post &amp; Mail\u202e">'
            '<link rel="alternate" type="application/rss+xml" href="/feeds/all.xml">'
            '<link rel="alternate" type="application/rss+xml" href="/feeds/none.xml">'
            '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
            '</head><body><nav><a href="/login">Log in</a></nav><p>Hello</p></body></html>',
        )
        urls = "".join(f"<url><loc>{played.url(f'/news/{n}')}</loc></url>" for n in range(4))
        played.page("/maps/old.xml", f"<urlset>{urls}</urlset>", content_type="text/xml")
        played.page(
            "/robots.txt",
            f"User-agent: *\nSitemap: {played.url('/maps/old.xml')}\n",
            content_type="text/plain",
        )
        yield played


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Path:
    host = site.url("/").split("/")[2]
    (tmp_path / "wirewatch.toml").write_text(
        f"""
data_dir = "data"
[fetch]
allow_private_networks = ["127.0.0.0/8"]
workers = 1
[web]
listen = "127.0.0.1:0"
[[source]]
id = "mine"
name = "Mine"
hosts = ["{host}"]
feeds = ["{site.url("/mine.xml")}"]
delay = "0s"
interval = {{ min = "1s", max = "1s" }}
"""
        + "".join(
            f'[[source]]\nid = "{name}"\nenabled = false\n'
            for name in ("koreaherald", "yonhap-en", "yonhap-ko")
        )
    )
    return tmp_path


def test_a_site_is_looked_at_shown_and_added(desk: Path, site: Site, cli: Cli) -> None:
    shown = program("sources", "add", site.url("/"), cwd=desk)
    assert shown.code == 0, shown.err
    assert "[[source]]" in shown.out
    assert "nothing is added; --yes adds it" in shown.err
    assert cli("sources", "export").out.count("<outline") == 1
    ran = program("sources", "add", site.url("/"), "--id", "port", "--yes", "--json", cwd=desk)
    assert ran.code == 0, ran.err
    line = ran.only
    assert line["added"] is True
    assert line["source"]["id"] == "port"
    assert line["source"]["name"] == "Port Post & Mail"
    assert line["source"]["feeds"] == [site.url("/feeds/all.xml")]
    assert (line["source"]["language"], line["rating"]) == ("en", "good")
    assert line["source"]["timezone"] == "Asia/Seoul"
    assert line["timezone_from"] == "guessed: its dates say +09:00"
    assert line["archives"] == [site.url("/maps/old.xml")]
    assert [one["title"] for one in line["articles"]] == [f"Ferry news {n}" for n in range(3)]
    assert line["articles"][0]["authors"] == ["Kim Minji"]
    assert site.hits("/login") == 0
    assert site.hits("/comments/feed") == 0
    # what is kept is watched by the next pass
    assert program("run", "--once", cwd=desk).code == 0
    assert len(cli("articles", "--source", "port", "--json").lines) == 4
    # and is not added twice
    again = cli("sources", "add", site.url("/feeds/all.xml"))
    assert (again.code, "'port'" in again.err) == (2, True)
    assert cli("sources", "remove", "port").code == 0
    assert len(cli("articles", "--source", "port", "--json").lines) == 4
    (row,) = cli("sources", "list", "--source", "port", "--json").lines
    assert row["enabled"] is False


def test_what_cannot_be_added(desk: Path, site: Site, cli: Cli) -> None:
    site.page("/plain", "<!doctype html><html><body><p>Nothing here.</p></body></html>")
    none = program("sources", "add", site.url("/plain"), "--yes", cwd=desk)
    assert (none.code, "no feed and no list" in none.err) == (1, True)
    refused = program("sources", "add", "http://10.0.0.1/", cwd=desk)
    assert (refused.code, "allow_private_networks" in refused.err) == (2, True)
    assert program("sources", "add", "http://127.0.0.1:9/", cwd=desk).code == 3
    # these are refused before anything is fetched
    assert cli("sources", "add", "ftp://a.example/").code == 2
    assert cli("sources", "add", site.url("/mine.xml")).code == 2
    assert cli("sources", "add", site.url("/"), "--timezone", "Mars").code == 2
    assert cli("sources", "add", site.url("/"), "--id", "mine").code == 2


def test_a_running_service_takes_over_what_is_added_and_removed(
    desk: Path, site: Site, cli: Cli
) -> None:
    items = [{"title": "One", "link": site.url("/news/1"), "guid": "a"}]
    site.page("/mine.xml", rss(items), content_type=FEED)
    site.page("/other.xml", rss(items), content_type=FEED)
    opml = f'<opml><body><outline text="Other" xmlUrl="{site.url("/other.xml")}"/></body></opml>'
    with running("run", cwd=desk):
        wait(lambda: site.hits("/mine.xml") > 0)
        ran = cli("sources", "import", "-", stdin=opml.encode())
        assert ran.code == 0, ran.err
        wait(lambda: site.hits("/other.xml") > 0)
        line = other(cli)
        assert line["enabled"] is True
        assert cli("sources", "remove", line["id"]).code == 0
        wait(lambda: not other(cli)["enabled"])


def other(cli: Cli) -> dict[str, object]:
    (line,) = [one for one in cli("sources", "list", "--json").lines if one["name"] == "Other"]
    return dict(line)


def wait(until: Callable[[], bool], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not until():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_catalogue_is_turned_on_and_off_by_hand(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text('data_dir = "data"\n')
    on = cli("sources", "add", "yonhap-en")
    assert (on.code, "on already" in on.out) == (0, True)
    assert cli("sources", "remove", "yonhap-en").code == 2
    assert cli("sources", "add", "nobody").code == 1
    assert cli("sources", "remove", "nobody").code == 1


def test_what_stands_in_a_file_belongs_to_it(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(
        'data_dir = "data"\n[[source]]\nid = "yonhap-en"\nenabled = false\n'
    )
    for command in ("add", "remove"):
        ran = cli("sources", command, "yonhap-en")
        assert (ran.code, "wirewatch.toml" in ran.err) == (2, True)
