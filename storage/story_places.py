"""Which story an article is in: looked up, decided and written under the story lock (DESIGN §4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from newsroom.stories_index import StoryIndex
from newsroom.stories_marks import Marks
from newsroom.stories_reading import StoryText
from newsroom.stories_ties import choose
from storage import story_candidates
from storage.database import Database
from storage.story_memory import memory_of
from storage.story_moves import members, move_articles
from storage.story_notes import NOTHING, Before, note
from storage.story_parting import part
from storage.tables import articles, stories, story_marks

PROPOSED = 32
"""Articles with like sketches that are looked at."""


class Placing:
    """Places the articles of one transaction.

    Made once in it, after the story lock and before it writes any marks: what it writes itself is
    remembered here, and by the process only when it was committed.
    """

    def __init__(self, db: Database, conn: Connection, now: datetime, window: timedelta) -> None:
        self._db, self._conn, self._now, self._window = db, conn, now, window
        self._memory = memory_of(db)
        self._memory.catch_up(conn, now, window)
        self._own: StoryIndex | None = None
        """What this transaction placed; of what it rolled back nothing is found in the tables."""

    def story_of(self, text: StoryText, seen: datetime) -> int | None:
        """The story that an article not stored yet belongs to; None: one of its own."""
        story = self._look_up(text.marks, seen)
        if story is not None:
            self._conn.execute(
                update(stories)
                .where(stories.c.id == story, stories.c.first_seen_at > seen)
                .values(first_seen_at=seen)
            )
        return story

    def put(self, article_id: int, text: StoryText, *, page: bool) -> None:
        """Note a text of a stored article, and move the article where that says.

        `page`: it is its page's. An article that a person placed stays where it is.
        """
        row = self._row(article_id)
        if not row.story_by_hand:
            self._move(row, text.marks, page=page)
        self._note(article_id, text, page=page)

    def put_new(self, article_id: int, text: StoryText, *, alone: bool) -> None:
        """Note what a feed says of an article just stored in its story; `alone` in a new one."""
        self._note(article_id, text, page=False, known=NOTHING if alone else None)

    def _note(
        self, article_id: int, text: StoryText, *, page: bool, known: Before | None = None
    ) -> None:
        row = self._row(article_id)
        note(self._db, self._conn, row, text, page=page, known=known)
        self._own = self._own or StoryIndex()
        self._own.put(article_id, text.marks.sketch, row.first_seen_at.timestamp())

    def _row(self, article_id: int) -> Any:
        return self._conn.execute(select(*_ROW).where(articles.c.id == article_id)).one()

    def _move(self, row: Any, marks: Marks, *, page: bool) -> None:
        others = [other for other in members(self._conn, row.story_id) if other != row.id]
        target = self._look_up(marks, row.first_seen_at, row, alone=not others)
        if target is None:
            # a flash cannot tell which pieces went on from it, they can
            if others and page and not marks.flash and self._is_first_page(row.id):
                part(self._db, self._conn, row.id, self._now)
        elif target != row.story_id:
            if others:  # two stories are never made one by an article that has to do with both
                part(self._db, self._conn, row.id, self._now, target)
            else:
                self._unite(row, target)

    def _unite(self, row: Any, target: int) -> None:
        """The article's story, its own alone, becomes one with another: the earlier id stays.

        But for a story that a person made: that keeps its own.
        """
        theirs = members(self._conn, target)
        by_hand = select(articles.c.id).where(
            articles.c.story_id == target, articles.c.story_by_hand
        )
        if target < row.story_id or self._conn.execute(by_hand.limit(1)).first():
            move_articles(self._db, self._conn, [row.id], row.story_id, target, self._now)
        else:
            move_articles(self._db, self._conn, theirs, target, row.story_id, self._now)

    def _is_first_page(self, article_id: int) -> bool:
        """Its story was decided by what a feed says of it."""
        query = select(story_marks.c.page).where(story_marks.c.article_id == article_id)
        return self._conn.execute(query).scalar() is False

    def _look_up(
        self, marks: Marks, seen: datetime, row: Any = None, *, alone: bool = True
    ) -> int | None:
        but = row.id if row is not None else None
        found = story_candidates.by_keys(self._conn, marks)
        found |= story_candidates.by_flashes(self._conn, marks, seen)
        found.update(self._memory.like(marks, PROPOSED))
        if self._own is not None:
            found.update(self._own.like(marks.sketch, PROPOSED))
        found.discard(but or 0)
        candidates = story_candidates.read(
            self._conn,
            found,
            seen,
            self._window,
            but=but,
            story=None if alone else row.story_id,
        )
        return choose(marks, candidates, self._window) if candidates else None


_ROW = (
    articles.c.id,
    articles.c.source_id,
    articles.c.story_id,
    articles.c.first_seen_at,
    articles.c.text_mark,
    articles.c.matched_mark,
    articles.c.story_by_hand,
)
