"""Delivery, decided: names of a mail, and what follows from each outcome of handing it over.

The names (key, Message-ID, thread id, file name) are functions of what the mail is about, so that
every attempt, on whatever machine, makes the same ones. The decisions follow DESIGN §10.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsroom.errors import (
    AuthFailure,
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    UncertainOutcome,
)

MAIL_RETRY_FIRST = timedelta(minutes=1)
MAIL_RETRY_MAX = timedelta(hours=4)
MAIL_RETRY_FOR = timedelta(days=5)
PAGE_RETRY_FIRST = timedelta(minutes=1)
PAGE_RETRY_MAX = timedelta(hours=6)
PAGE_RETRY_FOR = timedelta(days=3)
PROBE_FIRST = timedelta(minutes=1)
PROBE_MAX = timedelta(minutes=15)
"""A server that comes back is noticed within a quarter of an hour."""
AUTH_PROBE_FIRST = timedelta(minutes=5)
AUTH_PROBE_MAX = timedelta(hours=4)
"""Repeated wrong logins lock accounts: a refused password is tried rarely."""
MAIL_DEADLINE = timedelta(seconds=120)
DATA_REPLY_DEADLINE = timedelta(seconds=300)
LEASE_MARGIN = timedelta(seconds=30)
AUTH_CODES = frozenset({530, 534, 535, 538})
"""Replies that speak of the login, whatever was asked (RFC 4954 §6)."""

HTTP_TOO_LARGE = 413
_FULL = re.compile(r"\b5\.2\.2\b|quota|mailbox (is )?full")
_TOO_BIG = re.compile(r"\b5\.(2\.3|3\.4)\b|too (large|big)|size (limit|exceed)")

_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_FILE_PART = re.compile(r"[a-z0-9]{1,24}")


class Outcome(StrEnum):
    """What an attempt came to."""

    SENT = "sent"
    DEFERRED = "deferred"
    HELD = "held"
    UNCERTAIN = "uncertain"
    """No definite reply: deferred, and then the same bytes go again, judged no more."""
    CHANNEL_DOWN = "channel_down"
    """Not this mail's fault: it keeps its state and its count of attempts."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write down after an attempt."""

    outcome: Outcome
    reason: str = ""
    """One line for people; empty when sent."""
    next_attempt_at: datetime | None = None
    """When this mail goes again; set for DEFERRED and UNCERTAIN."""
    next_probe_at: datetime | None = None
    """When the channel may be tried again, with one mail; set for CHANNEL_DOWN, and for DEFERRED
    where the server asked for a pause."""
    first_deferred_at: datetime | None = None
    """The value to keep on the row: when the five days of this mail began."""
    notice: bool = False
    """True where the operator is to be told: a mail is held, or a login was refused."""


def alert_key(kind: str, recipient: str, story_id: int, n: int, *, copy: int = 0) -> str:
    """The natural key of an alert in one string; `copy` counts what `alerts resend` made.

    The recipient comes last: it is the only part that may contain a slash.
    """
    again = f"r{copy}" if copy else ""
    return f"{kind}/{story_id}/{n}{again}/{recipient}"


def digest_key(schedule: str, slot: str, recipient: str, *, copy: int = 0) -> str:
    """The natural key of a digest in one string, of the same form; `copy` as for `alert_key`.

    A slash in schedule or slot is written as a colon.
    """
    again = f"r{copy}" if copy else ""
    return f"digest/{schedule.replace('/', ':')}/{slot.replace('/', ':')}{again}/{recipient}"


def notice_key(notice_id: int, n: int, recipient: str, *, copy: int = 0) -> str:
    """The natural key of a notice's mail, of the same form; `n` 0: it began, 1: it is over."""
    return alert_key("notice", recipient, notice_id, n, copy=copy)


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the mail with this key, the same on every attempt, angle brackets included.

    A `domain` no header could carry (empty, not ASCII) becomes `wirewatch.invalid`.
    """
    return f"<wirewatch.{_digest(key)}@{_id_domain(domain)}>"


def thread_id(recipient: str, story_id: int, domain: str) -> str:
    """The id all mails on a story to one recipient refer to, so that they form one thread.

    No mail bears it: whichever comes first, the others stand beside it.
    """
    return f"<thread.{_digest(f'thread/{story_id}/{recipient}')}@{_id_domain(domain)}>"


def safe_filename(key: str) -> str:
    """A file name for the mail with this key: safe on any file system, without the address."""
    parts = [p for p in key.split("/", 3)[:3] if _FILE_PART.fullmatch(p)]
    return "-".join([*parts, _digest(key)[:20]]) + ".eml"


def decide(
    error: DeliveryError | None,
    *,
    attempts: int,
    first_deferred_at: datetime | None,
    now: datetime,
    channel_failures: int = 0,
    not_counted: timedelta = timedelta(0),
) -> Decision:
    """Say what follows from one attempt; `error` None means the server took the mail.

    `attempts` counts this mail's attempts that were about it, this one included (an attempt that
    ended CHANNEL_DOWN is given back). `channel_failures` counts the channel's failures in a row
    before this one. `not_counted` is how long logins were refused since `first_deferred_at`:
    that time is not held against the mail. A channel that is down never holds a mail; the
    five days run from the mail's own first deferral.
    """
    if error is None:
        return Decision(Outcome.SENT)
    reason = _reason(error)
    if isinstance(error, ChannelDown):
        auth = isinstance(error, AuthFailure) or error.code in AUTH_CODES
        return Decision(
            Outcome.CHANNEL_DOWN,
            reason,
            next_probe_at=next_probe_at(channel_failures + 1, now, auth=auth),
            first_deferred_at=first_deferred_at,
            notice=auth and channel_failures == 0,
        )
    if isinstance(error, PermanentFailure):
        return Decision(Outcome.HELD, reason, first_deferred_at=first_deferred_at, notice=True)
    begun = now if first_deferred_at is None else first_deferred_at
    if now - begun - not_counted >= MAIL_RETRY_FOR:
        days = MAIL_RETRY_FOR.days
        return Decision(
            Outcome.HELD,
            f"given up after {days} days: {reason}",
            first_deferred_at=begun,
            notice=True,
        )
    uncertain = isinstance(error, UncertainOutcome)
    wait = _doubling(attempts, MAIL_RETRY_FIRST, MAIL_RETRY_MAX)
    pause = error.retry_after
    if pause is not None:
        pause = min(max(pause, MAIL_RETRY_FIRST), MAIL_RETRY_MAX)
        wait = max(wait, pause)
    return Decision(
        Outcome.UNCERTAIN if uncertain else Outcome.DEFERRED,
        reason,
        next_attempt_at=now + wait,
        next_probe_at=None if pause is None else now + pause,
        first_deferred_at=begun,
    )


def is_too_big(error: DeliveryError | None) -> bool:
    """Whether a server will not take a message for its size: a smaller one may go.

    552 and 523 say so, and 554 with an enhanced code or words to that effect (RFC 3463: X.2.3,
    X.3.4); 552 with X.2.2 speaks of a full mailbox instead.
    """
    if not isinstance(error, PermanentFailure):
        return False
    if error.code == HTTP_TOO_LARGE:
        return True
    words = error.reply.lower()
    if error.code in (552, 523):
        return _FULL.search(words) is None
    return error.code in (550, 554) and _TOO_BIG.search(words) is not None


def next_probe_at(failures: int, now: datetime, *, auth: bool = False) -> datetime:
    """When a channel that failed `failures` times in a row may be tried again."""
    if auth:
        return now + _doubling(failures, AUTH_PROBE_FIRST, AUTH_PROBE_MAX)
    return now + _doubling(failures, PROBE_FIRST, PROBE_MAX)


def next_page_attempt(attempts: int, first_failed_at: datetime, now: datetime) -> datetime | None:
    """When to fetch a page again after its `attempts`-th failure; None: failed for good (§4)."""
    if now - first_failed_at >= PAGE_RETRY_FOR:
        return None
    return now + _doubling(attempts, PAGE_RETRY_FIRST, PAGE_RETRY_MAX)


def may_begin_data(
    lease_until: datetime, now: datetime, *, before_data: timedelta = MAIL_DEADLINE
) -> bool:
    """Whether the lease outlasts a mail begun now, the wait for its last reply included.

    Asked before `Channel.send`, `before_data` is all the time the channel may take up to the final
    dot (it begins no DATA later than that); asked at DATA itself, it is zero. False: renew the
    lease or give the mail back, or another owner might send it at the same time.
    """
    return lease_until - now >= before_data + DATA_REPLY_DEADLINE + LEASE_MARGIN


def _doubling(count: int, first: timedelta, most: timedelta) -> timedelta:
    """`first`, then twice as long each time, at most `most`; the exponent is capped too."""
    factor: int = 1 << min(max(count, 1) - 1, 20)
    return min(first * factor, most)


def _reason(error: DeliveryError) -> str:
    text = " ".join(f"{error.message} {error.reply}".split())
    return text[:300]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _id_domain(domain: str) -> str:
    return (
        domain.lower() if _DOMAIN.fullmatch(domain) and ".." not in domain else "wirewatch.invalid"
    )
