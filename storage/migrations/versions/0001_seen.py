"""What is configured and what was seen: sources, feeds, polls, entries, articles, stories.

The first step: everything a watched feed showed has a row before anything else is done with it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER gives out rowids
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables of sources, feeds and articles."""
    _meta()
    _owners()
    _sources()
    _stories()
    _articles()
    _feeds()
    _story_aliases()
    _article_aliases()
    _article_urls()
    _entries()
    _polls()
    _raw_entries()
    _revisions()
    _story_keys()
    _sightings()


def downgrade() -> None:
    """Steps go forward only: what a newer program stored has no place in an older schema."""
    raise NotImplementedError("put the backup made before the upgrade back")


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _owners() -> None:
    op.create_table(
        "owners",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("namespace", sa.String(length=80), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("heartbeat_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owners"),
    )


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("paused_at", INSTANT),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )


def _stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("canonical_url", sa.Text()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=30)),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key_hash", sa.String(length=64), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("published_raw", sa.Text()),
        sa.Column("modified_at", INSTANT),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("section", sa.Text()),
        sa.Column("credit", sa.Text()),
        sa.Column("dateline", sa.Text()),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("captions", JSON, nullable=False),
        sa.Column("images", JSON, nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("page", sa.String(length=60)),
        sa.Column("warnings", JSON, nullable=False),
        sa.Column("alerting", sa.String(length=20), nullable=False),
        sa.Column("late", sa.String(length=30)),
        sa.Column("poll_id", BIG),
        sa.Column("text_mark", sa.Integer(), nullable=False),
        sa.Column("matched_mark", sa.Integer(), nullable=False),
        sa.Column("matched_rules", sa.Integer(), nullable=False),
        sa.Column("page_host", sa.Text()),
        sa.Column("page_due_at", INSTANT),
        sa.Column("page_priority", sa.Integer(), nullable=False),
        sa.Column("page_settled", sa.Boolean(), nullable=False),
        sa.Column("page_failed_since", INSTANT),
        sa.Column("crashes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("quarantined_at", INSTANT),
        sa.Column("lease_owner", sa.String(length=200)),
        sa.Column("lease_token", sa.String(length=32)),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_articles_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_first_seen_at", "articles", ["first_seen_at"])
    op.create_index(
        "ix_articles_lagging",
        "articles",
        ["id"],
        sqlite_where=sa.text("matched_mark < text_mark"),
        postgresql_where=sa.text("matched_mark < text_mark"),
    )
    op.create_index(
        "ix_articles_page_due",
        "articles",
        ["page_host", "page_due_at"],
        sqlite_where=sa.text("page_due_at IS NOT NULL"),
        postgresql_where=sa.text("page_due_at IS NOT NULL"),
    )
    op.create_index("ix_articles_story_id", "articles", ["story_id"])
    op.create_index("ix_articles_title", "articles", ["source_id", "title_key_hash"])


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("interval_max_s", sa.Integer(), nullable=False),
        sa.Column("next_poll_at", INSTANT),
        sa.Column("last_poll_at", INSTANT),
        sa.Column("last_ok_at", INSTANT),
        sa.Column("first_ok_at", INSTANT),
        sa.Column("last_full_at", INSTANT),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_hash", sa.String(length=64)),
        sa.Column("verdict", sa.String(length=20), server_default="new", nullable=False),
        sa.Column("reason", sa.String(length=30)),
        sa.Column("detail", sa.Text()),
        sa.Column("since", INSTANT),
        sa.Column("http_status", sa.Integer()),
        sa.Column("items", sa.Integer()),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("crashes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("quarantined_at", INSTANT),
        sa.Column("lease_owner", sa.String(length=200)),
        sa.Column("lease_token", sa.String(length=32)),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_feeds_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("source_id", "url", name="uq_feeds_source_id_url"),
    )
    op.create_index("ix_feeds_due", "feeds", ["active", "next_poll_at"])


def _story_aliases() -> None:
    op.create_table(
        "story_aliases",
        sa.Column("old_id", BIG, autoincrement=False, nullable=False),
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_story_aliases_story_id"),
        sa.PrimaryKeyConstraint("old_id", name="pk_story_aliases"),
    )


def _article_aliases() -> None:
    op.create_table(
        "article_aliases",
        sa.Column("old_id", BIG, autoincrement=False, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_article_aliases_article_id"
        ),
        sa.PrimaryKeyConstraint("old_id", name="pk_article_aliases"),
    )


def _article_urls() -> None:
    op.create_table(
        "article_urls",
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_urls_article_id"),
        sa.PrimaryKeyConstraint("canonical_url", name="pk_article_urls"),
    )
    op.create_index("ix_article_urls_article_id", "article_urls", ["article_id"])


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("feed_id", BIG, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("guid", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("canonical_url", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("shown_hash", sa.String(length=64), nullable=False),
        sa.Column("title_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("published_raw", sa.Text()),
        sa.Column("updated_at", INSTANT),
        sa.Column("first_poll_id", BIG, nullable=False),
        sa.Column("last_poll_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_entries_article_id"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_entries_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("feed_id", "article_id", name="uq_entries_feed_id_article_id"),
    )
    op.create_index("ix_entries_article_id", "entries", ["article_id"])
    op.create_index("ix_entries_feed_guid", "entries", ["feed_id", "guid"])


def _polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("feed_id", BIG, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("http_status", sa.Integer()),
        sa.Column("items", sa.Integer()),
        sa.Column("new_items", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("overlap", sa.Boolean()),
        sa.Column("oldest_at", INSTANT),
        sa.Column("newest_at", INSTANT),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_polls_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
    )
    op.create_index("ix_polls_feed_id_id", "polls", ["feed_id", "id"])


def _raw_entries() -> None:
    op.create_table(
        "raw_entries",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("feed_id", BIG, nullable=False),
        sa.Column("poll_id", BIG, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_raw_entries_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_raw_entries"),
        sa.UniqueConstraint("feed_id", "raw_hash", name="uq_raw_entries_feed_id_raw_hash"),
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("feed_id", BIG),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_revisions_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.UniqueConstraint("article_id", "n", name="uq_revisions_article_id_n"),
        sa.UniqueConstraint("article_id", "text_hash", name="uq_revisions_article_id_text_hash"),
    )


def _story_keys() -> None:
    op.create_table(
        "story_keys",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("article_id", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_story_keys_article_id"),
        sa.PrimaryKeyConstraint("kind", "key", "article_id", name="pk_story_keys"),
    )
    op.create_index("ix_story_keys_article_id", "story_keys", ["article_id"])


def _sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("poll_id", BIG, autoincrement=False, nullable=False),
        sa.Column("entry_id", BIG, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_sightings_entry_id"),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_sightings_poll_id"),
        sa.PrimaryKeyConstraint("poll_id", "entry_id", name="pk_sightings"),
    )
    op.create_index("ix_sightings_entry_id", "sightings", ["entry_id"])
