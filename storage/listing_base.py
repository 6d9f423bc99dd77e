"""What all listings share: filters, ids that became aliases, and reading in small portions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, literal, select, tuple_
from sqlalchemy.sql import ColumnElement

from storage.database import Database
from storage.outbox_tables import matches, watchlists
from storage.tables import article_aliases, articles, story_aliases
from storage.types import UtcDateTime

Json = dict[str, Any]

PORTION = 500
"""Rows per transaction: a listing of millions never holds one open while it is printed."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list; None: whatever it is. A filter that makes no sense for a listing is ignored."""

    source: str | None = None
    watchlist: str | None = None
    """Its name; one that was removed still names its matches."""
    story: int | None = None
    """An id that became an alias stands for the story it points to."""
    state: str | None = None
    lang: str | None = None
    since: datetime | None = None
    """First seen (matched, created) at or after."""
    until: datetime | None = None
    """First seen (matched, created) before."""
    limit: int | None = None


def portions(
    db: Database,
    query: Select[Any],
    at: ColumnElement[datetime],
    ident: ColumnElement[int],
    filters: Filters,
) -> Iterator[Sequence[Row[Any]]]:
    """The query's rows newest first by (`at`, `ident`), within the filters' time and limit.

    A row that comes in while reading is not shown; one that goes is skipped.
    """
    query = query.add_columns(at.label("order_at"), ident.label("order_id"))
    if filters.since is not None:
        query = query.where(at >= filters.since)
    if filters.until is not None:
        query = query.where(at < filters.until)
    query = query.order_by(at.desc(), ident.desc())
    left, after = filters.limit, query
    while left is None or left > 0:
        size = PORTION if left is None else min(PORTION, left)
        with db.read() as connection:
            rows = connection.execute(after.limit(size)).all()
        if rows:
            yield rows
        if len(rows) < size:
            return
        left = None if left is None else left - size
        last = tuple_(literal(rows[-1].order_at, UtcDateTime()), literal(rows[-1].order_id))
        after = query.where(tuple_(at, ident) < last)


def article_conditions(db: Database, filters: Filters) -> list[ColumnElement[bool]]:
    """The filters as conditions on `articles`."""
    found: list[ColumnElement[bool]] = []
    if filters.source is not None:
        found.append(articles.c.source_id == filters.source)
    if filters.lang is not None:
        found.append(articles.c.language == filters.lang)
    if filters.state is not None:
        found.append(articles.c.state == filters.state)
    if filters.story is not None:
        found.append(articles.c.story_id == resolve_story(db, filters.story))
    if filters.watchlist is not None:
        found.append(
            exists()
            .where(matches.c.article_id == articles.c.id)
            .where(matches.c.watchlist_id == watchlists.c.id)
            .where(watchlists.c.name == filters.watchlist)
        )
    return found


def resolve_story(db: Database, story_id: int) -> int:
    """The story an id stands for, itself or the one that took its articles."""
    with db.read() as connection:
        pointed = connection.execute(
            select(story_aliases.c.story_id).where(story_aliases.c.old_id == story_id)
        ).scalar_one_or_none()
    return story_id if pointed is None else int(pointed)


def resolve_article(connection: Connection, article_id: int) -> int:
    """The article an id stands for, itself or the one it turned out to be."""
    seen = set[int]()
    while article_id not in seen:  # what it merged into may have merged on
        seen.add(article_id)
        pointed = connection.execute(
            select(article_aliases.c.article_id).where(article_aliases.c.old_id == article_id)
        ).scalar_one_or_none()
        if pointed is None:
            break
        article_id = int(pointed)
    return article_id


def iso(at: datetime | None) -> str | None:
    """ISO 8601 with offset, as every listing prints instants."""
    return None if at is None else at.isoformat()
