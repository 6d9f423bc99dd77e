"""`try page --source`: a page read with the selectors of the configuration."""

from __future__ import annotations

from pathlib import Path

from tests.cli_case import Cli

TEXT = "The ferry between the two ports will run again from Monday, the operator said. " * 4


def test_a_page_is_read_as_its_sources_are(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text(
        '[[source]]\nid = "port"\nfeeds = ["https://port.example/rss"]\n'
        'timezone = "Asia/Seoul"\ncss = { title = "h3", body = "#b", published = "i" }\n'
    )
    (tmp_path / "p.html").write_text(
        "<!doctype html><html><head><title>Site</title></head><body><h1>Site</h1>"
        f'<h3>Ferry runs</h3><i>2026-11-20 10:00</i><div id="b"><p>{TEXT}</p></div></body></html>'
    )
    read = ("try", "page", "p.html", "--url", "https://port.example/1", "--source")
    line = cli(*read, "port").only
    assert line["title"] == "Ferry runs"
    assert line["body"] == TEXT.strip()
    assert line["published_at"] == "2026-11-20T01:00:00+00:00"
    ran = cli(*read, "nobody")
    assert (ran.code, "nobody" in ran.err) == (2, True)
