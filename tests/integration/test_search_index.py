"""The archive's index on both databases: what leads to an article, and what does not any more."""

from __future__ import annotations

import threading
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Column, Table, delete, func, select, text, update

from jobs.step_index import catch_up
from newsroom.query import And, Field, Node, Or, parse_term
from newsroom.query_parse import parse_query
from newsroom.search_plan import ANYTHING, DEEPEST, Lookup, Plan, Some, plan
from storage import migrate, search, search_index
from storage.database import Database
from storage.listing_base import Filters
from storage.merging import merge
from storage.migrate import ensure
from storage.search import candidates
from storage.search_index import count_lagging, index_lagging, mark_due
from storage.search_tables import SEARCH_INDEX, search_due
from storage.store import Store
from storage.tables import articles
from storage.upkeep import problems
from tests.rows import NOW, add_article, add_source

KOREAN = "고고도 미사일 방어체계(사드) 배치"


@pytest.fixture
def archive(database: Database) -> Database:
    add_source(database)
    add_source(database, "yonhap-ko")
    return database


def put(db: Database, title: str, body: str = "", **values: object) -> int:
    """An article that has been matched."""
    ident = add_article(db, title=title, body=body, url=None, canonical_url=None, **values)
    with db.write() as connection:
        mark_due(db, connection, ident, 1)
    return ident


def revise(db: Database, ident: int, **values: object) -> None:
    """Its text becomes another, and is matched."""
    newer = articles.c.text_mark + 1
    changed = update(articles).where(articles.c.id == ident).values(text_mark=newer, **values)
    with db.write() as connection:
        mark = connection.execute(changed.returning(articles.c.text_mark)).scalar_one()
        mark_due(db, connection, ident, mark)


def found(db: Database, wanted: str | Node | Plan, **filters: object) -> list[int]:
    """Ids that the index leads to, as they come."""
    if isinstance(wanted, str):
        wanted = parse_query(wanted)
    asked = wanted if isinstance(wanted, Lookup | Some) or wanted == ANYTHING else plan(wanted)
    return [c.listed["id"] for c in candidates(db, asked, Filters(**filters))]


def indexed(db: Database) -> None:
    assert catch_up(Store(db, "test"))
    assert count_lagging(db) == 0


@pytest.mark.parametrize(
    ("title", "query", "meets"),
    [
        ("사드가 배치됐다", "사드", True),
        ("사드배치", "사드", True),
        ("주한미군사드포대", "사드", True),
        ("사 드", "사드", True),
        ("싸드", "사드", False),
        ("북 미사일", "북", True),
        ("대북 제재", "북", True),
        ("남한", "북", False),
        (KOREAN, "고고도미사일방어체계", True),
        ("한·미 훈련", "한미", True),
        ("北, 미사일 발사", "北", True),
        ("萨德系统", "萨德", True),
        ("Missiles' test", "missile", True),
        ("missiledrome", "missile", False),
        ("missiledrome", "missile*", True),
        ("told us", "US", False),
        ("U.S. troops", "US", True),
        ("Café", "cafe", True),
        ("air-strike", '"air strike"', True),
        ("F-35s", '"F-35"', True),
    ],
)
def test_what_the_index_leads_to(archive: Database, title: str, query: str, meets: bool) -> None:
    whole = put(archive, "x", unicodedata.normalize("NFC", title))
    apart = put(archive, "x", f"Other words.\n\n{unicodedata.normalize('NFD', title)} 끝")
    put(archive, "nothing of it")
    indexed(archive)
    assert found(archive, query) == ([apart, whole] if meets else [])


def test_queries_of_several_words(archive: Database) -> None:
    both = put(archive, "THAAD in Seongju", "Missile defense")
    one = put(archive, "THAAD", "성주 이야기")
    indexed(archive)
    assert found(archive, "thaad") == [one, both]
    assert found(archive, "thaad AND seongju") == [both]
    assert found(archive, "thaad NOT battery") == [one, both]
    assert found(archive, "seongju OR 성주") == [one, both]
    assert found(archive, "thaad NEAR/5 seongju") == [both]
    assert found(archive, "title:seongju") == [both]
    assert found(archive, "title:missile") == []
    assert found(archive, "title:성주") == []
    assert found(archive, 'body:"missile defense"') == [both]
    assert found(archive, "/T[A-Z]+/ AND 성주") == [one]


def test_a_query_of_any_depth_and_width_can_be_asked(archive: Database) -> None:
    ident = put(archive, "thaad")
    indexed(archive)
    deep: Node = parse_term("thaad")
    for n in range(DEEPEST * 2):
        deep = Or((parse_term(f"w{n}"), And((deep, Field("title", parse_term("thaad"))))))
    assert found(archive, deep) == [ident]
    wide = Or((*(parse_term(f"=w{n}") for n in range(1_500)), parse_term("=thaad")))
    assert found(archive, wide) == [ident]
    assert found(archive, And((wide, *(parse_term("=thaad") for _ in range(400))))) == [ident]
    assert found(archive, Some(())) == []


def test_filters_and_pages(archive: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_FIRST", 3)
    monkeypatch.setattr(search, "_MOST_IDS", 7)
    monkeypatch.setattr(search, "_ROWS", 2)
    every = [
        put(
            archive,
            "THAAD",
            source_id=("herald", "yonhap-ko")[n % 2],
            language=("en", "ko", "en-GB", None)[n % 4],
            state=("fetched", "listed", "partial")[n % 3],
            first_seen_at=NOW + timedelta(hours=n),
        )
        for n in range(40)
    ]
    indexed(archive)
    newest = every[::-1]
    for wanted in (plan(parse_query("thaad")), ANYTHING):
        assert found(archive, wanted) == newest
        assert found(archive, wanted, source="herald") == newest[1::2]
        assert found(archive, wanted, lang="ko") == newest[2::4]
        assert found(archive, wanted, lang="en-GB") == newest[1::4]
        assert found(archive, wanted, state="listed") == [i for i in newest if (i - 1) % 3 == 1]
        since, until = NOW + timedelta(hours=10), NOW + timedelta(hours=30)
        assert found(archive, wanted, since=since) == newest[:30]
        assert found(archive, wanted, until=until) == newest[10:]
        assert found(archive, wanted, since=since, until=until, lang="ko") == newest[10:30][0::4]
        assert found(archive, wanted, since=NOW + timedelta(days=9)) == []
        assert found(archive, wanted, until=NOW) == []


def test_time_filters_do_not_trust_ids(archive: Database) -> None:
    late = put(archive, "THAAD", first_seen_at=NOW + timedelta(hours=2))
    early = put(archive, "THAAD", first_seen_at=NOW)
    last = put(archive, "THAAD", first_seen_at=NOW + timedelta(hours=1))
    indexed(archive)
    assert found(archive, "thaad", since=NOW + timedelta(hours=1)) == [last, late]
    assert found(archive, "thaad", until=NOW + timedelta(hours=1)) == [early]


def test_a_revision_is_indexed_again(archive: Database) -> None:
    ident = put(archive, "Old headline", "about rice")
    indexed(archive)
    revise(archive, ident, title="New 사드", body="about corn")
    assert count_lagging(archive) == 1
    assert found(archive, "corn") == []
    indexed(archive)
    assert found(archive, "corn AND title:사드") == [ident]
    # on SQLite the words of before still lead to it: whoever searches looks at the article
    assert found(archive, "rice") == ([ident] if archive.dialect == "sqlite" else [])
    with archive.read() as connection:
        listed = connection.execute(
            text("SELECT count(*) FROM search_index")
            if archive.dialect == "postgresql"
            else select(func.count()).select_from(articles)
        ).scalar_one()
    assert listed == 1


def test_a_text_that_moves_while_it_is_indexed_still_lags(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = put(archive, "THAAD")
    made = search_index.index_words

    def slow(article: object) -> str:
        revise(archive, ident, title="사드")
        return made(article)  # type: ignore[arg-type] # the article as it came

    monkeypatch.setattr(search_index, "index_words", slow)
    assert index_lagging(archive, 10) == (1, 1)
    monkeypatch.undo()
    assert count_lagging(archive) == 1
    indexed(archive)
    assert found(archive, "사드") == [ident]


def test_merged_and_removed_articles_are_not_found(archive: Database) -> None:
    first, second, third = (put(archive, f"THAAD {word}") for word in ("one", "two", "three"))
    indexed(archive)
    with archive.write() as connection:
        archive.story_lock(connection)
        merge(archive, connection, first, second, NOW)
        connection.execute(delete(articles).where(articles.c.id == third))
    assert found(archive, "thaad") == [first]
    indexed(archive)
    assert found(archive, "thaad") == [first]
    assert problems(archive) == []


def test_an_article_that_goes_while_it_is_indexed(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes, stays = put(archive, "THAAD"), put(archive, "THAAD")
    made = search_index.index_words

    def slow(article: object) -> str:
        with archive.write() as connection:
            connection.execute(delete(articles).where(articles.c.id == goes))
        return made(article)  # type: ignore[arg-type] # the article as it came

    monkeypatch.setattr(search_index, "index_words", slow)
    assert index_lagging(archive, 10) == (2, 1)
    assert found(archive, "thaad") == [stays]


def test_what_cannot_be_indexed_is_found_by_everything(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = put(archive, "THAAD")

    def broken(_article: object) -> str:
        raise RuntimeError("a bug")

    monkeypatch.setattr(search_index, "index_words", broken)
    indexed(archive)
    assert found(archive, "rice AND corn") == [ident]


def test_batches(archive: Database) -> None:
    for n in range(25):
        put(archive, f"THAAD {n}")
    counted: list[int] = []
    assert [index_lagging(archive, 10) for _ in range(4)] == [(10, 10), (10, 10), (5, 5), (0, 0)]
    assert catch_up(Store(archive, "test"), counted.append)
    assert counted == []
    assert len(found(archive, "thaad")) == 25


def test_two_owners_at_once_index_everything_once(archive: Database, database_url: str) -> None:
    for n in range(120):
        put(archive, f"THAAD {n}", "사드 배치 " * 20)
    other = Database(database_url, check=False)
    written: list[int] = []
    start = threading.Barrier(2)

    def work(db: Database) -> None:
        start.wait(30)
        while (done := index_lagging(db, 9)).looked_at:
            written.append(done.written)

    threads = [threading.Thread(target=work, args=(db,)) for db in (archive, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    other.close()
    assert sum(written) == 120
    assert len(found(archive, "사드")) == 120


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column"),
    [(articles, articles.c.id), (search_due, search_due.c.article_id)],
    ids=["article", "place on the list"],
)
def test_a_row_that_somebody_holds_is_left_for_later(
    archive: Database, database_url: str, table: Table, column: Column[int]
) -> None:
    held, free = put(archive, "THAAD"), put(archive, "THAAD")
    other = Database(database_url, check=False)
    with other.write() as connection:
        row = select(table).where(column == held).with_for_update()
        connection.execute(row)
        assert index_lagging(archive, 10) == (2, 1)
        assert found(archive, "thaad") == [free]
        assert index_lagging(archive, 10) == (1, 0)
    other.close()
    indexed(archive)
    assert found(archive, "thaad") == [free, held]


def test_what_was_stored_before_there_was_an_index(bare_url: str) -> None:
    db = Database(bare_url)
    with db.maintenance() as connection:
        command.upgrade(migrate._config(connection), "0002")
        connection.execute(text(SOURCE))
        connection.execute(text(STORY))
        connection.execute(text(ARTICLE))
    ensure(db, upgrade=True)
    assert count_lagging(db) == 1
    indexed(db)
    assert found(db, "사드") == [7]
    db.close()


SOURCE = """INSERT INTO sources (id, name, language, timezone, enabled, position, origin)
VALUES ('herald', 'Herald', 'en', 'UTC', true, 0, 'catalogue')"""
STORY = "INSERT INTO stories (id, first_seen_at) VALUES (1, '2026-11-23 03:10:00')"
ARTICLE = """INSERT INTO articles (id, source_id, story_id, state, title, title_key_hash, subtitle,
summary, body, first_seen_at, authors, captions, images, tags, warnings, alerting, text_mark,
matched_mark, matched_rules, page_priority, page_settled) VALUES (7, 'herald', 1, 'fetched',
'사드가', '0', '', '', '', '2026-11-23 03:10:00', '[]', '[]', '[]', '[]', '[]', 'alert', 1,
1, 1, 1, true)"""


def test_a_database_without_its_index_is_told_of(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'a.db'}")
    ensure(db)
    assert problems(db) == []
    with db.write() as connection:
        connection.execute(text(f"DROP TABLE {SEARCH_INDEX}"))
    assert problems(db) == ["the table search_index is missing"]
    db.close()
