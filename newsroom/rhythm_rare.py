"""What silence is too long for a feed without a rhythm: young, or with little to say."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from newsroom.rhythm import FARTHEST, History

LEAST_GAPS = 4
"""Fewer silences between arrivals say nothing of how long they are."""
UNKNOWN = timedelta(days=14)
"""Of a feed of which that is not known."""
TIMES = 3
"""So many times the longest silence so far."""
AT_LEAST = timedelta(days=4)
"""Longer than a weekend with a holiday before and after it."""


def rare_limit(history: History) -> timedelta:
    """The silence that is too long for it, by the dates its first poll showed and what came since.

    A feed that brings something every week is left alone for three weeks.
    """
    gaps = [b - a for a, b in pairwise(sorted({*history.dates, *history.arrivals}))]
    told = [gap for gap in gaps if gap >= timedelta(minutes=1)]
    if len(told) < LEAST_GAPS:
        return UNKNOWN
    return min(max(TIMES * max(told), AT_LEAST), FARTHEST)


def rare_at(history: History) -> datetime:
    """When its present silence is too long, if it goes on."""
    return history.silent_since + rare_limit(history)
