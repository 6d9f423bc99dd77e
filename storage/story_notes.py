"""What is noted of an article for its story: its marks, what it said, and what of it was new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from newsroom.stories import Relation
from newsroom.stories_facts import Fact, facts_of, new_facts
from newsroom.stories_marks import Marks, looked_up_by, pack
from newsroom.stories_news import News, news_json
from newsroom.stories_reading import StoryText
from storage.database import Database
from storage.tables import articles, story_keys, story_marks
from storage.told import is_told_for_good

MOST_FACTS = 2_000
"""Keys remembered of one article, over all its versions; the newest are kept."""
MOST_TEXTS = 200
"""Articles of a story whose words are compared, the newest."""

Keys = dict[str, None]
"""Keys of facts in the order in which they were learnt."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a story knew before a text of it came in."""

    others: frozenset[str]
    """Keys of what its other articles said."""
    own: Keys
    """Keys of what the article itself said before."""
    pending: frozenset[tuple[str, str]]
    """(kind, words) of its news that nobody was told yet: they are still news."""
    had_page: bool
    """Some text of the article was a page's."""
    by_page: bool
    """So was some text of the story, the article's among them."""
    told: bool
    """A mail that names this article is made: nothing can be put into it any more."""
    alone: bool
    earliest: bool
    """The article was published before the others."""
    earliest_source: str


NOTHING = Before(frozenset(), {}, frozenset(), False, False, False, True, True, "")
"""What the story of an article knew that nobody saw before."""


def before(conn: Connection, row: Any) -> Before:
    """Look up what the story of an article (a row of `articles`) knew."""
    told = (
        select(story_marks.c.facts, story_marks.c.page)
        .join(articles, articles.c.id == story_marks.c.article_id)
        .where(articles.c.story_id == row.story_id, articles.c.id != row.id)
        .order_by(story_marks.c.seq.desc())
        .limit(MOST_TEXTS)
    )
    texts = conn.execute(told).all()
    old = conn.execute(select(story_marks).where(story_marks.c.article_id == row.id)).one_or_none()
    placed = conn.execute(select(*_PLACED).where(articles.c.story_id == row.story_id)).all()
    first = min(placed, key=_published)
    pending = old.news if old is not None and row.matched_mark < old.news_mark else []
    had_page = old is not None and old.page
    return Before(
        others=frozenset(key for text in texts for key in text.facts.split()),
        own=dict.fromkeys(old.facts.split()) if old is not None else {},
        pending=frozenset((n["kind"], n["text"]) for n in pending),
        had_page=had_page,
        by_page=had_page or any(text.page for text in texts),
        told=is_told_for_good(conn, row.id),
        alone=len(placed) == 1,
        earliest=first.id == row.id,
        earliest_source=first.source_id,
    )


UNJUDGED = -1
"""As `news_mark`: of a page that came in while its story was known from feeds alone."""

_EARLY = (
    articles.c.story_id,
    articles.c.title,
    articles.c.body,
    articles.c.text_mark,
    articles.c.matched_mark,
)

_PLACED = (
    articles.c.id,
    articles.c.source_id,
    articles.c.published_at,
    articles.c.first_seen_at,
)


def _published(row: Any) -> tuple[datetime, int]:
    """When an article was published, as far as that can be."""
    return story_time(row.published_at, row.first_seen_at), row.id


def news_of(text: StoryText, known: Before, *, page: bool) -> list[News]:
    """What a text says that its story did not know.

    Nothing, while the story is known from feeds alone: a first page says more than its summary.
    Nothing at the first page of an article that people are told of by its feed (DESIGN §4).
    """
    if not known.by_page or (page and known.told and not known.had_page):
        return []
    new = dict.fromkeys(new_facts(text.facts, known.others | known.own.keys()))
    waiting = {(_kind(f), f.text): f for f in reversed(text.facts)}
    new |= {f: None for said, f in waiting.items() if said in known.pending}
    found = sorted(new, key=lambda fact: (fact.field != "title", fact.start, fact.end))
    return [_news(fact, page=page) for fact in found]


def _kind(fact: Fact) -> str:
    return str(fact.kind.value)


def _news(fact: Fact, *, page: bool) -> News:
    """A span of the stored text: without a page its body is the feed's summary."""
    field = "summary" if fact.field == "body" and not page else fact.field
    return News(_kind(fact), field, fact.start, fact.end, fact.text)


def relation_of(known: Before, news: Sequence[News], source: str) -> Relation:
    """What the article is to its story by the time this text came in."""
    if known.alone:
        return Relation.FIRST
    if news:
        return Relation.UPDATE
    if known.earliest:
        return Relation.FIRST
    return Relation.REVISION if known.earliest_source == source else Relation.COPY


def note(
    db: Database,
    conn: Connection,
    row: Any,
    text: StoryText,
    *,
    page: bool,
    quiet: bool = False,
    known: Before | None = None,
) -> None:
    """Write what is known of an article (a row of `articles` as it is now) by this text of it.

    `quiet`: it was stored before such things were noted, nothing of it is news. `known`: what its
    story knew, where the caller knows that.
    """
    known = known or before(conn, row)
    news = [] if quiet else news_of(text, known, page=page)
    relation = relation_of(known, news, row.source_id)
    # what it says beyond the feeds is judged when the page of an earlier article is in
    early = page and not (known.by_page or known.alone or known.told or quiet)
    keep(
        db,
        conn,
        row.id,
        {
            "seen_at": row.first_seen_at,
            "flash_source": row.source_id if text.marks.flash else None,
            "marks": pack(text.marks),
            "facts": _joined(known.own, sorted(text.keys)),
            "page": page or known.had_page,
            "relation": relation.value,
            "news": news_json(news),
            "news_mark": UNJUDGED if early else row.text_mark,
        },
    )
    put_keys(conn, row.id, text.marks, fresh=known is NOTHING)
    if page and not known.had_page and not quiet:
        _judge_early(db, conn, row)


def _judge_early(db: Database, conn: Connection, row: Any) -> None:
    """Judge the pages that came before this one's, of articles published after it.

    A rewrite whose page is fetched first says more than the feeds had shown; how much of that is
    new is known when the page it rewrote is in. What is new then is told as any news is.
    """
    query = (
        select(*_PLACED, *_EARLY)
        .join(story_marks, story_marks.c.article_id == articles.c.id)
        .where(
            articles.c.story_id == row.story_id,
            articles.c.id != row.id,
            story_marks.c.news_mark == UNJUDGED,
        )
    )
    early = conn.execute(query).all()
    if not early:
        return
    ours = conn.execute(select(*_PLACED).where(articles.c.id == row.id)).one()
    for other in early:
        if _published(other) < _published(ours):
            continue
        facts = facts_of(other.title, other.body, _published(other)[0])
        found = new_facts(facts, before(conn, other).others)
        mark = other.text_mark + bool(found)
        judged: dict[str, Any] = {"news_mark": mark}
        if found:
            news = news_json([_news(fact, page=True) for fact in found])
            judged |= {"news": news, "relation": Relation.UPDATE.value}
            again = update(articles).where(articles.c.id == other.id)
            conn.execute(again.values(text_mark=mark))
        conn.execute(update(story_marks).where(story_marks.c.article_id == other.id).values(judged))


def keep(db: Database, conn: Connection, article_id: int, values: dict[str, Any]) -> None:
    """Write an article's row under the next number; values it has and that are not given stay."""
    following = select(func.coalesce(func.max(story_marks.c.seq), 0) + 1).scalar_subquery()
    written = values | {"seq": following}
    conn.execute(
        db.insert(story_marks)
        .values(article_id=article_id, **written)
        .on_conflict_do_update(index_elements=["article_id"], set_=written)
    )


def put_keys(conn: Connection, article_id: int, marks: Marks, *, fresh: bool = False) -> None:
    """Have the article found by these keys and no others; `fresh`: it has none yet."""
    wanted = dict(looked_up_by(marks))
    mine = story_keys.c.article_id == article_id
    query = select(story_keys.c.kind, story_keys.c.key).where(mine)
    had = {} if fresh else {row.kind: row.key for row in conn.execute(query)}
    if had == wanted:
        return
    if had:
        conn.execute(delete(story_keys).where(mine))
    rows = [{"kind": kind, "key": key, "article_id": article_id} for kind, key in wanted.items()]
    if rows:
        conn.execute(insert(story_keys), rows)


def join_notes(
    db: Database, conn: Connection, kept: Any, dropped: Any, becomes: dict[str, Any]
) -> None:
    """Two articles (rows) turned out to be one: it said what both said.

    `becomes`: values the kept one is to have. Where the other's page is among them, so are its
    marks. The other's row goes after the kept one's got a number above it: numbers never come
    twice. Memories that know the other propose it in vain.
    """
    query = select(story_marks).where(story_marks.c.article_id.in_((kept.id, dropped.id)))
    rows = {row.article_id: row for row in conn.execute(query)}
    ours, theirs = rows.get(kept.id), rows.get(dropped.id)
    if theirs is not None:
        leads = theirs if ours is None or "page" in becomes else ours
        matched = (dropped if leads is theirs else kept).matched_mark
        said = dict.fromkeys(ours.facts.split()) if ours is not None else {}
        values = {
            "seen_at": kept.first_seen_at,
            "facts": _joined(said, theirs.facts.split()),
            "page": theirs.page or (ours is not None and ours.page),
            "news_mark": becomes["text_mark"] if matched < leads.news_mark else 0,
        }
        keep(db, conn, kept.id, values | {name: getattr(leads, name) for name in _OF_TEXT})
        if leads is theirs:
            conn.execute(delete(story_keys).where(story_keys.c.article_id == kept.id))
            moved = update(story_keys).where(story_keys.c.article_id == dropped.id)
            conn.execute(moved.values(article_id=kept.id))
    conn.execute(delete(story_keys).where(story_keys.c.article_id == dropped.id))
    conn.execute(delete(story_marks).where(story_marks.c.article_id == dropped.id))


_OF_TEXT = ("flash_source", "marks", "relation", "news")


def _joined(own: Keys, new: Iterable[str]) -> str:
    """All that was ever said, the newest last."""
    fresh = dict.fromkeys(new)
    return " ".join([*(key for key in own if key not in fresh), *fresh][-MOST_FACTS:])


def story_time(published: datetime | None, seen: datetime) -> datetime:
    """When an article's text was published, as its marks have it: a time to come is first seen."""
    return min(published or seen, seen).astimezone(UTC)
