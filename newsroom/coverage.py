"""Whether something may have been shown between two polls that neither of them saw.

A feed is a window that slides over what its outlet publishes. As long as two polls share an
entry, nothing can have slid past between them; where they share none, something may have. That
is a *suspected* gap: only another look (a listing, the next witness) tells whether anything lay
in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

PINNED_MOST = 3
"""So many entries at the top may be pinned there; more of them are simply what is shown."""

ORDERED_LEAST = 3
"""From so many entries on their order says that the document is kept newest first."""


class Cause(StrEnum):
    """What the suspicion rests on."""

    NO_OVERLAP = "no_overlap"
    """No entry of the poll before is shown any more; the dates do not say since when."""
    JUMP = "jump"
    """And even the oldest entry shown is newer than the newest one shown before."""


class Shown(NamedTuple):
    """One entry as a poll saw it."""

    id: int | str
    """Its identity within the feed: whatever of it was edited or moved, this stays."""
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """What a feed showed at one time, in document order."""

    entries: tuple[Shown, ...]
    at: datetime
    """When it was seen, or last confirmed by a 304 or the same body."""

    @property
    def newest(self) -> datetime | None:
        """Published last, as far as the dates can be believed: none lies after its own poll."""
        dated = _dates(self.entries)
        return min(max(dated), self.at) if dated else None

    @property
    def oldest(self) -> datetime | None:
        """Published first; None where no entry has a date."""
        return min(_dates(self.entries), default=None)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A stretch of time in which the feed may have shown what we did not see."""

    start: datetime
    """What was published up to then is known; never after the poll before."""
    end: datetime
    """What was published from then on is known; never before `start`, never after the poll."""
    cause: Cause


def gap_between(before: Window | None, now: Window) -> Suspicion | None:
    """Suspect a gap between two successive polls that brought a document, or do not.

    None at a feed's first poll (`before` None), where either window is empty, and wherever the two
    share an entry, in whatever order they show them: entries are told apart by what the article
    is, so that new guids or moved addresses alone are no gap. Entries *pinned* to the top are no
    overlap, though: they say nothing of what slid past below them.

    The stretch runs from the newest instant the poll before knew to the oldest one shown now.
    Dates may not tell the end: entries without any, or one shown first now that is older than the
    newest known before. Then it ends with the poll that noticed it. Without any date in the poll
    before, it begins with that poll.
    """
    if before is None or not before.entries or not now.entries:
        return None
    known = {entry.id for entry in before.entries}
    shared = [entry for entry in now.entries if entry.id in known]
    fresh = [entry for entry in now.entries if entry.id not in known]
    if shared and not _only_pinned(before, now, shared, fresh):
        return None
    start = before.newest or before.at
    dates = _dates(fresh)
    if len(dates) == len(fresh) and before.newest is not None and min(dates) > start:
        return Suspicion(start, max(start, min(*dates, now.at)), Cause.JUMP)
    return Suspicion(start, max(start, now.at), Cause.NO_OVERLAP)


def _only_pinned(
    before: Window, now: Window, shared: Sequence[Shown], fresh: Sequence[Shown]
) -> bool:
    """Whether all that both windows share is pinned: first in both, and out of order there.

    The rest must be kept newest first, and be newer than what is pinned above it, every entry of
    it: else a shuffled document, or one that got longer, would look like a gap.
    """
    count = len(shared)
    if count > PINNED_MOST or len(fresh) < ORDERED_LEAST:
        return False
    pinned = {entry.id for entry in shared}
    if any({e.id for e in window.entries[:count]} != pinned for window in (before, now)):
        return False
    dates, above = _dates(fresh), _dates(shared)
    if len(dates) < len(fresh) or len(above) < count:
        return False
    return all(a >= b for a, b in pairwise(dates)) and max(above) < dates[-1] < dates[0]


def _dates(entries: Sequence[Shown]) -> list[datetime]:
    return [entry.published_at for entry in entries if entry.published_at is not None]
