"""Pages that are no story: one text under several headlines of one source is its wall.

A log-in or consent page answers 200 for every article behind it. Under a second headline of the
same source it is known for what it is: the feed's words stand, and nothing joins a story by it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from storage.claims import PageIn
from storage.story_candidates import EXACT
from storage.tables import articles, entries, story_keys

WARNING = "text_of_other_articles"


def stands_for_others(conn: Connection, row: Any, key: str | None) -> bool:
    """Whether another article of the source has this very text and no headline in common."""
    if key is None:
        return False
    twins = conn.execute(
        select(story_keys.c.article_id)
        .join(articles, articles.c.id == story_keys.c.article_id)
        .where(
            story_keys.c.kind == EXACT,
            story_keys.c.key == key,
            articles.c.source_id == row.source_id,
            articles.c.id != row.id,
        )
        .limit(20)
    ).scalars()
    ours = _headlines(conn, row.id)
    return any(
        ours and theirs and ours.isdisjoint(theirs)
        for theirs in (_headlines(conn, twin) for twin in twins.all())
    )


def _headlines(conn: Connection, article_id: int) -> set[str]:
    query = select(entries.c.title_hash).where(entries.c.article_id == article_id)
    return {digest for digest in conn.execute(query).scalars() if digest}


def as_wall(page: PageIn) -> PageIn:
    """The page as what it is: partial, no evidence for any story, its addresses nobody's."""
    warnings = tuple(dict.fromkeys([*page.content.warnings, WARNING]))
    return PageIn(content=replace(page.content, warnings=warnings), state="partial")
