"""Delivery by recipients' clocks: what waits for which digest, notices mailed, addresses held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
WAITS = sa.text("schedule IS NOT NULL")
OF_A_NOTICE = sa.text("notice_id IS NOT NULL AND copy_of IS NULL")


def upgrade() -> None:
    """Nothing that is stored changes; what is unsent is judged by its recipient's clock next."""
    op.create_table(
        "digest_schedules",
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("done_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("recipient", "schedule", name="pk_digest_schedules"),
    )
    op.create_table(
        "held_addresses",
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("alert_id", BIG),
        sa.PrimaryKeyConstraint("recipient", name="pk_held_addresses"),
    )
    op.add_column("digests", sa.Column("watchlists", JSON))
    op.add_column("digest_items", sa.Column("alert_id", BIG))
    op.create_index("ix_digest_items_alert_id", "digest_items", ["alert_id"])
    op.add_column("notices", sa.Column("told_at", INSTANT))
    op.add_column("notices", sa.Column("over_told_at", INSTANT))
    op.add_column("alerts", sa.Column("schedule", sa.Text()))
    op.add_column("alerts", sa.Column("notice_id", BIG))
    op.add_column("channels", sa.Column("probe_owner", sa.String(200)))
    op.create_index("ix_alerts_message_id", "alerts", ["message_id"])
    op.create_index("ix_alerts_recipient_sent", "alerts", ["recipient", "sent_at"])
    op.create_index("ix_alerts_poll_id", "alerts", ["poll_id", "recipient"])
    op.create_index(
        "ix_alerts_schedule",
        "alerts",
        ["recipient", "schedule"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index(
        "uq_alerts_notice",
        "alerts",
        ["notice_id", "n", "recipient"],
        unique=True,
        sqlite_where=OF_A_NOTICE,
        postgresql_where=OF_A_NOTICE,
    )


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")
