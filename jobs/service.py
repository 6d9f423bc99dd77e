"""The running service: a heartbeat over our tables, lanes, delivery, and an orderly end.

APScheduler is the heartbeat, not the memory: due times, leases and states live in the tables, so
that a kill at any instant loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from jobs.desk import Desk
from jobs.lanes import Lanes, match_step
from jobs.queue import InlineQueue
from jobs.step_backfill import backfill
from jobs.step_deliver import carry, due_lanes, place
from jobs.step_hubs import hubs
from jobs.step_index import index_all
from jobs.step_mailbox import read_mailbox
from jobs.step_notices import notices
from jobs.step_survey import due_surveys, survey
from jobs.step_verdicts import verdicts
from newsroom.errors import DatabaseUnavailable
from newsroom.model import Owner
from newsroom.recipients import MAIL_LANE, lane_of
from storage.owners import heartbeat, register, release_dead

log = logging.getLogger("wirewatch.jobs")

TICK_S = 1.0
LOOK_AT_LEAST = timedelta(seconds=10)
"""The tables are looked at this often even when nothing is planned: others write to them too."""

OWNER_BEAT_S = 20
WATCH_FILES_S = 2
NOTICES_S = 30
MAILBOX_S = 60
VERDICTS_S = 60
HUBS_S = 60


class Service:
    """Runs until told to stop."""

    def __init__(
        self,
        desk: Desk,
        owner: Owner,
        alive: Callable[[Owner], bool],
        reload: Callable[[], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._owner = owner
        self._alive = alive
        self._reload = reload
        self._stop = asyncio.Event()
        self._look_again_at: datetime | None = None
        self._lanes = Lanes(desk, lambda: self._queue)
        self._queue = InlineQueue(
            {
                "host": self._lanes.work,
                "match": match_step(desk, lambda: self._queue),
                "deliver": self._deliver,
                "carry": self._carry,
                "index": self._index,
                "survey": self._survey,
                "backfill": self._backfill,
            },
            unbounded=("carry",),
        )
        self._urls: dict[str, str] = {}
        """What a lane beside mail carries to, by its name: the name tells no secret."""
        self.last_tick: datetime | None = None
        """When the tables were last looked at without an error; for /healthz."""

    def stop(self) -> None:
        """Ask the service to end; `run` returns soon after."""
        self._stop.set()

    def wake(self) -> None:
        """Look at the tables at the next tick, whatever is planned."""
        self._look_again_at = None

    async def run(self) -> None:
        """Work until `stop`; then cancel what is under way within a few seconds."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        beats: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._tick, TICK_S),
            (self._owner_beat, OWNER_BEAT_S),
            (self._reload, WATCH_FILES_S),
            (self._notices, NOTICES_S),
            (self._mailbox, MAILBOX_S),
            (self._verdicts, VERDICTS_S),
            (self._hubs, HUBS_S),
        ]
        for beat, seconds in beats:
            # a missed beat is caught up once; nothing is remembered in the scheduler itself
            scheduler.add_job(
                beat,
                "interval",
                seconds=seconds,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        scheduler.start()
        self._desk.warm_stories()
        try:
            await self._tick()
            await self._stop.wait()
        finally:
            self._desk.stopping = True
            scheduler.shutdown(wait=False)
            await self._desk.end_warming()
            await self._queue.stop()

    async def _tick(self) -> None:
        """Hand everything that is due to the queue; cheap where nothing is."""
        now = self._desk.clock.now()
        planned = self._look_again_at
        if planned is not None and now < planned and planned - now <= LOOK_AT_LEAST:
            return
        try:
            await self._look(now)
        except DatabaseUnavailable as error:
            log.error("database unavailable", extra={"why": str(error)})

    async def _look(self, now: datetime) -> None:
        desk, store = self._desk, self._desk.store
        await desk.refresh_rules()
        feeds = await desk.call(store.due_feed_hosts, now)
        pages = await desk.call(store.due_page_hosts, now)
        for host in dict.fromkeys(feeds + [host for host in pages if not desk.is_down(host)]):
            self._queue.defer("host", host)
        for source_id in await due_surveys(desk):
            self._queue.defer("survey", source_id)
        self._queue.defer("backfill")
        self._queue.defer("match")
        planned = (await desk.call(store.next_due_at), desk.digesting.next_at)
        soonest = min((at for at in planned if at is not None), default=now + LOOK_AT_LEAST)
        self._look_again_at = min(max(soonest, now), now + LOOK_AT_LEAST)
        self.last_tick = now

    async def _deliver(self, _key: str) -> None:
        """Every lane is a step of its own: nothing waits for a channel that hangs."""
        try:
            await place(self._desk)
        except DatabaseUnavailable:
            raise
        except Exception:  # what is due and needs no digest goes all the same
            log.exception("step failed", extra={"step": "digests"})
        for to in await due_lanes(self._desk):
            name = lane_of(to) if to != MAIL_LANE else MAIL_LANE
            self._urls[name] = to
            self._queue.defer("carry", name)

    async def _carry(self, lane: str) -> None:
        await carry(self._desk, self._urls[lane])

    async def _index(self, _key: str) -> None:
        await index_all(self._desk)

    async def _survey(self, source_id: str) -> None:
        await survey(self._desk, source_id)
        self._queue.defer("match")
        self.wake()  # pages of what was found are due

    async def _backfill(self, _key: str) -> None:
        if await backfill(self._desk):
            self.wake()  # its pages are due

    async def _verdicts(self) -> None:
        await self._beside(verdicts)

    async def _hubs(self) -> None:
        await self._beside(hubs)

    async def _notices(self) -> None:
        await self._beside(notices)

    async def _mailbox(self) -> None:
        await self._beside(read_mailbox)

    async def _beside(self, step: Callable[[Desk], Awaitable[None]]) -> None:
        """A step nothing else waits for: its fault stops no other."""
        if self._desk.stopping:
            return
        try:
            await step(self._desk)
        except DatabaseUnavailable as error:
            log.error("database unavailable", extra={"why": str(error)})
        except Exception:
            log.exception("step failed", extra={"step": step.__name__})

    async def _owner_beat(self) -> None:
        desk = self._desk
        now = desk.clock.now()
        try:
            if not await desk.call(heartbeat, desk.store.db, self._owner.id, now):
                # stopped so long that others took us for dead: our leases are gone, we are not
                await desk.call(register, desk.store.db, self._owner, now)
            await desk.call(release_dead, desk.store.db, self._owner, self._alive, now)
        except DatabaseUnavailable as error:
            log.error("database unavailable", extra={"why": str(error)})
