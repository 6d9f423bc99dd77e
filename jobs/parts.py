"""Digests too long for one mail go in parts (DESIGN §5; a server's refusal for size, §10)."""

from __future__ import annotations

import logging

from alerts.model import AlertContent
from alerts.render import fits
from jobs.answers import DeliveryCount
from jobs.desk import Desk
from newsroom.delivery import is_too_big
from newsroom.errors import DeliveryError
from newsroom.recipients import MAIL_LANE, kind_of
from storage.alert_claims import AttemptEnd, ClaimedAlert
from storage.digests import ARCHIVE

log = logging.getLogger("wirewatch.jobs")


async def parted(desk: Desk, claim: ClaimedAlert, content: AlertContent) -> bool:
    """Make two digests of one whose stories have no room in one mail; both wait to be sent.

    What was asked of the archive goes in one mail, which counts the stories it does not show; so
    does what goes to channels that show a few anyway.
    """
    digest = claim.digest
    if digest is None or digest.schedule == ARCHIVE or kind_of(claim.recipient) != MAIL_LANE:
        return False
    if await desk.call(fits, content):
        return False
    if not await desk.call(desk.store.split_digest, claim, desk.clock.now()):
        return False
    log.info("digest split", extra={"alert": claim.id, "reason": "too long for one mail"})
    return True


async def halved(
    desk: Desk, claim: ClaimedAlert, attempt: int, error: DeliveryError, count: DeliveryCount
) -> bool:
    """Make two digests of one that a server will not take for its size; False where that is no
    digest, or one story alone."""
    if claim.digest is None or not is_too_big(error):
        return False
    now = desk.clock.now()
    end = AttemptEnd(state="pending", outcome="split", now=now, code=error.code, reply=error.reply)
    await desk.call(desk.store.note_answer, attempt, end)
    if not await desk.call(desk.store.split_digest, claim, now):
        return False
    count.answered += 1
    log.info("digest split", extra={"alert": claim.id, "reason": error.message})
    return True
