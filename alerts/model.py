"""What rendering needs to know of an alert: a plain frozen tree without store types.

Jobs fill it from the database; `wirewatch try mail` fills it by hand. All text is as published,
untrusted, of any length: `alerts.sanitise` cleans and caps it where it is shown. Times are aware
UTC; they are shown in `AlertContent.timezone`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsroom.edits_diff import Piece

AlertKind = Literal["immediate", "update", "digest", "notice", "test"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence of evidence."""

    field: str
    """`title`, `summary` or `body`; a `title` excerpt that is the whole headline marks it."""
    text: str
    marks: tuple[tuple[int, int], ...]
    """Code point spans of `text` that matched, in order, not overlapping."""
    cut_before: bool = False
    """True where the sentence begins earlier than `text`."""
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class MatchReason:
    """Why a watchlist met the article."""

    watchlist: str
    terms: tuple[str, ...]
    """The terms that hit, as the watchlist's author wrote them, each once."""
    undecided: tuple[str, ...] = ()
    """Those of them of which no hit is certain: Korean word borders could not be checked."""


@dataclass(frozen=True, slots=True)
class OtherCopy:
    """Another outlet that carries the story."""

    source_name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class NewContent:
    """What one article says that the story had not said before."""

    source_name: str
    language: str
    """BCP 47 tag of the article's text."""
    excerpts: tuple[Excerpt, ...]
    """What is new marked; at least one."""


@dataclass(frozen=True, slots=True)
class EditContent:
    """What an outlet changed in a page, or that it withdrew it."""

    source_name: str
    language: str
    """BCP 47 tag of the article's text."""
    kinds: tuple[str, ...]
    """As `newsroom.edits.EditKind` names them."""
    at: datetime
    """When the change was found."""
    seen_at: datetime | None
    """When the page was last seen as before."""
    headline: tuple[Piece, ...] = ()
    """Its change; empty where the headline is the same."""
    lines: tuple[tuple[Piece, ...], ...] = ()
    """The changed sentences."""
    withdrawn: str | None = None
    """How the page says that it is gone, as `newsroom.edits.Edit` has it; None: it is there."""


@dataclass(frozen=True, slots=True)
class EarlierContent:
    """An article that an earlier mail told."""

    title: str
    url: str | None
    source_name: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleContent:
    """One article of the story, as the reader is to see it."""

    title: str
    url: str | None
    """Where the headline leads; None, or not http(s): no link."""
    source_name: str
    language: str
    """BCP 47 tag of the article's text."""
    published_at: datetime | None
    first_seen_at: datetime
    credit: str | None = None
    """The agency whose text the outlet prints."""
    state: str = "fetched"
    """An article state of DESIGN §4; `partial` and `gone` are said in the mail."""
    excerpts: tuple[Excerpt, ...] = ()
    reasons: tuple[MatchReason, ...] = ()
    also_in: tuple[OtherCopy, ...] = ()
    first_by: str | None = None
    """Who wrote the story first, where that is another; said with `also_in`."""
    updated_at: datetime | None = None
    """In an update: when the page was seen changed; said where it is later than `published_at`."""
    late: bool = False
    """Found by a refill, a witness, or a poll after a long pause (DESIGN §4)."""
    late_why: str = ""
    """`gap` or `witness`: what brought it; else it was found after a pause of polling."""
    page_pending: bool = False
    """True where the page could not be read yet and the mail goes with the feed's text."""


@dataclass(frozen=True, slots=True)
class StoryContent:
    """What the alert is about."""

    id: int
    title: str
    articles: tuple[ArticleContent, ...]
    """At least one; the first is the one the alert is about and gives the subject."""
    earlier: EarlierContent | None = None
    """Of an update: what the story was first told by, where that is none of these."""
    new: tuple[NewContent, ...] = ()
    """In a digest, of a story that was told before: what is new in it."""
    edits: tuple[EditContent, ...] = ()
    """There too: what outlets changed in their pages."""


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """The stories of a digest that one watchlist met; a story stands in one group alone."""

    watchlist: str
    stories: tuple[StoryContent, ...]
    """Newest first, of each its first article alone. A mail shows as many as it has room for."""
    more: int = 0
    """How many there are beside these."""
    per_day: tuple[int, ...] = ()
    """Matches of the watchlist on each of the last 30 days, reader's zone, the oldest day first;
    empty: no chart is shown."""


@dataclass(frozen=True, slots=True)
class DigestContent:
    """Many stories told in one mail."""

    groups: tuple[DigestGroup, ...]
    story_ids: tuple[int, ...]
    """Of every story it tells, newest first; empty: the mail says that nothing is new."""
    thread_ids: tuple[str, ...]
    """Of the first of them; 20 are referred to."""
    first: datetime
    last: datetime
    """When the oldest and the newest story came; of an empty one as `since` and `until`."""
    since: datetime
    until: datetime
    """The period looked back on; charts end with the day of `until`."""
    archive: bool = False
    """Asked for once, of what was stored before; the mail says so."""
    late: bool = False
    """Of what came late (DESIGN §4, "Late and many"); the mail says so."""
    late_why: str = ""
    """As of an article, where it is the same for all of its stories."""
    part: int = 1
    """Of a digest too long for one mail: which of its mails this is."""
    quiet: bool = False
    """Of what quiet hours held; the mail says so."""
    over_cap: bool = False
    """Of what was beyond the recipient's mails an hour; the mail says so."""
    many: bool = False
    """Of what one poll brought beyond the alerts that go one by one; the mail says so."""
    released: bool = False
    """Of what waited while no mail went to the recipient's address; the mail says so."""


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A watched source that does not answer as it should."""

    source_name: str
    reason: str
    """A reason code of `newsroom.reasons`."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceGap:
    """A stretch of time in which a source may have shown what was not seen."""

    start: datetime
    end: datetime
    lost: int | None
    """How many articles lay in it; None while that is not known."""
    recovered: int = 0
    """How many of these came in late."""
    open: bool = False
    """It is not known yet what lay in it."""


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What came in of a watched source in a digest's period."""

    source_name: str
    polls_ok: int
    polls: int
    gaps: tuple[SourceGap, ...] = ()
    """Those in which something lay or may have lain, first noticed first."""
    shown: int = 0
    """Articles that its listings showed when they were compared."""
    missed: int = 0
    """Of them: those that had not come in."""


@dataclass(frozen=True, slots=True)
class HealthContent:
    """The footer's word on the sources, so that silence is never ambiguous."""

    sources: int
    """How many are watched."""
    problems: tuple[SourceProblem, ...] = ()
    coverage: tuple[SourceCoverage, ...] | None = None
    """In digests: of each source that was polled; None: nothing is said of it."""


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """A message to the operator: what happened, and what it means."""

    title: str
    """Becomes the subject after `[Wirewatch]`, with `since` after it."""
    lines: tuple[str, ...] = ()
    """Paragraphs of plain text."""
    about: str = ""
    """What it is about, as `ClaimedNotice.subject` names it: `source:yonhap-en`, `disk`. The mail
    says what that means and what is to be done; empty or unknown: only `lines`."""
    since: datetime | None = None
    """When it began."""
    over_at: datetime | None = None
    """Where the mail says that it is over: since when."""


@dataclass(frozen=True, slots=True)
class AlertContent:
    """Everything one mail says.

    `story` is set for `immediate` and `update`, `digest` for a digest, else `notice`.
    """

    kind: AlertKind
    key: str
    """`newsroom.delivery.alert_key`, or the key of a notice."""
    alert_id: int | str
    recipient: str
    sender: str
    """`Name <address>` or an address, from `mail.sender`."""
    message_id: str
    thread_id: str | None
    """None where there is no story."""
    created_at: datetime
    watchlists: tuple[str, ...] = ()
    """Every watchlist of the recipient that matched, in the order they are to be named."""
    story: StoryContent | None = None
    digest: DigestContent | None = None
    notice: NoticeContent | None = None
    answers: str | None = None
    """Of an update: the subject of the story's first mail, which it answers."""
    new: tuple[NewContent, ...] = ()
    """What an update brings, the newest article's first; shown above the story."""
    edits: tuple[EditContent, ...] = ()
    """What outlets changed in pages told before; shown first of all."""
    timezone: str = "UTC"
    """IANA zone the times are shown in; an unknown one counts as UTC."""
    language: str = "en"
    """Of the mail's own words: `en` or `ko`; the story keeps its own."""
    base_url: str = ""
    """Where the web page answers; empty: mails carry no links of our own."""
    stop_token: str = ""
    """`newsroom.tokens.stop_token` of this alert: the one-click link and the mailto carry it.
    Empty: nothing signed can be offered."""
    health: HealthContent | None = None
    """None: nothing is said of the sources."""
