"""One recipient's alerts on stories that became one: told once, and nothing untold (DESIGN §4).

Alerts that may have been received stay as they are. Of the others one goes on for what nobody has
told yet; the rest are folded into it, or into those that went. Digests whose mail is made tell as
alerts that went do; items of the others give way to the alerts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from storage.alert_news import hand_news, tells_news
from storage.digests_moves import settle_items, told_for_good
from storage.due import judge_anew
from storage.outbox_tables import alert_watchlists, alerts
from storage.told import (
    is_open,
    live_alerts,
    may_change,
    next_number,
    taken_back,
    watchlists_of,
)


def settle(conn: Connection, recipient: str, story_id: int, arriving: Sequence[int] = ()) -> None:
    """Bring the recipient's live alerts on the story, and on those it took in, in order.

    `arriving`: alerts that come over from a story that stays.
    """
    loose, fixed = [], []
    for alert in live_alerts(conn, recipient, story_id, arriving):
        if may_change(conn, alert):
            loose.append(taken_back(conn, alert))
        else:
            fixed.append(alert)
    in_digests = told_for_good(conn, recipient, story_id)
    kept = _fold(conn, story_id, fixed, loose, in_digests)
    begun = bool(in_digests) or any(alert.kind == "immediate" for alert in fixed)
    first = next((a for a in kept if a.kind == "immediate"), None) if not begun else None
    for alert in kept:
        if alert is not first and (alert.kind, alert.story_id) != ("update", story_id):
            n = next_number(conn, "update", recipient, story_id)
            _set(conn, alert, {"story_id": story_id, "kind": "update", "n": n})
    for alert in [*fixed, *([first] if first is not None else [])]:
        if alert.story_id != story_id and is_free(conn, alert, story_id):
            _set(conn, alert, {"story_id": story_id})
    judge_anew(conn, [alert.id for alert in kept])  # they tell more by now, or less
    # one that went and finds its key taken by another that went stays under the story's alias
    settle_items(conn, recipient, story_id)


def _fold(
    conn: Connection,
    story_id: int,
    fixed: Sequence[Any],
    loose: Sequence[Any],
    in_digests: Mapping[int, int],
) -> list[Any]:
    """Fold what needs not go by itself; what goes, each with a watchlist nobody told yet, or with
    something new."""
    told = {w: alert.id for alert in fixed for w in watchlists_of(conn, alert.id)}
    told = {**in_digests, **told}
    kept: list[Any] = []
    for alert in loose:
        named = watchlists_of(conn, alert.id)
        # what is new goes, whoever told of the story before; it names whom it concerns
        news = tells_news(conn, alert.id)
        untold = [w for w in named if w not in told]
        open_ = next((other for other in kept if is_open(conn, other)), None)
        if not untold and not news:
            _fold_into(conn, alert, told[named[0]] if named else _any(fixed, kept), story_id)
        elif open_ is not None:
            _hand_over(conn, alert.id, open_.id, named if news else untold)
            hand_news(conn, alert.id, open_.id)
            _fold_into(conn, alert, open_.id, story_id)
        else:
            if is_open(conn, alert) and not news:
                _keep_only(conn, alert.id, untold)
            kept.append(alert)
        told |= dict.fromkeys(untold, open_.id if open_ is not None else alert.id)
    return kept


def _any(fixed: Sequence[Any], kept: Sequence[Any]) -> int | None:
    return next((int(alert.id) for alert in [*fixed, *kept]), None)


def _fold_into(conn: Connection, alert: Any, into: int | None, story_id: int) -> None:
    """Told in another alert; its key is free again."""
    reason = f"told in alert {into}: same story" if into else "it names no watchlist any more"
    key = released_key(conn, alert, story_id)
    values = {"state": "folded", "reason": reason, "schedule": None, **key}
    _set(conn, alert, values)


def released_key(conn: Connection, alert: Any, story_id: int) -> dict[str, Any]:
    """Values that put an alert that tells nothing under the story, out of the way of its keys."""
    n = next_number(conn, alert.kind, alert.recipient, story_id)
    return {"story_id": story_id, "n": n}


def _hand_over(conn: Connection, alert_id: int, to: int, wanted: Sequence[int]) -> None:
    moving = set(wanted) - set(watchlists_of(conn, to))
    conn.execute(
        update(alert_watchlists)
        .where(alert_watchlists.c.alert_id == alert_id, alert_watchlists.c.watchlist_id.in_(moving))
        .values(alert_id=to)
    )


def _keep_only(conn: Connection, alert_id: int, wanted: Sequence[int]) -> None:
    drop = alert_watchlists.c.watchlist_id.not_in(wanted)
    conn.execute(delete(alert_watchlists).where(alert_watchlists.c.alert_id == alert_id, drop))


def is_free(conn: Connection, alert: Any, story_id: int) -> bool:
    """Whether the alert can stand under that story with the number it has."""
    taken = select(func.count()).where(
        alerts.c.kind == alert.kind,
        alerts.c.recipient == alert.recipient,
        alerts.c.story_id == story_id,
        alerts.c.n == alert.n,
        alerts.c.state != "cancelled",
        alerts.c.copy_of.is_(None),
    )
    return not conn.execute(taken.select_from(alerts)).scalar_one()


def _set(conn: Connection, alert: Any, values: dict[str, Any]) -> None:
    conn.execute(update(alerts).where(alerts.c.id == alert.id).values(values))
