"""The tables of watchlists, matches and the outbox; they share `tables.metadata`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import BigId, lease_columns, metadata
from storage.types import PlainText, UtcDateTime, json_type

watchlists = Table(
    "watchlists",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("name", PlainText, nullable=False, unique=True),
    Column("origin", PlainText, nullable=False),  # `builtin`, `db`, or the file it stands in
    Column("definition", json_type(), nullable=False),  # as codec.watchlist_json writes it
    Column("rule_hash", String(64), nullable=False),  # of what decides matching
    Column("version", Integer, nullable=False),  # + 1 whenever rule_hash changes
    Column("effective_at", UtcDateTime, nullable=False),  # when this version came into force
    Column("added_at", UtcDateTime, nullable=False),  # articles seen before it alert nobody
    Column("paused_at", UtcDateTime),
    Column("removed_at", UtcDateTime),  # None: in force
)

aliases = Table(
    "aliases",  # the operator's own; those that ship stand in no table
    metadata,
    Column("name", PlainText, primary_key=True),  # as it follows the @
    Column("members", json_type(), nullable=False),  # terms, in order of writing
    Column("origin", PlainText, nullable=False),  # `db`, or the file it stands in
)

recipient_pauses = Table(
    "recipient_pauses",  # unsubscribed or paused by hand, for one watchlist
    metadata,
    Column("watchlist", PlainText, primary_key=True),
    Column("recipient", PlainText, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("why", PlainText, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("watchlist_id", ForeignKey("watchlists.id"), nullable=False),
    Column("watchlist_version", Integer, nullable=False),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("text_mark", Integer, nullable=False),  # of the article's text that matched
    Column("hits", json_type(), nullable=False),
    Column("matched_at", UtcDateTime, nullable=False),
    # `told` (its outbox rows stand), `silent` (by a rule nobody is told), `undated` (page decides),
    # `dropped` (left its alert unsent: the rule in force did not match any more)
    Column("alerting", String(20), nullable=False),
    UniqueConstraint("watchlist_id", "article_id"),
    Index("ix_matches_article_id", "article_id"),
    Index("ix_matches_story_id", "story_id"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("recipient", PlainText, nullable=False),
    Column("schedule", PlainText, nullable=False),
    # local date + scheduled local time; from the archive: its days, and which mail on them it is
    # of a mail that was too long for one: `;2`, `;3` ... after it for what followed
    Column("slot", String(40), nullable=False),
    # `filled`, `empty` (nothing was to be told), or `cancelled` with its alert
    Column("state", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # first and last instant of the period it looks back on; None where its slot says it
    Column("since", UtcDateTime),
    Column("until", UtcDateTime),
    Column("watchlists", json_type()),  # ids of those whose rules asked for it at its slot
    UniqueConstraint("recipient", "schedule", "slot"),
)

digest_schedules = Table(
    "digest_schedules",  # whose slots are reached, as the rules in force have them
    metadata,
    Column("recipient", PlainText, primary_key=True),
    Column("schedule", PlainText, primary_key=True),  # as newsroom.timetable names it
    Column("since", UtcDateTime, nullable=False),  # slots before it concern nobody
    Column("done_until", UtcDateTime, nullable=False),  # every slot up to here was reached
)

digest_items = Table(
    "digest_items",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("recipient", PlainText, nullable=False),
    Column("schedule", PlainText, nullable=False),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("digest_id", ForeignKey("digests.id")),  # always set: what waits is an alert
    Column("created_at", UtcDateTime, nullable=False),
    Column("alert_id", BigId),  # the alert that was folded into it; its news is told
    UniqueConstraint("recipient", "story_id", "n"),
    Index("ix_digest_items_digest_id", "digest_id"),
    Index("ix_digest_items_story_id", "story_id"),
    Index("ix_digest_items_alert_id", "alert_id"),
)

digest_matches = Table(
    "digest_matches",  # what an item tells: by these matches, of watchlists that told nobody of it
    metadata,
    Column("item_id", ForeignKey("digest_items.id"), primary_key=True, autoincrement=False),
    Column("match_id", ForeignKey("matches.id"), primary_key=True, autoincrement=False),
    Index("ix_digest_matches_match_id", "match_id"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),  # immediate update digest notice
    Column("recipient", PlainText, nullable=False),
    Column("story_id", ForeignKey("stories.id")),  # None for digests and notices
    Column("n", Integer, nullable=False),
    Column("article_id", ForeignKey("articles.id")),  # the article it was raised for
    Column("subject", PlainText),  # of its mail, as people read it; what a notice is about
    Column("state", String(20), nullable=False),
    Column("reason", PlainText),  # why held, folded, cancelled or deferred
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # not before
    # of an update: when the story's `update_interval` ends; a page that comes in does not hurry it
    Column("not_before", UtcDateTime),
    Column("late", String(30)),
    Column("poll_id", BigId),  # the poll that brought it
    Column(
        "schedule", PlainText
    ),  # it waits for the next digest of this schedule; None: it does not
    Column("digest_id", ForeignKey("digests.id")),
    Column("notice_id", BigId),  # of a notice: n = 0 it began, 1 it is over
    Column("copy_of", BigId),  # the alert a person asked to send again
    Column("deferred_since", UtcDateTime),  # first 4xx: held five days later
    Column("sent_at", UtcDateTime),
    Column("message_id", PlainText),
    *lease_columns(),
    Index("ix_alerts_due", "state", "due_at"),
    Index("ix_alerts_story_id", "story_id"),
    Index("ix_alerts_article_id", "article_id"),
    Index("ix_alerts_message_id", "message_id"),  # bounces name it
    Index("ix_alerts_recipient_sent", "recipient", "sent_at"),  # how many in this hour
    Index("ix_alerts_poll_id", "poll_id", "recipient"),  # how many one poll brought
)
Index(
    "ix_alerts_schedule",  # only what waits for a digest
    alerts.c.recipient,
    alerts.c.schedule,
    sqlite_where=alerts.c.schedule.is_not(None),
    postgresql_where=alerts.c.schedule.is_not(None),
)
Index(
    "uq_alerts_notice",  # each recipient is told once that it began, and once that it is over
    alerts.c.notice_id,
    alerts.c.n,
    alerts.c.recipient,
    unique=True,
    sqlite_where=alerts.c.notice_id.is_not(None) & alerts.c.copy_of.is_(None),
    postgresql_where=alerts.c.notice_id.is_not(None) & alerts.c.copy_of.is_(None),
)
Index(
    "uq_alerts_key",
    alerts.c.kind,
    alerts.c.recipient,
    alerts.c.story_id,
    alerts.c.n,
    unique=True,
    sqlite_where=(alerts.c.state != "cancelled") & (alerts.c.copy_of.is_(None)),
    postgresql_where=(alerts.c.state != "cancelled") & (alerts.c.copy_of.is_(None)),
)

Index(
    "uq_alerts_digest_id",  # one alert tells a digest; that key is the digest's own
    alerts.c.digest_id,
    unique=True,
    sqlite_where=(alerts.c.kind == "digest") & alerts.c.copy_of.is_(None),
    postgresql_where=(alerts.c.kind == "digest") & alerts.c.copy_of.is_(None),
)

alert_watchlists = Table(
    "alert_watchlists",  # what an alert tells: which watchlists, by which article's match
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True, autoincrement=False),
    Column("watchlist_id", ForeignKey("watchlists.id"), primary_key=True, autoincrement=False),
    Column("match_id", ForeignKey("matches.id"), nullable=False),
    Index("ix_alert_watchlists_match_id", "match_id"),
)

alert_news = Table(
    "alert_news",  # what an alert tells that is new: spans of the article's text at this mark
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True, autoincrement=False),
    Column("article_id", ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("text_mark", Integer, nullable=False),
    Column("news", json_type(), nullable=False),
    Index("ix_alert_news_article_id", "article_id"),
)

messages = Table(
    "messages",  # rendered once, before the first attempt; retries send these bytes
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("rendered_at", UtcDateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),  # None: under way, or nobody knows how it ended
    Column("outcome", String(20)),  # sent deferred held channel_down uncertain
    Column("code", Integer),
    Column("reply", PlainText),
    Column("definite", Boolean, nullable=False, default=False),  # the server gave an answer
    Index("ix_deliveries_alert_id", "alert_id"),
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("down_since", UtcDateTime),  # None: up
    Column("next_probe_at", UtcDateTime),
    Column("probe_owner", String(200)),  # who tries it now; None: nobody
    Column("failures", Integer, nullable=False),
    Column("reason", PlainText),
)

notices = Table(
    "notices",  # what the operator should know; shown by `status` and mailed where configured
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("subject", String(300), nullable=False),  # e.g. `feed:12:quarantined`
    Column("text", PlainText, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("over_at", UtcDateTime),
    Column("told_at", UtcDateTime),  # when the operator was written to; None: not of this one
    Column("over_told_at", UtcDateTime),
    Index("ix_notices_subject", "subject"),
)

held_addresses = Table(
    "held_addresses",  # mail to them came back: nothing is sent there until a person says so
    metadata,
    Column("recipient", PlainText, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("alert_id", BigId),  # whose mail came back
)
