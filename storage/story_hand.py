"""Stories put together and taken apart by hand: what a person decided no text undoes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from newsroom.errors import UnknownName
from storage.database import Database
from storage.listing_base import resolve_article
from storage.story_moves import members, move_articles
from storage.story_parting import part
from storage.tables import articles, stories, story_aliases


@dataclass(frozen=True, slots=True)
class Placed:
    """How articles stand afterwards."""

    story: int
    articles: tuple[int, ...]
    """Of the story, by id."""
    before: int
    """The story whose articles, or one of them, moved; equal to `story` where nothing did."""
    others: int | None = None
    """The story of those it was split from; None where there are none."""


def merge_stories(db: Database, one: int, other: int, now: datetime) -> Placed:
    """Make two stories one under the earlier id; ids of emptied stories stand for what took them.

    Raises UnknownName for an id that no story has, or had.
    """
    with db.write() as conn:
        db.story_lock(conn)
        ours, theirs = sorted((_story(conn, one), _story(conn, other)))
        move_articles(db, conn, members(conn, theirs), theirs, ours, now)
        together = members(conn, ours)
        _by_hand(conn, together)
    return Placed(ours, tuple(together), theirs)


def split_article(db: Database, article_id: int, now: datetime) -> Placed:
    """Give an article a story of its own; one that stands alone stays where it is.

    The story of mails that were about it alone is its own; then the others get a new one. What
    people were told of only by the articles it leaves, or they by it, they are told. All of them
    stay where they are from then on. Raises UnknownName for an id no article has, or had.
    """
    with db.write() as conn:
        db.story_lock(conn)
        found = resolve_article(conn, article_id)
        before = _home(conn, found)
        if before is None:
            raise UnknownName(f"there is no article {article_id}; see `wirewatch articles`")
        together = members(conn, before)
        others = [other for other in together if other != found]
        story = part(db, conn, found, now) if others else before
        _by_hand(conn, together)
        theirs = _home(conn, others[0]) if others else None
    return Placed(story, (found,), before, theirs)


def _home(conn: Connection, article_id: int) -> int | None:
    """The story an article is in; None: there is no such article."""
    query = select(articles.c.story_id).where(articles.c.id == article_id)
    found: int | None = conn.execute(query).scalar_one_or_none()
    return found


def _by_hand(conn: Connection, ids: Iterable[int]) -> None:
    conn.execute(update(articles).where(articles.c.id.in_(list(ids))).values(story_by_hand=True))


def _story(conn: Connection, story_id: int) -> int:
    pointed = conn.execute(
        select(story_aliases.c.story_id).where(story_aliases.c.old_id == story_id)
    ).scalar_one_or_none()
    if pointed is not None:
        return int(pointed)
    if conn.execute(select(stories.c.id).where(stories.c.id == story_id)).first() is None:
        raise UnknownName(f"there is no story {story_id}; see `wirewatch stories`")
    return story_id
