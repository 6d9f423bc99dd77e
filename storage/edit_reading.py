"""Edits of pages, read: those of a text that is being matched, and those a mail tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from newsroom.edits import Edit, EditKind, Version
from newsroom.stories_news import News
from storage.claims import FoundMatch
from storage.coverage_tables import article_edits
from storage.outbox_tables import matches
from storage.tables import revisions


def pending_edits(conn: Connection, row: Any) -> list[Any]:
    """Edits that came with the texts of this article that were not matched yet, oldest first."""
    if not row.rechecks:  # nothing is asked of the many articles that nobody looked at again
        return []
    query = select(article_edits).where(
        article_edits.c.article_id == row.id,
        article_edits.c.text_mark > row.matched_mark,
        article_edits.c.text_mark <= row.text_mark,
    )
    return list(conn.execute(query.order_by(article_edits.c.id)))


def changed_terms(conn: Connection, row: Any, found: Sequence[FoundMatch]) -> set[int]:
    """Watchlists of which a term came or went between the text matched last and this one.

    To be asked before the evidence of this text is written. One that never met the article has
    none; nor has one whose rule is another by now.
    """
    now = {match.watchlist_id: match for match in found}
    changed = set()
    for old in conn.execute(select(matches).where(matches.c.article_id == row.id)):
        match = now.get(old.watchlist_id)
        if match is not None and match.watchlist_version != old.watchlist_version:
            continue
        before = {hit["term"] for hit in old.hits} if old.text_mark == row.matched_mark else set()
        after = {hit.term for hit in match.hits} if match is not None else set()
        if before != after:
            changed.add(int(old.watchlist_id))
    return changed


def note_terms(conn: Connection, edit: Any) -> None:
    """The edit changed a watch term too."""
    kinds = ({*edit.kinds} | {EditKind.TERM.value}) - {EditKind.TEXT.value}
    conn.execute(
        update(article_edits).where(article_edits.c.id == edit.id).values(kinds=sorted(kinds))
    )


def read_edit(conn: Connection, spans: Iterable[News]) -> Edit | None:
    """What changed in an article from the first edit among these news to the last; None: none."""
    ids = [span.edit for span in spans if span.edit]
    if not ids:
        return None
    query = select(article_edits).where(article_edits.c.id.in_(ids)).order_by(article_edits.c.id)
    edits = conn.execute(query).all()
    if not edits:
        return None
    first, last = edits[0], edits[-1]
    after_n = next((e.after_n for e in reversed(edits) if e.after_n is not None), first.before_n)
    before = _version(conn, first.article_id, first.before_n)
    kinds = {kind for edit in edits for kind in edit.kinds}
    return Edit(
        kinds=tuple(kind for kind in EditKind if kind.value in kinds),
        before=before,
        after=before if after_n == first.before_n else _version(conn, first.article_id, after_n),
        at=last.at,
        seen_at=last.seen_at,
        withdrawn=(last.detail or "404") if last.after_n is None else None,
    )


def _version(conn: Connection, article_id: int, n: int) -> Version:
    row = conn.execute(
        select(revisions.c.title, revisions.c.body, revisions.c.summary).where(
            revisions.c.article_id == article_id, revisions.c.n == n
        )
    ).one_or_none()
    return Version("", "") if row is None else Version(row.title, row.body or row.summary)
