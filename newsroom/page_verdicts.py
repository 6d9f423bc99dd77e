"""How a source's article pages fare against their own past, decided.

Two things are told: that pages cannot be had while the feeds are fine (`blocked`, `timeout`, ...),
and that they are there but lost their text, date or title, or are no longer known by the outlet's
own page class (`layout_changed`). A few short pages are nothing: flashes are left out, and most of
the newest pages have to be poor before a verdict, and to be good again before it ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from newsroom.reasons import Reason
from newsroom.verdicts import instant

RECENT = 20
"""Newest pages that are judged."""
POOR_OF_RECENT = 12
"""So many of them poor: the layout changed."""
LEAST_PAST, PAST = 30, 200
"""Pages before them that they are held against; with fewer nothing is said."""
SOUND_PAST = 0.2
"""A past with more than this share of poor pages is no measure."""
POOR_LENGTH = 0.3
"""A body shorter than this share of the past's median is poor."""
FIELD_OF_PAST = 0.9
"""A field that so many past pages had is missed where it is not there."""
NEWEST = 10
"""Newest pages by which a verdict ends, and by which pages that cannot be had are told."""
MENDED = 3
"""At most so many of them poor or failing: it is over."""
FAILING = 6
"""So many of them cannot be had, or all of them and at least `FAILING_ALL`."""
FAILING_ALL = 4
FAILING_FOR = timedelta(minutes=30)
"""For at least so long."""
LEARN_ANEW = timedelta(days=28)
"""A layout that lasts so long is how this source's pages are."""

_NO_FAULT = frozenset({Reason.OK.value, Reason.GONE.value, Reason.MOVED.value})
"""Of a page: what was taken down, or leads to the front page, says nothing of the others."""


@dataclass(frozen=True, slots=True)
class PageFact:
    """One article's page, as it was had or not."""

    seen_at: datetime
    """When its article came."""
    reason: str = Reason.OK.value
    """Of the last attempt."""
    length: int = 0
    """Code points of the body."""
    fields: frozenset[str] = frozenset()
    """Which of `title`, `date`, `text`, `class` (read by the outlet's own) it has."""
    flash: bool = False
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageVerdict:
    """What is said of a source's pages."""

    verdict: str = Reason.OK.value
    since: datetime | None = None
    evidence: str | None = None


ALL_WELL = PageVerdict()


def judge_pages(pages: Sequence[PageFact], standing: PageVerdict, now: datetime) -> PageVerdict:
    """The verdict by the pages of a source, newest article first, those never tried left out.

    `standing`: the verdict until now. At most `RECENT` + `PAST` pages are of use, and before a
    `layout_changed` that stands as many more.
    """
    tried = [page for page in pages if page.reason not in _NO_FAULT or page.reason == Reason.OK]
    failing = _failing(tried[:NEWEST], standing, now)
    if failing is not None:
        return failing
    read = [page for page in tried if page.reason == Reason.OK and not page.flash]
    return _layout(read, standing, now) or ALL_WELL


def _failing(
    newest: Sequence[PageFact], standing: PageVerdict, now: datetime
) -> PageVerdict | None:
    bad = [page for page in newest if page.reason != Reason.OK]
    stands = standing.verdict not in (Reason.OK, Reason.LAYOUT_CHANGED)
    if stands:
        if len(bad) <= MENDED:
            return None
    elif len(bad) < FAILING and not (len(bad) == len(newest) and len(bad) >= FAILING_ALL):
        return None
    since = min((page.failing_since for page in bad if page.failing_since), default=now)
    if stands and standing.since is not None:
        since = min(since, standing.since)
    elif now - since < FAILING_FOR:
        return None
    reason = Counter(page.reason for page in bad).most_common(1)[0][0]
    evidence = (
        f"{len(bad)} of the newest {len(newest)} article pages cannot be had ({reason}), "
        f"so since {instant(since)}"
    )
    return PageVerdict(reason, since, evidence)


def _layout(read: Sequence[PageFact], standing: PageVerdict, now: datetime) -> PageVerdict | None:
    recent, past = read[:RECENT], read[RECENT:]
    since = standing.since if standing.verdict == Reason.LAYOUT_CHANGED else None
    if since is not None:
        before = max(since, now - LEARN_ANEW)
        past = [page for page in read if page.seen_at < before]
    past = past[:PAST]
    if len(past) < LEAST_PAST:
        return standing if since is not None else None
    measure = _Measure(past)
    if measure.poor(past) > SOUND_PAST * len(past):
        return None
    if since is not None:
        if measure.poor(read[:NEWEST]) <= MENDED:
            return None
    elif measure.poor(recent) < POOR_OF_RECENT:
        return None
    else:
        since = min(page.seen_at for page in recent if measure.is_poor(page))
    return PageVerdict(Reason.LAYOUT_CHANGED.value, since, measure.tell(recent, past))


class _Measure:
    """What pages are held against: how long and how complete the past's are."""

    def __init__(self, past: Sequence[PageFact]) -> None:
        self.length = median(page.length for page in past)
        have = Counter(name for page in past for name in page.fields)
        self.fields = frozenset(n for n, c in have.items() if c >= FIELD_OF_PAST * len(past))

    def is_poor(self, page: PageFact) -> bool:
        return page.length < POOR_LENGTH * self.length or not self.fields <= page.fields

    def poor(self, pages: Iterable[PageFact]) -> int:
        return sum(self.is_poor(page) for page in pages)

    def tell(self, recent: Sequence[PageFact], past: Sequence[PageFact]) -> str:
        """Evidence: `14 of the newest 20 pages are poor; text of 120 characters (2400 before)`."""
        now_long = median(page.length for page in recent)
        told = [
            f"{self.poor(recent)} of the newest {len(recent)} article pages are poor",
            f"text of {now_long:.0f} characters ({self.length:.0f} before)",
        ]
        for name in sorted(self.fields):
            have = sum(name in page.fields for page in recent)
            if have < FIELD_OF_PAST * len(recent):
                label = "known to the page class" if name == "class" else f"with {name}"
                then = sum(name in page.fields for page in past)
                told.append(f"{label}: {have} of {len(recent)} ({then} of {len(past)} before)")
        return "; ".join(told)
