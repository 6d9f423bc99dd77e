"""The channels that are open, each in a lane of its own: a thread, a lock, a gate.

A channel that hangs keeps its own thread waiting and no other. All who are told by mail share one
lane; every URL has its own (newsroom.recipients).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from newsroom.ports import Channel
from newsroom.recipients import MAIL_LANE, lane_of

log = logging.getLogger("wirewatch.jobs")

STOP_S = 5.0
"""How long a message that is being handed over may still take when the service stops."""


def _one_thread() -> Executor:
    return ThreadPoolExecutor(1, thread_name_prefix="delivery")


@dataclass
class Lane:
    """One channel at work: it carries one message at a time."""

    name: str
    to: str
    """`mail`, or the URL it carries to: what its alerts are claimed by."""
    channel: Channel
    thread: Executor = field(default_factory=_one_thread)
    ledger: Executor = field(default_factory=_one_thread)
    """Writes down what was answered while `thread` goes on."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Channels:
    """Opens a lane when there is something for it, and closes all in order."""

    def __init__(self, mail: Channel, open_url: Callable[[str], Channel]) -> None:
        """`open_url` gives the channel of a URL; it connects to nothing yet."""
        self.open_url = open_url
        self.mail = Lane(MAIL_LANE, MAIL_LANE, mail)
        self._by_url: dict[str, Lane] = {}

    def lane(self, to: str) -> Lane:
        """The lane of `mail`, or of a URL."""
        if to == MAIL_LANE:
            return self.mail
        lane = self._by_url.get(to)
        if lane is None:
            lane = self._by_url[to] = Lane(lane_of(to), to, self.open_url(to))
        return lane

    async def close(self) -> None:
        """Let what is under way end, briefly; what does not is uncertain at the next start."""
        lanes = [self.mail, *self._by_url.values()]
        await asyncio.gather(*(_close(lane) for lane in lanes))


async def _close(lane: Lane) -> None:
    loop = asyncio.get_running_loop()
    idle = loop.run_in_executor(lane.thread, lambda: None)
    done, _ = await asyncio.wait([idle], timeout=STOP_S)
    if not done:
        extra = {"channel": lane.name}
        log.warning("a message under way is broken off; its alert goes again", extra=extra)
    await asyncio.to_thread(lane.channel.close)  # from another thread this ends a hanging send
    lane.thread.shutdown(wait=True, cancel_futures=True)
    await asyncio.to_thread(lane.ledger.shutdown, wait=True, cancel_futures=True)
