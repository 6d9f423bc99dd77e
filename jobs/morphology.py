"""Korean morphology in a worker process: started when first asked, gone when idle."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from jobs.morphology_worker import READY, Tokens, serve
from jobs.pool_context import WorkerContext

log = logging.getLogger("wirewatch.jobs")

KIWI = "jobs.morphology_worker:load_kiwi"

_CHUNK = 256
"""Texts sent at once, so that a limit of time means something."""
_LONGEST = 1_000
"""Code points of the longest text that is analysed; questions of terms are some 150 at most."""
_PER_TEXT = 0.02
"""Seconds each text of a chunk adds to its limit; Kiwi takes 0.2 ms."""
_STARTS = 2
"""Failures to start in a row, after which it is left alone for a while."""
_BAD_TEXTS = 3
"""Texts of one chunk that may fail one by one, before the rest of it is given up."""
_JOIN = 1.0


class _Failed(Exception):
    """The worker did not answer: it died, hung, or could not do it."""


class _Down(Exception):
    """No worker can be had now."""


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection

    def ask(self, texts: list[str], limit: float) -> list[Tokens]:
        """Return the answer, within `limit` seconds; raises _Failed, EOFError or OSError."""
        self.pipe.send(texts)
        if not self.pipe.poll(limit):
            raise _Failed
        answer: list[Tokens] | None = self.pipe.recv()
        if answer is None or len(answer) != len(texts):
            raise _Failed
        return answer

    def end(self) -> None:
        """Kill it, whatever it does."""
        self.process.kill()
        self.process.join(_JOIN)
        self.pipe.close()


class KiwiWorker:
    """Analyses Korean texts by Kiwi in one worker process; a `newsroom.ports.Morphology`.

    Nothing runs before the first text. The process ends by itself after `idle_after` seconds
    without a question, and when this process ends. `load_limit` and `limit` are the seconds it may
    take to start and, beyond a little for each text, to answer; `memory` is its address space in
    bytes (Kiwi maps 1.4 GB, of which it touches 350 MB); `cache` the number of texts whose
    analyses are kept here. A text that kills or hangs the worker is answered by None, and so is
    every text for `back_off` seconds after the worker could not be started. Nothing is raised for
    what the worker does. Used from any number of threads.
    """

    def __init__(
        self,
        *,
        loader: str = KIWI,
        load_limit: float = 30.0,
        limit: float = 5.0,
        memory: int = 2_048 * 2**20,
        idle_after: float = 600.0,
        back_off: float = 60.0,
        cache: int = 20_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loader = loader
        self._load_limit = load_limit
        self._limit = limit
        self._memory = memory
        self._idle_after = idle_after
        self._back_off = back_off
        self._cache: OrderedDict[str, Tokens | None] = OrderedDict()
        self._cache_size = cache
        self._monotonic = monotonic
        self._talk = threading.Lock()
        self._memo = threading.Lock()
        self._worker: _Worker | None = None
        self._down_until: float | None = None
        self._warned = False
        self._closed = False

    def __call__(self, texts: Sequence[str]) -> list[Tokens | None]:
        """Analyse texts; None for one that could not be."""
        found, missing = self._recall(texts)
        for first in range(0, len(missing), _CHUNK):
            chunk = missing[first : first + _CHUNK]
            try:
                with self._talk:
                    answers = self._analyse(chunk)
            except _Down:
                break
            found.update(answers)
            self._remember(answers)
        return [found.get(text) for text in texts]

    def pids(self) -> list[int]:
        """The worker process, if one lives now."""
        worker = self._worker
        if worker is None or worker.process.pid is None or not worker.process.is_alive():
            return []
        return [worker.process.pid]

    def close(self) -> None:
        """End the worker now; a question under way and every later one is answered by None."""
        self._closed = True
        worker = self._worker
        if worker is not None:
            worker.process.kill()  # whoever waits for its answer gives the lock back
        with self._talk:
            self._drop()

    def _recall(self, texts: Sequence[str]) -> tuple[dict[str, Tokens | None], list[str]]:
        found: dict[str, Tokens | None] = {}
        missing: dict[str, None] = {}
        with self._memo:
            for text in texts:
                if text in self._cache:
                    self._cache.move_to_end(text)
                    found[text] = self._cache[text]
                elif len(text) > _LONGEST:
                    found[text] = None
                else:
                    missing[text] = None
        return found, list(missing)

    def _remember(self, answers: dict[str, Tokens | None]) -> None:
        with self._memo:
            self._cache.update(answers)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)

    def _analyse(self, chunk: list[str]) -> dict[str, Tokens | None]:
        """Analyse new texts, one by one if not all at once; raises _Down."""
        answers = self._try(chunk)
        if answers is not None:
            return dict(zip(chunk, answers, strict=True))
        found: dict[str, Tokens | None] = {}
        failed = 0
        for text in chunk:
            alone = self._try([text])
            found[text] = None if alone is None else alone[0]
            failed += alone is None
            if failed >= _BAD_TEXTS:
                break
        return found

    def _try(self, texts: list[str]) -> list[Tokens] | None:
        """Ask once; None when the worker failed at these texts, which ends it."""
        limit = self._limit + _PER_TEXT * len(texts)
        for _ in range(2):
            worker, fresh = self._running()
            try:
                return worker.ask(texts, limit)
            except _Failed:
                self._drop()
                return None
            except (EOFError, OSError):
                worker.process.join(_JOIN)
                retired = not fresh and worker.process.exitcode == 0
                self._drop()
                if not retired:  # for want of questions it went just when it was asked
                    return None
        return None

    def _running(self) -> tuple[_Worker, bool]:
        """Return the worker, and whether it was started just now; raises _Down."""
        if self._closed:
            raise _Down
        worker = self._worker
        if worker is not None and worker.process.is_alive():
            return worker, False
        self._drop()
        if self._down_until is not None and self._monotonic() < self._down_until:
            raise _Down
        reason = ""
        for _ in range(_STARTS):
            worker, reason = self._start()
            if worker is not None:
                self._down_until = None
                self._warned = False
                return worker, True
            if self._closed:
                raise _Down
        self._down_until = self._monotonic() + self._back_off
        if not self._warned:
            self._warned = True
            log.warning("Korean morphology cannot be started, terms go undecided: %s", reason)
        raise _Down

    def _start(self) -> tuple[_Worker | None, str]:
        """Start a worker and wait until it has loaded: (worker, why there is none)."""
        context = WorkerContext()
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve,
            args=(theirs, self._loader, self._memory, self._idle_after),
            name="morphology",
            daemon=True,
        )
        try:
            process.start()
        except (OSError, EOFError) as error:
            ours.close()
            return None, f"{type(error).__name__}: {error}"
        finally:
            theirs.close()
        self._worker = worker = _Worker(process, ours)
        try:
            told = ours.recv() if ours.poll(self._load_limit) else "it took too long to load"
        except (EOFError, OSError):
            process.join(_JOIN)
            told = f"it died while loading (exit code {process.exitcode})"
        if told == READY and not self._closed:
            return worker, ""
        self._drop()
        return None, str(told)

    def _drop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()
