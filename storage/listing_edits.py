"""The versions of an article, each with what it changed in the one before, ready for JSON."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from newsroom.edits_diff import Piece, diff
from storage.coverage_tables import article_edits
from storage.database import Database
from storage.listing_base import Json, iso, resolve_article
from storage.tables import articles, revisions


def history(db: Database, article_id: int) -> list[Json] | None:
    """The versions of the article of this id (or of one that turned out to be it), oldest first.

    Each is `{"n","at","origin","kinds","diff"}`: `origin` is `feed`, `page` or `refetch`; `kinds`
    are those of an edit that a re-fetch found; `diff` are pairs of a sign (`=`, `-`, `+`) and text,
    against the version before, headline first. A withdrawal has no `n` and no `diff`, and `detail`
    says how the page said so. None where there is no such article.
    """
    with db.read() as conn:
        found = resolve_article(conn, article_id)
        if conn.execute(select(articles.c.id).where(articles.c.id == found)).first() is None:
            return None
        ours = select(revisions).where(revisions.c.article_id == found).order_by(revisions.c.n)
        versions = conn.execute(ours).all()
        edits = conn.execute(
            select(article_edits)
            .where(article_edits.c.article_id == found)
            .order_by(article_edits.c.id)
        ).all()
    kinds = {edit.after_n: list(edit.kinds) for edit in edits if edit.after_n is not None}
    gone = [edit for edit in edits if edit.after_n is None]
    lines: list[Json] = []
    for at, version in enumerate(versions):
        text = _text(version)
        pieces = diff(_text(versions[at - 1]), text) if at else (Piece("=", text),)
        lines.append(
            {
                "n": version.n,
                "at": iso(version.at),
                "origin": version.origin,
                "kinds": kinds.get(version.n, []),
                "diff": [list(piece) for piece in pieces],
            }
        )
        lines += [_withdrawal(edit) for edit in gone if edit.before_n == version.n]
    return lines


def _text(version: Any) -> str:
    return f"{version.title}\n\n{version.body or version.summary}".rstrip()


def _withdrawal(edit: Any) -> Json:
    return {
        "n": None,
        "at": iso(edit.at),
        "origin": "refetch",
        "kinds": list(edit.kinds),
        "detail": edit.detail,
        "diff": [],
    }
