"""Everything a claimed alert needs to be judged and rendered, read in the claim's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from newsroom.stories_news import news_from_json
from storage.alert_claims import AlertArticle, AlertMatch, AlertNews, ClaimedAlert, ClaimedDigest
from storage.edit_reading import read_edit
from storage.matching import hits_from_json, text_of
from storage.notice_reading import claimed_notice
from storage.outbox_tables import (
    alert_news,
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    digests,
    matches,
    messages,
    watchlists,
)
from storage.tables import articles, entries, revisions, sources
from storage.told import OVER, is_uncertain, known_as

MAX_ARTICLES = 50
"""Articles of one story that are read for a mail."""


def read_claim(conn: Connection, alert_id: int) -> ClaimedAlert:
    """The alert with its matches, the story's articles, and what was sent of it before."""
    row = conn.execute(select(alerts).where(alerts.c.id == alert_id)).one()
    notice = None
    if row.notice_id is not None:
        row, notice = claimed_notice(conn, row)
    stored = conn.execute(select(messages.c.data).where(messages.c.alert_id == alert_id)).scalar()
    digest = _digest(conn, row.digest_id) if row.kind == "digest" else None
    named = () if digest is not None else _matches(conn, alert_id)
    news = () if digest is not None else read_news(conn, alert_id)
    told = _told_before(conn, row) if row.kind == "update" else ()
    return ClaimedAlert(
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
        matches=named,
        articles=_articles(conn, row, {m.article_id for m in named}, told, news),
        answers=_first_subject(conn, row) if row.kind == "update" else None,
        message=stored,
        uncertain=is_uncertain(conn, alert_id),
        digest=digest,
        news=news,
        told=told,
        notice=notice,
    )


def _digest(conn: Connection, digest_id: int) -> ClaimedDigest:
    row = conn.execute(select(digests).where(digests.c.id == digest_id)).one()
    return ClaimedDigest(
        id=row.id,
        schedule=row.schedule,
        slot=row.slot,
        since=row.since,
        until=row.until,
        empty=row.state == "empty",
        watchlists=tuple(row.watchlists or ()),
    )


def _first_subject(conn: Connection, alert: Any) -> str | None:
    """The subject of the first mail on this story that went to the recipient."""
    found = conn.execute(
        select(alerts.c.subject)
        .where(
            alerts.c.recipient == alert.recipient,
            alerts.c.story_id.in_(known_as(conn, alert.story_id)),
            alerts.c.kind == "immediate",
            alerts.c.state.not_in(OVER),
            alerts.c.subject.is_not(None),
        )
        .order_by(alerts.c.id)
        .limit(1)
    ).scalar()
    return None if found is None else str(found)


def _matches(conn: Connection, alert_id: int) -> tuple[AlertMatch, ...]:
    query = MATCH_TABLES.join(alert_watchlists, alert_watchlists.c.match_id == matches.c.id)
    rows = conn.execute(
        select(*MATCH_COLUMNS)
        .select_from(query)
        .where(alert_watchlists.c.alert_id == alert_id)
        .order_by(watchlists.c.id)
    )
    return tuple(match_of(row) for row in rows)


def read_news(conn: Connection, alert_id: int) -> tuple[AlertNews, ...]:
    """What an alert tells that is new to its story, the newest article's first."""
    rows = conn.execute(
        select(alert_news)
        .join(articles, articles.c.id == alert_news.c.article_id)
        .where(alert_news.c.alert_id == alert_id)
        .order_by(articles.c.first_seen_at.desc(), articles.c.id.desc())
        .limit(MAX_ARTICLES)
    ).all()
    named = select(alert_watchlists.c.watchlist_id).where(alert_watchlists.c.alert_id == alert_id)
    return tuple(
        AlertNews(
            article_id=row.article_id,
            text_mark=row.text_mark,
            spans=(spans := news_from_json(row.news)),
            edit=read_edit(conn, spans),
            matches=tuple(
                match_of(found)
                for found in conn.execute(
                    select(*MATCH_COLUMNS)
                    .select_from(MATCH_TABLES)
                    .where(
                        matches.c.article_id == row.article_id, matches.c.watchlist_id.in_(named)
                    )
                    .order_by(watchlists.c.id)
                )
            ),
        )
        for row in rows
    )


def _told_before(conn: Connection, alert: Any) -> tuple[int, ...]:
    """The articles by which earlier mails told the recipient of the story, digests among them."""
    stories = known_as(conn, alert.story_id)
    went = (
        (alerts.c.recipient == alert.recipient)
        & alerts.c.state.in_(("sent", "held"))
        & alerts.c.copy_of.is_(None)
    )
    by_alert = (
        select(alerts.c.id.label("mail"), matches.c.article_id.label("article"))
        .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
        .join(matches, matches.c.id == alert_watchlists.c.match_id)
        .where(
            went,
            alerts.c.story_id.in_(stories),
            alerts.c.kind.in_(("immediate", "update")),
            alerts.c.id != alert.id,
        )
    )
    by_digest = (
        select(alerts.c.id.label("mail"), matches.c.article_id.label("article"))
        .join(digest_items, digest_items.c.digest_id == alerts.c.digest_id)
        .join(digest_matches, digest_matches.c.item_id == digest_items.c.id)
        .join(matches, matches.c.id == digest_matches.c.match_id)
        .where(went, digest_items.c.story_id.in_(stories), alerts.c.kind == "digest")
    )
    rows = conn.execute(by_alert.union(by_digest).order_by("mail", "article"))
    return tuple(dict.fromkeys(int(row.article) for row in rows))


def stand_ins(
    conn: Connection, alert_id: int, watchlist_ids: Sequence[int]
) -> tuple[AlertMatch, ...]:
    """Matches of the alert's story, by other articles than it names, for these watchlists.

    They raised no alert of their own, as this one told of the story.
    """
    story = select(alerts.c.story_id).where(alerts.c.id == alert_id).scalar_subquery()
    named = select(alert_watchlists.c.match_id).where(alert_watchlists.c.alert_id == alert_id)
    rows = conn.execute(
        select(*MATCH_COLUMNS)
        .select_from(MATCH_TABLES)
        .where(
            matches.c.story_id == story,
            matches.c.watchlist_id.in_(watchlist_ids),
            matches.c.alerting == "told",
            matches.c.id.not_in(named),
        )
        .order_by(matches.c.id)
        .limit(MAX_ARTICLES)
    )
    return tuple(match_of(row) for row in rows)


MATCH_TABLES = matches.join(watchlists, watchlists.c.id == matches.c.watchlist_id)
MATCH_COLUMNS = (
    watchlists.c.id,
    watchlists.c.name,
    matches.c.watchlist_version,
    matches.c.article_id,
    matches.c.text_mark,
    matches.c.hits,
)


def match_of(row: Any) -> AlertMatch:
    """A row of MATCH_COLUMNS."""
    return AlertMatch(
        watchlist_id=row.id,
        watchlist=row.name,
        version=row.watchlist_version,
        article_id=row.article_id,
        text_mark=row.text_mark,
        hits=hits_from_json(row.hits),
    )


def _revised(conn: Connection, article_ids: Collection[int]) -> dict[int, Any]:
    """When the pages of these articles were last seen changed, by a feed's word or by a look."""
    query = (
        select(revisions.c.article_id, func.max(revisions.c.at).label("at"))
        .where(
            revisions.c.article_id.in_(article_ids),
            revisions.c.origin.in_(("feed", "refetch")),
            revisions.c.n > 1,
            revisions.c.body != "",
        )
        .group_by(revisions.c.article_id)
    )
    return {row.article_id: row.at for row in conn.execute(query)}


def _articles(
    conn: Connection,
    alert: Any,
    matched: set[int],
    told: Sequence[int],
    news: Sequence[AlertNews],
) -> tuple[AlertArticle, ...]:
    """The story's articles; those the alert is about first, and all of them."""
    if alert.story_id is None:
        return ()
    matched = matched | {alert.article_id} | {n.article_id for n in news}
    wanted = matched | set(told[:1])
    rows = conn.execute(
        select(articles, sources.c.name.label("source_name"))
        .join(sources, sources.c.id == articles.c.source_id)
        .where((articles.c.story_id == alert.story_id) | articles.c.id.in_(wanted))
        .order_by(articles.c.id.in_(wanted).desc(), articles.c.first_seen_at, articles.c.id)
        .limit(MAX_ARTICLES)
    ).all()
    ordered = sorted(rows, key=lambda row: (row.id not in matched, row.first_seen_at, row.id))
    shown = shown_articles(conn, ordered)
    revised = _revised(conn, [n.article_id for n in news]) if alert.kind == "update" else {}
    return tuple(replace(a, revised_at=revised[a.id]) if a.id in revised else a for a in shown)


_TITLES = (
    select(entries.c.article_id, entries.c.title)
    .where(entries.c.article_id.in_(bindparam("ids", expanding=True)))
    .order_by(entries.c.id)
)


def shown_articles(conn: Connection, rows: Sequence[Any]) -> tuple[AlertArticle, ...]:
    """Rows of articles with `source_name`, as mails show them."""
    shown: dict[int, list[str]] = {}
    for entry in conn.execute(_TITLES, {"ids": [row.id for row in rows]}):
        shown.setdefault(entry.article_id, []).append(entry.title)
    return tuple(
        AlertArticle(
            id=row.id,
            source_id=row.source_id,
            source_name=row.source_name,
            text=text_of(row),
            text_mark=row.text_mark,
            url=row.url,
            state=row.state,
            published_at=row.published_at,
            first_seen_at=row.first_seen_at,
            late=row.late,
            page_settled=row.page_settled,
            shown_titles=tuple(dict.fromkeys(shown.get(row.id, []))),
        )
        for row in rows
    )
