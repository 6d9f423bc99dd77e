"""The tables: what is configured, what was seen of feeds, and the articles.

The outbox and its kin stand in `outbox_tables`; both share one MetaData. Every column says what
it is where its name does not. States are plain strings, spelled as DESIGN §4 and §10 spell them.

Leases: a row with `lease_owner` is being worked on until `lease_until`; `lease_token` fences a
result that comes after somebody else took over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

from storage.types import PlainText, UtcDateTime, json_type

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out rowids only for a column declared INTEGER
BigId = BigInteger().with_variant(Integer(), "sqlite")


def lease_columns() -> list[Column[Any]]:
    """The four columns of a claimable row."""
    return [
        Column("lease_owner", String(200)),
        Column("lease_token", String(32)),
        Column("lease_until", UtcDateTime),
        Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    ]


meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", PlainText, nullable=False),
)

owners = Table(
    "owners",
    metadata,
    Column("id", String(200), primary_key=True),  # host:namespace:boot:pid:start
    Column("host", String(120), nullable=False),
    Column("namespace", String(80), nullable=False),  # pid namespace: where a pid means anything
    Column("boot_id", String(64), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Float, nullable=False),  # process start, as newsroom.model.Owner
    Column("heartbeat_at", UtcDateTime, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("language", PlainText, nullable=False),
    Column("timezone", PlainText, nullable=False),
    Column("enabled", Boolean, nullable=False),  # as configured
    Column("paused_at", UtcDateTime),  # by hand; survives a reload
    Column("position", Integer, nullable=False, default=0),  # order in the catalogue
    Column("origin", PlainText, nullable=False),  # `catalogue`, `db`, or the file it stands in
    Column("definition", json_type()),  # of one added by hand: the keys of its [[source]] table
    # its article pages, judged against their own past; its feeds have verdicts of their own
    Column("pages_verdict", String(20), nullable=False, default="ok", server_default="ok"),
    Column("pages_since", UtcDateTime),
    Column("pages_evidence", PlainText),
    Column("witness_due_at", UtcDateTime),  # next look at its listings; None: not polled yet
    *lease_columns(),  # of a look at its listings
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("url", PlainText, nullable=False),
    Column("kind", String(20), nullable=False),  # feed | listing
    Column("host", PlainText, nullable=False),  # host[:port], the lane its requests run in
    Column("configured", Boolean, nullable=False),  # False: its address left the configuration
    Column("active", Boolean, nullable=False),  # configured, enabled and not paused
    Column("interval_s", Integer, nullable=False),
    Column("interval_max_s", Integer, nullable=False),
    Column("next_poll_at", UtcDateTime),
    Column("last_poll_at", UtcDateTime),
    Column("last_ok_at", UtcDateTime),
    Column("first_ok_at", UtcDateTime),  # None until the first successful poll
    Column("last_full_at", UtcDateTime),  # last answer that was asked for without validators
    Column("etag", PlainText),
    Column("last_modified", PlainText),
    Column("body_hash", String(64)),
    Column("verdict", String(20), nullable=False, default="new", server_default="new"),
    Column("reason", String(30)),  # reason code; None before the first poll
    Column("detail", PlainText),
    Column("since", UtcDateTime),  # of the present reason
    Column("verdict_since", UtcDateTime),
    Column("evidence", PlainText),  # what the verdict rests on, for people
    Column("rate", Float),  # new entries an hour, as measured; None: not known yet
    Column("hint_s", Integer),  # how long it asks to be left alone: ttl, sy:, Cache-Control
    Column("last_new_at", UtcDateTime),  # when it last showed an entry for the first time
    Column("moved_to", PlainText),  # where it answers for good; polled there once `moved_at` is set
    Column("moved_since", UtcDateTime),  # first of the equal answers
    Column("moved_seen", Integer, nullable=False, default=0, server_default="0"),
    Column("moved_at", UtcDateTime),  # when we followed
    Column("http_status", Integer),
    Column("items", Integer),
    Column("failures", Integer, nullable=False, default=0, server_default="0"),  # in a row
    Column("crashes", Integer, nullable=False, default=0, server_default="0"),
    Column("quarantined_at", UtcDateTime),
    *lease_columns(),
    UniqueConstraint("source_id", "url"),
    Index("ix_feeds_due", "active", "next_poll_at"),
)

polls = Table(
    "polls",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("purpose", String(10), nullable=False, default="poll", server_default="poll"),
    Column("reason", String(30), nullable=False),
    Column("http_status", Integer),
    Column("items", Integer),
    Column("new_items", Integer, nullable=False, default=0),
    Column("changed", Boolean, nullable=False),  # False: 304 or the same body
    Column("first", Boolean, nullable=False),  # the feed's first successful poll
    Column("overlap", Boolean),  # shares an entry with the poll before; None: not known
    Column("oldest_at", UtcDateTime),  # of the published instants shown
    Column("newest_at", UtcDateTime),
    Index("ix_polls_feed_id_id", "feed_id", "id"),
    Index("ix_polls_started_at", "started_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("guid", PlainText),
    Column("url", PlainText),
    Column("canonical_url", PlainText),
    Column("title", PlainText, nullable=False),
    Column("shown_hash", String(64), nullable=False),  # of title and summary as last shown
    Column("title_hash", String(64), nullable=False),
    Column("published_at", UtcDateTime),
    Column("published_raw", PlainText),
    Column("updated_at", UtcDateTime),
    Column("first_poll_id", BigId, nullable=False),
    Column("last_poll_id", BigId, nullable=False),
    UniqueConstraint("feed_id", "article_id"),
    Index("ix_entries_feed_guid", "feed_id", "guid"),
    Index("ix_entries_article_id", "article_id"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("poll_id", ForeignKey("polls.id"), primary_key=True, autoincrement=False),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Index("ix_sightings_entry_id", "entry_id"),
)

raw_entries = Table(
    "raw_entries",  # what could not be stored as an entry, kept as shown
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("poll_id", BigId, nullable=False),
    Column("raw", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("raw_hash", String(64), nullable=False),
    UniqueConstraint("feed_id", "raw_hash"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
)

story_aliases = Table(
    "story_aliases",  # an emptied story's id stays, pointing at the story that took its articles
    metadata,
    Column("old_id", BigId, primary_key=True, autoincrement=False),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

story_keys = Table(
    "story_keys",  # evidence looked up by equality: `exact` text, Yonhap `family`, `title`
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Index("ix_story_keys_article_id", "article_id"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("url", PlainText),  # as last shown, used to fetch; None: no usable link
    Column("canonical_url", PlainText),  # identity
    Column("state", String(20), nullable=False),  # listed fetched partial gone failed
    Column("reason", String(30)),  # of the last page attempt
    Column("title", PlainText, nullable=False),
    Column("title_key_hash", String(64), nullable=False),  # identity rule 3
    Column("subtitle", PlainText, nullable=False, default=""),
    Column("summary", PlainText, nullable=False, default=""),
    Column("body", PlainText, nullable=False, default=""),
    Column("published_at", UtcDateTime),
    Column("published_raw", PlainText),
    Column("modified_at", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("language", PlainText),
    Column("section", PlainText),
    Column("credit", PlainText),
    Column("dateline", PlainText),
    Column("authors", json_type(), nullable=False),
    Column("captions", json_type(), nullable=False),
    Column("images", json_type(), nullable=False),
    Column("tags", json_type(), nullable=False),
    Column("page", String(60)),  # page class that read it
    Column("warnings", json_type(), nullable=False),
    # alerting: `alert`, `silent` (first poll, too old), `undated` (first poll, the page decides)
    Column("alerting", String(20), nullable=False),
    Column("late", String(30)),  # None, or why it came late
    Column("poll_id", BigId),  # the poll that first showed it
    # marks: matching is due where matched_mark < text_mark
    Column("text_mark", Integer, nullable=False),
    Column("matched_mark", Integer, nullable=False, default=0),
    Column("matched_rules", Integer, nullable=False, default=0),
    # the page
    Column("page_host", PlainText),
    Column("page_due_at", UtcDateTime),  # None: nothing to fetch
    # 0 matched, 1 new, 3 looked at again, 2 backfill: claimed in this order
    Column("page_priority", Integer, nullable=False, default=1),
    Column("page_settled", Boolean, nullable=False),  # in, or never to come: alerts need not wait
    Column("page_failed_since", UtcDateTime),
    Column("crashes", Integer, nullable=False, default=0, server_default="0"),
    Column("quarantined_at", UtcDateTime),
    Column("backfill_id", BigId),  # the backfill that brought it
    Column("rechecks", Integer, nullable=False, default=0, server_default="0"),  # re-fetches made
    Column("recheck_from", UtcDateTime),  # they are due 1 h, 6 h and 24 h after this
    Column("page_seen_at", UtcDateTime),  # when its page was last there
    # a person put it into its story: no text of its own moves it any more
    Column("story_by_hand", Boolean, nullable=False, default=False, server_default=false()),
    *lease_columns(),
    Index("ix_articles_title", "source_id", "title_key_hash"),
    Index("ix_articles_story_id", "story_id"),
    Index("ix_articles_first_seen_at", "first_seen_at"),
    Index("ix_articles_source", "source_id", "id"),  # the newest of one source
)
Index(
    "ix_articles_page_due",  # only what waits for a page: it stays small whatever is stored
    articles.c.page_host,
    articles.c.page_due_at,
    sqlite_where=articles.c.page_due_at.is_not(None),
    postgresql_where=articles.c.page_due_at.is_not(None),
)
Index(
    "ix_articles_lagging",
    articles.c.id,
    sqlite_where=articles.c.matched_mark < articles.c.text_mark,
    postgresql_where=articles.c.matched_mark < articles.c.text_mark,
)
Index(
    "ix_articles_backfill",  # what a backfill still has to fetch
    articles.c.backfill_id,
    sqlite_where=articles.c.page_due_at.is_not(None) & articles.c.backfill_id.is_not(None),
    postgresql_where=articles.c.page_due_at.is_not(None) & articles.c.backfill_id.is_not(None),
)
article_urls = Table(
    "article_urls",  # every canonical URL an article is known by, its own included
    metadata,
    Column("canonical_url", PlainText, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Index("ix_article_urls_article_id", "article_id"),
)

article_aliases = Table(
    "article_aliases",  # an article that turned out to be another
    metadata,
    Column("old_id", BigId, primary_key=True, autoincrement=False),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("origin", String(20), nullable=False),  # feed | page | refetch
    Column("feed_id", BigId),
    Column("title", PlainText, nullable=False),
    Column("subtitle", PlainText, nullable=False, default=""),
    Column("summary", PlainText, nullable=False, default=""),
    Column("body", PlainText, nullable=False, default=""),
    Column("text_hash", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("article_id", "n"),
    UniqueConstraint("article_id", "text_hash"),
)

story_marks = Table(
    "story_marks",  # what of an article decides its story, and what is new in it
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    # grows with every change under the story lock: memories of other processes catch up by it
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("seen_at", UtcDateTime, nullable=False),  # the article's first_seen_at: the window
    Column("flash_source", PlainText),  # the source, where it is a marked flash
    Column("marks", LargeBinary, nullable=False),  # as newsroom.stories_marks packs them
    Column("facts", PlainText, nullable=False),  # keys of all it ever said, between blanks
    Column("page", Boolean, nullable=False),  # its page said them, not a feed alone
    Column("relation", String(10), nullable=False),  # first update revision copy, when it came
    Column("news", json_type(), nullable=False),  # spans that are new to the story
    Column("news_mark", Integer, nullable=False),  # the article's text_mark they belong to
    Index("ix_story_marks_seen_at", "seen_at"),
)
Index(
    "ix_story_marks_flash",
    story_marks.c.flash_source,
    story_marks.c.seen_at,
    sqlite_where=story_marks.c.flash_source.is_not(None),
    postgresql_where=story_marks.c.flash_source.is_not(None),
)
