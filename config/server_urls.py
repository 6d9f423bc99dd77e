"""Servers the operator names by URL: mail, proxy, database."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote as percent
from urllib.parse import unquote

from config.hosts import host_name
from config.urls import mask, split
from config.values import Bad, nearest, quote, string

MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")
_MAIL_EXAMPLE = "smtp+starttls://user@mail.example.org:587"


class MailUrl(NamedTuple):
    """A mail URL taken apart."""

    url: str
    """Without the password."""
    user: str | None
    password: str | None
    host: str


def mail_url(raw: object) -> MailUrl | None:
    """The mail server; None for an empty text: mails are kept as files."""
    if raw == "":
        return None
    text = string(raw, _MAIL_EXAMPLE)
    hint = f'write it like "{_MAIL_EXAMPLE}"'
    parts = split(text, text, hint)
    if parts.scheme not in MAIL_SCHEMES:
        near = nearest(parts.scheme, MAIL_SCHEMES)
        known = "smtp://, smtps:// or smtp+starttls://"
        wrong = f"{quote(mask(text))} has no known mail scheme"
        raise Bad(wrong, f"write {near}://… ({known})" if near else f"{hint} ({known})")
    if not parts.hostname:
        raise Bad(f"{quote(mask(text))} names no server", hint)
    name = host_name(parts.hostname)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        coded = "; in a password write @ and / as %40 and %2F"
        raise Bad(f"{quote(mask(text))} has a path", hint + coded)
    if parts.port == 0:
        raise Bad(f"{quote(mask(text))}: 0 is no port", hint)
    user = _credential(parts.username, text)
    password = _credential(parts.password, text)
    shown = f"[{name}]" if ":" in name else name
    port = f":{parts.port}" if parts.port else ""
    before = f"{percent(user, safe='')}@" if user else ""
    return MailUrl(f"{parts.scheme}://{before}{shown}{port}", user, password, name)


def proxy(raw: object) -> str | None:
    """`http://[user:password@]host:port`, or None for an empty text."""
    if raw == "":
        return None
    hint = 'write it like "http://proxy.example.org:3128"'
    text = string(raw, "http://proxy.example.org:3128")
    parts = split(text, text, hint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Bad(f"{quote(mask(text))} is no http proxy", hint)
    host_name(parts.hostname)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise Bad(f"{quote(mask(text))} has a path", hint)
    return text.rstrip("/")


def database_url(raw: object) -> str:
    """`sqlite:///FILE` (relative ones still so) or a PostgreSQL URL with the psycopg driver."""
    hint = 'write "sqlite:///wirewatch.db" or "postgresql+psycopg://user@host/name"'
    text = string(raw, "sqlite:///wirewatch.db")
    if text.startswith("sqlite:"):
        return _sqlite_url(text, hint)
    parts = split(text, text, hint)
    if parts.scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        if not parts.path.strip("/"):
            raise Bad(f"{quote(mask(text))} names no database", hint)
        return f"postgresql+psycopg{text[len(parts.scheme) :]}"
    raise Bad(f"{quote(mask(text))} is no SQLite or PostgreSQL URL", hint)


def _sqlite_url(text: str, hint: str) -> str:
    if not text.startswith("sqlite:///") or "?" in text or "#" in text:
        raise Bad(f"{quote(text)} is not sqlite:/// and a file name alone", hint)
    name = unquote(text.removeprefix("sqlite:///"))
    if not name.isprintable():
        raise Bad(f"{quote(text)} holds a control character", hint)
    if not name.strip("/ ") or name.startswith(":") or name.endswith("/"):
        raise Bad(f"{quote(text)} names no file", 'write "sqlite:///wirewatch.db"')
    return text


def _credential(text: str | None, url: str) -> str | None:
    if not text:
        return None
    plain = unquote(text)
    if not plain.isprintable():
        raise Bad(f"{quote(mask(url))}: user or password hold a control character", "leave it out")
    return plain
