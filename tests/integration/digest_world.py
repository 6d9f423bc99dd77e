"""Stories, watchlists and digests in the tables, for tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from newsroom.model import NotifyRule, Watchlist
from newsroom.timetable import Slot
from storage.alert_claims import ClaimedAlert
from storage.codec import watchlist_json
from storage.database import Database
from storage.digest_making import make_digest
from storage.digest_waiting import Wait, wait_all
from storage.outbox import claim_alerts
from storage.outbox_tables import (
    alert_watchlists,
    alerts,
    digest_items,
    digest_matches,
    matches,
    messages,
)
from storage.retro import Asked, Period
from storage.retro_telling import Told, tell
from storage.story_moves import move_articles
from storage.tables import articles
from storage.told import told_watchlists
from tests.rows import (
    NOW,
    add,
    add_alert,
    add_article,
    add_delivery,
    add_match,
    add_source,
    add_watchlist,
    rows,
)

TO = "desk@example.org"
OTHER = "b@example.org"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAILY = "daily 08:00 Asia/Seoul"
EIGHT = NOW + 20 * HOUR
SLOT = Slot(DAILY, "2026-11-24 08:00", EIGHT)
MONTH = Period(NOW - 30 * DAY, NOW + DAY)
STATES = {"pending": "pending", "sent": "sent", "refused": "deferred", "uncertain": "deferred"}


@dataclass
class World:
    """Articles 1, 2 and 3 in a story each; watchlists A and B, both met by all."""

    db: Database
    article: dict[int, int]
    story: dict[int, int]
    watch: dict[str, int]
    match: dict[tuple[str, int], int]

    def asked(self, names: str = "A", numbers: Sequence[int] = (1, 2)) -> list[Asked]:
        ids = tuple(self.article[n] for n in numbers)
        return [Asked(self.watch[name], 1, ids) for name in names]

    def tell(self, names: str = "A", numbers: Sequence[int] = (1, 2), to: str = TO) -> Told:
        return tell(self.db, to, self.asked(names, numbers), MONTH, NOW)

    def items(self) -> list[tuple[int, int, str]]:
        """(story, n, watchlists) of every item."""
        names = {ident: name for name, ident in self.watch.items()}
        of = {row.id: names[row.watchlist_id] for row in rows(self.db, matches)}
        told: dict[int, set[str]] = {}
        for row in rows(self.db, digest_matches):
            told.setdefault(row.item_id, set()).add(of[row.match_id])
        numbers = {ident: number for number, ident in self.story.items()}
        return [
            (numbers[row.story_id], row.n, "".join(sorted(told.get(row.id, ()))))
            for row in sorted(rows(self.db, digest_items), key=lambda r: (r.story_id, r.n))
        ]

    def live(self) -> list[tuple[str, str, str]]:
        """(kind, state, watchlists) of what tells somebody something, as it was made."""
        names = {ident: name for name, ident in self.watch.items()}
        told: dict[int, str] = {}
        for row in rows(self.db, alert_watchlists):
            told[row.alert_id] = "".join(
                sorted(told.get(row.alert_id, "") + names[row.watchlist_id])
            )
        return [
            (row.kind, row.state, told.get(row.id, ""))
            for row in rows(self.db, alerts)
            if row.state not in ("cancelled", "folded")
        ]

    def has_gone(self, alert: int, state: str = "sent") -> None:
        """The alert's mail was made and handed over, or tried."""
        if state == "pending":
            return
        add(self.db, messages, alert_id=alert, data=b"mail", rendered_at=NOW)
        outcome = {"sent": "sent", "refused": "deferred", "uncertain": "uncertain"}[state]
        add_delivery(self.db, alert, outcome=outcome, definite=state != "uncertain")
        with self.db.write() as conn:
            conn.execute(update(alerts).where(alerts.c.id == alert).values(state=STATES[state]))

    def alert(self, number: int, names: str, state: str = "pending", **values: Any) -> int:
        """An alert on an article; of a `state` that is none of STATES nothing was sent."""
        told = tuple(self.match[name, number] for name in names)
        if state not in STATES:
            values["state"] = state
        ident = add_alert(self.db, article_id=self.article[number], told=told, **values)
        if state in STATES:
            self.has_gone(ident, state)
        return ident

    def unite(self, source: int, target: int, numbers: Sequence[int] = ()) -> None:
        ids = [self.article[n] for n in numbers or [source]]
        with self.db.write() as conn:
            move_articles(self.db, conn, ids, self.story[source], self.story[target], NOW)


@pytest.fixture
def world(database: Database) -> World:
    add_source(database)
    watch = {}
    for name in "AB":
        rule = Watchlist(name=name, any=("Launch",), notify=(NotifyRule(to=(TO, OTHER)),))
        watch[name] = add_watchlist(database, name, definition=watchlist_json(rule))
    article, story, match = {}, {}, {}
    for n in (1, 2, 3):
        url = f"https://herald.example/article/{n}"
        article[n] = add_article(database, url=url, canonical_url=url)
        story[n] = next(a.story_id for a in rows(database, articles) if a.id == article[n])
        for name in "AB":
            match[name, n] = add_match(database, watch[name], article[n], alerting="silent")
    return World(database, article, story, watch, match)


def told(world: World, number: int) -> str:
    """The watchlists the recipient was told of, for this story."""
    names = {ident: name for name, ident in world.watch.items()}
    with world.db.read() as conn:
        found = told_watchlists(conn, TO, world.story[number])
    return "".join(sorted(names[ident] for ident in found))


def waits(world: World, number: int, names: str = "A", **values: Any) -> int:
    return world.alert(number, names, schedule=DAILY, due_at=EIGHT, **values)


def make(world: World, slot: Slot = SLOT, to: str = TO) -> Any:
    """The row of the alert of a digest that is made."""
    alert = make_digest(world.db, to, slot, slot.at)
    assert alert is not None
    return next(row for row in rows(world.db, alerts) if row.id == alert)


def claim(world: World, at: datetime = EIGHT) -> ClaimedAlert:
    (found,) = claim_alerts(world.db, owner="me", now=at, limit=9)
    return found


def states(world: World) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows(world.db, alerts)]


def alert_row(db: Database, alert: int) -> Any:
    return next(row for row in rows(db, alerts) if row.id == alert)


def claimed(db: Database, now: datetime = NOW, since: datetime | None = None) -> list[int]:
    return [c.id for c in claim_alerts(db, owner="me", now=now, limit=9, since=since)]


def wait_for(db: Database, alert: int, schedule: str, at: datetime) -> bool:
    """Have one alert wait, whatever it names; False where it may not."""
    return wait_all(db, [Wait(alert, schedule, at)]) == 1
