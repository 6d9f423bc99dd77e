"""Articles move between stories; unsent alerts follow in the same transaction (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from storage.database import Database
from storage.digests_moves import carry_items, recipients_of
from storage.due import judge_anew
from storage.outbox_tables import alert_watchlists, alerts, matches
from storage.settling import released_key, settle
from storage.story_debts import owe_again
from storage.story_mails import go_along
from storage.tables import articles, stories, story_aliases
from storage.told import UNSENT, everybody_told, is_rendered, watchlists_of


def members(conn: Connection, story_id: int) -> list[int]:
    """The articles of a story, by id."""
    query = select(articles.c.id).where(articles.c.story_id == story_id).order_by(articles.c.id)
    return list(conn.execute(query).scalars())


def move_articles(
    db: Database, conn: Connection, ids: Sequence[int], source: int, target: int, now: datetime
) -> None:
    """Move articles to another story, with their matches, alerts and digest items.

    Where others stay, what people were told of only by the other side is owed again. An emptied
    story's id stays as an alias of the one that took its articles.
    """
    if source == target or not ids:
        return
    conn.execute(update(articles).where(articles.c.id.in_(ids)).values(story_id=target))
    conn.execute(update(matches).where(matches.c.article_id.in_(ids)).values(story_id=target))
    if stay := members(conn, source):
        told = everybody_told(conn, source)
        carry_items(conn, ids, source, target)
        _take_along(conn, ids, source, target)
        _hand_on(conn, ids, source, target)
        go_along(conn, ids, source, target)
        owe_again(conn, [*ids, *stay], told)
    else:
        _take_over(db, conn, source, target, now)
    seen = conn.execute(
        select(func.min(articles.c.first_seen_at)).where(articles.c.story_id == target)
    ).scalar()
    conn.execute(update(stories).where(stories.c.id == target).values(first_seen_at=seen))


def _take_over(db: Database, conn: Connection, source: int, target: int, now: datetime) -> None:
    """The emptied story's alerts become the target's; its id stays as an alias."""
    conn.execute(
        update(story_aliases).where(story_aliases.c.story_id == source).values(story_id=target)
    )
    conn.execute(
        db.insert(story_aliases)
        .values(old_id=source, story_id=target, at=now)
        .on_conflict_do_nothing()
    )
    moving = select(alerts).where(alerts.c.story_id == source).order_by(alerts.c.id)
    told = dict[str, None]()
    for alert in conn.execute(moving.with_for_update()).all():
        if alert.state == "folded":
            _set(conn, alert.id, released_key(conn, alert, target))
        elif alert.state == "cancelled" or alert.copy_of is not None:
            _set(conn, alert.id, {"story_id": target})
        else:
            told[alert.recipient] = None
    for recipient in told | dict.fromkeys(recipients_of(conn, target)):
        settle(conn, recipient, target)


def _take_along(conn: Connection, ids: Sequence[int], source: int, target: int) -> None:
    """Unsent alerts follow their article, unless an article that stays has to be told as well.

    What was rendered stays: its Message-ID is the old story's.
    """
    unsent = (
        select(alerts)
        .where(
            alerts.c.story_id == source,
            alerts.c.article_id.in_(ids),
            alerts.c.state.in_((*UNSENT, "sending")),
            alerts.c.copy_of.is_(None),
        )
        .order_by(alerts.c.id)
        .with_for_update()
    )
    for alert in conn.execute(unsent).all():
        if is_rendered(conn, alert.id) or _stays(conn, alert, source):
            continue
        settle(conn, alert.recipient, target, [alert.id])


def _stays(conn: Connection, alert: Any, story_id: int) -> bool:
    """Whether an article left in the story carries the alert on; then it is that one's."""
    named = watchlists_of(conn, alert.id)
    others = conn.execute(
        select(matches)
        .where(
            matches.c.story_id == story_id,
            matches.c.watchlist_id.in_(named),
            matches.c.alerting == "told",
        )
        .order_by(matches.c.article_id.desc())
    ).all()
    for match in others:
        conn.execute(
            update(alert_watchlists)
            .where(
                alert_watchlists.c.alert_id == alert.id,
                alert_watchlists.c.watchlist_id == match.watchlist_id,
            )
            .values(match_id=match.id)
        )
        _set(conn, alert.id, {"article_id": match.article_id})
    return bool(others)


def _hand_on(conn: Connection, ids: Sequence[int], source: int, target: int) -> None:
    """Alerts that stay, and are not made yet, tell by articles that stay.

    A watchlist that only an article that went has met leaves them: it is told under its story.
    """
    named = (
        select(alert_watchlists, alerts.c.recipient, matches.c.article_id)
        .join(alerts, alerts.c.id == alert_watchlists.c.alert_id)
        .join(matches, matches.c.id == alert_watchlists.c.match_id)
        .where(
            alerts.c.story_id == source,
            matches.c.article_id.in_(ids),
            alerts.c.state.in_((*UNSENT, "sending")),
            alerts.c.copy_of.is_(None),
        )
        .order_by(alert_watchlists.c.alert_id)
        .with_for_update(of=alerts)
    )
    for row in conn.execute(named).all():
        if is_rendered(conn, row.alert_id):
            continue
        here = (alert_watchlists.c.alert_id == row.alert_id) & (
            alert_watchlists.c.watchlist_id == row.watchlist_id
        )
        other = conn.execute(
            select(func.max(matches.c.id)).where(
                matches.c.story_id == source,
                matches.c.watchlist_id == row.watchlist_id,
                matches.c.alerting == "told",
            )
        ).scalar()
        if other is not None:
            conn.execute(update(alert_watchlists).where(here).values(match_id=other))
        elif len(watchlists_of(conn, row.alert_id)) > 1:
            conn.execute(delete(alert_watchlists).where(here))
            judge_anew(conn, [row.alert_id])
        else:
            _set(conn, row.alert_id, {"article_id": row.article_id})
            settle(conn, row.recipient, target, [row.alert_id])


def _set(conn: Connection, alert_id: int, values: dict[str, Any]) -> None:
    conn.execute(update(alerts).where(alerts.c.id == alert_id).values(values))
