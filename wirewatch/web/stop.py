"""`/stop/TOKEN`: what the links in mails lead to, for people and for mail programs (RFC 8058).

A GET changes nothing, whoever follows the link beforehand. `List-Unsubscribe=One-Click` in a POST
stops the watchlists that the mail names and is answered in one line; so do the page's buttons, with
a page. The token alone decides: no cookie, no login, no redirect.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.stopping import Stopped, read_by_token, stop_by_token, take_back
from wirewatch.web.bodies import BadBody, read_form
from wirewatch.web.pages import page_response
from wirewatch.web.site import Site
from wirewatch.web.stop_page import (
    STOP,
    STOP_ALL,
    TAKE_BACK,
    StopPage,
    back_page,
    done_page,
    one_click_text,
    stop_page,
    unknown_page,
)
from wirewatch.web.stop_words import chosen_language

log = logging.getLogger("wirewatch.web")

ONE_CLICK = "List-Unsubscribe"


def stop_routes(site: Site) -> list[Route]:
    """Where mails are stopped."""

    async def stop(request: Request) -> Response:
        token = request.path_params["token"]
        if request.method != "POST":
            return await _shown(site, request, token)
        try:
            form = await read_form(request, site.body_seconds)
        except BadBody as bad:
            return PlainTextResponse("\n", bad.status, {"Connection": "close"})
        return await _posted(site, request, token, form)

    return [Route("/stop/{token}", stop, methods=["GET", "POST"])]


async def _shown(site: Site, request: Request, token: str) -> Response:
    voice, language = site.voice(), _language(site, request)
    found = await site.ask(read_by_token, site.db, voice.secret, token)
    if found is None:
        return _page(unknown_page(language), 404)
    return _page(stop_page(found, language, voice.timezone))


async def _posted(site: Site, request: Request, token: str, form: dict[str, str]) -> Response:
    if form.get(ONE_CLICK, "").strip().lower() == "one-click":
        return await _one_click(site, request, token)
    voice, language = site.voice(), _language(site, request)
    asked, now = form.get("do", ""), site.clock.now()
    found: Stopped | None
    if asked in (STOP, STOP_ALL):
        all_of_it = asked == STOP_ALL
        found = await site.ask(
            stop_by_token, site.db, voice.secret, token, now, everything=all_of_it
        )
        if found is not None:
            _log("unsubscribed", found)
            at = now if all_of_it else None
            return _page(done_page(found, language, voice.timezone, everything_at=at))
    elif asked == TAKE_BACK:
        found = await site.ask(take_back, site.db, voice.secret, token, at=_instant(form.get("at")))
        if found is not None:
            _log("subscribed again", found)
            return _page(back_page(found, language, voice.timezone))
    else:
        found = await site.ask(read_by_token, site.db, voice.secret, token)
        if found is not None:
            return _page(stop_page(found, language, voice.timezone), 400, trouble=True)
    return _page(unknown_page(language), 404)


async def _one_click(site: Site, request: Request, token: str) -> Response:
    voice, language = site.voice(), _language(site, request)
    found = await site.ask(stop_by_token, site.db, voice.secret, token, site.clock.now())
    if found is None:
        return _page(unknown_page(language), 404)
    _log("unsubscribed", found)
    return PlainTextResponse(one_click_text(found, language))


def _page(page: StopPage, status: int = 200, *, trouble: bool = False) -> Response:
    return page_response("stop.html", status, page=page, trouble=trouble)


def _log(what: str, found: Stopped) -> None:
    if found.changed:
        log.info(what, extra={"alert": found.alert_id, "watchlists": found.changed})


def _language(site: Site, request: Request) -> str:
    return chosen_language(request.headers.get("accept-language", ""), site.voice().language)


def _instant(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
