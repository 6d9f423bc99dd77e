"""Rows for tests, put into the tables directly: only what a test says differs from the usual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select

from newsroom.model import Owner
from storage.database import Database
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    channels,
    deliveries,
    matches,
    notices,
    watchlists,
)
from storage.tables import articles, feeds, sources, stories

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

OWN = Owner("desk-1", "4026531836", "b00t", 100, 5000.25)
"""The process a test plays."""


def add(db: Database, table: Table, **values: Any) -> int:
    """Insert a row and return its id (0 where the table has no id of its own)."""
    with db.write() as connection:
        done = connection.execute(insert(table).values(**values))
        return int(done.inserted_primary_key[0]) if "id" in table.c else 0


def rows(db: Database, table: Table) -> list[Any]:
    """All rows, in the order of their first column."""
    with db.read() as connection:
        return list(connection.execute(select(table).order_by(next(iter(table.c)))))


def add_source(db: Database, source_id: str = "herald", **values: Any) -> str:
    usual = {
        "name": source_id.title(),
        "language": "en",
        "timezone": "Asia/Seoul",
        "enabled": True,
        "origin": "catalogue",
        "position": 0,
    }
    with db.write() as connection:
        connection.execute(insert(sources).values(id=source_id, **{**usual, **values}))
    return source_id


def add_feed(db: Database, source_id: str = "herald", **values: Any) -> int:
    usual = {
        "url": f"http://{source_id}.example/rss",
        "kind": "feed",
        "host": f"{source_id}.example",
        "configured": True,
        "active": True,
        "interval_s": 120,
        "interval_max_s": 3600,
        "next_poll_at": NOW,
    }
    return add(db, feeds, source_id=source_id, **{**usual, **values})


def add_story(db: Database, first_seen_at: datetime = NOW) -> int:
    return add(db, stories, first_seen_at=first_seen_at)


def add_article(db: Database, source_id: str = "herald", **values: Any) -> int:
    first_seen_at = values.setdefault("first_seen_at", NOW)
    story_id = values.pop("story_id", None) or add_story(db, first_seen_at)
    usual = {
        "story_id": story_id,
        "url": "http://herald.example/article/1",
        "canonical_url": "https://herald.example/article/1",
        "state": "fetched",
        "title": "Launch site surveyed",
        "title_key_hash": "0" * 64,
        "subtitle": "",
        "summary": "",
        "body": "",
        "language": "en",
        "authors": [],
        "captions": [],
        "images": [],
        "tags": [],
        "warnings": [],
        "alerting": "alert",
        "text_mark": 1,
        "page_settled": True,
    }
    return add(db, articles, source_id=source_id, **{**usual, **values})


def add_watchlist(db: Database, name: str = "Missiles", **values: Any) -> int:
    usual = {
        "origin": "db",
        "definition": {"name": name},
        "rule_hash": "0" * 32,
        "version": 1,
        "effective_at": NOW,
        "added_at": NOW,
    }
    return add(db, watchlists, name=name, **{**usual, **values})


def add_match(db: Database, watchlist_id: int, article_id: int, **values: Any) -> int:
    with db.read() as connection:
        story_id = connection.execute(
            select(articles.c.story_id).where(articles.c.id == article_id)
        ).scalar_one()
    usual: dict[str, Any] = {
        "watchlist_version": 1,
        "story_id": story_id,
        "text_mark": 1,
        "hits": [{"term": "Launch", "field": "title", "start": 0, "end": 6, "text": "Launch"}],
        "matched_at": NOW,
    }
    if "alerting" in matches.c:
        usual["alerting"] = "told"
    both = {"watchlist_id": watchlist_id, "article_id": article_id}
    return add(db, matches, **both, **{**usual, **values})


def add_alert(
    db: Database, *, article_id: int | None = None, told: tuple[int, ...] = (), **values: Any
) -> int:
    """An alert about the matches `told`, for their article's story."""
    story_id = values.pop("story_id", None)
    if story_id is None and article_id is not None:
        with db.read() as connection:
            story_id = connection.execute(
                select(articles.c.story_id).where(articles.c.id == article_id)
            ).scalar_one()
    usual = {
        "kind": "immediate",
        "recipient": "desk@example.org",
        "n": 0,
        "state": "pending",
        "created_at": NOW,
        "due_at": NOW,
    }
    both = {"story_id": story_id, "article_id": article_id}
    alert_id = add(db, alerts, **both, **{**usual, **values})
    for match in rows(db, matches):
        if match.id in told:
            add(
                db,
                alert_watchlists,
                alert_id=alert_id,
                watchlist_id=match.watchlist_id,
                match_id=match.id,
            )
    return alert_id


def add_delivery(db: Database, alert_id: int, **values: Any) -> int:
    usual = {"channel": "smtp", "started_at": NOW, "definite": False}
    return add(db, deliveries, alert_id=alert_id, **{**usual, **values})


def add_notice(db: Database, subject: str, **values: Any) -> int:
    return add(db, notices, subject=subject, **{"text": "look", "since": NOW, **values})


def add_channel(db: Database, name: str, **values: Any) -> None:
    add(db, channels, name=name, **{"failures": 0, **values})
