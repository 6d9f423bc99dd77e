"""Sources as `wirewatch sources` shows them, each with how its feeds are doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from newsroom.reasons import Reason
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

    `verdict` is `ok` while any feed is ok (its news comes in), `new` before the first poll, else
    the worst feed's reason; `reason` is the worst feed's in any case, so that a dead feed beside
    a living one is seen; `since` is when that reason began. `state` filters by verdict.
    """
    query = select(sources_table).order_by(
        sources_table.c.enabled.desc(), sources_table.c.position, sources_table.c.id
    )
    if filters.source is not None:
        query = query.where(sources_table.c.id == filters.source)
    if filters.lang is not None:
        query = query.where(sources_table.c.language == filters.lang)
    in_use = select(feeds_table).where(feeds_table.c.configured, feeds_table.c.kind == "feed")
    with db.read() as connection:
        rows = connection.execute(query).all()
        shown: dict[str, list[Row[Any]]] = {row.id: [] for row in rows}
        for feed in connection.execute(in_use.order_by(feeds_table.c.id)):
            if feed.source_id in shown:
                shown[feed.source_id].append(feed)
    left = len(rows) if filters.limit is None else filters.limit
    for row in rows:
        line = _source_json(row, shown[row.id])
        if left > 0 and filters.state in (None, line["verdict"]):
            left -= 1
            yield line


def _source_json(row: Row[Any], feeds: Sequence[Row[Any]]) -> Json:
    verdict, reason, since = summary([(feed.reason, feed.since) for feed in feeds])
    last_ok = [feed.last_ok_at for feed in feeds if feed.last_ok_at is not None]
    planned = [f.next_poll_at for f in feeds if f.active and f.next_poll_at is not None]
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
        "last_ok_at": iso(max(last_ok, default=None)),
        "next_poll_at": iso(min(planned, default=None)),
        "feeds": [_feed_json(feed) for feed in feeds],
    }


def _feed_json(feed: Row[Any]) -> Json:
    return {
        "url": feed.url,
        "verdict": feed.verdict,
        "reason": feed.reason,
        "http_status": feed.http_status,
        "items": feed.items,
        "interval_s": feed.interval_s,
        "detail": feed.detail,
        "since": iso(feed.since),
        "last_poll_at": iso(feed.last_poll_at),
        "last_ok_at": iso(feed.last_ok_at),
        "next_poll_at": iso(feed.next_poll_at if feed.active else None),
        "quarantined_at": iso(feed.quarantined_at),
    }


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
