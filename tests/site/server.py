"""A local HTTP server that plays outlets, and misbehaves on request.

    with Site() as site:
        site.page("/a", "<html>...")            # an ordinary page, with ETag on request
        site.page("/rss", rss([...]), content_type="application/rss+xml", etag='"1"')
        site.route("/slow", drip(b"...", every=0.5))  # a behaviour of tests.site.behaviour
        ... site.url("/a"), site.hits("/a"), site.times("/a"), site.seen ...

One thread a connection, raw sockets: what goes over the wire is exactly what a behaviour writes.
Nothing here knows Wirewatch.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Behaviour = Callable[["Exchange"], None]

_REASONS = {200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently"}
_LONGEST_REQUEST = 256 * 1024
_LONGEST_BODY = 16 * 1024 * 1024


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    target: str
    """Path with query, as on the request line (absolute when we are a proxy)."""
    headers: Mapping[str, str]
    """Lower-case names."""
    at: float
    """Monotonic seconds."""
    connection: int
    """Number of the connection it came on."""
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Exchange:
    """A request and the connection to answer on."""

    def __init__(self, site: Site, connection: socket.socket, seen: Seen) -> None:
        self.site = site
        self.connection = connection
        self.seen = seen
        self.keep_open = True
        """Cleared by behaviours that end the connection."""

    def send(self, data: bytes) -> None:
        """Write bytes; a client that is gone ends the exchange."""
        try:
            self.connection.sendall(data)
        except OSError:
            raise ClientGone from None

    def answer(
        self,
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A well-formed answer with Content-Length."""
        lines = {"Content-Length": str(len(body)), **(headers or {})}
        self.head(status, lines)
        if status not in (204, 304) and self.seen.method != "HEAD":
            self.send(body)

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Status line and headers alone."""
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than the site stands."""
        if self.site.closing.wait(seconds):
            raise ClientGone

    def hang(self) -> None:
        """Do nothing until the client goes away or the site is closed."""
        while True:
            self.pause(0.05)
            if self._client_left():
                raise ClientGone

    def _client_left(self) -> bool:
        self.connection.settimeout(0.001)
        try:
            return self.connection.recv(1) == b""
        except (TimeoutError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            with contextlib.suppress(OSError):
                self.connection.settimeout(30)

    def reset(self) -> None:
        """Tear the connection down with RST."""
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ClientGone

    def end(self) -> None:
        """Close the connection after this exchange."""
        self.keep_open = False


class ClientGone(Exception):
    """The exchange is over."""


@dataclass
class Site:
    """The server. Starts on entry (or `start`), on a free port of 127.0.0.1."""

    tls: ssl.SSLContext | None = None
    name: str = "127.0.0.1"
    """The host name its URLs use."""
    robots: str | None = None
    """Text of robots.txt; None: 404."""
    seen: list[Seen] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    _routes: dict[str, Behaviour] = field(default_factory=dict)
    _fallback: Behaviour | None = None
    _all: Behaviour | None = None
    _listener: socket.socket | None = None
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # what it shows

    def page(
        self,
        path: str,
        body: str | bytes,
        *,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> str:
        """Serve a body under a path, 304 where a validator matches; returns its URL."""
        data = body.encode() if isinstance(body, str) else body
        validators = {"ETag": etag, "Last-Modified": last_modified}
        fixed = {name: value for name, value in validators.items() if value is not None}
        fixed |= {"Content-Type": content_type, **(headers or {})}

        def show(exchange: Exchange) -> None:
            sent = exchange.seen.headers
            same_tag = etag is not None and sent.get("if-none-match") == etag
            same_date = last_modified is not None and (
                sent.get("if-modified-since") == last_modified and "if-none-match" not in sent
            )
            if same_tag or same_date:
                exchange.answer(304, headers=fixed)
            else:
                exchange.answer(status, data, fixed)

        return self.route(path, show)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Answer a path with a redirect; returns the path's URL."""
        return self.route(path, lambda exchange: exchange.answer(status, b"", {"Location": to}))

    def route(self, path: str, behaviour: Behaviour) -> str:
        """Answer a path (without query) with a behaviour; returns its URL."""
        self._routes[path] = behaviour
        return self.url(path)

    def otherwise(self, behaviour: Behaviour) -> None:
        """Answer every path that has no route of its own."""
        self._fallback = behaviour

    def everything(self, behaviour: Behaviour) -> None:
        """Answer all requests, robots.txt too, with one behaviour."""
        self._all = behaviour

    # what it knows

    @property
    def port(self) -> int:
        assert self._listener is not None, "the site is not started"
        return int(self._listener.getsockname()[1])

    @property
    def host(self) -> str:
        """`name:port`, as a source's hosts and delays name it."""
        return f"{self.name}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}{path}"

    def requests(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def hits(self, path: str) -> int:
        return len(self.requests(path))

    def wait_for(self, path: str, patience: float = 20.0) -> None:
        """Block until a path was asked for; AssertionError when it never is."""
        end = time.monotonic() + patience
        while not self.hits(path):
            assert time.monotonic() < end, f"nobody asked for {path}"
            time.sleep(0.005)

    def times(self, path: str | None = None) -> list[float]:
        """Arrival times, of one path or of all."""
        return [seen.at for seen in self.seen if path is None or seen.path == path]

    # its life

    def start(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(0.05)
        self._spawn(self._accept)
        return self

    def close(self) -> None:
        self.closing.set()
        for thread in tuple(self._threads):
            thread.join(10)
        if self._listener is not None:
            self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True, name="site")
        self._threads = [t for t in self._threads if t.is_alive()]
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        assert self._listener is not None
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
            self._spawn(self._serve, connection, number)

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self._talk(connection, number)
        except (OSError, ClientGone):
            pass
        finally:
            _hang_up(connection)

    def _talk(self, connection: socket.socket, number: int) -> None:
        while not self.closing.is_set():
            seen = self._read(connection, number)
            if seen is None:
                return
            with self._lock:
                self.seen.append(seen)
            exchange = Exchange(self, connection, seen)
            self._behaviour(seen)(exchange)
            if not exchange.keep_open or seen.headers.get("connection", "").lower() == "close":
                return

    def _behaviour(self, seen: Seen) -> Behaviour:
        if self._all is not None:
            return self._all
        for known in (seen.target, seen.path):  # a route may be one query's alone
            if known in self._routes:
                return self._routes[known]
        if seen.path == "/robots.txt" and self.robots is not None:
            text = self.robots.encode()
            return lambda exchange: exchange.answer(200, text, {"Content-Type": "text/plain"})
        if self._fallback is not None and seen.path != "/robots.txt":
            return self._fallback
        return lambda exchange: exchange.answer(404, b"<html>not here</html>")

    def _read(self, connection: socket.socket, number: int) -> Seen | None:
        """The next request; None when the client closed or the site is closing."""
        data = b""
        connection.settimeout(0.05)
        while b"\r\n\r\n" not in data:
            if self.closing.is_set() or len(data) > _LONGEST_REQUEST:
                return None
            try:
                piece = connection.recv(65536)
            except TimeoutError:
                continue
            if not piece:
                return None
            data += piece
            if data[0] == 0x16:  # somebody talks TLS to a plain port: what real servers say then
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return None
        connection.settimeout(30)
        lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, _, rest = lines[0].partition(" ")
        pairs = (line.partition(":") for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = data.partition(b"\r\n\r\n")[2]
        length = int(headers.get("content-length", "0"))
        while len(body) < min(length, _LONGEST_BODY):
            piece = connection.recv(65536)
            if not piece:
                return None
            body += piece
        target = rest.rpartition(" ")[0]
        return Seen(method, target, headers, time.monotonic(), number, body)


def _hang_up(connection: socket.socket) -> None:
    """Close without turning data in flight into a reset, unless a reset was asked for."""
    if connection.fileno() == -1:
        return  # a failed TLS handshake took it along
    linger = connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER)
    if not linger and not isinstance(connection, ssl.SSLSocket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
    if not linger and isinstance(connection, ssl.SSLSocket):
        with contextlib.suppress(OSError, ValueError):
            connection.settimeout(1)
            connection.unwrap()
    connection.close()
