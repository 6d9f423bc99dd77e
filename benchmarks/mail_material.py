"""Alerts that fall due in one burst, put straight into the tables: every one of a story of its own.

Half of the articles are English, half Korean, 2-3 kB each (`benchmarks/backtest.py` writes them);
every fourth alert names two watchlists, every fifth story stands in a second outlet too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from benchmarks.backtest import Writer
from newsroom.model import NotifyRule, Source, Watchlist
from storage.database import Database
from storage.outbox_tables import alert_watchlists, alerts, matches
from storage.sync import load_watchlists, sync_sources, sync_watchlists
from storage.tables import articles, stories

TERMS = {"Defence": ("Seongju", "missile", "북한"), "Trade": ("market", "export", "경제")}
SOURCES = {"first": "First Post", "second": "Second Daily"}
CHUNK = 500


def recipient(n: int, people: int) -> str:
    """Whom the n-th alert goes to."""
    return f"reader{n % people:03}@example.org"


def fill(db: Database, count: int, now: datetime, *, people: int = 50) -> None:
    """Sources, two watchlists, and `count` alerts due at `now` to `people` recipients in turn."""
    begun = now - timedelta(days=1)
    sync_sources(db, tuple(_source(key, name) for key, name in SOURCES.items()), begun)
    everybody = tuple(recipient(n, people) for n in range(people))
    lists = tuple(
        Watchlist(name=name, any=terms, notify=(NotifyRule(to=everybody),), origin="bench")
        for name, terms in TERMS.items()
    )
    sync_watchlists(db, lists, begun)
    known = {item.watchlist.name: item for item in load_watchlists(db)}
    rows = _rows(count, now, known, people)
    while chunk := [row for _, row in zip(range(CHUNK), rows, strict=False)]:
        with db.write() as conn:
            for at, table in enumerate((stories, articles, matches, alerts, alert_watchlists)):
                conn.execute(insert(table), [row for one in chunk for row in one[at]])


def _source(key: str, name: str) -> Source:
    return Source(id=key, name=name, hosts=(f"{key}.example",), feeds=())


def _rows(
    count: int, now: datetime, known: dict[str, Any], people: int
) -> Iterator[tuple[list[dict[str, Any]], ...]]:
    """Of each alert the rows of stories, articles, matches, alerts and alert_watchlists."""
    writer = Writer(11)
    match_id = 0
    for n in range(1, count + 1):
        korean = n % 2 == 0
        body = writer.korean() if korean else writer.english()
        names = list(TERMS) if n % 4 == 0 else [list(TERMS)[n % 3 % 2]]
        texts = [_article(2 * n - 1, n, "first", body, now, korean=korean)]
        if n % 5 == 0:
            texts.append(_article(2 * n, n, "second", body, now, korean=korean))
        found, told = [], []
        for name in names:
            match_id += 1
            found.append(_match(match_id, known[name], texts[0], now))
            told.append({"alert_id": n, "watchlist_id": known[name].id, "match_id": match_id})
        alert = {
            "id": n,
            "kind": "immediate",
            "recipient": recipient(n, people),
            "story_id": n,
            "n": 0,
            "article_id": texts[0]["id"],
            "state": "pending",
            "created_at": now - timedelta(seconds=90),
            "due_at": now,
        }
        yield [{"id": n, "first_seen_at": now}], texts, found, [alert], told


def _article(
    key: int, story: int, source: str, body: str, now: datetime, *, korean: bool
) -> dict[str, Any]:
    title = f"{body[:48].rpartition(' ')[0]} ({story})"
    return {
        "id": key,
        "source_id": source,
        "story_id": story,
        "url": f"https://{source}.example/article/{key}",
        "canonical_url": f"https://{source}.example/article/{key}",
        "state": "fetched",
        "title": title,
        "title_key_hash": f"{key:064}",
        "summary": body[:200],
        "body": body,
        "published_at": now - timedelta(minutes=9),
        "first_seen_at": now - timedelta(minutes=2),
        "language": "ko" if korean else "en",
        "authors": ["Hong Gil-dong"],
        "captions": [],
        "images": [],
        "tags": [],
        "warnings": [],
        "alerting": "alert",
        "text_mark": 1,
        "matched_mark": 1,
        "page_settled": True,
    }


def _match(match_id: int, stored: Any, article: dict[str, Any], now: datetime) -> dict[str, Any]:
    hits = [
        {"term": term, "field": field, "start": m.start(), "end": m.end(), "text": term}
        for field in ("title", "summary", "body")
        for term in stored.watchlist.any
        for m in re.finditer(re.escape(term), article[field])
    ]
    return {
        "id": match_id,
        "watchlist_id": stored.id,
        "article_id": article["id"],
        "watchlist_version": stored.version,
        "story_id": article["story_id"],
        "text_mark": 1,
        "hits": sorted(hits, key=lambda h: (h["field"], h["start"])),
        "matched_at": now,
        "alerting": "told",
    }


NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
