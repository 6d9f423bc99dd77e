"""The mailbox that mails come back to, read one mail after the other.

Whoever writes to it is a stranger, and its server may be anything: of a mail no more than its first
megabyte is read, of a mailbox no more than 200 mails a visit, and a visit has an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from alerts.letters import Letter
from alerts.mailbox_imap import ImapMailbox, ImapServer
from alerts.mailbox_maildir import MaildirMailbox

MAILDIR = "maildir://"


class Mailbox(Protocol):
    """Where mails come in; calls block, one at a time, but for `close`."""

    name: str
    """What it is known by: its URL, without a password."""

    def letters(self, position: str, since: date) -> Iterator[Letter]:
        """Mails not read yet, the oldest first; raises ChannelDown, and AuthFailure for a login.

        A mail is done with when the next one, or the end, is asked for; then the `position` it
        carries is where the next visit begins. With no position (empty, or of a mailbox that was
        made anew) those that came since that day are read.
        """
        ...

    def close(self) -> None:
        """End a visit under way, from any thread."""
        ...


def open_mailbox(url: str, password: str | None, ca_bundle: str = "") -> Mailbox:
    """The mailbox at a `mail.mailbox` of the configuration; connects to nothing yet."""
    if url.startswith(MAILDIR):
        return MaildirMailbox(url, Path(unquote(url[len(MAILDIR) :])))
    parts = urlsplit(url)
    server = ImapServer(
        parts.scheme,
        parts.hostname or "",
        parts.port,
        unquote(parts.username or ""),
        unquote(parts.path.removeprefix("/")) or "INBOX",
    )
    return ImapMailbox(url, server, password or "", ca_bundle)
