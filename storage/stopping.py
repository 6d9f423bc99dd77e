"""Unsubscribing by a signed word out of a mail: what it stops, stopping it, and taking that back.

A token speaks of one alert. It stops the watchlists that this alert names, for its recipient, by
the pause of `watch pause NAME --for ADDRESS`; it opens nothing else, and nobody else's mails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from newsroom.tokens import alert_of_token, is_stop_token
from storage.codec import recipients, watchlist_from_json
from storage.database import Database
from storage.edits import pause_recipient
from storage.outbox_tables import alerts, digests, recipient_pauses, watchlists
from storage.sync import bump_rules
from storage.told import watchlists_of

OWN = "unsubscribed"
"""What the reason of a recipient's own pause begins with; others are the operator's."""
BY_LINK = f"{OWN} by link"
BY_MAIL = f"{OWN} by mail"


@dataclass(frozen=True, slots=True)
class NamedWatchlist:
    """A watchlist that a mail names, as it stands for the mail's recipient."""

    name: str
    told: bool
    """It is in force, and names the recipient; a pause does not count."""
    stopped_at: datetime | None
    """Since when nothing of it goes to the recipient; None: it does, if `told`."""
    why: str | None
    """Why it does not."""

    @property
    def by_recipient(self) -> bool:
        """Whether the recipient stopped it, who may take that back."""
        return self.why is not None and self.why.startswith(OWN)


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a token speaks of, as it stands after what was asked for was done."""

    alert_id: int
    recipient: str
    watchlists: tuple[NamedWatchlist, ...]
    """Those the mail names, in order of their making; empty for a notice to the operator."""
    others: int
    """How many more watchlists write to the recipient."""
    changed: int = 0
    """How many watchlists were stopped, or taken up again, by this very call."""


@dataclass(frozen=True, slots=True)
class RecipientPause:
    """Somebody who is not told of a watchlist though it may name them."""

    recipient: str
    since: datetime
    why: str


def read_by_token(db: Database, secret: bytes, token: str) -> Stopped | None:
    """What the token stops, nothing being changed; None for a token this database never gave."""
    with db.read() as connection:
        alert = _alert(connection, secret, token)
        return _standing(connection, alert) if alert is not None else None


def stop_by_token(
    db: Database,
    secret: bytes,
    token: str,
    now: datetime,
    why: str = BY_LINK,
    *,
    everything: bool = False,
) -> Stopped | None:
    """Tell the alert's recipient nothing more of the watchlists that it names; None: wrong token.

    With `everything`, of all watchlists that name this recipient now. Doing it again changes
    nothing. Unsent alerts are withdrawn, but those that may have been taken already. A watchlist
    that does not name the recipient any more is stopped too: it might come back. `why` begins with
    OWN, or the recipient cannot take it back.
    """
    with db.write() as connection:
        db.story_lock(connection)
        alert = _alert(connection, secret, token)
        if alert is None:
            return None
        chosen = _named(connection, alert)
        if everything:
            chosen = [*chosen, *_others(connection, alert, chosen)]
        done = [pause_recipient(db, connection, row, alert.recipient, now, why) for row in chosen]
        if any(done):
            bump_rules(db, connection)
        return replace(_standing(connection, alert), changed=sum(done))


def take_back(
    db: Database, secret: bytes, token: str, *, at: datetime | None = None
) -> Stopped | None:
    """Tell the recipient again of what the alert names, where they stopped it themselves.

    With `at`, of everything else too that was stopped at that instant, in one go. None: wrong
    token. A pause by the operator stays.
    """
    with db.write() as connection:
        db.story_lock(connection)
        alert = _alert(connection, secret, token)
        if alert is None:
            return None
        names = [row.name for row in _named(connection, alert)]
        named = recipient_pauses.c.watchlist.in_(names)
        chosen = named if at is None else named | (recipient_pauses.c.since == at)
        gone = connection.execute(
            delete(recipient_pauses)
            .where(
                recipient_pauses.c.recipient == alert.recipient,
                recipient_pauses.c.why.startswith(OWN, autoescape=True),
                chosen,
            )
            .returning(recipient_pauses.c.watchlist)
        ).all()
        if gone:
            bump_rules(db, connection)
        return replace(_standing(connection, alert), changed=len(gone))


def pauses_of(db: Database, watchlist: str) -> tuple[RecipientPause, ...]:
    """Who is not told of a watchlist, by address."""
    query = (
        select(recipient_pauses)
        .where(recipient_pauses.c.watchlist == watchlist)
        .order_by(recipient_pauses.c.recipient)
    )
    with db.read() as connection:
        return tuple(
            RecipientPause(row.recipient, row.since, row.why) for row in connection.execute(query)
        )


def _alert(connection: Connection, secret: bytes, token: str) -> Any:
    """The alert's row; None for a token that was not given for it."""
    alert_id = alert_of_token(token)
    if alert_id is None:
        return None
    row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).one_or_none()
    recipient = row.recipient if row is not None else ""
    return row if is_stop_token(secret, token, alert_id, recipient) and row is not None else None


def _named(connection: Connection, alert: Any) -> list[Any]:
    """The rows of the watchlists that an alert names, removed ones too."""
    ids = watchlists_of(connection, alert.id)
    if not ids and alert.digest_id is not None:
        asked = select(digests.c.watchlists).where(digests.c.id == alert.digest_id)
        ids = list(connection.execute(asked).scalar() or ())
    query = select(watchlists).where(watchlists.c.id.in_(ids)).order_by(watchlists.c.id)
    return list(connection.execute(query))


def _others(connection: Connection, alert: Any, named: Sequence[Any]) -> list[Any]:
    """The rows of the other watchlists that write to the alert's recipient."""
    mine = select(recipient_pauses.c.watchlist).where(
        recipient_pauses.c.recipient == alert.recipient
    )
    query = (
        select(watchlists)
        .where(
            watchlists.c.removed_at.is_(None),
            watchlists.c.name.not_in(mine),
            watchlists.c.id.not_in([row.id for row in named]),
        )
        .order_by(watchlists.c.id)
    )
    return [row for row in connection.execute(query) if _tells(row, alert.recipient)]


def _standing(connection: Connection, alert: Any) -> Stopped:
    named = _named(connection, alert)
    pauses = {
        row.watchlist: row
        for row in connection.execute(
            select(recipient_pauses).where(recipient_pauses.c.recipient == alert.recipient)
        )
    }
    return Stopped(
        alert_id=alert.id,
        recipient=alert.recipient,
        watchlists=tuple(_state(row, alert.recipient, pauses.get(row.name)) for row in named),
        others=len(_others(connection, alert, named)),
    )


def _state(row: Any, recipient: str, pause: Any) -> NamedWatchlist:
    return NamedWatchlist(
        name=row.name,
        told=row.removed_at is None and _tells(row, recipient),
        stopped_at=pause.since if pause is not None else None,
        why=pause.why if pause is not None else None,
    )


def _tells(row: Any, recipient: str) -> bool:
    return recipient in recipients(watchlist_from_json(row.definition))
