"""The ASGI application: its routes, and what holds for every answer.

A proxy may hand requests on with the path of `base_url` or without it; both are understood.
"""

from __future__ import annotations

import logging
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsroom.errors import DatabaseUnavailable
from wirewatch.web.feeds import feed_routes
from wirewatch.web.health import health_routes
from wirewatch.web.hubs import hub_routes
from wirewatch.web.pages import STYLE_HASH
from wirewatch.web.site import Site
from wirewatch.web.stop import stop_routes

log = logging.getLogger("wirewatch.web")

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer that does not say otherwise. Tokens stand in the addresses: no page that a link
leads to is to learn one, nor any search engine."""


def application(site: Site) -> ASGIApp:
    """The application; no request of it needs a cookie or a login."""
    routes = [*health_routes(site), *stop_routes(site), *feed_routes(site), *hub_routes(site)]
    app = Starlette(routes=routes, exception_handlers={DatabaseUnavailable: _unavailable})
    app.router.redirect_slashes = False
    return _Around(app, site)


async def _unavailable(_request: Request, error: Exception) -> Response:
    log.error("a request was not answered", extra={"why": str(error)})
    text = "The database cannot be asked now; please try again in a minute.\n"
    return PlainTextResponse(text, status_code=503, headers={"Retry-After": "60"})


class _Around:
    """Takes base_url's path off a request, and adds the headers to its answer."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection's request."""
        if scope["type"] != "http":
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        path = without_prefix(scope["path"], self._site.voice().base_url)
        await self._app({**scope, "path": path}, receive, answer)


def without_prefix(path: str, base_url: str) -> str:
    """The path as this application knows it.

    >>> without_prefix("/watch/healthz", "https://desk.example.org/watch")
    '/healthz'
    """
    prefix = unquote(urlsplit(base_url).path).rstrip("/")
    return path[len(prefix) :] if prefix and path.startswith(prefix + "/") else path
