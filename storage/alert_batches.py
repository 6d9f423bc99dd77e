"""The claims of a whole batch read with a handful of queries, as a burst of alerts needs it.

What is told of one story alone, the common case, is read for all of them at once; digests, notices,
updates and alerts with news are read one by one (`storage.alert_reading`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, or_, select

from storage.alert_reading import (
    MATCH_COLUMNS,
    MATCH_TABLES,
    MAX_ARTICLES,
    match_of,
    read_claim,
    shown_articles,
)
from storage.claims import AlertArticle, AlertMatch, ClaimedAlert
from storage.outbox_tables import (
    alert_news,
    alert_watchlists,
    alerts,
    deliveries,
    messages,
    watchlists,
)
from storage.outbox_tables import matches as matches_table
from storage.tables import articles, sources


def read_claims(conn: Connection, alert_ids: Sequence[int]) -> list[ClaimedAlert]:
    """These alerts, in this order, each as `read_claim` reads it."""
    rows = {
        row.id: row for row in conn.execute(select(alerts).where(alerts.c.id.in_(alert_ids))).all()
    }
    plain = [rows[n] for n in alert_ids if _is_plain(rows[n])]
    plain = _without_news(conn, plain)
    told = _read_plain(conn, plain)
    return [told[n] if n in told else read_claim(conn, n) for n in alert_ids]


def _is_plain(row: Any) -> bool:
    return row.kind == "immediate" and row.story_id is not None


def _without_news(conn: Connection, rows: list[Any]) -> list[Any]:
    query = select(alert_news.c.alert_id).where(alert_news.c.alert_id.in_([r.id for r in rows]))
    with_news = set(conn.execute(query.distinct()).scalars())
    return [row for row in rows if row.id not in with_news]


def _read_plain(conn: Connection, rows: list[Any]) -> dict[int, ClaimedAlert]:
    ids = [row.id for row in rows]
    if not ids:
        return {}
    stored = {
        row.alert_id: row.data
        for row in conn.execute(select(messages).where(messages.c.alert_id.in_(ids)))
    }
    named = _matches(conn, ids)
    wanted = {r.id: {r.article_id, *(m.article_id for m in named[r.id])} - {None} for r in rows}
    crowded = _crowded(conn, {row.story_id for row in rows})
    few = [row for row in rows if row.story_id not in crowded]
    by_story, by_id = _articles(
        conn, {row.story_id for row in few}, set().union(*(wanted[row.id] for row in few))
    )
    unsure = _uncertain(conn, ids)
    return {
        row.id: ClaimedAlert(
            id=row.id,
            token="",
            kind=row.kind,
            recipient=row.recipient,
            story_id=row.story_id,
            n=row.n,
            copy_of=row.copy_of,
            subject=row.subject,
            created_at=row.created_at,
            due_at=row.due_at,
            attempts=row.attempts,
            deferred_since=row.deferred_since,
            lease_until=row.due_at,
            matches=named[row.id],
            articles=_shown(wanted[row.id], by_story[row.story_id], by_id),
            message=stored.get(row.id),
            uncertain=row.id in unsure,
        )
        for row in few
    }


def _matches(conn: Connection, ids: Sequence[int]) -> dict[int, tuple[AlertMatch, ...]]:
    found: dict[int, list[AlertMatch]] = {alert_id: [] for alert_id in ids}
    rows = conn.execute(
        select(alert_watchlists.c.alert_id, *MATCH_COLUMNS)
        .select_from(
            MATCH_TABLES.join(alert_watchlists, alert_watchlists.c.match_id == matches_table.c.id)
        )
        .where(alert_watchlists.c.alert_id.in_(ids))
        .order_by(alert_watchlists.c.alert_id, watchlists.c.id)
    )
    for row in rows:
        found[row.alert_id].append(match_of(row))
    return {alert_id: tuple(named) for alert_id, named in found.items()}


def _crowded(conn: Connection, story_ids: set[int]) -> set[int]:
    """Stories of more articles than a mail reads."""
    query = (
        select(articles.c.story_id)
        .where(articles.c.story_id.in_(story_ids))
        .group_by(articles.c.story_id)
        .having(func.count() > MAX_ARTICLES)
    )
    return set(conn.execute(query).scalars())


def _articles(
    conn: Connection, story_ids: set[int], wanted: set[int]
) -> tuple[dict[int, list[AlertArticle]], dict[int, AlertArticle]]:
    """The articles of these stories and these articles, by story and by id."""
    rows = conn.execute(
        select(articles, sources.c.name.label("source_name"))
        .join(sources, sources.c.id == articles.c.source_id)
        .where(or_(articles.c.story_id.in_(story_ids), articles.c.id.in_(wanted)))
        .order_by(articles.c.first_seen_at, articles.c.id)
    ).all()
    by_story: dict[int, list[AlertArticle]] = defaultdict(list)
    by_id: dict[int, AlertArticle] = {}
    for row, shown in zip(rows, shown_articles(conn, rows), strict=True):
        by_story[row.story_id].append(shown)
        by_id[row.id] = shown
    return by_story, by_id


def _shown(
    wanted: set[int], story: Sequence[AlertArticle], by_id: dict[int, AlertArticle]
) -> tuple[AlertArticle, ...]:
    """Those it is about first, then the story's others, each part first seen first."""
    about = sorted((by_id[n] for n in wanted if n in by_id), key=lambda a: (a.first_seen_at, a.id))
    others = [article for article in story if article.id not in wanted]
    return (*about, *others)[:MAX_ARTICLES]


def _uncertain(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Those whose last attempt that reached a server ended without a definite reply."""
    rows = conn.execute(
        select(deliveries.c.alert_id, deliveries.c.definite)
        .where(
            deliveries.c.alert_id.in_(ids),
            or_(deliveries.c.outcome.is_(None), deliveries.c.outcome != "channel_down"),
        )
        .order_by(deliveries.c.id)
    )
    last = {row.alert_id: row.definite for row in rows}
    return {alert_id for alert_id, definite in last.items() if not definite}
