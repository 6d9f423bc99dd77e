"""Who wrote a story first, from the rows of its articles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, select

from newsroom.stories_origin import Origin, Told, agency_of, origin_of
from storage.listing_base import Json
from storage.tables import articles, sources

TOLD_COLUMNS = (
    articles.c.id,
    articles.c.story_id,
    articles.c.title,
    articles.c.source_id,
    sources.c.name.label("source_name"),
    articles.c.url,
    articles.c.canonical_url,
    articles.c.credit,
    articles.c.published_at,
    articles.c.first_seen_at,
)
"""What is read of a story's articles."""


def members_query(story_ids: Iterable[int]) -> Select[Any]:
    """The articles of these stories, first seen first."""
    return (
        select(*TOLD_COLUMNS)
        .join(sources, sources.c.id == articles.c.source_id)
        .where(articles.c.story_id.in_(story_ids))
        .order_by(articles.c.first_seen_at, articles.c.id)
    )


def origin_of_rows(rows: Iterable[Any]) -> Origin | None:
    """The origin of the story whose rows of TOLD_COLUMNS these are."""
    return origin_of([_told(row) for row in rows])


def origin_of_story(conn: Connection, story_id: int) -> Origin | None:
    """The origin of one story."""
    return origin_of_rows(conn.execute(members_query([story_id])))


def origin_json(origin: Origin | None) -> Json | None:
    """An origin as listings show it."""
    if origin is None:
        return None
    return {"name": origin.name, "source": origin.source, "article": origin.article}


def _told(row: Any) -> Told:
    return Told(
        article=row.id,
        source=row.source_id,
        outlet=row.source_name,
        first_seen_at=row.first_seen_at,
        published_at=row.published_at,
        credit=row.credit,
        agency=agency_of(row.source_id, row.source_name, row.canonical_url),
        url=row.url,
    )
