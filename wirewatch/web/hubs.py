"""`/hub/TOKEN`: where WebSub hubs ask whether we did subscribe, and say that a feed has news.

Nothing a hub sends is parsed or believed: a rightly signed call makes its feed due at once, and
what the feed itself shows is what counts.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from newsroom.hubs import is_signed, signer
from storage.hubs import called, deny, poll_now, verify
from wirewatch.web.site import Site

log = logging.getLogger("wirewatch.web")

MAX_BYTES = 10 * 1024 * 1024
"""Of what a hub sends; it is read to check its signature, and not kept."""
MAX_CHALLENGE = 1_000
_ACCEPTED = 202


def hub_routes(site: Site) -> list[Route]:
    """Where hubs call."""

    async def hub(request: Request) -> Response:
        token = request.path_params["token"]
        if request.method == "POST":
            return await _told(site, request, token)
        return await _asked(site, request, token)

    return [Route("/hub/{token}", hub, methods=["GET", "POST"])]


async def _asked(site: Site, request: Request, token: str) -> Response:
    """Verification of intent, and denials."""
    query = request.query_params
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    now = site.clock.now()
    if mode == "denied":
        reason = "".join(c for c in query.get("hub.reason", "")[:300] if c.isprintable())
        known = await site.ask(deny, site.db, token, topic=topic, reason=reason, now=now)
        if known:
            log.warning("hub denies a subscription", extra={"topic": topic, "why": reason})
        return PlainTextResponse("", 200) if known else _unknown(404)
    challenge = query.get("hub.challenge", "")
    if not 0 < len(challenge) <= MAX_CHALLENGE:
        return _unknown(404)
    ours = await site.ask(
        verify,
        site.db,
        token,
        mode=mode,
        topic=topic,
        lease_seconds=query.get("hub.lease_seconds"),
        now=now,
    )
    if not ours:
        return _unknown(404)
    log.info("hub verified", extra={"topic": topic, "mode": mode})
    return PlainTextResponse(challenge)


async def _told(site: Site, request: Request, token: str) -> Response:
    """Content distribution. A wrong signature is answered as a right one (WebSub, 8)."""
    found = await site.ask(called, site.db, token)
    if found is None or found.state == "leaving":
        return _unknown(410)  # the hub may forget us
    signed = signer(request.headers.get("x-hub-signature", ""), found.secret)
    mac, digest = signed if signed is not None else (None, "")
    try:
        async with asyncio.timeout(site.body_seconds):
            fits = await _read(request, mac)
    except TimeoutError:
        return PlainTextResponse("\n", 408, {"Connection": "close"})
    except ClientDisconnect:
        return PlainTextResponse("\n", 400, {"Connection": "close"})
    if not fits:
        return PlainTextResponse("\n", 413, {"Connection": "close"})
    if mac is None or not is_signed(mac, digest):
        log.warning("a hub's call is not signed as agreed", extra={"feed": found.feed_id})
    else:
        at = await site.ask(poll_now, site.db, found.feed_id, site.clock.now())
        log.info("hub says news", extra={"feed": found.feed_id, "poll": at and at.isoformat()})
    return PlainTextResponse("", _ACCEPTED)


async def _read(request: Request, mac: Any) -> bool:
    """Take the body in, past the signature's digest; False where it is too long."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > 9 or int(said) > MAX_BYTES:
        return False
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            return False
        if mac is not None:
            mac.update(chunk)
    return True


def _unknown(status: int) -> Response:
    return PlainTextResponse("There is no such subscription.\n", status)
