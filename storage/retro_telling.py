"""What was found in the archive, told: one digest for each recipient (DESIGN §5, "Digests")."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.codec import recipients, watchlist_from_json
from storage.database import Database
from storage.digest_writing import (
    NewDigest,
    NewItem,
    first_matches,
    insert_alert,
    insert_digest,
    insert_items,
)
from storage.digests import ARCHIVE, portions
from storage.due import judge_anew
from storage.listing_base import resolve_article
from storage.outbox_tables import (
    alert_watchlists,
    digests,
    matches,
    recipient_pauses,
    watchlists,
)
from storage.retro import Asked, Period, check_versions
from storage.retro_told import item_numbers, open_alerts, told_stories
from storage.tables import articles

log = logging.getLogger("wirewatch.storage")


@dataclass(frozen=True, slots=True)
class Told:
    """What one recipient hears of the archive."""

    recipient: str
    stories: int
    """In the digest."""
    joined: int = 0
    """Stories of which an alert waits to be sent: it names the watchlist now."""
    alert: int | None = None
    """The digest's; None where there is nothing to tell, or it was a rehearsal."""


def tell(
    db: Database,
    recipient: str,
    asked: Sequence[Asked],
    period: Period,
    now: datetime,
    *,
    rehearse: bool = False,
) -> Told:
    """Give the recipient one digest of all they were not told of yet, or nothing where that is all.

    A story of which an alert waits to be sent is told there. What is told is worked out in the
    transaction that writes it, so that two processes, and a second run, tell nothing twice.
    `rehearse` only says what would be. Raises RulesMoved.
    """
    versions = {one.watchlist_id: one.version for one in asked}
    if rehearse:
        with db.read() as conn:
            check_versions(conn, versions)
            stories = _untold(conn, recipient, asked, _stories)
            joined = open_alerts(conn, recipient, stories, lock=False)
        return Told(recipient, len(stories) - len(joined), len(joined))
    with db.write() as conn:
        db.story_lock(conn)
        check_versions(conn, versions)
        stories = _untold(conn, recipient, asked, _recorded)
        named = _join(conn, recipient, stories)
        alert = _digest(db, conn, recipient, stories, period, now) if stories else None
        log.debug("retro digest commits", extra={"alert": alert, "stories": len(stories)})
    log.debug("retro digest committed", extra={"alert": alert})
    return Told(recipient, len(stories), len(named), alert)


_ByWatchlist = dict[int, list[int]]
"""Matches of one story; in a rehearsal they have no rows yet, and only their watchlists stand."""

_Find = Callable[[Connection, Asked], dict[int, list[int]]]


def _untold(
    conn: Connection, recipient: str, asked: Sequence[Asked], find: _Find
) -> dict[int, _ByWatchlist]:
    """What matches and was not told: matches by story and watchlist.

    Nothing of watchlists that are paused, or tell this recipient no more.
    """
    found: dict[int, _ByWatchlist] = {}
    for one in asked:
        if not _tells(conn, one.watchlist_id, recipient):
            continue
        by_story = find(conn, one)
        told = told_stories(conn, recipient, one.watchlist_id, by_story)
        for story, match_ids in by_story.items():
            if story not in told:
                found.setdefault(story, {})[one.watchlist_id] = match_ids
    return found


def _tells(conn: Connection, watchlist_id: int, recipient: str) -> bool:
    row = conn.execute(select(watchlists).where(watchlists.c.id == watchlist_id)).one()
    paused = select(recipient_pauses.c.recipient).where(
        recipient_pauses.c.watchlist == row.name, recipient_pauses.c.recipient == recipient
    )
    named = recipient in recipients(watchlist_from_json(row.definition))
    return named and row.paused_at is None and conn.execute(paused).first() is None


def _recorded(conn: Connection, one: Asked) -> dict[int, list[int]]:
    """Matches that stand recorded, by the story they are in now."""
    by_story: dict[int, list[int]] = {}
    for few in portions(_present(conn, one.article_ids)):
        query = (
            select(matches.c.id, matches.c.story_id)
            .where(matches.c.watchlist_id == one.watchlist_id, matches.c.article_id.in_(few))
            .order_by(matches.c.id)
        )
        for row in conn.execute(query):
            by_story.setdefault(row.story_id, []).append(row.id)
    return by_story


def _stories(conn: Connection, one: Asked) -> dict[int, list[int]]:
    """The stories alone: what matches is not recorded."""
    by_story: dict[int, list[int]] = {}
    for few in portions(_present(conn, one.article_ids)):
        query = select(articles.c.story_id).where(articles.c.id.in_(few)).distinct()
        by_story |= {story: [] for story in conn.execute(query).scalars()}
    return by_story


def _present(conn: Connection, article_ids: Sequence[int]) -> list[int]:
    """The articles under the ids they have now."""
    there = set[int]()
    for few in portions(article_ids):
        there |= set(conn.execute(select(articles.c.id).where(articles.c.id.in_(few))).scalars())
    merged = {resolve_article(conn, ident) for ident in article_ids if ident not in there}
    return sorted(there | merged)


def _join(conn: Connection, recipient: str, stories: dict[int, _ByWatchlist]) -> list[int]:
    """Tell in alerts that wait what they can tell; those stories leave `stories`."""
    joined = open_alerts(conn, recipient, stories)
    for story, alert_id in joined.items():
        by_watchlist = stories.pop(story)
        for watchlist_id, match_ids in by_watchlist.items():
            conn.execute(
                insert(alert_watchlists).values(
                    alert_id=alert_id, watchlist_id=watchlist_id, match_id=match_ids[0]
                )
            )
            _are_told(conn, match_ids)
    judge_anew(conn, joined.values())
    return list(joined)


def _digest(
    db: Database,
    conn: Connection,
    recipient: str,
    stories: Mapping[int, _ByWatchlist],
    period: Period,
    now: datetime,
) -> int:
    """Write the digest with its items and its alert; the alert's id."""
    slot = _slot(conn, recipient, period)
    new = NewDigest(recipient, ARCHIVE, slot, period.since, period.until)
    digest_id = insert_digest(db, conn, new, "filled", now)
    if digest_id is None:
        raise RuntimeError(f"there is a digest {slot} of {recipient} already")
    numbers = item_numbers(conn, recipient, stories)
    items = [
        NewItem(story, n, [m for match_ids in stories[story].values() for m in match_ids])
        for story, n in sorted(numbers.items())
    ]
    insert_items(conn, digest_id, new, items, now)
    _are_told(conn, [match_id for item in items for match_id in item.match_ids])
    named = first_matches(
        (watchlist_id, match_id)
        for by_watchlist in stories.values()
        for watchlist_id, match_ids in by_watchlist.items()
        for match_id in match_ids
    )
    return insert_alert(conn, digest_id, recipient, named, now)


def _slot(conn: Connection, recipient: str, period: Period) -> str:
    """The period's days, and which digest on them it is: together with recipient and schedule the
    digest's key, from which its Message-ID is made."""
    days = f"{period.since:%Y-%m-%d}..{period.until:%Y-%m-%d}"
    query = select(func.count()).where(
        digests.c.recipient == recipient,
        digests.c.schedule == ARCHIVE,
        digests.c.slot.startswith(days),
    )
    return f"{days}.{conn.execute(query.select_from(digests)).scalar_one() + 1}"


def _are_told(conn: Connection, match_ids: Sequence[int]) -> None:
    for few in portions(match_ids):
        conn.execute(update(matches).where(matches.c.id.in_(few)).values(alerting="told"))
