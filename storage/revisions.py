"""Revisions: the versions of an article, told apart by their normalised text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from newsroom.identity import text_hash, title_key
from storage.claims import KeyedEntry
from storage.leases import FREE
from storage.tables import articles, revisions


def feed_hash(title: str, summary: str) -> str:
    """Stands for a version known from a feed alone."""
    return text_hash(f"{title_key(title)}\n\n{summary}")


def page_hash(title: str, body: str) -> str:
    """Stands for a version whose page is in: the summary does not count (DESIGN §4)."""
    return text_hash(f"{title_key(title)}\n\n\n{body}")


def write_revision(
    conn: Connection, article_id: int, *, text_hash: str, now: datetime, values: dict[str, Any]
) -> bool:
    """Keep a version unless it equals an earlier one; True where it is new."""
    numbers = conn.execute(
        select(
            func.max(revisions.c.n),
            func.count().filter(revisions.c.text_hash == text_hash),
        ).where(revisions.c.article_id == article_id)
    ).one()
    if numbers[1]:
        return False
    conn.execute(
        insert(revisions).values(
            article_id=article_id, n=(numbers[0] or 0) + 1, text_hash=text_hash, at=now, **values
        )
    )
    return True


def revise_by_feed(
    conn: Connection,
    article_id: int,
    feed_id: int,
    item: KeyedEntry,
    now: datetime,
    *,
    new_title: bool,
) -> bool:
    """A feed shows other words for a known article than before; True for a new version.

    With the page in only the title counts (`new_title`: no feed showed it before), and a changed
    title fetches the page again.
    """
    row = conn.execute(select(articles).where(articles.c.id == article_id)).one()
    entry = item.entry
    has_page = row.state in ("fetched", "partial") and row.page is not None
    if has_page and (not new_title or title_key(entry.title) == title_key(row.title)):
        if entry.summary and not row.summary:
            _set(conn, row, {"summary": entry.summary})
        return False
    digest = page_hash(entry.title, row.body) if has_page else feed_hash(entry.title, entry.summary)
    kept = {"title": entry.title, "summary": entry.summary}
    if has_page:
        kept |= {"subtitle": row.subtitle, "body": row.body}
    if not write_revision(
        conn,
        article_id,
        text_hash=digest,
        now=now,
        values={"origin": "feed", "feed_id": feed_id, **kept},
    ):
        return False
    changed: dict[str, Any] = {
        **kept,
        "title_key_hash": text_hash(title_key(entry.title)) if entry.title else "",
    }
    if title_key(entry.title) != title_key(row.title) and row.page_host is not None:
        # a page that is under way may be the one before: it does not count any more
        changed |= {**FREE, "page_due_at": now, "page_failed_since": None, "attempts": 0}
        if has_page:  # the feed says that it changed: this is no look of ours, and it comes first
            changed["page_priority"] = 0
    _set(conn, row, changed)
    return True


def _set(conn: Connection, row: Any, values: dict[str, Any]) -> None:
    conn.execute(
        update(articles)
        .where(articles.c.id == row.id)
        .values(text_mark=articles.c.text_mark + 1, **values)
    )
