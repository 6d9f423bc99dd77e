"""The delivery step: claim due alerts, judge them again, render once, hand them over.

Every channel has a lane of its own, and lanes run side by side: one that fails or hangs delays no
other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from alerts.forms import render_for
from alerts.model import AlertContent, HealthContent
from alerts.render import subject
from jobs.answers import DeliveryCount, answered, sent
from jobs.channels import Lane
from jobs.desk import Desk
from jobs.health import health_content
from jobs.judging import still_wanted
from jobs.mails import content_of
from jobs.mails_digests import digest_mail
from jobs.mails_notices import notice_content
from jobs.parts import halved, parted
from jobs.sending import Ready, Run, carry_on
from jobs.step_digest import digests
from newsroom.errors import LeaseLost, StorageError
from newsroom.recipients import MAIL_LANE
from storage.alert_claims import ClaimedAlert, Rendered
from storage.channels import Gate
from storage.held import hold_due

log = logging.getLogger("wirewatch.jobs")

__all__ = ["DeliveryCount", "carry", "deliver", "due_lanes", "place"]

BATCH = 50


async def deliver(desk: Desk, *, since: datetime | None = None) -> DeliveryCount:
    """Send what is due by every channel, and wait for all of them.

    `since`: at the end of a single pass that began then.
    """
    await place(desk, since=since)
    lanes = await due_lanes(desk, since=since)
    if len(lanes) == 1:
        return await carry(desk, lanes[0], since=since)
    passes = [asyncio.ensure_future(carry(desk, to, since=since)) for to in lanes]
    ended = await asyncio.gather(*passes, return_exceptions=True)
    count = DeliveryCount()
    for one in ended:
        if isinstance(one, BaseException):
            raise one
        count.add(one)
    return count


async def place(desk: Desk, *, since: datetime | None = None) -> None:
    """Judge what fell due by its recipient's clock, and make the digests of slots reached.

    What is for an address that is held is held with it first.
    """
    async with desk.placing:
        await desk.refresh_rules()
        await desk.call(hold_due, desk.store.db, desk.clock.now(), since=since)
        await digests(desk, since=since)
        # a digest that says that there was nothing was made of no alert
        await desk.call(hold_due, desk.store.db, desk.clock.now(), since=since)


async def due_lanes(desk: Desk, *, since: datetime | None = None) -> list[str]:
    """The lanes that may have something to carry: `mail`, and each URL with something due."""
    urls = await desk.call(desk.store.due_urls, desk.clock.now(), since=since)
    return [MAIL_LANE, *urls]


async def carry(desk: Desk, to: str, *, since: datetime | None = None) -> DeliveryCount:
    """Send what is due in one lane: to all who are told by mail, or to one URL."""
    lane = desk.channels.lane(to)
    async with lane.lock:
        count = DeliveryCount()
        while not desk.stopping and not count.channel_down:
            name, now = lane.channel.name, desk.clock.now()
            gate = await desk.call(desk.store.gate, name, now)
            if gate is Gate.UP:
                if not await _some(desk, lane, count, since, BATCH):
                    break
                continue
            due = await desk.call(desk.store.due_alerts, now, since=since, to=to)
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
            await _probe(desk, lane, count, since)
        if count.channel_down and to != MAIL_LANE:
            count.down = (lane.name,)
        return count


async def _some(
    desk: Desk, lane: Lane, count: DeliveryCount, since: datetime | None, limit: int
) -> bool:
    """Take up to `limit` alerts to their end; False where there were none."""
    claims = await desk.call(
        desk.store.claim_alerts, desk.clock.now(), limit=limit, since=since, to=lane.to
    )
    if claims:
        log.debug("alerts claimed", extra={"alerts": [claim.id for claim in claims]})
        await _deliver_batch(desk, lane, claims, count)
    return bool(claims)


async def _probe(desk: Desk, lane: Lane, count: DeliveryCount, since: datetime | None) -> None:
    """Try a channel that is down with one alert; only an answer says that it is up again."""
    name, before = lane.channel.name, count.answered
    some = await _some(desk, lane, count, since, 1)
    if count.answered > before:
        await desk.call(desk.store.channel_up, name, desk.clock.now(), to=lane.to)
    elif not count.channel_down:
        await desk.call(desk.store.put_off_probe, name, desk.clock.now())
        count.channel_down = not some  # somebody else holds what is due


async def _deliver_batch(
    desk: Desk, lane: Lane, claims: list[ClaimedAlert], count: DeliveryCount
) -> None:
    left = claims
    try:
        ready = await _made(desk, claims, count)
        refused = True
        while ready and refused and not (desk.stopping or count.channel_down):
            run = Run(desk, lane, ready)
            try:
                await carry_on(run)
            finally:
                ready = run.left
                left = [mail.claim for mail in ready]
            await _count_run(desk, lane, run, count)
            refused = run.refused is not None
        await desk.call(desk.store.release_all, left if ready else [])
    except StorageError:
        with suppress(StorageError):  # else they wait until their leases run out
            await desk.call(desk.store.release_all, left)
        raise


async def _count_run(desk: Desk, lane: Lane, run: Run, count: DeliveryCount) -> None:
    for claim in run.sent:
        count.due += 1
        sent(count, claim)
    for claim in run.lost:
        log.warning("alert dropped", extra={"alert": claim.id, "why": "its lease was taken over"})
    if (refused := run.refused) is not None:
        count.due += 1
        claim, attempt, error = refused.claim, refused.attempt, refused.error
        if not await halved(desk, claim, attempt, error, count):
            await answered(desk, lane, claim, attempt, error, count)


async def _made(desk: Desk, claims: Sequence[ClaimedAlert], count: DeliveryCount) -> list[Ready]:
    """The messages of those that are still wanted, their bytes stored in a commit of their own."""
    wanted: list[tuple[ClaimedAlert, AlertContent | None]] = []
    for claim in claims:
        try:
            stands = await still_wanted(desk, claim)
            if stands is None:
                continue
            content = None if stands.message is not None else await _content(desk, stands)
            if content is None or not await parted(desk, stands, content):
                wanted.append((stands, content))
        except LeaseLost as lost:
            log.warning("alert dropped", extra={"alert": claim.id, "why": str(lost)})
        except StorageError:
            raise
        except Exception as bug:  # one alert's bug must not keep the others from going
            log.exception("alert failed", extra={"alert": claim.id})
            await _hold(desk, claim, bug, count)
    kept = []
    made = await desk.call(_rendered, wanted, desk.clock.now())
    for (claim, _), message in zip(wanted, made, strict=True):
        if isinstance(message, Rendered):
            kept.append((claim, message))
        else:
            log.error("alert failed", exc_info=message, extra={"alert": claim.id})
            await _hold(desk, claim, message, count)
    return await _kept(desk, kept)


async def _kept(desk: Desk, made: Sequence[tuple[ClaimedAlert, Rendered]]) -> list[Ready]:
    """Those whose bytes are stored, and whose claim is ours still."""
    ours = await desk.call(desk.store.keep_messages, made, desk.clock.now()) if made else set()
    for claim, _ in made:
        if claim.id in ours:
            log.debug("message stored", extra={"alert": claim.id})
        else:
            log.warning("alert dropped", extra={"alert": claim.id, "why": "its lease is gone"})
    return [Ready(claim, message.data) for claim, message in made if claim.id in ours]


async def _hold(desk: Desk, claim: ClaimedAlert, bug: Exception, count: DeliveryCount) -> None:
    why = f"it could not be made: {type(bug).__name__}: {bug}"
    count.held += 1
    with suppress(LeaseLost):
        await desk.call(desk.store.hold_alert, claim, why, desk.clock.now())


def _rendered(
    wanted: Sequence[tuple[ClaimedAlert, AlertContent | None]], now: datetime
) -> list[Rendered | Exception]:
    """Messages as they were rendered once, else made now in their channel's form."""
    return [_message(claim, content, now) for claim, content in wanted]


def _message(
    claim: ClaimedAlert, content: AlertContent | None, now: datetime
) -> Rendered | Exception:
    if content is None:
        return Rendered(claim.message or b"", "", claim.subject or "")
    try:
        data = render_for(content, now=now)
        return Rendered(data, content.message_id, subject(content))
    except Exception as bug:  # noqa: BLE001 - one alert's bug must not keep the others from going
        return bug


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
