"""How a mail can be stopped: by a page that answers, by a mail, or by both (RFC 2369, RFC 8058)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from alerts.address import envelope_address, split_sender
from alerts.model import AlertContent
from alerts.sanitise import safe_url

_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,100}")


def stop_link(content: AlertContent) -> str | None:
    """The page that stops the watchlists of this mail; None where none answers."""
    token = _token(content)
    if not content.base_url or not token:
        return None
    return safe_url(f"{content.base_url.rstrip('/')}/stop/{token}")


def stop_subject(content: AlertContent) -> str:
    """The subject of a mail that asks for it, as a person types it."""
    return f"unsubscribe {_token(content)}".rstrip()


def stop_mailto(content: AlertContent) -> str:
    """The same as a link.

    Without a token the recipient is named: the subject then tells who wants out even where the
    mail was forwarded.
    """
    sender = split_sender(content.sender)[1]
    to = envelope_address(content.recipient)
    subject = stop_subject(content)
    if not _token(content) and to:
        subject = f"{subject} {to}"
    return _mailto(sender, subject)


@lru_cache(maxsize=64)
def _mailto(address: str, subject: str) -> str:
    """Asked for twice of each mail, by its header and by its footer."""
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"


def _token(content: AlertContent) -> str:
    return content.stop_token if _TOKEN.fullmatch(content.stop_token) else ""
