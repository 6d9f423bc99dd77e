"""One event loop for Twisted and asyncio: Twisted's asyncio reactor, driven from here.

`install` has to be called before anything imports `twisted.internet.reactor`; the module itself
imports nothing that does.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from scrapy.utils.reactor import install_reactor, verify_installed_reactor
from twisted.python.log import PythonLoggingObserver

_PATH = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_EXECUTOR_PATIENCE = 3.0
"""Seconds given to threads of `asyncio.to_thread` at the end; a stuck one is left behind."""

_observing = False


def install() -> None:
    """Install the asyncio reactor, and send Twisted's log to stdlib logging; again: nothing.

    Raises RuntimeError when another reactor was imported before.
    """
    if "twisted.internet.reactor" not in sys.modules:
        install_reactor(_PATH)
    verify_installed_reactor(_PATH)
    _observe_log()


def _observe_log() -> None:
    global _observing  # Twisted's log publisher is one per process, so is this
    if _observing:
        return
    _observing = True
    for name in ("twisted", "scrapy"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)
    # its warnings on sizes name whole URLs, with what secrets their queries hold
    logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.ERROR)
    PythonLoggingObserver("twisted").start()


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run `main()` on the reactor's loop to its end, stop the reactor, return its int.

    Exceptions of `main` come out here. Signals are not touched: `main` sets its own handlers with
    `loop.add_signal_handler`; without them a KeyboardInterrupt cancels `main` and is raised again.
    Once in a process: a Twisted reactor cannot be started anew.
    """
    install()
    from twisted.internet import reactor as installed

    reactor: Any = installed  # typed as an interface without what AsyncioSelectorReactor adds
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
    tasks: list[asyncio.Task[int]] = []

    def begin() -> None:
        task = loop.create_task(main())
        tasks.append(task)
        task.add_done_callback(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    try:
        reactor.run(installSignalHandlers=False)
    except KeyboardInterrupt:
        for task in tasks:
            task.cancel()
        raise
    finally:
        _wind_up(loop)
    return tasks[0].result()


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what is left over and close the loop, as asyncio.run does, but never wait long."""
    try:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=_EXECUTOR_PATIENCE))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(_shut_executor(loop))
    finally:
        loop.close()


async def _shut_executor(loop: asyncio.AbstractEventLoop) -> None:
    try:
        await asyncio.wait_for(loop.shutdown_default_executor(), _EXECUTOR_PATIENCE)
    except TimeoutError:
        logging.getLogger("wirewatch").warning("a thread did not end in time; it is left behind")
