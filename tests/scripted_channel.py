"""A Channel with verbs: tests say what the mail server does, and look at what it took."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)


class ScriptedChannel:
    """`newsroom.ports.Channel`; takes every mail unless told otherwise."""

    name = "scripted"

    def __init__(self) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.tried: list[str] = []
        self.down: ChannelDown | None = None
        self.refusing: dict[str, Exception] = {}
        """Recipient → what is raised for a mail to it."""
        self.losing: list[bool] = []
        """For the next mails: the answer is lost, and whether the server took the mail."""
        self.before: Callable[[], None] = lambda: None
        """Runs at the begin of each attempt."""
        self._lock = threading.Lock()

    # what the server does

    def go_down(self) -> None:
        self.down = ChannelDown("connection refused")

    def refuse_login(self) -> None:
        self.down = AuthFailure("login refused", code=535)

    def come_up(self) -> None:
        self.down = None

    def refuse_for_now(self, recipient: str) -> None:
        self.refusing[recipient] = TemporaryFailure("greylisted", code=451)

    def refuse(self, recipient: str) -> None:
        self.refusing[recipient] = PermanentFailure("no such user", code=550)

    def fail_with(self, recipient: str, bug: Exception) -> None:
        self.refusing[recipient] = bug

    def take_all(self) -> None:
        self.refusing.clear()
        self.losing.clear()
        self.down = None

    def lose_answer(self, *, took: bool) -> None:
        self.losing.append(took)

    # what it took

    def by_id(self) -> dict[str, list[bytes]]:
        """The bytes accepted, by Message-ID."""
        found: dict[str, list[bytes]] = defaultdict(list)
        for _, message in self.accepted:
            found[str(parsed(message)["Message-ID"])].append(message)
        return found

    def subjects(self, recipient: str | None = None) -> list[str]:
        return [str(parsed(m)["Subject"]) for to, m in self.accepted if recipient in (None, to)]

    # the port

    def send(self, recipient: str, message: bytes, *, filename: str) -> str:
        with self._lock:
            self.before()
            self.tried.append(recipient)
            if self.down is not None:
                raise self.down
            if recipient in self.refusing:
                raise self.refusing[recipient]
            if self.losing:
                if self.losing.pop(0):
                    self.accepted.append((recipient, message))
                raise UncertainOutcome("the connection was lost after the final dot")
            self.accepted.append((recipient, message))
            return f"250 kept {filename}"

    def close(self) -> None:
        """Nothing is open."""


def parsed(message: bytes) -> EmailMessage:
    read = message_from_bytes(message, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read
