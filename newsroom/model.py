"""The nouns: one frozen type per state of knowledge (source → entry → page → article → match).

Times are aware and UTC. Text is as published (never HTML-escaped); sanitising happens where it
is shown. Nothing here knows how it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from newsroom.reasons import Reason


@dataclass(frozen=True, slots=True)
class PageRules:
    """Where the parts of an outlet's pages stand: CSS selectors of the operator's own.

    An empty one leaves the part to the page class or the generic way.
    """

    title: str = ""
    subtitle: str = ""
    body: str = ""
    """Element that holds the story's paragraphs."""
    published: str = ""
    authors: str = ""
    section: str = ""
    remove: tuple[str, ...] = ()
    """What is no part of the story wherever it stands."""
    item: str = ""
    """One article of a listing."""
    item_title: str = ""
    item_date: str = ""
    next: str = ""
    """The link to a listing's next page."""


@dataclass(frozen=True, slots=True)
class Source:
    """One outlet edition as the catalogue or the operator's file describes it (DESIGN §7)."""

    id: str
    name: str
    hosts: tuple[str, ...]
    """Lower-case host names, with port where not the default; the first is canonical."""
    feeds: tuple[str, ...]
    listings: tuple[str, ...] = ()
    page: str | None = None
    """Name of a page class, `generic`, or None: chosen by host."""
    language: str = "en"
    timezone: str = "UTC"
    """IANA zone for dates without one."""
    interval_min: timedelta = timedelta(minutes=2)
    interval_max: timedelta = timedelta(minutes=60)
    delay: timedelta = timedelta(seconds=1)
    """Between the starts of two requests to one host."""
    backfill_alerts: timedelta | None = timedelta(hours=24)
    """At a first poll entries older than this alert nobody; None means `all`: any age alerts."""
    enabled: bool = True
    origin: str = "catalogue"
    """`catalogue`, `db`, or the file that added or changed it."""
    css: PageRules | None = None
    archives: tuple[str, ...] = ()
    """Where older articles are listed: sitemap indexes, or URLs with {year}, {month}, {day}."""


@dataclass(frozen=True, slots=True)
class NotifyRule:
    """Who is told of a watchlist's matches, and when (DESIGN §7)."""

    to: tuple[str, ...] = field(repr=False)
    """Addresses and URLs; a URL is a secret."""
    when: str = "immediately"
    timezone: str = "UTC"
    quiet: str | None = None
    send_empty: bool = False
    max_per_hour: int = 0


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A named query with recipients and a delivery rule, as its file or the CLI gives it."""

    name: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    query: str | None = None
    fields: tuple[str, ...] = ("title", "body", "summary")
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    priority: str = "normal"
    update_interval: timedelta | None = timedelta(hours=2)
    """None means `never`: first alerts only."""
    edits: bool = False
    notify: tuple[NotifyRule, ...] = ()
    origin: str = "builtin"
    """`builtin`, `db`, or the file it stands in."""


@dataclass(frozen=True, slots=True)
class AliasSet:
    """A named set of terms of the operator's own, used as `@name` (DESIGN §7)."""

    name: str
    members: tuple[str, ...]
    """Terms; never names of other sets."""
    origin: str = "db"
    """`db` for one that `watch apply` brought, or the file it stands in."""


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One GET (or a POST to a hub) to be made politely on behalf of a source."""

    url: str
    source_id: str
    kind: str
    """`feed`, `listing`, `page` or `hub`."""
    etag: str | None = None
    last_modified: str | None = None
    """Validators to send; both None for a full fetch."""
    form: str | None = field(default=None, repr=False)
    """URL-encoded fields: then it is a POST of them, to a hub; they may hold a secret."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop that was followed."""

    status: int
    url: str
    """Where it led."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a GET gave. `reason` OK means a complete, decoded body (or a 304) that may be used."""

    request: FetchRequest
    reason: Reason
    detail: str = ""
    """One line for people: status text, exception, address refused."""
    status: int | None = None
    """HTTP status; None when no response came."""
    url: str = ""
    """The final URL after redirects."""
    redirects: tuple[Redirect, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; repeated headers joined with ", "."""
    body: bytes = b""
    """Decoded (content encodings undone), within the size cap."""
    retry_after: timedelta | None = None
    """From Retry-After on 429/503, clamped to 1 min .. 24 h."""
    permanent: bool = False
    """True where trying again is pointless: 404, 410, robots, private address."""

    @property
    def not_modified(self) -> bool:
        """The server said 304 to our validators."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item as a feed or listing showed it."""

    guid: str | None
    url: str | None
    """Absolute http(s) URL; None where the feed gave no usable link."""
    title: str
    """Plain text: tags dropped, entities resolved, white space collapsed."""
    summary: str
    """Plain text; paragraphs separated by blank lines."""
    published_at: datetime | None
    published_raw: str | None
    """The date text as the feed wrote it; kept beside what we made of it."""
    updated_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    guid_unique: bool = True
    """False where another item of the same document has this guid: then it identifies nothing."""


@dataclass(frozen=True, slots=True)
class RejectedEntry:
    """An item that could not be read; kept raw so that nothing shown is lost."""

    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole feed document, read."""

    entries: tuple[FeedEntry, ...]
    """In document order, at most the cap; the newest are kept where a cap cut."""
    rejected: tuple[RejectedEntry, ...] = ()
    title: str = ""
    dropped: int = 0
    """How many entries the cap cut off."""
    ttl: timedelta | None = None
    """The feed's own wish (ttl, sy:updatePeriod); a hint only."""
    hub: str | None = None
    """WebSub: the hub the feed names."""
    self_url: str | None = None
    """The URL the feed gives as its own."""
    ended: bool = False
    """The feed says of itself that nothing will come any more (JSON Feed's `expired`)."""
    next_url: str | None = None
    """Of a listing: the page with the next older articles."""
    maps: tuple[str, ...] = ()
    """Of a sitemap index: the sitemaps it names, newest first."""
    map_dates: tuple[datetime | None, ...] = ()
    """Of each of `maps`: when it last changed, as the index says; None where it does not."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """An article page, read. Field meanings are the contract of `try page` (DESIGN §8)."""

    url: str
    canonical_url: str
    title: str
    subtitle: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    credit: str | None = None
    dateline: str | None = None
    section: str | None = None
    language: str | None = None
    body: str = ""
    """Paragraphs joined by a blank line."""
    captions: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    page: str = "generic"
    """Name of the page class (and its layout) that read it, e.g. `koreaherald-b`."""
    warnings: tuple[str, ...] = ()
    """Stable snake_case words, e.g. `partial`, `no_body`, `no_date`, `json_ld_invalid`."""
    partial: bool = False
    """True for a paywall, a consent wall, or a body too short to be the story."""
    canonical_link: str | None = None
    """rel=canonical (or og:url) as the page states it, absolute; an alias only within the hosts."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What of an article is matched and grouped; every text exactly as stored."""

    title: str
    subtitle: str = ""
    summary: str = ""
    body: str = ""
    source: str | None = None
    language: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    credit: str | None = None
    url: str | None = None


class Hit(NamedTuple):
    """One span of evidence.

    `start` and `end` count Unicode code points of the field's text as given; `text` is exactly
    that slice. `term` is the atom as its author wrote it. A named tuple: an article that meets a
    list of 100,000 terms has hundreds of them.
    """

    term: str
    field: str
    start: int
    end: int
    text: str
    undecided: bool = False
    """Morphology could not be asked whether these letters are the term: it counts all the same."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that works on the database, told apart from every other one there ever was."""

    host: str
    """Name of the machine, with something that tells it from a namesake where there is one."""
    namespace: str
    """Its pid namespace: outside it the pid means nothing."""
    boot_id: str
    pid: int
    started: float
    """When the process started, in seconds of the system's own count: only equality matters."""

    @property
    def id(self) -> str:
        """One word for it, as rows name the owner of a lease."""
        return f"{self.host}:{self.namespace}:{self.boot_id}:{self.pid}:{self.started:.2f}"
