"""Recipients with clocks of their own, for tests of when they are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from jobs.desk import Desk
from jobs.digesting import Digesting
from jobs.rules import read_rules
from newsroom.model import NotifyRule, Watchlist
from storage.outbox_tables import alerts, digest_items, digests
from storage.store import Store
from storage.tables import articles
from tests.integration.updates_world import TO, UpdatesWorld, listed
from tests.rows import rows

SEOUL = "Asia/Seoul"
QUIET = "22:00-06:30"


def ruled(
    name: str,
    *terms: str,
    high: bool = False,
    to: Sequence[str] = (TO,),
    zone: str = SEOUL,
    **rule: Any,
) -> Watchlist:
    """A watchlist with one notify rule."""
    made = listed(name, *terms, to=to)
    notify = NotifyRule(to=tuple(to), timezone=zone, **rule)
    return replace(made, notify=(notify,), priority="high" if high else "normal")


@dataclass
class Hours:
    """A world at local times."""

    world: UpdatesWorld
    zone: str = SEOUL

    @property
    def desk(self) -> Desk:
        return self.world.desk.desk

    def at(self, local: str) -> None:
        """Set the clock."""
        wall = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(self.zone))
        self.world.desk.clock.time = wall.astimezone(UTC)

    async def send_at(self, local: str) -> list[EmailMessage]:
        """What is mailed then."""
        self.at(local)
        return await self.world.send()

    def another_process(self) -> Desk:
        """A desk over the same tables that remembers nothing."""
        old = self.desk
        return replace(
            old,
            store=Store(old.store.db, "another"),
            rules=read_rules(old.store.db),
            digesting=Digesting(),
        )

    def begin_anew(self) -> None:
        """The process is another one from here on."""
        self.world.desk.desk = self.another_process()

    def articles(self, count: int, text: str = "About THAAD.") -> list[int]:
        return [self.world.article(text) for _ in range(count)]

    def of_poll(self, ids: Iterable[int], poll: int, late: str | None = None) -> None:
        """One poll brought these articles."""
        with self.world.db.write() as conn:
            here = articles.c.id.in_(list(ids))
            conn.execute(update(articles).where(here).values(poll_id=poll, late=late))

    # what there is

    def digests(self, *states: str) -> list[tuple[str, str, str]]:
        """(schedule without its zone, slot, state) of every digest."""
        return [
            (row.schedule.removesuffix(f" {self.zone}"), row.slot, row.state)
            for row in rows(self.world.db, digests)
            if not states or row.state in states
        ]

    def items(self) -> list[tuple[str, int]]:
        """(slot of its digest, story) of every item."""
        query = (
            select(digests.c.slot, digest_items.c.story_id)
            .join(digests, digests.c.id == digest_items.c.digest_id)
            .order_by(digests.c.slot, digest_items.c.story_id)
        )
        with self.world.db.read() as conn:
            return [(row.slot, row.story_id) for row in conn.execute(query)]

    def states(self) -> dict[str, int]:
        """`kind state` → how many alerts."""
        found: dict[str, int] = {}
        for row in rows(self.world.db, alerts):
            key = f"{row.kind} {row.state}"
            found[key] = found.get(key, 0) + 1
        return found

    def alerts(self) -> list[Any]:
        return rows(self.world.db, alerts)

    def waiting(self) -> list[str]:
        """The schedules that alerts wait for."""
        return sorted({a.schedule for a in rows(self.world.db, alerts) if a.schedule})


def stories_of(mail: EmailMessage) -> int:
    """How many stories a mail names."""
    return len(str(mail["X-Wirewatch-Story"]).split(","))


def kinds(mails: Iterable[EmailMessage]) -> list[str]:
    """`1` for a mail of one story by itself, `digest N` for one of N."""
    return [
        f"digest {stories_of(mail)}" if "stor" in str(mail["Subject"]).rpartition("]")[2] else "1"
        for mail in mails
    ]


Day = Callable[[Hours], Awaitable[None]]


def of(day: Day, zone: str = SEOUL) -> Callable[[UpdatesWorld], Awaitable[None]]:
    """A day as `plays` takes it."""

    async def story(world: UpdatesWorld) -> None:
        await day(Hours(world, zone))

    return story
