"""The index step: articles into the archive's index, after everything that somebody waits for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from jobs.desk import Desk
from storage.store import Store

log = logging.getLogger("wirewatch.jobs")

BATCH = 200
"""Articles in one write transaction of the service: it holds the database some 20 ms."""
LARGE_BATCH = 1_000
_PATIENCE = 100
_PAUSE_S = 0.05


async def index_all(desk: Desk) -> int:
    """Index what lags, batch by batch; how many articles."""
    total = 0
    while not desk.stopping:
        async with desk.matching:
            pass  # what is being matched goes first
        done = await desk.call(desk.store.index_lagging, BATCH)
        total += done.written
        if not done.written:  # none lags, or another owner is at them
            break
    if total:
        log.debug("indexed", extra={"articles": total})
    return total


def catch_up(store: Store, indexed: Callable[[int], None] = lambda _count: None) -> bool:
    """Index all that lags, here and now; False where another owner holds some of it for long.

    `indexed` is told of every article that came in.
    """
    waited = 0
    while waited < _PATIENCE:
        done = store.index_lagging(LARGE_BATCH)
        if not done.looked_at:
            return True
        indexed(done.written)
        if not done.written:
            waited += 1
            time.sleep(_PAUSE_S)
    return False
