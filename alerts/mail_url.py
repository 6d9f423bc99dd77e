"""`mail.url`: which server takes the mail, and how it is spoken to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as `mail.url` names it."""

    scheme: str
    """`smtp` plain, `smtps` TLS from the start, `smtp+starttls` TLS or nothing."""
    host: str
    port: int
    user: str | None = None
    password: str | None = None
    """As given in the URL; the password file counts before it."""


def parse_mail_url(url: str) -> MailServer:
    """Read `scheme://[user[:password]@]host[:port]`; raises ValueError saying what is wrong.

    User and password are percent-encoded where they hold `@`, `:` or `/`. The URL is not repeated
    in the error: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as e:
        raise ValueError("mail.url is no URL; write smtp://, smtps:// or smtp+starttls://") from e
    if parts.scheme not in PORTS:
        raise ValueError("mail.url begins with none of smtp://, smtps://, smtp+starttls://")
    if not parts.hostname:
        raise ValueError("mail.url names no host")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("mail.url goes on after the host; percent-encode / ? # in the user name")
    return MailServer(
        parts.scheme,
        parts.hostname,
        PORTS[parts.scheme] if port is None else port,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )
