"""Entries to articles: which article each entry is, what is new, what changed.

Everything here runs inside the poll's transaction, under the story lock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, StatementError

from newsroom.identity import EntryFacts, pick, text_hash
from newsroom.sights import POLLING, Look, first_sight
from newsroom.stories_reading import StoryText, story_text
from storage.claims import KeyedEntry, PollOutcome, SourceRules
from storage.database import Database
from storage.known import Known
from storage.revisions import feed_hash, revise_by_feed
from storage.story_notes import story_time
from storage.story_parting import new_story
from storage.story_places import Placing
from storage.tables import (
    article_aliases,
    article_urls,
    articles,
    entries,
    raw_entries,
    revisions,
)

log = logging.getLogger("wirewatch.storage")


@dataclass
class Shelf:
    """What became of a document's entries."""

    new: list[int] = field(default_factory=list)
    """Articles first seen here, oldest first."""
    revised: list[int] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    """Entry row → position in the document."""
    raw: list[str] = field(default_factory=list)
    """Why entries were kept raw."""


@dataclass
class _Batch:
    """The poll at hand, for the functions that place its entries."""

    db: Database
    conn: Connection
    feed: Any
    poll_id: int
    outcome: PollOutcome
    rules: SourceRules
    late: str | None
    look: Look
    shelf: Shelf
    _placing: Placing | None = None

    @property
    def placing(self) -> Placing:
        """Made by the first entry that needs it: most polls bring nothing new."""
        if self._placing is None:
            window = self.rules.story_window
            self._placing = Placing(self.db, self.conn, self.outcome.now, window)
        return self._placing


@dataclass(frozen=True)
class _Sight:
    """An entry row, and whether title and summary (or the title) are new for the article."""

    entry_id: int
    changed: bool
    new_title: bool


def shelve(
    db: Database,
    conn: Connection,
    feed: Any,
    poll_id: int,
    outcome: PollOutcome,
    rules: SourceRules,
    late: str | None,
    look: Look = POLLING,
) -> Shelf:
    """Give every entry its article: known, revised or new.

    An entry the database refuses is kept raw with its reason and costs the others nothing.
    """
    batch = _Batch(db, conn, feed, poll_id, outcome, rules, late, look, Shelf())
    placed = list(reversed(list(enumerate(outcome.entries))))  # oldest first: ids follow time
    saved = Shelf()
    try:
        with conn.begin_nested():
            _place(batch, placed)
            saved = batch.shelf
    except (StatementError, ValueError) as error:
        _let_pass(error)
        log.warning("a feed's entries are stored one by one", extra={"feed": feed.id})
        for position, keyed in placed:
            batch.shelf = Shelf()
            try:
                with conn.begin_nested():
                    _place(batch, [(position, keyed)])
            except (StatementError, ValueError) as error:
                _let_pass(error)
                batch.shelf = Shelf()
                _keep_raw(batch, repr(keyed.entry), f"{type(error).__name__}: {error}")
            _add(saved, batch.shelf)
    batch.shelf = saved
    for rejected in outcome.rejected:
        _keep_raw(batch, rejected.raw, rejected.reason)
    return batch.shelf


def _let_pass(error: Exception) -> None:
    """What the database itself suffers is no entry's fault: it ends the whole poll."""
    if isinstance(error, (OperationalError, InterfaceError, InternalError)):
        raise error


def _add(whole: Shelf, part: Shelf) -> None:
    whole.new += part.new
    whole.revised += part.revised
    whole.seen |= part.seen
    whole.raw += part.raw


def _keep_raw(batch: _Batch, raw: str, reason: str) -> None:
    clean = raw.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")[:20_000]
    why = reason.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")[:500]
    batch.conn.execute(
        batch.db.insert(raw_entries)
        .values(
            feed_id=batch.feed.id,
            poll_id=batch.poll_id,
            raw=clean,
            reason=why,
            raw_hash=text_hash(clean),
        )
        .on_conflict_do_nothing()
    )
    batch.shelf.raw.append(why)


def _place(batch: _Batch, placed: Sequence[tuple[int, KeyedEntry]]) -> None:
    shown = frozenset(k.canonical_url for k in batch.outcome.entries if k.canonical_url)
    judged = [_facts(batch, item, shown) for _, item in placed]
    known = Known(batch.conn, batch.feed, judged)
    for (position, item), facts in zip(placed, judged, strict=True):
        found = pick(facts, known.candidates(facts))
        if found is None:
            article_id = _new_article(batch, item)
            batch.shelf.new.append(article_id)
        else:
            article_id = found[0].id
        sight = _sight(batch, known, article_id, item, facts.identity_guid)
        if found is not None and sight.changed:
            _revise(batch, article_id, item, sight)
        known.learn(article_id, facts)
        batch.shelf.seen.setdefault(sight.entry_id, position)


def _revise(batch: _Batch, article_id: int, item: KeyedEntry, sight: _Sight) -> None:
    if revise_by_feed(
        batch.conn, article_id, batch.feed.id, item, batch.outcome.now, new_title=sight.new_title
    ):
        batch.shelf.revised.append(article_id)
        if not _has_page(batch.conn, article_id):
            text = entry_story(item, batch.feed.source_id, batch.outcome.now)
            batch.placing.put(article_id, text, page=False)


def _has_page(conn: Connection, article_id: int) -> bool:
    page = select(articles.c.page).where(articles.c.id == article_id)
    return conn.execute(page).scalar() is not None


def entry_story(item: KeyedEntry, source_id: str, seen: datetime) -> StoryText:
    """What of an entry's words decides its story."""
    entry = item.entry
    return story_text(
        entry.title,
        entry.summary,
        source=source_id,
        url=item.canonical_url or entry.url,
        at=story_time(entry.published_at, seen),
    )


def _key(item: KeyedEntry) -> str:
    return text_hash(item.title_key) if item.title_key else ""


def _facts(batch: _Batch, item: KeyedEntry, shown: frozenset[str]) -> EntryFacts:
    return EntryFacts(
        canonical_url=item.canonical_url,
        feed_id=batch.feed.id,
        guid=item.entry.guid,
        guid_unique=item.entry.guid_unique,
        title_key=_key(item),
        source_id=batch.feed.source_id,
        published_at=item.entry.published_at,
        seen_at=batch.outcome.now,
        shown_urls=shown,
    )


def _sight(
    batch: _Batch, known: Known, article_id: int, item: KeyedEntry, guid: str | None
) -> _Sight:
    """Note that the feed shows this article, and whether its words are others than before.

    At a first sight in another feed they are compared with what any feed shows.
    """
    entry = item.entry
    digest = feed_hash(entry.title, entry.summary)
    now_shown = {
        "guid": guid,
        "url": entry.url,
        "canonical_url": item.canonical_url,
        "title": entry.title,
        "title_hash": _key(item),
        "shown_hash": digest,
        "published_at": entry.published_at,
        "published_raw": entry.published_raw,
        "updated_at": entry.updated_at,
    }
    told = known.texts.setdefault(article_id, set())
    changed, new_title = digest not in told, _key(item) not in told
    told |= {digest, _key(item)}
    row = known.rows.get(article_id)
    if row is None:
        inserted = batch.conn.execute(
            insert(entries)
            .values(
                feed_id=batch.feed.id,
                article_id=article_id,
                first_poll_id=batch.poll_id,
                last_poll_id=batch.poll_id,
                **now_shown,
            )
            .returning(entries)
        ).one()
        known.rows[article_id] = inserted
        if item.canonical_url and known.lacks(article_id, item.canonical_url):
            _learn_url(batch, article_id, item)
        return _Sight(int(inserted.id), changed, new_title)
    if row.shown_hash != digest:
        changed, new_title = True, row.title_hash != _key(item)
    if changed or row.guid != guid or row.url != entry.url:
        batch.conn.execute(update(entries).where(entries.c.id == row.id).values(now_shown))
        if item.canonical_url:
            _learn_url(batch, article_id, item)
    return _Sight(int(row.id), changed, new_title)


def _learn_url(batch: _Batch, article_id: int, item: KeyedEntry) -> None:
    """The article is shown under this URL now: used to fetch, and known as its alias.

    A page that could not be had at the address before is looked for at the new one.
    """
    new = batch.conn.execute(
        batch.db.insert(article_urls)
        .values(canonical_url=item.canonical_url, article_id=article_id)
        .on_conflict_do_nothing()
    ).rowcount
    shown = {"url": item.entry.url, "page_host": item.page_host}
    batch.conn.execute(update(articles).where(articles.c.id == article_id).values(shown))
    if new and item.page_host is not None:
        batch.conn.execute(
            update(articles)
            .where(articles.c.id == article_id, articles.c.page.is_(None))
            .values(page_due_at=batch.outcome.now, page_failed_since=None, attempts=0)
        )


def _own_id(db: Database) -> dict[str, Any]:
    """An id no article ever had: SQLite gives out that of a newest row again that was merged."""
    if db.dialect != "sqlite":
        return {}
    newest = select(func.coalesce(func.max(articles.c.id), 0)).scalar_subquery()
    merged = select(func.coalesce(func.max(article_aliases.c.old_id), 0)).scalar_subquery()
    return {"id": func.max(newest, merged) + 1}


def _new_article(batch: _Batch, item: KeyedEntry) -> int:
    entry, now = item.entry, batch.outcome.now
    text = item.story or entry_story(item, batch.feed.source_id, now)
    joined = batch.placing.story_of(text, now)
    story_id = joined or new_story(batch.conn, now)
    fetchable = item.page_host is not None
    sight = first_sight(
        batch.look,
        first_poll=batch.feed.first_ok_at is None,
        late_poll=batch.late,
        published_at=item.place or entry.published_at or entry.updated_at,
        first_seen_at=now,
        backfill=batch.rules.backfill_alerts,
    )
    article_id = int(
        batch.conn.execute(
            insert(articles)
            .values(
                **_own_id(batch.db),
                source_id=batch.feed.source_id,
                story_id=story_id,
                url=entry.url,
                canonical_url=item.canonical_url,
                state="listed",
                title=entry.title,
                title_key_hash=_key(item),
                summary=entry.summary,
                published_at=entry.published_at,
                published_raw=entry.published_raw,
                modified_at=entry.updated_at,
                first_seen_at=now,
                language=batch.rules.language,
                authors=list(entry.authors),
                captions=[],
                images=[],
                tags=list(entry.tags),
                warnings=[],
                alerting=sight.alerting,
                late=sight.late,
                page_priority=sight.priority,
                backfill_id=batch.look.backfill_id,
                poll_id=batch.poll_id,
                text_mark=1,
                page_host=item.page_host,
                page_due_at=now if fetchable else None,
                page_settled=not fetchable,
            )
            .returning(articles.c.id)
        ).scalar_one()
    )
    if item.canonical_url:
        batch.conn.execute(
            insert(article_urls).values(canonical_url=item.canonical_url, article_id=article_id)
        )
    batch.conn.execute(
        insert(revisions).values(
            article_id=article_id,
            n=1,
            origin="feed",
            feed_id=batch.feed.id,
            title=entry.title,
            summary=entry.summary,
            text_hash=feed_hash(entry.title, entry.summary),
            at=now,
        )
    )
    batch.placing.put_new(article_id, text, alone=joined is None)
    return article_id
