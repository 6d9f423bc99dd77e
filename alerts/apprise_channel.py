"""Messages through the services Apprise knows: one short plain text each, no attachments.

Apprise says no more than yes or no; what its plugin wrote to the log beside a no is read for the
reason. A service that hangs is given up after a deadline, its thread left behind: what a library
waits for cannot be ended from outside.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from alerts.brief import Brief, read_brief
from alerts.sanitise import clean
from config.apprise_loading import load_apprise
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
_CONNECT_S = 10.0
_READ_S = 30.0
"""Apprise's own four seconds are less than many services take; a URL's `cto` and `rto` decide."""
_SLOW_DOWN = timedelta(minutes=1)
_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")
_UNSURE = re.compile(r"read timed out|connection aborted|remote end closed", re.IGNORECASE)
"""What requests says where the whole message may have arrived."""


class AppriseChannel:
    """`newsroom.ports.Channel` to one Apprise URL; nothing of Apprise is loaded before `send`.

    `deadline` (seconds) bounds a message as a whole. `close` may come from any thread; what is
    under way then is uncertain.
    """

    def __init__(self, url: str, *, deadline: float = DEADLINE_S) -> None:
        self.name = lane_of(url)
        self._url = url
        self._deadline = deadline
        self._sender: threading.Thread | None = None
        self._done = threading.Event()
        self._closed = False

    def send(self, recipient: str, message: bytes, *, filename: str) -> str:
        """Hand one message to the service; raises DeliveryError."""
        if recipient != self._url:
            raise PermanentFailure("this lane carries to another address")
        try:
            brief = read_brief(message)
        except ValueError as e:
            raise PermanentFailure("the stored message is no text for a service") from e
        if self._closed:
            raise ChannelDown("the channel is closed")
        if self._sender is not None and self._sender.is_alive():
            raise ChannelDown(f"{self.name}: an earlier message still hangs")
        attempt = _Attempt(self._url, brief)
        self._done = attempt.done
        self._sender = threading.Thread(target=attempt.run, name="apprise", daemon=True)
        self._sender.start()
        if not attempt.done.wait(self._deadline) or not (attempt.taken or attempt.error):
            raise UncertainOutcome(f"{self.name}: no end after {self._deadline:.0f} s")
        if attempt.error is not None:
            raise attempt.error
        # Others rely on this line standing between the server's promise and our record of it.
        log.info("apprise accepted", extra={"mail": filename, "channel": self.name})
        return f"taken by {self.name}"

    def close(self) -> None:
        """Wait no longer for the message under way."""
        self._closed = True
        self._done.set()


class _Attempt:
    """One message in a thread of its own."""

    def __init__(self, url: str, brief: Brief) -> None:
        self._url = url
        self._brief = brief
        self.done = threading.Event()
        self.taken = False
        self.error: DeliveryError | None = None
        """Neither taken nor an error: nobody knows yet."""

    def run(self) -> None:
        """Send, and say how it ended."""
        try:
            self._send()
            self.taken = True
        except DeliveryError as error:
            self.error = error
        except BaseException as bug:  # noqa: BLE001 - plugins raise what they like; how far it came is unknown
            said = without_secrets(f"{type(bug).__name__}: {bug}", self._url)
            self.error = UncertainOutcome(clean(said, 300))
        finally:
            self.done.set()

    def _send(self) -> None:
        with _heard() as said:
            service = _service(self._url)
            if service is None:
                why = without_secrets(_last(said), self._url)
                raise AuthFailure(f"{lane_of(self._url)} cannot be used: {why}")
            if _notify(service, self._brief):
                return
        raise failure(said, self._url)


def failure(said: list[tuple[int, str]], url: str) -> DeliveryError:
    """What a service's no means, by the (level, line) pairs Apprise logged beside it."""
    lane = lane_of(url)
    why = clean(without_secrets(_last(said), url), 300)
    found = next((m for _, line in reversed(said) if (m := _STATUS.search(line))), None)
    code = int(found[1]) if found else None
    if code in (401, 403):
        return AuthFailure(f"{lane} refused the login", code=code, reply=why)
    if code in (400, 404, 410, 413, 422):
        return PermanentFailure(f"{lane} does not take the message", code=code, reply=why)
    if code == 429:
        return TemporaryFailure(
            f"{lane} asks for a pause", code=code, reply=why, retry_after=_SLOW_DOWN
        )
    if code is None and any(_UNSURE.search(line) for _, line in said):
        return UncertainOutcome(f"{lane}: no answer after the message was sent", reply=why)
    return TemporaryFailure(f"{lane} did not take the message", code=code, reply=why)


def _service(url: str) -> Any:
    """The service as Apprise makes it of the URL; None where it cannot."""
    apprise = load_apprise()
    asset = apprise.AppriseAsset(
        app_id="Wirewatch",
        app_desc="Wirewatch",
        app_url="",
        # a POST that is redirected becomes a GET: nobody would get the message, and all seem well
        http_redirects=False,
        async_mode=False,
    )
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return None
    given = url.partition("?")[2]
    if "cto=" not in given:
        service.socket_connect_timeout = _CONNECT_S
    if "rto=" not in given:
        service.socket_read_timeout = _READ_S
    if "overflow=" not in given:
        # cut, not split: the second half of a split message may fail alone, and then both go again
        service.overflow_mode = apprise.OverflowMode.TRUNCATE
    return service


def _notify(service: Any, brief: Brief) -> bool:
    from apprise import NotifyFormat, NotifyType

    return bool(
        service.notify(
            body=brief.text,
            title=brief.title,
            notify_type=NotifyType.INFO,
            body_format=NotifyFormat.TEXT,
        )
    )


def _last(said: list[tuple[int, str]]) -> str:
    """The last warning, which is the reason as a rule."""
    return next((line for level, line in reversed(said) if level >= logging.WARNING), "no reason")


class _Ear(logging.Handler):
    """Hears what one thread logs."""

    def __init__(self, said: list[tuple[int, str]]) -> None:
        super().__init__(logging.DEBUG)
        self._said = said
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, cut: a debug line may hold a whole answer."""
        if record.thread == self._thread:
            self._said.append((record.levelno, record.getMessage()[:2000]))
            del self._said[:-50]


@contextmanager
def _heard() -> Iterator[list[tuple[int, str]]]:
    """What Apprise logs in this thread, kept out of our own log: it names tokens and URLs."""
    said: list[tuple[int, str]] = []
    ear = _Ear(said)
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)
