"""What a digest tells, read when its mail is due: first the stories, then the words that are shown.

A digest may tell thousands of stories, so texts are read only where they are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from newsroom.stories_news import news_from_json
from storage.alert_claims import (
    AlertArticle,
    AlertMatch,
    AlertNews,
    ClaimedAlert,
    DigestItem,
    DigestMatch,
    ShownItem,
)
from storage.alert_reading import MAX_ARTICLES, shown_articles
from storage.database import Database
from storage.digests import portions
from storage.edit_reading import read_edit
from storage.matching import hits_from_json
from storage.outbox_tables import (
    alert_news,
    alert_watchlists,
    digest_items,
    digest_matches,
    matches,
    watchlists,
)
from storage.tables import articles, sources

MOST_OTHERS = 50
"""Other articles of one story that are named."""


def read_items(db: Database, claim: ClaimedAlert) -> tuple[DigestItem, ...]:
    """The stories that a claimed digest tells, newest first.

    By the watchlists its alert names: a copy may name fewer than the digest was made for.
    """
    if claim.digest is None:
        return ()
    with db.read() as conn:
        return items_of(conn, claim.id, claim.digest.id, claim.digest.since)


def items_of(
    conn: Connection, alert_id: int, digest_id: int, since: datetime | None
) -> tuple[DigestItem, ...]:
    """What an alert tells of a digest that looks back to `since`, newest first."""
    named = select(alert_watchlists.c.watchlist_id).where(alert_watchlists.c.alert_id == alert_id)
    query = (
        select(
            digest_items.c.id.label("item_id"),
            digest_items.c.story_id,
            digest_items.c.n,
            digest_items.c.alert_id,
            matches.c.id,
            matches.c.watchlist_id,
            watchlists.c.name,
            matches.c.watchlist_version,
            matches.c.article_id,
            matches.c.text_mark,
            articles.c.text_mark.label("present_mark"),
            articles.c.first_seen_at,
            articles.c.published_at,
        )
        .join(digest_matches, digest_matches.c.item_id == digest_items.c.id)
        .join(matches, matches.c.id == digest_matches.c.match_id)
        .join(watchlists, watchlists.c.id == matches.c.watchlist_id)
        .join(articles, articles.c.id == matches.c.article_id)
        .where(
            digest_items.c.digest_id == digest_id,
            matches.c.watchlist_id.in_(named),
        )
        .order_by(digest_items.c.id, articles.c.first_seen_at, articles.c.id, watchlists.c.id)
    )
    by_item: dict[int, list[Any]] = {}
    for row in conn.execute(query):
        by_item.setdefault(row.item_id, []).append(row)
    news = _news(conn, by_item)
    items = [_item(rows, since, news.get(item_id, ())) for item_id, rows in by_item.items()]
    return tuple(sorted(items, key=lambda item: (item.at, item.id), reverse=True))


def _news(conn: Connection, items: Mapping[int, Sequence[Any]]) -> dict[int, list[AlertNews]]:
    """By item: what the alert that was folded into it was to tell as new, of articles that the item
    tells; the article first seen last first."""
    tellers: dict[tuple[int, int], set[int]] = {}
    for item_id, rows in items.items():
        for row in rows:
            if row.alert_id is not None:
                tellers.setdefault((row.alert_id, row.article_id), set()).add(item_id)
    found: dict[int, list[AlertNews]] = {}
    for few in portions(sorted({alert_id for alert_id, _ in tellers})):
        query = (
            select(alert_news)
            .join(articles, articles.c.id == alert_news.c.article_id)
            .where(alert_news.c.alert_id.in_(few))
            .order_by(articles.c.first_seen_at.desc(), articles.c.id.desc())
        )
        for news in conn.execute(query).all():
            for item_id in tellers.get((news.alert_id, news.article_id), ()):
                mine = [row for row in items[item_id] if row.article_id == news.article_id]
                told = found.setdefault(item_id, [])
                if len(told) < MAX_ARTICLES:
                    told.append(_told_as_new(conn, news, mine))
    return found


def _told_as_new(conn: Connection, news: Any, rows: Sequence[Any]) -> AlertNews:
    hits = _hits(conn, [row.id for row in rows])
    spans = news_from_json(news.news)
    return AlertNews(
        article_id=news.article_id,
        text_mark=news.text_mark,
        spans=spans,
        edit=read_edit(conn, spans),
        matches=tuple(
            AlertMatch(
                row.watchlist_id,
                row.name,
                row.watchlist_version,
                row.article_id,
                row.text_mark,
                hits[row.id],
            )
            for row in rows
        ),
    )


def _item(rows: Sequence[Any], since: datetime | None, news: Sequence[AlertNews]) -> DigestItem:
    lead = rows[0]
    at = min(lead.published_at or lead.first_seen_at, lead.first_seen_at)
    found = (
        DigestMatch(
            id=row.id,
            watchlist_id=row.watchlist_id,
            watchlist=row.name,
            version=row.watchlist_version,
            article_id=row.article_id,
            text_mark=row.text_mark,
            present_mark=row.present_mark,
        )
        for row in rows
    )
    return DigestItem(
        id=lead.item_id,
        story_id=lead.story_id,
        # a feed may show what is much older than the period it was first seen in
        at=at if since is None else max(at, since),
        matches=tuple(found),
        n=lead.n,
        news=tuple(news),
    )


def read_articles(db: Database, article_ids: Collection[int]) -> dict[int, AlertArticle]:
    """Articles with all their words."""
    found: dict[int, AlertArticle] = {}
    with db.read() as conn:
        for few in portions(sorted(article_ids)):
            query = (
                select(articles, sources.c.name.label("source_name"))
                .join(sources, sources.c.id == articles.c.source_id)
                .where(articles.c.id.in_(few))
            )
            found |= {a.id: a for a in shown_articles(conn, conn.execute(query).all())}
    return found


def read_shown(db: Database, items: Sequence[DigestItem]) -> list[ShownItem]:
    """What the mail shows of these stories: of each its first matched article, and one more for
    every watchlist that does not meet that one."""
    chosen = {item.id: _chosen(item.matches) for item in items}
    ids = {match.article_id for few in chosen.values() for match in few}
    texts = read_articles(db, ids)
    with db.read() as conn:
        hits = _hits(conn, [match.id for few in chosen.values() for match in few])
        others = _others(conn, [item.story_id for item in items])
    shown = []
    for item in items:
        few = [m for m in chosen[item.id] if m.article_id in texts and m.id in hits]
        mine = tuple(texts[i] for i in dict.fromkeys(match.article_id for match in few))
        if not mine:
            continue  # merged into another since: the digest was taken back, or will be
        rest = [(s, n, u) for i, s, n, u in others.get(item.story_id, ()) if i != mine[0].id]
        found = tuple(
            AlertMatch(
                m.watchlist_id, m.watchlist, m.version, m.article_id, m.text_mark, hits[m.id]
            )
            for m in few
        )
        shown.append(ShownItem(item, mine, found, tuple(rest[:MOST_OTHERS])))
    return shown


def _chosen(found: Iterable[DigestMatch]) -> list[DigestMatch]:
    """One match for each watchlist, of the first article wherever it has one."""
    by_watchlist: dict[int, DigestMatch] = {}
    for match in found:
        by_watchlist.setdefault(match.watchlist_id, match)
    return list(by_watchlist.values())


def _hits(conn: Connection, match_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    for few in portions(match_ids):
        query = select(matches.c.id, matches.c.hits).where(matches.c.id.in_(few))
        found |= {row.id: hits_from_json(row.hits) for row in conn.execute(query)}
    return found


def _others(
    conn: Connection, story_ids: Sequence[int]
) -> dict[int, list[tuple[int, str, str, str | None]]]:
    found: dict[int, list[tuple[int, str, str, str | None]]] = {}
    for few in portions(story_ids):
        query = (
            select(articles.c.id, articles.c.story_id, articles.c.source_id, sources.c.name)
            .add_columns(articles.c.url)
            .join(sources, sources.c.id == articles.c.source_id)
            .where(articles.c.story_id.in_(few))
            .order_by(articles.c.first_seen_at, articles.c.id)
        )
        for row in conn.execute(query):
            found.setdefault(row.story_id, []).append((row.id, row.source_id, row.name, row.url))
    return found
