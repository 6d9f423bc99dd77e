"""The mailbox and the thread it is read in: a server that hangs keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from alerts.letters import Letter
from alerts.mailbox import Mailbox, open_mailbox
from newsroom.errors import ChannelDown

P = ParamSpec("P")
T = TypeVar("T")


class Mailroom:
    """One mailbox, and what this process remembers of it."""

    def __init__(self, mailbox: Mailbox, made_of: tuple[str | None, ...] = ()) -> None:
        self.mailbox = mailbox
        self.made_of = made_of
        self.fresh = True
        """Not visited yet since this process, or its configuration, began: it is time."""
        self.failing = False
        """The last visit failed, and the log says so."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mailbox")

    async def call(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call in the mailbox's thread; raises ChannelDown once it is closed."""
        loop = asyncio.get_running_loop()
        try:
            running = loop.run_in_executor(self._thread, partial(verb, *args, **kwargs))
        except RuntimeError as e:
            raise ChannelDown("the mailbox is not read any more") from e
        return await running

    async def next(self, letters: Iterator[Letter]) -> Letter | None:
        """The next mail of a visit; None at its end."""
        return await self.call(next, letters, None)

    def end(self, letters: Iterator[Letter]) -> None:
        """No more of this visit is wanted; nobody waits for the farewell."""
        close = getattr(letters, "close", None)
        if close is not None:
            with suppress(RuntimeError):
                self._thread.submit(close)

    def close(self) -> None:
        """Break a visit off, and read no more."""
        self._thread.shutdown(wait=False)
        self.mailbox.close()


def renewed(
    room: Mailroom | None, url: str | None, password: str | None, ca_bundle: str
) -> Mailroom | None:
    """The mailroom of this mailbox: the same one while nothing of it changed, else a new one, the
    old one closed. None without a mailbox."""
    made_of = (url, password, ca_bundle)
    if room is not None and room.made_of == made_of:
        return room
    if room is not None:
        room.close()
    return Mailroom(open_mailbox(url, password, ca_bundle), made_of) if url else None
