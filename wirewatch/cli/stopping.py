"""The end of the service: asked for by a signal, and enforced."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable

log = logging.getLogger("wirewatch.app")

DEADLINE_S = 9.0
"""After a signal; what is killed then is in the state any kill would leave, and nothing is lost."""


class Stopping:
    """Asks the service to end at the first signal, and ends the process where it does not."""

    def __init__(
        self,
        stop: Callable[[], None],
        *,
        deadline: float = DEADLINE_S,
        leave: Callable[[int], None] = os._exit,
    ) -> None:
        self._stop = stop
        self._deadline = deadline
        self._leave = leave
        self._interrupted = False
        self._asked = False

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take SIGTERM and SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.signalled, number)

    def signalled(self, number: signal.Signals) -> None:
        """Act on a signal: the first one asks, a second SIGINT leaves at once."""
        if number == signal.SIGINT:
            if self._interrupted:
                log.warning("interrupted twice: leaving at once")
                self._leave(130)
            self._interrupted = True
        if self._asked:
            return
        self._asked = True
        log.info("asked to stop", extra={"signal": number.name})
        # a thread of its own: it works however stuck the loop is, and goes with the process
        timer = threading.Timer(self._deadline, self._enforce)
        timer.daemon = True
        timer.start()
        self._stop()

    def _enforce(self) -> None:
        log.warning("the service did not end in time; leaving, what was under way is done again")
        self._leave(0)
