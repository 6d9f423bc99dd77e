"""`try match` and `try stories`: articles as JSON lines, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli_case import Cli, program

WATCHLISTS = """
[[watchlist]]
name = "Second"
any = ["battery"]
sources = ["yonhap-en"]
[[watchlist]]
name = "사드"
any = ["THAAD", "사드"]
none = ["사드 후작"]
"""


def lines(*objects: Any) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


def test_match(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WATCHLISTS, "utf-8")
    articles = lines(
        {
            "id": "a",
            "title": "THAAD battery",
            "summary": "사드가 온다",
            "body": "A THAAD battery.",
            "source": "yonhap-en",
        },
        {"id": 2, "title": "Rice", "body": "None."},
        {"id": "c", "title": "사드 후작과 사드", "body": "battery", "source": "koreaherald"},
        {"id": "d", "title": "battery"},
    )
    for argv, stdin in (
        (["match"], articles),
        (["match", "-"], articles),
        (["match", "a.jsonl"], b""),
    ):
        (tmp_path / "a.jsonl").write_bytes(articles)
        ran = cli("try", *argv, "--watchlists", "w.toml", stdin=stdin)
        assert (ran.code, ran.err) == (0, "")
        assert [(m["article"], m["watchlist"]) for m in ran.lines] == [
            ("a", "Second"),
            ("a", "사드"),
            ("d", "Second"),
        ]
    given = {"title": "THAAD battery", "summary": "사드가 온다", "body": "A THAAD battery."}
    hits = ran.lines[1]["hits"]
    assert [(h["term"], h["field"], h["start"]) for h in hits] == [
        ("THAAD", "title", 0),
        ("사드", "summary", 0),
        ("THAAD", "body", 2),
    ]
    assert all(given[h["field"]][h["start"] : h["end"]] == h["text"] for h in hits)
    assert not any(tmp_path.rglob("*.db"))


def test_ids_come_back_as_they_were_given(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WATCHLISTS, "utf-8")
    body = "The battery that was to be moved stays where it is, the ministry said on Monday. " * 4
    articles = lines(
        {"id": 7, "title": "THAAD", "body": body}, {"id": "7b", "title": "t", "body": body}
    )
    assert cli("try", "match", "--watchlists", "w.toml", stdin=articles).lines[0]["article"] == 7
    places = cli("try", "stories", stdin=articles).lines
    assert [(p["article"], p["story"]) for p in places] == [(7, 7), ("7b", 7)]


def test_stories(cli: Cli, tmp_path: Path) -> None:
    body = "The two sides agreed to continue their talks on the battery next week, he said. " * 4
    articles = lines(
        {
            "id": "copy",
            "title": "Talks go on",
            "body": body,
            "published_at": "2026-08-15T05:00:00+00:00",
            "url": "https://b.example/1",
            "source": "b",
        },
        {
            "id": "first",
            "title": "Talks",
            "body": body,
            "published_at": "2026-08-15T03:00:00+00:00",
            "url": "https://a.example/1",
            "source": "a",
        },
        {"id": "other", "title": "Rice", "body": "Harvest begins."},
    )
    ran = cli("try", "stories", stdin=articles)
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines == [
        {"article": "copy", "story": "first", "relation": "copy"},
        {"article": "first", "story": "first", "relation": "first"},
        {"article": "other", "story": "other", "relation": "first"},
    ]
    assert cli("try", "stories", stdin=b"").out == ""


def test_articles_that_cannot_be_read_are_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WATCHLISTS, "utf-8")
    bad = b'{"title": "THAAD"}\n{\n\xff\n\n{"id": "a", "title": "THAAD"}\n{"id": "b", "body": 7}\n'
    for argv in (["match", "--watchlists", "w.toml"], ["stories"]):
        ran = cli("try", *argv, stdin=bad)
        assert ran.code == 0
        assert [one["article"] for one in ran.lines] == ["a"]
        assert [line.split(":")[0].split(" is")[0] for line in ran.err.splitlines()] == [
            "line 1",
            "line 2",
            "line 3",
            "line 6",
        ]


def test_utf8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WATCHLISTS, "utf-8")
    articles = lines({"id": "가", "title": "사드 😀"})
    ran = program("try", "match", "--watchlists", "w.toml", cwd=tmp_path, stdin=articles)
    assert (ran.code, ran.err) == (0, "")
    assert '"article": "가"' in ran.out


def test_lone_surrogates_come_out_as_json(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(WATCHLISTS, "utf-8")
    ran = cli("try", "match", "--watchlists", "w.toml", stdin=b'{"id":"\\ud800","title":"THAAD"}\n')
    assert ran.only["article"] == "\ud800"
