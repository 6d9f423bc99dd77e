"""Articles into the archive's index, in batches.

A text that was matched is put on the list of those to be indexed (`mark_due`). Entries are made
outside the write transaction: matching and mails never wait for them. A text that moves meanwhile
stays on the list.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, text

from newsroom.model import ArticleText
from newsroom.search_text import WHOLE, entries_of, index_words
from storage.database import Database
from storage.search_tables import search_due
from storage.tables import articles

log = logging.getLogger("wirewatch.storage")

_INDEXED = (
    articles.c.title,
    articles.c.subtitle,
    articles.c.summary,
    articles.c.body,
    articles.c.source_id,
    articles.c.language,
)
"""What of an article the index knows."""


class Indexed(NamedTuple):
    """What a batch came to."""

    looked_at: int
    """Articles that lagged; 0: none did."""
    written: int
    """Of these, in the index now by us; another owner may have been faster, or holds them."""


def mark_due(db: Database, connection: Connection, article_id: int, text_mark: int) -> None:
    """Put an article on the list; its text may be newer than this by the time it is indexed."""
    row = db.insert(search_due).values(article_id=article_id, text_mark=text_mark)
    connection.execute(
        row.on_conflict_do_update(index_elements=["article_id"], set_={"text_mark": text_mark})
    )


def count_lagging(db: Database) -> int:
    """How many articles the index does not know as they are now."""
    with db.read() as connection:
        counted = connection.execute(select(func.count()).select_from(search_due))
        return int(counted.scalar_one())


def index_lagging(db: Database, limit: int) -> Indexed:
    """Bring the first `limit` articles of the list into the index, in one write transaction."""
    query = (
        select(articles.c.id, articles.c.text_mark, *_INDEXED)
        .join(search_due, search_due.c.article_id == articles.c.id)
        .order_by(search_due.c.article_id)
        .limit(limit)
    )
    with db.read() as connection:
        rows = connection.execute(query).all()
    if not rows:
        return Indexed(0, 0)
    made = [(row.id, _words(row)) for row in rows]
    marks = {row.id: row.text_mark for row in rows}
    with db.write() as connection:
        due = _still_due(db, connection, marks)
        if due:
            _write(db, connection, [(ident, words) for ident, words in made if ident in due])
            connection.execute(
                delete(search_due).where(
                    search_due.c.article_id == bindparam("ident"),
                    search_due.c.text_mark <= bindparam("mark"),
                ),
                [{"ident": ident, "mark": marks[ident]} for ident in due],
            )
    return Indexed(len(rows), len(due))


def _words(row: Any) -> str:
    article = ArticleText(
        title=row.title,
        subtitle=row.subtitle,
        summary=row.summary,
        body=row.body,
        source=row.source_id,
        language=row.language,
    )
    try:
        return index_words(article)
    except Exception:  # a bug of ours: every search looks at this article itself then
        log.exception("indexing failed", extra={"article": row.id})
        return WHOLE


def _still_due(db: Database, connection: Connection, marks: dict[int, int]) -> set[int]:
    """Those that nobody else has indexed meanwhile, merged or holds; ours until the commit.

    Whoever waits for a row while holding others makes deadlocks: nothing is waited for here, and
    articles are held before their place on the list, as the match transaction does.
    """
    idents = set(marks)
    if db.dialect == "postgresql":
        held = select(articles.c.id).where(articles.c.id.in_(idents)).order_by(articles.c.id)
        held = held.with_for_update(key_share=True, read=True, skip_locked=True)
        idents = set(connection.execute(held).scalars())
    due = select(search_due.c.article_id).where(search_due.c.article_id.in_(idents))
    due = due.order_by(search_due.c.article_id).with_for_update(skip_locked=True)
    return set(connection.execute(due).scalars())


def _write(db: Database, connection: Connection, made: Sequence[tuple[int, str]]) -> None:
    if db.dialect == "sqlite":
        connection.execute(
            text("INSERT INTO search_index (rowid, entries) VALUES (:ident, :entries)"),
            [{"ident": ident, "entries": words} for ident, words in made],
        )
        return
    insert = (
        "INSERT INTO search_index (article_id, entries)"
        " VALUES (:ident, array_to_tsvector(CAST(:entries AS text[])))"
        " ON CONFLICT (article_id) DO UPDATE SET entries = excluded.entries"
    )
    connection.execute(
        text(insert),
        [{"ident": ident, "entries": list(entries_of(words))} for ident, words in made],
    )
