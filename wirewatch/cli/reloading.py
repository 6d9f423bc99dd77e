"""When the running service reads its configuration again: a file changed, or SIGHUP."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from config.reload import changed, fingerprint
from config.settings import Settings


class Reading:
    """Says whether the settings are to be read again, and reads them."""

    def __init__(self, load: Callable[[], Settings], settings: Settings) -> None:
        self._load = load
        self._settings = settings
        self._seen = fingerprint(settings)
        self._asked = False

    def __call__(self) -> Settings | None:
        """New settings where there is a reason to read, else None; called now and then.

        Raises ConfigError, once for each state of the files, where they are wrong.
        """
        if not (self._asked or changed(self._seen)):
            return None
        self._asked = False
        # looked at before reading: a change made meanwhile is seen next time
        self._seen = fingerprint(self._settings)
        self._settings = self._load()
        self._seen = {**fingerprint(self._settings), **self._seen}
        return self._settings

    def ask(self) -> None:
        """Read at the next look, whether or not a file changed."""
        self._asked = True

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """SIGHUP asks."""
        loop.add_signal_handler(signal.SIGHUP, self.ask)
