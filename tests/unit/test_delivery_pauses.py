"""Pauses that a server asks for, and refusals that speak of a message's size."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.delivery import Outcome, decide, is_too_big
from newsroom.errors import (
    ChannelDown,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
S, M, H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "attempts", "alert_waits", "channel_waits"),
    [
        (None, 1, 1 * M, None),
        (timedelta(0), 1, 1 * M, 1 * M),
        (-5 * H, 1, 1 * M, 1 * M),
        (5 * S, 1, 1 * M, 1 * M),
        (30 * M, 1, 30 * M, 30 * M),
        (5 * M, 5, 16 * M, 5 * M),
        (24 * H, 1, 4 * H, 4 * H),
        (timedelta(days=3650), 9, 4 * H, 4 * H),
    ],
)
def test_a_pause_is_kept_within_bounds(
    asked: timedelta | None,
    attempts: int,
    alert_waits: timedelta,
    channel_waits: timedelta | None,
) -> None:
    error = TemporaryFailure("slow down", code=429, retry_after=asked)
    decision = decide(error, attempts=attempts, first_deferred_at=None, now=NOW)
    assert decision.outcome is Outcome.DEFERRED
    assert decision.next_attempt_at == NOW + alert_waits
    assert decision.next_probe_at == (None if channel_waits is None else NOW + channel_waits)


@pytest.mark.parametrize(
    ("error", "too_big"),
    [
        (None, False),
        (PermanentFailure("x", code=552), True),
        (PermanentFailure("x", code=552, reply="5.3.4 Message too big"), True),
        (PermanentFailure("x", code=552, reply="5.2.2 Mailbox full"), False),
        (PermanentFailure("x", code=552, reply="Requested action aborted: quota exceeded"), False),
        (PermanentFailure("x", code=523, reply="5.2.3 length exceeds"), True),
        (PermanentFailure("x", code=554, reply="5.3.4 Message size exceeds limit"), True),
        (PermanentFailure("x", code=554, reply="5.2.3 too long for this mailbox"), True),
        (PermanentFailure("x", code=550, reply="message too large"), True),
        (PermanentFailure("x", code=554, reply="5.7.1 spam"), False),
        (PermanentFailure("x", code=550, reply="5.1.1 no such user"), False),
        (PermanentFailure("x", code=413), True),
        (PermanentFailure("x", code=410), False),
        (PermanentFailure("x"), False),
        (TemporaryFailure("x", code=452, reply="4.3.4 too big"), False),
        (UncertainOutcome("x", code=552), False),
        (ChannelDown("x", code=552), False),
    ],
)
def test_which_refusals_speak_of_size(error: DeliveryError | None, *, too_big: bool) -> None:
    assert is_too_big(error) is too_big
