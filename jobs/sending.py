"""A run of mails over one lane: the next is under way while the last one's answer is written down.

One thread hands mails over, another commits. A mail is begun only when its attempt is committed,
and at most WINDOW attempts are open at any time: so many may go a second time after a crash, which
is every one that was taken and not yet written down, and nothing else. One commit ends some
attempts and opens others; it takes in whatever was answered while the last commit ran.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jobs.channels import Lane
from jobs.desk import Desk
from jobs.mails import key_of
from newsroom.delivery import may_begin_data, safe_filename
from newsroom.errors import DatabaseUnavailable, DeliveryError, UncertainOutcome
from newsroom.recipients import without_secrets
from storage.alert_claims import ClaimedAlert
from storage.sending import Taken

log = logging.getLogger("wirewatch.jobs")

WINDOW = 8
"""Attempts open at a time: enough that sending does not wait for the disk."""
GROUP = 4
"""Answers that are written down together, where they come within GROUP_S seconds."""
GROUP_S = 0.01


RECORD_PAUSES_S = (1, 2, 4, 8, 16)
"""A server's answer is written down though the database fails for a while: it is a fact, and
where it is lost the mail goes twice."""


@dataclass(frozen=True)
class Ready:
    """A mail whose bytes are stored."""

    claim: ClaimedAlert
    message: bytes


@dataclass(frozen=True)
class Refused:
    """An attempt that ended otherwise than with the server taking the mail."""

    claim: ClaimedAlert
    attempt: int
    error: DeliveryError


async def carry_on(run: Run) -> None:
    """Hand a run's mails over as far as it goes, and write down what came of it.

    Raises StorageError where the database failed for longer than is waited.
    """
    handing = asyncio.get_running_loop().run_in_executor(run.lane.thread, run.hand_over)
    handing.add_done_callback(lambda _: run.end())  # also where it never ran
    try:
        await _write_down(run)
    except asyncio.CancelledError:
        run.stop()
        raise
    except BaseException:
        run.stop()
        await handing
        raise
    await handing
    if untried := run.untried():
        await run.desk.call(run.desk.store.not_begun, untried)


async def _write_down(run: Run) -> None:
    loop = asyncio.get_running_loop()
    for pause in RECORD_PAUSES_S:
        try:
            return await loop.run_in_executor(run.lane.ledger, run.write_down)
        except DatabaseUnavailable as error:
            extra = {"channel": run.lane.name, "why": str(error)}
            log.warning("answers wait to be kept", extra=extra)
            await run.desk.clock.sleep(pause)
    return await loop.run_in_executor(run.lane.ledger, run.write_down)


class Run:
    """Hands over mails in turn until one is not taken, the desk stops, or a lease grows short.

    `hand_over` and `write_down` run in a thread each, both to their end; where `write_down` raises
    DatabaseUnavailable it is to be called again.
    """

    def __init__(self, desk: Desk, lane: Lane, mails: Sequence[Ready]) -> None:
        self.desk, self.lane = desk, lane
        self._mails = deque(mails)
        self._ahead: deque[tuple[Ready, int]] = deque()
        """Attempts are open; not handed over yet."""
        self._answered: list[Taken] = []
        self._unwritten = 0
        """Answers there are, and those that are being written down."""
        self._opening = 0
        """Taken from those that wait, for attempts that are being committed."""
        self._changed = threading.Condition()
        self._over = False
        """Nothing more is to be begun."""
        self._handed = False
        """Nothing is being handed over any more."""
        self.sent: list[ClaimedAlert] = []
        """Written down."""
        self.refused: Refused | None = None
        self.lost: list[ClaimedAlert] = []
        """Somebody else has taken them."""

    @property
    def left(self) -> list[Ready]:
        """Those never begun."""
        return [*(mail for mail, _ in self._ahead), *self._mails]

    def hand_over(self) -> None:
        """Send what is open, as it opens."""
        try:
            while (begun := self._next()) is not None:
                mail, attempt = begun
                error = self._send(mail, attempt)
                if error is not None:
                    self.refused = Refused(mail.claim, attempt, error)
                    break
        finally:
            self.end()

    def end(self) -> None:
        """No answer comes any more."""
        with self._changed:
            self._over = self._handed = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Begin no other mail."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def write_down(self) -> None:
        """Commit ends and beginnings until all is sent, or nothing more is to be begun and what is
        under way is answered."""
        while True:
            with self._changed:
                self._changed.wait_for(self._worth_it)
                self._changed.wait_for(self._enough, GROUP_S)
                taken, self._answered = self._answered, []
                room = WINDOW - len(self._ahead) - self._unwritten + len(taken)
                room = 0 if self._over else min(room, len(self._mails))
                begin = [self._mails.popleft() for _ in range(room)]
                self._opening = len(begin)
                if not taken and not begin:
                    return
            self._commit(taken, begin)

    def untried(self) -> list[int]:
        """Attempts that are open though nothing was handed over."""
        return [attempt for _, attempt in self._ahead]

    def _worth_it(self) -> bool:
        more = bool(self._mails) and not self._over
        return bool(self._answered) or self._handed or (more and not self._ahead) or self._idle

    def _enough(self) -> bool:
        return len(self._answered) >= GROUP or not self._ahead or self._over

    @property
    def _idle(self) -> bool:
        return not (self._mails or self._opening or self._ahead or self._unwritten)

    def _commit(self, taken: list[Taken], begin: list[Ready]) -> None:
        now, claims = self._now(), [mail.claim for mail in begin]
        for one in taken:
            log.debug("alert answered", extra={"alert": one.claim.id, "outcome": "sent"})
        try:
            opened = self.desk.store.go_on(taken, claims, self.lane.channel.name, now)
        except BaseException:
            with self._changed:
                self._opening = 0
                self._answered[:0] = taken
                self._mails.extendleft(reversed(begin))
            raise
        with self._changed:
            self._opening = 0
            self._unwritten -= len(taken)
            self.sent += [one.claim for one in taken]
            for mail in begin:
                if mail.claim.id in opened:
                    self._ahead.append((mail, opened[mail.claim.id]))
                else:
                    self.lost.append(mail.claim)
            self._changed.notify_all()

    def _next(self) -> tuple[Ready, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ahead or self._over or self._idle)
            if self._over or not self._ahead or self.desk.stopping:
                return None
            if not may_begin_data(self._ahead[0][0].claim.lease_until, self._now()):
                return None
            self._unwritten += 1
            return self._ahead.popleft()

    def _send(self, mail: Ready, attempt: int) -> DeliveryError | None:
        """Hand one over, and note that it was taken; else what went wrong."""
        claim = mail.claim
        filename = safe_filename(key_of(claim))
        try:
            reply = self.lane.channel.send(claim.recipient, mail.message, filename=filename)
        except DeliveryError as error:
            return error
        except Exception as bug:  # nobody knows how far it came
            log.exception("channel failed", extra={"alert": claim.id})
            return UncertainOutcome(
                without_secrets(f"{type(bug).__name__}: {bug}", claim.recipient)
            )
        with self._changed:
            self._answered.append(Taken(claim, attempt, reply, self._now()))
            self._changed.notify_all()
        return None

    def _now(self) -> datetime:
        return self.desk.clock.now()
