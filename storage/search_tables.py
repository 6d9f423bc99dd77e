"""The archive's index: one table `search_index`, of another kind on each database.

SQLite: an FTS5 table that keeps no text of its own (the articles have it) and no places, only
which entry (`newsroom.search_text`) leads to which article; its row id is the article's id. What
was added for an article stays when its text changes, so that it also leads there by words of
earlier versions: whoever searches looks at the article itself. PostgreSQL: a tsvector made of the
same entries, replaced with the text, and a GIN index.

It stands outside `tables.metadata`, which cannot tell the two apart, but is made along with it.
What is still to be indexed has a table of its own: a mark in the articles would write each of
them, text and all, once more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage.tables import BigId, articles, metadata

SEARCH_INDEX = "search_index"

search_due = Table(
    "search_due",  # articles whose text the index does not know yet; each new text is matched first
    metadata,
    Column(
        "article_id",
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("text_mark", Integer, nullable=False),  # of the newest text that was matched
)

SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "entries, content='', columnsize=0, detail=none, tokenize='ascii')"
)
SQLITE_MEMORY = (
    # 16 MB of a batch are sorted before they are written, not 1 MB: 1.5 times as fast
    "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 16777216)"
)

postgresql_index = Table(
    SEARCH_INDEX,
    MetaData(naming_convention=metadata.naming_convention),
    Column(
        "article_id",
        BigId,
        ForeignKey(articles.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("entries", TSVECTOR(), nullable=False),
    Index("ix_search_index_entries", "entries", postgresql_using="gin"),
)


def is_search_table(name: str) -> bool:
    """The index itself and the tables in which FTS5 keeps it."""
    return f"{name}_".startswith(f"{SEARCH_INDEX}_")


def create_search_index(connection: Connection) -> None:
    """Make the index of the connection's kind of database, empty."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(SQLITE_INDEX))
        connection.execute(text(SQLITE_MEMORY))
    else:
        postgresql_index.create(connection)


def _along(_target: object, connection: Connection, **_: Any) -> None:
    create_search_index(connection)


event.listen(metadata, "after_create", _along)
