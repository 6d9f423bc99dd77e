"""The archive's index: articles into it in batches, and what it leads to, newest first.

Entries are made outside the write transaction: matching and mails never wait for them. An article
is indexed when `search_mark` has come up to the `text_mark` its entries were made from; a text
that moved meanwhile still lags.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.sql import ColumnElement, Select

from newsroom.model import ArticleText
from newsroom.search_plan import ANYTHING, Plan, every, language_plan, source_plan
from newsroom.search_text import WHOLE, index_entries
from storage.database import Database
from storage.listing import article_columns, article_json
from storage.listing_base import Filters, Json, article_conditions
from storage.matching import text_of
from storage.search_match import fts5_match, tsquery
from storage.search_tables import SEARCH_INDEX, postgresql_index
from storage.tables import articles

log = logging.getLogger("wirewatch.storage")

_TEXT = (
    articles.c.title,
    articles.c.subtitle,
    articles.c.summary,
    articles.c.body,
    articles.c.source_id,
    articles.c.language,
    articles.c.section,
    articles.c.authors,
    articles.c.credit,
    articles.c.canonical_url,
)
"""What `text_of` reads."""
_LAGS = articles.c.search_mark < articles.c.text_mark
_sqlite_index = table(SEARCH_INDEX, column("rowid"), column(SEARCH_INDEX), column("entries"))


class Indexed(NamedTuple):
    """What a batch came to."""

    looked_at: int
    """Articles that lagged; 0: none did."""
    written: int
    """Of these, in the index now by us; another owner may have been faster, or holds them."""


def count_lagging(db: Database) -> int:
    """How many articles the index does not know as they are now."""
    with db.read() as connection:
        counted = connection.execute(select(func.count()).select_from(articles).where(_LAGS))
        return int(counted.scalar_one())


def index_lagging(db: Database, limit: int) -> Indexed:
    """Bring the oldest `limit` articles that lag into the index, in one write transaction."""
    query = select(articles.c.id, articles.c.text_mark, *_TEXT).where(_LAGS)
    with db.read() as connection:
        rows = connection.execute(query.order_by(articles.c.id).limit(limit)).all()
    if not rows:
        return Indexed(0, 0)
    made = {row.id: (row.text_mark, _entries(row)) for row in rows}
    with db.write() as connection:
        due = _still_due(connection, {ident: mark for ident, (mark, _) in made.items()})
        if due:
            _write(db, connection, [(ident, made[ident][1]) for ident in due])
            connection.execute(
                update(articles)
                .where(articles.c.id == bindparam("ident"))
                .values(search_mark=bindparam("mark")),
                [{"ident": ident, "mark": made[ident][0]} for ident in due],
            )
    return Indexed(len(rows), len(due))


def _entries(row: Any) -> set[str]:
    try:
        return index_entries(text_of(row))
    except Exception:  # a bug of ours: every search looks at this article itself then
        log.exception("indexing failed", extra={"article": row.id})
        return {WHOLE}


def _still_due(connection: Connection, marks: dict[int, int]) -> list[int]:
    """Those that nobody else has indexed meanwhile, merged or holds; in order, ours till commit."""
    query = (
        select(articles.c.id, articles.c.search_mark)
        .where(articles.c.id.in_(marks))
        .order_by(articles.c.id)
        # to wait for a row while holding others is how deadlocks come about
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query)
    return [row.id for row in found if row.search_mark < marks[row.id]]


def _write(db: Database, connection: Connection, made: Sequence[tuple[int, set[str]]]) -> None:
    if db.dialect == "sqlite":
        connection.execute(
            text("INSERT INTO search_index (rowid, entries) VALUES (:ident, :entries)"),
            [{"ident": ident, "entries": " ".join(entries)} for ident, entries in made],
        )
        return
    insert = (
        "INSERT INTO search_index (article_id, entries)"
        " VALUES (:ident, array_to_tsvector(CAST(:entries AS text[])))"
        " ON CONFLICT (article_id) DO UPDATE SET entries = excluded.entries"
    )
    connection.execute(
        text(insert), [{"ident": ident, "entries": sorted(entries)} for ident, entries in made]
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be what is searched for."""

    listed: Json
    """As the listing of articles shows it."""
    text: ArticleText


_FIRST, _MOST_IDS, _ROWS = 200, 5_000, 100
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
    columns: dict[str, Column[Any]] = {c.name: c for c in (*article_columns, *_TEXT)}
    query = select(*columns.values()).where(articles.c.id.in_(ids), *conditions)
    with db.read() as connection:
        rows = connection.execute(query.order_by(articles.c.id.desc())).all()
    for row in rows:
        yield Candidate(article_json(row), text_of(row))
