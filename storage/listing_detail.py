"""One article or alert with everything known of it, ready for JSON."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, select

from newsroom.stories_news import news_json
from storage.alert_reading import read_news
from storage.codec import hits_json
from storage.database import Database
from storage.listing import alerts as list_alerts
from storage.listing import article_json
from storage.listing_base import Filters, Json, iso, resolve_article
from storage.origins import origin_json, origin_of_story
from storage.outbox_tables import (
    alerts,
    deliveries,
    digest_items,
    matches,
    messages,
    notices,
    watchlists,
)
from storage.tables import article_urls, articles, entries, feeds, revisions, story_marks

_CODE = re.compile(r"[2-5]\d\d(?=[ -]|$)", re.ASCII)


def article(db: Database, article_id: int) -> Json | None:
    """The article of this id (or of one that turned out to be it); None where there is none.

    Beside what its listing says: its text and metadata, `revisions` oldest first, `matches`,
    `urls` (every address it is known by), `feeds` (where it was shown) and `origin` (who wrote its
    story first), `relation` to the story when its text came (null before that is known), `news`
    (what of that text was new to the story) and `placed_by_hand`.
    """
    with db.read() as connection:
        found = resolve_article(connection, article_id)
        row = connection.execute(select(articles).where(articles.c.id == found)).one_or_none()
        if row is None:
            return None
        return article_json(row) | {
            "subtitle": row.subtitle,
            "summary": row.summary,
            "body": row.body,
            "published_raw": row.published_raw,
            "section": row.section,
            "credit": row.credit,
            "origin": origin_json(origin_of_story(connection, row.story_id)),
            **_in_its_story(connection, row),
            "dateline": row.dateline,
            "authors": row.authors,
            "captions": row.captions,
            "images": row.images,
            "tags": row.tags,
            "page": row.page,
            "warnings": row.warnings,
            "reason": row.reason,
            "alerting": row.alerting,
            "late": row.late,
            "page_due_at": iso(row.page_due_at),
            "quarantined_at": iso(row.quarantined_at),
            "urls": _urls(connection, found),
            "feeds": _feeds(connection, found),
            "revisions": _revisions(connection, found),
            "matches": _matches(connection, found),
        }


def _in_its_story(connection: Connection, row: Any) -> Json:
    query = select(story_marks.c.relation, story_marks.c.news)
    marks = connection.execute(query.where(story_marks.c.article_id == row.id)).one_or_none()
    return {
        "relation": marks.relation if marks else None,
        "news": marks.news if marks else [],
        "placed_by_hand": row.story_by_hand,
    }


def _urls(connection: Connection, article_id: int) -> list[str]:
    query = select(article_urls.c.canonical_url).where(article_urls.c.article_id == article_id)
    return sorted(connection.execute(query).scalars())


def _feeds(connection: Connection, article_id: int) -> list[str]:
    query = (
        select(feeds.c.url)
        .join(entries, entries.c.feed_id == feeds.c.id)
        .where(entries.c.article_id == article_id)
        .order_by(entries.c.id)
    )
    return list(connection.execute(query).scalars())


def _revisions(connection: Connection, article_id: int) -> list[Json]:
    query = select(revisions).where(revisions.c.article_id == article_id).order_by(revisions.c.n)
    return [
        {
            "n": row.n,
            "origin": row.origin,
            "at": iso(row.at),
            "title": row.title,
            "subtitle": row.subtitle,
            "summary": row.summary,
            "body": row.body,
        }
        for row in connection.execute(query)
    ]


def _matches(connection: Connection, article_id: int) -> list[Json]:
    query = (
        select(matches.c.id, watchlists.c.name, matches.c.hits, matches.c.matched_at)
        .join(watchlists, watchlists.c.id == matches.c.watchlist_id)
        .where(matches.c.article_id == article_id)
        .order_by(matches.c.id)
    )
    return [
        {
            "id": row.id,
            "watchlist": row.name,
            "hits": hits_json(row.hits),
            "matched_at": iso(row.matched_at),
        }
        for row in connection.execute(query)
    ]


def alert(db: Database, alert_id: int) -> Json | None:
    """The alert of this id with its `deliveries`, oldest first; None where there is none.

    `stories` are those a digest tells; its items are gone where it tells nothing any more. `news`
    is what it tells that is new to its story, the newest article's first.
    """
    line = next(list_alerts(db, Filters(limit=1), only=alert_id), None)
    if line is None:
        return None
    with db.read() as connection:
        row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).one()
        rendered_at = connection.execute(
            select(messages.c.rendered_at).where(messages.c.alert_id == alert_id)
        ).scalar_one_or_none()
        told = select(digest_items.c.story_id).where(digest_items.c.digest_id == row.digest_id)
        digest = row.kind == "digest"
        stories = sorted(connection.execute(told).scalars()) if digest else None
        tries = connection.execute(
            select(deliveries).where(deliveries.c.alert_id == alert_id).order_by(deliveries.c.id)
        ).all()
        fresh = read_news(connection, alert_id)
        notice = _notice(connection, row.notice_id)
    return line | {
        "n": row.n,
        "article": row.article_id,
        "subject": row.subject,
        "due_at": iso(row.due_at),
        "late": row.late,
        "digest": row.digest_id,
        "notice": notice,
        "stories": stories,
        "not_before": iso(row.not_before),
        "news": [
            {"article": one.article_id, **span} for one in fresh for span in news_json(one.spans)
        ],
        "copy_of": row.copy_of,
        "deferred_since": iso(row.deferred_since),
        "rendered_at": iso(rendered_at),
        "deliveries": [
            {
                "id": one.id,
                "channel": one.channel,
                "started_at": iso(one.started_at),
                "finished_at": iso(one.finished_at),
                "outcome": one.outcome,
                "code": one.code if one.code is not None else _code(one.reply),
                "reply": one.reply,
                "definite": one.definite,
            }
            for one in tries
        ],
    }


def _notice(connection: Connection, notice_id: int | None) -> Json | None:
    """What a mail to the operator is about."""
    found = connection.execute(select(notices).where(notices.c.id == notice_id)).one_or_none()
    if found is None:
        return None
    return {
        "id": found.id,
        "subject": found.subject,
        "text": found.text,
        "since": iso(found.since),
        "over_at": iso(found.over_at),
    }


def _code(reply: str | None) -> int | None:
    """The SMTP code a reply begins with, kept apart only where the mail was refused."""
    found = _CODE.match(reply or "")
    return int(found[0]) if found else None


def message(db: Database, alert_id: int) -> bytes | None:
    """The bytes rendered for an alert; None before its first attempt."""
    with db.read() as connection:
        return connection.execute(
            select(messages.c.data).where(messages.c.alert_id == alert_id)
        ).scalar_one_or_none()
