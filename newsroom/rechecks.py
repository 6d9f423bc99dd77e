"""When the page of a matched article is looked at again, and what a look means, decided."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""After the page was first in."""
RETRY_FIRST = timedelta(minutes=10)
RETRY_MAX = timedelta(hours=6)
RETRY_FOR = timedelta(days=3)
"""A page that fails for so long is not looked at any more."""
LOST_SHARE = 0.5
"""Less of a text than this, read by another page class than before, is a lost layout."""
_SHORT = 600
"""Characters of text beyond which a page is no notice that it is gone."""
_GONE = re.compile(
    r"\b404\b"
    r"|\b(?:page|article|story|content)\b[^.]{0,40}?\b"
    r"(?:not (?:be )?found|(?:n't|cannot) be found|removed|deleted|withdrawn|unavailable)\b"
    r"|(?:does|do)(?: not|n't) exist|no longer (?:available|exists?)"
    r"|(?:페이지|기사|게시물|콘텐츠)\S{0,2} ?(?:찾을 수 없|존재하지 않|삭제|없습니다)"
    r"|삭제(?:된|되었거나) ?(?:기사|페이지|게시물)|존재하지 않는 (?:기사|페이지|게시물)",
    re.IGNORECASE,
)


def next_look(first_in: datetime, made: int) -> datetime | None:
    """When the page is to be looked at after so many looks; None: not any more."""
    return first_in + LOOKS[made] if made < len(LOOKS) else None


def looks_made(first_in: datetime, made: int, now: datetime) -> int:
    """How many looks count as made after one at `now`: those that were missed are not made up."""
    due = sum(first_in + look <= now for look in LOOKS)
    return max(made + 1, due)


def look_after_failure(failures: int, failing_since: datetime, now: datetime) -> datetime | None:
    """When to try again after the `failures`-th failure in a row; None: never."""
    if now - failing_since >= RETRY_FOR:
        return None
    wait = RETRY_FIRST * (1 << min(max(failures - 1, 0), 10))
    return now + min(wait, RETRY_MAX)


def says_gone(title: str, body: str) -> bool:
    """Whether a page that answers as if all were well says that there is no such page."""
    if len(body) > _SHORT:
        return False
    return _GONE.search(title[:_SHORT]) is not None or _GONE.search(body) is not None


def is_lost(before: str, after: str, *, same_reader: bool) -> bool:
    """Whether a re-fetch lost the text rather than found it changed.

    `same_reader`: the page class that read the text before read this one too.
    """
    if not after.strip():
        return bool(before.strip())
    return not same_reader and len(after) < LOST_SHARE * len(before)
