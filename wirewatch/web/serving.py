"""Health over HTTP, inside the service's loop; the page with its API joins it here later.

`GET /healthz` answers 200 while the tables were looked at in the last minute, 503 otherwise; the
body is one JSON object without anything secret.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from config.settings import WebSettings
from newsroom.errors import DatabaseUnavailable
from newsroom.ports import Clock
from storage.database import Database
from storage.status import health

log = logging.getLogger("wirewatch.web")

ALIVE_FOR = timedelta(minutes=1)
STOP_S = 2.0


def application(db: Database, clock: Clock, last_tick: Callable[[], datetime | None]) -> Starlette:
    """The ASGI application."""

    async def healthz(_request: Request) -> JSONResponse:
        now = clock.now()
        beat = last_tick()
        alive = beat is not None and now - beat < ALIVE_FOR
        body: dict[str, object] = {
            "status": "ok" if alive else "stalled",
            "last_tick_at": beat.isoformat() if beat else None,
        }
        try:
            found = await asyncio.to_thread(health, db, now)
        except DatabaseUnavailable:
            return JSONResponse({**body, "status": "database unavailable"}, status_code=503)
        body |= {key: found[key] for key in ("feeds", "alerts") if key in found}
        return JSONResponse(body, status_code=200 if alive else 503)

    return Starlette(routes=[Route("/healthz", healthz)])


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handling: the service's handlers end everything in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


@asynccontextmanager
async def serving(
    settings: WebSettings,
    db: Database,
    clock: Clock,
    last_tick: Callable[[], datetime | None],
) -> AsyncIterator[None]:
    """Listen while the context is open; a port that is taken is told, and stops nothing else."""
    server = _Server(
        uvicorn.Config(
            application(db, clock, last_tick),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=5,
            limit_concurrency=100,
            h11_max_incomplete_event_size=16 * 1024,
        )
    )
    task = asyncio.create_task(_serve(server, settings))
    try:
        yield
    finally:
        server.should_exit = True
        done, _ = await asyncio.wait([task], timeout=STOP_S)
        if not done:
            task.cancel()


async def _serve(server: _Server, settings: WebSettings) -> None:
    try:
        await server.serve()
    except (SystemExit, OSError):  # uvicorn exits where it cannot bind
        log.error(
            "the page cannot listen; choose another web.listen or stop what uses it",
            extra={"host": settings.host, "port": settings.port},
        )
