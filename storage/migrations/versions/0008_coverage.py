"""What may be missing: gaps, witnesses, backfills, edits, hubs; verdicts with their evidence."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OPEN = sa.text("state = 'suspected'")
TO_FETCH = sa.text("page_due_at IS NOT NULL AND backfill_id IS NOT NULL")


def _lease() -> list[sa.Column[Any]]:
    return [
        sa.Column("lease_owner", sa.String(200)),
        sa.Column("lease_token", sa.String(32)),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    """Nothing that is stored changes."""
    _columns()
    _ledger()
    _walks()


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _columns() -> None:
    _add(
        "sources",
        sa.Column("definition", JSON),
        sa.Column("pages_verdict", sa.String(20), nullable=False, server_default="ok"),
        sa.Column("pages_since", INSTANT),
        sa.Column("pages_evidence", sa.Text()),
        sa.Column("witness_due_at", INSTANT),
        *_lease(),
    )
    _add(
        "feeds",
        sa.Column("verdict_since", INSTANT),
        sa.Column("evidence", sa.Text()),
        sa.Column("rate", sa.Float()),
        sa.Column("hint_s", sa.Integer()),
        sa.Column("last_new_at", INSTANT),
        sa.Column("moved_to", sa.Text()),
        sa.Column("moved_since", INSTANT),
        sa.Column("moved_seen", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("moved_at", INSTANT),
    )
    op.add_column(
        "polls", sa.Column("purpose", sa.String(10), nullable=False, server_default="poll")
    )
    op.create_index("ix_polls_started_at", "polls", ["started_at"])
    _add(
        "articles",
        sa.Column("backfill_id", BIG),
        sa.Column("rechecks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("recheck_from", INSTANT),
        sa.Column("page_seen_at", INSTANT),
    )
    op.create_index("ix_articles_source", "articles", ["source_id", "id"])
    op.create_index(
        "ix_articles_backfill",
        "articles",
        ["backfill_id"],
        sqlite_where=TO_FETCH,
        postgresql_where=TO_FETCH,
    )


def _ledger() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("feed_id", BIG, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("poll_id", BIG, nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        sa.Column("noticed_at", INSTANT, nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("lost", sa.Integer()),
        sa.Column("recovered", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("closed_at", INSTANT),
        sa.Column("closed_by", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_try_at", INSTANT),
        sa.Column("detail", sa.Text()),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_gaps_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
    )
    op.create_index("ix_gaps_source_id", "gaps", ["source_id", "noticed_at"])
    op.create_index("ix_gaps_feed_id", "gaps", ["feed_id", "id"])
    op.create_index(
        "ix_gaps_open", "gaps", ["next_try_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "witnesses",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("looked_at", JSON, nullable=False),
        sa.Column("detail", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_witnesses"),
    )
    op.create_index("ix_witnesses_source_id", "witnesses", ["source_id", "at"])


def _walks() -> None:
    op.create_table(
        "backfills",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("walk", JSON, nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("new", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("detail", sa.Text()),
        *_lease(),
        sa.PrimaryKeyConstraint("id", name="pk_backfills"),
    )
    op.create_index("ix_backfills_state", "backfills", ["state"])
    op.create_table(
        "article_edits",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("before_n", sa.Integer(), nullable=False),
        sa.Column("after_n", sa.Integer()),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("seen_at", INSTANT),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("text_mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_article_edits_article_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_edits"),
    )
    op.create_index("ix_article_edits_article_id", "article_edits", ["article_id"])
    op.create_table(
        "hubs",
        sa.Column("feed_id", BIG, autoincrement=False, nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("callback", sa.Text()),
        sa.Column("next_try_at", INSTANT),
        sa.Column("lease_ends_at", INSTANT),
        sa.Column("last_told_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("detail", sa.Text()),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_hubs_feed_id"),
        sa.PrimaryKeyConstraint("feed_id", name="pk_hubs"),
        sa.UniqueConstraint("token", name="uq_hubs_token"),
    )


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")
