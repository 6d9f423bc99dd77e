"""`watch explain` over a database that a real pass filled."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from newsroom.model import Watchlist
from storage.database import Database
from storage.edits import add_watchlist
from storage.tables import article_aliases, metadata
from tests.cli_case import Cli
from tests.newsdesk import START, Newsdesk, item, newsdesk, watchlist

THAAD = watchlist("THAAD", "THAAD", "사드")
PAGE = "Officials of the US let us know that a missileman saw two air strikes."
MINE = (
    Watchlist("Sports", any=("baseball",), none=("THAAD",), origin="test"),
    Watchlist("US", any=("=Us", "missile"), query="title:THAAD", origin="test"),
    Watchlist("Elsewhere", any=("THAAD",), sources=("other",), origin="test"),
    Watchlist("Near", query="officials NEAR/3 strikes AND NOT lang:ko", origin="test"),
    Watchlist("States", any=("@north-korea",), origin="test"),
)


async def _news_day(desk: Newsdesk) -> None:
    desk.feed(
        item(1, "Seoul to review \u202eTHAAD\u202c site"),
        item(2, "연말 인사"),
        item(3, "군 당국, 사드배치 완료"),
    )
    desk.page(1, "Seoul to review \u202eTHAAD\u202c site", PAGE)
    desk.page(2, "연말 인사", "한 해 동안 성원해 주셔서 감사드립니다.")
    desk.page(3, "군 당국, 사드배치 완료", "군은 작업이 끝났다고 밝혔다.")
    await desk.run()
    late = Watchlist("Late", any=("THAAD",), origin="db")
    add_watchlist(desk.db, late, START.replace(year=START.year + 1))
    with desk.db.write() as connection:
        alias = insert(article_aliases).values(old_id=77, article_id=_first(desk), at=START)
        connection.execute(alias)


def _first(desk: Newsdesk) -> int:
    return next(int(a["id"]) for a in desk.articles() if a["title"].startswith("Seoul"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")

    async def play() -> None:
        async with newsdesk(folder, watchlists=[THAAD, *MINE]) as desk:
            await _news_day(desk)

    asyncio.run(play())
    return folder


@pytest.fixture
def asked(filled: Path, cli: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "wirewatch.toml").write_text(
        f'data_dir = "{filled}"\n[database]\nurl = "sqlite:///news.db"\n'
    )
    return cli


def ids(asked: Cli) -> dict[str, int]:
    rows = asked("articles", "--json").lines
    return {re.sub("[\u202a-\u202e]", "", row["title"]): row["id"] for row in rows}


REVIEW, GREETING, DONE = "Seoul to review THAAD site", "연말 인사", "군 당국, 사드배치 완료"


def test_a_match_is_explained_and_exits_0(asked: Cli) -> None:
    ran = asked("watch", "explain", "THAAD", ids(asked)[REVIEW])
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "matches"
    assert REVIEW in lines[1]
    assert "✓ any: THAAD OR 사드" in ran.out
    assert "\u202e" not in ran.out
    rows = asked("matches", "--watchlist", "THAAD", "--json").lines
    (recorded,) = (row for row in rows if row["article"] == ids(asked)[REVIEW])
    line = asked("watch", "explain", "THAAD", ids(asked)[REVIEW], "--json").only
    assert line["matched"] is True
    assert line["hits"] == recorded["hits"]
    assert (line["filters"], line["nearest"]) == ([], [])
    assert line["clauses"]["parts"][0]["key"] == "any"


def morphologies() -> set[int | None]:
    """Worker processes of this one; a test before may have left its own for the whole run."""
    return {p.pid for p in multiprocessing.active_children() if p.name == "morphology"}


def test_korean_is_decided_by_morphology_which_ends_with_the_command(asked: Cli) -> None:
    running = morphologies()
    found = ids(asked)
    assert asked("watch", "explain", "THAAD", found[DONE]).code == 0
    ran = asked("--json", "watch", "explain", "THAAD", found[GREETING])
    assert (ran.code, ran.err) == (1, "")
    line = ran.only
    assert line["matched"] is False
    near = {n["term"]: n for n in line["nearest"]}
    assert near["사드"]["reason"] == "boundary"
    assert "inside 감사드립니다, read as 감사 + 드리" in near["사드"]["detail"]
    assert near["사드"]["sentence"] == "한 해 동안 성원해 주셔서 감사드립니다."
    assert near["THAAD"] == {
        "term": "THAAD",
        "reason": "absent",
        "field": None,
        "start": None,
        "end": None,
        "text": "",
        "sentence": "",
        "detail": "",
    }
    assert list(line) == [
        "watchlist",
        "article",
        "matched",
        "hits",
        "filters",
        "clauses",
        "nearest",
    ]
    assert morphologies() <= running


@pytest.mark.parametrize(
    ("name", "first", "told"),
    [
        ("Sports", "nothing of any is found", ["✗ any: baseball", "✗ none: NOT THAAD", "denied"]),
        (
            "US",
            "nothing of any is found",
            ["=Us — case, body: = asks", "missile — form, body", "✓ query:"],
        ),
        (
            "Elsewhere",
            "news is not among its sources",
            ["✗ sources: news is none of other", "✓ any"],
        ),
        ("Near", "the query does not hold", ["— distance, body: 13 words apart, 3 allowed"]),
        ("States", "nothing of any is found", ["✗ any: @north-korea", "more terms"]),
    ],
)
def test_what_failed_is_told_and_exits_1(
    asked: Cli, name: str, first: str, told: list[str]
) -> None:
    ran = asked("watch", "explain", name, ids(asked)[REVIEW])
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[0] == f"does not match: {first}"
    for text in told:
        assert text in ran.out
    assert "\u202e" not in ran.out


def test_the_sentence_is_shown_below_what_came_nearest(asked: Cli) -> None:
    lines = [
        line.strip()
        for line in asked("watch", "explain", "US", ids(asked)[REVIEW]).out.splitlines()
    ]
    (at,) = (n for n, line in enumerate(lines) if line.startswith("missile — form"))
    assert lines[at] == "missile — form, body: a longer word: missileman"
    assert lines[at + 1] == PAGE


def test_an_id_that_became_an_alias_stands_for_its_article(asked: Cli) -> None:
    assert asked("watch", "explain", "THAAD", 77, "--json").only["article"] == ids(asked)[REVIEW]


def test_a_match_that_was_never_recorded_says_so(asked: Cli) -> None:
    ran = asked("watch", "explain", "Late", ids(asked)[REVIEW])
    assert ran.code == 0
    assert "no match is recorded" in ran.out


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("Nothing", 1), 1, "there is no watchlist 'Nothing'"),
        (("THAAD", 999), 1, "there is no article 999"),
        (("THAAD", "one"), 2, "ARTICLE"),
        (("THAAD",), 2, "ARTICLE"),
    ],
)
def test_what_there_is_not(asked: Cli, argv: tuple[object, ...], code: int, said: str) -> None:
    ran = asked("watch", "explain", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_nothing_is_changed(asked: Cli, filled: Path) -> None:
    def dump() -> list[object]:
        db = Database(f"sqlite:///{filled}/news.db")
        try:
            with db.read() as connection:
                return [connection.execute(select(table)).all() for table in metadata.sorted_tables]
        finally:
            db.close()

    article = ids(asked)[REVIEW]
    before = dump()
    assert asked("watch", "explain", "THAAD", article).code == 0
    assert asked("watch", "explain", "US", article).code == 1
    assert dump() == before
