"""The tables of what may be missing: gaps, witnesses, backfills, edits, hubs.

They share `tables.metadata`.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from storage.tables import BigId, lease_columns, metadata
from storage.types import PlainText, UtcDateTime, json_type

gaps = Table(
    "gaps",  # stretches of time in which a feed may have shown what we did not see
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("source_id", PlainText, nullable=False),
    Column("poll_id", BigId, nullable=False),  # the poll that noticed it
    Column("start_at", UtcDateTime, nullable=False),  # all that was published before is known
    Column("end_at", UtcDateTime, nullable=False),  # and all after
    Column("noticed_at", UtcDateTime, nullable=False),
    Column("cause", String(20), nullable=False),  # no_overlap | jump
    Column("state", String(12), nullable=False),  # suspected | lost | none_lost
    Column("lost", Integer),  # what lay in it; None while it is suspected
    Column("recovered", Integer, nullable=False, default=0, server_default="0"),
    Column("closed_at", UtcDateTime),
    Column("closed_by", PlainText),  # the listing that showed what lay between
    Column("tries", Integer, nullable=False, default=0, server_default="0"),
    Column("next_try_at", UtcDateTime),  # None: nothing is tried any more before the next witness
    Column("detail", PlainText),  # why it is still open
    Index("ix_gaps_source_id", "source_id", "noticed_at"),
    Index("ix_gaps_feed_id", "feed_id", "id"),
)
Index(
    "ix_gaps_open",
    gaps.c.next_try_at,
    sqlite_where=gaps.c.state == "suspected",
    postgresql_where=gaps.c.state == "suspected",
)

witnesses = Table(
    "witnesses",  # what an independent listing showed of a stretch of time, against what came in
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("source_id", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("until_at", UtcDateTime, nullable=False),
    Column("shown", Integer, nullable=False),  # articles of that stretch
    Column("missed", Integer, nullable=False),  # of them not known before; they are stored now
    Column("looked_at", json_type(), nullable=False),  # URLs
    Column("detail", PlainText),  # what could not be looked at
    Index("ix_witnesses_source_id", "source_id", "at"),
)

backfills = Table(
    "backfills",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("source_id", PlainText, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("until_at", UtcDateTime, nullable=False),
    Column("alerts", Boolean, nullable=False),  # whether its articles may alert
    Column("state", String(12), nullable=False),  # walking | fetching | done | stopped
    Column("walk", json_type(), nullable=False),  # where the walk stands, as its step writes it
    Column("listed", Integer, nullable=False, default=0, server_default="0"),  # articles found
    Column("new", Integer, nullable=False, default=0, server_default="0"),  # not known before
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("detail", PlainText),
    *lease_columns(),
    Index("ix_backfills_state", "state"),
)

article_edits = Table(
    "article_edits",  # what an outlet changed in a page without saying so
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("before_n", Integer, nullable=False),  # revision before
    Column("after_n", Integer),  # revision after; None: the page was withdrawn
    Column("kinds", json_type(), nullable=False),  # headline number quotation term withdrawn text
    Column("detail", PlainText),  # of a withdrawal: how the page said so
    Column("seen_at", UtcDateTime),  # when the page was last seen as before
    Column("at", UtcDateTime, nullable=False),  # when the change was found
    Column("text_mark", Integer, nullable=False),  # the article's when it came; told by matching it
    Index("ix_article_edits_article_id", "article_id"),
)

hubs = Table(
    "hubs",  # WebSub: who tells us that a feed has news
    metadata,
    Column("feed_id", ForeignKey("feeds.id"), primary_key=True, autoincrement=False),
    Column("hub", PlainText, nullable=False),
    Column("topic", PlainText, nullable=False),  # the feed's own URL, as it names itself
    Column("token", String(64), nullable=False, unique=True),  # in the address we are called at
    Column("secret", String(64), nullable=False),  # signs what the hub sends
    Column("state", String(12), nullable=False),  # wanted | asked | active | denied | leaving
    Column("callback", PlainText),  # where the hub was told to call us; None: it knows of none
    Column("next_try_at", UtcDateTime),  # None: at once
    Column("lease_ends_at", UtcDateTime),
    Column("last_told_at", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0, server_default="0"),
    Column("detail", PlainText),
)
