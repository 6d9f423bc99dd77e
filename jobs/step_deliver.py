"""The delivery step: claim due alerts, judge them again, render once, hand them over."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.render import render
from jobs.desk import Desk
from jobs.health import health_content
from jobs.mails import content_of, key_of
from newsroom.delivery import Decision, Outcome, decide, may_begin_data, safe_filename
from newsroom.errors import DeliveryError, LeaseLost
from storage.claims import AttemptEnd, ClaimedAlert

log = logging.getLogger("wirewatch.jobs")

BATCH = 20


@dataclass
class DeliveryCount:
    """What a delivery pass did."""

    due: int = 0
    """Alerts that were ready to go (cancelled and folded ones not counted)."""
    sent: int = 0
    held: int = 0
    deferred: int = 0
    channel_down: bool = False


async def deliver(desk: Desk, *, since: datetime | None = None) -> DeliveryCount:
    """Send what is due; `since`: at the end of a single pass that began then."""
    async with desk.delivering:
        count = DeliveryCount()
        tried: list[int] = []
        while not desk.stopping and not count.channel_down:
            probing = await _probing(desk)
            if probing is None:
                count.channel_down = True
                count.due += await desk.call(desk.store.due_alerts, desk.clock.now(), since=since)
                break
            claims = await desk.call(
                desk.store.claim_alerts,
                desk.clock.now(),
                limit=1 if probing else BATCH,
                since=since,
                skip=tried,
            )
            if not claims:
                break
            log.debug("alerts claimed", extra={"alerts": [claim.id for claim in claims]})
            tried = [*tried, *(claim.id for claim in claims)] if since is not None else []
            await _deliver_batch(desk, claims, count)
            if probing and not count.channel_down:
                await desk.call(
                    desk.store.mark_channel,
                    desk.channel.name,
                    desk.clock.now(),
                    next_probe_at=None,
                )
        return count


async def _probing(desk: Desk) -> bool | None:
    """False: the channel is up; True: down, and it is time for one probe; None: leave it alone."""
    until = await desk.call(desk.store.channel_down_until, desk.channel.name)
    if until is None:
        return False
    return True if until <= desk.clock.now() else None


async def _deliver_batch(desk: Desk, claims: list[ClaimedAlert], count: DeliveryCount) -> None:
    for claim in claims:
        if desk.stopping or count.channel_down:
            await desk.call(desk.store.release_alert, claim)
            continue
        try:
            await _deliver_one(desk, claim, count)
        except LeaseLost as lost:
            log.warning("alert dropped", extra={"alert": claim.id, "why": str(lost)})


async def _deliver_one(desk: Desk, claim: ClaimedAlert, count: DeliveryCount) -> None:
    if not claim.uncertain:
        wanted = await _still_wanted(desk, claim)
        if wanted is None:
            return
        claim = wanted
    if not may_begin_data(claim.lease_until, desk.clock.now()):
        await desk.call(desk.store.release_alert, claim)
        return
    count.due += 1
    message, message_id = claim.message, ""
    if message is None:
        try:
            content = content_of(claim, desk.rules, desk.voice, await health_content(desk))
            message = await desk.call(render, content, now=desk.clock.now())
            message_id = content.message_id
        except Exception as bug:  # a mail that cannot be made must not block the others
            log.exception("rendering failed", extra={"alert": claim.id})
            why = f"it could not be rendered: {type(bug).__name__}: {bug}"
            await desk.call(desk.store.hold_alert, claim, why, desk.clock.now())
            count.held += 1
            return
    attempt = await desk.call(
        desk.store.keep_message, claim, message, message_id, desk.channel.name, desk.clock.now()
    )
    log.debug("message stored", extra={"alert": claim.id})
    reply, error = await _send(desk, claim, message)
    now = desk.clock.now()
    failures = await desk.call(desk.store.channel_failures, desk.channel.name) if error else 0
    decision = decide(
        error,
        attempts=claim.attempts,
        first_deferred_at=claim.deferred_since,
        now=now,
        channel_failures=failures,
    )
    log.debug("alert answered", extra={"alert": claim.id, "outcome": decision.outcome.value})
    await desk.call(
        desk.store.end_attempt, claim, attempt, _end(claim, decision, error, reply, now)
    )
    if decision.outcome is Outcome.CHANNEL_DOWN:
        await desk.call(
            desk.store.mark_channel,
            desk.channel.name,
            now,
            next_probe_at=decision.next_probe_at,
            reason=decision.reason,
        )
    _count(count, claim, decision)


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


async def _still_wanted(desk: Desk, claim: ClaimedAlert) -> ClaimedAlert | None:
    """Judge an unsent alert by the rules in force; None where it was cancelled (DESIGN §4)."""
    if claim.copy_of is not None:  # a person asked for it
        return claim
    dropped = [
        match.watchlist_id
        for match in claim.matches
        if not _stands(desk, claim, match.watchlist_id, match.article_id, match.version)
    ]
    if not dropped:
        return claim
    reason = "the rules in force do not match any more"
    left = await desk.call(desk.store.drop_watchlists, claim, dropped, reason, desk.clock.now())
    if not left:
        log.info("alert cancelled", extra={"alert": claim.id, "reason": reason})
        return None
    kept = tuple(match for match in claim.matches if match.watchlist_id not in dropped)
    return replace(claim, matches=kept)


def _stands(
    desk: Desk, claim: ClaimedAlert, watchlist_id: int, article_id: int, version: int
) -> bool:
    stored = desk.rules.watchlist(watchlist_id)
    if stored is None or not desk.rules.tells(watchlist_id, claim.recipient):
        return False
    if stored.version == version:
        return True
    article = next((a for a in claim.articles if a.id == article_id), None)
    return article is not None and desk.rules.rematch(watchlist_id, article.text) is not None
