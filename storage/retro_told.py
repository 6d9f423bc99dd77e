"""What one recipient was told of many stories at once: a few queries, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, exists, func, select

from storage.digests import portions
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    deliveries,
    digest_items,
    digest_matches,
    matches,
    messages,
)
from storage.tables import story_aliases
from storage.told import OVER, UNSENT

_TOLD = ("immediate", "update")


def told_stories(
    conn: Connection, recipient: str, watchlist_id: int, story_ids: Collection[int]
) -> set[int]:
    """Those of the stories that the recipient was told of, or is to be, for this watchlist."""
    named = exists().where(
        alert_watchlists.c.alert_id == alerts.c.id,
        alert_watchlists.c.watchlist_id == watchlist_id,
    )
    by_alert = select(alerts.c.story_id).where(
        alerts.c.recipient == recipient, alerts.c.state.not_in(OVER), named
    )
    # one inside the other: joined, all that the watchlist ever met could be looked through
    met = exists().where(
        matches.c.id == digest_matches.c.match_id, matches.c.watchlist_id == watchlist_id
    )
    by_digest = select(digest_items.c.story_id).where(
        digest_items.c.recipient == recipient,
        exists().where(digest_matches.c.item_id == digest_items.c.id, met),
    )
    known = _Known(conn, story_ids)
    return {
        story
        for query, column in ((by_alert, alerts.c.story_id), (by_digest, digest_items.c.story_id))
        for story, _ in known.rows(query, column)
    }


def open_alerts(
    conn: Connection, recipient: str, story_ids: Collection[int], *, lock: bool = True
) -> dict[int, int]:
    """Alerts, by story, that have yet to be made into mails: they can name one watchlist more.

    Their rows stay locked, unless this is but a look.
    """
    made = exists().where(messages.c.alert_id == alerts.c.id)
    tried = exists().where(deliveries.c.alert_id == alerts.c.id)
    query = (
        select(alerts.c.story_id, alerts.c.id)
        .where(
            alerts.c.recipient == recipient,
            alerts.c.kind.in_(_TOLD),
            alerts.c.state.in_(UNSENT),
            alerts.c.copy_of.is_(None),
            ~made,
            ~tried,
        )
        .order_by(alerts.c.id)
    )
    query = query.with_for_update() if lock else query
    rows = _Known(conn, story_ids).rows(query, alerts.c.story_id)
    return {story: int(row.id) for story, row in rows}


def item_numbers(conn: Connection, recipient: str, story_ids: Collection[int]) -> dict[int, int]:
    """The number an item of each story gets: 0 where nothing tells the recipient of it yet."""
    known = _Known(conn, story_ids)
    standing = select(alerts.c.story_id).where(
        alerts.c.recipient == recipient,
        alerts.c.kind.in_(_TOLD),
        alerts.c.state.not_in(OVER),
        alerts.c.copy_of.is_(None),
    )
    item = select(digest_items.c.story_id).where(digest_items.c.recipient == recipient)
    begun = {story for story, _ in known.rows(standing, alerts.c.story_id)}
    begun |= {story for story, _ in known.rows(item, digest_items.c.story_id)}
    updates = (
        select(alerts.c.story_id, func.max(alerts.c.n).label("n"))
        .where(alerts.c.recipient == recipient, alerts.c.kind == "update")
        .group_by(alerts.c.story_id)
    )
    items = (
        select(digest_items.c.story_id, func.max(digest_items.c.n).label("n"))
        .where(digest_items.c.recipient == recipient)
        .group_by(digest_items.c.story_id)
    )
    last = dict.fromkeys(begun, 0)
    for query, column in ((updates, alerts.c.story_id), (items, digest_items.c.story_id)):
        for story, row in known.rows(query, column):
            if story in last:
                last[story] = max(last[story], row.n)
    return {story: last[story] + 1 if story in last else 0 for story in story_ids}


class _Known:
    """Stories under every id they are known by."""

    def __init__(self, conn: Connection, story_ids: Collection[int]) -> None:
        self._conn = conn
        self._present = {story: story for story in story_ids}
        for few in portions(sorted(story_ids)):
            query = select(story_aliases).where(story_aliases.c.story_id.in_(few))
            self._present |= {row.old_id: row.story_id for row in conn.execute(query)}

    def rows(self, query: Select[Any], column: Any) -> Iterator[tuple[int, Any]]:
        """The query's rows of these stories, each with the id the story has now."""
        for few in portions(sorted(self._present)):
            rows: Iterable[Any] = self._conn.execute(query.where(column.in_(few))).all()
            for row in rows:
                yield self._present[row.story_id], row
