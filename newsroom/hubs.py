"""WebSub (W3C Recommendation, 23 January 2018), decided: leases, tries, signatures, links."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from newsroom.identity import usable_url

LEASE_WISHED = timedelta(days=10)
LEASE_MAX = timedelta(days=30)
RENEWAL_MIN = timedelta(minutes=10)
"""No subscription is asked for more often, whatever lease a hub gives."""
ANSWER_BY = timedelta(hours=1)
"""A hub that took the question and has not verified it by then is asked again."""
RETRY_MIN = timedelta(minutes=10)
RETRY_MAX = timedelta(days=1)
DENIED_FOR = timedelta(days=7)
LEAVING_TRIES = 3
"""Then the lease is left to end by itself."""
MAX_URL = 2_000

_METHODS = {name: getattr(hashlib, name) for name in ("sha1", "sha256", "sha384", "sha512")}
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\";,]*))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))", re.IGNORECASE)


def lease(text: str | None) -> timedelta:
    """The lease a hub gave in `hub.lease_seconds`; what we wished where it says nothing usable."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 10:
        return LEASE_WISHED
    return min(timedelta(seconds=int(text)), LEASE_MAX)


def renewal(given: timedelta) -> timedelta:
    """How long after a lease began it is asked for again: a day, or a quarter, before its end."""
    return max(given - min(timedelta(days=1), given / 4), RENEWAL_MIN)


def retry(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 10 minutes doubling to a day."""
    return min(RETRY_MIN * (1 << min(max(failures - 1, 0), 20)), RETRY_MAX)


def signer(header: str, secret: str) -> tuple[Any, str] | None:
    """An HMAC to feed the body to, and the digest it must give; None for an unusable header.

    `header` is `X-Hub-Signature`: `method=hexdigest`.
    """
    method, _, digest = header.strip().partition("=")
    make: Callable[..., Any] | None = _METHODS.get(method.strip().lower())
    if make is None:
        return None
    return hmac.new(secret.encode(), digestmod=make), digest.strip().lower()


def is_signed(mac: Any, digest: str) -> bool:
    """Whether the body's digest is the given one; how long it takes tells nothing."""
    own: str = mac.hexdigest()
    return hmac.compare_digest(own.encode(), digest.encode("utf-8", "replace"))


def header_links(header: str, base: str) -> tuple[str | None, str | None]:
    """(hub, self) that an HTTP `Link` header names, absolute (RFC 8288); None for each it lacks.

    >>> header_links('<https://hub.example/>; rel="hub", </rss>; rel=self', "https://a.example/")
    ('https://hub.example/', 'https://a.example/rss')
    """
    found: dict[str, str] = {}
    for link in _LINK.finditer(header[:16_384]):
        rel = _REL.search(link[2])
        url = hub_url(link[1].strip(), base)
        for word in (rel[1] or rel[2] or "").lower().split() if rel and url else ():
            found.setdefault(word, url or "")
    return found.get("hub"), found.get("self")


def hub_url(text: str, base: str = "") -> str | None:
    """An http(s) address out of a feed, absolute and of a length that can be kept; else None."""
    url = usable_url(text, base) if base else usable_url(text)
    return url if url and len(url) <= MAX_URL else None
