"""What a digest tells, read when its mail is due: first the stories, then the words that are shown.

A digest may tell thousands of stories, so texts are read only where they are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.alert_reading import shown_articles
from storage.claims import (
    AlertArticle,
    AlertMatch,
    ClaimedAlert,
    DigestItem,
    DigestMatch,
    ShownItem,
)
from storage.database import Database
from storage.digests import portions
from storage.matching import hits_from_json
from storage.outbox_tables import (
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
    named = select(alert_watchlists.c.watchlist_id).where(alert_watchlists.c.alert_id == claim.id)
    query = (
        select(
            digest_items.c.id.label("item_id"),
            digest_items.c.story_id,
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
            digest_items.c.digest_id == claim.digest.id,
            matches.c.watchlist_id.in_(named),
        )
        .order_by(digest_items.c.id, articles.c.first_seen_at, articles.c.id, watchlists.c.id)
    )
    by_item: dict[int, list[Any]] = {}
    with db.read() as conn:
        for row in conn.execute(query):
            by_item.setdefault(row.item_id, []).append(row)
    items = [_item(rows, claim.digest.since) for rows in by_item.values()]
    return tuple(sorted(items, key=lambda item: (item.at, item.id), reverse=True))


def _item(rows: Sequence[Any], since: datetime | None) -> DigestItem:
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
    # a feed may show what is much older than the period it was first seen in
    return DigestItem(
        lead.item_id, lead.story_id, at if since is None else max(at, since), tuple(found)
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
