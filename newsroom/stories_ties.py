"""Whether two articles tell one story, by what evidence, and which story an article joins.

Evidence, strongest first: one family of Yonhap ids; the same text word by word; most of one text
in the other; the same headline over short or unread texts; a flash whose words a later piece of
its outlet holds. A common topic is none. Thresholds were set on the pairs of tests/quality.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from newsroom.stories_marks import Marks
from newsroom.stories_sketch import Hashes, shared

FLASH_WINDOW = timedelta(hours=3)
TITLE_WINDOW = timedelta(hours=36)
FEWEST = 5
"""Shingles two sketches must be seen to share."""
MOSTLY = 0.55
"""Of the shorter text this much must stand in the longer one."""
SHORT = 400
"""Letters under which a text is too short to be told apart by its words alone."""


class Evidence(IntEnum):
    """What ties two articles, strongest first."""

    FAMILY = 0
    EXACT = 1
    NEAR = 2
    TITLE = 3
    FLASH = 4


class Tie(NamedTuple):
    """Two articles tell one story."""

    evidence: Evidence
    share: float
    """How much of both is common, 0 to 1."""


class Candidate(NamedTuple):
    """An article that may tell the same story."""

    article: int
    story: int
    marks: Marks


def choose(new: Marks, candidates: Sequence[Candidate], window: timedelta) -> int | None:
    """Say which story an article joins; None: a story of its own.

    `candidates` are all articles of the stories that come into question. The strongest evidence
    decides, then the greatest share, then the story's age: stories are never made one by an
    article that has to do with several.
    """
    best: tuple[int, float, int] | None = None
    found = None
    for candidate in candidates:
        tied = tie(new, candidate.marks, window)
        if tied is None:
            continue
        rank = (tied.evidence.value, -round(tied.share, 3), candidate.story)
        if (best is None or rank < best) and not _through_round_up(new, candidate, candidates):
            best, found = rank, candidate.story
    return found


def tie(new: Marks, old: Marks, window: timedelta) -> Tie | None:
    """Say what ties a new article to an older one, if anything does."""
    apart = _apart(new, old)
    if apart is not None and apart > window:
        return None
    if new.family is not None and new.family == old.family:
        return Tie(Evidence.FAMILY, 1.0)
    if new.exact is not None and new.exact == old.exact:
        return Tie(Evidence.EXACT, 1.0)
    return _near(new, old) or _by_title(new, old) or _by_flash(new, old)


def _apart(new: Marks, old: Marks) -> timedelta | None:
    return None if new.at is None or old.at is None else abs(new.at - old.at)


def _near(new: Marks, old: Marks) -> Tie | None:
    """Most of one text stands in the other."""
    ours, theirs, seen = shared(new.sketch, old.sketch)
    if seen < FEWEST or max(ours, theirs) < MOSTLY:
        return None
    if _other_numbers(new.numbers, old.numbers):
        return None
    return Tie(Evidence.NEAR, ours * theirs / max(ours + theirs - ours * theirs, 1e-9))


def _other_numbers(one: Hashes, other: Hashes) -> bool:
    """The same form filled in with other figures: a market report, a weather report."""
    fewer = min(len(one), len(other))
    return fewer >= 4 and 2 * _common(one, other) < fewer


def _common(one: Hashes, other: Hashes) -> int:
    return len(np.intersect1d(one, other, assume_unique=True))


def _by_title(new: Marks, old: Marks) -> Tie | None:
    if new.title is None or new.title != old.title:
        return None
    return Tie(Evidence.TITLE, 1.0)


def _by_flash(new: Marks, old: Marks) -> Tie | None:
    return None


def _through_round_up(new: Marks, by: Candidate, others: Iterable[Candidate]) -> bool:
    return False
