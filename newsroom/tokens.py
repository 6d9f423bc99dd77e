"""Signed words in links that go out: whoever holds one may do what it says, and nothing else.

HMAC-SHA256 under the installation's secret, cut to 128 bits, base64url. A word's purpose is signed
with it, so that none can be used for another.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

STOP_FORM = r"[0-9]{1,18}\.[A-Za-z0-9_-]{22}"
"""The form of a stop token."""
_STOP = re.compile(r"(?P<alert>[0-9]{1,18})\.(?P<mark>[A-Za-z0-9_-]{22})")


def stop_token(secret: bytes, alert_id: int, recipient: str) -> str:
    """What stops the watchlists that an alert names, for its recipient: `ALERT.SIGNATURE`."""
    return f"{alert_id}.{_mark(secret, 'stop', str(alert_id), recipient)}"


def alert_of_token(token: str) -> int | None:
    """The alert a stop token speaks of; None for what has not its form. It proves nothing yet."""
    found = _STOP.fullmatch(token)
    return int(found["alert"]) if found else None


def is_stop_token(secret: bytes, token: str, alert_id: int, recipient: str) -> bool:
    """Whether this installation gave the token for that alert to that recipient."""
    return is_token(token, stop_token(secret, alert_id, recipient))


def feed_token(secret: bytes, watchlist: str, renewals: int = 0) -> str:
    """What opens the feed of a watchlist's matches, after it was renewed so many times."""
    again = (str(renewals),) if renewals else ()
    return _mark(secret, "feed", watchlist, *again)


def is_token(given: str, own: str) -> bool:
    """Whether a token that somebody gives is this one; how long it takes tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), own.encode())


def _mark(secret: bytes, *parts: str) -> str:
    message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    octets = hmac.new(secret, message, hashlib.sha256).digest()[:16]
    return urlsafe_b64encode(octets).decode("ascii").rstrip("=")
