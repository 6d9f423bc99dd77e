"""A mailbox on an IMAP server, looked at without changing it: people may share it.

It is opened read-only, mails are peeked at: none is marked, moved or deleted. How far it is read is
`UIDVALIDITY:UID`, kept by whoever asks; a mailbox made anew has another UIDVALIDITY (RFC 3501
§2.3.1.1).
"""

from __future__ import annotations

import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from alerts.imap import Answer, Imap, ImapLink
from alerts.letters import MOST_LETTERS, MOST_OCTETS, VISIT_DEADLINE_S, Letter
from alerts.link import Deadline
from newsroom.errors import AuthFailure, ChannelDown

PORTS = {"imaps": 993, "imap": 143, "imap+starttls": 143}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_VALIDITY = re.compile(rb"\[UIDVALIDITY ([0-9]{1,18})\]", re.IGNORECASE)
_FIELD = re.compile(rb"\b(UID|RFC822\.SIZE) ([0-9]{1,18})\b", re.IGNORECASE)
_NUMBER = re.compile(rb"\b[0-9]{1,18}\b")
_QUOTED = re.compile(rb'BODY\[\](?:<[0-9]+>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_TIDY = 3.0
"""Seconds for a farewell nobody waits for."""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the mailbox is."""

    scheme: str
    """`imaps` TLS from the start, `imap+starttls` TLS or nothing, `imap` plain."""
    host: str
    port: int | None
    user: str
    folder: str


class ImapMailbox:
    """`alerts.mailbox.Mailbox` over IMAP; a connection a visit."""

    def __init__(
        self,
        name: str,
        server: ImapServer,
        password: str,
        ca_bundle: str = "",
        deadline: float = VISIT_DEADLINE_S,
    ) -> None:
        self.name = name
        self._server, self._password = server, password
        self._ca_bundle, self._deadline = ca_bundle, deadline
        self._link: ImapLink | None = None

    def letters(self, position: str, since: date) -> Iterator[Letter]:
        """Mails with a UID above the position's, the lowest first."""
        deadline = Deadline(self._deadline)
        self._link = link = ImapLink()
        session = Imap(link, self._server.host, deadline, 2 * MOST_OCTETS)
        try:
            self._open(session, link, deadline)
            validity = self._examine(session)
            known, _, last = position.partition(":")
            after = int(last) if known == validity and last.isdecimal() else None
            for uid in self._unread(session, after, since)[:MOST_LETTERS]:
                octets = self._fetch(session, uid)
                if octets is not None:
                    yield Letter(octets, f"{validity}:{uid}")
            self._leave(link)
        except OSError as e:
            why = str(e) or type(e).__name__
            raise ChannelDown(f"{self._server.host}: {why}") from e
        finally:
            self._link = None
            link.close()

    def close(self) -> None:
        """End a visit under way, from any thread."""
        if (link := self._link) is not None:
            link.shut()

    def _open(self, session: Imap, link: ImapLink, deadline: Deadline) -> None:
        server = self._server
        link.connect(server.host, server.port or PORTS[server.scheme], deadline)
        if server.scheme == "imaps":
            link.encrypt(self._tls(), server.host, deadline)
        session.greet()
        offered = session.capabilities()
        if server.scheme == "imap+starttls":
            if "STARTTLS" not in offered:
                # Somebody on the way may have taken the offer out; no password goes in clear text.
                raise ChannelDown(
                    f"{server.host} does not offer STARTTLS; write imaps:// if it can"
                )
            session.encrypt(self._tls())
            offered = session.capabilities()
        if not (link.encrypted or link.loopback):
            raise AuthFailure(
                f"{server.host}: imap:// would show the password to the network; "
                "write imap+starttls:// or imaps://"
            )
        if "AUTH=PLAIN" in offered:
            session.authenticate(server.user, self._password)
        elif "LOGINDISABLED" not in offered:
            session.login(server.user, self._password)
        else:
            raise AuthFailure(f"{server.host} offers no login Wirewatch knows (PLAIN, LOGIN)")

    def _examine(self, session: Imap) -> str:
        """Open the folder read-only; its UIDVALIDITY."""
        folder = self._server.folder
        name = modified_utf7(folder).replace("\\", "\\\\").replace('"', '\\"')
        answers = session.command("EXAMINE", f'"{name}"', what=f"the folder {folder}")
        found = [m[1] for a in answers if (m := _VALIDITY.search(a.text))]
        if not found:
            raise ChannelDown(f"{self._server.host} gives its mails no lasting numbers")
        return found[-1].decode()

    def _unread(self, session: Imap, after: int | None, since: date) -> list[int]:
        if after is None:
            asked = f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        else:
            asked = f"UID {after + 1}:*"  # of an empty range it is the last mail (RFC 3501 §6.4.8)
        answers = session.command("UID", "SEARCH", asked, what="the search")
        found = set[int]()
        for answer in answers:
            if answer.text.upper().startswith(b"* SEARCH"):
                found |= {int(word) for word in _NUMBER.findall(answer.text)}
        return sorted(uid for uid in found if after is None or uid > after)

    def _fetch(self, session: Imap, uid: int) -> bytes | None:
        """The mail's beginning; None where it is gone."""
        size = self._size(session, uid)
        if size is None:
            return None
        part = f"<0.{MOST_OCTETS}>" if size > MOST_OCTETS else ""
        asked = f"(UID BODY.PEEK[]{part})"
        for answer in session.command("UID", "FETCH", str(uid), asked, what="a mail"):
            if _fields(answer).get("UID") == uid:
                return _body(answer)
        return None

    def _size(self, session: Imap, uid: int) -> int | None:
        asked = "(UID RFC822.SIZE)"
        for answer in session.command("UID", "FETCH", str(uid), asked, what="a mail"):
            fields = _fields(answer)
            if fields.get("UID") == uid:
                return fields.get("RFC822.SIZE", MOST_OCTETS + 1)
        return None

    def _leave(self, link: ImapLink) -> None:
        with suppress(OSError):
            link.send(b"bye LOGOUT\r\n", Deadline(_TIDY))

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_bundle:
            try:
                context.load_verify_locations(cafile=self._ca_bundle)
            except (OSError, ssl.SSLError) as e:
                raise ChannelDown(f"ca_bundle {self._ca_bundle} cannot be read: {e}") from e
        return context


def modified_utf7(name: str) -> str:
    """A folder's name as IMAP spells it (RFC 3501 §5.1.3).

    >>> modified_utf7("반송 & co")
    '&vBjBoQ- &- co'
    """
    written, run = "", ""
    for character in [*name, ""]:
        if character and not " " <= character <= "~":
            run += character
            continue
        if run:
            coded = b64encode(run.encode("utf-16-be", "replace")).decode().rstrip("=")
            written, run = f"{written}&{coded.replace('/', ',')}-", ""
        written += "&-" if character == "&" else character
    return written


def _fields(answer: Answer) -> dict[str, int]:
    return {name.decode().upper(): int(value) for name, value in _FIELD.findall(answer.text)}


def _body(answer: Answer) -> bytes:
    """The mail's bytes: a literal as a rule, a quoted word where they are few."""
    if answer.literals:
        # where a server sends more than was asked for, the mail is the longest of it
        return max(answer.literals, key=len)[:MOST_OCTETS]
    found = _QUOTED.search(answer.text)
    return re.sub(rb"\\(.)", rb"\1", found[1]) if found else b""
