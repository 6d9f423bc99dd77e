"""Items of digests follow their stories; told once, and nothing untold (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.alert_news import hand_news
from storage.digests import alert_of, is_loose, tidy
from storage.outbox_tables import (
    alert_news,
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    matches,
)
from storage.told import OVER, known_as, live_alerts, next_number, taken_back

ELSEWHERE = "all its stories are told in other alerts"


def recipients_of(conn: Connection, story_id: int) -> list[str]:
    """Whom digests tell of this story."""
    query = (
        select(digest_items.c.recipient)
        .where(digest_items.c.story_id.in_(known_as(conn, story_id)))
        .distinct()
        .order_by(digest_items.c.recipient)
    )
    return list(conn.execute(query).scalars())


def told_for_good(conn: Connection, recipient: str, story_id: int) -> dict[int, int]:
    """Watchlists named by items that stay as they are, as the mail is made; with its alert."""
    told: dict[int, int] = {}
    for item in _items(conn, recipient, story_id):
        alert = alert_of(conn, item.digest_id)
        if not is_loose(conn, alert):
            told |= dict.fromkeys(_watchlists(conn, item.id), alert.id)
    return told


def settle_items(conn: Connection, recipient: str, story_id: int) -> None:
    """Bring the recipient's items of the story, and of those it took in, in order.

    Alerts, and digests whose mail is made, tell what they tell. Of another digest's items those
    leave that tell nothing more; the others become one under the story. What is new stays, whoever
    told of the story before.
    """
    told = _told_by_alerts(conn, recipient, story_id)
    loose = []
    for item in _items(conn, recipient, story_id):
        if is_loose(conn, alert_of(conn, item.digest_id)):
            loose.append(item)
            continue
        told |= set(_watchlists(conn, item.id))
        if item.story_id != story_id and item.n not in _numbers(conn, recipient, story_id):
            _set(conn, item.id, story_id=story_id)
    first: dict[int, int] = {}  # the item that stays, by digest
    for item in loose:
        before = _state(conn, item.id)
        others = {w for d, i in first.items() if d != item.digest_id for w in _watchlists(conn, i)}
        if not _tells_news(conn, item.id):
            _leave(conn, item.id, told | others)
        if _watchlists(conn, item.id):
            into = first.setdefault(item.digest_id, item.id)
            if into != item.id:
                _hand_news(conn, item.id, into)
                move_matches(conn, item.id, into)
            elif item.story_id != story_id or _clashes(conn, recipient, story_id, item):
                n = item_number(conn, recipient, story_id, item.id)
                _set(conn, item.id, story_id=story_id, n=n)
        if _state(conn, item.id) != before:
            alert = taken_back(conn, alert_of(conn, item.digest_id))
            tidy(conn, alert, "folded", ELSEWHERE)


def carry_items(conn: Connection, article_ids: Sequence[int], source: int, target: int) -> None:
    """What unsent digests tell of these articles is told under the story they went to.

    The story they left stays in a digest by the matches of the articles that stayed.
    """
    moving = (
        select(digest_items.c.id, digest_items.c.digest_id, digest_matches.c.match_id)
        .join(digest_matches, digest_matches.c.item_id == digest_items.c.id)
        .join(matches, matches.c.id == digest_matches.c.match_id)
        .where(digest_items.c.story_id == source, matches.c.article_id.in_(article_ids))
        .order_by(digest_items.c.id, digest_matches.c.match_id)
    )
    by_item: dict[tuple[int, int], list[int]] = {}
    for row in conn.execute(moving).all():
        by_item.setdefault((row.id, row.digest_id), []).append(row.match_id)
    for (item_id, digest_id), match_ids in by_item.items():
        alert = alert_of(conn, digest_id)
        if not is_loose(conn, alert):
            continue  # the mail names the story it was made for
        alert = taken_back(conn, alert)
        into = _new_item(conn, item_id, target)
        _hand_news(conn, item_id, into, article_ids)
        move_matches(conn, item_id, into, match_ids)
        tidy(conn, alert, "folded", ELSEWHERE)
        settle_items(conn, alert.recipient, target)


def move_matches(
    conn: Connection, item_id: int, into: int, match_ids: Sequence[int] | None = None
) -> None:
    """An item tells what another told: all of it, or by these matches."""
    theirs = select(digest_matches.c.match_id).where(digest_matches.c.item_id == into)
    mine = [digest_matches.c.item_id == item_id]
    if match_ids is not None:
        mine.append(digest_matches.c.match_id.in_(match_ids))
    conn.execute(
        update(digest_matches)
        .where(*mine, digest_matches.c.match_id.not_in(theirs))
        .values(item_id=into)
    )
    conn.execute(delete(digest_matches).where(*mine))


def _tells_news(conn: Connection, item_id: int) -> bool:
    """Whether the item tells something that is new in an article it tells."""
    query = (
        select(alert_news.c.article_id)
        .join(digest_items, digest_items.c.alert_id == alert_news.c.alert_id)
        .join(digest_matches, digest_matches.c.item_id == digest_items.c.id)
        .join(matches, matches.c.id == digest_matches.c.match_id)
        .where(digest_items.c.id == item_id, matches.c.article_id == alert_news.c.article_id)
        .limit(1)
    )
    return conn.execute(query).first() is not None


def _hand_news(
    conn: Connection, item_id: int, into: int, article_ids: Sequence[int] | None = None
) -> None:
    """What one item tells as new (of these articles) another tells."""
    query = select(digest_items.c.alert_id)
    alert_id = conn.execute(query.where(digest_items.c.id == item_id)).scalar()
    other = conn.execute(query.where(digest_items.c.id == into)).scalar()
    if alert_id is None or alert_id == other:
        return
    if other is None:
        _set(conn, into, alert_id=alert_id)
    else:
        hand_news(conn, alert_id, other, article_ids)


def replace_match(conn: Connection, gone: int, twin: int) -> None:
    """Two articles turned out to be one: its match stands for both."""
    having = select(digest_matches.c.item_id).where(digest_matches.c.match_id == twin)
    conn.execute(
        update(digest_matches)
        .where(
            digest_matches.c.match_id == gone,
            digest_matches.c.item_id.not_in(having),
        )
        .values(match_id=twin)
    )
    conn.execute(delete(digest_matches).where(digest_matches.c.match_id == gone))


def item_number(conn: Connection, recipient: str, story_id: int, but: int = 0) -> int:
    """The number of a new item: 0 where nothing tells the recipient of the story yet.

    `but`: an item that is being given its number.
    """
    others = [item for item in _items(conn, recipient, story_id) if item.id != but]
    if not others and not live_alerts(conn, recipient, story_id):
        return 0
    return next_number(conn, "update", recipient, story_id)


def _items(conn: Connection, recipient: str, story_id: int) -> list[Any]:
    query = (
        select(digest_items)
        .where(
            digest_items.c.recipient == recipient,
            digest_items.c.story_id.in_(known_as(conn, story_id)),
            digest_items.c.digest_id.is_not(None),
        )
        .order_by(digest_items.c.id)
    )
    return list(conn.execute(query))


def _told_by_alerts(conn: Connection, recipient: str, story_id: int) -> set[int]:
    query = (
        select(alert_watchlists.c.watchlist_id)
        .join(alerts, alerts.c.id == alert_watchlists.c.alert_id)
        .where(
            alerts.c.recipient == recipient,
            alerts.c.story_id.in_(known_as(conn, story_id)),
            alerts.c.state.not_in(OVER),
        )
    )
    return set(conn.execute(query).scalars())


def _watchlists(conn: Connection, item_id: int) -> list[int]:
    query = (
        select(matches.c.watchlist_id)
        .join(digest_matches, digest_matches.c.match_id == matches.c.id)
        .where(digest_matches.c.item_id == item_id)
        .distinct()
    )
    return list(conn.execute(query).scalars())


def _leave(conn: Connection, item_id: int, told: set[int]) -> None:
    of_told = select(matches.c.id).where(matches.c.watchlist_id.in_(told))
    conn.execute(
        delete(digest_matches).where(
            digest_matches.c.item_id == item_id,
            digest_matches.c.match_id.in_(of_told),
        )
    )


def _state(conn: Connection, item_id: int) -> Any:
    """What an item says, to see whether it changed."""
    row = conn.execute(select(digest_items).where(digest_items.c.id == item_id)).one()
    told = select(digest_matches.c.match_id).where(digest_matches.c.item_id == item_id)
    return row.story_id, row.n, sorted(conn.execute(told).scalars())


def _numbers(conn: Connection, recipient: str, story_id: int) -> set[int]:
    """The numbers that items of the story have."""
    query = select(digest_items.c.n).where(
        digest_items.c.recipient == recipient,
        digest_items.c.story_id == story_id,
    )
    return set(conn.execute(query).scalars())


def _clashes(conn: Connection, recipient: str, story_id: int, item: Any) -> bool:
    """An item that counts as the first although a first alert tells of the story too."""
    standing = live_alerts(conn, recipient, story_id) if item.n == 0 else ()
    return any(alert.kind == "immediate" for alert in standing)


def _new_item(conn: Connection, item_id: int, target: int) -> int:
    """The item of the same digest under another story."""
    row = conn.execute(select(digest_items).where(digest_items.c.id == item_id)).one()
    standing = conn.execute(
        select(digest_items.c.id).where(
            digest_items.c.digest_id == row.digest_id, digest_items.c.story_id == target
        )
    ).scalar()
    if standing is not None:
        return int(standing)
    return int(
        conn.execute(
            insert(digest_items)
            .values(
                recipient=row.recipient,
                schedule=row.schedule,
                story_id=target,
                n=item_number(conn, row.recipient, target),
                digest_id=row.digest_id,
                created_at=row.created_at,
            )
            .returning(digest_items.c.id)
        ).scalar_one()
    )


def _set(conn: Connection, item_id: int, **values: Any) -> None:
    conn.execute(update(digest_items).where(digest_items.c.id == item_id).values(values))
