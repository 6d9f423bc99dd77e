"""What the feed of a watchlist's matches shows: its newest stories, each by one article.

A feed is opened by a token, which is the database's to give: it is made of the watchlist's name
and of how often it was renewed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from newsroom.errors import UnknownName
from newsroom.model import ArticleText, Hit
from newsroom.tokens import feed_token
from storage.database import Database
from storage.matching import TEXT_COLUMNS, hits_from_json, text_of
from storage.outbox_tables import matches, watchlists
from storage.tables import articles, meta, sources

STORIES = 100
"""Stories a feed shows."""
NEWEST = 1000
"""Matched articles among which its stories are looked for: the cost of a feed has a bound."""
OTHERS = 20
"""Further articles of one story that are named."""


@dataclass(frozen=True, slots=True)
class FeedKey:
    """Which feed it is, and what opens it."""

    watchlist_id: int
    name: str
    token: str
    removed: bool
    """The watchlist is in force no more."""
    paused_at: datetime | None
    added_at: datetime

    def path(self, form: str) -> str:
        """Where the feed is found, below base_url; `form`: `atom` or `json`.

        The watchlist stands in it by its number, which never changes and needs no quoting.
        """
        return f"/feeds/{self.token}/{self.watchlist_id}.{form}"


@dataclass(frozen=True, slots=True)
class FeedArticle:
    """An article that the watchlist matched."""

    title: str
    url: str | None
    outlet: str


@dataclass(frozen=True, slots=True)
class FeedStory:
    """A story, shown by the article that was matched first."""

    id: int
    article: FeedArticle
    language: str
    published_at: datetime
    """Of the article; first seen where the outlet gives none, or one in the future."""
    updated_at: datetime
    """When the last of its articles was matched."""
    text: ArticleText
    hits: tuple[Hit, ...]
    others: tuple[FeedArticle, ...]
    """Its other matched articles, in the order in which they were."""


def feed_key(db: Database, secret: bytes, watchlist_id: int) -> FeedKey | None:
    """The key of the feed of this watchlist; None where there never was such a one."""
    with db.read() as connection:
        row = connection.execute(
            select(watchlists).where(watchlists.c.id == watchlist_id)
        ).one_or_none()
        return _key(connection, secret, row) if row is not None else None


def feed_key_by_name(db: Database, secret: bytes, name: str) -> FeedKey:
    """The key of the feed of the watchlist in force of this name. Raises UnknownName."""
    with db.read() as connection:
        return _key(connection, secret, _in_force(connection, name))


def renew_feed_key(db: Database, secret: bytes, name: str) -> FeedKey:
    """Give the feed another token; the one of before opens it no more. Raises UnknownName."""
    with db.write() as connection:
        row = _in_force(connection, name)
        times = str(_renewals(connection, row.id) + 1)
        statement = db.insert(meta).values(key=_renewal_key(row.id), value=times)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": times})
        )
        return _key(connection, secret, row)


def feed_stories(db: Database, watchlist_id: int) -> tuple[FeedStory, ...]:
    """The stories of the newest matched articles, those with the newest article first.

    What the rules in force matched no more when it was to be told (`dropped`) is left out.
    """
    mine = (matches.c.watchlist_id == watchlist_id, matches.c.alerting != "dropped")
    # by article, not by time of matching: the index that keeps matches unique has this order
    newest = (
        select(articles.c.story_id)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(*mine)
        .order_by(matches.c.article_id.desc())
        .limit(NEWEST)
    )
    with db.read() as connection:
        ids = list(dict.fromkeys(connection.execute(newest).scalars()))[:STORIES]
        shown = (
            select(
                matches.c.article_id,
                matches.c.hits,
                matches.c.matched_at,
                articles.c.story_id,
                articles.c.title,
                articles.c.url,
                articles.c.published_at,
                articles.c.first_seen_at,
                sources.c.name.label("outlet"),
            )
            .join(articles, articles.c.id == matches.c.article_id)
            .join(sources, sources.c.id == articles.c.source_id)
            .where(*mine, articles.c.story_id.in_(ids))
            .order_by(matches.c.id)
        )
        members = defaultdict[int, list[Any]](list)
        for row in connection.execute(shown):
            members[row.story_id].append(row)
        first = [members[story_id][0].article_id for story_id in ids]
        texts = select(articles.c.id, *TEXT_COLUMNS).where(articles.c.id.in_(first))
        by_id = {row.id: text_of(row) for row in connection.execute(texts)}
    return tuple(_story(story_id, members[story_id], by_id) for story_id in ids)


def _story(story_id: int, rows: Sequence[Row[Any]], texts: dict[int, ArticleText]) -> FeedStory:
    first = rows[0]
    text = texts[first.article_id]
    published = first.published_at or first.first_seen_at
    return FeedStory(
        id=story_id,
        article=_article(first),
        language=text.language or "",
        published_at=min(published, first.first_seen_at),
        updated_at=max(row.matched_at for row in rows),
        text=text,
        hits=hits_from_json(first.hits),
        others=tuple(_article(row) for row in rows[1 : OTHERS + 1]),
    )


def _article(row: Row[Any]) -> FeedArticle:
    return FeedArticle(title=row.title, url=row.url, outlet=row.outlet)


def _in_force(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(
        select(watchlists).where(watchlists.c.name == name, watchlists.c.removed_at.is_(None))
    ).one_or_none()
    if row is None:
        raise UnknownName(f"there is no watchlist {name!r}; see `wirewatch watch list`")
    return row


def _key(connection: Connection, secret: bytes, row: Row[Any]) -> FeedKey:
    return FeedKey(
        watchlist_id=row.id,
        name=row.name,
        token=feed_token(secret, row.name, _renewals(connection, row.id)),
        removed=row.removed_at is not None,
        paused_at=row.paused_at,
        added_at=row.added_at,
    )


def _renewals(connection: Connection, watchlist_id: int) -> int:
    query = select(meta.c.value).where(meta.c.key == _renewal_key(watchlist_id))
    return int(connection.execute(query).scalar() or 0)


def _renewal_key(watchlist_id: int) -> str:
    return f"feed_renewals:{watchlist_id}"
