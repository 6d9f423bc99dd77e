"""The mailbox step: bounces, and wishes to be left alone, that came back by mail.

Of several processes one reads at a time. What a mail does, it does once, so that one killed between
doing and noting that a mail is read does it again without harm. Nobody is ever answered.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from alerts.dsn import Incoming, read_incoming
from alerts.letters import MOST_LETTERS
from jobs.desk import Desk
from jobs.mailroom import Mailroom
from newsroom.bounces import Report
from newsroom.delivery import next_probe_at
from newsroom.errors import AuthFailure, ChannelDown, StorageError
from storage.held import count_report
from storage.mailbox import Turn, end_turn, give_back, keep_position, position, take_turn
from storage.stopping import BY_MAIL, stop_by_token

log = logging.getLogger("wirewatch.jobs")

EVERY = timedelta(minutes=5)
"""How often the mailbox is read."""
LOOK_BACK = timedelta(days=7)
"""Of a mailbox that was never read, mails that came in this time are read."""


async def read_mailbox(desk: Desk) -> None:
    """Read what came since; nothing where no mailbox is configured, or it is not time."""
    room = desk.mailroom
    if room is None:
        return
    db, name, now = desk.store.db, room.mailbox.name, desk.clock.now()
    turn = await desk.call(take_turn, db, name, now, early=room.fresh)
    if turn is None:
        return
    room.fresh = False
    try:
        read = await _visit(desk, room, now)
    except ChannelDown as error:
        if desk.stopping or desk.mailroom is not room:
            await desk.call(give_back, db, name, turn)
        else:
            await _failed(desk, room, turn, error)
        return
    if room.failing:
        log.info("mailbox is read again")
    room.failing = False
    now = desk.clock.now()
    next_at = now if read >= MOST_LETTERS else now + EVERY
    await desk.call(end_turn, db, name, turn, now, next_at=next_at)


async def read_mailbox_once(desk: Desk) -> None:
    """The same within a single pass: what goes wrong with it does not fail the pass."""
    if desk.mailroom is None:
        return
    desk.mailroom.fresh = False  # somebody's timer may run passes every minute
    try:
        await read_mailbox(desk)
    except StorageError:
        raise
    except Exception:
        log.exception("step failed", extra={"step": "read_mailbox"})


async def _failed(desk: Desk, room: Mailroom, turn: Turn, error: ChannelDown) -> None:
    if not room.failing:
        log.warning("mailbox cannot be read", extra={"why": error.message})
    room.failing = True
    now = desk.clock.now()
    next_at = now + EVERY
    if isinstance(error, AuthFailure):  # wrong logins again and again lock accounts
        next_at = next_probe_at(turn.failures + 1, now, auth=True)
    await desk.call(
        end_turn, desk.store.db, room.mailbox.name, turn, now, next_at=next_at, why=error.message
    )


async def _visit(desk: Desk, room: Mailroom, now: datetime) -> int:
    """Read on from where the last visit ended; how many mails."""
    db, name = desk.store.db, room.mailbox.name
    at = await desk.call(position, db, name)
    letters = room.mailbox.letters(at, (now - LOOK_BACK).date())
    read = 0
    try:
        while not desk.stopping and (letter := await room.next(letters)) is not None:
            await _take(desk, await room.call(read_incoming, letter.octets))
            if letter.position:
                await desk.call(keep_position, db, name, letter.position)
            read += 1
    finally:
        room.end(letters)
    return read


async def _take(desk: Desk, said: Incoming) -> None:
    """Do what one mail says, as far as it may."""
    if said.report is not None:
        await _returned(desk, said.report)
    if said.stop is not None:
        db, secret, now = desk.store.db, desk.voice.secret, desk.clock.now()
        stopped = await desk.call(stop_by_token, db, secret, said.stop, now, BY_MAIL)
        if stopped is None:
            log.info("a mail with a wrong stop word is ignored")
        else:
            names = [one.name for one in stopped.watchlists]
            log.info("stopped by mail", extra={"alert": stopped.alert_id, "watchlists": names})


async def _returned(desk: Desk, report: Report) -> None:
    db, secret, now = desk.store.db, desk.voice.secret, desk.clock.now()
    counted = await desk.call(count_report, db, secret, report, now)
    for one in counted:
        log.warning(
            "mail came back",
            extra={
                "alert": one.alert_id,
                "recipient": one.recipient,
                "outcome": one.verdict.value,
                "reason": one.reason,
                "held": one.held,
            },
        )
    if not counted:
        named = ", ".join(report.message_ids[:3]) or "no mail"
        log.info("a report is ignored: it is known, or not of ours", extra={"mail": named})
