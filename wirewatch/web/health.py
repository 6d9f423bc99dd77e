"""`GET /healthz`: 200 while the tables were looked at in the last minute, else 503.

The body is one JSON object without anything secret.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from newsroom.errors import DatabaseUnavailable
from storage.status import health
from wirewatch.web.site import Site

ALIVE_FOR = timedelta(minutes=1)


def health_routes(site: Site) -> list[Route]:
    """Where health is asked for."""

    async def healthz(_request: Request) -> JSONResponse:
        now = site.clock.now()
        beat = site.last_tick()
        alive = beat is not None and now - beat < ALIVE_FOR
        body: dict[str, object] = {
            "status": "ok" if alive else "stalled",
            "last_tick_at": beat.isoformat() if beat else None,
        }
        try:
            found = await site.ask(health, site.db, now)
        except DatabaseUnavailable:
            return JSONResponse({**body, "status": "database unavailable"}, status_code=503)
        body |= {key: found[key] for key in ("feeds", "alerts") if key in found}
        return JSONResponse(body, status_code=200 if alive else 503)

    return [Route("/healthz", healthz)]
