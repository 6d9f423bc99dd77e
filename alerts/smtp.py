"""Mail through an SMTP server, one recipient a mail, over one connection kept open.

What each ending means (DESIGN §10):

    before MAIL is accepted     the server's affair: ChannelDown, but for what the mail itself asks
    up to the final dot         this mail's affair: TemporaryFailure or PermanentFailure; 421 and a
                                call for a login are the server's
    after the final dot         a reply decides; without one nobody knows: UncertainOutcome
"""

from __future__ import annotations

import contextlib
import logging
import re
import ssl
import threading

from alerts.address import envelope_address, split_sender
from alerts.link import Deadline, Link, LinkClosed, Reply
from alerts.mail_url import parse_mail_url
from alerts.sanitise import clean
from alerts.session import Session, prepare, refusal
from alerts.trust import trusted
from newsroom.delivery import AUTH_CODES
from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)

log = logging.getLogger("wirewatch.mail")

_ABOUT_THE_MAIL = frozenset({552, 555})
"""Refusals of MAIL that speak of this mail (its size, its parameters), not of the sender."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_IDLE = 60.0
"""Seconds without a mail after which a connection is no longer trusted to be there."""
_TIDY = 5.0
"""Seconds for RSET and QUIT, which nobody waits for."""


class SmtpChannel:
    """`newsroom.ports.Channel` over SMTP. Threads take turns; `close` may come from any thread.

    `deadline` (seconds) bounds a mail up to its final dot, opening the connection included;
    `data_reply_deadline` the wait for the reply to it. `ca_bundle` is a PEM file trusted beside
    the system's authorities. Raises ValueError for a URL it cannot use.
    """

    name = "smtp"

    def __init__(
        self,
        url: str,
        password: str | None,
        sender: str,
        ca_bundle: str = "",
        deadline: float = 120.0,
        data_reply_deadline: float = 300.0,
    ) -> None:
        self._server = parse_mail_url(url)
        self._password = self._server.password if password is None else password
        self._sender = split_sender(sender)[1]
        self._ca_bundle = ca_bundle
        self._deadline = deadline
        self._data_reply_deadline = data_reply_deadline
        self._context: ssl.SSLContext | None = None
        self._link: Link | None = None
        self._session: Session | None = None
        self._idle_after = Deadline(_IDLE)
        self._lock = threading.Lock()

    def send(self, recipient: str, message: bytes, *, filename: str) -> str:
        """Hand one mail over; returns the server's reply, raises DeliveryError."""
        to = envelope_address(recipient)
        if to is None:
            raise PermanentFailure("the recipient is no address a mail server can be told of")
        with self._lock:
            reply = self._hand_over(to, message, Deadline(self._deadline))
            self._idle_after = Deadline(_IDLE)
            # Others rely on this line standing between the server's promise and our record of it.
            log.info("smtp accepted", extra={"mail": filename, "reply": reply})
            return reply

    def close(self) -> None:
        """Say QUIT; a mail under way in another thread is broken off instead."""
        if not self._lock.acquire(blocking=False):
            if (link := self._link) is not None:
                link.shut()
            return
        try:
            if self._session is not None:
                with contextlib.suppress(OSError):
                    self._session.command("QUIT", Deadline(_TIDY))
            self._drop()
        finally:
            self._lock.release()

    def _hand_over(self, to: str, message: bytes, deadline: Deadline) -> str:
        session = self._begin(to, message, deadline)
        try:
            self._judge(session.next(_rcpt(to), deadline), "the recipient")
            reply = session.next("DATA", deadline)
            if reply.code != 354:
                self._judge(reply, "the mail")
                what = f"{self._host} answered DATA with {reply.code}"
                raise refusal(TemporaryFailure, reply, what)
            # What raises has not sent the dot. It is not sent late either: another owner may have
            # taken the mail.
            session.link.send(dot_stuffed(message) + b".\r\n", deadline)
        except OSError as e:
            self._hear_out(session, e)
            raise TemporaryFailure(f"{self._host}: {_said(e)} before the end of the mail") from e
        except DeliveryError as e:
            self._tidy_up(session, e)
            raise
        return self._finish(session)

    def _finish(self, session: Session) -> str:
        """Wait for the verdict on a mail whose final dot was sent."""
        try:
            reply = session.link.reply(Deadline(self._data_reply_deadline))
        except OSError as e:
            self._hear_out(session, e)
            raise UncertainOutcome(f"{self._host}: {_said(e)} after the whole mail was sent") from e
        try:
            if not 200 <= reply.code < 600 or 300 <= reply.code < 400:
                raise refusal(UncertainOutcome, reply, f"{self._host} answered with {reply.code}")
            self._judge(reply, "the mail")
        except DeliveryError as e:
            self._tidy_up(session, e)
            raise
        return clean(f"{reply.code} {reply.text}", 200)

    def _begin(self, to: str, message: bytes, deadline: Deadline) -> Session:
        """A session that has accepted MAIL: the one kept, or a new one where that has ended."""
        try:
            session, reply = self._kept(to, message, deadline) or self._new(to, message, deadline)
        except OSError as e:
            self._drop()
            raise ChannelDown(f"{self._host}: {_said(e)}") from e
        except ChannelDown:
            self._drop()
            raise
        try:
            if 500 <= reply.code < 600 and reply.code not in _ABOUT_THE_MAIL | AUTH_CODES:
                what = f"{self._host} refused the sender {self._sender} ({reply.code})"
                raise refusal(ChannelDown, reply, what)
            self._judge(reply, "the mail")
        except DeliveryError as e:
            self._tidy_up(session, e)
            raise
        return session

    def _kept(self, to: str, message: bytes, deadline: Deadline) -> tuple[Session, Reply] | None:
        """The open session and its reply to MAIL; None where there is none any more."""
        session = self._session
        if session is None:
            return None
        if self._idle_after.over:
            # Something on the way may have forgotten the connection without telling either end.
            self._drop()
            return None
        lines = self._envelope(session, to, message)
        try:
            reply = session.commands(lines, deadline)
        except TimeoutError:
            raise
        except OSError as e:
            log.debug("smtp connection had ended", extra={"reply": _said(e)})
            self._drop()
            return None
        if reply.code == 421:  # idle too long, or enough mails for one connection
            self._drop()
            return None
        return session, reply

    def _new(self, to: str, message: bytes, deadline: Deadline) -> tuple[Session, Reply]:
        session = self._open(deadline)
        return session, session.commands(self._envelope(session, to, message), deadline)

    def _envelope(self, session: Session, to: str, message: bytes) -> list[str]:
        """What may be said before the first reply: MAIL, and what follows where that is offered."""
        more = [_rcpt(to), "DATA"] if "PIPELINING" in session.features else []
        return [self._mail(session, to, message), *more]

    def _mail(self, session: Session, to: str, message: bytes) -> str:
        """The MAIL command this mail needs; raises PermanentFailure where the server cannot."""
        line = f"MAIL FROM:<{self._sender}>"
        limit = session.features.get("SIZE")
        if limit is not None:
            if limit.isascii() and limit.isdigit() and 0 < int(limit) < len(message):
                raise PermanentFailure(
                    f"{self._host} takes mails up to {limit} bytes, this one has {len(message)}",
                    code=552,
                )
            line += f" SIZE={len(message)}"
        if not message.isascii() and "8BITMIME" in session.features:
            line += " BODY=8BITMIME"
        if not to.isascii():
            if "SMTPUTF8" not in session.features:
                raise PermanentFailure(
                    f"{self._host} does not offer SMTPUTF8, which an address with letters beyond "
                    "ASCII before the @ needs"
                )
            line += " SMTPUTF8"
        return line

    def _open(self, deadline: Deadline) -> Session:
        server = self._server
        self._link = link = Link()
        link.connect(server.host, server.port, deadline)
        self._session = prepare(link, server, self._password, self._tls(), deadline)
        log.debug("smtp connected", extra={"host": server.host, "tls": link.encrypted})
        return self._session

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = trusted(self._ca_bundle)
        return self._context

    def _judge(self, reply: Reply, what: str) -> None:
        """Raise what a reply other than success means for the mail."""
        if 200 <= reply.code < 300:
            return
        message = f"{self._host} refused {what} ({reply.code})"
        if reply.code == 421:
            raise refusal(ChannelDown, reply, f"{self._host} closes the service (421)")
        if reply.code in AUTH_CODES:
            raise refusal(AuthFailure, reply, f"{self._host} wants a login ({reply.code})")
        if 400 <= reply.code < 500:
            raise refusal(TemporaryFailure, reply, message)
        if 500 <= reply.code < 600:
            raise refusal(PermanentFailure, reply, message)
        raise refusal(TemporaryFailure, reply, f"{self._host} answered {what} with {reply.code}")

    def _hear_out(self, session: Session, error: OSError) -> None:
        """Leave a broken session; raise what the server said last, if it gave its reason first."""
        word: Reply | None = None
        if not isinstance(error, TimeoutError):
            with contextlib.suppress(OSError):
                word = session.link.reply(Deadline(_TIDY))
        self._drop()
        if word is not None and word.code >= 400:
            self._judge(word, "the mail")

    def _tidy_up(self, session: Session, error: DeliveryError) -> None:
        """Leave the session ready for the next mail, or leave it."""
        if not isinstance(error, ChannelDown):
            with contextlib.suppress(OSError):
                if _heard_out(session) and session.command("RSET", Deadline(_TIDY)).code == 250:
                    return
        self._drop()

    def _drop(self) -> None:
        if self._link is not None:
            self._link.shut()
            self._link.close()
        self._link = self._session = None

    @property
    def _host(self) -> str:
        return self._server.host


def _rcpt(to: str) -> str:
    return f"RCPT TO:<{to}>"


def _heard_out(session: Session) -> bool:
    """Read the replies still to come; False where the server wants the mail all the same.

    A DATA sent ahead may be agreed to though the recipient was refused. What then is sent would be
    taken for a mail: leaving is the only word that is not.
    """
    deadline = Deadline(_TIDY)
    while session.awaited:
        if session.next("", deadline).code == 354:
            return False
    return True


def dot_stuffed(message: bytes) -> bytes:
    """The message as it follows 354: CRLF line ends, leading dots doubled, no final dot."""
    lines = _LINE_END.sub(b"\r\n", message).replace(b"\r\n.", b"\r\n..")
    if lines.startswith(b"."):
        lines = b"." + lines
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _said(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, LinkClosed):
        return "the connection was closed"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted ({error.verify_message})"
    return clean(error.strerror or str(error) or type(error).__name__, 200)
