"""The archive can be searched: an index of every article's words, and how far it has come.

Articles stored before are indexed by the service afterwards, in batches: an upgrade of a large
archive takes no longer for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark to the articles, and make the index."""
    op.add_column(
        "articles", sa.Column("search_mark", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index(
        "ix_articles_unindexed",
        "articles",
        ["id"],
        sqlite_where=sa.text("search_mark < text_mark"),
        postgresql_where=sa.text("search_mark < text_mark"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "entries, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
        op.execute("INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 16777216)")
        return
    op.create_table(
        "search_index",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entries", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_search_index_article_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name="pk_search_index"),
    )
    op.create_index("ix_search_index_entries", "search_index", ["entries"], postgresql_using="gin")


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")
