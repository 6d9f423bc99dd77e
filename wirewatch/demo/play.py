"""Plays the day to the real service: shows what is next once it has dealt with what was."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.settings import Settings
from jobs.service import Service
from storage.database import Database
from wirewatch.app import serve
from wirewatch.demo.clock import DayClock
from wirewatch.demo.day import LENGTH, Day
from wirewatch.demo.look import Look, look, outstanding, texts_of
from wirewatch.demo.mailbox import Mail, read_mails
from wirewatch.demo.outlets import OUTLETS
from wirewatch.demo.stage import Stage
from wirewatch.demo.telling import Teller
from wirewatch.demo.voice import Voice

_LOOK_S = 0.2
_POLLS_AFTER = 1
"""So many polls of every feed follow when all seems done: what should not come has time to."""


@dataclass(frozen=True, slots=True)
class Played:
    """How the day ended."""

    seen: Look
    mails: Sequence[Mail]
    left: Sequence[str] = ()
    """What the service had still to do when the time was over."""
    interrupted: bool = False


async def play(
    day: Day, stage: Stage, settings: Settings, clock: DayClock, voice: Voice, *, limit_s: float
) -> Played:
    """Run the service through the day and stop it; at most `limit_s` seconds.

    SIGINT and SIGTERM end it early, as they end the service.
    """
    stage.apply(day.steps()[0])
    started: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(settings, lambda: None, started=started.set_result))
    if not await _begun(serving, started):
        return Played(Look(), (), interrupted=True)
    db = Database(settings.database_url)
    try:
        outbox = settings.data_dir / "outbox"
        director = _Director(day, stage, clock, voice, db, outbox)
        directing = asyncio.create_task(director.run(limit_s))
        await asyncio.wait({serving, directing}, return_when=asyncio.FIRST_COMPLETED)
        interrupted = not directing.done()
        started.result().stop()
        directing.cancel()
        await serving
        with contextlib.suppress(asyncio.CancelledError):
            await directing
        seen = await asyncio.to_thread(director.look)
    finally:
        db.close()
    mails = read_mails(outbox)
    return Played(seen, mails, director.left if not interrupted else (), interrupted)


async def _begun(serving: asyncio.Task[int], started: asyncio.Future[Service]) -> bool:
    """Wait for the service to work; False: it was interrupted before it listened for signals."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    either: set[asyncio.Future[Any]] = {serving, started}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not started.done():
        with contextlib.suppress(asyncio.CancelledError):
            await serving  # raises what kept it from starting
    return started.done()


class _Director:
    """Lets the steps of the day happen, each when nothing is left to do from those before."""

    def __init__(
        self, day: Day, stage: Stage, clock: DayClock, voice: Voice, db: Database, outbox: Path
    ) -> None:
        self._day = day
        self._stage = stage
        self._clock = clock
        self._db = db
        self._outbox = outbox
        self._urls: Mapping[str, str] = {stage.url(s): s.key for s in day.stories.values()}
        self._teller = Teller(
            day,
            stage,
            voice,
            texts=lambda article: texts_of(db, article),
            subject=self._subject,
        )
        self._looking = threading.Lock()
        self.left: list[str] = []

    def look(self) -> Look:
        """Read the database, and tell what is new."""
        with self._looking:
            seen = look(self._db, self._urls)
            self._teller.tell(seen, self._clock.now())
            return seen

    async def run(self, limit_s: float) -> None:
        """The whole day; `left` says what was still to be done where time ran out."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                for step in self._day.steps()[1:]:
                    await self._until(step.at)
                    self._stage.apply(step)
                await self._until(LENGTH)
                await self._until(LENGTH, ended=True)

    async def _until(self, at: timedelta, *, ended: bool = False) -> None:
        """Let time run to `at`, and stand there until everything shown was dealt with."""
        self._clock.aim(at)
        polls = self._polls()
        while True:
            seen = await asyncio.to_thread(self.look)
            self.left = outstanding(self._day, self._stage, seen, ended=ended)
            if ended and any(n < polls[at] + _POLLS_AFTER for at, n in self._polls().items()):
                self.left.append("the feeds are looked at once more")
            if self._clock.arrived and not self.left:
                return
            await asyncio.sleep(_LOOK_S)

    def _subject(self, message_id: str) -> str:
        """The subject of a mail, from the mail itself."""
        mails = read_mails(self._outbox)
        return next((mail.subject for mail in mails if mail.message_id == message_id), message_id)

    def _polls(self) -> dict[tuple[str, str], int]:
        """How often each feed was asked for, without those that fail: they are asked rarely."""
        return {
            (outlet, path): polls
            for outlet in OUTLETS
            for path, polls in self._stage.polls(outlet).items()
            if path not in self._stage.locked()
        }
