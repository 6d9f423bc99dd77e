"""The walk of a backfill, decided: where to look next, what of it is wanted, when to stop.

A walk is a stack of spots, the next one last: sitemaps and their indexes, archive pages by date,
pages of listings. It goes from the newest to the oldest and leaves out what cannot hold anything
of the stretch of time that is wanted. All of it is plain data that a database keeps as JSON, so
that a walk goes on where it stood, whoever goes on with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsroom.article_urls import is_article_like, named_period, site_of, url_day
from newsroom.identity import canonical_url, host_of
from newsroom.model import FeedEntry, ParsedFeed, Source
from newsroom.reasons import UNREACHABLE, Reason

MAX_DEPTH = 4
"""An index of indexes of indexes; deeper ones lead in a circle."""
MAX_PAGES = 5_000
"""Of one paged listing."""
MAX_PROBLEMS = 20
TRIES = 3
RETRIES = (timedelta(seconds=5), timedelta(seconds=15))
LONGEST_WAIT = timedelta(minutes=10)
_PLACE = re.compile(r"\{(year|month|day)\}")
_NO_NEWS = re.compile(
    r"(?:^|[-_./])(?:authors?|users?|tags?|post_tag|category|categories|images?|topics?|static)"
    r"(?:[-_]?(?:site)?map|[-_.]|$)",
    re.IGNORECASE,
)
_SITEMAP = re.compile(r"(?:\.xml(?:\.gz)?$|sitemap[^/]*$)", re.IGNORECASE)
_TRANSIENT = UNREACHABLE | {Reason.HTTP_5XX, Reason.RATE_LIMITED, Reason.TRUNCATED}

Period = tuple[datetime, datetime]
"""From, and up to without it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The stretch of time whose articles are wanted, and the zone of days without a time."""

    since: datetime
    until: datetime
    zone: str

    def meets(self, period: Period) -> bool:
        """Whether something published in the period may be wanted."""
        return period[0] < self.until and period[1] > self.since

    def day(self, day: date) -> Period:
        """A day of the outlet's calendar."""
        start = datetime.combine(day, time(), ZoneInfo(self.zone))
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.zone))
        return start.astimezone(UTC), end.astimezone(UTC)

    def span(self, at: datetime) -> Period:
        """What an instant means: midnight sharp is how a date without a time is kept."""
        local = at.astimezone(ZoneInfo(self.zone))
        if local.time() == time():
            return self.day(local.date())
        return at, at + timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Spot:
    """One place to look at."""

    url: str
    """Or a template with {year}, {month}, {day}, where `day` is set."""
    kind: str = "listing"
    """`listing` (a sitemap or index too), `template`, or `robots` for its Sitemap lines."""
    day: str = ""
    """ISO date, of a template: the newest day not looked at yet."""
    period: tuple[str, str] | None = None
    """What it lists was published in this time, by its address."""
    depth: int = 0
    page: int = 1
    shown: str = ""
    """Stands for the articles of the page before: one that repeats it is past the end."""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands."""

    stack: tuple[Spot, ...]
    looked: int = 0
    """Documents that answered and were understood."""
    failed: int = 0
    unreachable: int = 0
    """Of the failed: those whose host never answered."""
    problems: tuple[str, ...] = ()
    wait_until: str = ""
    """ISO instant before which nothing is asked; empty: none."""

    @property
    def over(self) -> bool:
        """Nothing is left to look at."""
        return not self.stack

    def waits(self, now: datetime) -> timedelta:
        """How long the walk has to wait before its next request; never more than LONGEST_WAIT."""
        if not self.wait_until:
            return timedelta(0)
        left = datetime.fromisoformat(self.wait_until) - now
        return left if timedelta(0) < left <= LONGEST_WAIT else timedelta(0)


def walk_json(walk: Walk) -> dict[str, Any]:
    """The walk as JSON keeps it."""
    return asdict(walk)


def walk_from_json(data: dict[str, Any]) -> Walk:
    """What `walk_json` made."""
    stack = tuple(
        Spot(**{**spot, "period": tuple(spot["period"]) if spot["period"] else None})
        for spot in data["stack"]
    )
    return Walk(**{**data, "stack": stack, "problems": tuple(data["problems"])})


def first_walk(source: Source, wanted: Wanted) -> Walk | None:
    """Where a backfill of the source begins; None where nothing is configured to walk.

    Archives come first, then sitemaps among its listings, those robots.txt names (where no archive
    is configured), and paged listings last.
    """
    roots = [_root(url, wanted) for url in source.archives]
    maps = [url for url in source.listings if _SITEMAP.search(urlsplit(url).path)]
    roots += [Spot(url) for url in maps]
    if not source.archives and source.listings:
        parts = urlsplit(source.listings[0])
        roots.append(Spot(f"{parts.scheme}://{parts.netloc}/robots.txt", kind="robots"))
    roots += [Spot(url) for url in source.listings if url not in maps]
    return Walk(tuple(reversed(roots))) if roots else None


def _root(url: str, wanted: Wanted) -> Spot:
    if not _PLACE.search(url):
        return Spot(url)
    last = (wanted.until - timedelta(microseconds=1)).astimezone(ZoneInfo(wanted.zone)).date()
    return Spot(url, kind="template", day=last.isoformat())


def ready(walk: Walk, wanted: Wanted) -> Walk:
    """The walk with a document to fetch on top: a template gives its newest day's page."""
    while walk.stack and walk.stack[-1].kind == "template":
        spot, below = walk.stack[-1], walk.stack[:-1]
        day = date.fromisoformat(spot.day)
        start, end = _template_days(spot.url, day)
        period = (wanted.day(start)[0], wanted.day(end)[0])
        if not wanted.meets(period):
            walk = replace(walk, stack=below)
            continue
        page = Spot(_filled(spot.url, day), period=(period[0].isoformat(), period[1].isoformat()))
        rest = replace(spot, day=(start - timedelta(days=1)).isoformat())
        walk = replace(walk, stack=(*below, rest, page))
    return walk


def _filled(template: str, day: date) -> str:
    values = {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}
    return _PLACE.sub(lambda found: values[found[1]], template)


def _template_days(template: str, day: date) -> tuple[date, date]:
    """First day of the template's page for `day`, and the first day after it."""
    places = set(_PLACE.findall(template))
    if "day" in places:
        return day, day + timedelta(days=1)
    if "month" in places:
        first = day.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1)
    return day.replace(month=1, day=1), date(day.year + 1, 1, 1)


def choose(
    entries: Sequence[FeedEntry], spot: Spot, wanted: Wanted, *, sitemap: bool
) -> list[FeedEntry]:
    """The entries that are wanted, as shown; of a sitemap only what looks like an article.

    Each is judged by its date, else by the day in its URL, else by the time its page or file stands
    for, else by when it last changed (published no later). One that shows none of these is wanted
    where a dated entry of the same page is.
    """
    judged = [(entry, published(entry, spot, wanted)) for entry in entries]
    if sitemap:
        judged = [(e, p) for e, p in judged if e.published_at or is_article_like(e.url or "")]
    known = [period for _, period in judged if period is not None]
    neighbours = any(wanted.meets(period) for period in known)
    return [
        entry
        for entry, period in judged
        if (wanted.meets(period) if period is not None else neighbours)
    ]


def published(entry: FeedEntry, spot: Spot, wanted: Wanted) -> Period | None:
    """When an entry was published, as exactly as it shows; None where it shows nothing."""
    if entry.published_at is not None:
        return wanted.span(entry.published_at)
    day = url_day(entry.url) if entry.url else None
    if day is not None:
        return wanted.day(day)
    period = _period(spot)
    if period is not None:
        return period
    return wanted.span(entry.updated_at) if entry.updated_at is not None else None


def _period(spot: Spot) -> Period | None:
    if spot.period is not None:
        return datetime.fromisoformat(spot.period[0]), datetime.fromisoformat(spot.period[1])
    return named_period(spot.url)


def after_document(walk: Walk, feed: ParsedFeed, wanted: Wanted, hosts: Sequence[str]) -> Walk:
    """The walk when its top was looked at: what it leads to comes next, newest first."""
    spot, below = walk.stack[-1], walk.stack[:-1]
    maps = [Spot(url, depth=spot.depth + 1) for url in _maps(spot, feed, wanted, hosts)]
    further = [] if feed.maps else _next_page(spot, feed, wanted)
    stack = (*below, *further, *reversed(maps))
    return replace(walk, stack=stack, looked=walk.looked + 1, wait_until="")


def _maps(spot: Spot, feed: ParsedFeed, wanted: Wanted, hosts: Sequence[str]) -> Iterable[str]:
    if spot.depth >= MAX_DEPTH:
        return
    sites = {site_of(host) for host in (*hosts, host_of(spot.url))}
    dates = feed.map_dates or (None,) * len(feed.maps)
    for url, changed in zip(feed.maps, dates, strict=True):
        period = named_period(url)
        if site_of(host_of(url)) not in sites or _NO_NEWS.search(urlsplit(url).path):
            continue
        if period is not None and not _wide(wanted).meets(period):
            continue
        if changed is not None and wanted.span(changed)[1] <= wanted.since:
            continue  # nothing in it is younger than its last change
        yield url


def _wide(wanted: Wanted) -> Wanted:
    """A name's day is one of a calendar we do not know: half a day to each side."""
    half = timedelta(hours=14)
    return Wanted(wanted.since - half, wanted.until + half, wanted.zone)


def _next_page(spot: Spot, feed: ParsedFeed, wanted: Wanted) -> list[Spot]:
    if feed.next_url is None or spot.page >= MAX_PAGES:
        return []
    shown = _stands_for(feed.entries)
    if shown == spot.shown:
        return []
    ends = [p[1] for e in feed.entries if (p := published(e, spot, wanted)) is not None]
    if not ends or max(ends) <= wanted.since:
        return []
    url = feed.next_url
    return [replace(spot, url=url, page=spot.page + 1, shown=shown, tries=0)]


def _stands_for(entries: Sequence[FeedEntry]) -> str:
    urls = sorted(canonical_url(entry.url or "") for entry in entries)
    return blake2b("\n".join(urls).encode("utf-8", "replace"), digest_size=8).hexdigest()


def after_robots(walk: Walk, text: str, hosts: Sequence[str]) -> Walk:
    """The walk when robots.txt was read: the sitemaps it names come next."""
    spot, below = walk.stack[-1], walk.stack[:-1]
    sites = {site_of(host) for host in (*hosts, host_of(spot.url))}
    known = {other.url for other in below}
    named = []
    for line in text.splitlines()[:10_000]:
        key, _, value = line.partition(":")
        url = value.strip()
        fits = key.strip().lower() == "sitemap" and site_of(host_of(url)) in sites
        if fits and host_of(url) and url not in known and url not in named:
            named.append(url)
    maps = [Spot(url, depth=1) for url in reversed(named[:100])]
    return replace(walk, stack=(*below, *maps), wait_until="")


def after_failure(
    walk: Walk, reason: Reason, detail: str, now: datetime, retry_after: timedelta | None = None
) -> Walk:
    """The walk when its top could not be read: again a little later, or without it.

    A page of a date that is not there, or is empty, is no fault: nothing was published. A host that
    never answered is asked once for each further document.
    """
    spot, below = walk.stack[-1], walk.stack[:-1]
    tries = spot.tries + 1
    most = 1 if walk.unreachable and not walk.looked and reason in UNREACHABLE else TRIES
    if reason in _TRANSIENT and tries < most:
        wait = min(max(RETRIES[tries - 1], retry_after or timedelta(0)), LONGEST_WAIT)
        top = replace(spot, tries=tries)
        return replace(walk, stack=(*below, top), wait_until=(now + wait).isoformat())
    missing = reason in (Reason.EMPTY, Reason.HTTP_4XX, Reason.GONE, Reason.LAYOUT_CHANGED)
    if spot.kind == "robots" or (missing and (spot.period is not None or spot.page > 1)):
        return replace(walk, stack=below, wait_until="")
    problem = f"{spot.url}: {reason.value}" + (f" ({detail})" if detail else "")
    return replace(
        walk,
        stack=below,
        failed=walk.failed + 1,
        unreachable=walk.unreachable + (reason in UNREACHABLE),
        problems=(*walk.problems, problem[:500])[:MAX_PROBLEMS],
        wait_until="",
    )
