"""What the archive's index leads to, newest first: articles that may answer a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, column, func, literal, select, table
from sqlalchemy.sql import ColumnElement, Select

from newsroom.model import ArticleText
from newsroom.search_plan import ANYTHING, Plan, every, language_plan, source_plan
from storage.database import Database
from storage.listing import article_columns, article_json
from storage.listing_base import Filters, Json, article_conditions
from storage.matching import TEXT_COLUMNS, text_of
from storage.search_match import fts5_match, tsquery
from storage.search_tables import SEARCH_INDEX, postgresql_index
from storage.tables import articles

_sqlite_index = table(SEARCH_INDEX, column("rowid"), column(SEARCH_INDEX), column("entries"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be what is searched for."""

    listed: Json
    """As the listing of articles shows it."""
    text: ArticleText


_FIRST, _MOST_IDS, _ROWS = 200, 5_000, 50
"""Ids in the first portion, in any later one, and articles read at a time."""


def candidates(db: Database, wanted: Plan, filters: Filters) -> Iterator[Candidate]:
    """Articles that meet the filters and may meet the query, the newest id first.

    Without a plan (ANYTHING) these are all articles that meet the filters. `filters.limit` does
    not count here. Every transaction is short; an article that comes or goes meanwhile may be
    missed or shown.
    """
    conditions = article_conditions(db, filters)
    at = articles.c.first_seen_at
    if filters.since is not None:
        conditions.append(at >= filters.since)
    if filters.until is not None:
        conditions.append(at < filters.until)
    if filters.source is not None:
        wanted = every([wanted, source_plan(filters.source)])
    if filters.lang is not None:
        wanted = every([wanted, language_plan(filters.lang)])
    first, before = _bounds(db, filters)
    size = _FIRST
    while True:
        with db.read() as connection:
            query = _ids(db, wanted, conditions, first, before).limit(size)
            ids = [row[0] for row in connection.execute(query)]
        for n in range(0, len(ids), _ROWS):
            yield from _read(db, ids[n : n + _ROWS], conditions)
        if len(ids) < size:
            return
        before, size = ids[-1], min(size * 4, _MOST_IDS)


def _bounds(db: Database, filters: Filters) -> tuple[int | None, int | None]:
    """Between which ids articles of the filters' time are: from the first, before the second."""
    first = before = None
    with db.read() as connection:
        if filters.since is not None:
            later = select(func.min(articles.c.id)).where(articles.c.first_seen_at >= filters.since)
            first = connection.execute(later).scalar() or 0
        if filters.until is not None:
            earlier = select(func.max(articles.c.id)).where(
                articles.c.first_seen_at < filters.until
            )
            before = (connection.execute(earlier).scalar() or 0) + 1
    return first, before


def _ids(
    db: Database,
    wanted: Plan,
    conditions: Sequence[ColumnElement[bool]],
    first: int | None,
    before: int | None,
) -> Select[Any]:
    ident: ColumnElement[int]
    if wanted == ANYTHING:
        ident = articles.c.id
        query = select(ident).where(*conditions)
    elif db.dialect == "sqlite":
        ident = _sqlite_index.c.rowid
        match = _sqlite_index.c[SEARCH_INDEX].op("MATCH")(literal(fts5_match(wanted)))
        query = select(ident).where(match)
    else:
        ident = postgresql_index.c.article_id
        query = select(ident).where(postgresql_index.c.entries.op("@@")(tsquery(wanted)))
    if first is not None:
        query = query.where(ident >= first)
    if before is not None:
        query = query.where(ident < before)
    return query.order_by(ident.desc())


def _read(
    db: Database, ids: Sequence[int], conditions: Sequence[ColumnElement[bool]]
) -> Iterator[Candidate]:
    columns: dict[str, Column[Any]] = {c.name: c for c in (*article_columns, *TEXT_COLUMNS)}
    query = select(*columns.values()).where(articles.c.id.in_(ids), *conditions)
    with db.read() as connection:
        rows = connection.execute(query.order_by(articles.c.id.desc())).all()
    for row in rows:
        yield Candidate(article_json(row), text_of(row))
