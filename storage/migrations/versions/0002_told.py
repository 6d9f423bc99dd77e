"""What is looked for and what is told: watchlists, matches, digests, alerts, deliveries.

The outbox's key is unique among rows that are not cancelled, so that two workers can never raise
the same alert; a copy that a person asked for is its own row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER gives out rowids
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables of watchlists and the outbox."""
    _channels()
    _digests()
    _notices()
    _recipient_pauses()
    _watchlists()
    _digest_items()
    _alerts()
    _matches()
    _alert_watchlists()
    _deliveries()
    _messages()


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("down_since", INSTANT),
        sa.Column("next_probe_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_channels"),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint(
            "recipient", "schedule", "slot", name="uq_digests_recipient_schedule_slot"
        ),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("over_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_subject", "notices", ["subject"])


def _recipient_pauses() -> None:
    op.create_table(
        "recipient_pauses",
        sa.Column("watchlist", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("watchlist", "recipient", name="pk_recipient_pauses"),
    )


def _watchlists() -> None:
    op.create_table(
        "watchlists",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("rule_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("paused_at", INSTANT),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_watchlists"),
        sa.UniqueConstraint("name", name="uq_watchlists_name"),
    )


def _digest_items() -> None:
    op.create_table(
        "digest_items",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest_id", BIG),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name="fk_digest_items_digest_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_digest_items_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_digest_items"),
        sa.UniqueConstraint(
            "recipient", "story_id", "n", name="uq_digest_items_recipient_story_id_n"
        ),
    )
    op.create_index("ix_digest_items_digest_id", "digest_items", ["digest_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("story_id", BIG),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("article_id", BIG),
        sa.Column("subject", sa.Text()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("late", sa.String(length=30)),
        sa.Column("poll_id", BIG),
        sa.Column("digest_id", BIG),
        sa.Column("copy_of", BIG),
        sa.Column("deferred_since", INSTANT),
        sa.Column("sent_at", INSTANT),
        sa.Column("message_id", sa.Text()),
        sa.Column("lease_owner", sa.String(length=200)),
        sa.Column("lease_token", sa.String(length=32)),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_alerts_article_id"),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name="fk_alerts_digest_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_alerts_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_article_id", "alerts", ["article_id"])
    op.create_index("ix_alerts_due", "alerts", ["state", "due_at"])
    op.create_index("ix_alerts_story_id", "alerts", ["story_id"])
    op.create_index(
        "uq_alerts_key",
        "alerts",
        ["kind", "recipient", "story_id", "n"],
        unique=True,
        sqlite_where=sa.text("state != 'cancelled' AND copy_of IS NULL"),
        postgresql_where=sa.text("state != 'cancelled' AND copy_of IS NULL"),
    )


def _matches() -> None:
    op.create_table(
        "matches",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("watchlist_id", BIG, nullable=False),
        sa.Column("watchlist_version", sa.Integer(), nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("text_mark", sa.Integer(), nullable=False),
        sa.Column("hits", JSON, nullable=False),
        sa.Column("matched_at", INSTANT, nullable=False),
        sa.Column("alerting", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_matches_article_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_matches_story_id"),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["watchlists.id"], name="fk_matches_watchlist_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matches"),
        sa.UniqueConstraint(
            "watchlist_id", "article_id", name="uq_matches_watchlist_id_article_id"
        ),
    )
    op.create_index("ix_matches_article_id", "matches", ["article_id"])
    op.create_index("ix_matches_story_id", "matches", ["story_id"])


def _alert_watchlists() -> None:
    op.create_table(
        "alert_watchlists",
        sa.Column("alert_id", BIG, autoincrement=False, nullable=False),
        sa.Column("watchlist_id", BIG, autoincrement=False, nullable=False),
        sa.Column("match_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_watchlists_alert_id"),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name="fk_alert_watchlists_match_id"),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["watchlists.id"], name="fk_alert_watchlists_watchlist_id"
        ),
        sa.PrimaryKeyConstraint("alert_id", "watchlist_id", name="pk_alert_watchlists"),
    )
    op.create_index("ix_alert_watchlists_match_id", "alert_watchlists", ["match_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("alert_id", BIG, nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("outcome", sa.String(length=20)),
        sa.Column("code", sa.Integer()),
        sa.Column("reply", sa.Text()),
        sa.Column("definite", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_deliveries_alert_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_alert_id", "deliveries", ["alert_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("alert_id", BIG, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("rendered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_messages_alert_id"),
        sa.PrimaryKeyConstraint("alert_id", name="pk_messages"),
    )
