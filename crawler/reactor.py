"""One event loop for Twisted and asyncio: Twisted's asyncio reactor, driven from here.

`install` has to be called before anything imports `twisted.internet.reactor`; the module itself
imports nothing that does.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scrapy.utils.reactor import install_reactor, verify_installed_reactor
from twisted.python.log import PythonLoggingObserver

_PATH = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_PATIENCE = 3.0
"""Seconds given at the end to cancelled tasks, and to threads of `asyncio.to_thread`; what is stuck
is left behind (though Python itself waits for threads before the process ends)."""
MAX_THREADS = 32
"""Of `asyncio.to_thread`: database, mail and files, not names (crawler.resolver)."""

_observing = False


def install() -> None:
    """Install the asyncio reactor, and send Twisted's log to stdlib logging; again: nothing.

    Raises RuntimeError when another reactor was imported before.
    """
    if "twisted.internet.reactor" not in sys.modules:
        install_reactor(_PATH)
    verify_installed_reactor(_PATH)
    _observe_log()


def must_run() -> None:
    """Raise RuntimeError unless the reactor runs on the present loop."""
    install()
    from twisted.internet import reactor as installed

    running: Any = installed
    if not running.running or running._asyncioEventloop is not asyncio.get_running_loop():
        raise RuntimeError("no reactor runs on this loop: start it by crawler.reactor.run")


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

    threads = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="work")
    loop.set_default_executor(threads)
    reactor.callWhenRunning(begin)
    try:
        reactor.run(installSignalHandlers=False)
    except (KeyboardInterrupt, SystemExit):
        for task in tasks:
            task.cancel()
        loop.run_forever()  # until main has ended and its callback stopped the reactor
        raise
    finally:
        _wind_up(loop, threads)
    return tasks[0].result()


def _wind_up(loop: asyncio.AbstractEventLoop, threads: ThreadPoolExecutor) -> None:
    """Cancel what is left over and close the loop, as asyncio.run does, but never wait long."""
    try:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=_PATIENCE))
        loop.run_until_complete(loop.shutdown_asyncgens())
        # asyncio's own shutdown of the executor has no limit and cannot be cancelled
        threads.shutdown(wait=False, cancel_futures=True)
        ending = threading.Thread(target=threads.shutdown, daemon=True)
        ending.start()
        ending.join(_PATIENCE)
        if ending.is_alive():
            logging.getLogger("wirewatch").warning("a thread did not end in time; left behind")
    finally:
        loop.close()
