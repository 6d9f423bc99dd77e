"""How long an answer says that it stays as it is (RFC 9111 §4.2, §5.2.2, §5.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)
"""A server that says more is not believed any further."""

_MAX_AGE = re.compile(r"""(?:^|,)\s*max-age\s*=\s*"?([0-9]{1,12})"?\s*(?=,|$)""", re.ASCII | re.I)
_NEVER = re.compile(r"(?:^|,)\s*(?:no-cache|no-store)\s*(?==|,|$)", re.ASCII | re.I)
_AGE = re.compile(r"[0-9]{1,12}", re.ASCII)
_READ_MOST = 1000


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How much longer the answer is fresh, at most a day; None where it does not say so.

    `headers` have lower-case names. Cache-Control goes before Expires; `no-store`, `no-cache`,
    an Expires that is no date or lies behind, and an Age that used it all up are None: the server
    asks for nothing. Expires counts from the server's own Date, where it gives one.
    """
    control = headers.get("cache-control", "")[:_READ_MOST]
    if _NEVER.search(control):
        return None
    ages = [int(found) for found in _MAX_AGE.findall(control)]
    if ages:
        used = headers.get("age", "").strip()
        left = min(ages) - (int(used) if _AGE.fullmatch(used) else 0)
    else:
        expires = _instant(headers.get("expires"))
        if expires is None:
            return None
        left = int((expires - (_instant(headers.get("date")) or now)).total_seconds())
    if left <= 0:
        return None
    return min(timedelta(seconds=min(left, 10**6)), LONGEST)


def _instant(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value.strip()[:100])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
