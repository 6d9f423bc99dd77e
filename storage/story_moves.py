"""Articles move between stories; unsent alerts follow in the same transaction (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.database import Database
from storage.outbox_tables import alert_watchlists, alerts, deliveries, matches
from storage.tables import articles, stories, story_aliases, story_keys

EXACT = "exact"
UNSENT = ("pending", "deferred")


def join_exact(db: Database, conn: Connection, article_id: int, key: str, now: datetime) -> None:
    """Note the article's exact-text key; where another article has it, both are one story.

    The earlier story (lower id) takes the other's articles when the article stood alone in its
    own, else only this article moves.
    """
    conn.execute(
        story_keys.delete().where(story_keys.c.kind == EXACT, story_keys.c.article_id == article_id)
    )
    twins = conn.execute(
        select(articles.c.story_id)
        .select_from(story_keys.join(articles, articles.c.id == story_keys.c.article_id))
        .where(story_keys.c.kind == EXACT, story_keys.c.key == key)
        .order_by(articles.c.story_id)
        .limit(1)
    ).scalar()
    conn.execute(insert(story_keys).values(kind=EXACT, key=key, article_id=article_id))
    mine = conn.execute(select(articles.c.story_id).where(articles.c.id == article_id)).scalar_one()
    if twins is not None and twins != mine:
        _bring_together(db, conn, article_id, mine, twins, now)


def _bring_together(
    db: Database, conn: Connection, article_id: int, mine: int, theirs: int, now: datetime
) -> None:
    target, source = min(mine, theirs), max(mine, theirs)
    members = _members(conn, source)
    if source == mine:
        move_articles(db, conn, [article_id], source, target, now)
    else:
        move_articles(db, conn, members, source, target, now)


def _members(conn: Connection, story_id: int) -> list[int]:
    return list(
        conn.execute(select(articles.c.id).where(articles.c.story_id == story_id)).scalars()
    )


def move_articles(
    db: Database, conn: Connection, ids: Sequence[int], source: int, target: int, now: datetime
) -> None:
    """Move articles to another story, with their matches and unsent alerts.

    An emptied story's id stays as an alias of the one that took its articles.
    """
    if source == target or not ids:
        return
    conn.execute(update(articles).where(articles.c.id.in_(ids)).values(story_id=target))
    conn.execute(update(matches).where(matches.c.article_id.in_(ids)).values(story_id=target))
    emptied = not _members(conn, source)
    moving = select(alerts).where(alerts.c.story_id == source).order_by(alerts.c.id)
    if not emptied:
        moving = moving.where(alerts.c.article_id.in_(ids), alerts.c.state.in_(UNSENT))
    for alert in conn.execute(moving).all():
        _rekey(conn, alert, target)
    if emptied:
        conn.execute(
            update(story_aliases).where(story_aliases.c.story_id == source).values(story_id=target)
        )
        conn.execute(
            db.insert(story_aliases)
            .values(old_id=source, story_id=target, at=now)
            .on_conflict_do_nothing()
        )
    seen = conn.execute(
        select(func.min(articles.c.first_seen_at)).where(articles.c.story_id == target)
    ).scalar()
    conn.execute(update(stories).where(stories.c.id == target).values(first_seen_at=seen))


def _rekey(conn: Connection, alert: Any, target: int) -> None:
    """Give an alert the new story's key; unsent and already told there: it is folded.

    A watchlist the standing alert does not name is still told: in it while it is unsent, else in
    an update.
    """
    standing = conn.execute(
        select(alerts).where(
            alerts.c.recipient == alert.recipient,
            alerts.c.story_id == target,
            alerts.c.kind == alert.kind,
            alerts.c.n == alert.n,
            alerts.c.state != "cancelled",
            alerts.c.copy_of.is_(None),
        )
    ).one_or_none()
    if standing is None or alert.copy_of is not None:
        _set(conn, alert.id, {"story_id": target})
    elif is_untouched(conn, alert):
        untold = _untold(conn, alert, target)
        if untold and is_untouched(conn, standing):
            _hand_over(conn, alert.id, standing.id, untold)
            untold = []
        if untold:
            drop = alert_watchlists.c.watchlist_id.not_in(untold)
            conn.execute(
                delete(alert_watchlists).where(alert_watchlists.c.alert_id == alert.id, drop)
            )
            n = next_update(conn, alert.recipient, target)
            _set(conn, alert.id, {"story_id": target, "kind": "update", "n": n})
        else:
            reason = f"told in alert {standing.id}: same story"
            _set(conn, alert.id, {"state": "folded", "reason": reason})
    # else: both went already, under two keys; the rows stay as they are


def _set(conn: Connection, alert_id: int, values: dict[str, Any]) -> None:
    conn.execute(update(alerts).where(alerts.c.id == alert_id).values(values))


def _hand_over(conn: Connection, alert_id: int, standing_id: int, untold: Sequence[int]) -> None:
    conn.execute(
        update(alert_watchlists)
        .where(alert_watchlists.c.alert_id == alert_id, alert_watchlists.c.watchlist_id.in_(untold))
        .values(alert_id=standing_id)
    )


def _untold(conn: Connection, alert: Any, story_id: int) -> list[int]:
    """Watchlists of this alert that no alert of the story has told its recipient."""
    told = told_watchlists(conn, alert.recipient, story_id)
    ours = conn.execute(
        select(alert_watchlists.c.watchlist_id).where(alert_watchlists.c.alert_id == alert.id)
    ).scalars()
    return [watchlist_id for watchlist_id in ours if watchlist_id not in told]


def told_watchlists(conn: Connection, recipient: str, story_id: int) -> set[int]:
    """Watchlists that some alert of this story names for this recipient, sent or to be sent."""
    return set(
        conn.execute(
            select(alert_watchlists.c.watchlist_id)
            .select_from(alert_watchlists.join(alerts, alerts.c.id == alert_watchlists.c.alert_id))
            .where(
                alerts.c.recipient == recipient,
                alerts.c.story_id == story_id,
                alerts.c.state.not_in(("cancelled", "folded")),
            )
        ).scalars()
    )


def next_update(conn: Connection, recipient: str, story_id: int) -> int:
    """The number the next update of a story has for a recipient: 1, 2, ..."""
    last = conn.execute(
        select(func.max(alerts.c.n)).where(
            alerts.c.recipient == recipient,
            alerts.c.story_id == story_id,
            alerts.c.kind == "update",
        )
    ).scalar()
    return int(last or 0) + 1


def is_untouched(conn: Connection, alert: Any) -> bool:
    """Unsent, and no attempt was ever begun: it may still be changed."""
    if alert.state not in UNSENT:
        return False
    found = conn.execute(
        select(deliveries.c.id).where(deliveries.c.alert_id == alert.id).limit(1)
    ).first()
    return found is None
