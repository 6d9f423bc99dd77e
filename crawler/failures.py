"""What a failed request amounts to: every exception of the wire under one reason."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.error import TimeoutError as DialTimeout
from twisted.web._newclient import (
    ParseError,
    RequestTransmissionFailed,
    ResponseNeverReceived,
)

from crawler.gate import AddressRefused
from crawler.outcome import Verdict
from crawler.wire import HeadersTooLarge
from newsroom.errors import FetchError
from newsroom.reasons import Reason


class RobotsDenied(FetchError):
    """robots.txt asks us to stay away."""

    def __init__(self, url: str) -> None:
        super().__init__(Reason.ROBOTS, f"robots.txt disallows {url}")


class BodyTooLarge(FetchError):
    """More than `max_bytes` came, or was announced."""

    def __init__(self, limit: int) -> None:
        super().__init__(Reason.TOO_LARGE, f"more than {limit} bytes")


class RedirectRefused(FetchError):
    """A redirect that cannot or must not be followed."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.MOVED, detail)


class Stopping(DownloadCancelledError):
    """We are shutting down; nothing was learned about the site."""


def judge_failure(error: BaseException) -> Verdict:
    """Reason and detail of an exception from download handler or middleware.

    What nobody foresaw is `internal`: our own bug, to be mended here.
    """
    causes = tuple(_chain(error))
    for cause in causes:
        verdict = _judge_special(cause)
        if verdict is not None:
            return verdict
    for classes, reason, detail in _TABLE:
        for cause in causes:
            if isinstance(cause, classes):
                return Verdict(reason, detail if detail is not None else _one_line(cause))
    return Verdict(Reason.INTERNAL, f"{type(error).__name__}: {_one_line(error)}")


_SAME_FOR_ALL = frozenset({Reason.PRIVATE_ADDRESS, Reason.DNS, Reason.TLS})
_NOT_DIALLED = (DownloadConnectionRefusedError, DialTimeout, ConnectError)


def never_connected(error: BaseException) -> bool:
    """Whether no connection came about, so that any request to the host would fail alike."""
    if judge_failure(error).reason in _SAME_FOR_ALL:
        return True
    return any(isinstance(cause, _NOT_DIALLED) for cause in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The causes, innermost first: Twisted wraps lists of failures, Scrapy wraps Twisted."""
    for failure in getattr(error, "reasons", ()):
        inner = getattr(failure, "value", failure)
        if isinstance(inner, BaseException):
            yield from _chain(inner)
    if error.__cause__ is not None:
        yield from _chain(error.__cause__)
    yield error


# the first row that fits any of the causes decides; detail None: the exception's own text
_TABLE: tuple[tuple[tuple[type[BaseException], ...], Reason, str | None], ...] = (
    ((HeadersTooLarge,), Reason.TOO_LARGE, None),
    ((VerificationError,), Reason.TLS, "the certificate is for another host"),
    ((CannotResolveHostError,), Reason.DNS, None),
    ((DownloadConnectionRefusedError,), Reason.CONNECT, "connection refused"),
    ((DialTimeout,), Reason.CONNECT, "no connection in time"),
    ((ConnectError,), Reason.CONNECT, None),
    ((DownloadTimeoutError,), Reason.TIMEOUT, "no complete answer in time"),
    ((ResponseDataLossError,), Reason.TRUNCATED, "the connection ended within the body"),
    ((ParseError,), Reason.PARSE_ERROR, "no HTTP answer"),
    ((TunnelError,), Reason.CONNECT, None),
    (
        (ResponseNeverReceived, RequestTransmissionFailed),
        Reason.CONNECT,
        "the connection ended without an answer",
    ),
    ((DownloadFailedError,), Reason.TRUNCATED, "the connection ended within the answer"),
    ((ConnectionClosed, OSError), Reason.CONNECT, None),
)


def _judge_special(error: BaseException) -> Verdict | None:
    if isinstance(error, AddressRefused):
        return Verdict(Reason.PRIVATE_ADDRESS, str(error), permanent=True)
    if isinstance(error, FetchError):
        return Verdict(error.reason, error.message, permanent=error.reason is Reason.ROBOTS)
    if isinstance(error, SSL.Error):
        return Verdict(Reason.TLS, _tls_words(error))
    return None


def _tls_words(error: SSL.Error) -> str:
    """OpenSSL's reason, e.g. `certificate verify failed`; its errors are lists of triples."""
    listed = error.args[0] if error.args else ()
    if isinstance(listed, list | tuple):
        words = [entry[-1] for entry in listed if isinstance(entry, tuple) and entry]
        if words:
            return "; ".join(str(word) for word in words)
    return f"TLS failed: {type(error).__name__}"


def _one_line(error: BaseException) -> str:
    words = "".join(c if c.isprintable() else " " for c in str(error)).split()
    return " ".join(words)[:300] or type(error).__name__
