"""What a claim hands to a step, and what the step hands back: plain frozen values.

A claim's `token` fences its result: a commit with a token that is no longer on the row raises
`newsroom.errors.LeaseLost` and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsroom.edits import Edit
from newsroom.model import ArticleText, FeedEntry, Hit, PageContent, Redirect, RejectedEntry
from newsroom.reasons import Reason
from newsroom.stories_news import News

if TYPE_CHECKING:
    from newsroom.stories_reading import StoryText

FEED_LEASE_S = 300
PAGE_LEASE_S = 300
ALERT_LEASE_S = 600
"""Ten minutes a mail (DESIGN §10): the deadlines inside it add up to 420 s."""


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


@dataclass(frozen=True, slots=True)
class AlertMatch:
    """One watchlist an alert tells of, with the match it rests on."""

    watchlist_id: int
    watchlist: str
    version: int
    """Of the rule when it matched."""
    article_id: int
    text_mark: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class AlertNews:
    """What an alert tells of one article that is new to the story."""

    article_id: int
    text_mark: int
    spans: tuple[News, ...]
    matches: tuple[AlertMatch, ...] = ()
    """Of the article, by watchlists the alert names."""
    edit: Edit | None = None
    """What our own re-fetch found changed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one recipient was told of an update's story without it."""

    told: frozenset[int]
    """Watchlists that other mails name."""
    last_mail_at: datetime | None
    waits_for: datetime | None
    """When an earlier mail that has not gone is to be tried."""


@dataclass(frozen=True, slots=True)
class AlertArticle:
    """An article of an alerted story, as a mail shows it."""

    id: int
    source_id: str
    source_name: str
    text: ArticleText
    text_mark: int
    url: str | None
    state: str
    published_at: datetime | None
    first_seen_at: datetime
    late: str | None
    page_settled: bool
    shown_titles: tuple[str, ...] = ()
    """As its feeds show it, where they differ from the page's headline."""
    revised_at: datetime | None = None
    """In an update: when its page was seen changed."""

    @property
    def known(self) -> ArticleText:
        """All text known of it: the page's words never take a feed's headline out of account."""
        titles = [self.text.title, *(t for t in self.shown_titles if t != self.text.title)]
        return replace(self.text, title="\n\n".join(titles))


@dataclass(frozen=True, slots=True)
class ClaimedDigest:
    """The digest that an alert tells."""

    id: int
    schedule: str
    """`archive` for one that was asked for once."""
    slot: str
    since: datetime | None
    until: datetime | None
    """The period it looks back on."""
    empty: bool = False
    """Its slot was reached and there was nothing to tell; it says so."""
    watchlists: tuple[int, ...] = ()
    """Whose rules asked for it at its slot."""


@dataclass(frozen=True, slots=True)
class DigestMatch:
    """One match by which a digest tells a story."""

    id: int
    watchlist_id: int
    watchlist: str
    version: int
    article_id: int
    text_mark: int
    present_mark: int
    """Of the article's text as it is now."""


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One story of a digest."""

    id: int
    story_id: int
    at: datetime
    """When its first matched article was published, as far as that can be; else first seen."""
    matches: tuple[DigestMatch, ...]
    """Of the article first seen first; at least one."""
    n: int = 0
    """0: the story is told for the first time; else what is new in it."""
    news: tuple[AlertNews, ...] = ()
    """Of an update that goes with the digest: what it would have told as new."""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A story of a digest with what its mail shows of it."""

    item: DigestItem
    articles: tuple[AlertArticle, ...]
    """Those shown with their words; the first leads."""
    matches: tuple[AlertMatch, ...]
    """Of these articles."""
    others: tuple[tuple[str, str, str | None], ...]
    """(source, its name, URL) of the story's other articles, first seen first."""


@dataclass(frozen=True, slots=True)
class ClaimedNotice:
    """What the operator is told: a matter began, or is over."""

    id: int
    subject: str
    """What it is about, e.g. `channel:smtp`."""
    text: str
    since: datetime
    over_at: datetime | None
    """Set where the mail says that it is over."""


@dataclass(frozen=True, slots=True)
class ClaimedAlert:
    """An alert that is ours to send now."""

    id: int
    token: str
    kind: str
    recipient: str
    story_id: int | None
    n: int
    copy_of: int | None
    subject: str | None
    created_at: datetime
    due_at: datetime
    attempts: int
    """This one included."""
    deferred_since: datetime | None
    lease_until: datetime
    matches: tuple[AlertMatch, ...] = ()
    articles: tuple[AlertArticle, ...] = ()
    """Of the story; those with a match of this alert first, then oldest first."""
    answers: str | None = None
    """Of an update: the subject of the story's first mail to this recipient."""
    message: bytes | None = None
    """Already rendered: send these bytes."""
    uncertain: bool = False
    """Its last attempt ended without a definite reply: send unchanged."""
    digest: ClaimedDigest | None = None
    """Of a digest; its stories are no part of `matches` and `articles`."""
    items: tuple[DigestItem, ...] = ()
    """Of a digest that has been judged: what it tells, newest first."""
    news: tuple[AlertNews, ...] = ()
    """What it tells that is new to the story, the article first seen last first."""
    told: tuple[int, ...] = ()
    """Of an update: articles that earlier mails told, the oldest mail's first."""
    notice: ClaimedNotice | None = None
    """Of a notice; it has no story and no watchlist."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to go."""

    data: bytes
    message_id: str
    subject: str
    """As people read it."""


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How a delivery attempt ended, as the outbox records it."""

    state: str
    """`sent`, `deferred`, `held`, `pending` (channel down) or `cancelled`."""
    outcome: str
    """`sent`, `deferred`, `held`, `channel_down`, `uncertain`; `split`: a digest goes as two."""
    now: datetime
    due_at: datetime | None = None
    reason: str | None = None
    code: int | None = None
    reply: str = ""
    definite: bool = True
    count_attempt: bool = True
    notice: str | None = field(default=None)
    """Text for the operator, when a person must look."""
