"""A small HTTP proxy on loopback: absolute-form GET, and CONNECT tunnels."""

from __future__ import annotations

import contextlib
import select
import socket
from urllib.parse import urlsplit

from tests.site.server import ClientGone, Exchange, Site


def proxy(site: Site, *, resolve: dict[str, int]) -> Site:
    """Let `site` act as a proxy that reaches `127.0.0.1:port` for each known host name."""

    def port_of(host: str | None) -> int | None:
        return resolve.get(host or "")

    def act(exchange: Exchange) -> None:
        if exchange.seen.method == "CONNECT":
            port = port_of(exchange.seen.target.rpartition(":")[0])
            if port is None:
                exchange.answer(502, b"no such host")
                return
            _tunnel(exchange, port)
            return
        parts = urlsplit(exchange.seen.target)
        port = port_of(parts.hostname)
        if port is None:
            exchange.answer(502, b"no such host")
            return
        with socket.create_connection(("127.0.0.1", port), timeout=10) as upstream:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
            upstream.sendall(head.encode("latin-1"))
            while piece := upstream.recv(65536):
                exchange.send(piece)
        exchange.end()

    site.everything(act)
    return site


def _tunnel(exchange: Exchange, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as upstream:
        exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        pair = {exchange.connection: upstream, upstream: exchange.connection}
        while not exchange.site.closing.is_set():
            ready, _, _ = select.select(list(pair), [], [], 0.05)
            for one in ready:
                with contextlib.suppress(OSError):
                    piece = one.recv(65536)
                    if piece:
                        pair[one].sendall(piece)
                        continue
                raise ClientGone
