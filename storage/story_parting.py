"""An article leaves a story that others stay in; nobody is left untold of either side."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.database import Database
from storage.story_mails import mails_of
from storage.story_moves import members, move_articles
from storage.tables import articles, stories


def new_story(conn: Connection, first_seen_at: datetime) -> int:
    """A story without articles yet."""
    made = insert(stories).values(first_seen_at=first_seen_at).returning(stories.c.id)
    return int(conn.execute(made).scalar_one())


def part(
    db: Database, conn: Connection, article_id: int, now: datetime, target: int | None = None
) -> int:
    """Take the article out of a story that others stay in; its story afterwards.

    It goes to `target`, or into a story of its own. Where somebody has mails of the story that are
    about this article alone, the story goes with it: the others move to a new one first, so that
    its updates come in the thread of these mails. Then a story of its own is the one it was in.
    """
    source = int(
        conn.execute(select(articles.c.story_id).where(articles.c.id == article_id)).scalar_one()
    )
    if source == target:
        return source
    others = [other for other in members(conn, source) if other != article_id]
    if others and _stands_for(conn, article_id, source):
        move_articles(db, conn, others, source, new_story(conn, now), now)
        if target is None:
            return source
    if target is None:
        target = new_story(conn, now)
    move_articles(db, conn, [article_id], source, target, now)
    return target


def _stands_for(conn: Connection, article_id: int, story_id: int) -> bool:
    """Whether all that somebody was mailed of the story is about the article."""
    about: dict[str, set[int]] = {}
    for mail in mails_of(conn, story_id):
        about.setdefault(mail.recipient, set()).update(mail.articles)
    return {article_id} in about.values()
