"""Mails on a story that are made: what they tell, and where they stand when its articles part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from storage.digests import alert_of, is_loose
from storage.outbox_tables import alert_watchlists, alerts, digest_items, digest_matches, matches
from storage.settling import is_free, released_key
from storage.told import OVER, UNSENT, is_rendered, known_as, next_number


@dataclass(frozen=True, slots=True)
class Mail:
    """An alert on the story, or the item of a digest on it, whose mail is made."""

    recipient: str
    articles: frozenset[int]
    """Those it names."""
    alert: Row[tuple[object, ...]] | None = None
    item: Row[tuple[object, ...]] | None = None


def mails_of(conn: Connection, story_id: int) -> list[Mail]:
    """What was mailed of a story, or is about to be with these bytes; copies made by hand count."""
    stories = known_as(conn, story_id)
    own = select(alerts).where(
        alerts.c.story_id.in_(stories),
        alerts.c.kind.in_(("immediate", "update")),
        alerts.c.state.not_in(OVER),
    )
    found = []
    for alert in conn.execute(own.order_by(alerts.c.id).with_for_update()).all():
        if alert.state not in (*UNSENT, "sending") or is_rendered(conn, alert.id):
            named = _articles(conn, alert.id)
            found.append(Mail(alert.recipient, named, alert=alert))
    items = select(digest_items).where(
        digest_items.c.story_id.in_(stories), digest_items.c.digest_id.is_not(None)
    )
    for item in conn.execute(items.order_by(digest_items.c.id)).all():
        if not is_loose(conn, alert_of(conn, item.digest_id)):
            found.append(Mail(item.recipient, _articles_of_item(conn, item.id), item=item))
    return found


def go_along(conn: Connection, article_ids: Sequence[int], source: int, target: int) -> None:
    """Mails about nothing but these articles, which went from one story to another, follow them."""
    gone = frozenset(article_ids)
    for mail in mails_of(conn, source):
        if not mail.articles or not mail.articles <= gone:
            continue
        if mail.alert is not None:
            alert, key = mail.alert, {"story_id": target}
            if alert.copy_of is None and not is_free(conn, alert, target):
                key = released_key(conn, alert, target)
            conn.execute(update(alerts).where(alerts.c.id == alert.id).values(key))
        elif mail.item is not None:
            n = _number(conn, mail.item, target)
            here = digest_items.c.id == mail.item.id
            conn.execute(update(digest_items).where(here).values(story_id=target, n=n))


def _number(conn: Connection, item: Row[tuple[object, ...]], story_id: int) -> int:
    taken = select(digest_items.c.id).where(
        digest_items.c.recipient == item.recipient,
        digest_items.c.story_id == story_id,
        digest_items.c.n == item.n,
    )
    if conn.execute(taken).first() is None:
        return int(item.n)
    return next_number(conn, "update", item.recipient, story_id)


def _articles(conn: Connection, alert_id: int) -> frozenset[int]:
    query = (
        select(matches.c.article_id)
        .join(alert_watchlists, alert_watchlists.c.match_id == matches.c.id)
        .where(alert_watchlists.c.alert_id == alert_id)
    )
    return frozenset(conn.execute(query).scalars())


def _articles_of_item(conn: Connection, item_id: int) -> frozenset[int]:
    query = (
        select(matches.c.article_id)
        .join(digest_matches, digest_matches.c.match_id == matches.c.id)
        .where(digest_matches.c.item_id == item_id)
    )
    return frozenset(conn.execute(query).scalars())
