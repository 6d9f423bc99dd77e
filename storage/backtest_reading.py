"""Stored articles, many and fast: a stretch of time, oldest first; or some by their ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_

from newsroom.backtest import Seen
from newsroom.model import ArticleText
from storage.database import Database
from storage.listing import article_columns, article_json
from storage.matching import TEXT_COLUMNS, text_of
from storage.tables import articles
from storage.types import UtcDateTime

PAGE = 500
"""Articles of one transaction, and of one page."""

Page = list[tuple[Seen, ArticleText]]


@dataclass(frozen=True, slots=True)
class Period:
    """Which articles: first seen from `since` on and before `until`, of some sources."""

    since: datetime
    until: datetime
    sources: tuple[str, ...] = ()
    """Empty: all."""


def count(db: Database, period: Period) -> int:
    """How many there are."""
    with db.read() as connection:
        query = _within(select(func.count()).select_from(articles), period)
        return int(connection.execute(query).scalar_one())


def first_seen(db: Database, period: Period) -> datetime | None:
    """When the first article of the period came, of whatever source; None where none did."""
    at = articles.c.first_seen_at
    query = select(at).where(at >= period.since, at < period.until).order_by(at).limit(1)
    with db.read() as connection:
        found: datetime | None = connection.execute(query).scalar()
    return found


def pages(db: Database, period: Period, size: int = PAGE) -> Iterator[Page]:
    """All of them in the order in which they were first seen, a short transaction a page.

    An article that comes or goes meanwhile may be missed or shown.
    """
    at, ident = articles.c.first_seen_at, articles.c.id
    query = _within(select(ident, articles.c.story_id, at, *TEXT_COLUMNS), period)
    query = query.order_by(at, ident).limit(size)
    after = query
    while True:
        with db.read() as connection:
            rows = connection.execute(after).all()
        if rows:
            yield [(Seen(row[0], row[1], row[2]), text_of(row)) for row in rows]
        if len(rows) < size:
            return
        last = tuple_(literal(rows[-1].first_seen_at, UtcDateTime()), literal(rows[-1].id))
        # the first condition is the one that an index of times alone is entered by
        after = query.where(at >= rows[-1].first_seen_at, tuple_(at, ident) > last)


def _within(query: Select[Any], period: Period) -> Select[Any]:
    at = articles.c.first_seen_at
    query = query.where(at >= period.since, at < period.until)
    if not period.sources:
        return query
    # as an expression it tempts no planner to enter by the source and sort all of it for each page
    return query.where(func.coalesce(articles.c.source_id, "").in_(period.sources))


def by_ids(db: Database, ids: Collection[int]) -> dict[int, tuple[dict[str, Any], ArticleText]]:
    """Articles by their ids, as the listing of articles shows them and as they are matched.

    What is not there any more is left out.
    """
    columns = {column.name: column for column in (*article_columns, *TEXT_COLUMNS)}
    wanted: Sequence[int] = sorted(ids)
    found = {}
    with db.read() as connection:
        for at in range(0, len(wanted), PAGE):
            few = wanted[at : at + PAGE]
            query = select(*columns.values()).where(articles.c.id.in_(few))
            for row in connection.execute(query):
                found[row.id] = (article_json(row), text_of(row))
    return found
