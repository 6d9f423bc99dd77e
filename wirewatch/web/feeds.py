"""`/feeds/TOKEN/NUMBER.atom` and `.json`: a watchlist's matches for feed readers.

NUMBER is the watchlist's in the database, which stays the same whatever characters its name has.
The token opens this one feed. A wrong one is answered like a feed that there never was (404), that
of a removed watchlist with 410. Readers may keep a document but have to ask whether it still holds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jobs.desk import MailVoice
from newsroom.tokens import is_token
from storage.database import Database
from storage.match_feed import FeedKey, feed_key, feed_stories
from wirewatch.web.feed_documents import Feed, atom_document, json_document, urn
from wirewatch.web.site import Site

_NAME = re.compile(r"(?P<id>[0-9]{1,18})\.(?P<form>atom|json)", re.ASCII)
_WRITERS = {
    "atom": (atom_document, "application/atom+xml"),
    "json": (json_document, "application/feed+json"),
}
_CACHING = {"Cache-Control": "private, no-cache"}
_SECOND = timedelta(seconds=1)


def feed_routes(site: Site) -> list[Route]:
    """Where feeds are read."""
    seen = Seen()

    async def feed(request: Request) -> Response:
        name = _NAME.fullmatch(request.path_params["name"])
        if name is None:
            return _absent()
        voice = site.voice()
        key = await site.ask(feed_key, site.db, voice.secret, int(name["id"]))
        # where there is no such watchlist a token is compared all the same
        if not is_token(request.path_params["token"], key.token if key else "-") or key is None:
            return _absent()
        if key.removed:
            return PlainTextResponse("This watchlist was removed.\n", 410)
        body = await site.ask(_document, site.db, voice, key, name["form"])
        kind = _WRITERS[name["form"]][1]
        return _conditional(request, body, kind, seen, f"{key.token}.{name['form']}", site)

    return [Route("/feeds/{token}/{name}", feed)]


class Seen:
    """Since when each document has read as it does now, as far as this process knows."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[str, datetime]] = {}

    def since(self, document: str, etag: str, now: datetime) -> datetime:
        """The first whole second at which it read so; `now` or later where it was not so before.

        Times of matches would not do: a match is committed after the instant it bears, and one
        second may see two versions.
        """
        known = self._since.get(document)
        if known is not None and known[0] == etag:
            return known[1]
        began = now.replace(microsecond=0) + _SECOND
        self._since[document] = (etag, began)
        return began


def _document(db: Database, voice: MailVoice, key: FeedKey, form: str) -> bytes:
    stories = feed_stories(db, key.watchlist_id)
    path = key.path(form)
    feed = Feed(
        name=key.name,
        urn=urn(voice.installation, "watchlist", key.watchlist_id),
        language=voice.language,
        url=f"{voice.base_url}{path}" if voice.base_url else "",
        paused_at=key.paused_at,
        changed_at=key.added_at,
        stories=stories,
        urn_of=lambda story: urn(voice.installation, "watchlist", key.watchlist_id, "story", story),
    )
    return _WRITERS[form][0](feed)


def _conditional(
    request: Request, body: bytes, kind: str, seen: Seen, document: str, site: Site
) -> Response:
    now = site.clock.now()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    since = seen.since(document, etag, now)
    headers = {**_CACHING, "ETag": etag}
    if since <= now:
        headers["Last-Modified"] = format_datetime(since, usegmt=True)
    if _is_known(request, etag, since):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=f"{kind}; charset=utf-8")


def _is_known(request: Request, etag: str, since: datetime) -> bool:
    given = request.headers.get("if-none-match")
    if given is not None:  # then the other says nothing (RFC 9110 13.1.3)
        tags = [tag.strip().removeprefix("W/") for tag in given.split(",")]
        return etag in tags or "*" in tags
    at = _date(request.headers.get("if-modified-since", ""))
    return at is not None and since <= at


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _absent() -> Response:
    return PlainTextResponse("There is no such feed.\n", 404)
