"""Who is told: a mail address, or the URL of another channel. A URL is a secret as a whole.

    desk@example.org                      mail
    webhook+https://host[:port]/path      our own webhook, signed JSON
    slack://…, tgram://…, ntfys://…       a service Apprise knows

The whole text is the recipient's identity, in files and tables; people are shown `shown`.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["mail", "apprise", "webhook"]

MAIL_LANE = "mail"
"""The lane of everybody who is told by mail."""
WEBHOOK_SCHEMES = ("webhook+https", "webhook+http")
_LEAST_SECRET = 4
"""Shorter pieces of a URL are words, not secrets."""
_BETWEEN = re.compile(r"[/?&=:@#,;]+")


def kind_of(recipient: str) -> Kind:
    """How a recipient is told."""
    scheme, apart, _ = recipient.partition("://")
    if not apart:
        return "mail"
    return "webhook" if scheme.lower() in WEBHOOK_SCHEMES else "apprise"


def lane_of(recipient: str) -> str:
    """The lane that carries a recipient's messages; every URL has one of its own.

    `mail`, `webhook hooks.example.org 3f2a1b7c`, `slack 90c4de11`: no lane waits for another's
    server, and none is named by a secret.
    """
    kind = kind_of(recipient)
    if kind == "mail":
        return MAIL_LANE
    place = f"webhook {_host(recipient)}" if kind == "webhook" else _scheme(recipient)
    return f"{place[:150]} {_mark(recipient, 8)}"


def shown(recipient: str) -> str:
    """A recipient as people may see it: an address whole, of a URL no more than tells it apart.

    >>> shown("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    'slack://***769c28'
    """
    kind = kind_of(recipient)
    if kind == "mail":
        return recipient
    place = f"{_host(recipient)}/" if kind == "webhook" else ""
    return f"{_scheme(recipient)}://{place}***{_mark(recipient, 6)}"


def without_secrets(text: str, recipient: str) -> str:
    """A text about a recipient, with whatever stands in its URL shown as `***`."""
    if kind_of(recipient) == "mail":
        return text
    rest = recipient.partition("://")[2]
    host = _host(recipient) if kind_of(recipient) == "webhook" else ""
    pieces = {piece for part in (rest, unquote(rest)) for piece in _BETWEEN.split(part)}
    text = text.replace(recipient, shown(recipient))
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _LEAST_SECRET and piece.lower() not in host:
            text = text.replace(piece, "***")
    return text


def _scheme(recipient: str) -> str:
    return re.sub(r"[^a-z0-9+.-]", "", recipient.partition("://")[0].lower())[:40]


def _host(recipient: str) -> str:
    """Host and port, without user and password; empty for a broken URL."""
    try:
        netloc = urlsplit(recipient).netloc
    except ValueError:
        return ""
    return re.sub(r"[^a-z0-9.:\[\]_-]", "", netloc.rpartition("@")[2].lower())


def _mark(recipient: str, digits: int) -> str:
    return hashlib.sha256(recipient.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
