"""What of the state of sources, outbox and disk is worth a notice, decided.

Each rule says two things of a subject: whether a notice begins, and whether one that stands ends.
Between the two lies a band in which nothing changes, so that what wavers makes no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.notices import DISK, OUTBOX, SOURCE
from newsroom.notices_words import Words
from newsroom.page_verdicts import ALL_WELL, PageVerdict
from newsroom.polling import Flow, Rhythm, next_poll
from newsroom.reasons import Reason

FAILING = (3, timedelta(minutes=30))
"""Failed polls in a row, over at least so long: what heals by itself mostly has by then."""
FAILING_LONG = (2, timedelta(hours=2))
"""The same of a feed that is polled rarely."""
REFUSED = (2, timedelta(minutes=30))
"""Of what seldom heals by itself: a second answer of the kind is enough."""
LASTING = frozenset(
    {
        Reason.BLOCKED,
        Reason.HTTP_4XX,
        Reason.MOVED,
        Reason.NOT_A_FEED,
        Reason.PRIVATE_ADDRESS,
        Reason.ROBOTS,
    }
)
MOVED_FOR = timedelta(minutes=30)
"""A permanent redirect that lasts: the feed is read all the same, but people should know."""
LISTING_FOR = timedelta(hours=36)
"""A listing that could not be read at two daily looks."""
JUDGED = frozenset({Reason.STALE, Reason.LAYOUT_CHANGED})
"""Verdicts of many polls: they are told as they stand."""
WAIT_LONG = timedelta(hours=1)
"""A site that asks not to be asked for longer is told of at once."""

STUCK_AFTER = timedelta(minutes=30)
"""An alert that should have gone so long ago is stuck."""
FLOWING_BELOW = timedelta(minutes=10)
"""None waits longer: it flows again."""

MEGABYTE = 1_000_000
LOW_BYTES, LOW_PERCENT, LOW_AT_MOST = 500 * MEGABYTE, 5, 10_000 * MEGABYTE
"""Low below either; of a great disk a twentieth is plenty: the share counts up to a bound."""
WELL_BYTES, WELL_PERCENT, WELL_AT_MOST = 700 * MEGABYTE, 7, 14_000 * MEGABYTE
"""Well again above all of them."""

MAX_LINES = 20


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed in use, as its polls left it."""

    url: str
    verdict: str
    """`new`, or a reason code."""
    failures: int
    """Polls that failed in a row."""
    failing_since: datetime | None
    """When the first of them ended; None: it does not fail."""
    last_ok_at: datetime | None
    http_status: int | None = None
    last_poll_at: datetime | None = None
    next_poll_at: datetime | None = None
    interval: timedelta = timedelta(minutes=60)
    given_up: bool = False
    """It is polled no more (gone, or quarantined): a notice of its own says so."""
    evidence: str = ""
    """What the verdict rests on."""
    verdict_since: datetime | None = None
    listing: bool = False
    """It is looked at on demand, once a day or so, and its failures are not counted."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source with its feeds in use, and its listings."""

    id: str
    name: str
    feeds: tuple[FeedState, ...]
    pages: PageVerdict = ALL_WELL
    """What is said of its article pages."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Alerts that should have gone and did not."""

    count: int
    oldest_due_at: datetime


@dataclass(frozen=True, slots=True)
class Space:
    """A place where files are kept."""

    path: str
    total: int
    """Bytes."""
    free: int


@dataclass(frozen=True, slots=True)
class Speech:
    """How findings are put into words."""

    words: Words
    reasons: Mapping[str, str]
    """Reason code → what it means; a code that is not there is shown as it is."""
    time: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A notice that begins."""

    subject: str
    text: str
    """Its title, and below it what is known, a line each."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look says of one subject."""

    subject: str
    finding: Finding | None = None
    """A notice begins, where none stands."""
    over: bool = False
    """One that stands ends."""


def source_looked(source: SourceState, now: datetime, speech: Speech) -> Looked:
    """A source of which a feed does not answer as it should, for long enough."""
    subject = f"{SOURCE}:{source.id}"
    asked = [feed for feed in source.feeds if not feed.given_up and not feed.listing]
    failing = [feed for feed in asked if _is_bad(feed) and not _is_redirect(feed)]
    if not failing:
        return Looked(subject, over=True)
    bad = [feed for feed in failing if is_trouble(feed, now)]
    if not bad:
        return Looked(subject)
    words, whole = speech.words, len(bad) == len(asked)
    if all(feed.verdict == Reason.STALE for feed in bad):
        title = words.stale if whole else words.partly_stale
    else:
        title = words.silent if whole else words.partly
    told = title.format(name=source.name, bad=len(bad), feeds=len(asked))
    return _found(subject, told, bad, now, speech)


def moved_looked(source: SourceState, now: datetime, speech: Speech) -> Looked:
    """A source of which a feed is read, but at another address for good."""
    moved = [feed for feed in source.feeds if _is_redirect(feed) and not feed.listing]
    bad = [feed for feed in moved if is_trouble(feed, now)]
    title = speech.words.moved.format(name=source.name)
    return _standing(f"{SOURCE}:{source.id}:moved", title, moved, bad, now, speech)


def listings_looked(source: SourceState, now: datetime, speech: Speech) -> Looked:
    """A source whose listings cannot be read: what its feeds miss nobody else shows."""
    listings = [feed for feed in source.feeds if feed.listing and _is_bad(feed)]
    bad = [feed for feed in listings if is_trouble(feed, now)]
    title = speech.words.listing.format(name=source.name)
    return _standing(f"{SOURCE}:{source.id}:listings", title, listings, bad, now, speech)


def pages_looked(source: SourceState, speech: Speech) -> Looked:
    """A source whose article pages cannot be had or lost their text; judged, so told at once."""
    subject, pages = f"{SOURCE}:{source.id}:pages", source.pages
    if pages.verdict == Reason.OK or pages.since is None:
        return Looked(subject, over=True)
    reason = speech.reasons.get(pages.verdict, pages.verdict)
    title = speech.words.pages.format(name=source.name)
    lines = [speech.words.because.format(title=title, reason=reason)]
    if pages.evidence:
        lines.append(speech.words.page_line.format(reason=reason, evidence=pages.evidence))
    return Looked(subject, Finding(subject, "\n".join(lines), pages.since))


def looks_of(source: SourceState, now: datetime, speech: Speech) -> tuple[Looked, ...]:
    """All that is to be said of a source, each under a subject of its own."""
    return (
        source_looked(source, now, speech),
        moved_looked(source, now, speech),
        listings_looked(source, now, speech),
        pages_looked(source, speech),
    )


def _standing(
    subject: str,
    title: str,
    all_bad: Sequence[FeedState],
    bad: Sequence[FeedState],
    now: datetime,
    speech: Speech,
) -> Looked:
    if not all_bad:
        return Looked(subject, over=True)
    return _found(subject, title, bad, now, speech) if bad else Looked(subject)


def _found(
    subject: str, title: str, bad: Sequence[FeedState], now: datetime, speech: Speech
) -> Looked:
    """A notice that begins; its title names the reason where it is one alone."""
    reasons = {feed.verdict for feed in bad}
    if len(reasons) == 1 and reasons != {Reason.MOVED.value}:
        (reason,) = reasons
        meant = speech.reasons.get(reason, reason)
        title = speech.words.because.format(title=title, reason=meant)
    lines = [title, *listed([_feed_line(feed, now, speech) for feed in bad], speech.words)]
    since = min((feed.failing_since for feed in bad if feed.failing_since), default=now)
    return Looked(subject, Finding(subject, "\n".join(lines), since))


def _is_redirect(feed: FeedState) -> bool:
    """It is read where it redirects to for good."""
    return feed.verdict == Reason.MOVED and not feed.failures


def is_trouble(feed: FeedState, now: datetime) -> bool:
    """Whether a feed has failed for so long that people should know."""
    if not _is_bad(feed):
        return False
    if feed.verdict in JUDGED or _waits_long(feed):
        return True
    if feed.listing:
        return now - (feed.verdict_since or now) >= LISTING_FOR
    if _is_redirect(feed):
        return now - (feed.verdict_since or now) >= MOVED_FOR
    limits = [FAILING, FAILING_LONG, *([REFUSED] if feed.verdict in LASTING else [])]
    failing = now - (feed.failing_since or now)
    return any(feed.failures >= polls and failing >= span for polls, span in limits)


def _is_bad(feed: FeedState) -> bool:
    return feed.verdict not in ("new", Reason.OK)


def _waits_long(feed: FeedState) -> bool:
    """Whether the site asked for a wait, longer than an hour and than ours would be."""
    if feed.verdict not in (Reason.RATE_LIMITED, Reason.HTTP_5XX) or not feed.failures:
        return False
    if feed.last_poll_at is None or feed.next_poll_at is None:
        return False
    ours = next_poll(
        Rhythm(feed.interval, feed.interval, feed.interval, feed.failures - 1),
        reason=Reason(feed.verdict),
        flow=Flow(),
        retry_after=None,
        now=feed.last_poll_at,
    )
    return ours.at is not None and feed.next_poll_at > max(ours.at, feed.last_poll_at + WAIT_LONG)


def _feed_line(feed: FeedState, now: datetime, speech: Speech) -> str:
    words = speech.words
    last = words.never_ok
    if feed.last_ok_at is not None:
        last = words.last_ok.format(time=speech.time(feed.last_ok_at))
    if _waits_long(feed) and feed.next_poll_at is not None and feed.next_poll_at > now:
        last += "; " + words.asked_to_wait.format(time=speech.time(feed.next_poll_at))
    status = words.status.format(status=feed.http_status) if feed.http_status else ""
    reason = speech.reasons.get(feed.verdict, feed.verdict)
    line = words.feed.format(url=feed.url, reason=reason, status=status, last=last)
    return line + (words.evidence.format(evidence=feed.evidence) if feed.evidence else "")


def outbox_looked(waiting: Waiting | None, now: datetime, speech: Speech) -> Looked:
    """Alerts that are due and do not go; `waiting` None: there are none."""
    late = timedelta(0) if waiting is None else now - waiting.oldest_due_at
    if waiting is None or late < FLOWING_BELOW:
        return Looked(OUTBOX, over=True)
    if late < STUCK_AFTER:
        return Looked(OUTBOX)
    words = speech.words
    title = words.stuck_one if waiting.count == 1 else words.stuck
    text = "\n".join(
        [
            title.format(count=waiting.count),
            words.oldest.format(time=speech.time(waiting.oldest_due_at)),
        ]
    )
    return Looked(OUTBOX, Finding(OUTBOX, text, now))


def disk_looked(spaces: Sequence[Space], now: datetime, speech: Speech) -> Looked:
    """Places that run full."""
    low = [space for space in spaces if _below(space, LOW_BYTES, LOW_PERCENT, LOW_AT_MOST)]
    if not low:
        well = not any(_below(s, WELL_BYTES, WELL_PERCENT, WELL_AT_MOST) for s in spaces)
        return Looked(DISK, over=well)
    words = speech.words
    least = min(low, key=lambda space: space.free)
    lines = [words.disk.format(free=size(least.free))]
    lines += [words.free.format(path=s.path, free=size(s.free), total=size(s.total)) for s in low]
    return Looked(DISK, Finding(DISK, "\n".join(lines), now))


def _below(space: Space, least: int, percent: int, at_most: int) -> bool:
    return space.free < max(least, min(space.total * percent // 100, at_most))


def size(count: int) -> str:
    """Bytes for people: `320 MB`, `1.2 GB`."""
    if count < 1000 * MEGABYTE:
        return f"{count // MEGABYTE} MB"
    return f"{count / (1000 * MEGABYTE):.1f} GB"


def group_text(of: str, texts: Sequence[str], words: Words) -> str:
    """What a mail that tells of many notices says; `texts` are theirs."""
    title = words.groups.get(of, words.group).format(count=len(texts))
    return "\n".join([title, *listed([text.partition("\n")[0] for text in texts], words)])


def listed(lines: Sequence[str], words: Words) -> list[str]:
    """The first lines, and how many more there are."""
    if len(lines) <= MAX_LINES:
        return list(lines)
    return [*lines[:MAX_LINES], words.more.format(count=len(lines) - MAX_LINES)]
