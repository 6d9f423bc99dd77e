"""What a process remembers of stories: the sketches of the window's articles, in memory.

The database is the truth: a memory only proposes articles, whose marks and stories are read from
the tables. It is brought up to date under the story lock from rows whose `seq` is above the last
one read; what a transaction wrote itself is never taken from that same transaction, so nothing of
one that is rolled back stays. Articles that are gone, or left the window, are proposed in vain.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, and_, func, or_, select

from newsroom.stories_index import StoryIndex
from newsroom.stories_marks import Marks, unpack, unpack_sketch
from storage.database import Database
from storage.tables import story_marks

log = logging.getLogger("wirewatch.storage")

T = TypeVar("T")

MANY = 128
"""Rows from which on they are put into the index at once."""
PORTION = 2_000
"""Rows read at a time while a memory is filled."""
SWEEP = timedelta(hours=1)
"""What left the window is forgotten so often."""

_READ = select(
    story_marks.c.seq, story_marks.c.article_id, story_marks.c.seen_at, story_marks.c.marks
)


class StoryMemory:
    """One process's index over one database; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index = StoryIndex()
        self._last: int | None = None
        """The greatest `seq` read; None before it was filled."""
        self._filling = False
        self._swept: datetime | None = None

    def __len__(self) -> int:
        """How many articles it knows."""
        return len(self._index)

    @property
    def filled(self) -> bool:
        """Whether it knows all that was there when it was filled."""
        return self._last is not None

    def like(self, marks: Marks, limit: int) -> list[int]:
        """Articles that may share a text with this one, those that share most first."""
        with self._lock:
            return self._index.like(marks.sketch, limit)

    def catch_up(self, conn: Connection, now: datetime, window: timedelta) -> None:
        """Read what others committed since; the transaction holds the story lock and wrote none.

        A memory that is being filled elsewhere is left as it is, one that never was is filled.
        """
        with self._lock:
            if self._filling:
                return
        if self._last is None:
            self.fill(conn, now, window)
            return
        rows = conn.execute(
            _READ.where(story_marks.c.seq > self._last).order_by(story_marks.c.seq)
        ).all()
        with self._lock:
            self._put(rows, now - window)
            if rows:
                self._last = rows[-1].seq
            if self._swept is None or abs(now - self._swept) >= SWEEP:
                self._index.forget((now - window).timestamp())
                self._swept = now

    def fill(self, conn: Connection, now: datetime, window: timedelta) -> None:
        """Read all of the window, in portions; nobody who looks things up waits for more than one.

        What is written meanwhile comes with the next `catch_up`. Bodies are not read.
        """
        with self._lock:
            if self._filling or self._last is not None:
                return
            self._filling = True
        try:
            top = int(conn.execute(select(func.max(story_marks.c.seq))).scalar() or 0)
            seen, article = now - window, 0
            while True:
                after = or_(
                    story_marks.c.seen_at > seen,
                    and_(story_marks.c.seen_at == seen, story_marks.c.article_id > article),
                )
                rows = conn.execute(
                    _READ.where(story_marks.c.seen_at >= seen, after)
                    .order_by(story_marks.c.seen_at, story_marks.c.article_id)
                    .limit(PORTION)
                ).all()
                with self._lock:
                    self._put(rows, now - window)
                if len(rows) < PORTION:
                    break
                seen, article = rows[-1].seen_at, rows[-1].article_id
            with self._lock:
                self._last, self._swept = top, now
        finally:
            with self._lock:
                self._filling = False

    def _put(self, rows: Sequence[Any], since: datetime) -> None:
        known = [
            (row.article_id, sketch, row.seen_at.timestamp())
            for row in rows
            if row.seen_at >= since and (sketch := _read(row, unpack_sketch)) is not None
        ]
        if len(known) > MANY:
            self._index.put_many(known)
            return
        for article, sketch, seen in known:
            self._index.put(article, sketch, seen)


def read_marks(row: Any) -> Marks | None:
    """The marks of a row; None where another version of this program packed them."""
    return _read(row, unpack)


def _read(row: Any, how: Callable[[bytes], T]) -> T | None:
    try:
        return how(row.marks)
    except ValueError:
        log.warning("marks of another form", extra={"article": row.article_id})
        return None


_memories: WeakKeyDictionary[Database, StoryMemory] = WeakKeyDictionary()
_memories_lock = threading.Lock()


def memory_of(db: Database) -> StoryMemory:
    """The memory of this process for an open database."""
    with _memories_lock:
        return _memories.setdefault(db, StoryMemory())


def warm(db: Database, now: datetime, window: timedelta) -> int:
    """Fill the memory outside any lock, if nobody did; how many articles it knows.

    A database that cannot be read is left to the first look-up.
    """
    memory = memory_of(db)
    with db.read() as conn:
        memory.fill(conn, now, window)
    return len(memory)
