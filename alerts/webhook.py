"""Our own webhook: one POST of JSON a message, signed, over a connection of its own.

What each ending means:

    before the whole body was sent    no connection, no trusted certificate: ChannelDown; cut
                                      while sending: TemporaryFailure
    no answer after that              UncertainOutcome: the same body goes again, under the same
                                      X-Wirewatch-Delivery
    2xx                               sent; whatever the answer says is not looked at
    401, 403                          AuthFailure: the channel rests until a person looks
    3xx, 404, 405, 407                ChannelDown: that address takes no messages, whatever they say
    408, 425, 429, 5xx                TemporaryFailure, `Retry-After` heeded
    other 4xx                         PermanentFailure: this message is not wanted
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import re
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from alerts.link import Deadline, Link
from alerts.sanitise import clean
from alerts.trust import trusted
from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from newsroom.recipients import lane_of, without_secrets

log = logging.getLogger("wirewatch.mail")

DEADLINE_S = 120.0
READ_LIMIT = 64 * 1024
"""Octets of an answer that are read before the connection is closed."""
_TIDY_S = 5.0
"""Seconds for the rest of an answer whose status is known."""
_FARTHEST = timedelta(days=1)
_PORTS = {"webhook+http": 80, "webhook+https": 443}
_NOT_HERE = frozenset({404, 405, 407})
_LATER = frozenset({408, 425, 429})
_HEADER = re.compile(r"[!-~]([ -~]{0,198}[!-~])?")


class WebhookChannel:
    """`newsroom.ports.Channel` to one `webhook+http(s)://` address. `close` may come from any
    thread, and ends what is under way.

    `deadline` (seconds) bounds a message as a whole. `ca_bundle` is a PEM file trusted beside the
    system's authorities. Without a `secret` requests are not signed.
    """

    def __init__(
        self,
        url: str,
        *,
        secret: str | None = None,
        ca_bundle: str = "",
        deadline: float = DEADLINE_S,
    ) -> None:
        self.name = lane_of(url)
        self._url = url
        parts = urlsplit(url)
        self._scheme = parts.scheme.lower()
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[self._scheme]
        self._netloc = parts.netloc
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._secret = secret
        self._ca_bundle = ca_bundle
        self._deadline = deadline
        self._context: ssl.SSLContext | None = None
        self._link: Link | None = None
        self._closed = False
        self._lock = threading.Lock()

    def send(self, recipient: str, message: bytes, *, filename: str) -> str:
        """POST the message; returns the status line, raises DeliveryError."""
        if recipient != self._url:
            raise PermanentFailure("this lane carries to another address")
        request = self._request(message)
        with self._lock:
            if self._closed:
                raise ChannelDown("the channel is closed")
            self._link = link = Link()
            try:
                status, said, retry_after = self._exchange(link, request)
            finally:
                link.shut()
                link.close()
                self._link = None
        reply = f"{status} {said}".strip()
        self._judge(status, reply, retry_after)
        # Others rely on this line standing between the server's promise and our record of it.
        log.info("webhook accepted", extra={"mail": filename, "reply": reply})
        return reply

    def close(self) -> None:
        """End the request under way, if any."""
        self._closed = True
        if (link := self._link) is not None:
            link.shut()

    def _request(self, message: bytes) -> bytes:
        event, ident = _named(message)
        headers = [
            f"POST {self._target} HTTP/1.1",
            f"Host: {self._netloc}",
            "User-Agent: Wirewatch",
            "Accept: */*",
            "Accept-Encoding: identity",
            "Content-Type: application/json",
            f"Content-Length: {len(message)}",
            f"X-Wirewatch-Event: {event}",
            f"X-Wirewatch-Delivery: {ident}",
            "Connection: close",
        ]
        if self._secret:
            headers.append(f"X-Wirewatch-Signature: {signature(self._secret, message)}")
        return "\r\n".join([*headers, "", ""]).encode("ascii") + message

    def _exchange(self, link: Link, request: bytes) -> tuple[int, str, timedelta | None]:
        deadline = Deadline(self._deadline)
        try:
            link.connect(self._host, self._port, deadline)
            if self._scheme == "webhook+https":
                link.encrypt(self._tls(), self._host, deadline)
        except OSError as e:
            raise ChannelDown(f"{self._netloc}: {self._said(e)}") from e
        cut = ""
        try:
            link.send(request[:-1], deadline)
            deadline.left()  # the end is not sent late: another owner may have taken the alert
            link.send(request[-1:], deadline)
        except OSError as e:  # it may have answered all the same, and said why
            cut = self._said(e)
        try:
            return _answer(link, deadline)
        except (OSError, http.client.HTTPException) as e:
            if cut:
                said = f"{self._netloc}: {cut} before the end of the message"
                raise TemporaryFailure(said) from e
            said = "no answer in time" if deadline.over else self._said(e)
            raise UncertainOutcome(
                f"{self._netloc}: {said} after the whole message was sent"
            ) from e

    def _judge(self, status: int, reply: str, retry_after: timedelta | None) -> None:
        if 200 <= status < 300:
            return
        what = f"{self._netloc} answered {status}"
        kind: type[DeliveryError] = PermanentFailure
        if status in (401, 403):
            kind, what = AuthFailure, f"{what}: it wants another address or secret"
        elif status < 400:
            kind, what = ChannelDown, f"{what}: redirects are not followed, write where it leads"
        elif status in _NOT_HERE:
            kind, what = ChannelDown, f"{what}: nothing takes messages at this address"
        elif status in _LATER or status >= 500:
            kind = TemporaryFailure
        wait = retry_after if kind is TemporaryFailure else None
        said = without_secrets(reply, self._url)
        raise kind(what, code=status, reply=said, retry_after=wait)

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = trusted(self._ca_bundle)
        return self._context

    def _said(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return "no answer in time"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"certificate not trusted ({error.verify_message})"
        text = error.strerror if isinstance(error, OSError) else None
        return clean(without_secrets(text or str(error) or type(error).__name__, self._url), 200)


def signature(secret: str, body: bytes) -> str:
    """What `X-Wirewatch-Signature` says of a body: `sha256=` and the hex HMAC-SHA256 of it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _named(message: bytes) -> tuple[str, str]:
    """Event and id of a body, as headers may carry them; raises PermanentFailure."""
    try:
        document = json.loads(message)
        event, ident = str(document["event"]), str(document["id"])
    except (ValueError, KeyError, TypeError) as e:
        raise PermanentFailure("the stored message is no webhook's JSON") from e
    if not (_HEADER.fullmatch(event) and _HEADER.fullmatch(ident)):
        raise PermanentFailure("the stored message names itself by what no header can carry")
    return event, ident


def _answer(link: Link, deadline: Deadline) -> tuple[int, str, timedelta | None]:
    """Status, reason and Retry-After; raises OSError and HTTPException.

    The status line is the verdict, even where what follows it is cut.
    """
    # a socket's time-out counts anew at each read, so that a dripping server would hold it for ever
    watch = threading.Timer(deadline.left(), link.shut)
    watch.daemon = True
    watch.start()
    try:
        answer = link.http_response(deadline)
        retry_after = _retry_after(answer.getheader("Retry-After"))
    finally:
        watch.cancel()
    _drain(link, answer)
    return answer.status, clean(answer.reason or "", 100), retry_after


def _drain(link: Link, answer: http.client.HTTPResponse) -> None:
    """Read the rest, so that the server is not cut off; nobody waits for it long."""
    tidy = threading.Timer(_TIDY_S, link.shut)
    tidy.daemon = True
    tidy.start()
    try:
        answer.read(READ_LIMIT)
    except (OSError, http.client.HTTPException, ValueError):
        log.debug("webhook answer cut")
    finally:
        tidy.cancel()
        answer.close()


def _retry_after(value: str | None) -> timedelta | None:
    """Seconds or a date; None where it says neither, or nothing ahead."""
    if value is None:
        return None
    text = value.strip()
    try:
        if text.isascii() and text.isdigit():
            return min(timedelta(seconds=int(text[:9])), _FARTHEST)
        at = parsedate_to_datetime(text)
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return min(wait, _FARTHEST) if wait > timedelta(0) else None
