"""The archive can be searched: an index of every article's words, and what is not in it yet.

Articles stored before are indexed by the service afterwards, in batches: the upgrade of a large
archive does not wait for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the index, and put every article that was matched on its list."""
    op.create_table(
        "search_due",
        sa.Column("article_id", BIG, autoincrement=False, nullable=False),
        sa.Column("text_mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_search_due_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name="pk_search_due"),
    )
    op.execute(
        "INSERT INTO search_due (article_id, text_mark)"
        " SELECT id, matched_mark FROM articles WHERE matched_mark > 0"
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
