"""A backfill carried to its end by a process of its own, where no service runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from jobs.desk import Desk
from jobs.lanes import Lanes
from jobs.queue import InlineQueue
from jobs.step_backfill import advance
from jobs.step_index import index_all
from jobs.step_match import match_all
from storage import backfills
from storage.backfills import Backfill

REST_S = 0.05
"""Between two looks at what is left."""


async def run_backfill(
    desk: Desk, backfill_id: int, shown: Callable[[Backfill, int], None]
) -> Backfill:
    """Walk, fetch and match until nothing is left or `desk.stopping`; no feed is polled, no mail
    sent.

    `shown` is called now and then with the backfill and how many of its pages wait. Each page is
    tried once: one that fails is tried again by the service, or the next time. Raises
    StorageError where the database failed.
    """
    db = desk.store.db
    desk.warm_stories()
    await desk.stories_ready()
    queue: InlineQueue

    async def matched(_key: str) -> None:
        await match_all(desk)

    lanes = Lanes(desk, lambda: queue)
    lanes.since = desk.clock.now()
    queue = InlineQueue({"host": lanes.work, "match": matched})
    try:
        while not desk.stopping:
            moved = await advance(desk, backfill_id)
            hosts = await desk.call(backfills.waiting_hosts, db, backfill_id)
            for host in hosts:
                if not desk.is_down(host):
                    queue.defer("host", host)
            if queue.unavailable is not None:
                raise queue.unavailable
            now = await desk.call(backfills.get, db, backfill_id)
            shown(now, await desk.call(backfills.waiting, db, backfill_id))
            if now.state != "walking" and (not hosts or all(map(desk.is_down, hosts))):
                break
            if not moved:
                await desk.clock.sleep(REST_S)
            await asyncio.sleep(0)
        await queue.idle()
        if not desk.stopping:
            await match_all(desk)
            await index_all(desk)
    finally:
        await queue.stop()
        await desk.end_warming()
    await desk.call(backfills.finish, db, backfill_id, desk.clock.now())
    return await desk.call(backfills.get, db, backfill_id)
