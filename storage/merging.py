"""Two articles that turn out to be one: aliases, and the merge into the earlier id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.alert_news import replace_news
from storage.coverage_tables import article_edits
from storage.database import Database
from storage.digests_moves import replace_match
from storage.outbox_tables import alert_watchlists, alerts, matches
from storage.story_moves import members, move_articles
from storage.story_notes import join_notes
from storage.story_parting import part
from storage.tables import (
    article_aliases,
    article_urls,
    articles,
    entries,
    revisions,
    sightings,
)


def adopt_urls(
    db: Database, conn: Connection, article_id: int, urls: Sequence[str], now: datetime
) -> int:
    """Know the article by these canonical URLs too; the id it has afterwards.

    Where one belongs to another article already, the two merge and the earlier id stays.
    """
    keeper = article_id
    for url in urls:
        owner = conn.execute(
            select(article_urls.c.article_id).where(article_urls.c.canonical_url == url)
        ).scalar()
        if owner is None:
            conn.execute(insert(article_urls).values(canonical_url=url, article_id=keeper))
        elif owner != keeper:
            keeper = merge(db, conn, keeper, owner, now)
    return keeper


def merge(db: Database, conn: Connection, one: int, other: int, now: datetime) -> int:
    """Make two articles one; the earlier id stays, with the fuller text of the two."""
    keep, drop = min(one, other), max(one, other)
    kept = conn.execute(select(articles).where(articles.c.id == keep)).one()
    dropped = conn.execute(select(articles).where(articles.c.id == drop)).one()
    if dropped.story_by_hand and not kept.story_by_hand:
        _bring(db, conn, keep, dropped.story_id, now)
    else:
        _bring(db, conn, drop, kept.story_id, now)
    # a move may have made them lag
    kept = conn.execute(select(articles).where(articles.c.id == keep)).one()
    dropped = conn.execute(select(articles).where(articles.c.id == drop)).one()
    _move_entries(conn, keep, drop)
    _move_matches(conn, keep, drop)
    _move_edits(conn, kept, dropped, _move_revisions(conn, keep, drop))
    for table in (article_urls, alerts):
        conn.execute(update(table).where(table.c.article_id == drop).values(article_id=keep))
    values = _fuller(kept, dropped)
    join_notes(db, conn, kept, dropped, values)
    replace_news(conn, drop, keep)
    conn.execute(
        update(article_aliases).where(article_aliases.c.article_id == drop).values(article_id=keep)
    )
    conn.execute(update(articles).where(articles.c.id == keep).values(values))
    conn.execute(delete(articles).where(articles.c.id == drop))
    conn.execute(insert(article_aliases).values(old_id=drop, article_id=keep, at=now))
    return keep


def _bring(db: Database, conn: Connection, article_id: int, story_id: int, now: datetime) -> None:
    """Move the article into the story, whether it leaves others behind or not."""
    query = select(articles.c.story_id).where(articles.c.id == article_id)
    source = conn.execute(query).scalar_one()
    if members(conn, source) == [article_id]:
        move_articles(db, conn, [article_id], source, story_id, now)
    else:
        part(db, conn, article_id, now, story_id)


_PAGE_COLUMNS = [
    "title",
    "title_key_hash",
    "subtitle",
    "body",
    "summary",
    "published_at",
    "modified_at",
    "language",
    "section",
    "credit",
    "dateline",
    "authors",
    "captions",
    "images",
    "tags",
    "page",
    "warnings",
    "state",
    "reason",
    "page_settled",
    "page_due_at",
    "page_priority",
    "page_seen_at",
    "rechecks",
    "recheck_from",
]


def _fuller(kept: Any, dropped: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "text_mark": max(kept.text_mark, dropped.text_mark) + 1,
        "story_by_hand": kept.story_by_hand or dropped.story_by_hand,
    }
    if dropped.page is not None and kept.page is None:
        values |= {name: getattr(dropped, name) for name in _PAGE_COLUMNS}
        values |= {"lease_owner": None, "lease_token": None, "lease_until": None, "attempts": 0}
    values["rechecks"] = max(kept.rechecks, dropped.rechecks)
    if kept.alerting == "undated":  # the other's feed or page knew the date
        values["alerting"] = dropped.alerting
    return values


def _move_entries(conn: Connection, keep: int, drop: int) -> None:
    ours = {
        row.feed_id: row.id
        for row in conn.execute(select(entries).where(entries.c.article_id == keep))
    }
    for row in conn.execute(select(entries).where(entries.c.article_id == drop)).all():
        twin = ours.get(row.feed_id)
        if twin is None:
            conn.execute(update(entries).where(entries.c.id == row.id).values(article_id=keep))
            continue
        # the feed showed both: one entry row remains, seen wherever either was seen
        both = select(sightings.c.poll_id).where(sightings.c.entry_id == twin)
        conn.execute(
            delete(sightings).where(sightings.c.entry_id == row.id, sightings.c.poll_id.in_(both))
        )
        conn.execute(update(sightings).where(sightings.c.entry_id == row.id).values(entry_id=twin))
        conn.execute(delete(entries).where(entries.c.id == row.id))


def _move_matches(conn: Connection, keep: int, drop: int) -> None:
    ours = {
        row.watchlist_id: row.id
        for row in conn.execute(select(matches).where(matches.c.article_id == keep))
    }
    for row in conn.execute(select(matches).where(matches.c.article_id == drop)).all():
        twin = ours.get(row.watchlist_id)
        if twin is None:
            conn.execute(update(matches).where(matches.c.id == row.id).values(article_id=keep))
            continue
        conn.execute(
            update(alert_watchlists)
            .where(alert_watchlists.c.match_id == row.id)
            .values(match_id=twin)
        )
        replace_match(conn, row.id, twin)
        if row.alerting == "told":
            conn.execute(update(matches).where(matches.c.id == twin).values(alerting="told"))
        conn.execute(delete(matches).where(matches.c.id == row.id))


def _move_edits(conn: Connection, kept: Any, dropped: Any, numbers: Mapping[int, int]) -> None:
    """What was changed in the one page was changed in this one; `numbers`: revision → as it is now.

    Edits that nobody was told of yet are told with the text of both.
    """
    theirs = select(article_edits).where(article_edits.c.article_id == dropped.id)
    for row in conn.execute(theirs).all():
        lags = row.text_mark > dropped.matched_mark
        conn.execute(
            update(article_edits)
            .where(article_edits.c.id == row.id)
            .values(
                article_id=kept.id,
                before_n=numbers.get(row.before_n, row.before_n),
                after_n=None if row.after_n is None else numbers.get(row.after_n, row.after_n),
                text_mark=max(kept.text_mark, dropped.text_mark) + 1 if lags else 0,
            )
        )


def _move_revisions(conn: Connection, keep: int, drop: int) -> dict[int, int]:
    """Returns the number each revision of the other had → the number it has."""
    ours = select(revisions.c.text_hash, revisions.c.n).where(revisions.c.article_id == keep)
    known = {row.text_hash: row.n for row in conn.execute(ours)}
    numbers: dict[int, int] = {}
    last = (
        conn.execute(
            select(func.max(revisions.c.n)).where(revisions.c.article_id == keep)
        ).scalar_one_or_none()
        or 0
    )
    rows = conn.execute(
        select(revisions).where(revisions.c.article_id == drop).order_by(revisions.c.n)
    ).all()
    for row in rows:
        if row.text_hash in known:
            numbers[row.n] = known[row.text_hash]
            conn.execute(delete(revisions).where(revisions.c.id == row.id))
            continue
        last += 1
        numbers[row.n] = last
        conn.execute(
            update(revisions).where(revisions.c.id == row.id).values(article_id=keep, n=last)
        )
    return numbers
