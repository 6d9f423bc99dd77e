"""The hub step: subscriptions to WebSub hubs noted, asked for, renewed and ended."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import urlencode

from jobs.desk import Desk
from newsroom.hubs import LEASE_WISHED, header_links
from newsroom.model import FetchRequest, FetchResult, ParsedFeed
from storage.hubs import Ask, claim_ask, note_answer, note_hub, subscribed

log = logging.getLogger("wirewatch.jobs")

AT_ONE_BEAT = 20
"""So many hubs are asked in one beat; the others wait for the next."""
_PASSING = frozenset({408, 425, 429})
"""Client errors that pass."""


async def hub_named(
    desk: Desk, feed_id: int, url: str, result: FetchResult, feed: ParsedFeed
) -> None:
    """Note the hub a feed names, in its answer's `Link` header or in the document."""
    hub, own = header_links(result.headers.get("link", ""), result.url or url)
    hub = hub or feed.hub
    if hub is None and feed_id not in desk.hub_feeds:
        return
    named = None if hub is None else (hub, own or feed.self_url or result.url or url)
    await desk.call(note_hub, desk.store.db, feed_id, named)


async def hubs(desk: Desk) -> None:
    """Ask what is to be asked now, one hub after the other."""
    db, base_url = desk.store.db, callable_at(desk.voice.base_url)
    desk.hub_feeds = await desk.call(subscribed, db)
    for _ in range(AT_ONE_BEAT if desk.hub_feeds else 0):
        ask = None if desk.stopping else await desk.call(claim_ask, db, base_url, desk.clock.now())
        if ask is None:
            return
        result = await desk.fetcher.fetch(_request(ask))
        answer = _judged(result.status)
        detail = result.detail or (str(result.status) if result.status is not None else "")
        wait: timedelta | None = result.retry_after
        told = {"feed": ask.feed_id, "hub": ask.hub, "mode": ask.mode, "answer": answer}
        log.info("hub asked", extra={**told, "detail": "" if answer == "accepted" else detail})
        await desk.call(
            note_answer,
            db,
            ask,
            desk.clock.now(),
            answer=answer,
            detail="" if answer == "accepted" else detail,
            retry_after=wait,
        )


def callable_at(base_url: str) -> str:
    """Where hubs can call us, without a final slash; empty where `base_url` says no address."""
    return base_url.rstrip("/") if base_url.startswith(("http://", "https://")) else ""


def _judged(status: int | None) -> str:
    if status is not None and 200 <= status < 300:
        return "accepted"
    if status is not None and 400 <= status < 500 and status not in _PASSING:
        return "refused"
    return "failed"


def _request(ask: Ask) -> FetchRequest:
    fields = {"hub.mode": ask.mode, "hub.topic": ask.topic, "hub.callback": ask.callback}
    if ask.mode == "subscribe":
        fields["hub.lease_seconds"] = str(int(LEASE_WISHED.total_seconds()))
        fields["hub.secret"] = ask.secret
    return FetchRequest(ask.hub, ask.source_id, "hub", form=urlencode(fields))
