"""The newest articles' words, for those who ask how words are used."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from storage.database import Database
from storage.tables import articles


def newest_texts(db: Database, limit: int) -> Iterator[str]:
    """Title, subtitle, summary and body of the `limit` articles that came last, one by one."""
    columns = (articles.c.title, articles.c.subtitle, articles.c.summary, articles.c.body)
    newest = select(*columns).order_by(articles.c.id.desc()).limit(limit)
    with db.read() as connection:
        for row in connection.execute(newest):
            yield from (text for text in row if text)
