"""What the claim of a feed or page hands to its step, and what the step hands back: plain values.

A claim's `token` fences its result: a commit with a token that is no longer on the row raises
`newsroom.errors.LeaseLost` and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsroom.model import ArticleText, FeedEntry, Hit, PageContent, Redirect, RejectedEntry
from newsroom.reasons import Reason

if TYPE_CHECKING:
    from newsroom.stories_reading import StoryText

FEED_LEASE_S = 300
PAGE_LEASE_S = 300


@dataclass(frozen=True, slots=True)
class ClaimedFeed:
    """A feed that is ours to poll now."""

    id: int
    token: str
    source_id: str
    url: str
    host: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    last_full_at: datetime | None
    last_ok_at: datetime | None
    first_poll: bool
    interval: timedelta
    failures: int
    crashes: int
    kind: str = "feed"
    """`feed` or `listing`: how its document is read."""


@dataclass(frozen=True, slots=True)
class KeyedEntry:
    """An entry with the keys its identity is decided by."""

    entry: FeedEntry
    canonical_url: str | None
    title_key: str
    page_host: str | None
    """The lane its page is fetched in; None: no page."""
    story: StoryText | None = None
    """Of title and summary; None for an entry whose article was known, as far as one could see."""
    place: datetime | None = None
    """When it was published at the latest, by its place in a listing that shows no such date."""


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """Everything one poll learnt; committed whole or not at all."""

    started_at: datetime
    now: datetime
    reason: Reason
    detail: str
    http_status: int | None
    changed: bool
    """False: 304 or the same body; then `entries` is empty and means nothing."""
    full: bool
    """It was asked for without validators."""
    entries: tuple[KeyedEntry, ...] = ()
    rejected: tuple[RejectedEntry, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    retry_after: timedelta | None = None
    crashed: bool = False
    """A worker process died or was killed over this very document."""
    moved: Redirect | None = None
    """Where permanent redirects led; None: nowhere."""
    hint: timedelta | None = None
    """How long the document asks to be left alone; None: it does not, or there was none."""


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What of a source's configuration a commit needs."""

    interval_min: timedelta
    interval_max: timedelta
    backfill_alerts: timedelta | None
    language: str | None = None
    story_window: timedelta = timedelta(days=7)
    """How far back an article may join a story."""


@dataclass(frozen=True, slots=True)
class PollCommit:
    """What a committed poll brought."""

    poll_id: int
    new_articles: tuple[int, ...] = ()
    revised_articles: tuple[int, ...] = ()
    next_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClaimedPage:
    """An article whose page is ours to fetch now."""

    id: int
    token: str
    source_id: str
    url: str
    canonical_url: str | None
    host: str
    failures: int
    """Attempts before this one."""
    failed_since: datetime | None
    crashes: int
    settled: bool
    """It had its page before: this is a re-fetch."""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageIn:
    """A page that was read, with what its story is decided by."""

    content: PageContent
    state: str
    """`fetched` or `partial`."""
    aliases: tuple[str, ...] = ()
    """Canonical URLs it is known by too, all within the source's hosts."""
    story: StoryText | None = None
    """None: a wall or a fragment, no evidence for any story."""


@dataclass(frozen=True, slots=True)
class PageOut:
    """A page that could not be had."""

    reason: Reason
    detail: str
    retry_at: datetime | None
    """None: not to be tried again."""
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class LaggingArticle:
    """An article whose text is newer than its matches."""

    id: int
    text_mark: int
    text: ArticleText


@dataclass(frozen=True, slots=True)
class FoundMatch:
    """One watchlist that matches, with its evidence."""

    watchlist_id: int
    watchlist_version: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class TellRule:
    """Who hears of a watchlist's matches."""

    watchlist_id: int
    added_at: datetime
    paused: bool
    recipients: tuple[str, ...]
    """Without those who paused or stopped it."""
    update_interval: timedelta | None = timedelta(hours=2)
    """None: first alerts only."""
    edits: bool = False
    """What our own re-fetch of a page finds changed is told too."""


@dataclass(frozen=True, slots=True)
class MatchCommit:
    """What the transaction of a match did; `again` when text or rules moved meanwhile."""

    again: bool = False
    new_matches: int = 0
    alerts: tuple[int, ...] = ()
