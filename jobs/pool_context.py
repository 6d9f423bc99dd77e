"""How worker processes are started: by a fork server that imports nothing of ours."""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing import popen_forkserver, spawn
from multiprocessing.context import ForkServerProcess
from multiprocessing.process import BaseProcess
from typing import Any

_LAUNCH = threading.Lock()


class _Popen(popen_forkserver.Popen):
    """Starts a process without running our main program in it once more.

    Started from a script or console command, multiprocessing imports that file into every worker
    (for functions defined there, of which there are none): all of the command line, 70 MB each.
    """

    def _launch(self, process_obj: BaseProcess) -> None:
        whole = spawn.get_preparation_data

        def without_main(name: str) -> dict[str, Any]:
            return {k: v for k, v in whole(name).items() if not k.startswith("init_main")}

        with _LAUNCH:
            spawn.get_preparation_data = without_main
            try:
                super()._launch(process_obj)  # type: ignore[misc]  # missing in the stubs
            finally:
                spawn.get_preparation_data = whole


class _Process(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> _Popen:  # noqa: N802  # multiprocessing's name
        return _Popen(process_obj)


class WorkerContext:
    """The multiprocessing context pebble is given; remembers the workers it started.

    forkserver and not fork: a forked worker has our signal handlers and our locks, and the SIGTERM
    that ends it reaches our own loop as if it were ours.
    """

    def __init__(self) -> None:
        inner = multiprocessing.get_context("forkserver")
        inner.set_forkserver_preload([])
        self._workers: list[BaseProcess] = []
        self.Pipe = inner.Pipe
        self.RLock = inner.RLock
        self.get_start_method = inner.get_start_method

    def Process(self, **options: Any) -> BaseProcess:  # noqa: N802  # the name pebble calls
        """Make a process and remember it; called from pebble's threads."""
        process = _Process(**options)
        self._workers = [*(w for w in self._workers if w.exitcode is None), process]
        return process

    def pids(self) -> list[int]:
        """The workers that live now."""
        return [w.pid for w in self._workers if w.pid is not None and w.is_alive()]
