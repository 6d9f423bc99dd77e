"""Listening, inside the service's loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from asyncio import TimerHandle, Transport
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from config.settings import WebSettings
from jobs.desk import MailVoice
from newsroom.ports import Clock
from storage.database import Database
from wirewatch.web.application import application
from wirewatch.web.site import Site

log = logging.getLogger("wirewatch.web")

STOP_S = 2.0
REQUEST_S = 30.0
"""How long a connection may take for one request and its answer."""


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handling: the service's handlers end everything in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


class TimedProtocol(H11Protocol):
    """HTTP/1.1 on which no request takes longer than REQUEST_S, however slowly its bytes come.

    Uvicorn waits for a request's head without end: a hundred connections that send none would
    shut everybody else out.
    """

    request_s = REQUEST_S
    _end: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.access_log = False  # addresses hold tokens; whoever sets loggers up must not undo it
        self._begin()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        super().connection_lost(exc)
        if self._end is not None:
            self._end.cancel()

    def _begin(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = self.loop.call_later(self.request_s, self.transport.abort)


@asynccontextmanager
async def serving(
    settings: WebSettings,
    db: Database,
    clock: Clock,
    last_tick: Callable[[], datetime | None],
    voice: Callable[[], MailVoice],
) -> AsyncIterator[None]:
    """Listen while the context is open; a port that is taken is told, and stops nothing else."""
    site = Site(db, clock, last_tick, voice)
    async with listening(site, host=settings.host, port=settings.port):
        yield


@asynccontextmanager
async def listening(
    site: Site, *, host: str, port: int, protocol: type[TimedProtocol] = TimedProtocol
) -> AsyncIterator[_Server]:
    """The same, and the server, to ask it where it listens."""
    server = _Server(uvicorn.Config(application(site), host=host, port=port, **_config(protocol)))
    task = asyncio.create_task(_serve(server, host, port))
    try:
        yield server
    finally:
        server.should_exit = True
        done, _ = await asyncio.wait([task], timeout=STOP_S)
        if not done:
            task.cancel()


def _config(protocol: type[TimedProtocol]) -> dict[str, Any]:
    return {
        "http": protocol,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
        "server_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": 5,
        "limit_concurrency": 100,
        "h11_max_incomplete_event_size": 16 * 1024,
    }


async def _serve(server: _Server, host: str, port: int) -> None:
    try:
        await server.serve()
    except (SystemExit, OSError):  # uvicorn exits where it cannot bind
        log.error(
            "the page cannot listen; choose another web.listen or stop what uses it",
            extra={"host": host, "port": port},
        )
