"""Rules tried on stored articles, on both databases: what is read, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event

from jobs.backtest import Backtest
from jobs.morphology import KiwiWorker
from newsroom.errors import DatabaseUnavailable
from newsroom.matching import Matcher, Rule, compile_watchlist
from newsroom.model import Watchlist
from newsroom.ports import Token
from storage.backtest_reading import Period, by_ids, count, first_seen, pages
from storage.database import Database
from storage.tables import articles
from tests.rows import NOW, add_article, add_source, add_story

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = Period(NOW - 30 * DAY, NOW)


@pytest.fixture
def archive(database: Database) -> Database:
    add_source(database)
    add_source(database, "yonhap-ko", language="ko")
    return database


def put(db: Database, title: str, ago: timedelta, source: str = "herald", **values: Any) -> int:
    usual = {"url": None, "canonical_url": None, "first_seen_at": NOW - ago}
    return add_article(db, source, title=title, **{**usual, **values})


def rule(name: str, *terms: str, **keys: Any) -> Rule:
    return compile_watchlist(Watchlist(name, any=terms, **keys))


def read(db: Database, period: Period, size: int = 500) -> list[int]:
    return [seen.article for page in pages(db, period, size) for seen, _ in page]


def test_a_period_has_its_begin_and_not_its_end(archive: Database) -> None:
    put(archive, "too old", 30 * DAY + HOUR / 60)
    begin = put(archive, "begin", 30 * DAY)
    last = put(archive, "last", HOUR / 60)
    put(archive, "end", timedelta(0))
    assert read(archive, MONTH) == [begin, last]
    assert count(archive, MONTH) == 2
    assert first_seen(archive, MONTH) == NOW - 30 * DAY
    assert first_seen(archive, Period(NOW - HOUR, NOW - HOUR / 2)) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_go_over_articles_of_one_instant(archive: Database, size: int) -> None:
    later = [put(archive, f"later {n}", HOUR) for n in range(3)]
    early = [put(archive, f"early {n}", 2 * HOUR) for n in range(4)]
    assert read(archive, MONTH, size) == early + later


def test_only_the_sources_asked_for_are_read(archive: Database) -> None:
    put(archive, "herald", HOUR)
    korean = put(archive, "yonhap", HOUR, "yonhap-ko")
    only = Period(MONTH.since, MONTH.until, ("yonhap-ko",))
    assert (read(archive, only), count(archive, only)) == ([korean], 1)


@pytest.mark.parametrize("sources", [(), ("herald",)])
def test_pages_are_entered_by_time_and_never_sorted(
    sqlite_database: Database, sources: tuple[str, ...]
) -> None:
    add_source(sqlite_database)
    for n in range(3):
        put(sqlite_database, "drone", n * HOUR)
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert len(read(sqlite_database, Period(MONTH.since, NOW + HOUR, sources), 1)) == 3
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    selects = [one for one in asked if one[0].startswith("SELECT")]
    assert len(selects) == 4
    with sqlite_database.read() as connection:
        for statement, parameters in selects:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            (line,) = [row[3] for row in plan]
            assert "ix_articles_first_seen_at (first_seen_at>" in line


def test_articles_are_read_by_their_ids(archive: Database) -> None:
    ids = [put(archive, f"title {n}", n * HOUR, body=f"body {n}") for n in range(4)]
    found = by_ids(archive, [*ids[:3], 999_999])
    assert sorted(found) == ids[:3]
    listed, text = found[ids[2]]
    assert (listed["title"], text.body) == ("title 2", "body 2")
    assert listed["first_seen_at"] == (NOW - 2 * HOUR).isoformat()


def test_a_backtest_counts_what_the_matcher_matches(
    archive: Database, morphology: KiwiWorker
) -> None:
    story = add_story(archive, NOW)
    wanted = [
        put(archive, "사드가 온다", 3 * DAY, "yonhap-ko", story_id=story),
        put(archive, "군, 사드배치 완료", 2 * DAY, "yonhap-ko", story_id=story),
        put(archive, "Arrival of THAAD", DAY),
    ]
    put(archive, "감사드립니다", DAY, "yonhap-ko")
    put(archive, "Rice harvest", DAY)
    put(archive, "THAAD of long ago", 31 * DAY)
    trial = Backtest(archive, [rule("thaad", "사드", "THAAD")], morphology)
    done: list[int] = []
    tried = trial.run(MONTH, done.append)
    (found,) = tried.reckonings
    assert tried.articles == sum(done) == 5
    assert [seen.article for seen in found.matched] == wanted
    assert len(found.stories) == 2
    assert [(t.term, t.articles, t.lost_articles, t.lost_stories) for t in found.terms] == [
        ("사드", 2, 2, 1),
        ("THAAD", 1, 1, 1),
    ]
    assert found.undecided == 0


def test_many_pages_come_out_in_order_and_whole(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.backtest.pages", lambda db, period: pages(db, period, 2))
    ids = [put(archive, f"drone {n}", (40 - n) * HOUR) for n in range(23)]
    tried = Backtest(archive, [rule("w", "drone")], None).run(MONTH)
    assert [seen.article for seen in tried.reckonings[0].matched] == ids
    assert tried.articles == 23


def test_filters_of_a_rule_decide_what_is_read(archive: Database) -> None:
    put(archive, "drone", HOUR)
    korean = put(archive, "drone", HOUR, "yonhap-ko", language="ko")
    rules = [
        rule("source", "drone", sources=("yonhap-ko",)),
        rule("language", "drone", languages=("ko",)),
    ]
    for one in rules:
        trial = Backtest(archive, [one], None)
        tried = trial.run(Period(MONTH.since, MONTH.until, trial.sources()))
        assert (tried.articles, len(tried.reckonings[0].matched)) == (1, 1)
        assert tried.reckonings[0].matched[0].article == korean
    assert Backtest(archive, rules, None).sources() == ()
    assert Backtest(archive, rules[:1], None).sources() == ("yonhap-ko",)


def test_samples_have_all_evidence_and_go_back_in_time(
    archive: Database, morphology: KiwiWorker
) -> None:
    ids = [
        put(
            archive,
            f"소식 {n}",
            (30 - n) * HOUR,
            body="회의가 열렸다. 사드가 온다. 또 사드를 봤다.",
        )
        for n in range(9)
    ]
    trial = Backtest(archive, [rule("w", "사드")], morphology)
    matched = trial.run(MONTH).reckonings[0].matched
    samples = trial.samples("w", matched)
    assert [sample.listed["id"] for sample in samples] == [ids[n] for n in (8, 6, 4, 2, 0)]
    assert samples[0].excerpt.text == "사드가 온다."
    assert samples[0].excerpt.marks == ((0, 2),)
    assert len(samples[0].hits) == 2


def test_a_sample_that_went_meanwhile_is_left_out(archive: Database) -> None:
    ids = [put(archive, "drone", n * HOUR) for n in (3, 2, 1)]
    trial = Backtest(archive, [rule("w", "drone")], None)
    matched = trial.run(MONTH).reckonings[0].matched
    with archive.write() as connection:
        connection.execute(delete(articles).where(articles.c.id == ids[1]))
    assert [s.listed["id"] for s in trial.samples("w", matched)] == [ids[2], ids[0]]


def test_longer_words_are_those_of_matched_articles(
    archive: Database, morphology: KiwiWorker
) -> None:
    put(archive, "한미약품이 신약을 내놨다", HOUR, body="한미약품은 이날 한미약품의 실적을 밝혔다.")
    put(archive, "한미가 훈련한다", HOUR)
    trial = Backtest(archive, [rule("w", "한미")], morphology)
    matched = trial.run(MONTH).reckonings[0].matched
    assert trial.longer_words(("한미",), matched) == {"한미": {"한미약품": 3}}
    assert trial.longer_words((), matched) == trial.longer_words(("한미",), ()) == {}


def test_without_morphology_the_undecided_are_counted(archive: Database) -> None:
    put(archive, "감사드립니다", HOUR)
    put(archive, "사드 THAAD", HOUR)

    def down(texts: Sequence[str]) -> list[tuple[Token, ...] | None]:
        return [None] * len(texts)

    (found,) = Backtest(archive, [rule("w", "사드", "THAAD")], down).run(MONTH).reckonings
    assert (len(found.matched), found.undecided) == (2, 1)


def test_two_rules_are_tried_on_the_same_reading(archive: Database, morphology: KiwiWorker) -> None:
    titles = ["사드가 온다", "missile", "사드 missile", "감사드립니다", "harvest"]
    ids = {title: put(archive, title, HOUR) for title in titles}
    rules = [rule("old", "사드"), compile_watchlist(Watchlist("new", query="missile"))]
    tried = Backtest(archive, rules, morphology).run(MONTH)
    found = [{seen.article for seen in one.matched} for one in tried.reckonings]
    assert found == [
        {ids["사드가 온다"], ids["사드 missile"]},
        {ids["missile"], ids["사드 missile"]},
    ]
    matcher = Matcher(rules, morphology)
    for name, matched in zip(("old", "new"), found, strict=True):
        texts = {ident: text for ident, (_, text) in by_ids(archive, ids.values()).items()}
        assert matched == {i for i, text in texts.items() if matcher.match_one(name, text)}


def test_a_failure_of_the_database_ends_a_backtest(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(archive, "drone", HOUR)

    def failing(db: Database, period: Period) -> Any:
        yield from pages(db, period)
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr("jobs.backtest.pages", failing)
    with pytest.raises(DatabaseUnavailable):
        Backtest(archive, [rule("w", "drone")], None).run(MONTH)
