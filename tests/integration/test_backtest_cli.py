"""`wirewatch watch backtest` over both databases, with articles of known days."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.morphology import KiwiWorker
from jobs.morphology_worker import Tokens
from storage.database import Database
from tests.cli_case import Cli
from tests.rows import NOW, add_article, add_source, add_story

DAY = timedelta(days=1)
SPAN = ("--since", "2026-10-24", "--until", "2026-11-23")


def _fill(db: Database) -> None:
    add_source(db)
    add_source(db, "yonhap-ko", language="ko")
    story = add_story(db, NOW)
    for ago, source, title, body, more in (
        (40, "herald", "THAAD of long ago", "", {}),
        (20, "herald", "THAAD battery arrives", "The THAAD battery was seen.", {"story_id": story}),
        (19, "yonhap-ko", "사드 포대 도착", "군은 사드가 왔다고 밝혔다.", {"story_id": story}),
        (10, "yonhap-ko", "한미약품 신약", "한미약품은 신약을 내놨다.", {}),
        (9, "yonhap-ko", "연말 인사", "성원해 주셔서 감사드립니다.", {}),
        (5, "herald", "Drone \x1b[31mshow\x9b2J", "A drone flew. No THAAD was there.", {}),
        (5, "herald", "Rice harvest", "Farmers went to their fields.", {}),
    ):
        usual: dict[str, Any] = {"language": "ko" if source == "yonhap-ko" else "en"}
        usual |= {"title": title, "body": body, "first_seen_at": NOW - ago * DAY}
        add_article(db, source, url=None, canonical_url=None, **usual, **more)


@pytest.fixture
def shared_morphology(morphology: KiwiWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process of Korean morphology for all commands: starting it takes a second."""

    class Shared:
        def __call__(self, texts: Sequence[str]) -> Sequence[Tokens | None]:
            return morphology(texts)

        def close(self) -> None:
            """It is the session's."""

    monkeypatch.setattr("jobs.morphology.KiwiWorker", Shared)


@pytest.fixture
def asked(written: Cli, shared_morphology: None) -> Cli:
    """Runs commands on that database."""
    return written


@pytest.fixture
def written(database_url: str, cli: Cli, tmp_path: Path) -> Cli:
    """The same, with a process of Korean morphology for each command."""
    db = Database(database_url, check=False)
    _fill(db)
    db.close()
    (tmp_path / "wirewatch.toml").write_text(
        f'data_dir = "data"\ntimezone = "Asia/Seoul"\nwatchlists = ["w.toml"]\n'
        f'[database]\nurl = "{database_url}"\n'
    )
    (tmp_path / "w.toml").write_text(
        """
[[watchlist]]
name = "Shield"
any = ["@shield", "laser"]
none = ["drone"]
[[watchlist]]
name = "Herald"
any = ["THAAD"]
sources = ["herald"]
[alias]
shield = ["THAAD", "사드"]
""",
        encoding="utf-8",
    )
    return cli


def tried(asked: Cli, *argv: str) -> Any:
    ran = asked("watch", "backtest", *argv, *SPAN, "--json")
    assert (ran.code, ran.err) == (0, "")
    return ran.only


def test_a_saved_rule(asked: Cli) -> None:
    found = tried(asked, "Shield")
    assert found["watchlist"] == "Shield"
    assert found["rule"]["any"] == ["@shield", "laser"]
    assert found["rule"]["in"] == ["title", "body", "summary"]
    assert (found["read"], found["articles"], found["stories"]) == (6, 2, 1)
    assert found["alerts_per_recipient"] == 1
    assert found["since"] == "2026-10-23T15:00:00+00:00"
    assert found["first_seen_at"] == (NOW - 20 * DAY).isoformat()
    assert found["terms"] == [
        {"term": "THAAD", "articles": 2, "lost_articles": 1, "lost_stories": 0},
        {"term": "사드", "articles": 1, "lost_articles": 1, "lost_stories": 0},
        {"term": "laser", "articles": 0, "lost_articles": 0, "lost_stories": 0},
    ]
    assert found["never_found"] == ["laser"]
    assert found["kept_out"] == [{"term": "drone", "articles": 1, "stories": 1}]
    assert (found["undecided"], found["old"], found["difference"]) == (0, None, None)


def test_morphology_is_started_for_it(written: Cli) -> None:
    found = tried(written, "--any", "사드")
    assert (found["articles"], found["undecided"]) == (1, 0)


def test_days_are_those_for_which_there_are_articles(asked: Cli) -> None:
    found = tried(asked, "--any", "사드", "--any", "drone")
    days = found["per_day"]
    assert [days[0]["date"], days[-1]["date"]] == ["2026-11-03", "2026-11-23"]
    assert len(days) == 21
    assert {day["date"]: day["alerts"] for day in days if day["articles"]} == {
        "2026-11-04": 1,
        "2026-11-18": 1,
    }
    assert found["alerts_per_day"] == {"mean": 0.1, "max": 1, "max_date": "2026-11-18"}


def test_samples_are_the_articles_with_the_marked_sentence(asked: Cli) -> None:
    newest, oldest = tried(asked, "--query", "battery OR drone")["samples"]
    assert (oldest["source"], oldest["sentence"]) == ("herald", "The THAAD battery was seen.")
    assert oldest["marks"] == [[10, 17]]
    assert oldest["first_seen_at"] == (NOW - 20 * DAY).isoformat()
    assert [hit["text"] for hit in oldest["hits"]] == ["battery", "battery"]
    assert newest["title"] == "Drone \x1b[31mshow\x9b2J"


def test_a_proposed_rule_in_place_of_the_saved_one(asked: Cli) -> None:
    found = tried(asked, "Herald", "--query", "drone OR 사드")
    assert found["rule"]["query"] == "drone OR 사드"
    assert (found["rule"]["any"], found["rule"]["sources"]) == ([], ["herald"])
    assert (found["old"]["articles"], found["articles"]) == (2, 1)
    assert found["old"]["rule"]["any"] == ["THAAD"]
    difference = found["difference"]
    only_old, only_new = difference["only_old"], difference["only_new"]
    assert (only_old["articles"], only_old["stories"]) == (1, 1)
    assert [sample["title"] for sample in only_old["samples"]] == ["THAAD battery arrives"]
    assert (only_new["articles"], only_new["stories"], only_new["samples"]) == (0, 0, [])
    assert difference["both"] == {"articles": 1, "stories": 1}


def test_a_filter_alone_is_a_proposal_too(asked: Cli) -> None:
    found = tried(asked, "Shield", "--source", "yonhap-ko", "--in", "title")
    assert found["rule"]["any"] == ["@shield", "laser"]
    assert (found["old"]["articles"], found["articles"]) == (2, 1)
    assert found["difference"]["only_old"]["articles"] == 1
    # its story is told by the Korean article
    assert found["difference"]["only_old"]["stories"] == 0


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (("--any", "THAAD", "--lang", "ko"), []),
        (("--any", "사드", "--lang", "ko"), ["사드 포대 도착"]),
        (("--any", "THAAD", "--in", "title"), ["THAAD battery arrives"]),
        (("--any", "THAAD", "--all", "drone"), ["Drone \x1b[31mshow\x9b2J"]),
        (("--any", "THAAD", "--none", "drone"), ["THAAD battery arrives"]),
        (("--query", "@shield NOT drone"), ["사드 포대 도착", "THAAD battery arrives"]),
        (("--any", "사드", "--query", "lang:en"), []),
    ],
)
def test_what_a_proposal_may_say(asked: Cli, options: tuple[str, ...], titles: list[str]) -> None:
    assert [sample["title"] for sample in tried(asked, *options)["samples"]] == titles


def test_longer_words_are_told(asked: Cli) -> None:
    assert tried(asked, "--any", "한미")["longer_words"] == {"한미": {"한미약품": 2}}
    assert (
        "한미 was found in 한미약품 (2)" in asked("watch", "backtest", "--any", "한미", *SPAN).out
    )


def test_for_people(asked: Cli) -> None:
    ran = asked("watch", "backtest", "Shield", *SPAN)
    assert (ran.code, ran.err) == (0, "")
    assert "6 articles first seen from 2026-10-24 00:00 to 2026-11-24 00:00" in ran.out
    assert "2 articles in 1 story would have matched" in ran.out
    assert "for each recipient 1 alert, 0.0 a day, 1 at most (2026-11-03)" in ran.out
    assert "2026-11-03  1  ████" in ran.out
    assert "The [THAAD] battery was seen." in ran.out
    assert "never found: laser" in ran.out
    assert "\ndrone " in ran.out


def test_a_comparison_for_people(asked: Cli) -> None:
    ran = asked("watch", "backtest", "Shield", "--any", "drone", *SPAN)
    assert "saved: 2 articles in 1 story would have matched" in ran.out
    assert "proposed: 1 article in 1 story would have matched" in ran.out
    assert "only the saved rule matches 2 articles, 1 story" in ran.out
    assert "only the proposed one matches 1 article, 1 story" in ran.out
    assert "both match 0 articles, 0 stories" in ran.out
    assert "\x1b" not in ran.out
    assert "\x9b" not in ran.out


def test_nothing_matched_is_no_failure(asked: Cli) -> None:
    ran = asked("watch", "backtest", "--any", "zebra", *SPAN)
    assert (ran.code, ran.err) == (0, "")
    assert "0 articles in 0 stories would have matched" in ran.out
    assert "never found: zebra" in ran.out
    nothing = asked("watch", "backtest", "--any", "zebra", "--until", "2001-01-01", "--json").only
    assert (nothing["read"], nothing["first_seen_at"], nothing["per_day"]) == (0, None, [])
    assert nothing["alerts_per_day"] == {"mean": 0.0, "max": 0, "max_date": None}


def test_the_last_days_are_counted_back_from_the_end(asked: Cli) -> None:
    until = ("--until", "2026-11-23T03:10:00+00:00", "--json")
    three_weeks = asked("watch", "backtest", "--any", "THAAD", "--days", "21", *until).only
    usual = asked("watch", "backtest", "--any", "THAAD", *until).only
    assert three_weeks["since"] == (NOW - 21 * DAY).isoformat()
    assert (three_weeks["articles"], usual["articles"]) == (2, 2)
    assert usual["since"] == (NOW - 30 * DAY).isoformat()
    month_and_a_half = asked("watch", "backtest", "--any", "THAAD", "--days", "45", *until).only
    assert month_and_a_half["articles"] == 3


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        ((), 2, "say what to try"),
        (("--in", "title"), 2, "say what to try"),
        (("nobody",), 1, "there is no watchlist 'nobody'"),
        (("--query", "a AND (b"), 2, "a AND (b\n      ^\ncolumn 7"),
        (("--any", "사드", "--any", "=*"), 2, "=*\n ^\ncolumn 2"),
        # each syllable is two columns wide
        (("--query", "사드 AND /[/"), 2, "사드 AND /[/\n          ^\n"),
        (("--query", "NOT a"), 2, "column 1"),
        (("--none", "a"), 2, "nothing to look for"),
        (("--query", "@nothing"), 2, "there is no alias @nothing"),
        (("Shield", "--days", "3", "--since", "7d"), 2, "either --days or --since"),
        (("Shield", "--since", "yesterday"), 2, "'yesterday' is no time"),
        (("Shield", "--since", "2026-02-01", "--until", "2026-01-01"), 2, "is empty"),
        (("Shield", "--in", "footer"), 2, "footer"),
    ],
)
def test_wrong_usage(asked: Cli, argv: tuple[str, ...], code: int, told: str) -> None:
    ran = asked("watch", "backtest", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_progress_is_for_terminals_and_goes_to_stderr(
    asked: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = ("watch", "backtest", "Shield", *SPAN, "--json")
    quiet = asked(*argv)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda self: True)
    shown = asked(*argv)
    assert "trying the rule" in shown.err
    assert shown.out == quiet.out


def test_the_watchlist_stays_as_it_is(asked: Cli) -> None:
    before = asked("watch", "show", "Shield", "--json").only
    tried(asked, "Shield", "--any", "drone", "--source", "herald")
    assert asked("watch", "show", "Shield", "--json").only == before
    assert asked("matches", "--json").lines == []
