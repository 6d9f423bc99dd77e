"""Digests tell stories: by which matches, over which period, and each by one alert.

The tables of digests stood empty until now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OF_A_DIGEST = sa.text("kind = 'digest' AND copy_of IS NULL")


def upgrade() -> None:
    """Add what an item tells, the period of a digest, and the key of its alert."""
    op.add_column("digests", sa.Column("since", INSTANT))
    op.add_column("digests", sa.Column("until", INSTANT))
    op.create_index("ix_digest_items_story_id", "digest_items", ["story_id"])
    op.create_index(
        "uq_alerts_digest_id",
        "alerts",
        ["digest_id"],
        unique=True,
        sqlite_where=OF_A_DIGEST,
        postgresql_where=OF_A_DIGEST,
    )
    op.create_table(
        "digest_matches",
        sa.Column("item_id", BIG, autoincrement=False, nullable=False),
        sa.Column("match_id", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["digest_items.id"], name="fk_digest_matches_item_id"),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name="fk_digest_matches_match_id"),
        sa.PrimaryKeyConstraint("item_id", "match_id", name="pk_digest_matches"),
    )
    op.create_index("ix_digest_matches_match_id", "digest_matches", ["match_id"])


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")
