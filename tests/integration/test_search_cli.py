"""`wirewatch search` over a database that a real pass filled; who keeps its index up to date."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import jobs.search
from jobs.owner import is_alive, this_process
from jobs.service import Service
from storage.database import Database
from storage.search_index import count_lagging, mark_due
from storage.tables import articles
from tests.cli_case import Cli, Ran
from tests.newsdesk import FEED, START, Newsdesk, item, newsdesk, page_url, source


async def _news_days(desk: Newsdesk) -> None:
    desk.feed(
        item(1, "Seoul to review THAAD site"),
        item(2, "Rice harvest begins"),
        item(3, "성주 주민들 \u202e반대\u202c 집회", published=START - timedelta(hours=2)),
        item(4, "군 당국, 사드배치 완료"),
        item(5, "연말 인사"),
    )
    desk.page(
        1,
        "Seoul to review THAAD site",
        "A spokesman told us nothing. The US battery in Seongju [31mwill stay, an official said.",
        "The THAAD battery was brought in years ago.",
    )
    desk.page(2, "Rice harvest begins", "Farmers near the THAAD site went to their fields.")
    desk.page(3, "성주 주민들 \u202e반대\u202c 집회", "주민들은 이날 사드가 필요 없다고 말했다.")
    desk.page(4, "군 당국, 사드배치 완료", "군은 작업이 끝났다고 밝혔다.")
    desk.page(5, "연말 인사", "한 해 동안 성원해 주셔서 감사드립니다.")
    await desk.run()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")

    async def play() -> None:
        async with newsdesk(folder) as desk:
            await _news_days(desk)
            assert count_lagging(desk.db) == 0  # a single pass indexes at its end

    asyncio.run(play())
    return folder


@pytest.fixture
def asked(filled: Path, cli: Cli, tmp_path: Path) -> Cli:
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
"""
    )
    (tmp_path / "w.toml").write_text('[alias]\nshield = ["THAAD", "사드"]\n')
    return cli


def titles(ran: Ran) -> list[str]:
    assert ran.code == 0, ran.err
    return [re.sub("[\u202a-\u202e]", "", row["title"]) for row in ran.lines]


REVIEW, RICE = "Seoul to review THAAD site", "Rice harvest begins"
PROTEST, DONE, GREETING = "성주 주민들 반대 집회", "군 당국, 사드배치 완료", "연말 인사"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("thaad", [REVIEW, RICE]),
        ("THAAD", [REVIEW, RICE]),
        ("사드", [PROTEST, DONE]),
        ("@shield", [REVIEW, RICE, PROTEST, DONE]),
        ("US", [REVIEW]),
        ("title:THAAD", [REVIEW]),
        ("THAAD NOT farmers", [REVIEW]),
        ('"THAAD site"', [REVIEW, RICE]),
        ('"THAAD battery"', [REVIEW]),
        ("battery NEAR/3 seongju", [REVIEW]),
        ("harves*", [RICE]),
        ("source:news AND rice", [RICE]),
        ("lang:ko AND rice", []),
        ("/[Ff]armers/", [RICE]),
        ("노조", []),
    ],
)
def test_what_is_found(asked: Cli, query: str, found: list[str]) -> None:
    assert titles(asked("search", query, "--json")) == found


def test_lines_for_programs(asked: Cli) -> None:
    (listed,) = (row for row in asked("articles", "--json").lines if row["title"] == RICE)
    line = asked("--json", "search", "farmers").only
    assert {key: line[key] for key in listed} == listed
    (hit,) = line["hits"]
    assert hit["term"] == "farmers"
    assert hit["field"] == "body"
    assert hit["text"] == "Farmers"
    assert line["sentence"] == "Farmers near the THAAD site went to their fields."
    assert line["score"] > 1
    assert list(line)[-3:] == ["hits", "sentence", "score"]


def test_by_relevance(asked: Cli) -> None:
    by_date = asked("search", "harvest OR THAAD", "--json")
    best = asked("search", "harvest OR THAAD", "--json", "--by", "relevance")
    assert titles(by_date) == [REVIEW, RICE]
    assert titles(best) == [RICE, REVIEW]
    scores = [row["score"] for row in best.lines]
    assert scores == sorted(scores, reverse=True)
    first = asked("search", "harvest OR THAAD", "--json", "--by", "relevance", "--limit", 1)
    assert titles(first) == [RICE]


def test_filters(asked: Cli) -> None:
    def found(*options: str) -> list[str]:
        return titles(asked("search", "THAAD", "--json", *options))

    assert found("--source", "news") == [REVIEW, RICE]
    assert found("--source", "other") == []
    assert found("--state", "listed") == []
    assert found("--watchlist", "THAAD") == [REVIEW, RICE]
    assert found("--lang", "ko") == []
    assert found("--until", "2026-08-14") == []
    assert found("--since", "2026-08-15", "--limit", "1") == [REVIEW]


def test_for_people(asked: Cli) -> None:
    ran = asked("search", "사드")
    assert (ran.code, ran.err) == (0, "")
    first, sentence, second = ran.out.splitlines()
    assert re.fullmatch(r" +3  2026-08-15 \d\d:\d\d  news  성주 주민들 반대 집회", first)
    assert sentence.strip() == "주민들은 이날 사드가 필요 없다고 말했다."
    assert second.endswith(f"news  {DONE}")


def test_terms_are_marked_on_a_terminal(asked: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    out = asked("search", "seongju AND official").out
    assert "\x1b[1;7mSeongju\x1b[0m" in out
    assert "\x1b[1;7mofficial\x1b[0m" in out
    assert "\x1b[31m" not in out.replace("\x1b[1;7m", "")


def test_more_than_is_shown(asked: Cli) -> None:
    ran = asked("search", "THAAD", "--limit", 1)
    assert REVIEW in ran.out
    assert RICE not in ran.out
    assert "there are more; these are 1" in ran.err


def test_nothing_found(asked: Cli) -> None:
    ran = asked("search", "kimchi")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing was found\n")


def test_a_wrong_query_is_pointed_at(asked: Cli) -> None:
    ran = asked("search", "사드", "AND", "(battery")
    assert ran.code == 2
    query, caret, why = ran.err.splitlines()
    assert query == "사드 AND (battery"
    assert caret == " " * 9 + "^"  # Hangul takes two columns
    assert why.startswith("column 8: ")


@pytest.mark.parametrize("query", ["@nothing", "NOT thaad", ""])
def test_what_cannot_be_searched_for(asked: Cli, query: str) -> None:
    ran = asked("search", query)
    assert (ran.code, ran.out) == (2, "")


def test_without_a_word_articles_are_read(asked: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = asked("search", "/T[A-Z]+D/", "--json")
    assert titles(ran) == [REVIEW, RICE]
    assert "one by one" in ran.err
    assert "read" not in asked("search", "/T[A-Z]+D/ AND farmers").err
    monkeypatch.setattr(jobs.search, "MOST_READ", 1)
    monkeypatch.setattr(jobs.search, "_BATCH", 1)
    ran = asked("search", "/T[A-Z]+D/", "--json")
    assert titles(ran) == [REVIEW]
    assert "only the newest 1 articles were read" in ran.err


def test_too_many_to_rank(asked: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.search, "MOST_RANKED", 1)
    ran = asked("search", "THAAD", "--by", "relevance", "--json")
    assert titles(ran) == [REVIEW]
    assert "the newest 1 that were found are ranked" in ran.err
    assert "ranked" not in asked("search", "farmers", "--by", "relevance").err


def all_lag(db: Database) -> None:
    with db.write() as connection:
        for ident, mark in connection.execute(select(articles.c.id, articles.c.text_mark)).all():
            mark_due(db, connection, ident, mark)
    assert count_lagging(db) == 5


def test_what_lags_is_indexed_first(asked: Cli, filled: Path) -> None:
    db = Database(f"sqlite:///{filled / 'news.db'}")
    with db.write() as connection:
        revised = update(articles).where(articles.c.url == page_url(2))
        connection.execute(revised.values(summary="A pomegranate."))
    assert titles(asked("search", "pomegranate", "--json")) == []
    all_lag(db)
    assert titles(asked("search", "pomegranate", "--json")) == [RICE]
    assert count_lagging(db) == 0
    db.close()


def test_what_cannot_be_indexed_now_is_told(
    asked: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)
    db = Database(f"sqlite:///{filled / 'news.db'}")
    all_lag(db)
    with db.write():
        ran = asked("search", "farmers", "--json")
    assert titles(ran) == [RICE]
    assert "not indexed yet are left out" in ran.err
    assert asked("search", "farmers").err == ""
    assert count_lagging(db) == 0
    db.close()


def test_a_bar_on_a_terminal(asked: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(f"sqlite:///{filled / 'news.db'}")
    all_lag(db)
    db.close()
    monkeypatch.setattr("wirewatch.cli.searching._MANY", 1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    ran = asked("search", "farmers", "--json")
    assert titles(ran) == [RICE]


def test_the_service_indexes_what_it_has_matched(tmp_path: Path) -> None:
    async def main() -> None:
        async with newsdesk(tmp_path, sources=[source()]) as desk:
            desk.feed(item(1, "Seoul to review THAAD site"))
            desk.page(1, "Seoul to review THAAD site", "The battery stays.")

            async def reload() -> None:
                """Nothing changes here."""

            service = Service(desk.desk, this_process(), is_alive, reload)
            running = asyncio.create_task(service.run())
            while not desk.articles() or count_lagging(desk.db):  # noqa: ASYNC110 - another's doing
                await asyncio.sleep(0.02)
            service.stop()
            await running

    asyncio.run(asyncio.wait_for(main(), 60))
