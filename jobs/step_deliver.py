"""The delivery step: claim due alerts, judge them again, render once, hand them over."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.model import AlertContent, HealthContent
from alerts.render import render, subject
from jobs.desk import Desk
from jobs.health import health_content
from jobs.judging import still_wanted
from jobs.mails import content_of, key_of
from jobs.mails_digests import digest_mail
from jobs.mails_notices import notice_content
from jobs.step_digest import digests
from newsroom.delivery import Decision, Outcome, decide, may_begin_data, safe_filename
from newsroom.errors import (
    DatabaseUnavailable,
    DeliveryError,
    LeaseLost,
    StorageError,
    UncertainOutcome,
)
from storage.channels import Gate
from storage.claims import AttemptEnd, ClaimedAlert, Rendered

log = logging.getLogger("wirewatch.jobs")

BATCH = 20

RECORD_PAUSES_S = (1, 2, 4, 8, 16)
"""A server's answer is written down though the database fails for a while: it is a fact, and
where it is lost the mail goes twice."""


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


async def deliver(desk: Desk, *, since: datetime | None = None) -> DeliveryCount:
    """Send what is due; `since`: at the end of a single pass that began then."""
    async with desk.delivering:
        count = DeliveryCount()
        await desk.refresh_rules()
        await digests(desk, since=since)
        while not desk.stopping and not count.channel_down:
            name, now = desk.channel.name, desk.clock.now()
            gate = await desk.call(desk.store.gate, name, now)
            if gate is Gate.UP:
                if not await _some(desk, count, since, BATCH):
                    break
                continue
            due = await desk.call(desk.store.due_alerts, now, since=since)
            if not due:
                break
            # a single pass is somebody asking: it tries the channel whatever was planned
            wanted = gate is Gate.PROBE or since is not None
            if not wanted or not await desk.call(
                desk.store.begin_probe, name, now, forced=since is not None
            ):
                count.channel_down = True
                count.due += due
                break
            await _probe(desk, count, since)
        return count


async def _some(desk: Desk, count: DeliveryCount, since: datetime | None, limit: int) -> bool:
    """Take up to `limit` alerts to their end; False where there were none."""
    claims = await desk.call(desk.store.claim_alerts, desk.clock.now(), limit=limit, since=since)
    if claims:
        log.debug("alerts claimed", extra={"alerts": [claim.id for claim in claims]})
        await _deliver_batch(desk, claims, count)
    return bool(claims)


async def _probe(desk: Desk, count: DeliveryCount, since: datetime | None) -> None:
    """Try a channel that is down with one alert; only an answer says that it is up again."""
    name, before = desk.channel.name, count.answered
    some = await _some(desk, count, since, 1)
    if count.answered > before:
        await desk.call(desk.store.channel_up, name, desk.clock.now())
    elif not count.channel_down:
        await desk.call(desk.store.put_off_probe, name, desk.clock.now())
        count.channel_down = not some  # somebody else holds what is due


async def _deliver_batch(desk: Desk, claims: list[ClaimedAlert], count: DeliveryCount) -> None:
    left = list(claims)
    try:
        while left:
            claim = left.pop(0)
            if desk.stopping or count.channel_down:
                await desk.call(desk.store.release_alert, claim)
                continue
            try:
                await _deliver_one(desk, claim, count)
            except LeaseLost as lost:
                log.warning("alert dropped", extra={"alert": claim.id, "why": str(lost)})
            except StorageError:
                raise
            except Exception as bug:  # one alert's bug must not keep the others from going
                log.exception("alert failed", extra={"alert": claim.id})
                await _hold(desk, claim, bug, count)
    except StorageError:
        with suppress(StorageError):  # else they wait until their leases run out
            for claim in left:
                await desk.call(desk.store.release_alert, claim)
        raise


async def _hold(desk: Desk, claim: ClaimedAlert, bug: Exception, count: DeliveryCount) -> None:
    why = f"it could not be made: {type(bug).__name__}: {bug}"
    count.held += 1
    with suppress(LeaseLost):
        await desk.call(desk.store.hold_alert, claim, why, desk.clock.now())


async def _deliver_one(desk: Desk, claim: ClaimedAlert, count: DeliveryCount) -> None:
    wanted = await still_wanted(desk, claim)
    if wanted is None:
        return
    claim = wanted
    if not may_begin_data(claim.lease_until, desk.clock.now()):
        await desk.call(desk.store.release_alert, claim)
        return
    count.due += 1
    message = await _rendered(desk, claim)
    attempt = await desk.call(
        desk.store.keep_message, claim, message, desk.channel.name, desk.clock.now()
    )
    log.debug("message stored", extra={"alert": claim.id})
    reply, error = await _send(desk, claim, message.data)
    await _answered(desk, claim, attempt, reply, error, count)


async def _rendered(desk: Desk, claim: ClaimedAlert) -> Rendered:
    """The mail as it was rendered once, else made now."""
    if claim.message is not None:
        return Rendered(claim.message, "", claim.subject or "")
    content = await _content(desk, claim)
    data = await desk.call(render, content, now=desk.clock.now())
    return Rendered(data, content.message_id, subject(content))


async def _content(desk: Desk, claim: ClaimedAlert) -> AlertContent:
    health = await _health(desk)
    if claim.notice is not None:
        return notice_content(claim, desk.voice, health)
    if claim.digest is not None:
        return await digest_mail(desk, claim, health)
    return content_of(claim, desk.rules, desk.voice, health)


async def _health(desk: Desk) -> HealthContent | None:
    """The footer's word on the sources; a mail goes without it rather than not at all."""
    try:
        return await health_content(desk)
    except StorageError:
        raise
    except Exception:
        log.exception("source health cannot be told")
        return None


async def _send(
    desk: Desk, claim: ClaimedAlert, message: bytes
) -> tuple[str, DeliveryError | None]:
    filename = safe_filename(key_of(claim))
    loop = asyncio.get_running_loop()

    def send() -> str:
        return desk.channel.send(claim.recipient, message, filename=filename)

    try:
        return await loop.run_in_executor(desk.mail_thread, send), None
    except DeliveryError as error:
        return error.reply, error
    except Exception as bug:  # nobody knows how far it came
        log.exception("channel failed", extra={"alert": claim.id})
        return "", UncertainOutcome(f"{type(bug).__name__}: {bug}")


async def _answered(
    desk: Desk,
    claim: ClaimedAlert,
    attempt: int,
    reply: str,
    error: DeliveryError | None,
    count: DeliveryCount,
) -> None:
    """Write down what an attempt came to."""
    now, name = desk.clock.now(), desk.channel.name
    failures, down_since = 0, None
    if error is not None:
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
    await _record(desk, claim, attempt, _end(claim, decision, error, reply, now))
    if decision.next_probe_at is not None:
        await desk.call(
            desk.store.channel_down,
            name,
            now,
            next_probe_at=decision.next_probe_at,
            reason=decision.reason,
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
    claim: ClaimedAlert, decision: Decision, error: DeliveryError | None, reply: str, now: datetime
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
        notice = f"the alert to {claim.recipient} is held: {decision.reason}"
    return AttemptEnd(
        state=states[decision.outcome],
        outcome=decision.outcome.value,
        now=now,
        due_at=decision.next_attempt_at,
        reason=decision.reason or None,
        code=error.code if error else None,
        reply=reply,
        definite=decision.outcome is not Outcome.UNCERTAIN,
        count_attempt=decision.outcome is not Outcome.CHANNEL_DOWN,
        notice=notice,
    )


def _count(count: DeliveryCount, claim: ClaimedAlert, decision: Decision) -> None:
    count.sent += decision.outcome is Outcome.SENT
    count.held += decision.outcome is Outcome.HELD
    count.deferred += decision.outcome in (Outcome.DEFERRED, Outcome.UNCERTAIN)
    count.answered += decision.outcome is not Outcome.CHANNEL_DOWN
    count.channel_down = decision.outcome is Outcome.CHANNEL_DOWN
    log.info(
        "alert sent" if decision.outcome is Outcome.SENT else "alert not sent",
        extra={
            "alert": claim.id,
            "outcome": decision.outcome.value,
            "recipient": claim.recipient,
            "reason": decision.reason,
        },
    )
