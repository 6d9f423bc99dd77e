"""Who was told what of a story, and which alerts may still be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    case,
    func,
    or_,
    select,
    update,
)

from storage.leases import FREE
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    deliveries,
    digest_items,
    digest_matches,
    matches,
    messages,
)
from storage.tables import story_aliases

UNSENT = ("pending", "deferred")
OVER = ("cancelled", "folded")
"""States in which an alert tells nobody anything."""


def known_as(conn: Connection, story_id: int) -> list[int]:
    """The story's id and those of the emptied stories it took in."""
    old = select(story_aliases.c.old_id).where(story_aliases.c.story_id == story_id)
    return [story_id, *conn.execute(old).scalars()]


def live_alerts(
    conn: Connection, recipient: str, story_id: int, others: Sequence[int] = ()
) -> list[Any]:
    """What a recipient is told of a story, oldest first; copies made by hand do not count.

    `others`: ids of alerts that are looked at with them. The rows stay locked: nobody begins to
    send one of them before this transaction ends.
    """
    query = (
        select(alerts)
        .where(
            alerts.c.recipient == recipient,
            or_(alerts.c.story_id.in_(known_as(conn, story_id)), alerts.c.id.in_(others)),
            alerts.c.kind.in_(("immediate", "update")),
            alerts.c.state.not_in(OVER),
            alerts.c.copy_of.is_(None),
        )
        .order_by(alerts.c.id)
        .with_for_update()
    )
    return list(conn.execute(query))


def watchlists_of(conn: Connection, alert_id: int) -> list[int]:
    """The watchlists an alert names."""
    query = (
        select(alert_watchlists.c.watchlist_id)
        .where(alert_watchlists.c.alert_id == alert_id)
        .order_by(alert_watchlists.c.watchlist_id)
    )
    return list(conn.execute(query).scalars())


def told_watchlists(
    conn: Connection, recipient: str, story_id: int, *, before: int | None = None
) -> set[int]:
    """Watchlists that tell this recipient of this story, sent or to be sent: by an alert, or as an
    item of a digest.

    `before`: an alert; one that is unsent and younger tells nothing before it.
    """
    stories = known_as(conn, story_id)
    by_alert = (alerts.c.recipient == recipient) & alerts.c.story_id.in_(stories)
    if before is not None:
        gone = (alerts.c.id > before) & alerts.c.state.not_in((*UNSENT, "sending"))
        by_alert &= or_(alerts.c.id < before, gone) & alerts.c.copy_of.is_(None)
    by_digest = (digest_items.c.recipient == recipient) & digest_items.c.story_id.in_(stories)
    return {row.watchlist_id for row in conn.execute(_tellings(by_alert, by_digest))}


def everybody_told(conn: Connection, story_id: int) -> dict[str, set[int]]:
    """Recipient → the watchlists that tell of this story, as `told_watchlists` has them."""
    stories = known_as(conn, story_id)
    told: dict[str, set[int]] = {}
    query = _tellings(alerts.c.story_id.in_(stories), digest_items.c.story_id.in_(stories))
    for row in conn.execute(query):
        told.setdefault(row.recipient, set()).add(row.watchlist_id)
    return told


def named_to(conn: Connection, match_ids: Sequence[int]) -> dict[int, set[str]]:
    """Match → the recipients who are told by it: in an alert, or as part of a digest."""
    named: dict[int, set[str]] = {}
    query = _tellings(
        alert_watchlists.c.match_id.in_(match_ids), digest_matches.c.match_id.in_(match_ids)
    )
    for row in conn.execute(query):
        named.setdefault(row.match_id, set()).add(row.recipient)
    return named


def _tellings(alert: ColumnElement[bool], item: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Who is told by what: (recipient, watchlist, match) of such alerts and items of digests."""
    by_alert = (
        select(alerts.c.recipient, alert_watchlists.c.watchlist_id, alert_watchlists.c.match_id)
        .join(alert_watchlists, alerts.c.id == alert_watchlists.c.alert_id)
        .where(alert, alerts.c.state.not_in(OVER))
    )
    by_digest = (
        select(digest_items.c.recipient, matches.c.watchlist_id, matches.c.id)
        .join(digest_matches, digest_matches.c.item_id == digest_items.c.id)
        .join(matches, matches.c.id == digest_matches.c.match_id)
        .where(item)
    )
    return by_alert.union(by_digest)


def is_told_for_good(conn: Connection, article_id: int) -> bool:
    """Whether a mail that names the article is made, or a digest tells of it."""
    ours = select(matches.c.id).where(matches.c.article_id == article_id)
    item = select(digest_matches.c.item_id).where(digest_matches.c.match_id.in_(ours)).limit(1)
    if conn.execute(item).first() is not None:
        return True
    query = (
        select(alerts)
        .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
        .where(alert_watchlists.c.match_id.in_(ours), alerts.c.state.not_in(OVER))
    )
    return any(not is_open(conn, alert) for alert in conn.execute(query).all())


@dataclass(frozen=True, slots=True)
class LastMail:
    """How far the mails on a story to one recipient have come."""

    at: datetime | None
    """When the last one went; None: none did. Copies made by hand do not count."""
    waits_for: datetime | None
    """When one that is under way is to be tried; None: none is."""


def last_mail(
    conn: Connection, recipient: str, story_id: int, *, before: int | None = None
) -> LastMail:
    """The mails on a story, digests that tell of it among them.

    `before`: an alert. Of those that have not gone it goes after the older ones, and after those
    whose mail is made.
    """
    stories = known_as(conn, story_id)
    items = select(digest_items.c.digest_id).where(
        digest_items.c.recipient == recipient, digest_items.c.story_id.in_(stories)
    )
    of_story = alerts.c.kind.in_(("immediate", "update")) & alerts.c.story_id.in_(stories)
    query = select(alerts.c.id, alerts.c.state, alerts.c.due_at, alerts.c.sent_at).where(
        alerts.c.recipient == recipient,
        or_(of_story, (alerts.c.kind == "digest") & alerts.c.digest_id.in_(items)),
        alerts.c.state.in_((*UNSENT, "sending", "sent")),
        alerts.c.copy_of.is_(None),
    )
    sent, under_way = [], []
    for row in conn.execute(query).all():
        if row.state == "sent":
            sent.append(row.sent_at)
        elif before is None or row.id < before or (row.id > before and is_rendered(conn, row.id)):
            under_way.append(row.due_at)
    return LastMail(
        max((at for at in sent if at is not None), default=None), max(under_way, default=None)
    )


def in_digest(conn: Connection, recipient: str, story_id: int) -> bool:
    """Whether a digest tells the recipient of the story; those that tell nothing have no items."""
    query = (
        select(digest_items.c.id)
        .where(
            digest_items.c.recipient == recipient,
            digest_items.c.story_id.in_(known_as(conn, story_id)),
        )
        .limit(1)
    )
    return conn.execute(query).first() is not None


def next_number(conn: Connection, kind: str, recipient: str, story_id: int) -> int:
    """The first free number of a kind of alert on a story for a recipient: 1, 2, ...

    Items of digests count with the alerts.
    """
    alert = select(func.max(alerts.c.n)).where(
        alerts.c.recipient == recipient,
        alerts.c.story_id == story_id,
        alerts.c.kind == kind,
    )
    item = select(func.max(digest_items.c.n)).where(
        digest_items.c.recipient == recipient, digest_items.c.story_id == story_id
    )
    last = (conn.execute(query).scalar() for query in (alert, item))
    return max(int(n or 0) for n in last) + 1


def is_open(conn: Connection, alert: Any) -> bool:
    """Unsent and not rendered yet: another watchlist may still be named in it."""
    return alert.state in UNSENT and not is_rendered(conn, alert.id)


def may_change(conn: Connection, alert: Any) -> bool:
    """Nobody can have received it: it may be folded, or given another key.

    Claimed but not rendered counts too: whoever sends it finds the lease gone before anything goes
    out. Once an attempt ended without a definite reply it stays as it is (DESIGN §4).
    """
    if alert.state == "sending":
        return not is_rendered(conn, alert.id)
    return alert.state in UNSENT and not is_uncertain(conn, alert.id)


def taken_back(conn: Connection, alert: Any) -> Any:
    """An alert that is being prepared is taken from whoever does: it waits again."""
    if alert.state != "sending":
        return alert
    fewer = case((alerts.c.attempts > 0, alerts.c.attempts - 1), else_=0)
    return conn.execute(
        update(alerts)
        .where(alerts.c.id == alert.id)
        .values(**FREE, attempts=fewer, state="pending")
        .returning(alerts)
    ).one()


def is_uncertain(conn: Connection, alert_id: int) -> bool:
    """Whether its last attempt ended without a definite reply.

    A server that could not be reached says nothing of an attempt before.
    """
    last = conn.execute(
        select(deliveries.c.definite)
        .where(
            deliveries.c.alert_id == alert_id,
            or_(deliveries.c.outcome.is_(None), deliveries.c.outcome != "channel_down"),
        )
        .order_by(deliveries.c.id.desc())
        .limit(1)
    ).scalar()
    return last is False


def is_rendered(conn: Connection, alert_id: int) -> bool:
    """Its bytes are made: they are what is sent, whatever happens."""
    made = select(messages.c.alert_id).where(messages.c.alert_id == alert_id)
    tried = select(deliveries.c.alert_id).where(deliveries.c.alert_id == alert_id)
    return conn.execute(made.union(tried)).first() is not None


def release_waiting(conn: Connection, article_id: int, now: datetime) -> None:
    """The article's page is in, or never to come: alerts that waited for it wait no longer.

    An update still waits for the end of its interval, and what waits for a digest for that.
    """
    conn.execute(
        update(alerts)
        .where(
            alerts.c.article_id == article_id,
            alerts.c.state == "pending",
            alerts.c.schedule.is_(None),
            alerts.c.due_at > now,
        )
        .values(
            due_at=case(
                (alerts.c.not_before > alerts.c.created_at, alerts.c.not_before),
                else_=alerts.c.created_at,
            )
        )
    )
