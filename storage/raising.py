"""Who is told of a match: the first alert on a story, and updates on what is new in it (DESIGN §4).

All of it happens in the transaction of a match, under the story lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from newsroom.stories_news import News, news_from_json
from newsroom.updates import Named, carries, joined, pause_of, term_news, update_due
from storage.alert_news import add_news, is_told
from storage.claims import FoundMatch, TellRule
from storage.due import judge_anew
from storage.edit_reading import changed_terms, note_terms, pending_edits
from storage.outbox_tables import alert_watchlists, alerts, matches
from storage.tables import articles, revisions, story_marks
from storage.told import (
    everybody_told,
    in_digest,
    is_open,
    last_mail,
    live_alerts,
    named_to,
    next_number,
    told_watchlists,
    watchlists_of,
)


@dataclass(frozen=True, slots=True)
class Telling:
    """What telling of one text needs to know."""

    conn: Connection
    row: Any
    """The article, as it was before this text was matched."""
    rules: Mapping[int, TellRule]
    now: datetime
    wait_for_page: timedelta


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a text brings that is new to a story of which somebody is told."""

    told: Mapping[str, set[int]]
    """Recipient → watchlists that told of the story before this text was matched."""
    material: tuple[News, ...] = ()
    mark: int = 0
    """The article's text in which the story's memory found it."""
    terms: Mapping[int, tuple[News, ...]] = field(default_factory=dict)
    """Watchlist → its terms that no text of the story had before."""
    edits: tuple[Any, ...] = ()
    """Rows of what our own re-fetch found changed, told to those alone who ask for it."""
    changed_terms: frozenset[int] = frozenset()
    """Watchlists of which a term came or went with these edits."""


NOTHING = Arrival({})


def arrival(telling: Telling, found: Sequence[FoundMatch]) -> Arrival:
    """What is new; to be asked before the evidence of this text is written."""
    conn, row = telling.conn, telling.row
    if edits := pending_edits(conn, row):
        return _edited(telling, found, edits)
    if row.alerting != "alert" or not found:
        return NOTHING
    told = everybody_told(conn, row.story_id)
    if not told:
        return NOTHING
    material, mark = _material(conn, row)
    known = set().union(*told.values())
    asked = [match for match in found if match.watchlist_id in known]
    terms = _new_terms(conn, row, asked) if asked and _tells_terms(conn, row) else {}
    return Arrival(told, material, mark, terms)


def _edited(telling: Telling, found: Sequence[FoundMatch], edits: Sequence[Any]) -> Arrival:
    """What a re-fetch found: its numbers, names and terms are no news of the story by themselves.

    What a feed brought before it, and was not matched, is.
    """
    conn, row = telling.conn, telling.row
    changed = frozenset(changed_terms(conn, row, found))
    if changed:
        note_terms(conn, edits[-1])
    if row.alerting != "alert":
        return NOTHING
    told = everybody_told(conn, row.story_id)
    material, mark = _material(conn, row)
    return Arrival(told, material, mark, edits=tuple(edits), changed_terms=changed)


def _material(conn: Connection, row: Any) -> tuple[tuple[News, ...], int]:
    """The story's news of the texts of this article that were not matched yet."""
    kept = conn.execute(
        select(story_marks.c.news, story_marks.c.news_mark).where(
            story_marks.c.article_id == row.id
        )
    ).one_or_none()
    if kept is None or not row.matched_mark < kept.news_mark <= row.text_mark:
        return (), 0
    return news_from_json(kept.news), int(kept.news_mark)


def _tells_terms(conn: Connection, row: Any) -> bool:
    """Whether a term met for the first time says something new of the story.

    Feed texts say little: where only they were known, and at the first page of an article whose
    feed text was alerted, a page says more and nothing has happened.
    """
    newest = conn.execute(
        select(revisions.c.origin)
        .where(revisions.c.article_id == row.id)
        .order_by(revisions.c.n.desc())
        .limit(1)
    ).scalar()
    first_page = newest == "page" and row.matched_mark > 0
    if not first_page and row.page is not None and row.matched_mark > 0:
        return True
    if first_page and _is_alerted(conn, row.id):
        return False
    other_page = (
        select(articles.c.id)
        .where(
            articles.c.story_id == row.story_id,
            articles.c.id != row.id,
            articles.c.page.is_not(None),
        )
        .limit(1)
    )
    return conn.execute(other_page).first() is not None


def _is_alerted(conn: Connection, article_id: int) -> bool:
    """Whether an alert rests on the article."""
    named = (
        select(alert_watchlists.c.alert_id)
        .join(matches, matches.c.id == alert_watchlists.c.match_id)
        .where(matches.c.article_id == article_id)
    )
    raised = select(alerts.c.id).where(alerts.c.article_id == article_id)
    return conn.execute(named.union(raised).limit(1)).first() is not None


def _new_terms(
    conn: Connection, row: Any, found: Iterable[FoundMatch]
) -> dict[int, tuple[News, ...]]:
    """By watchlist: the terms that none of its evidence in the story had.

    Evidence by another version of the rule says nothing of the terms of this one.
    """
    new = {}
    for match in found:
        evidence = conn.execute(
            select(matches.c.watchlist_version, matches.c.hits).where(
                matches.c.story_id == row.story_id, matches.c.watchlist_id == match.watchlist_id
            )
        ).all()
        if not evidence or any(e.watchlist_version != match.watchlist_version for e in evidence):
            continue
        known = {hit["term"] for e in evidence for hit in e.hits}
        if spans := term_news(match.hits, known):
            new[match.watchlist_id] = spans
    return new


def raise_first(telling: Telling, match: FoundMatch, match_id: int, recipient: str) -> list[int]:
    """See to it that the recipient is told of this watchlist and story, once.

    An unsent alert of the story takes the watchlist in; where one was sent without naming it, an
    update follows; where it was named, this is a copy and nobody is told again.
    """
    conn, row = telling.conn, telling.row
    standing = live_alerts(conn, recipient, row.story_id)
    if match.watchlist_id in told_watchlists(conn, recipient, row.story_id):
        return []
    if recipient in named_to(conn, [match_id]).get(match_id, ()):
        return []  # of this very article, while it was in another story
    open_ = _open(conn, standing)
    first = not standing and not in_digest(conn, recipient, row.story_id)
    alert_id = int(open_.id) if open_ else _new_alert(telling, recipient, first=first)
    _name(conn, alert_id, match.watchlist_id, match_id)
    judge_anew(conn, [alert_id])
    if open_ is None or open_.kind == "update":
        _plan(telling, alert_id)
    return [] if open_ else [alert_id]


def raise_news(telling: Telling, news: Arrival, found: Mapping[int, FoundMatch]) -> list[int]:
    """Tell what is new to those who were told of the story and whom the article concerns.

    `found`: match id → match. News goes into an alert that waits, else into an update.
    """
    raised = []
    for recipient in news.told:
        carriers, spans = _carriers(telling, news, found, recipient)
        if spans:
            raised += tell(telling, recipient, carriers, spans, news.mark)
    return raised


def _carriers(
    telling: Telling, news: Arrival, found: Mapping[int, FoundMatch], recipient: str
) -> tuple[dict[int, int], tuple[News, ...]]:
    """Watchlist → match of those that tell this recipient the news, and what they tell."""
    conn, row = telling.conn, telling.row
    told = told_watchlists(conn, recipient, row.story_id)
    carriers: dict[int, int] = {}
    terms: tuple[News, ...] = ()
    for match_id, match in found.items():
        rule = telling.rules.get(match.watchlist_id)
        if rule is None or rule.paused or recipient not in rule.recipients:
            continue
        first = match.watchlist_id not in news.told[recipient]
        if match.watchlist_id in told and carries(Named(rule.update_interval, first)):
            carriers[match.watchlist_id] = match_id
            terms = terms if first else joined(terms, news.terms.get(match.watchlist_id, ()))
    if not carriers:
        return {}, ()
    material = news.material
    if material and is_told(conn, recipient, row.id, news.mark):
        material = ()
    return carriers, joined(terms, material)


def waits_unsent(telling: Telling, recipient: str) -> bool:
    """Whether the first mail on the story to this recipient can still take in what is new."""
    open_ = _open(telling.conn, live_alerts(telling.conn, recipient, telling.row.story_id))
    return open_ is not None and open_.kind == "immediate"


def tell(
    telling: Telling,
    recipient: str,
    carriers: Mapping[int, int],
    spans: Sequence[News],
    mark: int,
) -> list[int]:
    """Tell the recipient what is new in the article by these watchlists (→ match): in an alert that
    waits, else by an update."""
    conn, row = telling.conn, telling.row
    open_ = _open(conn, live_alerts(conn, recipient, row.story_id))
    alert_id = int(open_.id) if open_ else _new_alert(telling, recipient, first=False)
    named = watchlists_of(conn, alert_id)
    for watchlist_id, match_id in carriers.items():
        if watchlist_id not in named:
            _name(conn, alert_id, watchlist_id, match_id)
    add_news(conn, alert_id, row.id, mark or row.text_mark, spans)
    judge_anew(conn, [alert_id])
    if open_ is None or open_.kind == "update":
        _plan(telling, alert_id)
    return [] if open_ else [alert_id]


def _open(conn: Connection, standing: Sequence[Any]) -> Any | None:
    return next((alert for alert in reversed(standing) if is_open(conn, alert)), None)


def _name(conn: Connection, alert_id: int, watchlist_id: int, match_id: int) -> None:
    conn.execute(
        insert(alert_watchlists).values(
            alert_id=alert_id, watchlist_id=watchlist_id, match_id=match_id
        )
    )


def _new_alert(telling: Telling, recipient: str, *, first: bool) -> int:
    """An alert of this article's story: `immediate`, or an `update` where one stands already."""
    conn, row, now = telling.conn, telling.row, telling.now
    n = 0 if first else next_number(conn, "update", recipient, row.story_id)
    return int(
        conn.execute(
            insert(alerts)
            .values(
                kind="immediate" if first else "update",
                recipient=recipient,
                story_id=row.story_id,
                n=n,
                article_id=row.id,
                state="pending",
                created_at=now,
                due_at=_page_in(telling),
                late=row.late,
                poll_id=row.poll_id,
            )
            .returning(alerts.c.id)
        ).scalar_one()
    )


def _page_in(telling: Telling) -> datetime:
    """When the article's page is in, or waited for no longer."""
    return telling.now if telling.row.page_settled else telling.now + telling.wait_for_page


def _plan(telling: Telling, alert_id: int) -> None:
    """An update goes when the interval since the last mail is over; never later than planned."""
    conn, now = telling.conn, telling.now
    alert = conn.execute(select(alerts).where(alerts.c.id == alert_id)).one()
    if alert.kind != "update":
        return
    told = told_watchlists(conn, alert.recipient, alert.story_id, before=alert_id)
    rules = (telling.rules.get(w) for w in watchlists_of(conn, alert_id))
    named = [Named(r.update_interval, r.watchlist_id not in told) for r in rules if r is not None]
    pause = pause_of(named)
    if pause is None:  # the claim judges it
        return
    last = last_mail(conn, alert.recipient, alert.story_id, before=alert_id)
    at = update_due(now if last.waits_for is not None else last.at, pause, now)
    if alert.not_before is not None and alert.not_before <= at:
        return
    conn.execute(
        update(alerts)
        .where(alerts.c.id == alert_id)
        .values(not_before=at, due_at=max(at, _page_in(telling)))
    )
