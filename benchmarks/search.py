"""Storing with a full-text index, and searching it, against SQLite's FTS5 over the same rows.

Synthetic English and Korean articles go into two SQLite files in turn, portion by portion: ours
(the tables of Wirewatch and its index), and the peer's (a table of the same columns by SQLAlchemy
Core's executemany, and a plain FTS5 unicode61 table over title and text). Then both are asked for
the newest 50 articles with a word: ours through index and matcher, with the marked sentence; the
peer's with `snippet()`, and bare (`ORDER BY rowid DESC LIMIT 50`). Korean words with particles
cannot be found by unicode61: there the peer is asked as `word*`, which finds the beginning of
words only.

    python benchmarks/search.py [ARTICLES] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, insert, text

from jobs.morphology import KiwiWorker
from jobs.search import Search
from newsroom.query_parse import parse_query
from storage.database import Database
from storage.listing_base import Filters
from storage.migrate import ensure
from storage.search_index import index_lagging
from storage.search_tables import search_due
from storage.store import Store
from storage.tables import articles, sources, stories

PORTION = 1_000
START = datetime(2020, 1, 1, tzinfo=UTC)
ENGLISH = ("THAAD", "Seongju", "missile", "US", "air strike", "ceasefire", "sanction*", "tariff")
ENGLISH_PEER = (
    *("thaad", "seongju", "missile OR missiles", "us", '"air strike"', "ceasefire"),
    *("sanction*", "tariff OR tariffs"),
)
KOREAN = ("사드", "북한", "미사일", "고고도미사일방어체계", "관세", "성주", "괌")


class Words:
    """Words as in news: a few very often, most hardly ever, and an article repeats its own.

    The shares were set so that articles have as many distinct words (English, half of them) and
    pairs of syllables (Korean, six of ten) as real ones do.
    """

    def __init__(self, dice: random.Random, words: list[str], rare: dict[str, float]) -> None:
        self.dice, self.words = dice, words
        self.weights = list(accumulate((n + 3) ** -1.05 for n in range(len(words))))
        self.rare = rare

    def some(self, count: int) -> list[str]:
        fresh = self.dice.choices(self.words, cum_weights=self.weights, k=count * 2 // 3)
        found = fresh + self.dice.choices(fresh, k=count - len(fresh))
        self.dice.shuffle(found)
        for word, share in self.rare.items():
            if self.dice.random() < share:
                found[self.dice.randrange(count)] = word
        return found


def english(dice: random.Random) -> Words:
    letters = "etaoinshrdlucmfwypvbgk"
    made = ["".join(dice.choices(letters, k=dice.randint(2, 10))) for _ in range(60_000)]
    rare = {"THAAD": 0.004, "Seongju": 0.002, "missiles": 0.03, "US": 0.2, "us": 0.3, "U.S.": 0.1}
    rare |= {"air strike": 0.01, "ceasefire": 0.01, "sanctions": 0.05, "sanctioned": 0.01}
    return Words(dice, made, rare | {"tariffs": 0.03})


def korean(dice: random.Random) -> Words:
    syllables = [chr(0xAC00 + n) for n in dice.sample(range(11_172), 1_000)]
    often = list(accumulate((n + 8) ** -1.3 for n in range(len(syllables))))
    heads = [
        "".join(dice.choices(syllables, cum_weights=often, k=dice.randint(1, 4)))
        for _ in range(40_000)
    ]
    endings = ("", "", "", "은", "는", "이", "가", "을", "를", "의", "에")
    made = [head + dice.choice(endings) for head in heads]
    rare = {"사드": 0.001, "사드를": 0.002, "사드배치": 0.002, "북한이": 0.2, "북한": 0.1}
    rare |= {"미사일을": 0.05, "고고도 미사일 방어체계": 0.001, "관세가": 0.03, "성주에": 0.003}
    return Words(dice, made, rare | {"괌에": 0.003, "감사드립니다": 0.01})


def made(count: int) -> Iterator[list[dict[str, Any]]]:
    """Portions of article rows, two of three English; about 3 kB each."""
    dice = random.Random(7)
    kinds = (english(dice), korean(dice))
    row: dict[str, Any] = {c.name: None for c in articles.c}
    row |= {"attempts": 0, "crashes": 0}
    empty: dict[str, Any] = {k: [] for k in ("authors", "captions", "images", "tags", "warnings")}
    for first in range(1, count + 1, PORTION):
        rows = []
        for ident in range(first, min(first + PORTION, count + 1)):
            is_korean = ident % 3 == 0
            words = kinds[is_korean].some(300 if is_korean else 480)
            for at in range(19, len(words), 20):
                words[at] += "."
            rows.append(
                row
                | empty
                | {
                    "id": ident,
                    "source_id": "news",
                    "story_id": 1,
                    "url": f"https://news.example/{ident}",
                    "canonical_url": f"https://news.example/{ident}",
                    "state": "fetched",
                    "title": " ".join(words[:8]),
                    "title_key_hash": f"{ident:064x}",
                    "subtitle": "",
                    "summary": "",
                    "body": " ".join(words[8:]),
                    "first_seen_at": START + timedelta(minutes=ident),
                    "language": "ko" if is_korean else "en",
                    "alerting": "silent",
                    "text_mark": 1,
                    "matched_mark": 1,
                    "matched_rules": 1,
                    "page_priority": 1,
                    "page_settled": True,
                }
            )
        yield rows


class Ours:
    """Wirewatch's own tables and index."""

    def __init__(self, folder: Path) -> None:
        self.db = Database(f"sqlite:///{folder / 'ours.db'}")
        ensure(self.db)
        source = {"id": "news", "name": "News", "language": "en", "timezone": "UTC"}
        with self.db.write() as connection:
            connection.execute(insert(sources).values(**source, enabled=True, origin="file"))
            connection.execute(insert(stories).values(id=1, first_seen_at=START))
        self.store = Store(self.db, "bench")

    def put(self, rows: list[dict[str, Any]]) -> None:
        with self.db.write() as connection:
            connection.execute(insert(articles), rows)
            due = [{"article_id": row["id"], "text_mark": 1} for row in rows]
            connection.execute(insert(search_due), due)
        index_lagging(self.db, PORTION)

    def find(self, query: str, morphology: KiwiWorker | None = None) -> int:
        search = Search(self.store, parse_query(query), Filters(limit=50), morphology)
        return sum(1 for _ in search.by_date())


class Plain:
    """The same columns and indexes, with a plain FTS5 table beside them."""

    def __init__(self, folder: Path, tokenizer: str) -> None:
        self.db = Database(f"sqlite:///{folder / f'{tokenizer}.db'}")
        self.table = _plain_table()
        with self.db.write() as connection:
            self.table.create(connection)
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE fts USING fts5(title, body, content='articles',"
                    f" content_rowid='id', tokenize='{tokenizer}')"
                )
            )

    def put(self, rows: list[dict[str, Any]]) -> None:
        with self.db.write() as connection:
            connection.execute(insert(self.table), rows)
            connection.execute(
                text("INSERT INTO fts (rowid, title, body) VALUES (:id, :title, :body)"),
                [{k: row[k] for k in ("id", "title", "body")} for row in rows],
            )

    def bare(self, query: str) -> int:
        return self._ask("rowid", query)

    def snippets(self, query: str) -> int:
        return self._ask("rowid, title, snippet(fts, 1, '[', ']', '...', 24)", query)

    def _ask(self, columns: str, query: str) -> int:
        found = f"SELECT {columns} FROM fts WHERE fts MATCH :q ORDER BY rowid DESC LIMIT 50"
        with self.db.read() as connection:
            return len(connection.execute(text(found), {"q": query}).all())


def _plain_table() -> Table:
    """Articles with the same columns and indexes, and nothing they point to."""
    columns = [
        Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable) for c in articles.c
    ]
    table = Table("articles", MetaData(), *columns)
    for index in articles.indexes:
        where = index.dialect_options["sqlite"]["where"]
        part = None if where is None else text(str(where).replace("articles.", ""))
        Index(index.name, *(table.c[c.name] for c in index.columns), sqlite_where=part)
    return table


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def percentiles(times: list[float]) -> tuple[float, float]:
    """(p50, p95) in milliseconds."""
    ordered = sorted(times)
    return 1e3 * statistics.median(ordered), 1e3 * ordered[int(len(ordered) * 0.95)]


def searched(
    rounds: int, sides: Mapping[str, Sequence[Callable[[], int]]]
) -> dict[str, list[float]]:
    """Each query of each side in turn, a warm-up round first."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, queries in sides.items():
            for query in queries:
                took = timed(query)
                if turn:
                    times[name].append(took)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    try:
        run(given.articles, given.rounds, folder)
    finally:
        if not given.keep:
            shutil.rmtree(folder)


def run(count: int, rounds: int, folder: Path) -> None:
    ours, plain = Ours(folder), Plain(folder, "unicode61")
    spent = {"ours": 0.0, "plain": 0.0}
    for rows in made(count):
        spent["ours"] += timed(partial(ours.put, rows))
        spent["plain"] += timed(partial(plain.put, rows))
    rate = {name: count / seconds for name, seconds in spent.items()}
    print(f"stored and indexed: {rate['ours']:,.0f} rows/s; Core + FTS5 {rate['plain']:,.0f}")
    print(f"  ratio {rate['ours'] / rate['plain']:.2f} (target 0.7 at least)")
    for side in (ours, plain):
        assert side.db.path is not None
        print(
            f"  {side.db.path.name}: {side.db.path.stat().st_size / count / 1000:.1f} kB an article"
        )
    report("English", ours, plain, ENGLISH, ENGLISH_PEER, rounds)
    report("Korean", ours, plain, KOREAN, tuple(f"{word}*" for word in KOREAN), rounds)
    kiwi = KiwiWorker()
    try:
        asked = {"ours with Kiwi": [partial(ours.find, q, kiwi) for q in KOREAN]}
        p50, p95 = percentiles(searched(rounds, asked)["ours with Kiwi"])
    finally:
        kiwi.close()
    print(f"  ours, Korean morphology asked: p50 {p50:7.2f} ms  p95 {p95:7.2f} ms")


def report(
    name: str,
    ours: Ours,
    plain: Plain,
    queries: tuple[str, ...],
    theirs: tuple[str, ...],
    rounds: int,
) -> None:
    print(f"{name}: found by us and by the peer (of 50), ms of one search each")
    for query, other in zip(queries, theirs, strict=True):
        took = [timed(partial(ours.find, query)) for _ in range(3)]
        alone = [timed(partial(plain.snippets, other)) for _ in range(3)]
        line = f"  {query:<14} {ours.find(query):>3} {plain.bare(other):>3}"
        print(f"{line}  {1e3 * min(took):7.2f}  {1e3 * min(alone):7.2f}")
    times = searched(
        rounds,
        {
            "ours": [partial(ours.find, q) for q in queries],
            "peer with snippets": [partial(plain.snippets, q) for q in theirs],
            "peer bare": [partial(plain.bare, q) for q in theirs],
        },
    )
    marks = {side: percentiles(taken) for side, taken in times.items()}
    for side, (p50, p95) in marks.items():
        print(f"  {side:<20} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms")
    ratio = marks["ours"][1] / marks["peer with snippets"][1]
    print(f"  p95 ratio {ratio:.2f} to the peer with snippets (target 2 at most, and < 100 ms)")


if __name__ == "__main__":
    main()
