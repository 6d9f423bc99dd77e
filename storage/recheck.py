"""Pages of matched articles are looked at again: when, and what is written of a look.

The times are the decisions of `newsroom.rechecks`; a look is an ordinary page of `storage.pages`
with a priority of its own. What a look finds changed is a revision and an edit; it moves no story
and adds nothing to what a story knows, so another outlet's report of the same is still news.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from newsroom.edits import EditKind, Version, edit_kinds
from newsroom.reasons import Reason
from newsroom.rechecks import (
    RETRY_FOR,
    is_lost,
    look_after_failure,
    looks_made,
    next_look,
    says_gone,
)
from storage import leases
from storage.claims import PageIn, PageOut
from storage.coverage_tables import article_edits
from storage.revisions import page_hash, write_revision
from storage.tables import article_urls, articles, revisions

AGAIN = 3
"""`articles.page_priority` of a page that is looked at again: behind new pages, before backfill."""
GONE_WORDS = (Reason.GONE.value, Reason.MOVED.value)
"""Reasons of a look that found the page withdrawn; it is believed at the second look."""


def is_look(row: Any) -> bool:
    """Whether the page (a row of `articles`) is fetched to see if it changed."""
    return row.page_priority == AGAIN and row.page is not None


def planned(row: Any, now: datetime, *, matched: bool) -> dict[str, Any]:
    """Values that plan the next look at an article that a watchlist met; empty: none is due.

    What a backfill brought is not looked at again.
    """
    if not (matched or row.rechecks) or row.page is None or row.recheck_from is None:
        return {}
    waits = row.page_due_at is not None or row.quarantined_at is not None
    if waits or row.backfill_id is not None or row.state not in ("fetched", "partial"):
        return {}
    first_in = min(row.recheck_from, now)
    due = next_look(first_in, row.rechecks)
    if due is None or now - first_in > RETRY_FOR:
        return {}
    return {"page_due_at": due, "page_priority": AGAIN}


def looked(row: Any, now: datetime) -> dict[str, Any]:
    """Values of an article whose page was looked at: the next look, or no other."""
    first_in = min(row.recheck_from or now, now)
    made = looks_made(first_in, row.rechecks, now)
    due = next_look(first_in, made)
    return {
        **leases.FREE,
        "attempts": 0,
        "crashes": 0,
        "rechecks": made,
        "page_due_at": due,
        "page_priority": AGAIN if due is not None else 0,
        "page_failed_since": None,
    }


def commit_look(
    conn: Connection, row: Any, page: PageIn, values: dict[str, Any], now: datetime
) -> bool:
    """Write what a look found; False: this is the first whole page of the article, and no look.

    `values`: what an article has whose text is this page's. A wall, a fragment, a lost layout and a
    text that stood there before change nothing.
    """
    content = page.content
    if row.state == "partial" and page.state == "fetched":
        return False
    lost = is_lost(row.body, content.body, same_reader=content.page == row.page)
    if page.state != "fetched" or lost:
        if says_gone(content.title, content.body):
            _withdrawn(conn, row, "says_gone", Reason.GONE, now)
        else:
            _set(conn, row, looked(row, now))
        return True
    if _is_another(conn, row, page):
        _withdrawn(conn, row, "elsewhere", Reason.MOVED, now)
        return True
    there = {**looked(row, now), "reason": Reason.OK.value, "page_seen_at": now}
    after = Version(values["title"], values["body"])
    kinds = edit_kinds(Version(row.title, row.body), after, at=row.published_at)
    if not kinds or not _revise(conn, row, page, after, kinds, now):
        _set(conn, row, there)
        return True
    _set(conn, row, values | there)
    return True


def fail_look(conn: Connection, row: Any, out: PageOut, now: datetime) -> None:
    """A page could not be looked at: it is tried again, and what we have of it stays.

    Gone at two looks in a row, it was withdrawn.
    """
    if out.reason.value in GONE_WORDS:
        how = (
            "front_page" if out.reason is Reason.MOVED else "410" if "410" in out.detail else "404"
        )
        _withdrawn(conn, row, how, out.reason, now)
        return
    _fails(conn, row, out.reason, now, again=out.retry_at is not None)


def _fails(conn: Connection, row: Any, reason: Reason, now: datetime, *, again: bool) -> None:
    if not again:  # nothing but time can change it
        _set(conn, row, {**looked(row, now), "reason": reason.value})
        return
    since = row.page_failed_since or now
    due = look_after_failure(row.attempts, since, now)
    values = {**leases.FREE, "reason": reason.value, "page_due_at": due, "page_failed_since": since}
    _set(conn, row, values)


def _withdrawn(conn: Connection, row: Any, how: str, reason: Reason, now: datetime) -> None:
    standing = _newest(conn, row)
    told = conn.execute(
        select(article_edits.c.id).where(
            article_edits.c.article_id == row.id,
            article_edits.c.before_n == standing,
            article_edits.c.after_n.is_(None),
        )
    ).first()
    if told is None and (row.page_failed_since is None or row.reason not in GONE_WORDS):
        since = row.page_failed_since if row.reason in GONE_WORDS else now
        due = look_after_failure(1, since or now, now)
        values = {"reason": reason.value, "page_due_at": due, "page_failed_since": since or now}
        _set(conn, row, {**leases.FREE, **values})
        return
    values = {**looked(row, now), "reason": Reason.GONE.value}
    if told is None:
        values["text_mark"] = row.text_mark + 1  # who asked to be told is told by matching it again
        conn.execute(
            insert(article_edits).values(
                article_id=row.id,
                before_n=standing,
                after_n=None,
                kinds=[EditKind.WITHDRAWN.value],
                detail=how,
                seen_at=row.page_seen_at,
                at=row.page_failed_since or now,
                text_mark=row.text_mark + 1,
            )
        )
    _set(conn, row, values)


def _revise(
    conn: Connection,
    row: Any,
    page: PageIn,
    after: Version,
    kinds: frozenset[EditKind],
    now: datetime,
) -> bool:
    """Keep the version and what of it was changed; False: it stood there before."""
    before = _newest(conn, row)
    new = write_revision(
        conn,
        row.id,
        text_hash=page_hash(after.title, after.body),
        now=now,
        values={
            "origin": "refetch",
            "title": after.title,
            "subtitle": page.content.subtitle,
            "summary": row.summary,
            "body": after.body,
        },
    )
    if not new:
        return False
    conn.execute(
        insert(article_edits).values(
            article_id=row.id,
            before_n=before,
            after_n=_newest(conn, row, title=after.title, body=after.body),
            kinds=sorted(kind.value for kind in kinds),
            seen_at=row.page_seen_at,
            at=now,
            text_mark=row.text_mark + 1,
        )
    )
    return True


def _newest(
    conn: Connection, row: Any, *, title: str | None = None, body: str | None = None
) -> int:
    """The number of the revision that holds the article's text (or this one); else the newest."""
    ours = revisions.c.article_id == row.id
    digest = page_hash(row.title if title is None else title, row.body if body is None else body)
    equal = select(revisions.c.n).where(ours, revisions.c.text_hash == digest)
    found = conn.execute(equal).scalar()
    if found is None:
        query = select(revisions.c.n).where(ours).order_by(revisions.c.n.desc()).limit(1)
        found = conn.execute(query).scalar()
    return int(found or 0)


def _is_another(conn: Connection, row: Any, page: PageIn) -> bool:
    """Whether the address leads to what is known as another article by now."""
    if not page.aliases:
        return False
    query = select(article_urls.c.article_id).where(
        article_urls.c.canonical_url.in_(page.aliases), article_urls.c.article_id != row.id
    )
    return conn.execute(query.limit(1)).first() is not None


def _set(conn: Connection, row: Any, values: dict[str, Any]) -> None:
    conn.execute(update(articles).where(articles.c.id == row.id).values(values))
