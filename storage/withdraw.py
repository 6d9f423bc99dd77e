"""Unsent alerts that nobody is to be told any more: a watchlist or recipient left or paused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from storage.digests import end_digest, withdraw_items
from storage.outbox_tables import alert_watchlists, alerts
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
    unchanged while it names another. Returns how many alerts were cancelled.
    """
    chosen = (
        select(alerts)
        .join(alert_watchlists, alert_watchlists.c.alert_id == alerts.c.id)
        .where(alert_watchlists.c.watchlist_id == watchlist_id, alerts.c.state.in_(UNSENT))
        .order_by(alerts.c.id)
        .with_for_update(of=alerts)  # a claim waits, and then finds it changed
    )
    if keep is not None:
        chosen = chosen.where(alerts.c.recipient.not_in(sorted(keep)))
    if only is not None:
        chosen = chosen.where(alerts.c.recipient == only)
    cancelled = 0
    for alert in connection.execute(chosen).all():
        cancelled += _withdraw_from(connection, alert, watchlist_id, reason)
    return cancelled


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
    connection.execute(
        update(alerts).where(alerts.c.id == alert_id).values(state="cancelled", reason=reason)
    )
    return 1
