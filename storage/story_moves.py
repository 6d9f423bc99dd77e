"""Articles move between stories; unsent alerts follow in the same transaction (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.database import Database
from storage.digests_moves import carry_items, recipients_of
from storage.outbox_tables import alert_watchlists, alerts, matches
from storage.settling import released_key, settle
from storage.tables import articles, stories, story_aliases, story_keys
from storage.told import UNSENT, is_rendered, watchlists_of

EXACT = "exact"


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
    """Move articles to another story, with their matches, unsent alerts and digest items.

    An emptied story's id stays as an alias of the one that took its articles.
    """
    if source == target or not ids:
        return
    conn.execute(update(articles).where(articles.c.id.in_(ids)).values(story_id=target))
    conn.execute(update(matches).where(matches.c.article_id.in_(ids)).values(story_id=target))
    if _members(conn, source):
        carry_items(conn, ids, source, target)
        _take_along(conn, ids, source, target)
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


def _set(conn: Connection, alert_id: int, values: dict[str, Any]) -> None:
    conn.execute(update(alerts).where(alerts.c.id == alert_id).values(values))
