"""HTTP/1.1 as it comes over the wire, with limits on what comes before the body.

Twisted's client takes any number of headers and informational responses, drops bytes beyond the
stated length without a word, and cannot tell a reset from the regular end of a body without a
length. These subclasses of Scrapy's own protocol close the gaps.
"""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

MAX_HEADER_BYTES = 256 * 1024
"""Of all header lines of an answer with its 1xx forerunners; browsers draw the line here too."""
MAX_HEADER_LINES = 2000
MAX_LINE = 64 * 1024

OVERRUN = "_wirewatch_overrun"
"""Attribute of a Twisted response that was longer than its Content-Length."""
UNCLEAN = "_wirewatch_unclean"
"""Attribute of a Twisted response without a length whose connection was lost, not closed."""


class HeadersTooLarge(Exception):
    """The server sent more header than anybody needs."""


class CappedParser(_LenientHTTPClientParser):
    """Scrapy's lenient response parser with a cap on headers and a check of the end."""

    MAX_LENGTH = MAX_LINE
    # class attributes: the instance is made by Twisted and turned into this class afterwards
    _header_bytes = 0
    _header_lines = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take one line of status or header."""
        self._header_bytes += len(line) + 1
        self._header_lines += 1
        if self._header_bytes > MAX_HEADER_BYTES or self._header_lines > MAX_HEADER_LINES:
            raise HeadersTooLarge(
                f"more than {MAX_HEADER_BYTES} bytes or {MAX_HEADER_LINES} lines of headers"
            )
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Refuse a line that never ends."""
        raise HeadersTooLarge(f"a header line of more than {MAX_LINE} bytes")

    def connectionLost(self, reason: Failure | None = None) -> None:  # noqa: N802 - Twisted's name
        """End the response; note where a body without a length did not end by a regular close.

        That is a reset, but also TLS closed without its goodbye, as some old servers do: only the
        body can tell whether it is whole.
        """
        decoder = self.bodyDecoder
        open_ended = decoder is not None and getattr(decoder, "contentLength", 0) is None
        if open_ended and reason is not None and not reason.check(ConnectionDone):
            setattr(self.response, UNCLEAN, True)
        super().connectionLost(reason)


class CappedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's client protocol with the capped parser."""

    def request(self, request: Any) -> Any:
        """Send one request; the Deferred fires with its response."""
        fired = super().request(request)
        if self._parser is not None:
            # the class is fixed inside Twisted's request(); Scrapy swaps it in the same way
            self._parser.__class__ = CappedParser
        return fired

    def _finishResponse_WAITING(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        # old servers add a line break after the body (RFC 9112 §2.2 asks to bear with it)
        if rest.strip(b"\r\n") and self._parser is not None and self._currentRequest is not None:
            setattr(self._parser.response, OVERRUN, True)
            self._currentRequest.persistent = False  # what follows on this connection is junk
        super()._finishResponse_WAITING(rest)

    _finishResponse_TRANSMITTING = _finishResponse_WAITING  # noqa: N815 - Twisted's name


class CappedFactory(_LenientHTTP11ClientFactory):
    """Builds the capped protocols for the connection pool."""

    def buildProtocol(self, addr: Any) -> CappedProtocol:  # noqa: N802 - Twisted's name
        """One protocol for one connection."""
        return CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call] # Twisted's
