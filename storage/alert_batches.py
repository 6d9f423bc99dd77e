"""The claims of a whole batch read with a handful of queries, as a burst of alerts needs it.

What is told of one story alone, the common case, is read for all of them at once; digests, notices,
updates and alerts with news are read one by one (`storage.alert_reading`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select

from storage.alert_claims import AlertArticle, AlertMatch, ClaimedAlert
from storage.alert_reading import (
    MATCH_COLUMNS,
    MATCH_TABLES,
    MAX_ARTICLES,
    match_of,
    read_claim,
    shown_articles,
)
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

_ALERT_NAMES = (
    *("id", "kind", "recipient", "story_id", "n", "copy_of", "subject", "created_at", "due_at"),
    *("attempts", "deferred_since", "article_id"),
)
_ARTICLE_NAMES = (
    *("id", "source_id", "title", "subtitle", "summary", "body", "language", "section", "authors"),
    *("credit", "canonical_url", "text_mark", "url", "state", "published_at", "first_seen_at"),
    *("late", "page_settled"),
)
"""What `shown_articles` looks at: the other columns cost as much to read as these."""
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_STORIES: BindParameter[Any] = bindparam("stories", expanding=True)
_ALERTS = select(*(alerts.c[name] for name in _ALERT_NAMES)).where(alerts.c.id.in_(_IDS))
_WITH_NEWS = select(alert_news.c.alert_id).where(alert_news.c.alert_id.in_(_IDS)).distinct()
_STORED = select(messages.c.alert_id, messages.c.data).where(messages.c.alert_id.in_(_IDS))
_NAMED = (
    select(alert_watchlists.c.alert_id, *MATCH_COLUMNS)
    .select_from(
        MATCH_TABLES.join(alert_watchlists, alert_watchlists.c.match_id == matches_table.c.id)
    )
    .where(alert_watchlists.c.alert_id.in_(_IDS))
    .order_by(alert_watchlists.c.alert_id, watchlists.c.id)
)
_CROWDED = (
    select(articles.c.story_id)
    .where(articles.c.story_id.in_(_STORIES))
    .group_by(articles.c.story_id)
    .having(func.count() > MAX_ARTICLES)
)
_ARTICLES = (
    select(
        *(articles.c[name] for name in _ARTICLE_NAMES),
        articles.c.story_id,
        sources.c.name.label("source_name"),
    )
    .join(sources, sources.c.id == articles.c.source_id)
    .where(or_(articles.c.story_id.in_(_STORIES), articles.c.id.in_(_IDS)))
    .order_by(articles.c.first_seen_at, articles.c.id)
)
_ATTEMPTS = (
    select(deliveries.c.alert_id, deliveries.c.definite)
    .where(
        deliveries.c.alert_id.in_(_IDS),
        or_(deliveries.c.outcome.is_(None), deliveries.c.outcome != "channel_down"),
    )
    .order_by(deliveries.c.id)
)


def read_claims(
    conn: Connection,
    alert_ids: Sequence[int],
    *,
    token: str = "",
    until: datetime | None = None,
) -> list[ClaimedAlert]:
    """These alerts, in this order, each as `read_claim` reads it; under this claim, where given."""
    rows = conn.execute(_ALERTS, {"ids": alert_ids}).all()
    told = _read_plain(conn, _without_news(conn, [r for r in rows if _is_plain(r)]), token, until)
    read = []
    for alert_id in alert_ids:
        claim = told.get(alert_id)
        if claim is None:
            claim = read_claim(conn, alert_id)
            claim = replace(claim, token=token, lease_until=until or claim.lease_until)
        read.append(claim)
    return read


def _is_plain(row: Any) -> bool:
    return row.kind == "immediate" and row.story_id is not None


def _without_news(conn: Connection, rows: list[Any]) -> list[Any]:
    with_news = set(conn.execute(_WITH_NEWS, {"ids": [row.id for row in rows]}).scalars())
    return [row for row in rows if row.id not in with_news]


def _read_plain(
    conn: Connection, rows: list[Any], token: str, until: datetime | None
) -> dict[int, ClaimedAlert]:
    ids = [row.id for row in rows]
    if not ids:
        return {}
    stored = {row.alert_id: row.data for row in conn.execute(_STORED, {"ids": ids})}
    named = _matches(conn, ids)
    wanted = {r.id: {r.article_id, *(m.article_id for m in named[r.id])} - {None} for r in rows}
    stories = list({row.story_id for row in rows})
    crowded = set(conn.execute(_CROWDED, {"stories": stories}).scalars())
    few = [row for row in rows if row.story_id not in crowded]
    by_story, by_id = _articles(
        conn, {row.story_id for row in few}, set().union(*(wanted[row.id] for row in few))
    )
    unsure = _uncertain(conn, ids)
    return {
        row.id: ClaimedAlert(
            **{name: getattr(row, name) for name in _ALERT_NAMES if name != "article_id"},
            token=token,
            lease_until=until or row.due_at,
            matches=named[row.id],
            articles=_shown(wanted[row.id], by_story[row.story_id], by_id),
            message=stored.get(row.id),
            uncertain=row.id in unsure,
        )
        for row in few
    }


def _matches(conn: Connection, ids: Sequence[int]) -> dict[int, tuple[AlertMatch, ...]]:
    found: dict[int, list[AlertMatch]] = {alert_id: [] for alert_id in ids}
    for row in conn.execute(_NAMED, {"ids": ids}):
        found[row.alert_id].append(match_of(row))
    return {alert_id: tuple(named) for alert_id, named in found.items()}


def _articles(
    conn: Connection, story_ids: set[int], wanted: set[int]
) -> tuple[dict[int, list[AlertArticle]], dict[int, AlertArticle]]:
    """The articles of these stories and these articles, by story and by id."""
    rows = conn.execute(_ARTICLES, {"stories": list(story_ids), "ids": list(wanted)}).all()
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
    last = {row.alert_id: row.definite for row in conn.execute(_ATTEMPTS, {"ids": ids})}
    return {alert_id for alert_id, definite in last.items() if not definite}
