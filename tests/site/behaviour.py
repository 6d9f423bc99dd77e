"""Ways to answer badly, each a function of an Exchange."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Mapping

from tests.site.server import Behaviour, Exchange

HTML = {"Content-Type": "text/html; charset=utf-8"}


def raw(data: bytes, *, then: str = "close") -> Behaviour:
    """Write exactly these bytes; then `close`, `reset`, `hang` or `keep` the connection."""

    def act(exchange: Exchange) -> None:
        exchange.send(data)
        _then(exchange, then)

    return act


def _then(exchange: Exchange, then: str) -> None:
    if then == "hang":
        exchange.hang()
    elif then == "reset":
        exchange.pause(0.1)  # let the data arrive: a reset discards what is unread
        exchange.reset()
    elif then == "close":
        exchange.end()


def hang() -> Behaviour:
    """Take the request and never answer."""
    return lambda exchange: exchange.hang()


def drip(data: bytes, *, every: float = 0.05) -> Behaviour:
    """Write one byte at a time."""

    def act(exchange: Exchange) -> None:
        for at in range(len(data)):
            exchange.send(data[at : at + 1])
            exchange.pause(every)
        exchange.end()

    return act


def late(seconds: float, body: bytes) -> Behaviour:
    """An ordinary answer, after a while."""

    def act(exchange: Exchange) -> None:
        exchange.pause(seconds)
        exchange.answer(200, body, HTML)

    return act


def part(
    body: bytes, length: int, *, then: str, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """Announce `length` bytes, send `body`, then close, reset or hang."""
    head = {"Content-Length": str(length), **HTML, **(headers or {})}

    def act(exchange: Exchange) -> None:
        exchange.head(200, head)
        exchange.send(body)
        _then(exchange, then)

    return act


def open_ended(body: bytes, *, then: str, headers: Mapping[str, str] | None = None) -> Behaviour:
    """A body without a length, ended by the end of the connection."""
    head = {"Connection": "close", **HTML, **(headers or {})}

    def act(exchange: Exchange) -> None:
        exchange.head(200, head)
        exchange.send(body)
        _then(exchange, then)

    return act


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n", then: str = "close") -> Behaviour:
    """A chunked body; `end` may be left out or spoiled."""

    def act(exchange: Exchange) -> None:
        exchange.head(200, {"Transfer-Encoding": "chunked", **HTML})
        for chunk in chunks:
            exchange.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        exchange.send(end)
        _then(exchange, then)

    return act


def endless(piece: bytes = b"x" * 65536) -> Behaviour:
    """A body that never ends, as fast as the client takes it."""

    def act(exchange: Exchange) -> None:
        exchange.head(200, HTML)
        for _ in itertools.count():
            exchange.send(piece)

    return act


def encoded(body: bytes, encoding: str, content_type: str = HTML["Content-Type"]) -> Behaviour:
    """These bytes under a Content-Encoding, true or not."""
    headers = {"Content-Encoding": encoding, "Content-Type": content_type}
    return lambda exchange: exchange.answer(200, body, headers)


def gzip_bomb(size: int) -> bytes:
    """gzip that unpacks to `size` zeros."""
    return gzip.compress(b"\0" * size, 9)


def status(code: int, body: bytes = b"<html>no</html>", **headers: str) -> Behaviour:
    """A status with a small page; header names with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.answer(code, body, {**HTML, **named})


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Another behaviour at each request; the last one stays."""
    left = list(behaviours)

    def act(exchange: Exchange) -> None:
        behaviour = left.pop(0) if len(left) > 1 else left[0]
        behaviour(exchange)

    return act
