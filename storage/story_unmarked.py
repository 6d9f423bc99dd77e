"""Articles stored before anything was noted for their stories get their marks.

They stay in the stories they are in, and nothing of them is news: new articles find them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from newsroom.stories_reading import StoryText, story_text
from storage.database import Database
from storage.story_notes import note, story_time
from storage.tables import articles, story_marks

_WITHOUT = (
    ~select(story_marks.c.article_id).where(story_marks.c.article_id == articles.c.id).exists()
)


PORTION = 100


def mark(db: Database, now: datetime, window: timedelta) -> bool:
    """Note the newest of the window's articles that lack it; False: none does.

    Texts are read and judged outside the lock; one that changes meanwhile was noted by whoever
    changed it, or is the next time.
    """
    query = (
        select(articles)
        .where(articles.c.first_seen_at >= now - window, _WITHOUT)
        .order_by(articles.c.first_seen_at.desc(), articles.c.id.desc())
        .limit(PORTION)
    )
    with db.read() as conn:
        rows = conn.execute(query).all()
    made = {row.id: _text(row) for row in rows}
    marks = {row.id: row.text_mark for row in rows}
    if not made:
        return False
    with db.write() as conn:
        db.story_lock(conn)
        still = select(articles).where(articles.c.id.in_(made), _WITHOUT).order_by(articles.c.id)
        for row in conn.execute(still).all():
            if row.text_mark == marks[row.id]:
                note(db, conn, row, made[row.id], page=row.state == "fetched", quiet=True)
    return True


def _text(row: Any) -> StoryText:
    return story_text(
        row.title,
        row.body if row.state == "fetched" else row.summary,  # a wall's words are everybody's
        source=row.source_id,
        url=row.canonical_url or row.url,
        at=story_time(row.published_at, row.first_seen_at),
    )
