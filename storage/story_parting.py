"""An article leaves a story that others stay in; nobody is left untold of either side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select

from storage.database import Database
from storage.outbox_tables import alerts, matches, messages
from storage.story_debts import is_named
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

    It goes to `target`, or into a story of its own. Where a mail that is made told people of the
    story by this article alone, the mail goes with it: the others move to a new story first, and
    the old id leads to where the article is.
    """
    source = conn.execute(
        select(articles.c.story_id).where(articles.c.id == article_id)
    ).scalar_one()
    others = [other for other in members(conn, source) if other != article_id]
    if _stood_for(conn, article_id, others):
        move_articles(db, conn, others, source, new_story(conn, now), now)
    if target is None:
        target = new_story(conn, now)
    move_articles(db, conn, [article_id], source, target, now)
    return target


def _stood_for(conn: Connection, article_id: int, others: Sequence[int]) -> bool:
    """Whether the others have a match that a mail about the article stood for."""
    made = exists().where(messages.c.alert_id == alerts.c.id)
    by_it = select(matches.c.watchlist_id).where(matches.c.article_id == article_id)
    watched = conn.execute(by_it.where(is_named(made))).scalars().all()
    unnamed = select(matches.c.id).where(
        matches.c.article_id.in_(others),
        matches.c.alerting == "told",
        matches.c.watchlist_id.in_(watched),
        ~is_named(),
    )
    return conn.execute(unnamed.limit(1)).first() is not None
