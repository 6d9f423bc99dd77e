"""Digests: one alert that tells many stories. An item is (recipient, story, n), told once.

An item stands as long as its digest tells it: what leaves a digest, or is in one that tells
nothing any more, is deleted. So whoever asks what was told looks at the items alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, exists, func, select, tuple_, update

from storage import leases
from storage.alert_claims import ClaimedAlert
from storage.database import Database
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    digests,
    matches,
)
from storage.tables import articles
from storage.told import UNSENT, is_rendered

T = TypeVar("T")

ARCHIVE = "archive"
"""The schedule of digests that were asked for once, of stored articles."""

PORTION = 500
"""Values in one statement: databases take no endless list."""


def alert_of(conn: Connection, digest_id: int) -> Any:
    """The alert that tells a digest, locked; copies made by hand do not count."""
    return conn.execute(
        select(alerts)
        .where(
            alerts.c.digest_id == digest_id,
            alerts.c.kind == "digest",
            alerts.c.copy_of.is_(None),
        )
        .with_for_update()
    ).one()


def is_loose(conn: Connection, alert: Any) -> bool:
    """Its mail is not made yet: items may leave it, or move. One that is being prepared counts too,
    but has to be taken back."""
    return alert.state in (*UNSENT, "sending") and not is_rendered(conn, alert.id)


def withdraw_items(conn: Connection, alert: Any, watchlist_id: int, reason: str) -> bool:
    """One watchlist leaves an unsent digest; False where nothing is left and it is cancelled."""
    of_watchlist = select(matches.c.id).where(matches.c.watchlist_id == watchlist_id)
    conn.execute(
        delete(digest_matches).where(
            digest_matches.c.item_id.in_(_items(alert.digest_id)),
            digest_matches.c.match_id.in_(of_watchlist),
        )
    )
    return tidy(conn, alert, "cancelled", reason)


def drop_items(
    db: Database,
    claim: ClaimedAlert,
    gone: Sequence[tuple[int, int]],
    reason: str,
    *,
    unmatched: Iterable[int] = (),
) -> bool:
    """(item, match) of which nobody is to be told leave a claimed digest; False: it is cancelled.

    The matches in `unmatched` are not such any more by the rules in force. Where another article of
    the story met such a watchlist, and nobody was told by that as the digest told the story, it is
    matched and told again.
    """
    none = set(unmatched)
    with db.write() as conn:
        db.story_lock(conn)  # stories stay as they are, and what is owed is not told meanwhile
        alert = leases.hold(conn, alerts, claim.id, claim.token)
        for pairs in portions(gone):
            key = tuple_(digest_matches.c.item_id, digest_matches.c.match_id)
            conn.execute(delete(digest_matches).where(key.in_(pairs)))
        for ids in portions(sorted(none)):
            conn.execute(update(matches).where(matches.c.id.in_(ids)).values(alerting="dropped"))
        _owe_others(conn, [(item, match) for item, match in gone if match in none])
        return tidy(conn, alert, "cancelled", reason)


def _owe_others(conn: Connection, gone: Sequence[tuple[int, int]]) -> None:
    """What other articles of these items' stories said is owed: their items tell it no more."""
    other = matches.alias()
    left = matches.alias()
    still = (
        exists()
        .where(digest_matches.c.item_id == digest_items.c.id)
        .where(left.c.id == digest_matches.c.match_id)
        .where(left.c.watchlist_id == matches.c.watchlist_id)
    )
    for pairs in portions(gone):
        key = tuple_(digest_items.c.id, matches.c.id)
        query = (
            select(other.c.id, other.c.article_id)
            .join(digest_items, digest_items.c.story_id == other.c.story_id)
            .join(matches, matches.c.watchlist_id == other.c.watchlist_id)
            .where(key.in_(pairs), other.c.alerting == "told", ~still)
        )
        owed = conn.execute(query).all()
        ids, lagging = {row.id for row in owed}, {row.article_id for row in owed}
        conn.execute(update(matches).where(matches.c.id.in_(ids)).values(alerting="dropped"))
        again = {"text_mark": articles.c.text_mark + 1}
        conn.execute(update(articles).where(articles.c.id.in_(lagging)).values(again))


def cancel_copy(db: Database, claim: ClaimedAlert, reason: str) -> None:
    """A copy asked for by hand of a digest in which nothing is left."""
    with db.write() as conn:
        leases.hold(conn, alerts, claim.id, claim.token)
        _end(conn, claim.id, "cancelled", reason)


def tidy(conn: Connection, alert: Any, state: str, reason: str) -> bool:
    """Items without a match leave a digest, and watchlists without an item its alert.

    Where nothing is left the alert ends in `state`, and this is False.
    """
    told = exists().where(digest_matches.c.item_id == digest_items.c.id)
    conn.execute(delete(digest_items).where(digest_items.c.digest_id == alert.digest_id, ~told))
    named = (
        select(matches.c.watchlist_id, func.min(matches.c.id).label("match_id"))
        .join(digest_matches, digest_matches.c.match_id == matches.c.id)
        .where(digest_matches.c.item_id.in_(_items(alert.digest_id)))
        .group_by(matches.c.watchlist_id)
    )
    left = {row.watchlist_id: row.match_id for row in conn.execute(named)}
    mine = alert_watchlists.c.alert_id == alert.id
    conn.execute(delete(alert_watchlists).where(mine, alert_watchlists.c.watchlist_id.not_in(left)))
    for watchlist_id, match_id in left.items():  # what left the digest it tells by no more
        here = mine & (alert_watchlists.c.watchlist_id == watchlist_id)
        conn.execute(update(alert_watchlists).where(here).values(match_id=match_id))
    if left:
        return True
    _end(conn, alert.id, state, reason)
    conn.execute(update(digests).where(digests.c.id == alert.digest_id).values(state="cancelled"))
    return False


def end_digest(conn: Connection, alert: Any, reason: str) -> None:
    """An unsent digest is not to be sent: its alert is `cancelled`, and nothing of it is told."""
    conn.execute(
        delete(digest_matches).where(digest_matches.c.item_id.in_(_items(alert.digest_id)))
    )
    tidy(conn, alert, "cancelled", reason)


def portions(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """Lists short enough for one statement."""
    return (values[at : at + PORTION] for at in range(0, len(values), PORTION))


def _items(digest_id: int) -> Any:
    return select(digest_items.c.id).where(digest_items.c.digest_id == digest_id)


def _end(conn: Connection, alert_id: int, state: str, reason: str) -> None:
    conn.execute(
        update(alerts)
        .where(alerts.c.id == alert_id)
        .values(**leases.FREE, state=state, reason=reason)
    )
