"""What the claim of an alert hands to its sending, and what that hands back: plain values.

As with `claims`, a `token` that is no longer on the row raises `newsroom.errors.LeaseLost`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from newsroom.edits import Edit
from newsroom.model import ArticleText, Hit
from newsroom.stories_news import News

ALERT_LEASE_S = 600
"""Ten minutes a mail (DESIGN §10): the deadlines inside it add up to 420 s."""


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
