"""Watchlists matched against stored articles, once: the articles read, and what matches recorded.

Each page is a transaction of its own that can be run again: what was recorded before stays.
`storage.retro_telling` tells it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, tuple_, update

from newsroom.errors import StorageError
from newsroom.matching_json import hit_json
from storage.claims import FoundMatch, LaggingArticle
from storage.database import Database
from storage.digests import portions
from storage.listing_base import resolve_article
from storage.matching import text_of
from storage.outbox_tables import matches, watchlists
from storage.tables import articles
from storage.types import UtcDateTime

log = logging.getLogger("wirewatch.storage")

PAGE = 200
"""Articles read, and recorded, at once."""


class RulesMoved(StorageError):
    """A watchlist was edited or removed meanwhile: what was found is by another rule."""


@dataclass(frozen=True, slots=True)
class Period:
    """Articles first seen from `since` on and before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A watchlist that is looked for in the archive."""

    watchlist_id: int
    version: int
    """Of the rule that matched."""
    article_ids: tuple[int, ...]
    """What it matched."""


def count_stored(db: Database, period: Period) -> int:
    """How many articles there are in the period."""
    with db.read() as conn:
        query = select(func.count()).select_from(articles).where(*_within(period))
        return int(conn.execute(query).scalar_one())


def stored(db: Database, period: Period, size: int = PAGE) -> Iterator[list[LaggingArticle]]:
    """All articles of the period in the order in which they came, a short transaction a page."""
    at, ident = articles.c.first_seen_at, articles.c.id
    query = select(articles).where(*_within(period)).order_by(at, ident).limit(size)
    after = query
    while True:
        with db.read() as conn:
            rows = conn.execute(after).all()
        if rows:
            yield [_text(row) for row in rows]
        if len(rows) < size:
            return
        last = tuple_(literal(rows[-1].first_seen_at, UtcDateTime()), literal(rows[-1].id))
        after = query.where(at >= rows[-1].first_seen_at, tuple_(at, ident) > last)


def stored_again(db: Database, article_ids: Collection[int]) -> list[LaggingArticle]:
    """The same articles as they are now; those that turned out to be others, as these."""
    with db.read() as conn:
        now_ids = sorted({resolve_article(conn, ident) for ident in article_ids})
        return [
            _text(row)
            for few in portions(now_ids)
            for row in conn.execute(select(articles).where(articles.c.id.in_(few)))
        ]


def record_matches(
    db: Database,
    found: Sequence[tuple[LaggingArticle, Sequence[FoundMatch]]],
    now: datetime,
) -> tuple[int, tuple[int, ...]]:
    """Record matches of stored articles, alerting nobody; (how many are new, articles that moved).

    An article that has another text by now, or is another one, is to be matched again. What was
    recorded before keeps its standing, with the evidence of the rule in force. Raises RulesMoved.
    """
    new, moved = 0, list[int]()
    with db.write() as conn:
        db.story_lock(conn)
        check_versions(
            conn, {match.watchlist_id: match.watchlist_version for _, m in found for match in m}
        )
        rows = _articles(conn, [article.id for article, _ in found])
        for article, matched in found:
            row = rows.get(article.id)
            if row is None or row.text_mark != article.text_mark:
                moved.append(article.id)
                continue
            new += sum(_record(conn, row, match, now) for match in matched)
        log.debug("retro matches recorded", extra={"articles": len(found), "new": new})
    return new, tuple(moved)


def check_versions(conn: Connection, versions: Mapping[int, int]) -> None:
    """Raise RulesMoved where a watchlist is not the one that matched."""
    query = select(watchlists.c.id, watchlists.c.version).where(
        watchlists.c.id.in_(versions), watchlists.c.removed_at.is_(None)
    )
    if {row.id: row.version for row in conn.execute(query)} != dict(versions):
        raise RulesMoved("a watchlist was edited or removed while the archive was read")


def _articles(conn: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """Rows of articles; where they can change meanwhile they stay as they are until the end."""
    query = select(articles.c.id, articles.c.story_id, articles.c.text_mark)
    locked = query.where(articles.c.id.in_(ids)).order_by(articles.c.id).with_for_update()
    return {row.id: row for row in conn.execute(locked)}


def _record(conn: Connection, row: Any, match: FoundMatch, now: datetime) -> bool:
    """Keep a match, alerting nobody; True where it is new."""
    evidence = {
        "hits": [hit_json(hit) for hit in match.hits],
        "text_mark": row.text_mark,
        "watchlist_version": match.watchlist_version,
    }
    known = conn.execute(
        update(matches)
        .where(matches.c.watchlist_id == match.watchlist_id, matches.c.article_id == row.id)
        .values(evidence)
    )
    if known.rowcount:
        return False
    conn.execute(
        insert(matches).values(
            watchlist_id=match.watchlist_id,
            article_id=row.id,
            story_id=row.story_id,
            matched_at=now,
            alerting="silent",
            **evidence,
        )
    )
    return True


def _within(period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    at = articles.c.first_seen_at
    return at >= period.since, at < period.until


def _text(row: Any) -> LaggingArticle:
    return LaggingArticle(row.id, row.text_mark, text_of(row))
