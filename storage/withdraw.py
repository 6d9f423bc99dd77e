"""Unsent alerts that nobody is to be told any more: a watchlist or recipient left or paused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, true, update

from storage.digests import end_digest, withdraw_items
from storage.outbox_tables import alert_watchlists, alerts, digests
from storage.told import UNSENT, is_rendered, is_uncertain


def withdraw(
    connection: Connection,
    watchlist_id: int,
    *,
    reason: str,
    keep: Iterable[str] | None = None,
    only: str | None = None,
) -> int:
    """Take the watchlist out of unsent alerts; those left without any are `cancelled`.

    Of all recipients but those in `keep`, or of recipient `only`. An alert under way, or whose
    last attempt ended without a definite reply, goes out unchanged: it may have been taken. One
    that was refused for now has its bytes already: it is cancelled with its last watchlist, and
    unchanged while it names another. A digest that is to say that there is nothing is cancelled
    with the last watchlist that asked for it. Returns how many alerts were cancelled.
    """
    chosen = (
        select(alerts)
        .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
        .where(alert_watchlists.c.watchlist_id == watchlist_id, alerts.c.state.in_(UNSENT))
        .order_by(alerts.c.id)
        .with_for_update(of=alerts)  # a claim waits, and then finds it changed
    )
    whose = _whose(keep, only)
    cancelled = 0
    for alert in connection.execute(chosen.where(whose)).all():
        cancelled += _withdraw_from(connection, alert, watchlist_id, reason)
    empty = (
        select(alerts.c.id, digests.c.id.label("digest_id"), digests.c.watchlists)
        .join(digests, digests.c.id == alerts.c.digest_id)
        .where(
            alerts.c.kind == "digest",
            alerts.c.state.in_(UNSENT),
            alerts.c.copy_of.is_(None),
            digests.c.state == "empty",
            whose,
        )
        .order_by(alerts.c.id)
        .with_for_update(of=alerts)
    )
    for row in connection.execute(empty).all():
        cancelled += _asks_no_more(connection, row, watchlist_id, reason)
    return cancelled


def _whose(keep: Iterable[str] | None, only: str | None) -> ColumnElement[bool]:
    whose = true() if keep is None else alerts.c.recipient.not_in(sorted(keep))
    return whose if only is None else whose & (alerts.c.recipient == only)


def _asks_no_more(connection: Connection, row: Any, watchlist_id: int, reason: str) -> int:
    """A watchlist asks no more for a digest in which there is nothing; 1 where none does."""
    asking = list(row.watchlists or ())
    if watchlist_id not in asking or is_uncertain(connection, row.id):
        return 0
    asking.remove(watchlist_id)
    if asking and is_rendered(connection, row.id):
        return 0
    here = digests.c.id == row.digest_id
    connection.execute(update(digests).where(here).values(watchlists=asking))
    if asking:
        return 0
    connection.execute(update(digests).where(here).values(state="cancelled"))
    _cancel(connection, row.id, reason)
    return 1


def _cancel(connection: Connection, alert_id: int, reason: str) -> None:
    connection.execute(
        update(alerts)
        .where(alerts.c.id == alert_id)
        .values(state="cancelled", reason=reason, schedule=None)
    )


def _withdraw_from(connection: Connection, alert: Any, watchlist_id: int, reason: str) -> int:
    alert_id = alert.id
    if is_uncertain(connection, alert_id):
        return 0
    others = connection.execute(
        select(func.count())
        .select_from(alert_watchlists)
        .where(
            alert_watchlists.c.alert_id == alert_id,
            alert_watchlists.c.watchlist_id != watchlist_id,
        )
    ).scalar_one()
    if others and is_rendered(connection, alert_id):
        return 0
    if alert.kind == "digest" and alert.copy_of is None:
        if others:
            return 0 if withdraw_items(connection, alert, watchlist_id, reason) else 1
        end_digest(connection, alert, reason)
        return 1
    connection.execute(
        delete(alert_watchlists).where(
            alert_watchlists.c.alert_id == alert_id,
            alert_watchlists.c.watchlist_id == watchlist_id,
        )
    )
    if others:
        return 0
    _cancel(connection, alert_id, reason)
    return 1
