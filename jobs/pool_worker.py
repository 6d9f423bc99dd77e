"""What runs inside a worker process: one reader at a time over untrusted bytes, under limits.

Kept light: a worker imports this, the ground, and the reader it is told to run.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import multiprocessing.connection
import os
import pkgutil
import resource
import signal
from collections.abc import Mapping
from dataclasses import dataclass

from newsroom.errors import ReasonedError
from newsroom.reasons import Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reading; errors travel as values, so that none fails to be pickled."""

    value: object = None
    reason: Reason = Reason.OK
    message: str = ""
    crashed: bool = False


def start_worker(memory: int) -> None:
    """Prepare this process: limits, signals, and its end when the service's process ends.

    `memory` is the address space in bytes. SIGTERM kills at once, also inside a C loop (pebble's
    own handler would wait for Python to run); an own process group keeps signals meant for the
    service's group away, as they would look like crashes of whatever is being read.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _end_with_parent()


def _end_with_parent() -> None:
    """Have the kernel end this process when the one that started the pool is gone, even by SIGKILL.

    PR_SET_PDEATHSIG would watch the fork server, which outlives us. The pipe whose other end only
    the service's process holds is set to raise SIGIO (default action: terminate) when that closes;
    no thread and no GIL is needed, so a reader stuck in C code ends too.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    pipe = parent.sentinel
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if multiprocessing.connection.wait([pipe], timeout=0):  # it went before we watched
        os.kill(os.getpid(), signal.SIGKILL)


def run_reader(name: str, body: bytes, options: Mapping[str, object]) -> Outcome:
    """Run the reader `package.module:function` and tell what came of it.

    Raises nothing for what the reader does, only ImportError or AttributeError when there is none.
    """
    reader = pkgutil.resolve_name(name)
    try:
        return Outcome(reader(body, **options))
    except ReasonedError as error:
        return Outcome(reason=error.reason, message=error.message, crashed=error.crashed)
    except MemoryError:
        return Outcome(
            reason=Reason.PARSE_ERROR, message="the parser ran out of memory", crashed=True
        )
    except Exception as error:  # noqa: BLE001  # a parser that raises is `parse_error`, whatever it raises
        message = f"the parser gave up: {type(error).__name__}: {str(error)[:200]}"
        return Outcome(reason=Reason.PARSE_ERROR, message=message)
