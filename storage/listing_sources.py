"""Sources as `wirewatch sources` shows them, each with how its feeds are doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from newsroom.reasons import Reason
from storage.coverage_tables import hubs as hubs_table
from storage.database import Database
from storage.listing_base import Filters, Json, iso
from storage.tables import feeds as feeds_table
from storage.tables import sources as sources_table

NEW = "new"
"""Verdict of what was never polled."""

WORST_FIRST = (
    Reason.INTERNAL,
    Reason.GONE,
    Reason.PRIVATE_ADDRESS,
    Reason.ROBOTS,
    Reason.NOT_A_FEED,
    Reason.PARSE_ERROR,
    Reason.LAYOUT_CHANGED,
    Reason.BLOCKED,
    Reason.HTTP_4XX,
    Reason.MOVED,
    Reason.TLS,
    Reason.DNS,
    Reason.CONNECT,
    Reason.TIMEOUT,
    Reason.HTTP_5XX,
    Reason.TRUNCATED,
    Reason.TOO_LARGE,
    Reason.RATE_LIMITED,
    Reason.EMPTY,
    Reason.STALE,
    Reason.OK,
)
"""What only a person can mend before what time may heal, `ok` last; holds every reason."""


def sources(db: Database, filters: Filters) -> Iterator[Json]:
    """Sources in the catalogue's order, those out of use too.

    `verdict` is `ok` while any feed is ok (its news comes in) and its pages can be read, `new`
    before the first poll, else the worst feed's; `reason` is the worst in any case, so that a dead
    feed beside a living one is seen; `since` is when that began, `evidence` what it rests on.
    `state` filters by verdict.
    """
    query = select(sources_table).order_by(
        sources_table.c.enabled.desc(), sources_table.c.position, sources_table.c.id
    )
    if filters.source is not None:
        query = query.where(sources_table.c.id == filters.source)
    if filters.lang is not None:
        query = query.where(sources_table.c.language == filters.lang)
    in_use = (
        select(feeds_table, hubs_table.c.state.label("hub_state"), hubs_table.c.hub)
        .outerjoin(hubs_table, hubs_table.c.feed_id == feeds_table.c.id)
        .where(feeds_table.c.configured)
        .order_by(feeds_table.c.id)
    )
    if filters.source is not None:
        in_use = in_use.where(feeds_table.c.source_id == filters.source)
    with db.read() as connection:
        rows = connection.execute(query).all()
        shown: dict[str, list[Row[Any]]] = {row.id: [] for row in rows}
        for feed in connection.execute(in_use):
            if feed.source_id in shown:
                shown[feed.source_id].append(feed)
    left = len(rows) if filters.limit is None else filters.limit
    for row in rows:
        line = _source_json(row, shown[row.id])
        if left > 0 and filters.state in (None, line["verdict"]):
            left -= 1
            yield line


def _source_json(row: Row[Any], both: Sequence[Row[Any]]) -> Json:
    feeds = [feed for feed in both if feed.kind == "feed"]
    # a source without feeds is polled by its listings
    polled = feeds or [feed for feed in both if feed.active]
    verdict, reason, since = summary([standing(feed) for feed in polled])
    evidence = next((f.evidence or f.detail for f in polled if standing(f)[0] == reason), None)
    if verdict == Reason.OK.value and row.pages_verdict != Reason.OK.value:
        verdict, evidence, since = row.pages_verdict, row.pages_evidence, row.pages_since
        reason = verdict
    last_ok = [feed.last_ok_at for feed in polled if feed.last_ok_at is not None]
    planned = [f.next_poll_at for f in polled if f.active and f.next_poll_at is not None]
    return {
        "id": row.id,
        "name": row.name,
        "language": row.language,
        "enabled": row.enabled,
        "paused_at": iso(row.paused_at),
        "origin": row.origin,
        "verdict": verdict,
        "reason": reason,
        "since": iso(since),
        "evidence": evidence,
        "last_ok_at": iso(max(last_ok, default=None)),
        "next_poll_at": iso(min(planned, default=None)),
        "pages": {
            "verdict": row.pages_verdict,
            "since": iso(row.pages_since),
            "evidence": row.pages_evidence,
        },
        "feeds": [_feed_json(feed) for feed in feeds],
        "listings": [_listing_json(feed) for feed in both if feed.kind != "feed"],
    }


def _feed_json(feed: Row[Any]) -> Json:
    return {
        "id": feed.id,
        "url": feed.url,
        "verdict": feed.verdict,
        "verdict_since": iso(feed.verdict_since),
        "evidence": feed.evidence,
        "reason": feed.reason,
        "http_status": feed.http_status,
        "items": feed.items,
        "interval_s": feed.interval_s,
        "rate_per_hour": feed.rate,
        "hint_s": feed.hint_s,
        "detail": feed.detail,
        "since": iso(feed.since),
        "last_poll_at": iso(feed.last_poll_at),
        "last_ok_at": iso(feed.last_ok_at),
        "last_new_at": iso(feed.last_new_at),
        "next_poll_at": iso(feed.next_poll_at if feed.active else None),
        "moved_to": feed.moved_to,
        "moved_at": iso(feed.moved_at),
        "hub": {"url": feed.hub, "state": feed.hub_state} if feed.hub_state else None,
        "quarantined_at": iso(feed.quarantined_at),
    }


def _listing_json(listing: Row[Any]) -> Json:
    return {
        "url": listing.url,
        "verdict": listing.verdict,
        "reason": listing.reason,
        "detail": listing.detail,
        "http_status": listing.http_status,
        "items": listing.items,
        "last_look_at": iso(listing.last_poll_at),
        "last_ok_at": iso(listing.last_ok_at),
    }


def standing(feed: Row[Any]) -> tuple[str | None, datetime | None]:
    """What is said of a feed, and since when: its verdict; before one, how its last poll ended."""
    if feed.verdict == NEW:
        return feed.reason, feed.since
    return feed.verdict, feed.verdict_since or feed.since


def summary(
    feeds: Sequence[tuple[str | None, datetime | None]],
) -> tuple[str, str | None, datetime | None]:
    """(verdict, reason, since) of a source from its feeds' (reason, since)."""
    polled = [(reason, since) for reason, since in feeds if reason is not None]
    if not polled:
        return NEW, None, None
    order = [reason.value for reason in WORST_FIRST]
    worst = min((reason for reason, _ in polled), key=order.index)
    since = min((s for reason, s in polled if reason == worst and s is not None), default=None)
    fine = any(reason == Reason.OK.value for reason, _ in polled)
    return (Reason.OK.value if fine else worst), worst, since
