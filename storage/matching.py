"""The match transaction: matches, outbox rows and both marks, or nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from newsroom.matching_json import hit_json
from newsroom.model import ArticleText, Hit
from storage import recheck
from storage.claims import FoundMatch, LaggingArticle, MatchCommit, TellRule
from storage.database import Database
from storage.leases import CLOCK_SLACK
from storage.outbox_tables import matches
from storage.raising import Telling, arrival, raise_first, raise_news
from storage.raising_edits import raise_edits
from storage.search_index import mark_due
from storage.tables import articles, meta
from storage.told import release_waiting

log = logging.getLogger("wirewatch.storage")

RULES_VERSION = "rules_version"


def lagging(db: Database, limit: int = 100, *, skip: Sequence[int] = ()) -> list[LaggingArticle]:
    """Articles whose text is newer than their matches, oldest first."""
    query = (
        select(articles)
        .where(articles.c.matched_mark < articles.c.text_mark, articles.c.id.not_in(skip))
        .order_by(articles.c.id)
        .limit(limit)
    )
    with db.read() as conn:
        return [LaggingArticle(row.id, row.text_mark, text_of(row)) for row in conn.execute(query)]


TEXT_COLUMNS = (
    articles.c.title,
    articles.c.subtitle,
    articles.c.summary,
    articles.c.body,
    articles.c.source_id,
    articles.c.language,
    articles.c.section,
    articles.c.authors,
    articles.c.credit,
    articles.c.canonical_url,
)
"""What `text_of` reads."""


def text_of(row: Any) -> ArticleText:
    """What of a stored article is matched."""
    return ArticleText(
        title=row.title,
        subtitle=row.subtitle,
        summary=row.summary,
        body=row.body,
        source=row.source_id,
        language=row.language,
        section=row.section,
        authors=tuple(row.authors),
        credit=row.credit,
        url=row.canonical_url,
    )


def hits_from_json(value: Any) -> tuple[Hit, ...]:
    """Evidence as the matches table keeps it."""
    return tuple(Hit(**hit) for hit in value)


def rules_version(conn: Connection) -> int:
    """The number of the rules in force; 0 before any were read."""
    return int(conn.execute(select(meta.c.value).where(meta.c.key == RULES_VERSION)).scalar() or 0)


def commit_match(
    db: Database,
    article: LaggingArticle,
    found: Sequence[FoundMatch],
    *,
    rules: int,
    tell: Sequence[TellRule],
    now: datetime,
    wait_for_page: timedelta,
) -> MatchCommit:
    """Record what matched a text, raise the alerts that follow, and move the article's marks.

    `again` where the text or the rules moved since they were read: nothing is written then and
    the article still lags.
    """
    with db.write() as conn:
        db.story_lock(conn)
        row = conn.execute(
            select(articles).where(articles.c.id == article.id).with_for_update()
        ).one_or_none()
        if row is None:  # merged into another meanwhile
            return MatchCommit()
        if row.text_mark != article.text_mark or rules_version(conn) != rules:
            return MatchCommit(again=True)
        by_id = {rule.watchlist_id: rule for rule in tell}
        telling = Telling(conn, row, by_id, now, wait_for_page)
        news = arrival(telling, found)
        recorded = dict[int, FoundMatch]()
        new, raised = 0, list[int]()
        for match in found:
            match_id, alerting, is_new = _record(conn, row, match, by_id, now)
            recorded[match_id] = match
            new += is_new
            if alerting == "due":
                for recipient in by_id[match.watchlist_id].recipients:
                    raised += raise_first(telling, match, match_id, recipient)
                conn.execute(
                    update(matches).where(matches.c.id == match_id).values(alerting="told")
                )
        raised += raise_news(telling, news, recorded)
        raised += raise_edits(telling, news)
        if row.page_settled:
            release_waiting(conn, row.id, now)
        conn.execute(
            update(articles)
            .where(articles.c.id == row.id)
            .values(
                matched_mark=article.text_mark,
                matched_rules=rules,
                **_page_plan(row, now, matched=bool(found)),
            )
        )
        mark_due(db, conn, row.id, article.text_mark)
        log.debug("match commits", extra={"article": row.id, "alerts": len(raised)})
    return MatchCommit(new_matches=new, alerts=tuple(raised))


def _page_plan(row: Any, now: datetime, *, matched: bool) -> dict[str, Any]:
    """A page that is waited for goes to the front; one that is in is looked at again."""
    front = {"page_priority": 0} if matched and row.page_priority == 1 else {}
    return front | recheck.planned(row, now, matched=matched)


def _record(
    conn: Connection, row: Any, match: FoundMatch, by_id: dict[int, TellRule], now: datetime
) -> tuple[int, str, bool]:
    """The match's row; (id, whether alerting is due, whether the match is new)."""
    evidence = {
        "hits": [hit_json(hit) for hit in match.hits],
        "text_mark": row.text_mark,
        "watchlist_version": match.watchlist_version,
    }
    old = conn.execute(
        select(matches).where(
            matches.c.watchlist_id == match.watchlist_id, matches.c.article_id == row.id
        )
    ).one_or_none()
    alerting = _alerting(row, by_id.get(match.watchlist_id), now)
    if old is None:
        match_id = conn.execute(
            insert(matches)
            .values(
                watchlist_id=match.watchlist_id,
                article_id=row.id,
                story_id=row.story_id,
                matched_at=now,
                alerting="silent" if alerting == "due" else alerting,
                **evidence,
            )
            .returning(matches.c.id)
        ).scalar_one()
        return int(match_id), alerting, True
    # what was decided once stays, but for a match that waited for the page's date, or left its
    # alert unsent because the rule in force did not match: the text is another now
    settled = alerting if old.alerting in ("undated", "dropped") else old.alerting
    kept = old.alerting if settled == "due" else settled
    conn.execute(update(matches).where(matches.c.id == old.id).values(alerting=kept, **evidence))
    return int(old.id), settled, False


def _alerting(row: Any, rule: TellRule | None, now: datetime) -> str:
    """`due`, `silent` or `undated` for a match of this article under this rule."""
    if rule is None or rule.paused or not rule.recipients:
        return "silent"
    if row.first_seen_at < rule.added_at <= now + CLOCK_SLACK:  # later: a clock was set back
        return "silent"
    return "due" if row.alerting == "alert" else str(row.alerting)
