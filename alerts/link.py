"""A line-based connection on which every wait ends with one deadline.

A socket's own timeout counts anew at each read, so that a server which sends a byte now and then
holds it for ever; here the time left is worked out before each wait.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPResponse
from ipaddress import ip_address
from typing import Any

_MAX_LINE = 4096
_MAX_LINES = 200
_CONNECT = 30.0
"""Longest wait for one of a host's addresses, in seconds."""
_CHUNK = 64 * 1024
_Addresses = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]
"""As getaddrinfo gives them; the last member differs by family."""


class LinkClosed(ConnectionError):
    """The other side ended the connection, before or in the middle of a reply."""


class NotSmtp(ConnectionError):
    """What came is no SMTP reply."""


class Deadline:
    """An instant on a clock that also runs while the machine or the process is suspended.

    So a mail whose lease ran out meanwhile is not carried on with.
    """

    def __init__(self, seconds: float) -> None:
        self._end = _clock() + seconds

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return _clock() >= self._end

    def left(self) -> float:
        """Seconds left, always above zero; raises TimeoutError when there are none."""
        left = self._end - _clock()
        if left <= 0:
            raise TimeoutError("no time left")
        return left


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: its code, and its lines without the codes."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(self.lines)


class Link:
    """One connection to a server, plain or TLS; `shut` ends it from any thread."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._buffer = bytearray()
        self._wake = threading.Event()
        self._shut = False
        self.encrypted = False

    def connect(self, host: str, port: int, deadline: Deadline) -> None:
        """Connect to the first address that answers; raises OSError."""
        failure: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in self._addresses(host, port, deadline):
            self._socket.close()
            self._socket = socket.socket(family, kind, protocol)
            try:
                self._socket.settimeout(min(deadline.left(), _CONNECT))
                self._socket.connect(address)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as e:
                failure = e
            else:
                return
        raise failure

    @property
    def loopback(self) -> bool:
        """Whether the other end is this machine."""
        return ip_address(self._socket.getpeername()[0].partition("%")[0]).is_loopback

    @property
    def own_literal(self) -> str:
        """This end's address as EHLO takes it (RFC 5321 §4.1.3): no name has to be looked up."""
        own = ip_address(self._socket.getsockname()[0].partition("%")[0])
        return f"[IPv6:{own}]" if own.version == 6 else f"[{own}]"

    def encrypt(self, context: ssl.SSLContext, host: str, deadline: Deadline) -> None:
        """Turn to TLS; raises OSError. Bytes that came before it are a forgery and end the link."""
        if self._buffer:
            raise NotSmtp("bytes in clear text after the TLS go-ahead")
        self._socket.settimeout(deadline.left())  # the handshake as a whole obeys it
        wrapped = context.wrap_socket(
            self._socket, server_hostname=host, do_handshake_on_connect=False
        )
        self._socket = wrapped
        wrapped.do_handshake()
        self.encrypted = True

    def send(self, octets: bytes, deadline: Deadline) -> None:
        """Send all of it; raises OSError."""
        rest = memoryview(octets)
        while rest:
            self._socket.settimeout(deadline.left())
            rest = rest[self._socket.send(rest[:_CHUNK]) :]

    def reply(self, deadline: Deadline) -> Reply:
        """Read one reply, however many lines it has; raises OSError."""
        lines: list[str] = []
        while len(lines) < _MAX_LINES:
            line = self._line(deadline)
            code, mark = line[:3], line[3:4]
            if not (code.isascii() and code.isdigit()) or mark not in ("", " ", "-"):
                raise NotSmtp(f"no SMTP reply: {line[:80]!r}")
            lines.append(line[4:].strip())
            if mark != "-":
                return Reply(int(code), tuple(lines))
        raise NotSmtp("a reply without end")

    def http_response(self, deadline: Deadline) -> HTTPResponse:
        """Status and headers of an HTTP answer; raises OSError and HTTPException.

        Each read waits no longer than the deadline, but they add up: whoever asks ends the
        connection with `shut` in time.
        """
        self._socket.settimeout(deadline.left())
        answer = HTTPResponse(self._socket, method="POST")
        try:
            answer.begin()
        except BaseException:
            answer.close()
            raise
        return answer

    def shut(self) -> None:
        """End the connection at once, also under another thread's wait; safe to repeat."""
        self._shut = True
        self._wake.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def _addresses(self, host: str, port: int, deadline: Deadline) -> _Addresses:
        """Look the name up. The resolver knows no deadline, so it may be left behind in a thread
        of its own."""
        answer: list[_Addresses] = []
        failure: list[OSError] = []

        def ask() -> None:
            try:
                answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except OSError as e:
                failure.append(e)
            except UnicodeError as e:  # a label too long for the name system
                failure.append(OSError(f"{host}: {e}"))
            self._wake.set()

        threading.Thread(target=ask, name="mail-lookup", daemon=True).start()
        if not self._wake.wait(deadline.left()):
            raise TimeoutError(f"no answer from the resolver for {host}")
        if self._shut:
            raise LinkClosed("ended from here")
        if failure:
            raise failure[0]
        return answer[0]

    def _line(self, deadline: Deadline) -> str:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MAX_LINE:
                raise NotSmtp("a line without end")
            self._socket.settimeout(deadline.left())
            octets = self._socket.recv(_MAX_LINE)
            if not octets:
                raise LinkClosed("the server closed the connection")
            self._buffer += octets
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.decode("utf-8", "replace").rstrip("\r")


def _clock() -> float:
    # Linux's boot-time clock counts suspended time, the monotonic one does not.
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)
