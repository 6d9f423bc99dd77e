"""When a server asks us to come back (RFC 9110 §10.2.3), within reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(hours=24)

_SECONDS = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]*)?", re.ASCII)


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long to stay away, from SHORTEST to LONGEST; None where the header says nothing usable.

    Takes seconds (also fractions and signs) and the three date forms of HTTP. What lies in the past
    or below a minute is a minute: the server did ask for a pause.
    """
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        seconds = min(max(float(text), 0.0), LONGEST.total_seconds())
        return max(timedelta(seconds=seconds), SHORTEST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        wait = moment - now
    except OverflowError:
        return LONGEST
    return min(max(wait, SHORTEST), LONGEST)
