"""Listings, `show`, `status`, `sources` over a database that a real pass filled."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newsroom.reasons import Reason
from tests.cli_case import Cli
from tests.newsdesk import FEED, Newsdesk, item, newsdesk, source, watchlist

DEAD = "https://dead.example/rss"
EVIL = "THAAD \x9b31m stays \u202eklat\u202c in 성주"


async def _news_day(desk: Newsdesk) -> None:
    desk.feed(
        item(1, "Seoul to review THAAD site"),
        item(2, "Rice harvest begins"),
        item(3, EVIL),
    )
    desk.page(1, "Seoul to review THAAD site", "The THAAD battery will stay, an official said.")
    desk.page(2, "Rice harvest begins")
    desk.page(3, EVIL, "The battery stays.")
    desk.sites.fail(DEAD, Reason.DNS)
    await desk.run()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database after one pass."""
    folder = tmp_path_factory.mktemp("filled")
    sources = [
        source(),
        source(id="dead", name="죽은 신문", hosts=("dead.example",), feeds=(DEAD,), language="ko"),
    ]
    lists = [watchlist(), watchlist("사드 전체", "battery", to=("ops@example.org",))]

    async def play() -> None:
        async with newsdesk(folder, sources=sources, watchlists=lists) as desk:
            await _news_day(desk)

    asyncio.run(play())
    return folder


@pytest.fixture
def asked(filled: Path, cli: Cli, tmp_path: Path) -> Cli:
    """Runs commands on that database; sources and watchlists are in the files too."""
    (tmp_path / "wirewatch.toml").write_text(
        f"""
data_dir = "{filled}"
timezone = "Asia/Seoul"
watchlists = ["w.toml"]
[database]
url = "sqlite:///news.db"
[[source]]
id = "news"
name = "Example News"
hosts = ["news.example"]
feeds = ["{FEED}"]
[[source]]
id = "dead"
name = "죽은 신문"
language = "ko"
feeds = ["{DEAD}"]
[[source]]
id = "koreaherald"
enabled = false
[[source]]
id = "yonhap-en"
enabled = false
[[source]]
id = "yonhap-ko"
enabled = false
""",
        encoding="utf-8",
    )
    (tmp_path / "w.toml").write_text(
        """
[[watchlist]]
name = "THAAD"
any = ["THAAD", "사드"]
notify = [{ to = ["desk@example.org"] }]
[[watchlist]]
name = "사드 전체"
any = ["battery"]
notify = [{ to = ["ops@example.org"] }]
""",
        encoding="utf-8",
    )
    return cli


def is_instant(value: object) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


CONTRACT = {
    "articles": "id url canonical_url title source language state published_at modified_at"
    " first_seen_at story",
    "stories": "id title articles first_seen_at origin",
    "matches": "id watchlist article story hits matched_at",
    "alerts": "id kind watchlists recipient story state message_id created_at sent_at attempts"
    " reason",
    "sources": "id name language enabled verdict reason since last_ok_at next_poll_at feeds",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_every_listing_has_the_contracts_keys(name: str, asked: Cli) -> None:
    ran = asked(name, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines
    for line in ran.lines:
        assert set(CONTRACT[name].split()) <= set(line)
        times = [line[key] for key in line if key.endswith("_at") and line[key] is not None]
        assert all(is_instant(value) for value in times)


def test_the_contract_in_detail(asked: Cli) -> None:
    hits = [hit for line in asked("matches", "--json").lines for hit in line["hits"]]
    assert all(set(hit) == {"term", "field", "start", "end", "text"} for hit in hits)
    keys = {"url", "verdict", "reason", "http_status", "items", "interval_s"}
    assert all(keys <= set(f) for s in asked("sources", "--json").lines for f in s["feeds"])


def titles(asked: Cli, *argv: str) -> list[str]:
    ran = asked("articles", "--json", *argv)
    assert ran.code == 0
    return [line["title"] for line in ran.lines]


def test_newest_first_and_limited(asked: Cli) -> None:
    ids = [line["id"] for line in asked("--json", "articles").lines]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    assert [line["id"] for line in asked("articles", "--limit", 2, "--json").lines] == ids[:2]
    table = asked("articles", "--limit", 2)
    assert len(table.out.splitlines()) == 3
    assert "there are more" in table.err
    assert asked("articles").err == ""


def test_filters(asked: Cli) -> None:
    rice = "Rice harvest begins"
    assert len(titles(asked, "--source", "news")) == 3
    assert titles(asked, "--source", "dead") == []
    assert rice not in titles(asked, "--watchlist", "THAAD")
    assert len(titles(asked, "--watchlist", "THAAD")) == 2
    assert titles(asked, "--watchlist", "nothing of the kind") == []
    assert len(titles(asked, "--state", "fetched", "--lang", "en")) == 3
    assert titles(asked, "--lang", "ko") == []
    story = next(a["story"] for a in asked("articles", "--json").lines if a["title"] == rice)
    assert titles(asked, "--story", str(story)) == [rice]
    assert len(titles(asked, "--since", "2026-08-15", "--until", "2026-08-15")) == 3
    assert titles(asked, "--until", "2026-08-14") == []
    assert titles(asked, "--since", "2999-01-01T00:00Z") == []


def test_filters_of_the_other_listings(asked: Cli) -> None:
    assert {
        m["watchlist"] for m in asked("matches", "--watchlist", "사드 전체", "--json").lines
    } == {"사드 전체"}
    sent = asked("alerts", "--state", "sent", "--json").lines
    assert {a["state"] for a in sent} == {"sent"}
    assert {a["recipient"] for a in sent} == {"desk@example.org", "ops@example.org"}
    assert asked("alerts", "--state", "held", "--json").out == ""
    assert len(asked("stories", "--watchlist", "THAAD", "--json").lines) == 2
    assert "dead" in [s["id"] for s in asked("sources", "list", "--lang", "ko", "--json").lines]
    assert [s["id"] for s in asked("sources", "list", "--state", "dns", "--json").lines] == ["dead"]


def test_an_empty_listing_is_done(asked: Cli) -> None:
    ran = asked("alerts", "--state", "folded")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing is listed\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["articles"], ["stories"], ["matches"], ["alerts"], ["sources"], ["watch"], ["status"],
        ["watch", "show", "THAAD"], ["sources", "show", "dead"], ["alerts", "show", "1"],
        ["show", "1"], ["show", "2"], ["show", "3"], ["watch", "export"], ["config", "show"],
        ["db", "stats"],
    ],
)  # fmt: skip
def test_nothing_for_people_can_act_on_a_terminal(argv: list[str], asked: Cli) -> None:
    ran = asked(*argv)
    assert ran.out
    acting = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
    assert not acting.search(ran.out + ran.err)
    assert not re.search(r"[\x7f-\x9f\u2028\u2029]", asked(*argv, "--json").out)


def test_times_for_people_are_in_their_zone(asked: Cli) -> None:
    # the pass began at 03:10 UTC
    assert "2026-08-15 12:10" in asked("articles").out


def test_show(asked: Cli) -> None:
    seoul = "Seoul to review THAAD site"
    article = next(a for a in asked("articles", "--json").lines if a["title"] == seoul)
    ran = asked("show", article["id"], "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.only["body"].startswith("The THAAD battery will stay")
    assert {m["watchlist"] for m in ran.only["matches"]} == {"THAAD", "사드 전체"}
    assert "\n\n" in asked("show", article["id"]).out
    for missing in (["show", "999"], ["alerts", "show", "999"], ["sources", "show", "nobody"]):
        ran = asked(*missing)
        assert (ran.code, ran.out) == (1, "")
        assert "there is no" in ran.err


def test_show_alert(asked: Cli) -> None:
    alert = asked("alerts", "--json").lines[0]
    ran = asked("alerts", "show", alert["id"], "--json")
    assert [one["outcome"] for one in ran.only["deliveries"]] == ["sent"]
    assert ran.only["message_id"] == alert["message_id"]
    assert alert["recipient"] in asked("alerts", "show", alert["id"]).out


def test_status_says_what_is_not_so(asked: Cli) -> None:
    ran = asked("status", "--json")
    assert ran.code == 1
    found: dict[str, Any] = ran.only
    assert found["ok"] is False
    assert any("dns" in problem for problem in found["problems"])
    assert found["articles"] == {"fetched": 3}
    assert found["alerts"] == {"sent": 4}
    ran = asked("status")
    assert ran.code == 1
    assert f"not so: dead: dns: {DEAD}" in ran.err
    assert "3 fetched" in ran.out


def test_a_source_is_paused_and_resumed(asked: Cli) -> None:
    def polled() -> bool:
        (line,) = asked("sources", "list", "--source", "news", "--json").lines
        assert (line["paused_at"] is None) == (line["next_poll_at"] is not None)
        return line["paused_at"] is None

    assert asked("sources", "pause", "news").code == 0
    assert not polled()
    assert "paused" in asked("sources", "list").out
    assert asked("sources", "resume", "news", "--json").only == {"id": "news", "paused": False}
    assert polled()
    ran = asked("sources", "pause", "nobody")
    assert (ran.code, ran.out) == (1, "")


def test_a_look_changes_nothing_of_what_is_configured(asked: Cli, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(
        (tmp_path / "wirewatch.toml").read_text("utf-8").replace('"w.toml"', ""), "utf-8"
    )
    for argv in (["articles"], ["alerts"], ["matches"], ["stories"], ["status"], ["db", "stats"]):
        asked(*argv, "--config", "other.toml")
    names = [w["name"] for w in asked("watch", "list", "--json").lines]
    assert names == ["THAAD", "사드 전체"]
    assert all(w["added_at"].startswith("2026-08-15") for w in asked("watch", "--json").lines)
