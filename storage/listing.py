"""The read side: rows of articles, stories, matches and alerts, as the contract names their keys.

Every value is ready for JSON; instants are ISO 8601 in UTC; newest first. `storage.listing_sources`
and `storage.listing_detail` hold the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, exists, func, select

from newsroom.recipients import shown
from storage.codec import hits_json
from storage.database import Database
from storage.listing_base import (
    Filters,
    Json,
    article_conditions,
    iso,
    portions,
    resolve_story,
)
from storage.origins import members_query, origin_json, origin_of_rows
from storage.outbox_tables import alert_watchlists, digest_items, digests, watchlists
from storage.outbox_tables import alerts as alerts_table
from storage.outbox_tables import matches as matches_table
from storage.tables import articles as articles_table
from storage.tables import stories as stories_table
from storage.tables import story_aliases

article_columns = (
    articles_table.c.id,
    articles_table.c.url,
    articles_table.c.canonical_url,
    articles_table.c.title,
    articles_table.c.source_id,
    articles_table.c.language,
    articles_table.c.state,
    articles_table.c.published_at,
    articles_table.c.modified_at,
    articles_table.c.first_seen_at,
    articles_table.c.story_id,
)
"""What `article_json` shows of an article."""


def articles(db: Database, filters: Filters) -> Iterator[Json]:
    """Articles by when they were first seen."""
    query = select(*article_columns).where(*article_conditions(db, filters))
    at, ident = articles_table.c.first_seen_at, articles_table.c.id
    for rows in portions(db, query, at, ident, filters):
        yield from map(article_json, rows)


def article_json(row: Row[Any]) -> Json:
    """An article as its listing shows it."""
    return {
        "id": row.id,
        "url": row.url,
        "canonical_url": row.canonical_url,
        "title": row.title,
        "source": row.source_id,
        "language": row.language,
        "state": row.state,
        "published_at": iso(row.published_at),
        "modified_at": iso(row.modified_at),
        "first_seen_at": iso(row.first_seen_at),
        "story": row.story_id,
    }


def stories(db: Database, filters: Filters) -> Iterator[Json]:
    """Stories by when their first article was seen; `articles` are ids, first seen first.

    A story is listed where any of its articles meets the filters; the title is its first's.
    `origin` is who wrote it first; None where one outlet alone has it.
    """
    member = exists().where(
        articles_table.c.story_id == stories_table.c.id, *article_conditions(db, filters)
    )
    at, ident = stories_table.c.first_seen_at, stories_table.c.id
    query = select(stories_table).where(member)
    for rows in portions(db, query, at, ident, filters):
        members = _members(db, [row.id for row in rows])
        for row in rows:
            mine = members[row.id]
            if not mine:
                continue  # its articles moved on since
            yield {
                "id": row.id,
                "title": mine[0].title,
                "articles": [article.id for article in mine],
                "first_seen_at": iso(row.first_seen_at),
                "origin": origin_json(origin_of_rows(mine)),
            }


def _members(db: Database, story_ids: Iterable[int]) -> dict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    with db.read() as connection:
        for row in connection.execute(members_query(story_ids)):
            found[row.story_id].append(row)
    return found


def matches(db: Database, filters: Filters) -> Iterator[Json]:
    """Matches by when they were found; `state` is the article's, `story` its present one."""
    conditions = article_conditions(db, replace(filters, watchlist=None))
    query = (
        select(
            matches_table.c.id,
            watchlists.c.name.label("watchlist"),
            matches_table.c.article_id,
            articles_table.c.story_id,
            matches_table.c.hits,
            matches_table.c.matched_at,
        )
        .join(watchlists, watchlists.c.id == matches_table.c.watchlist_id)
        .join(articles_table, articles_table.c.id == matches_table.c.article_id)
        .where(*conditions)
    )
    if filters.watchlist is not None:
        query = query.where(watchlists.c.name == filters.watchlist)
    at, ident = matches_table.c.matched_at, matches_table.c.id
    for rows in portions(db, query, at, ident, filters):
        for row in rows:
            yield {
                "id": row.id,
                "watchlist": row.watchlist,
                "article": row.article_id,
                "story": row.story_id,
                "hits": hits_json(row.hits),
                "matched_at": iso(row.matched_at),
            }


def alerts(db: Database, filters: Filters, *, only: int | None = None) -> Iterator[Json]:
    """Alerts by when they were made; `source` and `lang` are of the article that raised them.

    `schedule` is what one waits for that goes with a digest; a digest's is its own. `only` lists
    the alert of this id alone.
    """
    present = func.coalesce(story_aliases.c.story_id, alerts_table.c.story_id)
    goes_with = func.coalesce(alerts_table.c.schedule, digests.c.schedule)
    query = (
        select(alerts_table, present.label("story"), goes_with.label("goes_with"))
        .outerjoin(story_aliases, story_aliases.c.old_id == alerts_table.c.story_id)
        .outerjoin(digests, digests.c.id == alerts_table.c.digest_id)
    )
    if only is not None:
        query = query.where(alerts_table.c.id == only)
    if filters.state is not None:
        query = query.where(alerts_table.c.state == filters.state)
    if filters.story is not None:
        story = resolve_story(db, filters.story)
        told = (
            exists()
            .where(digest_items.c.digest_id == alerts_table.c.digest_id)
            .where(digest_items.c.story_id == story, alerts_table.c.kind == "digest")
        )
        query = query.where((present == story) | told)
    if filters.watchlist is not None:
        query = query.where(
            exists()
            .where(alert_watchlists.c.alert_id == alerts_table.c.id)
            .where(alert_watchlists.c.watchlist_id == watchlists.c.id)
            .where(watchlists.c.name == filters.watchlist)
        )
    by_article = article_conditions(db, Filters(source=filters.source, lang=filters.lang))
    if by_article:
        query = query.join(articles_table, articles_table.c.id == alerts_table.c.article_id).where(
            *by_article
        )
    at, ident = alerts_table.c.created_at, alerts_table.c.id
    for rows in portions(db, query, at, ident, filters):
        names = _watchlist_names(db, [row.id for row in rows])
        for row in rows:
            yield _alert_json(row, names[row.id])


def _alert_json(row: Row[Any], names: list[str]) -> Json:
    return {
        "id": row.id,
        "kind": row.kind,
        "watchlists": names,
        "recipient": shown(row.recipient),
        "story": row.story,
        "state": row.state,
        "message_id": row.message_id,
        "created_at": iso(row.created_at),
        "sent_at": iso(row.sent_at),
        "attempts": row.attempts,
        "reason": row.reason,
        "schedule": row.goes_with,
    }


def _watchlist_names(db: Database, alert_ids: Iterable[int]) -> dict[int, list[str]]:
    query = (
        select(alert_watchlists.c.alert_id, watchlists.c.name)
        .join(watchlists, watchlists.c.id == alert_watchlists.c.watchlist_id)
        .where(alert_watchlists.c.alert_id.in_(alert_ids))
        .order_by(watchlists.c.id)
    )
    found = defaultdict[int, list[str]](list)
    with db.read() as connection:
        for row in connection.execute(query):
            found[row.alert_id].append(row.name)
    return found
