"""Stories: what of an article decides its story is kept, and what is new in it.

Restarts read these marks, never the texts again. `alert_news` is what an update tells.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
IS_FLASH = sa.text("flash_source IS NOT NULL")


def upgrade() -> None:
    """Make both tables; articles stored before are given their marks when the service starts."""
    op.create_table(
        "story_marks",
        sa.Column("article_id", BIG, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("flash_source", sa.Text()),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("page", sa.Boolean(), nullable=False),
        sa.Column("relation", sa.String(10), nullable=False),
        sa.Column("news", JSON, nullable=False),
        sa.Column("news_mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_story_marks_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_story_marks"),
        sa.UniqueConstraint("seq", name="uq_story_marks_seq"),
    )
    op.create_index("ix_story_marks_seen_at", "story_marks", ["seen_at"])
    op.create_index(
        "ix_story_marks_flash",
        "story_marks",
        ["flash_source", "seen_at"],
        sqlite_where=IS_FLASH,
        postgresql_where=IS_FLASH,
    )
    op.create_table(
        "alert_news",
        sa.Column("alert_id", BIG, autoincrement=False, nullable=False),
        sa.Column("article_id", BIG, autoincrement=False, nullable=False),
        sa.Column("text_mark", sa.Integer(), nullable=False),
        sa.Column("news", JSON, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_news_alert_id"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_alert_news_article_id"),
        sa.PrimaryKeyConstraint("alert_id", "article_id", name="pk_alert_news"),
    )
    op.create_index("ix_alert_news_article_id", "alert_news", ["article_id"])
    op.add_column("alerts", sa.Column("not_before", INSTANT))
    op.add_column(
        "articles",
        sa.Column("story_by_hand", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")
