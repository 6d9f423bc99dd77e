"""A real SMTP server (aiosmtpd) on loopback that takes mail, keeps it, and fails on request.

with MailServer() as server:
    server.faults = [Fault("rcpt", "450 4.7.1 greylisted", recipient="a@example.org", times=1)]
    ...deliver to server.url()...
    assert [m.recipient for m in server.messages] == ["a@example.org"]
"""

# ruff: noqa: N802 - aiosmtpd names its hooks after the SMTP verbs

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, Self
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "content"]
"""Where a fault strikes: `data` is the answer to DATA, `body` comes right after it, while the mail
is being sent, `content` is the answer to the final dot."""


@dataclass
class Fault:
    """What the server does instead of answering as usual."""

    stage: Stage
    reply: str = ""
    """The answer, `code text`; a 421 ends the connection after it. Empty: no answer."""
    drop: bool = False
    """Close the connection, after the answer if there is one."""
    keep: bool = False
    """At `content`: the mail is taken first (and then no definite answer given)."""
    drip: float = 0.0
    """Seconds between the single bytes of the answer (at `connect` of the greeting)."""
    recipient: str | None = None
    """Only for this recipient (from `rcpt` on)."""
    nth: int | None = None
    """Only the nth time this stage is reached (from 1; for this recipient where one is named)."""
    times: int | None = None
    """At most so many times; None: always."""
    struck: int = field(default=0, init=False)
    reached: int = field(default=0, init=False)

    def strikes(self, stage: Stage, recipient: str | None) -> bool:
        if stage != self.stage or self.recipient not in (None, recipient):
            return False
        self.reached += 1
        if self.nth not in (None, self.reached):
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True


@dataclass(frozen=True)
class Received:
    """A mail the server took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    """As it was sent, dots unstuffed, CRLF line ends."""
    connection: int
    """Number of the connection it came by, from 1."""
    encrypted: bool
    user: str | None

    @property
    def recipient(self) -> str:
        (only,) = self.recipients
        return only

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.SMTPUTF8)


class MailServer:
    """The server, in a thread of its own; `start` after `stop` takes the same port again."""

    offers_pipelining = False
    """Whether servers say so that are not told; what they do is the same."""

    def __init__(
        self,
        *,
        starttls: ssl.SSLContext | None = None,
        implicit_tls: ssl.SSLContext | None = None,
        users: dict[str, str] | None = None,
        smtputf8: bool = False,
        size_limit: int = 33_554_432,
        pipelining: bool | None = None,
    ) -> None:
        self.starttls = starttls
        self.implicit_tls = implicit_tls
        self.users = users
        """User → password; None: no login is offered."""
        self.smtputf8 = smtputf8
        self.size_limit = size_limit
        self.pipelining = self.offers_pipelining if pipelining is None else pipelining
        self.faults: list[Fault] = []
        self.messages: list[Received] = []
        self.commands: list[tuple[int, str]] = []
        """Every command line with the number of its connection."""
        self.wire = bytearray()
        """Every byte that came in clear text, over all connections."""
        self.connections = 0
        self.port = 0
        self.changed = threading.Condition()
        self._open: set[_Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._listener: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-server")
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._run(self._loop.shutdown_default_executor()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(10)
        self._loop.close()

    def url(self, scheme: str | None = None, user: str | None = None) -> str:
        """A `mail.url` for this server."""
        scheme = scheme or ("smtps" if self.implicit_tls else "smtp")
        login = f"{quote(user, safe='')}@" if user else ""
        return f"{scheme}://{login}127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen (again)."""
        self._run(self._listen()).result(10)

    def stop(self) -> None:
        """Stop listening and cut every connection: connects are refused."""
        self._run(self._unlisten()).result(10)

    def hang_up(self) -> None:
        """Close every connection politely, as a server does with idle ones; go on listening."""
        self._run(self._close_all()).result(10)

    def wait_for(self, count: int, timeout: float = 20.0) -> list[Received]:
        """Wait until so many mails have come."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.messages) >= count, timeout):
                raise AssertionError(f"{len(self.messages)} mails of {count} after {timeout} s")
            return list(self.messages)

    def wait_until_left(self, timeout: float = 20.0) -> None:
        """Wait until the other side of every connection is gone: nothing more can come by them."""
        end = time.monotonic() + timeout
        while self._open:
            if time.monotonic() > end:
                raise AssertionError(f"{len(self._open)} connections are open after {timeout} s")
            time.sleep(0.005)

    def fault(self, stage: Stage, recipient: str | None = None) -> Fault | None:
        """The first planned fault that strikes here."""
        return next((f for f in self.faults if f.strikes(stage, recipient)), None)

    def took(self, message: Received) -> None:
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    async def _listen(self) -> None:
        self._listener = await self._loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, ssl=self.implicit_tls
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _unlisten(self) -> None:
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None
        await self._close_all(abort=True)

    async def _close_all(self, abort: bool = False) -> None:
        open_now = list(self._open)
        for connection in open_now:
            connection.hang_up(abort)
        for _ in range(100):
            if not self._open.intersection(open_now):
                break
            await asyncio.sleep(0.01)

    def _run(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


class _Connection(SMTP):
    """aiosmtpd's protocol with the plan asked before each step."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        server.connections += 1
        self.number = server.connections
        self._drip = 0.0
        self._greeted = False
        super().__init__(
            _Handler(self),
            hostname="mail.test",
            loop=server._loop,
            tls_context=server.starttls,
            enable_SMTPUTF8=server.smtputf8,
            data_size_limit=server.size_limit,
            auth_require_tls=server.starttls is not None,
            authenticator=self._authenticate_user,
            auth_exclude_mechanism=() if server.users is not None else ("PLAIN", "LOGIN"),
        )
        if server.implicit_tls is not None:
            self._auth_require_tls = False

    def connection_made(self, transport: Any) -> None:
        self._server._open.add(self)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if not self.encrypted:
            self._server.wire += data
        super().data_received(data)

    @property
    def encrypted(self) -> bool:
        tls = self.session is not None and self.session.ssl is not None
        return tls or self._server.implicit_tls is not None

    def connection_lost(self, error: Exception | None) -> None:
        self._server._open.discard(self)
        super().connection_lost(error)

    def hang_up(self, abort: bool = False) -> None:
        if self.transport is not None:
            if abort:  # TLS would otherwise wait for the other side's farewell
                # one that has ended by itself has nothing left to abort, and stumbles over that
                with contextlib.suppress(AttributeError):
                    self._writer.transport.abort()
            else:
                self.transport.close()

    async def push(self, status: Any) -> None:
        text = status if isinstance(status, bytes) else str(status).encode()
        if not self._greeted:
            self._greeted = True
            if await self._strike("connect"):
                return
        if text.startswith(b"250 HELP") and self._server.pipelining:
            await super().push("250-PIPELINING")
        if text == b"250-AUTH ":  # no mechanism is left: say nothing of AUTH
            return
        if text.startswith(b"354") and (fault := self._server.fault("body", self._recipient)):
            await super().push(text)
            await self._carry_out(fault)
            return
        if self._drip:
            await self._dripped(text + b"\r\n", self._drip)
        else:
            await super().push(text)

    async def smtp_EHLO(self, hostname: str) -> None:
        self._note("EHLO", hostname)
        if not await self._strike("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        self._note("STARTTLS", arg)
        if not await self._strike("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        self._note("AUTH", arg)
        if not await self._strike("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self._note("MAIL", arg)
        if not await self._strike("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        self._note("RCPT", arg)
        recipient = (arg or "").partition("<")[2].partition(">")[0]
        if not await self._strike("rcpt", recipient):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self._note("DATA", arg)
        if not await self._strike("data", self._recipient):
            await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg: str) -> None:
        self._note("RSET", arg)
        await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self._note("QUIT", arg)
        await super().smtp_QUIT(arg)

    async def took(self, session: Session, envelope: Envelope) -> str:
        fault = self._server.fault("content", self._recipient)
        if fault is None or fault.keep:
            user = session.auth_data.login.decode() if session.auth_data else None
            self._server.took(
                Received(
                    sender=envelope.mail_from or "",
                    recipients=tuple(envelope.rcpt_tos),
                    content=bytes(envelope.original_content or b""),
                    connection=self.number,
                    encrypted=self.encrypted,
                    user=user,
                )
            )
        if fault is None:
            return f"250 2.0.0 taken as {len(self._server.messages)}"
        if fault.reply and not fault.drop and not fault.reply.startswith("421"):
            self._drip = fault.drip or self._drip
            return "\r\n".join(fault.reply.splitlines())
        await self._carry_out(fault)
        await self._over()
        raise AssertionError("a connection that is over goes on")

    @property
    def _recipient(self) -> str | None:
        return self.envelope.rcpt_tos[0] if self.envelope and self.envelope.rcpt_tos else None

    def _note(self, verb: str, arg: str | None) -> None:
        self._server.commands.append((self.number, f"{verb} {arg or ''}".strip()))

    async def _strike(self, stage: Stage, recipient: str | None = None) -> bool:
        """Whether a fault answered in our place."""
        fault = self._server.fault(stage, recipient)
        if fault is None:
            return False
        if fault.drip and not fault.reply:
            self._drip = fault.drip  # from here on every answer drips
            return False
        await self._carry_out(fault)
        return True

    async def _carry_out(self, fault: Fault) -> None:
        if fault.reply:
            for line in fault.reply.splitlines():
                text = line.encode() + b"\r\n"
                if fault.drip:
                    await self._dripped(text, fault.drip)
                else:
                    await super().push(line)
        if fault.drop or fault.reply.startswith("421"):
            self.hang_up()
            await self._over()
        elif not fault.reply:
            await self._over()  # says nothing, and keeps the connection

    async def _dripped(self, octets: bytes, pause: float) -> None:
        for i in range(len(octets)):
            self._writer.write(octets[i : i + 1])
            await self._writer.drain()
            await asyncio.sleep(pause)

    async def _over(self) -> None:
        """Answer nothing more on this connection; ends when the other side or `stop` ends it."""
        await asyncio.Event().wait()

    def _authenticate_user(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        users = self._server.users or {}
        known = isinstance(data, LoginPassword) and (
            users.get(data.login.decode()) == data.password.decode()
        )
        return AuthResult(success=known, handled=False, auth_data=data if known else None)


class _Handler:
    """What aiosmtpd calls with a whole mail; apart, since it also looks up its own names on it."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._connection.took(session, envelope)
