"""An SMTP session up to the point where mails can be handed over: greeting, TLS, login."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence

from alerts.link import Deadline, Link, Reply
from alerts.mail_url import MailServer
from alerts.sanitise import clean
from newsroom.errors import AuthFailure, ChannelDown, DeliveryError

TEMPORARY_LOGIN = 454
"""RFC 4954: the server's own trouble, not the password."""


class Session:
    """An open session; commands raise OSError, refusals are replies to be judged."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.features: dict[str, str] = {}
        """EHLO keywords in capitals → their parameters."""
        self.awaited = 0
        """Replies to commands that were sent ahead."""

    def commands(self, lines: Sequence[str], deadline: Deadline) -> Reply:
        """Send commands in one go (RFC 2920) and read the first reply; `next` reads the others."""
        self.link.send(b"".join(_octets(line) for line in lines), deadline)
        self.awaited = len(lines) - 1
        return self.link.reply(deadline)

    def next(self, line: str, deadline: Deadline) -> Reply:
        """The reply to a command, which is sent unless it was sent ahead."""
        if not self.awaited:
            return self.command(line, deadline)
        self.awaited -= 1
        return self.link.reply(deadline)

    def command(self, line: str, deadline: Deadline) -> Reply:
        """Send one command and read its reply."""
        self.link.send(_octets(line), deadline)
        return self.link.reply(deadline)

    def greet(self, deadline: Deadline) -> Reply:
        """Say EHLO (HELO to those who do not know it) and note what the server offers."""
        name = socket.gethostname()
        own = name if "." in name and name.isascii() else self.link.own_literal
        self.features = {}
        reply = self.command(f"EHLO {own}", deadline)
        if reply.code == 250:
            for line in reply.lines[1:]:
                keyword, _, parameters = line.partition(" ")
                self.features[keyword.upper()] = parameters.upper()
        elif reply.code in (500, 502):
            return self.command(f"HELO {own}", deadline)
        return reply


def prepare(
    link: Link,
    server: MailServer,
    password: str | None,
    context: ssl.SSLContext,
    deadline: Deadline,
) -> Session:
    """Greet, encrypt and log in over a new connection; raises ChannelDown, AuthFailure, OSError."""
    if server.scheme == "smtps":
        link.encrypt(context, server.host, deadline)
    session = Session(link)
    expect(link.reply(deadline), 220, server.host, "greeting")
    expect(session.greet(deadline), 250, server.host, "EHLO")
    if server.scheme == "smtp+starttls":
        _starttls(session, server, context, deadline)
    if server.user is not None:
        _login(session, server, server.user, password, deadline)
    return session


def expect(reply: Reply, code: int, host: str, what: str) -> None:
    """Raise ChannelDown unless the reply is the one wanted."""
    if reply.code != code:
        raise refusal(ChannelDown, reply, f"{host} answered {what} with {reply.code}")


def refusal(kind: type[DeliveryError], reply: Reply, message: str) -> DeliveryError:
    """An error that carries what the server said, made fit to show."""
    return kind(message, code=reply.code, reply=clean(reply.text, 200))


def _starttls(
    session: Session, server: MailServer, context: ssl.SSLContext, deadline: Deadline
) -> None:
    if "STARTTLS" not in session.features:
        # Somebody on the way may have taken the offer out; nothing is sent in clear text.
        raise ChannelDown(
            f"{server.host} does not offer STARTTLS; if it never does, write smtps:// or smtp://"
        )
    expect(session.command("STARTTLS", deadline), 220, server.host, "STARTTLS")
    session.link.encrypt(context, server.host, deadline)
    expect(session.greet(deadline), 250, server.host, "EHLO")


def _login(
    session: Session, server: MailServer, user: str, password: str | None, deadline: Deadline
) -> None:
    if password is None:
        raise AuthFailure(f"no password for {user} at {server.host}; set mail.password_file")
    if not (session.link.encrypted or session.link.loopback):
        raise AuthFailure(
            f"{server.host}: smtp:// would show the password to the network; "
            "write smtp+starttls:// or smtps://"
        )
    offered = session.features.get("AUTH", "").split()
    if "PLAIN" in offered:
        secret = _base64(f"\0{user}\0{password}")
        reply = session.command(f"AUTH PLAIN {secret}", deadline)
    elif "LOGIN" in offered:
        reply = session.command(f"AUTH LOGIN {_base64(user)}", deadline)
        if reply.code == 334:
            reply = session.command(_base64(password), deadline)
    else:
        raise AuthFailure(f"{server.host} offers no login Wirewatch knows (PLAIN, LOGIN)")
    if reply.code != 235:
        kind = ChannelDown if reply.code in (421, TEMPORARY_LOGIN) else AuthFailure
        raise refusal(kind, reply, f"{server.host} refused the login of {user} ({reply.code})")


def _octets(line: str) -> bytes:
    if "\r" in line or "\n" in line:
        raise ValueError("a command is one line")
    return line.encode() + b"\r\n"


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
