"""`try`: files read and articles matched without a database; hostile input costs its own line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli_case import Cli, environment
from tests.newsdesk import item, page, rss

ENTRY = {
    "guid", "url", "title", "summary", "published_at", "published_raw", "updated_at", "authors",
    "tags",
}  # fmt: skip
PAGE = {
    "url", "canonical_url", "title", "subtitle", "published_at", "modified_at", "authors",
    "credit", "dateline", "section", "language", "body", "captions", "images", "tags", "page",
    "warnings",
}  # fmt: skip
STORY = "https://news.example/story/1"


def lines(*objects: Any) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.xml"
    path.write_text(rss(item(1, "사드 배치"), item(2, "Zoneless", published=None)), "utf-8")
    return path


def no_database(folder: Path) -> bool:
    return not any(folder.rglob("*.db"))


def test_feed(cli: Cli, feed: Path, tmp_path: Path) -> None:
    ran = cli("try", "feed", feed.name)
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.lines
    assert set(first) == ENTRY
    assert first["title"] == "사드 배치"
    assert first["published_at"] == "2026-08-15T03:00:00+00:00"
    assert (second["published_at"], second["published_raw"]) == (None, None)
    assert no_database(tmp_path)


def test_feed_with_a_zone_an_address_and_a_type(cli: Cli, tmp_path: Path) -> None:
    text = (
        '<rss version="2.0"><channel><item><title>사드</title><link>/a</link>'
        "<pubDate>2026-08-15 12:00:00</pubDate></item></channel></rss>"
    )
    (tmp_path / "feed").write_bytes(text.encode("euc-kr"))
    ran = cli(
        *("try", "feed", "feed", "--timezone", "Asia/Seoul", "--url", "https://news.example/rss"),
        *("--content-type", "text/xml; charset=euc-kr"),
    )
    assert ran.only["published_at"] == "2026-08-15T03:00:00+00:00"
    assert ran.only["url"] == "https://news.example/a"
    assert ran.only["title"] == "사드"
    utc = cli("try", "feed", "feed", "--content-type", "text/xml; charset=euc-kr").only
    assert utc["published_at"] == "2026-08-15T12:00:00+00:00"


def test_not_a_feed_is_one_line_and_1(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "login.html").write_text("<!doctype html><html><body>Log in</body></html>")
    ran = cli("try", "feed", "login.html")
    assert (ran.code, ran.err) == (1, "")
    assert set(ran.only) == {"error"}
    assert set(ran.only["error"]) == {"code", "message"}
    assert ran.only["error"]["code"] == "not_a_feed"


def test_a_feed_without_items_has_no_entries_and_no_bytes_are_no_feed(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "empty.xml").write_text('<rss version="2.0"><channel></channel></rss>')
    (tmp_path / "nothing").write_bytes(b"")
    ran = cli("try", "feed", "empty.xml")
    assert (ran.code, ran.out) == (0, "")
    ran = cli("try", "feed", "nothing")
    assert (ran.code, ran.only["error"]["code"]) == (1, "empty")
    asked = lines({"file": "empty.xml"}, {"file": "nothing"})
    first, second = cli("try", "feed", stdin=asked).lines
    assert first == {"file": "empty.xml", "entries": []}
    assert second["error"]["code"] == "empty"


@pytest.mark.parametrize(
    "argv",
    [
        ["feed", "absent.xml"],
        ["feed", "."],
        ["feed", "feed.xml", "--timezone", "KST"],
        ["page", "absent.html", "--url", STORY],
        ["match", "absent.jsonl", "--watchlists", "w.toml"],
        ["match", "--watchlists", "absent.toml"],
        ["match", "--watchlists", "wrong.toml"],
        ["stories", "absent.jsonl"],
        ["stories", "\0"],
    ],
)
def test_what_cannot_be_read_is_2(argv: list[str], cli: Cli, feed: Path, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text('[[watchlist]]\nname = "A"\nany = ["b"]\n')
    (tmp_path / "wrong.toml").write_text('[[watchlist]]\nname = "A"\nany = ["@b"]\nodd = 1\n')
    ran = cli("try", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_thousand_feeds_are_answered_in_order(cli: Cli, tmp_path: Path) -> None:
    asked = []
    for n in range(1000):
        name = f"feeds/{n}"
        kind = n % 10
        if kind == 3:
            asked.append({"file": f"feeds/absent-{n}"})
            continue
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("no feed" if kind == 7 else rss(item(n, f"제목 {n}")), "utf-8")
        asked.append({"file": name, "content_type": "text/xml"})
    ran = cli("try", "feed", "-", stdin=lines(*asked))
    assert (ran.code, ran.err) == (0, "")
    answers = ran.lines
    assert [answer["file"] for answer in answers] == [one["file"] for one in asked]
    for n, answer in enumerate(answers):
        if n % 10 == 3:
            assert answer["error"]["code"] == "unreadable_file"
        elif n % 10 == 7:
            assert answer["error"]["code"] == "not_a_feed"
        else:
            assert [entry["title"] for entry in answer["entries"]] == [f"제목 {n}"]
            assert set(answer["entries"][0]) == ENTRY


def test_lines_that_ask_for_nothing_get_their_answer_too(cli: Cli, feed: Path) -> None:
    asked = [
        b"{", b"[]", b"7", b"null", b'{"file": 7}', b"{}", b'{"file": ""}', b"\xff\xfe{}",
        b"[" * 100_000, b'{"file": "."}', b'{"file": "\\u0000"}', b'{"file": "\\ud800"}',
        b'{"file": "feed.xml", "timezone": "KST"}', b'{"file": "feed.xml", "url": ["x"]}',
        b'{"file": "feed.xml", "content-type": "text/xml", "timezone": null, "more": 1}',
    ]  # fmt: skip
    ran = cli("try", "feed", stdin=b"\n".join([*asked, b"", b"  "]))
    assert (ran.code, ran.err) == (0, "")
    answers = ran.lines
    assert len(answers) == len(asked)
    codes = [answer.get("error", {}).get("code") for answer in answers]
    unreadable = {9, 10, 11}
    expected = ["unreadable_file" if n in unreadable else "bad_line" for n in range(len(asked) - 1)]
    assert codes == [*expected, None]
    assert answers[-1]["file"] == "feed.xml"
    assert len(answers[-1]["entries"]) == 2
    assert [answer["file"] for answer in answers[:4]] == [None] * 4


def test_options_stand_for_what_a_line_does_not_say(cli: Cli, tmp_path: Path) -> None:
    text = rss(
        item(1, "A", published=None).replace(
            "</item>", "<pubDate>2026-08-15 12:00</pubDate></item>"
        )
    )
    (tmp_path / "feed.xml").write_text(text)
    asked = lines({"file": "feed.xml"}, {"file": "feed.xml", "timezone": "UTC"})
    ran = cli("try", "feed", "-", "--timezone", "Asia/Seoul", stdin=asked)
    times = [answer["entries"][0]["published_at"] for answer in ran.lines]
    assert times == ["2026-08-15T03:00:00+00:00", "2026-08-15T12:00:00+00:00"]


def test_page(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(page("THAAD stays", "It will stay, he said." * 9), "utf-8")
    ran = cli("try", "page", "p.html", "--url", STORY)
    assert (ran.code, ran.err) == (0, "")
    assert set(ran.only) == PAGE
    assert (ran.only["title"], ran.only["url"]) == ("THAAD stays", STORY)
    assert ran.only["published_at"] == "2026-08-15T02:30:00+00:00"
    assert no_database(tmp_path)


@pytest.mark.parametrize(
    ("url", "lang", "options", "hour"),
    [
        ("https://www.example.co.kr/1", "en", [], 3),
        ("https://www.koreaherald.com/article/1", "en", [], 3),
        ("https://news.example/1", "ko", [], 3),
        ("https://news.example/1", "en", [], 12),
        ("https://news.example/1", "en", ["--timezone", "Asia/Tokyo"], 3),
        ("https://www.example.co.kr/1", "en", ["--timezone", "UTC"], 12),
        ("http://khnews.kheraldm.com/view.php?ud=1", "en", [], 3),
        ("http://khnews.heraldcorp.com/view.php?ud=1", "en", [], 3),
        ("http://m-en.yna.co.kr/view/AEN1", "en", [], 3),
    ],
)
def test_zones_of_pages(
    url: str, lang: str, options: list[str], hour: int, cli: Cli, tmp_path: Path
) -> None:
    text = page("T", "Some words. " * 40, published="2026-08-15T12:00:00")
    (tmp_path / "p.html").write_text(text.replace('lang="en"', f'lang="{lang}"'))
    ran = cli("try", "page", "p.html", "--url", url, "--page", "generic", *options)
    assert ran.only["published_at"] == datetime(2026, 8, 15, hour, tzinfo=UTC).isoformat()


@pytest.mark.parametrize(
    ("url", "more", "hour"),
    [
        ("http://khnews.kheraldm.com/view.php?ud=1", {}, 3),
        ("http://jp.yna.co.kr/view/AJP1", {}, 3),
        ("http://mirror.example/1", {"page": "koreaherald"}, 3),
        ("http://mirror.example/1", {"page": "yonhap-en"}, 3),
        ("http://mirror.example/1", {"page": "generic"}, 12),
        ("http://khnews.kheraldm.com/1", {"timezone": "UTC"}, 12),
    ],
)
def test_dates_are_in_the_outlets_zone(
    url: str, more: dict[str, str], hour: int, cli: Cli, tmp_path: Path
) -> None:
    text = page("T", "Some words. " * 40, published="2026-08-15T12:00:00")
    (tmp_path / "p.html").write_text(text)
    ran = cli("try", "page", stdin=lines({"file": "p.html", "url": url, **more}))
    assert ran.only["published_at"] == datetime(2026, 8, 15, hour, tzinfo=UTC).isoformat()


def test_pages_by_lines(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(page("THAAD stays", "It will stay, he said." * 9), "utf-8")
    (tmp_path / "nothing").write_text("")
    asked = lines(
        {"file": "p.html", "url": STORY},
        {"file": "p.html"},
        {"file": "nothing", "url": STORY},
        {"file": "absent", "url": STORY},
        {"file": "p.html", "url": "http://[", "page": "generic"},
        {"file": "p.html", "url": STORY, "page": "yonhap"},
    )
    ran = cli("try", "page", "-", stdin=asked)
    assert (ran.code, ran.err) == (0, "")
    assert [set(one) for one in ran.lines] == [PAGE, {"error"}, {"error"}, {"error"}, PAGE, PAGE]
    codes = [one["error"]["code"] for one in ran.lines[1:4]]
    assert codes == ["bad_line", "empty", "unreadable_file"]
    assert cli("try", "page", "nothing", "--url", STORY).code == 1


def test_a_page_class_nobody_has_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(page("THAAD stays", "It will stay, he said." * 9), "utf-8")
    for file in ("p.html", "-"):
        ran = cli("try", "page", file, "--url", STORY, "--page", "nonsense")
        assert (ran.code, ran.out) == (2, "")
        assert '"nonsense"' in ran.err
        assert "yonhap, koreaherald, generic" in ran.err
    names = ["nonsense", "yonhap-nonsense", "Yonhap", "koreaherald", "yonhap-en", "generic", ""]
    asked = [{"file": "p.html", "url": STORY, "page": name} for name in names]
    answers = cli("try", "page", "-", stdin=lines(*asked)).lines
    assert [set(one) for one in answers] == [{"error"}] * 3 + [PAGE] * 4
    assert answers[0]["error"]["code"] == "bad_line"
    assert "yonhap, koreaherald, generic" in answers[0]["error"]["message"]
    assert cli("try", "feed", "-", stdin=lines({"file": "p.html", "page": "x"})).code == 0


HOSTILE = {
    "deep": "<rss><channel>" + "<item>" * 200_000,
    "nested": '<rss version="2.0"><channel><item><title>' + "<b>" * 100_000 + "</title></item>",
    "bomb": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ) + ']><rss version="2.0"><channel><item><title>&i;</title></item></channel></rss>',
    "file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    '<rss version="2.0"><channel><item><title>&f;</title></item></channel></rss>',
    "path": "/etc/passwd",
    "json": "[" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_an_answer(name: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / name).write_text(HOSTILE[name])
    (tmp_path / "good.xml").write_text(rss(item(1, "good")))
    asked = lines({"file": name}, {"file": "good.xml"})
    ran = cli("try", "feed", "-", stdin=asked)
    assert ran.code == 0
    hostile, good = ran.lines
    assert hostile["file"] == name
    assert ("error" in hostile) != ("entries" in hostile)
    assert "root:" not in ran.out
    assert good["entries"][0]["title"] == "good"


def test_a_program_may_ask_and_wait_for_the_answer(feed: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "wirewatch", "try", "feed", "-"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(lines({"file": "feed.xml"}))
            process.stdin.flush()
            assert len(json.loads(process.stdout.readline())["entries"]) == 2
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_reader_that_goes_away_ends_it_quietly(feed: Path, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        [sys.executable, "-m", "wirewatch", "try", "feed", "-"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=writer,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(writer)
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(lines({"file": "feed.xml"}))  # and standard input stays open
        process.stdin.flush()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""
