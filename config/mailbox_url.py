"""The mailbox that bounces come back to, as the operator names it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote as percent
from urllib.parse import unquote

from config.hosts import host_name
from config.urls import mask, split
from config.values import Bad, nearest, quote, string

MAILDIR = "maildir"
SCHEMES = ("imaps", "imap", "imap+starttls", MAILDIR)
_EXAMPLE = "imaps://bounces@mail.example.org/INBOX"
_KNOWN = "imaps://, imap+starttls://, imap:// or maildir:///"


class MailboxUrl(NamedTuple):
    """A mailbox URL taken apart."""

    url: str
    """`imaps://[user@]host[:port]/FOLDER` without the password, or `maildir://PATH` with the path
    as written, percent-encoded."""
    user: str | None
    password: str | None
    host: str
    """Empty for a Maildir."""

    @property
    def path(self) -> str | None:
        """The Maildir's path; None for a server."""
        return unquote(self.url[len(f"{MAILDIR}://") :]) if not self.host else None


def mailbox_url(raw: object) -> MailboxUrl | None:
    """A mailbox on a server or in a folder; None for an empty text: none is read.

    `maildir:///var/mail/x` is absolute; `maildir:mail/x` is relative to the file it stands in.
    """
    if raw == "":
        return None
    text = string(raw, _EXAMPLE)
    hint = f'write it like "{_EXAMPLE}"'
    if text.startswith(f"{MAILDIR}:"):
        return _maildir(text)
    parts = split(text, text, hint)
    if parts.scheme not in SCHEMES:
        near = nearest(parts.scheme, SCHEMES)
        wrong = f"{quote(mask(text))} is no mailbox"
        raise Bad(wrong, f"write {near}://… ({_KNOWN})" if near else f"{hint} ({_KNOWN})")
    if not parts.hostname:
        raise Bad(f"{quote(mask(text))} names no server", hint)
    name = host_name(parts.hostname)
    if parts.query or parts.fragment:
        coded = "; in a password write @ / ? and # as %40 %2F %3F and %23"
        raise Bad(f"{quote(mask(text))} goes on after the folder", hint + coded)
    if parts.port == 0:
        raise Bad(f"{quote(mask(text))}: 0 is no port", hint)
    user, password = _plain(parts.username, text), _plain(parts.password, text)
    if user is None:
        raise Bad(f"{quote(mask(text))} names no user", hint)
    folder = _plain(parts.path.removeprefix("/"), text) or "INBOX"
    shown = f"[{name}]" if ":" in name else name
    port = f":{parts.port}" if parts.port else ""
    url = f"{parts.scheme}://{percent(user, safe='')}@{shown}{port}/{percent(folder)}"
    return MailboxUrl(url, user, password, name)


def maildir_at(text: str, base: Path) -> str:
    """A Maildir's URL with a relative path made absolute; any other text as it is."""
    path = unquote(text.removeprefix(f"{MAILDIR}:").removeprefix("//"))
    if not text.startswith(f"{MAILDIR}:") or path.startswith(("/", "~/")) or not path:
        return text
    return f"{MAILDIR}://{percent(str(base / path))}"


def _maildir(text: str) -> MailboxUrl:
    hint = 'write it like "maildir:///var/mail/bounces"'
    path = unquote(text.removeprefix(f"{MAILDIR}:").removeprefix("//"))
    if not path.isprintable():
        raise Bad(f"{quote(text)} holds a control character", hint)
    if not path.strip("/ "):
        raise Bad(f"{quote(text)} names no folder", hint)
    return MailboxUrl(f"{MAILDIR}://{percent(path)}", None, None, "")


def _plain(text: str | None, url: str) -> str | None:
    if not text:
        return None
    plain = unquote(text)
    if not plain.isprintable():
        raise Bad(f"{quote(mask(url))} holds a control character", "leave it out")
    return plain
