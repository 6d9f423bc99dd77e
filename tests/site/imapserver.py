"""A small IMAP4rev1 server on loopback: one user, one folder, and faults on request.

with ImapServer() as server:
    server.put(b"Subject: a\\r\\n\\r\\n")
    server.faults = [ImapFault("FETCH", hang=True)]
    ...read server.url()...

It answers as far as RFC 3501 asks: CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE PLAIN, EXAMINE and
SELECT, UID SEARCH, UID FETCH, LOGOUT. A fetch without PEEK sets \\Seen, as it should.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Self

_LITERAL = re.compile(rb"\{([0-9]+)\}$")
_PARTIAL = re.compile(r"<([0-9]+)\.([0-9]+)>")


@dataclass
class ImapFault:
    """What the server does instead of answering."""

    verb: str
    """`GREETING`, `CAPABILITY`, `LOGIN`, `EXAMINE`, `SEARCH`, `FETCH`, ..."""
    reply: bytes = b""
    """Raw bytes sent in place of the answer; `{tag}` is the command's."""
    hang: bool = False
    drop: bool = False
    drip: float = 0.0
    """Seconds between the single bytes of the answer."""
    skip: int = 0
    """Let so many pass first."""


@dataclass
class Stored:
    """A mail in the folder."""

    uid: int
    octets: bytes
    arrived: date
    seen: bool = False


@dataclass
class ImapServer:
    """The server, a thread for each connection."""

    user: str = "bounces"
    password: str = 's"ecr\\et'
    tls: ssl.SSLContext | None = None
    """For STARTTLS, or with `implicit` from the start."""
    implicit: bool = False
    offers: str = "IMAP4rev1 AUTH=PLAIN"
    folder: str = "INBOX"
    validity: int = 1
    mails: list[Stored] = field(default_factory=list)
    faults: list[ImapFault] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    logins: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._open = set[socket.socket]()
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def url(self, scheme: str = "imap", host: str = "127.0.0.1") -> str:
        """A `mail.mailbox` for this server, as the configuration gives it."""
        return f"{scheme}://{self.user}@{host}:{self.port}/{self.folder}"

    def put(self, octets: bytes, arrived: date | None = None) -> int:
        """A mail arrives; its UID."""
        uid = max((mail.uid for mail in self.mails), default=0) + 1
        self.mails.append(Stored(uid, octets, arrived or datetime.now(UTC).date()))
        return uid

    def wait_for(self, verb: str) -> None:
        """Wait until this was asked."""
        for _ in range(2000):
            if any(verb in words for words in self.commands):
                return
            self._over.wait(0.01)
        raise AssertionError(f"nobody asked for {verb}: {self.commands}")

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="imap-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            self._start(lambda c=connection: self._serve(c))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        session = _Session(self, connection)
        with suppress(OSError):
            session.run()
        self._open.discard(connection)
        session.close()


class _Session:
    def __init__(self, server: ImapServer, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.file = connection.makefile("rb")
        self.encrypted = False
        self.known = False

    def close(self) -> None:
        with suppress(OSError):
            self.file.close()
            self.socket.close()

    def run(self) -> None:
        if self.server.implicit:
            self.encrypt()
        self.send("GREETING", b"", b"* OK ready\r\n")
        while (line := self.line()) is not None:
            tag, _, rest = line.partition(b" ")
            words = rest.decode("utf-8", "replace")
            verb = words.split(" ")[0].upper()
            if verb == "UID":
                verb = words.split(" ")[1].upper()
            self.server.commands.append(words)
            getattr(self, f"on_{verb.lower()}", self.unknown)(tag, words)
            if verb == "LOGOUT":
                return

    def line(self) -> bytes | None:
        whole = b""
        while True:
            line = self.file.readline()
            if not line:
                return None
            line = line.rstrip(b"\r\n")
            found = _LITERAL.search(line)
            if found is None:
                return whole + line
            self.socket.sendall(b"+ go ahead\r\n")
            whole += line[: found.start()] + b'"' + self.file.read(int(found[1])) + b'"'

    def encrypt(self) -> None:
        assert self.server.tls is not None
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
        self.server._open.add(self.socket)
        self.file = self.socket.makefile("rb")
        self.encrypted = True

    def send(self, verb: str, tag: bytes, octets: bytes) -> None:
        fault = next((f for f in self.server.faults if f.verb == verb), None)
        if fault is not None and fault.skip:
            fault.skip -= 1
            fault = None
        if fault is None:
            self.socket.sendall(octets)
            return
        if fault.hang:
            self.server._over.wait()
        if fault.drop:
            self.socket.shutdown(socket.SHUT_RDWR)
            return
        answer = fault.reply.replace(b"{tag}", tag) or octets
        if not fault.drip:
            self.socket.sendall(answer)
            return
        for at in range(len(answer)):
            self.socket.sendall(answer[at : at + 1])
            time.sleep(fault.drip)

    def unknown(self, tag: bytes, words: str) -> None:
        self.socket.sendall(tag + b" BAD what?\r\n")

    def on_capability(self, tag: bytes, words: str) -> None:
        offers = self.server.offers
        if self.server.tls is not None and not self.encrypted:
            offers += " STARTTLS"
        self.send("CAPABILITY", tag, f"* CAPABILITY {offers}\r\n".encode() + tag + b" OK\r\n")

    def on_starttls(self, tag: bytes, words: str) -> None:
        self.send("STARTTLS", tag, tag + b" OK begin\r\n")
        self.encrypt()

    def on_login(self, tag: bytes, words: str) -> None:
        own = f'LOGIN "{self.server.user}" "{self.server.password}"'
        self.login(tag, words == own)

    def on_authenticate(self, tag: bytes, words: str) -> None:
        self.send("AUTHENTICATE", tag, b"+ \r\n")
        given = base64.b64decode(self.file.readline().strip()).decode().split("\0")
        self.login(tag, given == ["", self.server.user, self.server.password])

    def login(self, tag: bytes, right: bool) -> None:
        self.server.logins += 1
        self.known = right
        answer = b" OK in\r\n" if right else b" NO [AUTHENTICATIONFAILED] wrong\r\n"
        self.send("LOGIN", tag, tag + answer)

    def on_examine(self, tag: bytes, words: str) -> None:
        if not self.known or words.split(" ", 1)[1].strip('"') != self.server.folder:
            self.socket.sendall(tag + b" NO no such folder\r\n")
            return
        last = max((mail.uid for mail in self.server.mails), default=0)
        answer = (
            f"* {len(self.server.mails)} EXISTS\r\n* 0 RECENT\r\n"
            f"* OK [UIDVALIDITY {self.server.validity}] valid\r\n"
            f"* OK [UIDNEXT {last + 1}] next\r\n"
        )
        self.send("EXAMINE", tag, answer.encode() + tag + b" OK [READ-ONLY] done\r\n")

    def on_search(self, tag: bytes, words: str) -> None:
        asked = words.split(" ", 2)[2]
        mails = self.server.mails
        if asked.startswith("SINCE "):
            day = datetime.strptime(asked[6:], "%d-%b-%Y").replace(tzinfo=UTC).date()
            found = [mail.uid for mail in mails if mail.arrived >= day]
        else:
            first = int(asked.removeprefix("UID ").removesuffix(":*"))
            found = [mail.uid for mail in mails if mail.uid >= first]
            found = found or [mail.uid for mail in mails[-1:]]  # `n:*` names the last at least
        answer = "* SEARCH" + "".join(f" {uid}" for uid in reversed(found)) + "\r\n"
        self.send("SEARCH", tag, answer.encode() + tag + b" OK done\r\n")

    def on_fetch(self, tag: bytes, words: str) -> None:
        _, _, uid, asked = words.split(" ", 3)
        number, mail = next(
            ((n, m) for n, m in enumerate(self.server.mails, 1) if m.uid == int(uid)), (0, None)
        )
        answer = b""
        if mail is not None and "SIZE" in asked:
            size = len(mail.octets)
            answer = f"* {number} FETCH (UID {uid} RFC822.SIZE {size})\r\n".encode()
        elif mail is not None:
            octets, origin = mail.octets, ""
            if part := _PARTIAL.search(asked):
                begin = int(part[1])
                octets, origin = octets[begin : begin + int(part[2])], f"<{begin}>"
            mail.seen |= "PEEK" not in asked
            head = f"* {number} FETCH (UID {uid} BODY[]{origin} {{{len(octets)}}}\r\n"
            answer = head.encode() + octets + b")\r\n"
        self.send("FETCH", tag, answer + tag + b" OK done\r\n")

    def on_logout(self, tag: bytes, words: str) -> None:
        self.send("LOGOUT", tag, b"* BYE\r\n" + tag + b" OK\r\n")
