"""Alerts become items of a digest: one for each story, by all that they were to tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.alert_news import hand_news
from storage.digest_writing import NewItem
from storage.digests import portions
from storage.outbox_tables import alert_news, alert_watchlists, alerts, digest_items, matches
from storage.tables import story_aliases

_Match = tuple[int, int]
"""Watchlist and match."""


@dataclass
class Folding:
    """Alerts to one recipient that one digest tells."""

    alerts: Sequence[Any]
    items: list[NewItem] = field(default_factory=list)
    told: list[_Match] = field(default_factory=list)
    """(watchlist, match) of all that the items tell."""
    joined: list[tuple[int, int]] = field(default_factory=list)
    """Alerts on a story whose item is another alert's, with that one."""


def gather(conn: Connection, recipient: str, waiting: Sequence[Any]) -> Folding:
    """One item for each story of these alerts; of several alerts on one, the first stays its own.

    An item gets its alert's number, or the next free one where an item of the story has that.
    """
    folding = Folding(waiting)
    told = _told(conn, [alert.id for alert in waiting])
    by_story = _by_story(conn, waiting)
    numbers = _Numbers(conn, recipient, sorted(by_story))
    for story_id, same in sorted(by_story.items()):
        first = same[0]
        folding.joined += [(other.id, first.id) for other in same[1:]]
        pairs = [pair for alert in same for pair in told.get(alert.id, ())]
        match_ids = list(dict.fromkeys(match_id for _, match_id in pairs))
        if match_ids:
            n = numbers.item(story_id, first.n)
            folding.items.append(NewItem(story_id, n, match_ids, first.id))
            folding.told += pairs
    return folding


def fold(conn: Connection, recipient: str, folding: Folding, reason: str) -> None:
    """The alerts tell nothing by themselves any more; the key of a first alert is free again."""
    if not folding.alerts:
        return
    for alert_id, first_id in folding.joined:
        hand_news(conn, alert_id, first_id)
    firsts = [alert for alert in folding.alerts if alert.kind == "immediate"]
    released = _released(conn, recipient, firsts)
    values = [
        {"alert": alert.id, "number": released.get(alert.id, alert.n)} for alert in folding.alerts
    ]
    conn.execute(
        update(alerts)
        .where(alerts.c.id == bindparam("alert"))
        .values(state="folded", reason=reason, schedule=None, n=bindparam("number")),
        values,
    )


def _told(conn: Connection, alert_ids: Sequence[int]) -> dict[int, list[_Match]]:
    """By alert: what it names, and what of its news meets a watchlist it names."""
    found: dict[int, list[_Match]] = {}
    for few in portions(alert_ids):
        named = select(
            alert_watchlists.c.alert_id,
            alert_watchlists.c.watchlist_id,
            alert_watchlists.c.match_id,
        ).where(alert_watchlists.c.alert_id.in_(few))
        news = (
            select(
                alert_news.c.alert_id,
                alert_watchlists.c.watchlist_id,
                matches.c.id.label("match_id"),
            )
            .join(alert_watchlists, alert_watchlists.c.alert_id == alert_news.c.alert_id)
            .join(
                matches,
                (matches.c.article_id == alert_news.c.article_id)
                & (matches.c.watchlist_id == alert_watchlists.c.watchlist_id),
            )
            .where(alert_news.c.alert_id.in_(few))
        )
        for query in (named, news):
            for row in conn.execute(query.order_by(alert_watchlists.c.watchlist_id)):
                found.setdefault(row.alert_id, []).append((row.watchlist_id, row.match_id))
    return found


def _by_story(conn: Connection, waiting: Sequence[Any]) -> dict[int, list[Any]]:
    """The alerts of each story under the id it has now, the first alert on it first."""
    ids = sorted({alert.story_id for alert in waiting})
    present = {ident: ident for ident in ids}
    for few in portions(ids):
        query = select(story_aliases).where(story_aliases.c.old_id.in_(few))
        present |= {row.old_id: row.story_id for row in conn.execute(query)}
    found: dict[int, list[Any]] = {}
    for alert in sorted(waiting, key=lambda a: (a.kind != "immediate", a.n, a.id)):
        found.setdefault(present[alert.story_id], []).append(alert)
    return found


class _Numbers:
    """Numbers that items, and updates, of some stories have."""

    def __init__(self, conn: Connection, recipient: str, story_ids: Sequence[int]) -> None:
        self._taken: dict[int, set[int]] = {}
        self._updates: dict[int, int] = {}
        for few in portions(story_ids):
            items = select(digest_items.c.story_id, digest_items.c.n).where(
                digest_items.c.recipient == recipient, digest_items.c.story_id.in_(few)
            )
            for row in conn.execute(items):
                self._taken.setdefault(row.story_id, set()).add(row.n)
            self._updates |= _last_numbers(conn, recipient, "update", few)

    def item(self, story_id: int, wanted: int) -> int:
        taken = self._taken.get(story_id, set())
        if wanted not in taken:
            return wanted
        return max(*taken, self._updates.get(story_id, 0), 0) + 1


def _last_numbers(
    conn: Connection, recipient: str, kind: str, story_ids: Sequence[int]
) -> dict[int, int]:
    query = (
        select(alerts.c.story_id, func.max(alerts.c.n).label("n"))
        .where(
            alerts.c.recipient == recipient,
            alerts.c.kind == kind,
            alerts.c.story_id.in_(story_ids),
        )
        .group_by(alerts.c.story_id)
    )
    return {row.story_id: int(row.n) for row in conn.execute(query)}


def _released(conn: Connection, recipient: str, firsts: Sequence[Any]) -> Mapping[int, int]:
    """Numbers that put first alerts which tell nothing out of the way of another on the story."""
    last: dict[int, int] = {}
    for few in portions(sorted({alert.story_id for alert in firsts})):
        last |= _last_numbers(conn, recipient, "immediate", few)
    return dict(_counted(firsts, last))


def _counted(firsts: Sequence[Any], last: dict[int, int]) -> Iterator[tuple[int, int]]:
    for alert in firsts:
        last[alert.story_id] += 1
        yield alert.id, last[alert.story_id]
