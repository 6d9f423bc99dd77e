"""Article pages: claim one per host, and commit what came of it in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select, true, update
from sqlalchemy.sql import ColumnElement

from newsroom.identity import text_hash, title_key
from newsroom.model import PageContent
from newsroom.polling import RETRY_AFTER_MAX, alerting_by_page
from newsroom.reasons import Reason
from newsroom.rechecks import is_lost
from storage import leases
from storage.claims import PAGE_LEASE_S, ClaimedPage, PageIn, PageOut, SourceRules
from storage.database import Database
from storage.merging import adopt_urls
from storage.notices import raise_notice
from storage.polls import MAX_CRASHES
from storage.recheck import AGAIN, commit_look, fail_look, is_look, looked
from storage.revisions import page_hash, write_revision
from storage.story_places import Placing
from storage.tables import articles
from storage.told import release_waiting
from storage.walls import as_wall, stands_for_others

FARTHEST_RETRY = RETRY_AFTER_MAX + timedelta(hours=1)
"""A page due farther ahead than the longest wait was planned by a clock that jumped."""


def _due(now: datetime) -> ColumnElement[bool]:
    """A page is looked at again when all that is known of it is matched: what it shows by then is
    told apart from what a feed did."""
    return and_(
        or_(articles.c.page_priority != AGAIN, articles.c.matched_mark >= articles.c.text_mark),
        articles.c.page_due_at.is_not(None),
        articles.c.quarantined_at.is_(None),
        or_(articles.c.page_due_at <= now, articles.c.page_due_at > now + FARTHEST_RETRY),
    )


_ORDER = case((articles.c.page_priority == AGAIN, 15), else_=articles.c.page_priority * 10)
"""A look comes behind new pages, before those of a backfill."""


def _once(since: datetime | None) -> ColumnElement[bool]:
    """What one pass that began at `since` may try: a page that failed in it waits for the next."""
    if since is None:
        return true()
    return or_(articles.c.page_due_at <= since, articles.c.page_failed_since.is_(None))


def due_page_hosts(db: Database, now: datetime, *, since: datetime | None = None) -> list[str]:
    """Hosts that have a page to fetch (in the pass that began at `since`)."""
    query = (
        select(articles.c.page_host)
        .where(_due(now), _once(since), leases.free(db, articles, now))
        .group_by(articles.c.page_host)
        .order_by(articles.c.page_host)
    )
    with db.read() as conn:
        return [host for (host,) in conn.execute(query)]


def claim_page(
    db: Database, host: str, *, owner: str, now: datetime, since: datetime | None = None
) -> ClaimedPage | None:
    """Take the next page of a host: matched first, then newest first, backfill last.

    `since`: in the pass that began then, each page is tried once.
    """
    wanted = _due(now) & (articles.c.page_host == host) & _once(since)
    query = (
        select(articles.c.id)
        .where(wanted, leases.free(db, articles, now))
        .order_by(_ORDER, articles.c.first_seen_at.desc(), articles.c.id.desc())
        .limit(1)
    )
    with db.write() as conn:
        article_id = conn.execute(query.with_for_update(skip_locked=True)).scalar()
        if article_id is None:
            return None
        token = leases.claim(
            db,
            conn,
            articles,
            article_id,
            owner=owner,
            now=now,
            seconds=PAGE_LEASE_S,
            where=wanted,
        )
        if token is None:
            return None
        row = conn.execute(select(articles).where(articles.c.id == article_id)).one()
    return ClaimedPage(
        id=row.id,
        token=token,
        source_id=row.source_id,
        url=row.url,
        canonical_url=row.canonical_url,
        host=row.page_host,
        failures=row.attempts - 1,
        failed_since=row.page_failed_since,
        crashes=row.crashes,
        settled=row.state in ("fetched", "partial"),
        published_at=row.published_at,
    )


def commit_page(
    db: Database, claim: ClaimedPage, page: PageIn, rules: SourceRules, now: datetime
) -> int:
    """Store a read page: revision, aliases, story; the id the article has afterwards.

    An alias that already is another article merges the two, the earlier id staying. Raises
    LeaseLost when the page was taken over.
    """
    with db.write() as conn:
        db.story_lock(conn)
        row = leases.hold(conn, articles, claim.id, claim.token)
        if page.story is not None and stands_for_others(conn, row, page.story.marks):
            page = as_wall(page)
        if is_look(row) and commit_look(conn, row, page, _page_values(row, page, rules), now):
            return int(row.id)
        if row.state == "fetched" and _is_less(row, page):
            conn.execute(update(articles).where(articles.c.id == row.id).values(_KEPT))
            return int(row.id)
        placing = Placing(db, conn, now, rules.story_window) if page.story is not None else None
        content = page.content
        title = _title(row, page)
        write_revision(
            conn,
            row.id,
            text_hash=page_hash(title, content.body),
            now=now,
            values={
                "origin": "refetch" if row.state == "fetched" else "page",
                "title": title,
                "subtitle": content.subtitle,
                "summary": row.summary,
                "body": content.body,
            },
        )
        conn.execute(
            update(articles)
            .where(articles.c.id == row.id)
            .values(_page_values(row, page, rules) | _first_in(row, now))
        )
        article_id = adopt_urls(db, conn, row.id, page.aliases, now)
        if placing is not None and page.story is not None:
            placing.put(article_id, page.story, page=True)
    return article_id


_KEPT: dict[str, Any] = {
    **leases.FREE,
    "attempts": 0,
    "crashes": 0,
    "reason": Reason.OK.value,
    "page_due_at": None,
    "page_failed_since": None,
    "text_mark": articles.c.text_mark + 1,
}
"""Of an article whose page was fetched again and brought less than it has."""


def _is_less(row: Any, page: PageIn) -> bool:
    """A wall, a fragment or a lost layout never takes the place of a page that was read whole."""
    content = page.content
    lost = is_lost(row.body, content.body, same_reader=content.page == row.page)
    return page.state != "fetched" or lost


def _first_in(row: Any, now: datetime) -> dict[str, Any]:
    """From when its looks are counted, and when it was last there."""
    looks = looked(row, now) if is_look(row) else {}
    return {"recheck_from": row.recheck_from or now, "page_seen_at": now, **looks}


def _title(row: Any, page: PageIn) -> str:
    """The page's headline; a wall's or a fragment's never replaces the feed's."""
    if page.state == "fetched" or not row.title:
        return page.content.title or str(row.title)
    return str(row.title)


def _page_values(row: Any, page: PageIn, rules: SourceRules) -> dict[str, Any]:
    content: PageContent = page.content
    title = _title(row, page)
    values: dict[str, Any] = {
        **leases.FREE,
        "attempts": 0,
        "crashes": 0,
        "state": page.state,
        "reason": Reason.OK.value,
        "title": title,
        "title_key_hash": text_hash(title_key(title)) if title else "",
        "subtitle": content.subtitle,
        "body": content.body,
        "published_at": content.published_at or row.published_at,
        "modified_at": content.modified_at or row.modified_at,
        "language": content.language or row.language,
        "section": content.section,
        "credit": content.credit,
        "dateline": content.dateline,
        "authors": list(content.authors or row.authors),
        "captions": list(content.captions),
        "images": list(content.images),
        "tags": list(content.tags or row.tags),
        "page": content.page,
        "warnings": list(content.warnings),
        "page_due_at": None,
        "page_settled": True,
        "page_failed_since": None,
        # matched once more even if the words are the feed's: that also releases waiting alerts
        "text_mark": row.text_mark + 1,
    }
    if row.alerting == "undated":
        values["alerting"] = alerting_by_page(
            published_at=content.published_at,
            first_seen_at=row.first_seen_at,
            backfill=rules.backfill_alerts,
        )
    return values


def fail_page(db: Database, claim: ClaimedPage, out: PageOut, now: datetime) -> None:
    """Record why a page could not be had; the feed text stands.

    `gone` for 404 and 410; else `failed`, tried again at `retry_at` (None: never, and alerts need
    not wait for it). Raises LeaseLost when the page was taken over.
    """
    with db.write() as conn:
        db.story_lock(conn)  # alerts are released: in the order of locks all others take
        row = leases.hold(conn, articles, claim.id, claim.token)
        if is_look(row) and not out.crashed:
            fail_look(conn, row, out, now)
            return
        final = out.retry_at is None
        values: dict[str, Any] = {
            **leases.FREE,
            "reason": out.reason.value,
            "page_due_at": out.retry_at,
            "page_failed_since": row.page_failed_since or now,
        }
        if claim.settled:  # a failed re-fetch leaves the page we have
            values["page_settled"] = True
        else:
            values["state"] = "gone" if final and out.reason is Reason.GONE else "failed"
        if out.crashed:
            values["crashes"] = row.crashes + 1
            if row.crashes + 1 >= MAX_CRASHES:
                final = True
                values |= {"quarantined_at": now, "page_due_at": None}
                raise_notice(
                    conn,
                    f"article:{row.id}:quarantined",
                    f"{row.source_id}: reading {row.url} killed a worker {MAX_CRASHES} times; "
                    "the article stands on its feed text",
                    now,
                )
        if final:
            values["page_settled"] = True
            if row.alerting == "undated":
                values["alerting"] = "silent"
            release_waiting(conn, row.id, now)
        conn.execute(update(articles).where(articles.c.id == row.id).values(values))


def next_page_due_at(db: Database) -> datetime | None:
    """The soonest due time of any page."""
    with db.read() as conn:
        found: datetime | None = conn.execute(
            select(func.min(articles.c.page_due_at)).where(
                articles.c.page_due_at.is_not(None), articles.c.quarantined_at.is_(None)
            )
        ).scalar()
    return found
