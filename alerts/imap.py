"""IMAP4rev1 (RFC 3501) as far as a mailbox is looked at, over one connection with one deadline.

Everything a server may send without end has a cap: a line, a literal, an answer.
"""

from __future__ import annotations

import re
import ssl
from base64 import b64encode
from dataclasses import dataclass

from alerts.link import Deadline, Link, LinkClosed
from alerts.sanitise import clean
from newsroom.errors import AuthFailure, ChannelDown

_LONGEST_LINE = 256 * 1024
"""Of a search's answer: some forty thousand mails."""
_MOST_PARTS = 10_000
_CHUNK = 64 * 1024
_LITERAL = re.compile(rb"\{([0-9]{1,18})\}$")


class NotImap(ConnectionError):
    """What came is no answer to what was asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response line with its literals."""

    text: bytes
    """The line, each literal left out."""
    literals: tuple[bytes, ...] = ()


class ImapLink(Link):
    """A connection that reads lines and literals."""

    def line(self, deadline: Deadline) -> bytes:
        """One line without its end; raises OSError."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _LONGEST_LINE:
                raise NotImap("a line without end")
            self._receive(deadline)
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def literal(self, size: int, most: int, deadline: Deadline) -> bytes:
        """So many bytes; raises OSError, at once where they are more than `most`."""
        if size > most:
            raise NotImap(f"{size} bytes where at most {most} were asked for")
        while len(self._buffer) < size:
            self._receive(deadline)
        octets = bytes(self._buffer[:size])
        del self._buffer[:size]
        return octets

    def _receive(self, deadline: Deadline) -> None:
        self._socket.settimeout(deadline.left())
        octets = self._socket.recv(_CHUNK)
        if not octets:
            raise LinkClosed("the server closed the connection")
        self._buffer += octets


class Imap:
    """An open session; raises OSError where the link fails, ChannelDown for what is refused."""

    def __init__(self, link: ImapLink, host: str, deadline: Deadline, most: int) -> None:
        self._link, self._host, self._deadline, self._most = link, host, deadline, most
        self._count = 0

    def greet(self) -> None:
        """Read the server's greeting."""
        line = self._link.line(self._deadline)
        # PREAUTH would keep us from STARTTLS: whoever is on the way may have said it
        if not line.upper().startswith(b"* OK"):
            raise self._refused("the connection", line)

    def command(self, *parts: str | bytes, what: str = "") -> list[Answer]:
        """Send one command, and return what is said before its end.

        Parts in bytes go as literals, each when the server asks for it. Raises ChannelDown where
        the server refuses; `what` names it then.
        """
        self._count += 1
        tag = f"w{self._count}"
        line = tag.encode()
        for part in parts:
            if isinstance(part, bytes):
                self._link.send(b"%b {%d}\r\n" % (line, len(part)), self._deadline)
                self._go_ahead(what or str(parts[0]))
                line = part
            else:
                if "\r" in part or "\n" in part:
                    raise ValueError("a command is one line")
                line += b" " + part.encode("ascii")
        self._link.send(line + b"\r\n", self._deadline)
        return self._until(tag, what or str(parts[0]))

    def authenticate(self, user: str, password: str) -> None:
        """AUTHENTICATE PLAIN (RFC 4616)."""
        self._count += 1
        tag = f"w{self._count}"
        self._link.send(f"{tag} AUTHENTICATE PLAIN\r\n".encode(), self._deadline)
        self._go_ahead("the login")
        secret = b64encode(f"\0{user}\0{password}".encode())
        self._link.send(secret + b"\r\n", self._deadline)
        self._until(tag, "the login", AuthFailure)

    def capabilities(self) -> frozenset[str]:
        """What the server offers now, in capitals."""
        words: set[str] = set()
        for answer in self.command("CAPABILITY"):
            if answer.text.upper().startswith(b"* CAPABILITY "):
                words |= set(answer.text.decode("ascii", "replace").upper().split()[2:])
        return frozenset(words)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """STARTTLS; everything known before it is forgotten."""
        self.command("STARTTLS")
        self._link.encrypt(context, self._host, self._deadline)

    def login(self, user: str, password: str) -> None:
        """LOGIN, its words as literals: they may hold anything."""
        try:
            self.command("LOGIN", user.encode(), password.encode(), what="the login")
        except ChannelDown as e:
            raise AuthFailure(e.message, reply=e.reply) from e

    def _go_ahead(self, what: str) -> None:
        line = self._link.line(self._deadline)
        for _ in range(_MOST_PARTS):
            if not line.startswith(b"* "):
                break
            line = self._link.line(self._deadline)
        if not line.startswith(b"+"):
            kind = AuthFailure if what == "the login" else ChannelDown
            raise self._refused(what, line, kind)

    def _until(self, tag: str, what: str, kind: type[ChannelDown] = ChannelDown) -> list[Answer]:
        answers: list[Answer] = []
        left = self._most
        while len(answers) < _MOST_PARTS:
            answer = self._answer(left)
            left -= sum(map(len, answer.literals))
            first, _, rest = answer.text.partition(b" ")
            if first == tag.encode():
                if not rest.upper().startswith(b"OK"):
                    raise self._refused(what, answer.text, kind)
                return answers
            if answer.text.upper().startswith(b"* BYE"):
                raise self._refused(what, answer.text)
            answers.append(answer)
        raise NotImap("an answer without end")

    def _answer(self, most: int) -> Answer:
        text, literals, left = b"", list[bytes](), most
        for _ in range(_MOST_PARTS):
            line = self._link.line(self._deadline)
            found = _LITERAL.search(line)
            text += line if found is None else line[: found.start()]
            if len(text) > _LONGEST_LINE:
                break
            if found is None:
                return Answer(text, tuple(literals))
            octets = self._link.literal(int(found[1]), left, self._deadline)
            left -= len(octets)
            literals.append(octets)
        raise NotImap("an answer without end")

    def _refused(
        self, what: str, line: bytes, kind: type[ChannelDown] = ChannelDown
    ) -> ChannelDown:
        said = clean(line.decode("utf-8", "replace"), 200)
        return kind(f"{self._host} refused {what}: {said}", reply=said)
