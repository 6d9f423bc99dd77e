"""The articles that the entries of one document could be, looked up in a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from newsroom.identity import SAME_TITLE_WINDOW, EntryFacts, KnownArticle
from storage.database import Database
from storage.tables import article_urls, articles, entries

PORTION = 500
"""Values asked for in one query: databases take no endless list."""


@dataclass
class _Article:
    source_id: str
    first_seen_at: datetime
    urls: set[str] = field(default_factory=set)
    guids: set[tuple[int, str]] = field(default_factory=set)
    shown: set[tuple[str, datetime | None]] = field(default_factory=set)
    """(title key, published) as the article has them and as feeds showed them: a page's own date
    may differ from its feed's by a minute, and must not hide the article from its feed."""


class Known:
    """What is known of articles that some entry could be; learns as entries find their places."""

    def __init__(self, conn: Connection, feed: Any, facts: Sequence[EntryFacts]) -> None:
        self.rows: dict[int, Any] = {}
        """Article → its row among the entries of this feed."""
        self.texts: dict[int, set[str]] = {}
        """Article → hashes of the words any feed shows for it."""
        self._articles: dict[int, _Article] = {}
        self._by_key: dict[tuple[str, str], set[int]] = {}
        self._read(conn, feed.id, _candidates(conn, feed, facts))

    def _read(self, conn: Connection, feed_id: int, ids: set[int]) -> None:
        for row in _in(conn, select(articles), articles.c.id, ids):
            self._articles[row.id] = _Article(row.source_id, row.first_seen_at)
            self._note(row.id, title=row.title_key_hash, published_at=row.published_at)
        for row in _in(conn, select(article_urls), article_urls.c.article_id, ids):
            self._note(row.article_id, url=row.canonical_url)
        for row in _in(conn, select(entries), entries.c.article_id, ids):
            guid = (row.feed_id, row.guid) if row.guid else None
            self._note(
                row.article_id, guid=guid, title=row.title_hash, published_at=row.published_at
            )
            self.texts.setdefault(row.article_id, set()).update((row.shown_hash, row.title_hash))
            if row.feed_id == feed_id:
                self.rows[row.article_id] = row

    def candidates(self, facts: EntryFacts) -> list[KnownArticle]:
        """The articles this entry could be by one of its keys."""
        keys = [("url", facts.canonical_url), ("guid", facts.identity_guid)]
        keys.append(("title", facts.title_key))
        ids = {i for kind, key in keys if key for i in self._by_key.get((kind, key), ())}
        return [known for article_id in ids for known in self._views(article_id)]

    def lacks(self, article_id: int, url: str) -> bool:
        """The article was known before, and not by this canonical URL."""
        article = self._articles.get(article_id)
        return article is not None and url not in article.urls

    def _views(self, article_id: int) -> Iterable[KnownArticle]:
        """The article under each title and date it is known by."""
        article = self._articles[article_id]
        urls, guids = frozenset(article.urls), frozenset(article.guids)
        for title, published_at in article.shown:
            yield KnownArticle(
                id=article_id,
                canonical_urls=urls,
                feed_guids=guids,
                title_key=title,
                source_id=article.source_id,
                published_at=published_at,
                first_seen_at=article.first_seen_at,
            )

    def learn(self, article_id: int, facts: EntryFacts) -> None:
        """The entry is this article; a later one of the same document may be it too."""
        if article_id not in self._articles:
            self._articles[article_id] = _Article(facts.source_id, facts.seen_at)
        guid = (facts.feed_id, facts.identity_guid) if facts.identity_guid else None
        self._note(
            article_id,
            url=facts.canonical_url,
            guid=guid,
            title=facts.title_key,
            published_at=facts.published_at,
        )

    def _note(
        self,
        article_id: int,
        *,
        url: str | None = None,
        guid: tuple[int, str] | None = None,
        title: str | None = None,
        published_at: datetime | None = None,
    ) -> None:
        article = self._articles[article_id]
        if url:
            article.urls.add(url)
            self._by_key.setdefault(("url", url), set()).add(article_id)
        if guid:
            article.guids.add(guid)
            self._by_key.setdefault(("guid", guid[1]), set()).add(article_id)
        if title is not None:
            article.shown.add((title, published_at))
            self._by_key.setdefault(("title", title), set()).add(article_id)


def unknown_urls(db: Database, urls: Sequence[str]) -> frozenset[str]:
    """Those of these canonical URLs that no article is known by."""
    with db.read() as conn:
        rows = _in(conn, select(article_urls.c.canonical_url), article_urls.c.canonical_url, urls)
        return frozenset(urls) - {row.canonical_url for row in rows}


def _candidates(conn: Connection, feed: Any, facts: Sequence[EntryFacts]) -> set[int]:
    urls = {f.canonical_url for f in facts if f.canonical_url}
    guids = {f.identity_guid for f in facts if f.identity_guid}
    dated = [f for f in facts if f.title_key and f.published_at]
    titles = {f.title_key for f in dated}
    ids: set[int] = set()
    for row in _in(conn, select(article_urls), article_urls.c.canonical_url, urls):
        ids.add(row.article_id)
    by_guid = select(entries.c.article_id).where(entries.c.feed_id == feed.id)
    for row in _in(conn, by_guid, entries.c.guid, guids):
        ids.add(row.article_id)
    if dated:  # some titles come back every day: only the window's count
        since = dated[0].seen_at - SAME_TITLE_WINDOW
        by_title = select(articles.c.id).where(
            articles.c.source_id == feed.source_id, articles.c.first_seen_at >= since
        )
        for row in _in(conn, by_title, articles.c.title_key_hash, titles):
            ids.add(row.id)
    return ids


def _in(conn: Connection, query: Any, column: Any, values: Iterable[Any]) -> Iterable[Any]:
    """Rows whose column is one of `values`, asked in portions."""
    todo = list(values)
    for start in range(0, len(todo), PORTION):
        yield from conn.execute(query.where(column.in_(todo[start : start + PORTION])))
