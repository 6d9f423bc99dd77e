"""What a person changes by hand: watchlists of their own, and pauses of anything.

What stands in a file belongs to the file and is refused here; pauses work on all, and survive a
reload (DESIGN §7).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from newsroom.errors import ConfigError, Problem, UnknownName
from newsroom.model import Watchlist
from newsroom.recipients import shown
from storage.aliases import DATABASE, read_aliases
from storage.codec import recipients, watchlist_from_json
from storage.database import Database
from storage.notices import end_notice
from storage.outbox_tables import recipient_pauses, watchlists
from storage.sync import BUILTIN, BY_HAND, bump_rules, put_in_force, take_out
from storage.tables import feeds, sources
from storage.withdraw import withdraw


def add_watchlist(
    db: Database, watchlist: Watchlist, now: datetime, *, replacing: bool = False
) -> int:
    """Put a watchlist made by hand in force (origin `db`, not paused); returns the rules' version.

    The built-in example goes. Raises ConfigError where the name is a file's, or was added by hand
    already and is not `replacing` it, and where it uses an alias set that there is not.
    """
    with db.write() as connection:
        db.story_lock(connection)
        rows = {row.name: row for row in connection.execute(select(watchlists))}
        standing = {name: row for name, row in rows.items() if row.removed_at is None}
        same = standing.get(watchlist.name)
        if same is not None and same.origin != BUILTIN:
            _refuse_file(same)
            if not replacing:
                problem = f"a watchlist {watchlist.name!r} was added before"
                hint = "remove it first, or use `wirewatch watch apply`"
                raise ConfigError([Problem(DATABASE, None, "name", problem, hint)])
        own = replace(watchlist, origin=BY_HAND)
        in_force = read_aliases(connection)
        put_in_force(connection, rows.get(watchlist.name), own, now, in_force)
        connection.execute(
            update(watchlists).where(watchlists.c.name == watchlist.name).values(paused_at=None)
        )
        for name, row in standing.items():
            if row.origin == BUILTIN and name != watchlist.name:
                take_out(connection, row.id, now)
        return bump_rules(db, connection)


def remove_watchlist(db: Database, name: str, now: datetime) -> int:
    """Remove a watchlist made by hand and cancel its unsent alerts; returns the rules' version.

    Raises UnknownName, or ConfigError naming the file it stands in.
    """
    with db.write() as connection:
        db.story_lock(connection)
        row = _standing(connection, name)
        _refuse_file(row)
        if row.origin == BUILTIN:
            problem = f"{name!r} is the built-in example"
            hint = "it goes when you add a watchlist of your own; pause it to silence it"
            raise ConfigError([Problem(DATABASE, None, "name", problem, hint)])
        take_out(connection, row.id, now)
        return bump_rules(db, connection)


def pause_watchlist(
    db: Database, name: str, now: datetime, recipient: str | None = None, *, why: str = "by hand"
) -> None:
    """Alert nobody of this watchlist, or not this recipient; matches are recorded all the same.

    Unsent alerts are withdrawn: nothing of the pause is sent on resume. Raises UnknownName for a
    watchlist that is not there, or a recipient it does not tell.
    """
    with db.write() as connection:
        db.story_lock(connection)
        row = _standing(connection, name)
        if recipient is None:
            if row.paused_at is None:
                connection.execute(
                    update(watchlists).where(watchlists.c.id == row.id).values(paused_at=now)
                )
            withdraw(connection, row.id, reason="watchlist paused")
            bump_rules(db, connection)
            return
        if recipient not in recipients(watchlist_from_json(row.definition)):
            raise UnknownName(f"the watchlist {name!r} does not tell {shown(recipient)!r}")
        pause_recipient(db, connection, row, recipient, now, why)
        bump_rules(db, connection)


def pause_recipient(
    db: Database,
    connection: Connection,
    watchlist: Row[Any],
    recipient: str,
    now: datetime,
    why: str,
) -> bool:
    """Tell the recipient nothing more of a watchlist (its row), under the story lock.

    Unsent alerts are withdrawn; False where a pause stood already. The rules are to be bumped.
    """
    statement = db.insert(recipient_pauses).values(
        watchlist=watchlist.name, recipient=recipient, since=now, why=why
    )
    new = connection.execute(
        statement.on_conflict_do_nothing().returning(recipient_pauses.c.recipient)
    ).first()
    withdraw(connection, watchlist.id, only=recipient, reason="recipient paused")
    return new is not None


def resume_watchlist(db: Database, name: str, recipient: str | None = None) -> None:
    """Let a watchlist alert again, or tell a recipient again. Raises UnknownName."""
    with db.write() as connection:
        db.story_lock(connection)
        row = _standing(connection, name)
        bump_rules(db, connection)
        if recipient is None:
            connection.execute(
                update(watchlists).where(watchlists.c.id == row.id).values(paused_at=None)
            )
            return
        connection.execute(
            delete(recipient_pauses).where(
                recipient_pauses.c.watchlist == name, recipient_pauses.c.recipient == recipient
            )
        )


def paused_recipients(db: Database) -> frozenset[tuple[str, str]]:
    """(watchlist's name, recipient) of everybody who paused or stopped a watchlist."""
    with db.read() as connection:
        rows = connection.execute(
            select(recipient_pauses.c.watchlist, recipient_pauses.c.recipient)
        )
        return frozenset((row.watchlist, row.recipient) for row in rows)


def pause_source(db: Database, source_id: str, now: datetime) -> None:
    """Poll none of the source's feeds until it is resumed. Raises UnknownName."""
    with db.write() as connection:
        _source(connection, source_id)
        connection.execute(
            update(sources)
            .where(sources.c.id == source_id, sources.c.paused_at.is_(None))
            .values(paused_at=now)
        )
        connection.execute(update(feeds).where(feeds.c.source_id == source_id).values(active=False))


def resume_source(db: Database, source_id: str, now: datetime) -> None:
    """Poll the source's feeds again, now; quarantined and given-up ones get another chance.

    Raises UnknownName.
    """
    with db.write() as connection:
        source = _source(connection, source_id)
        connection.execute(update(sources).where(sources.c.id == source_id).values(paused_at=None))
        if not source.enabled:
            return
        ours = (feeds.c.source_id == source_id, feeds.c.configured)
        has_feeds = connection.execute(select(feeds.c.id).where(*ours, feeds.c.kind == "feed"))
        kind = "feed" if has_feeds.first() else "listing"  # what is polled, as sync has it
        again = connection.execute(
            update(feeds)
            .where(*ours, feeds.c.kind == kind)
            .values(active=True, next_poll_at=now, quarantined_at=None, crashes=0)
            .returning(feeds.c.id)
        )
        for feed_id in again.scalars().all():
            for matter in ("quarantined", "gone"):
                end_notice(connection, f"feed:{feed_id}:{matter}", now)


def _source(connection: Connection, source_id: str) -> Row[Any]:
    row = connection.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
    if row is None:
        raise UnknownName(f"there is no source {source_id!r}; see `wirewatch sources list`")
    return row


def _standing(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(
        select(watchlists).where(watchlists.c.name == name, watchlists.c.removed_at.is_(None))
    ).one_or_none()
    if row is None:
        raise UnknownName(f"there is no watchlist {name!r}; see `wirewatch watch list`")
    return row


def _refuse_file(row: Row[Any]) -> None:
    if row.origin in (BUILTIN, BY_HAND):
        return
    problem = f"the watchlist {row.name!r} belongs to this file"
    raise ConfigError([Problem(row.origin, None, "name", problem, "change it there")])
