"""What is written down of how attempts to hand messages over ended."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.channels import Lane
from jobs.desk import Desk
from jobs.sending import RECORD_PAUSES_S
from newsroom.delivery import Decision, Outcome, decide
from newsroom.errors import DatabaseUnavailable, DeliveryError
from newsroom.recipients import shown
from storage.alert_claims import AttemptEnd, ClaimedAlert

log = logging.getLogger("wirewatch.jobs")

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class DeliveryCount:
    """What a delivery pass did."""

    due: int = 0
    """Alerts that were ready to go (cancelled and folded ones not counted)."""
    sent: int = 0
    held: int = 0
    deferred: int = 0
    answered: int = 0
    """Attempts that showed the channel to work."""
    channel_down: bool = False
    down: tuple[str, ...] = ()
    """Channels beside mail that cannot be used now."""

    def add(self, other: DeliveryCount) -> None:
        """Take in what another lane did."""
        self.due += other.due
        self.sent += other.sent
        self.held += other.held
        self.deferred += other.deferred
        self.answered += other.answered
        self.channel_down |= other.channel_down
        self.down += other.down


def sent(count: DeliveryCount, claim: ClaimedAlert) -> None:
    """A mail was taken, and that is written down."""
    _count(count, claim, decide(None, attempts=claim.attempts, first_deferred_at=None, now=_NEVER))


async def answered(
    desk: Desk,
    lane: Lane,
    claim: ClaimedAlert,
    attempt: int,
    error: DeliveryError,
    count: DeliveryCount,
) -> None:
    """Write down that an attempt came to something else than a mail that was taken."""
    now, name = desk.clock.now(), lane.channel.name
    failures, down_since = await desk.call(desk.store.channel_trouble, name)
    decision = decide(
        error,
        attempts=claim.attempts,
        first_deferred_at=claim.deferred_since,
        now=now,
        channel_failures=failures,
        not_counted=_lost(claim.deferred_since, down_since, now),
    )
    log.debug("alert answered", extra={"alert": claim.id, "outcome": decision.outcome.value})
    await _record(desk, claim, attempt, _end(claim, decision, error, now))
    if decision.next_probe_at is not None:
        await desk.call(
            desk.store.channel_down,
            name,
            now,
            next_probe_at=decision.next_probe_at,
            reason=decision.reason,
            asked=decision.outcome is not Outcome.CHANNEL_DOWN,
        )
    _count(count, claim, decision)


def _lost(deferred_since: datetime | None, down_since: datetime | None, now: datetime) -> timedelta:
    """How long of a mail's five days the channel was down, up to this first answer."""
    if deferred_since is None or down_since is None:
        return timedelta(0)
    return max(timedelta(0), now - max(deferred_since, down_since))


async def _record(desk: Desk, claim: ClaimedAlert, attempt: int, end: AttemptEnd) -> None:
    for pause in RECORD_PAUSES_S:
        try:
            await desk.call(desk.store.end_attempt, claim, attempt, end)
        except DatabaseUnavailable as error:
            log.warning("an answer waits to be kept", extra={"alert": claim.id, "why": str(error)})
            await desk.clock.sleep(pause)
        else:
            return
    await desk.call(desk.store.end_attempt, claim, attempt, end)


def _end(
    claim: ClaimedAlert, decision: Decision, error: DeliveryError, now: datetime
) -> AttemptEnd:
    states = {
        Outcome.SENT: "sent",
        Outcome.DEFERRED: "deferred",
        Outcome.UNCERTAIN: "deferred",
        Outcome.HELD: "held",
        Outcome.CHANNEL_DOWN: "deferred" if claim.deferred_since else "pending",
    }
    notice = None
    if decision.outcome is Outcome.HELD:
        notice = f"the alert to {shown(claim.recipient)} is held: {decision.reason}"
    return AttemptEnd(
        state=states[decision.outcome],
        outcome=decision.outcome.value,
        now=now,
        due_at=decision.next_attempt_at,
        reason=decision.reason or None,
        code=error.code,
        reply=error.reply,
        definite=decision.outcome is not Outcome.UNCERTAIN,
        count_attempt=decision.outcome is not Outcome.CHANNEL_DOWN,
        notice=notice,
    )


def _count(count: DeliveryCount, claim: ClaimedAlert, decision: Decision) -> None:
    """An attempt after which the channel rests shows nothing of the next one."""
    rests = decision.next_probe_at is not None
    count.sent += decision.outcome is Outcome.SENT
    count.held += decision.outcome is Outcome.HELD
    count.deferred += decision.outcome in (Outcome.DEFERRED, Outcome.UNCERTAIN)
    count.answered += not rests
    count.channel_down = rests
    log.info(
        "alert sent" if decision.outcome is Outcome.SENT else "alert not sent",
        extra={
            "alert": claim.id,
            "outcome": decision.outcome.value,
            "recipient": shown(claim.recipient),
            "reason": decision.reason,
        },
    )
