"""The articles that a text could share its story with, looked up in few queries.

By equal keys, by flashes of its source, and by the sketches a process remembers. Marks and stories
are those of the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from newsroom.stories_marks import Marks, looked_up_by
from newsroom.stories_ties import Candidate
from storage.story_memory import read_marks
from storage.tables import articles, story_keys, story_marks

EXACT, FAMILY = "exact", "family"
"""Kinds of keys, as `looked_up_by` names them."""
MOST_BY_KEY = 64
MOST_FLASHES = 64
MOST_STORIES = 40
"""Stories whose articles are all looked at."""
MOST_MEMBERS = 600
"""Articles of these stories that are looked at, those first seen last."""
FLASH_SEEN = timedelta(hours=12)
"""A flash may have been seen so long before the piece that goes on from it: published within three
hours, but fetched when its feed was up again."""


def by_keys(conn: Connection, marks: Marks) -> set[int]:
    """Articles with an equal key, the newest of each kind."""
    found: set[int] = set()
    for kind, key in looked_up_by(marks):
        query = (
            select(story_keys.c.article_id)
            .where(story_keys.c.kind == kind, story_keys.c.key == key)
            .order_by(story_keys.c.article_id.desc())
            .limit(MOST_BY_KEY)
        )
        found.update(conn.execute(query).scalars())
    return found


def by_flashes(conn: Connection, marks: Marks, seen: datetime) -> set[int]:
    """Flashes of the same source, seen about when this was."""
    if marks.source is None:
        return set()
    query = (
        select(story_marks.c.article_id)
        .where(
            story_marks.c.flash_source == marks.source,
            story_marks.c.seen_at.between(seen - FLASH_SEEN, seen + FLASH_SEEN),
        )
        .order_by(story_marks.c.seen_at.desc())
        .limit(MOST_FLASHES)
    )
    return set(conn.execute(query).scalars())


def read(
    conn: Connection,
    ids: Collection[int],
    seen: datetime,
    window: timedelta,
    *,
    but: int | None = None,
    story: int | None = None,
) -> list[Candidate]:
    """All articles of the stories these are in, and of `story`, first seen within the window.

    `but`: the article that is being placed.
    """
    if not ids and story is None:
        return []
    homes = conn.execute(select(articles.c.story_id).where(articles.c.id.in_(ids)).distinct())
    wanted = sorted(homes.scalars(), reverse=True)[:MOST_STORIES]
    if story is not None and story not in wanted:
        wanted.append(story)
    query = (
        select(story_marks.c.article_id, articles.c.story_id, story_marks.c.marks)
        .join(articles, articles.c.id == story_marks.c.article_id)
        .where(
            articles.c.story_id.in_(wanted),
            articles.c.id != (but or 0),
            story_marks.c.seen_at.between(seen - window, seen + window),
        )
        .order_by(story_marks.c.seen_at.desc(), story_marks.c.article_id.desc())
        .limit(MOST_MEMBERS)
    )
    return list(_candidates(conn.execute(query)))


def _candidates(rows: Iterable[Any]) -> Iterable[Candidate]:
    for row in rows:
        marks = read_marks(row)
        if marks is not None:
            yield Candidate(row.article_id, row.story_id, marks)
